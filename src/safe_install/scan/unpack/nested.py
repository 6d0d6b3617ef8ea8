"""Packages inside a package: where node would find them below its own ``node_modules``, and what they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from safe_install.model import Artifact, Package, Source
from safe_install.scan.unpack.names import fold

NODE_MODULES = "node_modules"
BIN = ".bin"


def homes(members: Collection[str]) -> dict[str, str]:
    """Map every package directory below ``node_modules`` to one file in it, outer directories before inner ones.

    Only an unbroken chain counts (``node_modules/a/node_modules/b``): npm looks nowhere else, so the
    ``test/fixtures/node_modules`` of real packages are plain files. ``node_modules/.bin`` is listed like a package.
    """
    found: dict[str, str] = {}
    for path in members:
        for home in _chain(path):
            found.setdefault(home, path)
    return {home: found[home] for home in sorted(found)}


def _chain(path: str) -> Iterator[str]:
    parts = path.split("/")
    at = 0
    while at + 2 < len(parts) and fold(parts[at]) == NODE_MODULES:
        at += 3 if parts[at + 1].startswith("@") else 2
        if at >= len(parts):
            return
        yield "/".join(parts[:at])


def bundled(package: Package) -> dict[str, Artifact]:
    """Promise, by location, what a package says that it bundles: for want of a lockfile, which would say it."""
    manifest = package.manifest
    listed = manifest.get("bundleDependencies", manifest.get("bundledDependencies"))
    everything = listed is True
    names = {name for name in listed if isinstance(name, str)} if isinstance(listed, list | dict) else set[str]()
    own = package.artifact.location
    promised: dict[str, Artifact] = {}
    for home in homes(package.members):
        outermost = home.removeprefix(f"{NODE_MODULES}/").partition(f"/{NODE_MODULES}/")[0]
        name = home.rpartition(f"{NODE_MODULES}/")[2]
        if name != BIN and (everything or outermost in names):
            place = f"{own}/{home}"
            promised[place] = Artifact(location=place, name=name, version="", source=Source.BUNDLED, bundler=own)
    return promised


def carve(package: Package, home: str, artifact: Artifact, manifest: Mapping[str, object]) -> Package:
    """Give a directory of a package as a package of its own."""
    prefix = f"{home}/"
    members = {path.removeprefix(prefix): member for path, member in package.members.items() if path.startswith(prefix)}
    return Package(artifact=artifact, manifest=manifest, members=members, files=_Below(package.files, prefix, members))


class _Below(Mapping[str, bytes]):
    """The contents below a directory, under paths relative to it."""

    __slots__ = ("_files", "_members", "_prefix")

    def __init__(self, files: Mapping[str, bytes], prefix: str, members: Collection[str]) -> None:
        self._files = files
        self._prefix = prefix
        self._members = members

    def __getitem__(self, path: str) -> bytes:
        return self._files[f"{self._prefix}{path}"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
