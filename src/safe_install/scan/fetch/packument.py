"""What a registry says of a package, read as far as ``safe-install scan name@version`` needs it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from safe_install.errors import RegistryError, UsageError
from safe_install.model import Artifact, Source
from safe_install.scan.fetch.integrity import read_promise, write_promise
from safe_install.scan.fetch.urls import is_plain_version
from safe_install.scan.ranges import satisfies

_SHA1 = re.compile(r"[0-9a-f]{40}")
_RELEASE = re.compile(r"[0-9]{1,16}\.[0-9]{1,16}\.[0-9]{1,16}")


def read_packument(body: bytes) -> Mapping[str, object]:
    """Parse what a registry answered; `RegistryError` when it is no packument."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("versions"), dict):
        raise RegistryError("the registry answered with something that is no package", hint="is it an npm registry?")
    return told


def choose(packument: Mapping[str, object], name: str, spec: str) -> Artifact:
    """Promise the version that ``spec`` (exact, a dist-tag or a range; empty is ``latest``) names.

    The name is the one that was asked for; a version without integrity promises its sha1, as npm takes it.
    `UsageError` for a version or tag that is not there, and for a range that none lies in.
    """
    versions, tags = _mapping(packument.get("versions")), _mapping(packument.get("dist-tags"))
    wanted = spec.strip() or "latest"
    version = str(tags.get(wanted, wanted.removeprefix("=").removeprefix("v")))
    version = version if version in versions else _within(wanted, versions, str(tags.get("latest", "")))
    if not version:
        raise _no_such_version(name, wanted, tags)
    dist = _mapping(_mapping(versions[version]).get("dist"))
    tarball = dist.get("tarball")
    return Artifact(
        location=f"node_modules/{name}",
        name=name,
        version=version,
        source=Source.REGISTRY,
        resolved=tarball if isinstance(tarball, str) else None,
        integrity=_integrity(dist),
    )


def _within(wanted: str, versions: Mapping[str, object], latest: str) -> str:
    """Give the release that npm takes for a range: the latest where it lies in it, or else the highest; a deprecated one last. Empty for none.

    As npm-pick-manifest 11 does, but for three wishes that are not asked about here: for this version of node, for no staged
    release, and for the prereleases of a range that names one.
    """
    inside = [version for version in versions if _RELEASE.fullmatch(version) and satisfies(version, wanted)]
    kept = [version for version in inside if not _is_deprecated(versions[version])]
    anything = wanted == "*" and latest in versions and not _is_deprecated(versions[latest])
    if latest in kept or anything:
        return latest
    return max(kept or inside, key=lambda version: tuple(map(int, version.split("."))), default="")


def _is_deprecated(version: object) -> bool:
    return bool(_mapping(version).get("deprecated"))


def _no_such_version(name: str, wanted: str, tags: Mapping[str, object]) -> UsageError:
    latest = f"{name}@{tags['latest']}" if is_plain_version(str(tags.get("latest", ""))) else f"{name}@<version>"
    return UsageError(f"the registry has no version {wanted} of {name}", hint=f"try {latest}")


def _integrity(dist: Mapping[str, object]) -> str | None:
    integrity, shasum = dist.get("integrity"), dist.get("shasum")
    if isinstance(integrity, str) and read_promise(integrity):
        return integrity
    return write_promise("sha1", shasum) if isinstance(shasum, str) and _SHA1.fullmatch(shasum) else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
