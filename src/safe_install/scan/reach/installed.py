"""The packages that stand around a script, as Node and npm would find one from another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from safe_install.model import OF_THE_PROJECT, Package, ReachableFile, Source
from safe_install.scan.javascript.surroundings import PNP, Surroundings
from safe_install.scan.lock.tree import all_named, folder_name, parent_of, resolve
from safe_install.scan.reach.resolve import Target, placed, resolve_module
from safe_install.scan.reach.tree import Tree
from safe_install.scan.shell.words import PACKAGE_ROOT
from safe_install.scan.unpack.manifest import bins


class Spot(NamedTuple):
    """A directory inside the package that is installed at a location; empty is its root."""

    location: str
    directory: str = ""


Places = frozenset[Spot]
"""Directories where something may run; none when that is known only while running."""


@dataclass(slots=True)
class Installed:
    """The tree as far as it is here: ``packages``, with or without the script's own among them.

    ``lone``: no lockfile says what else belongs to it. ``registry`` is the host of the public registry.
    """

    script: Package
    packages: Tree
    lone: bool = False
    registry: str = ""
    _surroundings: dict[str, Surroundings] = field(default_factory=dict)

    @property
    def root(self) -> Places:
        """Give the directory in which npm starts the script."""
        return frozenset((Spot(self.script.artifact.location),))

    @property
    def is_whole(self) -> bool:
        """Tell whether more is here than the one package, so that a name which is not found is not installed."""
        return self.packages.has_others(self.script.artifact.location)

    def called(self, file: ReachableFile) -> str:
        """Name a file in chains: by its path, and its package when that is another one."""
        own = file.location == self.script.artifact.location
        return file.path if own else f"{file.package}/{file.path}"

    def at(self, location: str) -> Package | None:
        """Give the package at a location."""
        return self.script if location == self.script.artifact.location else self.packages.get(location)

    def module(self, package: Package, name: str) -> Package | None:
        """Find the other package that ``require(name)`` means in one."""
        location = resolve(package.artifact.location, name, self.packages)
        return None if location is None else self.packages[location]

    def beyond(self, package: Package, name: str, nearest: Package) -> list[Package]:
        """List the packages of that name farther out than the nearest one, nearest first."""
        found = list(all_named(package.artifact.location, name, self.packages))
        own = nearest.artifact.location
        return [self.packages[place] for place in (found[found.index(own) + 1 :] if own in found else found)]

    def around(self, package: Package) -> Iterator[Package]:
        """Yield the packages that a package lies in, nearest first."""
        location = parent_of(package.artifact.location)
        while location:
            outer = self.at(location)
            yield from () if outer is None else (outer,)
            location = parent_of(location)

    def surroundings(self, package: Package) -> Surroundings:
        """Say by which name a package finds itself, and whether anything here is called as what only other managers give."""
        location = package.artifact.location
        if location not in self._surroundings:
            around = self._surroundings_of(package, folder_name(location))
            unset = any("undefined" in path for path in package.members)
            self._surroundings[location] = replace(around, holds_undefined=unset)
        return self._surroundings[location]

    def _surroundings_of(self, package: Package, name: str) -> Surroundings:
        carried = {
            part for path in package.members for part in (f"/{name}/", f"/{PNP}/", f"/{PNP}.") if part in f"/{path}"
        }
        carried = {one for one in carried if any(f"node_modules{one}" in path for path in package.members)}
        tables = [package.manifest.get(table) for table in ("dependencies", "optionalDependencies", "peerDependencies")]
        declared = any(isinstance(table, Mapping) and PNP in table for table in tables)
        npm_only = not declared and self.module(package, PNP) is None and not any(PNP in one for one in carried)
        own = {(one.target, one.name) for one in resolve_module(package, name, "")}
        nearer = self.module(package, name)
        if len(own) != 1 or f"/{name}/" in carried or nearer not in (None, package):
            return Surroundings(npm_only=npm_only)
        ((target, main),) = own
        return Surroundings(name, main, npm_only=npm_only) if target is Target.OWN else Surroundings(npm_only=npm_only)

    def over(self, package: Package, path: str) -> Package | None:
        """Find the package that npm puts over what a tarball carries at a path below its own node_modules."""
        before, mark, rest = f"/{path}".rpartition("/node_modules/")
        if not mark:
            return None
        parts = rest.split("/")
        name = "/".join(parts[: 2 if rest.startswith("@") else 1])
        return self.packages.get(f"{package.artifact.location}{before}/node_modules/{name}".lstrip("/"))

    def holds(self, spot: Spot | None) -> bool:
        """Tell whether a package has files in a directory."""
        package = self.at(spot.location) if spot is not None else None
        if spot is None or package is None:
            return False
        return any(path.startswith(f"{spot.directory}/") for path in package.members) or not spot.directory

    def provider(self, name: str) -> Package | None:
        """Find the package whose bin the script's PATH has under a name."""
        return self.packages.provider(self.script.artifact.location, name)

    def brings_program(self, name: str | None) -> bool:
        """Tell whether the PATH has a program of that name that some package brings."""
        own = bins(self.script.manifest, self.script.members)
        return name is None or name in own or self.provider(name) is not None

    def step(self, path: str, spot: Spot, owner: str) -> Spot | None:
        """Follow a path from a spot, ``owner`` being where `PACKAGE_ROOT` is; None outside of every delivery.

        A path that climbs out of a package is followed into another one that was delivered, never into the project.
        """
        bare = path.removeprefix("file://")
        start = Spot(owner) if bare.startswith(PACKAGE_ROOT) else spot
        at = placed(path, start.directory)
        if at is not None:
            return Spot(start.location, at)
        if bare.startswith(PACKAGE_ROOT):
            bare = bare.removeprefix(PACKAGE_ROOT).lstrip("/")
        elif bare.startswith(("/", "~", "\0")):
            return None
        return self._owner(posixpath.normpath(posixpath.join(start.location, start.directory, bare)))

    def _owner(self, path: str) -> Spot | None:
        parts = path.split("/")
        for size in range(len(parts), 0, -1):
            found = self.at("/".join(parts[:size]))
            if found is not None:
                inside = Spot(found.artifact.location, "/".join(parts[size:]))
                return None if found.artifact.source in OF_THE_PROJECT else inside
        return None


def is_registrys_own(package: Package) -> bool:
    """Tell whether a package is the registry's of the name it is found by: no alias, no address, nothing bundled."""
    artifact = package.artifact
    return artifact.source is Source.REGISTRY and artifact.name == folder_name(artifact.location)
