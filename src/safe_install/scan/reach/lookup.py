"""A path in a lead → the files it means, from every place where it may start; or why there is none."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from safe_install.model import BoundaryKind, GapKind, Language, Package
from safe_install.scan.javascript.surroundings import ASKING
from safe_install.scan.reach.contexts import fitting
from safe_install.scan.reach.installed import Spot
from safe_install.scan.reach.outcomes import Scene, ToFile
from safe_install.scan.reach.resolve import Resolution, Target
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.words import PACKAGE_ROOT, Word, excerpt

_TEXTS = frozenset((Kind.JAVASCRIPT_TEXT, Kind.PYTHON_TEXT))
Finder = Callable[[Package, str, str], Resolution]
_MANY_MEMBERS = 20_000  # among more, one that differs only in case is not looked for, but taken for granted
_SAID = {
    Kind.MODULE: "requires",
    Kind.PYTHON_MODULE: "imports",
    Kind.JAVASCRIPT_TEXT: "evaluates",
    Kind.SHELL_TEXT: "runs the command",
    Kind.BATCH_TEXT: "runs the command",
    Kind.POWERSHELL_TEXT: "runs the command",
    Kind.PYTHON_TEXT: "evaluates",
    Kind.SCRIPT: "runs the script",
}


def said(lead: Lead) -> str:
    """Say what a lead does to its target."""
    return _SAID.get(lead.kind, "runs")


def spots(text: str, scene: Scene) -> list[Spot]:
    """List where a path may start; one that starts at its package's root starts nowhere else."""
    if text.removeprefix("file://").startswith(PACKAGE_ROOT):
        return [Spot(scene.owner.artifact.location)]
    return sorted(scene.places)


def found(lead: Lead, scene: Scene, find: Finder) -> Iterator[ToFile | Blind]:
    """Look a path up from every place it may start at; files that are found are told as text, else why none is."""
    text = lead.target.literal
    if text is None:
        yield from computed(lead, scene, spots(str(lead.target.parts[0]), scene))
        return
    each = [located(text, spot, scene, find) for spot in spots(text, scene)]
    if not each:
        yield nowhere(lead)
    own = [(package, one) for package, one in each if one.target is Target.OWN]
    for package, one in dict.fromkeys((package.artifact.location, one) for package, one in own):
        where = scene.installed.at(package) or scene.owner
        yield from (ToFile(package=where, path=path, language=Language.JSON) for path in one.manifests)
        yield ToFile(package=where, path=one.name, language=Language.TEXT)
    yield from () if own else (not_found(one, lead, package) for package, one in each)


def asked(lead: Lead, outcomes: Iterable[ToFile | Blind]) -> Iterator[ToFile | Blind]:
    """Mark a program of the package that is not there and would only be asked what it is."""
    said_to = [word.literal for word in lead.arguments]
    is_asked = len(said_to) == 1 and said_to[0] in ASKING
    start = f"{PACKAGE_ROOT}/"
    target = lead.target.literal or ""
    place = posixpath.normpath(target.removeprefix(start)) if is_asked and target.startswith(start) else ""
    for one in outcomes:
        missing = isinstance(one, Blind) and one.kind is GapKind.MISSING and not place.startswith("..")
        yield replace(one, place=place) if missing and isinstance(one, Blind) else one


def located(path: str, spot: Spot, scene: Scene, find: Finder) -> tuple[Package, Resolution]:
    """Find a path from one place, in another package when it climbs into one."""
    package = scene.installed.at(spot.location) or scene.owner
    one = find(package, path, spot.directory)
    other = scene.installed.step(path, spot, scene.owner.artifact.location) if one.target is Target.OUTSIDE else None
    beside = scene.installed.at(other.location) if other is not None else None
    if other is None or beside is None or beside is package:
        return package, one
    return beside, find(beside, f"./{other.directory}", "")


def computed(lead: Lead, scene: Scene, starts: list[Spot]) -> Iterator[ToFile | Blind]:
    """Find the files that fit a partly computed path; say that it is computed where they may not be all."""
    fits = fitting(lead.target, starts, scene.owner.artifact.location, scene.installed)
    yield from (ToFile(package=package, path=path, language=Language.TEXT) for package, path in fits.files)
    if not fits.certain:
        yield only_while_running(lead)


def only_while_running(lead: Lead) -> Blind:
    """Say that a lead's target is computed."""
    part = "in part " if lead.kind in _TEXTS and _is_written_here(lead.target) else ""
    detail = f"{said(lead)} {lead.target.shown}, known {part}only while running"
    return Blind(kind=GapKind.DYNAMIC, detail=detail, line=lead.line)


_WRAPPING = re.compile(r"async|function|await|return|require|module|exports|const|let|var|use strict|\W|\d")
_LETTERS = 6
_PIECES = 3


def _is_written_here(text: Word) -> bool:
    """Tell whether more of a text is written where it is put together than what goes around any text."""
    pieces = [part for part in text.parts if isinstance(part, str)]
    return len(pieces) >= _PIECES or len(_WRAPPING.sub("", "".join(pieces))) >= _LETTERS


def nowhere(lead: Lead) -> Blind:
    """Say that the place a path starts at is computed."""
    return Blind(kind=GapKind.DYNAMIC, detail=f"{lead.target.shown} starts in a directory known only while running")


def built(one: Resolution, package: Package) -> Ending | None:
    """Recognise the library that the package's own build file makes, which is not there before: CMake puts it below ``build``."""
    by_cmake = "CMakeLists.txt" in package.members and one.name.startswith("build/")
    is_built = one.name.endswith(".node") and ("binding.gyp" in package.members or by_cmake)
    if one.target is not Target.MISSING or not is_built:
        return None
    return Ending(kind=BoundaryKind.LOADS_NATIVE, detail=f"loads native code that is built here: {excerpt(one.name)}")


def not_found(one: Resolution, lead: Lead, package: Package) -> Blind:
    """Say why a resolution gives no file; one that is not there may still be made while running."""
    if one.target is Target.MISSING:
        start, members = one.name.casefold(), package.members
        cased = len(members) > _MANY_MEMBERS or any(path.casefold().startswith(start) for path in members)
        detail = f"{said(lead)} {excerpt(one.name)}, which is not in the package"
        return Blind(kind=GapKind.MISSING, detail=detail, optional=lead.optional and not cased)
    if one.target is Target.REMOTE:
        kind = GapKind.DOWNLOADED if one.name.startswith("http") else GapKind.DYNAMIC
        return Blind(kind=kind, detail=f"{said(lead)} {lead.target.shown}")
    return Blind(kind=GapKind.OUTSIDE, detail=f"{said(lead)} {lead.target.shown}, outside the package")
