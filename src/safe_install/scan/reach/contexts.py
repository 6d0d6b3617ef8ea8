"""Paths of which a part is computed: every file that fits the rest, as bundlers read such a ``require``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from safe_install.model import Package
from safe_install.scan.reach.installed import Installed, Spot
from safe_install.scan.shell.words import Computed, Word, literal

MOST = 50
MOST_LIBRARIES = 120  # deasync 0.1.32 brings one for each of 97 platforms and versions of Node
SHORTEST = 3  # characters of a package's name that have to be known
_LOADED = (".js", ".json", ".node", ".cjs", ".mjs")
_ENDINGS = ("", ".js", ".json", ".node", ".cjs", ".mjs", "/index.js")
_MADE = re.compile(r"\b(?!platform\b|arch\b|type\b|endianness\b)[\w$]+\s*\)?\s*[(`]")
"""A call in a computed part, but for those of ``os`` that say on which machine this is."""


_PART_OF_VERSION = re.compile(r"/\^?[\\d.+()\[\]0-9-]{1,40}/\.exec\(process\.(?:version|versions\.\w+)\)(?:\[\d\])?")
"""A part of what Node says of its version: numbers with single dots, which lead nowhere else."""


_LISTING = re.compile(r"(?:[\w$]+\.){0,3}readdirSync\(")


def _is_made(part: Computed) -> bool:
    if _PART_OF_VERSION.fullmatch(part.source) is not None or _is_entry(part.source):
        return False
    return _MADE.search(part.source) is not None


def _is_entry(source: str) -> bool:
    """Tell whether a text is one of the names that a directory lists: they hold no slash, and ``..`` is none of them."""
    found = _LISTING.match(source)
    depth = 1
    for index in range(found.end() if found else len(source), len(source)):
        depth += {"(": 1, ")": -1}.get(source[index], 0)
        if depth == 0:
            return index == len(source) - 1
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitting:
    """The files that fit. ``certain``: what is computed names something below a directory, and no code makes it."""

    files: tuple[tuple[Package, str], ...] = ()
    certain: bool = False


def fitting(word: Word, spots: Iterable[Spot], owner: str, installed: Installed) -> Fitting:
    """List the files that a path may mean when it starts with a known directory, at most `MOST`, else none.

    Assumed: what is computed stays in that directory and below it. Text with ``..`` in it could leave, so a part
    that a call makes is never certain, nor is one right below the package's root, where all files fit; a plain
    name that holds ``..`` is what this takes the risk of.
    """
    start, end = word.parts[0], word.parts[-1]
    anchored = any("\0" in part for part in word.parts[1:] if isinstance(part, str))
    if not isinstance(start, str) or "/" not in start or anchored:
        return Fitting()
    folder, _, stub = start.rpartition("/")
    tail = end if isinstance(end, str) else ""
    files: dict[tuple[str, str], Package] = {}
    certain = not any(_is_made(part) for part in word.parts if isinstance(part, Computed))
    for spot in spots:
        place = installed.step(folder, spot, owner)
        package = installed.at(place.location) if place is not None else None
        if place is None or package is None:
            continue
        certain &= place.directory != "" or stub != ""
        files |= {(place.location, path): package for path in _below(package, place.directory, stub, tail)}
    most = MOST_LIBRARIES if all(path.endswith(".node") for _, path in files) else MOST
    if not 0 < len(files) <= most:
        return Fitting()
    return Fitting(files=tuple((package, path) for (_, path), package in files.items()), certain=certain)


def _below(package: Package, directory: str, stub: str, tail: str) -> Iterator[str]:
    """List what fits; where nothing is known but the package, only what Node would load by such a path."""
    prefix = f"{directory}/{stub}" if directory else stub
    endings = tuple(f"{tail}{extension}" for extension in (_ENDINGS if prefix or tail else _LOADED))
    return (path for path in package.members if path.startswith(prefix) and path.endswith(endings))


def named_like(word: Word, manifest: Mapping[str, object]) -> list[Word]:
    """List what a partly computed module means among the packages that a manifest declares, such as one for each platform.

    The name has to start with more than a scope, and no code may make the computed part: that it says no other
    package's name is assumed, as it is of ``..`` in a path.
    """
    kin = kin_of(word)
    if kin is None:
        return []
    start, tail = kin
    subpath = tail[tail.index("/") :] if "/" in tail else ""
    tables = [manifest.get(table) for table in ("dependencies", "optionalDependencies")]
    names = {name for table in tables if isinstance(table, Mapping) for name in table}
    fitting = sorted(name for name in names if name.startswith(start) and name.endswith(tail.removesuffix(subpath)))
    return [literal(f"{name}{subpath}") for name in fitting[:MOST]]


_OF_MACHINE = re.compile(r"process\.(?:platform|arch)")


def is_for_machine(word: Word) -> bool:
    """Tell whether nothing is computed in a word but on which system and processor Node runs, a plain word each."""
    parts = [part for part in word.parts if isinstance(part, Computed)]
    return bool(parts) and all(_OF_MACHINE.fullmatch(part.source) for part in parts)


def is_below(word: Word) -> bool:
    """Tell whether what is computed in a path is words about the machine, and its known parts lead nowhere upward."""
    known = "".join(part if isinstance(part, str) else "x" for part in word.parts)
    return ".." not in known and all(
        _OF_MACHINE.fullmatch(part.source) for part in word.parts if isinstance(part, Computed)
    )


def kin_of(word: Word) -> tuple[str, str] | None:
    """Give how a partly computed module's name starts, and how it ends with what stands behind it; None where it may be any.

    A scope alone is enough where only the machine is left to be named: ``@a/linux-x64`` has a name of its own for each.
    """
    start, end = (word.parts[0], word.parts[-1]) if word.parts else ("", "")
    made = any(_is_made(part) for part in word.parts if isinstance(part, Computed))
    if made or not isinstance(start, str):
        return None
    scoped = start.startswith("@")
    is_short = len(start.partition("/")[2] if scoped else start) < SHORTEST and not (scoped and is_for_machine(word))
    if is_short or start.count("/") > scoped:  # the name is known, and a path in the package is not
        return None
    return start, end if isinstance(end, str) else ""
