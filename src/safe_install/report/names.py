"""Names as a model may read them: what npm itself would take for one, and nothing else."""

from __future__ import annotations

import re

from safe_install.model import OF_THE_PROJECT, Artifact

_LONGEST = 64
_NAME = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~_-][A-Za-z0-9._~-]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?")
_SIGNATURE = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*")
_WALLS = re.compile(r"[A-Za-z-]+(?: and [a-z]+)?(?: \(reduced[a-z, ]*\))?")
UNFIT = "(a name that npm would not take)"


def artifact_name(artifact: Artifact) -> str:
    """Name an artifact: ``name@version``, or that it is the project itself."""
    if artifact.source in OF_THE_PROJECT and not artifact.location:
        return "this project's own"
    return package_name(artifact.name, artifact.version)


def package_name(name: str, version: str) -> str:
    """Name a package by what npm takes for a name and a version; `UNFIT` stands for a name that is none."""
    if not (_NAME.fullmatch(name) and len(name) <= _LONGEST):
        return UNFIT
    fits = _VERSION.fullmatch(version) and len(version) <= _LONGEST
    return f"{name}@{version}" if fits else name


def signature_name(signature: str) -> str:
    """Name a signature by its id; a project's own may be called anything, and is then not named."""
    fits = _SIGNATURE.fullmatch(signature) and len(signature) <= _LONGEST
    return signature if fits else "a signature of this project"


def walls_name(name: str) -> str:
    """Name walls by what this program calls its own: ``unshare and setpriv``, ``Landlock and seccomp (reduced)``."""
    fits = _WALLS.fullmatch(name) and len(name) <= _LONGEST
    return name if fits else "walls"
