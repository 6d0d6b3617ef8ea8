"""Locations: the keys of a lockfile's packages, and how npm finds one package from another through node_modules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

LONGEST = 512
"""Characters in a location; deeper trees do not fit into paths, and bounded locations keep lookups cheap."""

NAME = re.compile(r"(?!node_modules(?:/|$))(?:@[\w.!~*'()-]+/)?[A-Za-z0-9_!~*'()-][\w.!~*'()-]*", re.ASCII)
"""A package's name as npm lets it be a folder's, old upper-case ones included; never one that starts with a dot."""

_INSTALLED = re.compile(rf"node_modules/{NAME.pattern}(?:/node_modules/{NAME.pattern})*", re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:")
_CLIMBING = re.compile(r"^(?:\.\./)+")
_NONE_OF_THESE = {"", ".", "..", "node_modules"}


def folder_name(location: str) -> str:
    """Give the name that a package is required by: ``@scope/name`` or ``name``, the end of its location."""
    parent, _, name = location.rpartition("/")
    scope = parent.rpartition("/")[2]
    return f"{scope}/{name}" if scope.startswith("@") else name


def parent_of(location: str) -> str | None:
    """Give the location of the package in whose node_modules this one lies; None for a directory."""
    if location.startswith("node_modules/") and "/node_modules/" not in location:
        return ""
    parent, mark, _ = location.rpartition("/node_modules/")
    return parent if mark else None


def directory_of(location: str) -> str:
    """Give the directory that a location's outermost node_modules lies in, or the location itself."""
    if location.startswith("node_modules/"):
        return ""
    return location.partition("/node_modules/")[0]


def resolve(location: str, name: str, present: Container[str]) -> str | None:
    """Find what ``require(name)`` means in a package: the nearest node_modules that holds the name, as npm does."""
    for folder in _lookup(location):
        if (found := folder + name) in present:
            return found if folder_name(found) == name else None
    return None


def folded(text: str) -> str:
    """Write a text as npm compares names (arborist's case-insensitive-map.js): without case, and decomposed."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKD", text).lower()


def by_folded(locations: Iterable[str]) -> dict[str, str]:
    """Find locations by how npm compares them, for `edge_to`."""
    return {folded(location): location for location in locations}


def edge_to(location: str, name: str, present: Mapping[str, str]) -> str | None:
    """Find what npm installs for a dependency by this name; ``present`` is by `by_folded`.

    To npm ``a`` means ``node_modules/A`` too, on any disk; what Node then loads by that name is another question.
    """
    for folder in _lookup(location):
        found = present.get(folded(folder + name))
        if found is not None:
            return found if folded(folder_name(found)) == folded(name) else None
    return None


def all_named(location: str, name: str, present: Container[str]) -> Iterator[str]:
    """Find what ``require(name/path)`` may mean: Node goes on to the next node_modules where a package has no such file."""
    folders = (folder for folder in _lookup(location) if folder_name(folder + name) == name)
    yield from (folder + name for folder in folders if folder + name in present)


@lru_cache(maxsize=256)  # all names of one package are looked up one after the other
def _lookup(location: str) -> tuple[str, ...]:
    """List the node_modules that npm looks into, nearest first; the project's own only from within the project."""
    folders = [f"{location}/node_modules/" if location else "node_modules/"]
    outside = leaves_project(location)
    while location:
        parent = parent_of(location)
        location = location.rpartition("/")[0] if parent is None else parent
        if location or not outside:
            folders.append(f"{location}/node_modules/" if location else "node_modules/")
    return tuple(folders)


def is_directory(location: str) -> bool:
    """Tell whether a location is a directory of the project's own, beside or above node_modules."""
    return parent_of(location) is None


def what_is_wrong(location: str) -> str | None:
    """Say why npm would never write such a location, or None for one that it might."""
    if len(location) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if not location.isprintable() or "\\" in location:
        return "holds control characters or backslashes"
    directory = directory_of(location)
    installed = location[len(directory) :].removeprefix("/")
    if installed and not _INSTALLED.fullmatch(installed):
        return "holds a folder in node_modules that is no package's"
    inside = _CLIMBING.sub("", directory)
    if directory and inside != ".." and not _NONE_OF_THESE.isdisjoint(inside.split("/")):
        return "is absolute, or not in its shortest form"
    return "is on another drive" if _DRIVE.match(location) else None


def leaves_project(location: str) -> bool:
    """Tell whether a location lies outside the project's directory."""
    return location == ".." or location.startswith("../")


def matches(patterns: Iterable[object], directory: str) -> bool:
    """Tell whether a directory is a workspace by the ``workspaces`` of a root entry; braces are not understood."""
    chosen = False
    for pattern in patterns:
        text = str(pattern)
        wanted = re.sub(r"^\.?/+", "", text.lstrip("!")).rstrip("/")
        if _fits(directory.split("/"), wanted.split("/")):
            chosen = (len(text) - len(text.lstrip("!"))) % 2 == 0
    return chosen


def _fits(segments: list[str], pattern: list[str]) -> bool:
    """Match a path against a glob, segment by segment; ``**`` stands for any number of them."""
    reached = {0}
    for wanted in pattern:
        if wanted == "**":
            reached = set(range(min(reached), len(segments) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(segments) and fnmatchcase(segments[at], wanted)}
    return len(segments) in reached
