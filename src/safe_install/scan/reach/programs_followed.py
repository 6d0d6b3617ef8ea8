"""Programs, scripts and files that are executed, followed to what they are."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace

from safe_install.model import Event, GapKind, Language, Package
from safe_install.scan import contents
from safe_install.scan.reach.handed import given
from safe_install.scan.reach.installed import Places, Spot
from safe_install.scan.reach.known_programs import is_declared, known_program, promised_program
from safe_install.scan.reach.lookup import spots
from safe_install.scan.reach.modules import Follow, told
from safe_install.scan.reach.natives import native_file
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd, ToFile, ToText
from safe_install.scan.reach.resolve import Target, resolve_file
from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.program_names import CONVERTERS, ON_DEMAND, SYSTEM
from safe_install.scan.shell.programs import leads
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import PACKAGE_ROOT, STAND_IN, excerpt, literal
from safe_install.scan.unpack.manifest import MANIFEST, bins, declared_scripts

INTERPRETERS = 4  # files that name one another in their first lines
_NPM = (".npmrc", ".yarnrc", ".pnpmfile", "pnpm-workspace.yaml")
_STEERING: dict[str, str | tuple[str, ...]] = {"git": ".git/", **dict.fromkeys(("npm", "npx", "pnpm", "yarn"), _NPM)}
"""Beginnings of files that make a program run something when it is started in their directory."""
_NO_PROGRAM = re.compile(r"-.*|[\w.+-]+\.[ao]")
"""What stands first where a variable before it is empty: a flag, an archive; no system has a program of such a name."""
_BY_EXTENSION = {".bat": Language.BATCH, ".cmd": Language.BATCH, ".ps1": Language.POWERSHELL}


def executed(package: Package, path: str, lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Say what executing a file does: its first bytes decide; without a hashbang a shell reads it."""
    end = native_file(package, path, scene.installed.script, starts=True)
    command = contents.interpreter(package.files[path]) if end is None else None
    extension = path[path.rfind(".") :].lower()
    if isinstance(end, Ending):
        yield ToEnd(ending=end)
    elif end is not None:
        yield end
    elif extension in _BY_EXTENSION:
        yield ToFile(package=package, path=path, language=_BY_EXTENSION[extension])
    elif extension == ".vbs":
        yield ToFile(package=package, path=path, language=Language.TEXT)
        yield Blind(kind=GapKind.UNPARSED, detail=f"runs {path}, a language that is not read")
    elif command is None:
        yield ToFile(package=package, path=path, language=Language.SHELL)
    elif scene.nested >= INTERPRETERS:
        yield Blind(kind=GapKind.UNPARSED, detail=f"runs {path}, whose interpreters never end")
    else:
        program, *flags = (literal(word) for word in (command.split() or [""]))
        words = (*flags, literal(f"{PACKAGE_ROOT}/{path}"), *lead.arguments)
        inner = replace(scene, owner=package, nested=scene.nested + 1)
        for one in leads(Command(program=program, arguments=words)):
            if isinstance(one, Lead):
                yield from follow(one, inner)
            else:
                yield ToEnd(ending=one) if isinstance(one, Ending) else one


def program(lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow a program that the PATH decides about: the bins of packages stand before the system's."""
    name = lead.target.literal or ""
    script = scene.installed.script
    steering = [path for path in script.members if path.startswith(_STEERING.get(name, ())) and _steers(script, path)]
    if steering:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{name} reads {min(steering)} here, which can change what it runs")
    own = bins(script.manifest, script.members).get(name)
    provider = None if own else scene.installed.provider(name)
    promised = promised_program(name, script.manifest)
    if own:
        yield from _bin(script, own, lead, scene, follow)
    elif provider is not None:
        yield from _provided(provider, name, lead, scene, follow)
    elif promised is not None:
        yield from told(promised, promised.started(lead.arguments, script), scene, follow, unread=True)
    elif name not in SYSTEM and not _NO_PROGRAM.fullmatch(name):
        yield from _unknown(name, lead, scene, follow)


_ONLY_NAMES_FOLDERS = re.compile(
    rb"(?:[ \t]*(?:#[^\n]*)?\n)*packages:[ \t]*\n(?:[ \t]*(?:-[ \t]+[\"']?[\w@!*/-]{1,80}[\"']?[ \t]*)?(?:#[^\n]*)?(?:\n|$))*"
)


def _steers(package: Package, path: str) -> bool:
    """Tell whether a client's file may say more than which folders hold packages of the project; see `scripts_below`."""
    if path != "pnpm-workspace.yaml":
        return True
    content = package.files[path][:4096]
    return len(content) < package.members[path].size or _ONLY_NAMES_FOLDERS.fullmatch(content) is None


def _unknown(name: str, lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Look for a batch file where Windows does, in the working directory; what is not there either is not known."""
    found = [
        (package, path)
        for spot in sorted(scene.places)
        if (package := scene.installed.at(spot.location)) is not None
        for path in package.members
        if posixpath.dirname(path) == spot.directory and _is_batch(posixpath.basename(path), name)
    ]
    for package, path in found:
        yield from executed(package, path, lead, scene, follow)
    if not found:
        absent = name in CONVERTERS | ON_DEMAND or _is_of_developers(name, lead, scene)
        converts = name if absent and not _is_named_like_a_member(name, scene) else ""
        detail = f"runs {excerpt(name)}, which is not known here"
        yield Blind(kind=GapKind.UNKNOWN_PROGRAM, detail=detail, converts=converts)


def _is_of_developers(name: str, lead: Lead, scene: Scene) -> bool:
    """Tell whether a program is one of a dependency that npm only installs for those who work on the package.

    One that somebody has all the same may read code here that is meant for it, as gulp reads a gulpfile.
    """
    script = scene.installed.script
    declared = is_declared(name, {"dependencies": script.manifest.get("devDependencies")})
    reads = any(True for spot in scene.places for _ in given(lead.arguments, script, spot.directory, name))
    return declared and not is_declared(name, script.manifest) and bool(scene.places) and not reads


def _is_named_like_a_member(name: str, scene: Scene) -> bool:
    """Tell whether a file here bears a program's name, so that some shell on some system may find it first."""
    packages = (scene.installed.script, scene.owner)
    files = (posixpath.basename(path).casefold() for package in packages for path in package.members)
    return any(file == name.casefold() or file.startswith(f"{name.casefold()}.") for file in files)


def _is_batch(file: str, name: str) -> bool:
    return file.lower() in {
        f"{name.lower()}{extension}" for extension in ("", *_BY_EXTENSION)
    } and file.lower().endswith((".bat", ".cmd"))


def _provided(package: Package, name: str, lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow another package's bin; the lockfile links one, and the manifest's counts too, or one could hide."""
    known = known_program(package)
    known = known if known is not None and name in known.bins else None
    if known is not None:
        yield from told(known, known.started(lead.arguments, scene.installed.script), scene, follow)
    for one in () if known is not None else _read_by(package, lead, scene):
        yield one
    paths = (bins({"bin": package.artifact.bin}).get(name), bins(package.manifest, package.members).get(name))
    for path in dict.fromkeys(path for path in paths if path):
        for one in _bin(package, path, lead, scene, follow):
            is_its = known is not None and isinstance(one, ToFile) and one.package is package
            yield replace(one, program=known.package) if is_its and known and isinstance(one, ToFile) else one


def _read_by(program_of: Package, lead: Lead, scene: Scene) -> Iterator[Outcome]:
    """List the script's own files that another package's program may read: how it finds them is in its own code."""
    for spot in sorted(scene.places):
        package = scene.installed.at(spot.location)
        if package is not None and package is not program_of:
            for path, language in given(lead.arguments, package, spot.directory, lead.target.literal or ""):
                yield ToFile(package=package, path=path, language=language)


def _bin(package: Package, path: str, lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Execute a package's bin where the script runs."""
    found = resolve_file(package, path)
    if found.target is Target.OWN:
        yield from executed(package, found.name, lead, scene, follow)
    else:
        whose = "the package" if package is scene.installed.script else package.artifact.id
        yield Blind(kind=GapKind.MISSING, detail=f"runs {excerpt(path)}, which is not in {whose}")


def script(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow ``npm run NAME``, with the scripts before and after it; they run at their package's root."""
    if lead.target.literal is None:
        return
    locations = {place.location for place in scene.places} or {scene.installed.script.artifact.location}
    for location in sorted(locations):
        package = scene.installed.at(location)
        if package is not None:
            yield from _script_of(package, lead.target.literal, lead)


def scripts_below(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow ``npm run NAME`` with ``--workspaces``, whichever folders count: each manifest below that has such a script."""
    name = lead.target.literal or ""
    locations = {place.location for place in scene.places} or {scene.installed.script.artifact.location}
    for package in (scene.installed.at(location) or scene.owner for location in sorted(locations)):
        for path in sorted(path for path in package.members if path.endswith(f"/{MANIFEST}")):
            scripts = declared_scripts(_manifest(package.files[path])) if "node_modules/" not in path else {}
            spot = Spot(package.artifact.location, posixpath.dirname(path))
            for text in (scripts[one] for one in (f"pre{name}", name, f"post{name}") if one in scripts):
                yield ToFile(package=package, path=path, language=Language.JSON)
                yield ToText(text=text, language=Language.SHELL, places=frozenset((spot,)), owner=package, by_npm=True)


def folder(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow ``npm install`` in a folder of a package that has a manifest of its own: npm runs its scripts, too."""
    text = lead.target.literal or ""
    there = {scene.installed.step(text, spot, scene.owner.artifact.location) for spot in spots(text, scene)}
    for spot in sorted(spot for spot in there if spot is not None and spot.directory):
        package, path = scene.installed.at(spot.location), f"{spot.directory}/{MANIFEST}"
        if package is None or path not in package.members:
            continue
        yield ToFile(package=package, path=path, language=Language.JSON)
        scripts = declared_scripts(_manifest(package.files[path]))
        for text in (scripts[event] for event in Event if event in scripts):
            yield ToText(text=text, language=Language.SHELL, places=frozenset((spot,)), owner=package, by_npm=True)


def _manifest(content: bytes) -> Mapping[str, object]:
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _script_of(package: Package, name: str, lead: Lead) -> Iterator[Outcome]:
    scripts = declared_scripts(package.manifest)
    root: Places = frozenset((Spot(package.artifact.location),))
    given = "".join(
        f" {shlex.quote(word.literal) if word.literal is not None else STAND_IN}" for word in lead.arguments
    )
    if name == "start" and name not in scripts and "server.js" in package.members:
        yield ToText(text="node server.js", language=Language.SHELL, places=root, owner=package, by_npm=True)
    elif name not in scripts and not lead.optional:
        yield Blind(kind=GapKind.MISSING, detail=f"runs the script {excerpt(name)}, which the package does not have")
    if MANIFEST in package.members:
        yield ToFile(package=package, path=MANIFEST, language=Language.JSON)
    for one in (f"pre{name}", name, f"post{name}") if name in scripts else ():
        if one in scripts:
            text = scripts[one] + (given if one == name else "")
            yield ToText(text=text, language=Language.SHELL, places=root, owner=package, by_npm=True)
