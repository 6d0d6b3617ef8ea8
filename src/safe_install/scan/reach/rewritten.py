"""Files that a script may change before it runs them, so that what was read is not what runs."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from safe_install.model import GapKind, Language, ReachableFile
from safe_install.scan.reach.installed import Installed, Places, Spot
from safe_install.scan.reach.order import Order
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.words import Word
from safe_install.scan.unpack.manifest import MANIFEST

_FOUND_INSTEAD = frozenset(("", ".cjs", ".js", ".json", ".mjs", ".node"))
_LATER = {".js": frozenset((".json", ".node", ".cjs", ".mjs")), ".json": frozenset((".node", ".cjs", ".mjs"))}
"""By a reached file's extension: those that Node only tries where that one is not there, or never tries."""
RUN = frozenset(
    (
        *(Language.JAVASCRIPT, Language.TYPESCRIPT, Language.SHELL, Language.PYTHON),
        *(Language.BATCH, Language.POWERSHELL),
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Write:
    """A place that a text writes, and where it runs.

    ``sources`` are the files that it is copied from, nothing for a text that starts nothing; None when that is not known.
    ``onto_directory``: where a directory lies there, all that it holds may be another's; else that is told place by place.
    """

    target: Word
    places: Places
    by: ReachableFile
    sources: tuple[Word, ...] | None = None
    onto_directory: bool = False


def rewritten(
    writes: Iterable[Write],
    files: Collection[ReachableFile],
    installed: Installed,
    order: Order,
    is_known: Callable[[Spot], bool],
    put_in: Collection[tuple[str, str]] | None = None,
) -> Iterator[tuple[ReachableFile, Blind]]:
    """Tell what writes may change among the files that were reached: where a gap stands, and what it is.

    Data that is only looked at is none of them; ``put_in`` are the files of data, by location and path, that texts were
    read with, None where others may look at it, too. Of places that only running tells one gap is enough. ``is_known`` tells
    of a place whether all that comes to lie there comes from where that is told.
    """
    told = False
    builds = any(file.language is Language.GYP for file in files)  # there data is printed into commands
    words = None if builds else put_in
    data = {(file.location, file.path) for file in files if words is not None and _is_looked_at(file, words)}
    data -= {(file.location, file.path) for file in files if file.language is not Language.JSON}

    def hides_nothing(spot: Spot) -> bool:
        return spot in data or is_known(spot)

    for write in _each_once(writes):
        if write.target.literal == "":
            continue  # no file system takes that for a place
        if write.target.literal is not None:
            yield from _replaced(write, write.target.literal, files, installed, hides_nothing)
        elif not told and _may_be_any(write, files, installed, order):
            told = True
            detail = f"writes {write.target.shown}, which may be a file that runs later"
            yield write.by, Blind(kind=GapKind.DYNAMIC, detail=detail)


def _is_looked_at(file: ReachableFile, put_in: Collection[tuple[str, str]]) -> bool:
    """Tell whether a file is data whose words were not taken for known: what is made of them is a gap where it matters."""
    is_manifest = posixpath.basename(file.path) == MANIFEST
    return file.language is Language.JSON and not is_manifest and (file.location, file.path) not in put_in


def _each_once(writes: Iterable[Write]) -> Collection[Write]:
    return {(one.target, one.places, one.by.location, one.by.path): one for one in writes}.values()


def _replaced(
    write: Write,
    text: str,
    files: Collection[ReachableFile],
    installed: Installed,
    is_known: Callable[[Spot], bool],
) -> Iterator[tuple[ReachableFile, Blind]]:
    spots = {installed.step(text, start, write.by.location) for start in write.places}
    places = {spot for spot in spots if spot is not None}
    for file in files:
        taken = (
            place for place in places if _takes_the_place(place, file) or (write.onto_directory and _holds(place, file))
        )
        if not file.inline and any(not is_known(place) for place in taken):
            detail = f"{file.path} may be replaced while the script runs, so what runs then may not be what was read"
            yield file, Blind(kind=GapKind.DYNAMIC, detail=detail)


def _takes_the_place(spot: Spot, file: ReachableFile) -> bool:
    """Tell whether a written file is a reached one, or one that Node would find instead of it."""
    written, reached = spot.directory, file.path
    if spot.location != file.location:
        return False
    stem, extension = posixpath.splitext(written)
    if written == reached or (
        posixpath.basename(written) == MANIFEST and reached.startswith(f"{stem[:-7]}") and "/" in written
    ):
        return True
    name, reached_as = posixpath.splitext(reached)
    is_earlier = extension not in _LATER.get(reached_as, ())
    return extension in _FOUND_INSTEAD and (
        (stem == name and is_earlier) or (extension != "" and reached.startswith(f"{stem}/"))
    )


def _holds(directory: Spot, file: ReachableFile) -> bool:
    """Tell whether a file lies below a place, which is then no place of a file."""
    start = f"{directory.directory}/" if directory.directory else ""
    return directory.location == file.location and file.path.startswith(start)


def _may_be_any(write: Write, files: Collection[ReachableFile], installed: Installed, order: Order) -> bool:
    """Tell whether a write to a place that only running tells may change a file of its package that is run later.

    What leads to the writer was loaded before it, and so was what these require first; what starts at a known place outside is no file of ours. The
    known end of a place's name, and the directory that it starts with, leave only the files that they fit.
    """
    before = {installed.called(write.by), *write.by.via}
    settled = order.settled((write.by.location, write.by.path))
    return any(
        file.language in RUN
        and not file.inline
        and file.location == write.by.location
        and installed.called(file) not in before
        and (file.location, file.path) not in settled
        and _fits(write.target, file, write.places, installed)
        for file in files
    )


def _fits(target: Word, file: ReachableFile, places: Places, installed: Installed) -> bool:
    """Tell whether a partly computed place can be a file, or one that Node would find instead of it."""
    start, end = target.parts[0], target.parts[-1]
    if isinstance(end, str):
        stem, extension = posixpath.splitext(end)
        reached = posixpath.splitext(file.path)[0]
        instead = extension in _FOUND_INSTEAD and (f"/{reached}".endswith(stem) or f"/{file.path}".endswith(stem))
        beside = posixpath.basename(end) == MANIFEST and f"{posixpath.dirname(end)}/" in f"/{file.path}"
        if not (instead or beside or f"/{file.path}".endswith(end)):
            return False
    if not isinstance(start, str):
        return True
    if start.startswith(("/", "~")):
        return False
    folder, _, stub = start.rpartition("/")
    spots = {installed.step(folder, place, file.location) for place in places} - {None}
    prefixes = (f"{spot.directory}/{stub}".lstrip("/") for spot in spots if spot and spot.location == file.location)
    return not places or any(file.path.startswith(prefix) for prefix in prefixes)
