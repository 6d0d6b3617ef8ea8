"""The files that ``make``, ``cmake`` and ``node-gyp`` build by, followed to the commands in them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from safe_install.model import BoundaryKind, GapKind, Language, Package
from safe_install.scan.reach.crates import build_script, is_plain_crate
from safe_install.scan.reach.installed import Places, Spot
from safe_install.scan.reach.lookup import found
from safe_install.scan.reach.modules import Follow
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd, ToFile
from safe_install.scan.reach.resolve import resolve_file
from safe_install.scan.shell.build_tools import RUNS_UNREAD
from safe_install.scan.shell.cmake_files import PROJECT, read_cmake
from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.makefile_goals import goals_of, set_by
from safe_install.scan.shell.makefiles import MAKEFILES, read_makefile, unneeded_lines
from safe_install.scan.shell.words import PACKAGE_ROOT, Word, literal
from safe_install.scan.shell.xcode import FILE as PROJECT_OF_XCODE
from safe_install.scan.shell.xcode import read_xcode

DEEPEST = 4  # files that include one another
MOST_GYP_FILES = 200
_MOST_INCLUDERS = 15
_MOST_BESIDE = 20  # gyp files whose variables are looked up


def makefile(lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow ``make``: the file it is given, or the first of those that it looks for; where it runs, its commands run."""
    names = MAKEFILES if lead.target.literal == "" else ()
    named = replace(lead, target=literal(_first(names, scene))) if names else lead
    for one in found(named, scene, resolve_file):
        if not isinstance(one, ToFile):
            yield one
        elif _is_new(scene, one.package, one.path, scene.places, lead.arguments):
            within = replace(scene, owner=one.package, home=None)
            blanks = any(" " in path or "\t" in path for path in one.package.members)
            goals, given = goals_of(lead.arguments), set_by(lead.arguments)
            yield replace(one, unneeded=unneeded_lines(_text_of(one), goals, set_by=given, names_have_blanks=blanks))
            read = partial(read_makefile, goals=goals, set_by=given, names_have_blanks=blanks)
            yield from _inside(one, read, within, follow)


def cmake(lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow ``cmake``: a project file and those below it; their commands count as run where they stand."""
    named = replace(lead, target=literal(PROJECT)) if lead.target.literal == "" else lead
    for one in found(named, scene, resolve_file):
        if not isinstance(one, ToFile):
            yield one
        elif _is_new(scene, one.package, one.path):
            yield one
            place = Spot(one.package.artifact.location, posixpath.dirname(one.path))
            within = replace(scene, owner=one.package, places=frozenset((place,)))
            yield from _inside(one, read_cmake, within, follow)


def cmake_module(lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow ``include(NAME)`` and ``find_package``: where CMake looks is for variables to say, so every module of that name counts.

    One that the package does not have is CMake's own or the system's.
    """
    name = f"{lead.target.literal or ''}.cmake".casefold()
    members = scene.owner.members if _is_new(scene, scene.owner, f"<{name}>") else ()
    for path in sorted(path for path in members if path.casefold().endswith(name)):
        if posixpath.basename(path).casefold() == name:
            yield from cmake(replace(lead, target=literal(f"{PACKAGE_ROOT}/{path}")), scene, follow)


def cargo(lead: Lead, scene: Scene, _: Follow) -> Iterator[Outcome]:
    """Follow ``cargo build``: a crate alone, without a build script or macros, is compiled; any other runs code of Rust's."""
    command = " ".join(["cargo", *(word.shown for word in lead.arguments)])
    blind = Blind(kind=GapKind.NATIVE, detail=f"{command} {RUNS_UNREAD}")
    crates = list(_crates(lead.target.literal or "", scene))
    for package, path in crates:
        yield ToFile(package=package, path=path, language=Language.TEXT)
        script = posixpath.normpath(posixpath.join(posixpath.dirname(path), build_script(package.files[path])))
        if script in package.members:
            yield ToFile(package=package, path=script, language=Language.TEXT)
        is_plain = is_plain_crate(package.files[path], package.members)
        steered = any(_STEERS_CARGO.search(package.files[one]) for one in package.members if one.endswith(_SCRIPTS))
        if is_plain and not steered:
            yield ToEnd(ending=Ending(kind=BoundaryKind.COMPILES, detail=f"{command} compiles a crate alone"))
            detail = f"{command} starts what RUSTC_WRAPPER of the environment names"
            yield replace(blind, detail=detail, variable="RUSTC_WRAPPER")
        else:
            yield blind
    if not crates:
        yield blind


def xcode(lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow ``xcodebuild``: what its projects run is followed, the rest is compiled."""
    command = " ".join(["xcodebuild", *(word.shown for word in lead.arguments)])
    projects = list(_projects(lead.target.literal, scene))
    for package, path in projects:
        one = ToFile(package=package, path=path, language=Language.TEXT)
        place = Spot(package.artifact.location, posixpath.dirname(posixpath.dirname(path)))
        yield one
        yield from _inside(
            one, read_xcode, replace(scene, owner=package, home=None, places=frozenset((place,))), follow
        )
    if projects:
        yield ToEnd(ending=Ending(kind=BoundaryKind.COMPILES, detail=command))
    else:
        yield Blind(kind=GapKind.NATIVE, detail=f"{command} {RUNS_UNREAD}")


def _projects(name: str | None, scene: Scene) -> Iterator[tuple[Package, str]]:
    """List the projects where xcodebuild may be started: the one that it is given, else all that are there."""
    for spot in sorted(scene.places) if name is not None else ():
        package = scene.installed.at(spot.location)
        start = posixpath.normpath(posixpath.join(spot.directory, name or "")) if name else spot.directory
        for path in package.members if package is not None else ():
            project, file = posixpath.split(path)
            here = project == start if name else posixpath.dirname(project) == start
            if package is not None and file == PROJECT_OF_XCODE and here:
                yield package, path


def _crates(name: str, scene: Scene) -> Iterator[tuple[Package, str]]:
    """List the manifests of crates where cargo may be started; it looks for none in a directory below."""
    for spot in sorted(scene.places):
        package, path = scene.installed.at(spot.location), posixpath.normpath(posixpath.join(spot.directory, name))
        if package is not None and path in package.members:
            yield package, path


_STEERS_CARGO = re.compile(rb"RUSTC|RUSTFLAGS|CARGO_")
_SCRIPTS = (
    ".js",
    ".cjs",
    ".mjs",
    ".ts",
    ".sh",
    ".py",
    ".bat",
    ".cmd",
    ".ps1",
    ".json",
    "Makefile",
    ".mk",
    ".gyp",
    ".gypi",
)


def _first(names: Sequence[str], scene: Scene) -> str:
    """Name the file that is there in one of the places, else the last."""
    spots = [(scene.installed.at(spot.location), spot.directory) for spot in scene.places]
    members = [(package.members, f"{folder}/".lstrip("/")) for package, folder in spots if package is not None]
    return next((name for name in names if any(f"{folder}{name}" in here for here, folder in members)), names[-1])


def _inside(
    file: ToFile, read: Callable[[str], Sequence[Lead | Blind]], scene: Scene, follow: Follow
) -> Iterator[Outcome]:
    if scene.nested >= DEEPEST:
        yield Blind(kind=GapKind.TOO_LARGE, detail=f"{file.path} is included too deep")
        return
    for one in read(_text_of(file)):
        yield from [one] if isinstance(one, Blind) else follow(one, replace(scene, nested=scene.nested + 1))


def _text_of(file: ToFile) -> str:
    return file.package.files[file.path].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _is_new(
    scene: Scene, package: Package, path: str, places: Places = frozenset(), arguments: tuple[Word, ...] = ()
) -> bool:
    """Tell whether a file was not yet read so for this text; what is too deep here may come up again nearer."""
    key = (package.artifact.location, path, places, arguments)
    is_new = key not in scene.included
    if scene.nested < DEEPEST:
        scene.included.add(key)
    return is_new


def gyp(_: Lead, scene: Scene, __: Follow) -> Iterator[Outcome]:
    """Follow ``node-gyp``, and what a gyp file includes: every gyp file of the package counts as included."""
    places = scene.places or scene.installed.root
    if scene.home is not None:
        places = frozenset((Spot(scene.owner.artifact.location, scene.home),))
    else:
        yield ToEnd(ending=Ending(kind=BoundaryKind.COMPILES, detail="builds native code with node-gyp"))
    for location in sorted({place.location for place in places}):
        yield from _gyp_files(scene.installed.at(location) or scene.owner)


def _gyp_files(package: Package) -> Iterator[Outcome]:
    """List them whatever their case: on some file systems it does not count, and node-gyp finds ``Binding.GYP``."""
    files = sorted(path for path in package.members if path.lower().endswith((".gyp", ".gypi")))
    yield from (ToFile(package=package, path=path, language=Language.GYP) for path in files[:MOST_GYP_FILES])
    if len(files) > MOST_GYP_FILES:
        yield Blind(kind=GapKind.TOO_LARGE, detail=f"more than {MOST_GYP_FILES} gyp files")


def gyp_beside(package: Package, path: str) -> tuple[str, ...]:
    """Give the texts of a package's other gyp files, any of which may be included; none where they are many."""
    files = sorted(one for one in package.members if one.lower().endswith((".gyp", ".gypi")) and one != path)
    few = files if len(files) <= _MOST_BESIDE else []
    return tuple(package.files[one].decode(errors="replace") for one in few)


def own_modules(package: Package) -> tuple[str, ...]:
    """Name what a package has that Python would take for a module, whatever the directory it is started in."""
    paths = [path.split("/") for path in package.members if path.lower().endswith((".py", ".pyc", ".so", ".pyd"))]
    return tuple(sorted({part.partition(".")[0] for parts in paths for part in parts}))


def directories_of(package: Package, path: str) -> list[str]:
    """Say where the commands of a gyp file run: in its own directory, and those of a ``.gypi`` in its includers' too.

    gyp puts what is included into the ``.gyp`` file before it runs anything (its input.py, `ExpandVariables`).
    """
    includers = sorted(one for one in package.members if one.lower().endswith(".gyp"))[:_MOST_INCLUDERS]
    files = [path, *includers] if path.lower().endswith(".gypi") else [path]
    return sorted({posixpath.dirname(one) for one in files})
