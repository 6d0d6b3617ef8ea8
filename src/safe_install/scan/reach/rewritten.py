"""Files that a script may change before it runs them, so that what was read is not what runs."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from safe_install.model import GapKind, Language, ReachableFile
from safe_install.scan.reach.directories import Places
from safe_install.scan.reach.resolve import placed
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.words import Word
from safe_install.scan.unpack.manifest import MANIFEST

_FOUND_INSTEAD = frozenset(("", ".cjs", ".js", ".json", ".mjs", ".node"))
_RUN = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.SHELL, Language.PYTHON))


@dataclass(frozen=True, kw_only=True, slots=True)
class Write:
    """A place that a text writes, and where it runs."""

    target: Word
    places: Places
    by: ReachableFile


def rewritten(writes: Iterable[Write], files: Collection[ReachableFile]) -> Iterator[tuple[str, Blind]]:
    """Tell what writes may change among the files that were reached: where a gap stands, and what it is.

    Of places that only running tells one gap is enough.
    """
    told = False
    for write in dict.fromkeys(writes):
        if write.target.literal is not None:
            yield from _replaced(write, write.target.literal, files)
        elif not told and _may_be_any(write, files):
            told = True
            detail = f"writes {write.target.shown}, which may be a file that runs later"
            yield write.by.path, Blind(kind=GapKind.DYNAMIC, detail=detail)


def _replaced(write: Write, text: str, files: Collection[ReachableFile]) -> Iterator[tuple[str, Blind]]:
    places = {place for place in (placed(text, start) for start in write.places) if place}
    for file in files:
        if not file.inline and any(_takes_the_place(place, file.path) for place in places):
            detail = f"{file.path} may be replaced while the script runs, so what runs then may not be what was read"
            yield file.path, Blind(kind=GapKind.DYNAMIC, detail=detail)


def _takes_the_place(written: str, reached: str) -> bool:
    """Tell whether a written file is a reached one, or one that Node would find instead of it."""
    stem, extension = posixpath.splitext(written)
    if written == reached or (
        posixpath.basename(written) == MANIFEST and reached.startswith(f"{stem[:-7]}") and "/" in written
    ):
        return True
    return extension in _FOUND_INSTEAD and (
        stem == posixpath.splitext(reached)[0] or (extension != "" and reached.startswith(f"{stem}/"))
    )


def _may_be_any(write: Write, files: Collection[ReachableFile]) -> bool:
    """Tell whether a write to a place that only running tells may change a file that is run later.

    What leads to the writer was loaded before it, and what starts at a known place outside is no file of ours.
    """
    start = write.target.parts[0] if write.target.parts else ""
    if isinstance(start, str) and start.startswith(("/", "~")):
        return False
    before = {write.by.path, *write.by.via}
    return any(file.language in _RUN and not file.inline and file.path not in before for file in files)
