"""What may stand where in a project's node_modules: files, folders, links, and the programs of ``.bin``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from safe_install.model import Member, Package

_INSIDE = "node_modules/"


@dataclass(frozen=True, slots=True)
class PromisedFile:
    """One file that npm will have written: whose it is, its path there, and what it holds."""

    location: str
    path: str
    member: Member


class Promises:
    """The promises of all packages, by paths relative to the project.

    ``roots`` are the node_modules folders to look at: the project's, and those of linked folders inside it.
    """

    def __init__(self, packages: Mapping[str, Package], links: Mapping[str, str]) -> None:
        self.packages = {location: packages[location] for location in packages if is_in_node_modules(location)}
        self.links = links
        self.files = {f"{file.location}/{file.path}": file for file in self._files()}
        self.folders = _folders_above((*self.files, *self.packages, *links))
        self.bins = self._bins()
        self.roots = self._roots()

    def owner(self, path: str) -> str:
        """Give the location of the package that a path lies in, empty when it lies in none."""
        while path and path not in self.packages:
            path = posixpath.dirname(path)
        return path

    def allows_link(self, path: str, target: str) -> bool:
        """Tell whether a symbolic link may stand here and point there."""
        if path in self.links:
            return posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) == self.links[path].rstrip("/")
        return target in self.bins.get(path, ()) or self._is_bin_of_linked(path, target)

    def _files(self) -> Iterator[PromisedFile]:
        """Yield every file; one that lies in a package nested in another's tarball is the nested one's."""
        for location, package in self.packages.items():
            for path, member in package.members.items():
                if _INSIDE not in path or self.owner(posixpath.dirname(f"{location}/{path}")) == location:
                    yield PromisedFile(location, path, member)

    def _bins(self) -> dict[str, set[str]]:
        """Map each link in a ``.bin`` to what it may point to: npm lets one of several packages of a name win."""
        bins: dict[str, set[str]] = {}
        for location, package in self.packages.items():
            above, _, folder = location.rpartition(_INSIDE)
            for name, path in linked_programs(package).items():
                link = f"{above}{_INSIDE}.bin/{name}"
                bins.setdefault(link, set()).add(f"../{folder}/{path}")
        return bins

    def _is_bin_of_linked(self, path: str, target: str) -> bool:
        """Tell whether a link in ``.bin`` leads into a linked folder beside it: those programs are the project's own."""
        folder, _, _ = path.rpartition("/.bin/")
        clean = posixpath.normpath(target) == target
        return clean and any(
            target.startswith(f"../{link.removeprefix(f'{folder}/')}/")
            for link in self.links
            if link.startswith(folder)
        )

    def _roots(self) -> tuple[str, ...]:
        folders = {"", *(target.rstrip("/") for target in self.links.values() if not target.startswith(".."))}
        folders |= {location.partition(_INSIDE)[0].rstrip("/") for location in (*self.packages, *self.links)}
        return tuple(sorted(f"{folder}/node_modules".lstrip("/") for folder in folders))


def linked_programs(package: Package) -> dict[str, str]:
    """Map the names under which npm links a package's programs into ``.bin`` to the members they are.

    npm links what the lockfile entry says, not what the tarball says.
    """
    named = {
        posixpath.basename(name): posixpath.normpath(f"/{target}").lstrip("/")
        for name, target in package.artifact.bin.items()
    }
    return {name: path for name, path in named.items() if path in package.members}


def is_in_node_modules(location: str) -> bool:
    """Tell whether a location is one that npm unpacks into, and not a folder of the project's own."""
    return location.startswith(_INSIDE) or f"/{_INSIDE}" in location


def _folders_above(paths: tuple[str, ...]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        above = posixpath.dirname(path)
        while above and above not in folders:
            folders.add(above)
            above = posixpath.dirname(above)
    return folders
