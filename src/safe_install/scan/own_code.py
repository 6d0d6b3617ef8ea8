"""The version of this program as far as evidence depends on it: whoever reads otherwise may find something else."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from safe_install.model import Digest

_HOUSE = Path(__file__).parent.parent
_GRAMMARS = ("tree-sitter", "tree-sitter-javascript", "tree-sitter-typescript", "tree-sitter-bash", "ruamel.yaml")


@cache
def code_digest() -> Digest:
    """Digest every file that takes part in reading packages, and name the grammars and the Python that do.

    By content, not by our version: a checkout changes without one. 260 files take 20 ms.
    """
    digest = hashlib.sha256(platform.python_version().encode())
    for name in _GRAMMARS:
        digest.update(f"\0{name} {_version_of(name)}".encode())
    for path in sorted([*(_HOUSE / "scan").rglob("*.*"), *_HOUSE.glob("*.py")]):
        if path.suffix != ".pyc" and path.is_file():
            digest.update(f"\0{path.relative_to(_HOUSE).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return Digest(digest.hexdigest())


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
