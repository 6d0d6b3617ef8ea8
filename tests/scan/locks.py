"""Lockfiles from plain dictionaries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from safe_install.model import Artifact
from safe_install.scan.lock.lockfile import Lockfile, read_lockfile

Packages = Mapping[str, object]
TARBALL = "https://registry.example.test/{0}/-/{0}-1.0.0.tgz"


def an_entry(tarball: str = "x", /, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Write the entry of a registry package."""
    return {"version": "1.0.0", "resolved": TARBALL.format(tarball), "integrity": "sha512-AAAA", **more}


def a_lock(packages: Packages, /, **top: object) -> bytes:
    """Write a lockfile as npm does, with a root entry that needs what lies in node_modules."""
    needed = [key.removeprefix("node_modules/") for key in packages if key.startswith("node_modules/")]
    root = {
        "name": "app",
        "version": "1.0.0",
        "dependencies": {key: "1.0.0" for key in needed if "node_modules/" not in key},
    }
    whole = {
        "name": "app",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "requires": True,
        "packages": {"": root, **packages},
    }
    return json.dumps({**whole, **top}, indent=2, ensure_ascii=False).encode()


def read(packages: Packages, /, **top: object) -> Lockfile:
    """Read a lockfile that holds these entries."""
    return read_lockfile(a_lock(packages, **top))


def by_location(lockfile: Lockfile) -> dict[str, Artifact]:
    """Find artifacts by location."""
    return {artifact.location: artifact for artifact in lockfile.artifacts}


def told(lockfile: Lockfile) -> list[tuple[str, int]]:
    """List the findings' signatures without their room, with their lines."""
    return [(finding.signature.removeprefix("lockfile/"), finding.line) for finding in lockfile.findings]


def signatures(packages: Packages, /, **top: object) -> list[str]:
    """List the findings' signatures, without their room."""
    return [signature for signature, _ in told(read(packages, **top))]
