"""Files that a text names beside a library whose edges are not all followed: it may be handed their names.

``require("execa")("node", ["b.js"])`` runs a file of the script's own package, and where is known only in execa. So is
what a program reads by its name alone, as gulp reads a gulpfile.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from safe_install.model import Language, Package
from safe_install.scan.javascript.put_elsewhere import joined_elsewhere
from safe_install.scan.reach.resolve import Target, resolve_path
from safe_install.scan.shell.words import Word

MOST = 50
ALIKE = 3  # of more files whose path ends alike, as with index.js, only those at the root and beside the text are meant
MOST_NAMES = 5_000  # looked at in one text
_NAME = re.compile(r"""(?<=['"`])[\w@./-]{3,100}(?=['"`])""")
_LANGUAGES = {
    **dict.fromkeys((".js", ".cjs", ".mjs"), Language.JAVASCRIPT),
    **dict.fromkeys((".ts", ".mts", ".cts"), Language.TYPESCRIPT),
    **dict.fromkeys((".sh", ".bash"), Language.SHELL),
    **dict.fromkeys((".bat", ".cmd"), Language.BATCH),
    ".py": Language.PYTHON,
    ".ps1": Language.POWERSHELL,
}
_TYPES = (".d.ts", ".d.mts", ".d.cts")
_SETTINGS = re.compile(r"(?:[\w-]*file|\.[\w-]*rc|[\w.-]*[.-](?:config|conf|setup))\.[cm]?[jt]s", re.IGNORECASE)
"""Names under which build programs look for JavaScript of the package they run in: gulpfile.js, .babelrc.js, x.config.mjs."""
_DATA = re.compile(
    r"(?:\.[\w-]{1,40}rc|[\w.-]{1,40}[.-](?:config|conf|setup)\.(?:jsonc?|ya?ml))(?:\.(?:jsonc?|ya?ml))?", re.IGNORECASE
)
"""Names of settings that are data and may name files to load: .mocharc.yml, .nycrc, x.config.json."""
_LARGEST_DATA = 65_536  # bytes
_PATH = re.compile(r"(?<![\w@./-])[\w@./-]{1,100}\.(?:[cm]?[jt]s|py|sh|bash|bat|cmd|ps1)(?![\w./-])")


def by_name(package: Package) -> dict[str, list[str]]:
    """List the files of a package by the last part of their path, at most `MOST` of one name, those of the shortest paths."""
    named: dict[str, list[str]] = {}
    for path in sorted(package.members, key=len):
        same = named.setdefault(posixpath.basename(path), [])
        if len(same) < MOST:
            same.append(path)
    return named


def handed(
    text: str, package: Package, origin: str, named: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Language]]:
    """List the files of a package that a text of it names, from where it stands or by the end of their path.

    ``origin`` is its path, if it is a file; ``named`` is what `by_name` gives of the package. A name that JavaScript only joins to
    places outside the package is none of its files.
    """
    said = Counter(match[0] for match, _ in zip(_NAME.finditer(text), range(MOST_NAMES), strict=False))
    found = _named(said, package, posixpath.dirname(origin), named)
    is_whole = said.total() < MOST_NAMES
    if found and is_whole and _LANGUAGES.get(posixpath.splitext(origin)[1]) is Language.JAVASCRIPT:
        lies_outside = partial(_lies_outside, package.artifact.location)
        said -= joined_elsewhere(text.encode(errors="replace"), origin, lies_outside)
        found = _named(said, package, posixpath.dirname(origin), named)
    yield from _read_as(found[:MOST])


def _named(names: Collection[str], package: Package, directory: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """List the files that one of these names means: the end of a path, or a path from a directory."""
    ends = {name.lstrip("./") for name in names if posixpath.splitext(name)[1] in _LANGUAGES}
    by_end: set[str] = set()
    for name in ends:
        same = [path for path in named.get(posixpath.basename(name), ()) if f"/{path}".endswith(f"/{name}")]
        by_end |= set(same if len(same) <= ALIKE else ())
    by_end |= {posixpath.join(directory, name) for name in ends} & package.members.keys()
    by_end |= ends & package.members.keys()
    by_path = {
        found.name
        for name in names
        if name.startswith(("./", "../"))
        and name.strip("./")
        and (found := resolve_path(package, name, directory)).target is Target.OWN
    }
    return sorted(by_end | by_path)


def _lies_outside(location: str, place: str) -> bool:
    """Tell whether a place, written from a package's root, lies in the same tree and not in the package."""
    there = posixpath.normpath(posixpath.join(location, place))
    return bool(location) and not there.startswith("..") and not f"{there}/".startswith(f"{location}/")


def given(words: Iterable[Word], package: Package, directory: str, program: str) -> Iterator[tuple[str, Language]]:
    """List the files of a package that a program may read where it is started: those it is told, its settings, and what those name.

    Settings are files of a name that such files have, and what stands in the manifest under the program's name.
    """
    told = {(word.literal or "").rpartition("=")[2] for word in words}
    paths = {posixpath.normpath(posixpath.join(directory, name)) for name in told if name}
    settings = {
        path
        for path in package.members
        if posixpath.dirname(path) == directory and _SETTINGS.fullmatch(posixpath.basename(path))
    }
    data = [
        path
        for path, member in package.members.items()
        if posixpath.dirname(path) == directory
        and _DATA.fullmatch(posixpath.basename(path))
        and member.size <= _LARGEST_DATA
    ]
    yield from ((path, Language.JSON if path.endswith("json") else Language.TEXT) for path in sorted(data)[:MOST])
    texts = [package.files[path].decode(errors="replace") for path in sorted(data)[:MOST]]
    for text in (*texts, json.dumps(package.manifest.get(program, ""), ensure_ascii=False)):
        paths |= {
            posixpath.normpath(posixpath.join(directory, name[0])) for name in islice(_PATH.finditer(text), MOST_NAMES)
        }
    yield from _read_as(sorted((paths & package.members.keys()) | settings)[:MOST])


def _read_as(paths: Iterable[str]) -> Iterator[tuple[str, Language]]:
    for path in paths:
        extension = posixpath.splitext(path)[1]
        if extension in _LANGUAGES and not path.endswith(_TYPES):
            yield path, _LANGUAGES[extension]
