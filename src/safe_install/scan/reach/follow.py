"""One lead, followed one step: to files of the package, to further texts, or to what cannot be seen."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from safe_install.model import GapKind, Language, Package
from safe_install.scan.lock.tree import resolve
from safe_install.scan.reach import contents
from safe_install.scan.reach.directories import Places
from safe_install.scan.reach.provided import Provided
from safe_install.scan.reach.resolve import Resolution, Target, resolve_file, resolve_module, resolve_path
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.program_names import SYSTEM
from safe_install.scan.shell.programs import leads
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import PACKAGE_ROOT, STAND_IN, WORKING_DIRECTORY, Word, excerpt, literal
from safe_install.scan.unpack.manifest import MANIFEST, bins, declared_scripts

MOST_GYP_FILES = 200
_MANY_MEMBERS = 20_000  # among more, one that differs only in case is not looked for, but taken for granted
INTERPRETERS = 4  # files that name one another in their first lines
_NPM = (".npmrc", ".yarnrc", ".pnpmfile", "pnpm-workspace.yaml")
_STEERING: dict[str, str | tuple[str, ...]] = {"git": ".git/", **dict.fromkeys(("npm", "npx", "pnpm", "yarn"), _NPM)}
"""Beginnings of files that make a program run something when it is started in their directory."""
_UNREAD_PROGRAMS = (".bat", ".cmd", ".ps1", ".vbs")
_TYPESCRIPT = (".ts", ".mts", ".cts")
_LANGUAGES = {
    Kind.JAVASCRIPT: Language.JAVASCRIPT,
    Kind.SHELL: Language.SHELL,
    Kind.PYTHON: Language.PYTHON,
    Kind.OTHER: Language.TEXT,
    Kind.JAVASCRIPT_TEXT: Language.JAVASCRIPT,
    Kind.SHELL_TEXT: Language.SHELL,
    Kind.PYTHON_TEXT: Language.PYTHON,
}
_SAID = {
    Kind.MODULE: "requires",
    Kind.JAVASCRIPT_TEXT: "evaluates",
    Kind.SHELL_TEXT: "runs the command",
    Kind.PYTHON_TEXT: "evaluates",
    Kind.SCRIPT: "runs the script",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Where a lead stands. ``home`` is its file's directory, None for a text that has none and runs where it is."""

    package: Package
    provided: Provided
    places: Places
    home: str | None = None
    interpreters: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ToFile:
    """A file of the package, and how it is read."""

    path: str
    language: Language


@dataclass(frozen=True, kw_only=True, slots=True)
class ToText:
    """A text that runs; ``places`` where it does when that is not where the lead stands."""

    text: str
    language: Language
    places: Places | None = None


Outcome = ToFile | ToText | Blind


def follow(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow a lead; every lead comes to something, to a builtin of Node's or of the shell at least."""
    if lead.directory is not None:
        scene = replace(scene, places=_directory(lead.directory, scene))
    if lead.target.literal is None:
        yield Blind(
            kind=GapKind.DYNAMIC,
            detail=f"{_said(lead)} {lead.target.shown}, known only while running",
            line=lead.line,
        )
    for outcome in _FOLLOWERS[lead.kind](lead, scene):
        yield replace(outcome, line=lead.line) if isinstance(outcome, Blind) else outcome


def _said(lead: Lead) -> str:
    return _SAID.get(lead.kind, "runs")


def _directory(word: Word, scene: Scene) -> Places:
    """Give the places a directory comes to; none when it is known only while running."""
    if word.literal is None:
        return frozenset()
    found = [resolve_file(scene.package, path, place) for path, place in _paths(word.literal, scene.places)]
    return frozenset(one.name.removeprefix(".") for one in found if one.target is not Target.OUTSIDE)


def _paths(text: str, places: Places) -> Iterator[tuple[str, str]]:
    """Give a path from each place it may start at; one that starts at the package's root starts nowhere else."""
    if text.removeprefix("file://").startswith(PACKAGE_ROOT):
        yield text, ""
    else:
        yield from ((text, place) for place in sorted(places))


def _found(lead: Lead, scene: Scene, find: Callable[[Package, str, str], Resolution]) -> Iterator[ToFile | Blind]:
    """Look a path up from every place it may start at; files that are found are told, else why none is."""
    text = lead.target.literal
    if text is None:
        return
    found = [find(scene.package, path, place) for path, place in _paths(text, scene.places)]
    if not found:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{lead.target.shown} starts in a directory known only while running")
    own = dict.fromkeys(one for one in found if one.target is Target.OWN)
    for one in own:
        yield from (ToFile(path=path, language=Language.JSON) for path in one.manifests)
        yield ToFile(path=one.name, language=Language.TEXT)
    yield from () if own else (_not_found(one, lead, scene) for one in found)


def _not_found(one: Resolution, lead: Lead, scene: Scene) -> Blind:
    """Say why a resolution gives no file; one that is not there may still be made while running."""
    if one.target is Target.MISSING:
        start, members = one.name.casefold(), scene.package.members
        cased = len(members) > _MANY_MEMBERS or any(path.casefold().startswith(start) for path in members)
        said = f"{_said(lead)} {excerpt(one.name)}, which is not in the package"
        return Blind(kind=GapKind.MISSING, detail=said, optional=lead.optional and not cased)
    if one.target is Target.REMOTE:
        kind = GapKind.DOWNLOADED if one.name.startswith("http") else GapKind.DYNAMIC
        return Blind(kind=kind, detail=f"{_said(lead)} {lead.target.shown}")
    return Blind(kind=GapKind.OUTSIDE, detail=f"{_said(lead)} {lead.target.shown}, outside the package")


def _module(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow ``require`` and ``import``."""
    text = lead.target.literal
    if text is None:
        return
    anchored = text.removeprefix("file://").startswith((PACKAGE_ROOT, WORKING_DIRECTORY))
    starts = scene.places if scene.home is None or anchored else frozenset((scene.home,))
    found = [one for path, place in _paths(text, starts) for one in resolve_module(scene.package, path, place)]
    if not found:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{lead.target.shown} starts in a directory known only while running")
    own = dict.fromkeys(one for one in found if one.target is Target.OWN)
    for one in own:
        yield from (ToFile(path=path, language=Language.JSON) for path in one.manifests)
        yield from _loaded(one.name, scene)
    for one in () if own else dict.fromkeys(found):
        if one.target is Target.OUTSIDE and not one.name.startswith((".", "/", "file:")):
            yield _other_module(one.name, scene)
        elif one.target is not Target.BUILTIN:
            yield _not_found(one, lead, scene)


def _other_module(name: str, scene: Scene) -> Blind:
    """Say whose module is required. The next step into that package starts here."""
    location = resolve(scene.package.artifact.location, name, scene.provided.packages)
    whose = f" ({scene.provided.packages[location].artifact.id})" if location is not None else ""
    return Blind(kind=GapKind.OUTSIDE, detail=f"requires {name}{whose}, a module of another package")


def _loaded(path: str, scene: Scene) -> Iterator[Outcome]:
    """Say how node reads a file it loads: by its extension, and whatever it does not know as JavaScript."""
    said = contents.native(scene.package.files[path])
    if path.endswith(".node") or said:
        yield Blind(kind=GapKind.NATIVE, detail=f"loads native code: {path}{f', {said}' if said else ''}")
    elif path.endswith(".wasm"):
        yield Blind(kind=GapKind.BINARY, detail=f"loads WebAssembly: {path}")
    elif path.endswith(".json"):
        yield ToFile(path=path, language=Language.JSON)
    else:
        yield ToFile(path=path, language=Language.TYPESCRIPT if path.endswith(_TYPESCRIPT) else Language.JAVASCRIPT)


def _main(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow ``node PATH``."""
    for one in _found(lead, scene, resolve_path):
        if isinstance(one, ToFile) and one.language is not Language.JSON:
            yield from _loaded(one.path, scene)
        else:
            yield one


def _exactly(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow a file that an interpreter is given by its path."""
    for one in _found(lead, scene, resolve_file):
        yield replace(one, language=_LANGUAGES[lead.kind]) if isinstance(one, ToFile) else one


def _file(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow a file that is executed as it is."""
    for one in _found(lead, scene, resolve_file):
        yield from _executed(one.path, lead, scene) if isinstance(one, ToFile) else [one]


def _executed(path: str, lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Say what executing a file does: its first bytes decide; without a hashbang a shell reads it."""
    content = scene.package.files[path]
    said, command = contents.native(content), contents.interpreter(content)
    if said:
        yield Blind(kind=GapKind.NATIVE, detail=f"runs native code: {path}, {said}")
    elif path.lower().endswith(_UNREAD_PROGRAMS):
        yield ToFile(path=path, language=Language.TEXT)
        yield Blind(kind=GapKind.UNPARSED, detail=f"runs {path}, a language that is not read")
    elif command is None:
        yield ToFile(path=path, language=Language.SHELL)
    elif scene.interpreters >= INTERPRETERS:
        yield Blind(kind=GapKind.UNPARSED, detail=f"runs {path}, whose interpreters never end")
    else:
        program, *flags = (literal(word) for word in (command.split() or [""]))
        words = (*flags, literal(f"{PACKAGE_ROOT}/{path}"), *lead.arguments)
        inner = replace(scene, interpreters=scene.interpreters + 1)
        for one in leads(Command(program=program, arguments=words)):
            yield from [one] if isinstance(one, Blind) else follow(one, inner)


def _text(lead: Lead, _: Scene) -> Iterator[Outcome]:
    """Follow a text; where parts of it are computed, the rest of it is read all the same."""
    text = "".join(part if isinstance(part, str) else STAND_IN for part in lead.target.parts)
    if any(isinstance(part, str) and part.strip() for part in lead.target.parts):
        yield ToText(text=text, language=_LANGUAGES[lead.kind])


def _script(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow ``npm run NAME``, with the scripts before and after it; they run at the package's root."""
    name = lead.target.literal
    if name is None:
        return
    scripts = declared_scripts(scene.package.manifest)
    given = "".join(
        f" {shlex.quote(word.literal) if word.literal is not None else STAND_IN}" for word in lead.arguments
    )
    if name == "start" and name not in scripts and "server.js" in scene.package.members:
        yield ToText(text="node server.js", language=Language.SHELL, places=frozenset(("",)))
    elif name not in scripts:
        yield Blind(kind=GapKind.MISSING, detail=f"runs the script {excerpt(name)}, which the package does not have")
    if MANIFEST in scene.package.members:
        yield ToFile(path=MANIFEST, language=Language.JSON)
    for one in (f"pre{name}", name, f"post{name}") if name in scripts else ():
        if one in scripts:
            text = scripts[one] + (given if one == name else "")
            yield ToText(text=text, language=Language.SHELL, places=frozenset(("",)))


def _program(lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow a program that the PATH decides about: the bins of packages stand before the system's."""
    name = lead.target.literal or ""
    package = scene.package
    steering = [path for path in package.members if path.startswith(_STEERING.get(name, ()))]
    if steering:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{name} reads {min(steering)} here, which can change what it runs")
    own = bins(package.manifest, package.members).get(name)
    provider = None if own else scene.provided.provider(package.artifact.location, name)
    if own:
        target = replace(lead, target=literal(f"{PACKAGE_ROOT}/{own}"))
        yield from _file(target, scene)
    elif provider is not None:
        yield Blind(kind=GapKind.OUTSIDE, detail=f"runs {name}, a program of {provider.artifact.id}")
    elif name not in SYSTEM:
        yield Blind(kind=GapKind.UNKNOWN_PROGRAM, detail=f"runs {excerpt(name)}, which is not known here")


def _gyp(_: Lead, scene: Scene) -> Iterator[Outcome]:
    """Follow ``node-gyp``: every gyp file of the package counts as included, what they build is native code."""
    files = sorted(path for path in scene.package.members if path.endswith((".gyp", ".gypi")))
    yield from (ToFile(path=path, language=Language.GYP) for path in files[:MOST_GYP_FILES])
    detail = "builds native code; gyp's expressions are read in their text only"
    yield Blind(kind=GapKind.NATIVE, detail=detail)


_FOLLOWERS: dict[Kind, Callable[[Lead, Scene], Iterator[Outcome]]] = {
    Kind.MODULE: _module,
    Kind.MAIN: _main,
    Kind.JAVASCRIPT: _exactly,
    Kind.SHELL: _exactly,
    Kind.PYTHON: _exactly,
    Kind.OTHER: _exactly,
    Kind.FILE: _file,
    Kind.JAVASCRIPT_TEXT: _text,
    Kind.SHELL_TEXT: _text,
    Kind.PYTHON_TEXT: _text,
    Kind.SCRIPT: _script,
    Kind.PROGRAM: _program,
    Kind.GYP: _gyp,
}
