"""One lead, followed one step: to files, to further texts, to a known end of text, or to what cannot be seen."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from safe_install.model import GapKind, Language
from safe_install.scan.javascript.surroundings import ASKING
from safe_install.scan.reach.build_files_followed import cargo, cmake, cmake_module, gyp, makefile, xcode
from safe_install.scan.reach.installed import Places, Spot
from safe_install.scan.reach.known_words import is_known_but_for_words, of_options
from safe_install.scan.reach.lookup import asked, found, not_found, only_while_running, spots
from safe_install.scan.reach.modules import loaded, module, some_manifest
from safe_install.scan.reach.named_by_callers import named_by_callers
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd, ToFile, ToText
from safe_install.scan.reach.programs_followed import executed, folder, program, script, scripts_below
from safe_install.scan.reach.resolve import Resolution, Target, resolve_file, resolve_path, resolve_python
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import (
    PACKAGE_ROOT,
    STAND_IN,
    WORKING_DIRECTORY,
    Computed,
    Contents,
    Quoted,
    Word,
    joined,
    literal,
)

_LANGUAGES = {
    Kind.JAVASCRIPT: Language.JAVASCRIPT,
    Kind.SHELL: Language.SHELL,
    Kind.PYTHON: Language.PYTHON,
    Kind.BATCH: Language.BATCH,
    Kind.POWERSHELL: Language.POWERSHELL,
    Kind.OTHER: Language.TEXT,
    Kind.JAVASCRIPT_TEXT: Language.JAVASCRIPT,
    Kind.SHELL_TEXT: Language.SHELL,
    Kind.PYTHON_TEXT: Language.PYTHON,
    Kind.BATCH_TEXT: Language.BATCH,
    Kind.POWERSHELL_TEXT: Language.POWERSHELL,
}
_OF_FILES = {Kind.JAVASCRIPT_TEXT: Kind.JAVASCRIPT, Kind.SHELL_TEXT: Kind.SHELL}
"""How a file is read whose text is run so."""
_LARGEST_DATA = 262_144  # bytes
_TYPED = frozenset((Kind.PROGRAM, Kind.FILE))
_FITTING = frozenset(
    (
        *(Kind.MODULE, Kind.MAIN, Kind.FILE, Kind.JAVASCRIPT, Kind.SHELL, Kind.PYTHON),
        *(Kind.BATCH, Kind.POWERSHELL, Kind.MAKEFILE, Kind.CMAKE),
    )
)
"""Kinds whose followers look for the files that a partly computed path fits, and say themselves what stays open."""


def follow(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow a lead; every lead comes to something, to a builtin of Node's or of the shell at least."""
    if lead.directory is not None:
        lead = _from_here(lead, scene)
        scene = replace(scene, places=places_of(lead, scene))
    if lead.kind in _TYPED and _is_a_line(lead.target.literal or "", scene):
        lead = replace(lead, kind=Kind.SHELL_TEXT, target=joined((lead.target, *lead.arguments), " "))
    if is_known_but_for_words(lead, scene):
        yield from of_options(lead)
        yield from _text(lead, scene, follow)
        return
    if lead.kind in _OF_FILES and any(isinstance(part, Contents) for part in lead.target.parts):
        yield from _held(lead, scene)
        return
    instead = _instead(lead, scene)
    if instead:
        for one in instead:
            yield from follow(one, scene)
        return
    if lead.target.literal is None and (lead.kind not in _FITTING or not isinstance(lead.target.parts[0], str)):
        yield some_manifest(lead, scene) or only_while_running(lead)
        if lead.kind in _FITTING:
            return
    for outcome in _FOLLOWERS[lead.kind](lead, scene, follow):
        yield _at_line(outcome, lead.line)


def _instead(lead: Lead, scene: Scene) -> list[Lead]:
    """Give what a lead comes to where others say what is computed in it, or where that is no code."""
    if lead.kind is Kind.JAVASCRIPT_TEXT and tuple(map(_sign, lead.target.parts)) == _REQUIRES_ALONE:
        quoted = lead.target.parts[1]
        return [replace(lead, kind=Kind.MODULE, target=Word(quoted.inside))] if isinstance(quoted, Quoted) else []
    return [replace(lead, target=literal(name)) for name in _by_callers(lead, scene)]


_REQUIRES_ALONE = ("require(", "", ")")
"""A text that requires what stands quoted in it, and says nothing else."""


def _sign(part: str | Computed) -> str:
    """Write a part of a text, a quoted one as nothing."""
    if isinstance(part, str):
        return re.sub(r"[\s;]", "", part)
    is_path = isinstance(part, Quoted) and str(part.inside[0]).startswith(PACKAGE_ROOT)
    return "" if is_path else "?"


def _by_callers(lead: Lead, scene: Scene) -> tuple[str, ...]:
    """List the modules that a name in ``try { return require(name) }`` stands for."""
    match lead.target.parts:
        case (Computed(source=source),) if lead.kind is Kind.MODULE and lead.optional and scene.home is not None:
            return named_by_callers(scene.owner, source, scene.home)
        case _:
            return ()


def _held(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow a text that is, or holds, what a file holds: that file is read as the text would be."""
    for part in lead.target.parts:
        if isinstance(part, Contents):
            there = replace(lead, kind=_OF_FILES[lead.kind], target=literal(part.path))
            for outcome in _exactly(there, scene, follow):
                yield _at_line(outcome, lead.line)
    if any(isinstance(part, Computed) and not isinstance(part, Contents) for part in lead.target.parts):
        yield only_while_running(lead)
    yield from _text(lead, scene, follow)


def _is_a_line(text: str, scene: Scene) -> bool:
    """Tell whether a program's name is a whole command line, and no file: only a shell then runs anything.

    ``spawn("which a && b", options)`` is told with that name when the options are not known, and may have a shell.
    """
    owner = scene.owner.artifact.location
    places = (scene.installed.step(text, spot, owner) for spot in spots(text, scene)) if " " in text else ()
    packages = ((scene.installed.at(place.location), place.directory) for place in places if place is not None)
    is_there = any(package is not None and path in package.members for package, path in packages)
    return " " in text and not is_there and scene.installed.provider(text) is None


def _at_line(outcome: Outcome, line: int) -> Outcome:
    if isinstance(outcome, Blind):
        return replace(outcome, line=line)
    return replace(outcome, ending=replace(outcome.ending, line=line)) if isinstance(outcome, ToEnd) else outcome


def _from_here(lead: Lead, scene: Scene) -> Lead:
    """Write what starts at the working directory of a text from the package's root, where that is it.

    The directory that a child is given is another one.
    """
    if scene.places != {Spot(scene.owner.artifact.location)}:
        return lead
    parts = (
        part.replace(WORKING_DIRECTORY, PACKAGE_ROOT) if isinstance(part, str) else part for part in lead.target.parts
    )
    return replace(lead, target=Word(tuple(parts)))


def places_of(lead: Lead, scene: Scene) -> Places:
    """Give the places where a lead's target runs; none when that is known only while running."""
    if lead.directory is None:
        return scene.places
    text = lead.directory.literal
    if text is None:
        return frozenset()
    owner = scene.owner.artifact.location
    there = (scene.installed.step(text, spot, owner) for spot in spots(text, scene))
    return frozenset(spot for spot in there if spot is not None)


Follow = Callable[[Lead, Scene], Iterator[Outcome]]


def _main(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow ``node PATH``."""
    for one in asked(lead, found(lead, scene, resolve_path)):
        if isinstance(one, ToFile) and one.language is not Language.JSON:
            words = [word.literal or "" for word in lead.arguments]
            only = words[0] if len(words) == 1 and words[0] in ASKING else ""
            for file in loaded(one.package, one.path, scene):
                yield replace(file, asked=only) if isinstance(file, ToFile) else file
        else:
            yield one


_FACTS_OF_SYSTEM = ("/etc/os-release", "/usr/lib/os-release")
"""What every Linux says of itself in a few variables, os-release(5): its vendor's file, unless a script writes it."""


def _exactly(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow a file that an interpreter is given by its path."""
    is_facts = lead.kind is Kind.SHELL and lead.target.literal in _FACTS_OF_SYSTEM
    for one in found(lead, scene, resolve_python if lead.kind is Kind.PYTHON else resolve_file):
        if isinstance(one, ToFile):
            yield replace(one, language=_LANGUAGES[lead.kind], shared=True)
        else:
            yield replace(one, where_empty="os-release") if is_facts else one


def _data(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow a file of JSON that is read; nothing is hidden where there is none, since nothing of it runs by itself."""
    for one in found(lead, scene, resolve_file) if (lead.target.literal or "").endswith(".json") else ():
        if isinstance(one, ToFile) and len(one.package.files[one.path]) <= _LARGEST_DATA:
            yield replace(one, language=Language.JSON)


def _file(lead: Lead, scene: Scene, again: Follow) -> Iterator[Outcome]:
    """Follow a file that is executed as it is."""
    for one in asked(lead, found(lead, scene, resolve_file)):
        yield from executed(one.package, one.path, lead, scene, again) if isinstance(one, ToFile) else [one]


def _text(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow a text; where parts of it are computed, the rest of it is read all the same."""
    text = "".join(part if isinstance(part, str) else STAND_IN for part in lead.target.parts)
    if any(isinstance(part, str) and part.strip() for part in lead.target.parts):
        yield ToText(text=text, language=_LANGUAGES[lead.kind], places=scene.places, owner=scene.owner)


def _python_module(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow ``import a.b``: beside the file, in the package, or among Python's own."""
    name = lead.target.literal or ""
    dots = len(name) - len(name.lstrip("."))
    here = scene.home if scene.home is not None else ""
    folder = "/".join([here, *[".."] * max(0, dots - 1)])
    stem = name.lstrip(".").replace(".", "/")
    for start in dict.fromkeys((folder, "") if not dots else (folder,)):
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            inside = posixpath.normpath(posixpath.join(start, path)).lstrip("/")
            if inside in scene.owner.members:
                yield ToFile(package=scene.owner, path=inside, language=Language.PYTHON)
                return
    if dots:
        yield not_found(Resolution(target=Target.MISSING, name=name), lead, scene.owner)
    elif name.partition(".")[0] not in sys.stdlib_module_names:
        detail = f"imports {name}, a Python module that is not in the package"
        yield Blind(kind=GapKind.OUTSIDE, detail=detail, optional=lead.optional)


_FOLLOWERS: dict[Kind, Callable[[Lead, Scene, Follow], Iterator[Outcome]]] = {
    Kind.MODULE: module,
    Kind.MAIN: _main,
    Kind.JAVASCRIPT: _exactly,
    Kind.SHELL: _exactly,
    Kind.PYTHON: _exactly,
    Kind.BATCH: _exactly,
    Kind.POWERSHELL: _exactly,
    Kind.OTHER: _exactly,
    Kind.FILE: _file,
    Kind.DATA: _data,
    Kind.JAVASCRIPT_TEXT: _text,
    Kind.SHELL_TEXT: _text,
    Kind.PYTHON_TEXT: _text,
    Kind.BATCH_TEXT: _text,
    Kind.POWERSHELL_TEXT: _text,
    Kind.PYTHON_MODULE: _python_module,
    Kind.SCRIPT: script,
    Kind.SCRIPTS_BELOW: scripts_below,
    Kind.FOLDER: folder,
    Kind.PROGRAM: program,
    Kind.GYP: gyp,
    Kind.MAKEFILE: makefile,
    Kind.CMAKE: cmake,
    Kind.CMAKE_MODULE: cmake_module,
    Kind.CARGO: cargo,
    Kind.XCODE: xcode,
}
