"""``require`` and ``import``, followed: to a file of the same package, of another one, or to why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from safe_install.model import BoundaryKind, GapKind, Language, Package
from safe_install.scan.javascript.values import Variable
from safe_install.scan.reach.absent_libraries import of_no_file
from safe_install.scan.reach.contexts import is_for_machine, kin_of, named_like
from safe_install.scan.reach.installed import Spot
from safe_install.scan.reach.known_programs import HEADERS, KnownProgram, is_declared, known_program, promised_module
from safe_install.scan.reach.lookup import built, computed, located, not_found, nowhere, only_while_running, spots
from safe_install.scan.reach.natives import native_file
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd, ToFile
from safe_install.scan.reach.resolve import (
    Resolution,
    Target,
    is_as_named,
    is_path,
    resolve_exported,
    resolve_module,
    resolve_path,
    split_name,
)
from safe_install.scan.reach.tree import in_manifests_place
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY, excerpt, literal
from safe_install.scan.unpack.manifest import MANIFEST

_IN_DATAS_PLACE = re.compile(r"\.json[./]")
_TYPESCRIPT = (".ts", ".mts", ".cts")
Follow = Callable[[Lead, Scene], Iterator[Outcome]]


def module(lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow ``require`` and ``import``; ``follow`` is for what a known program is told to load in turn."""
    text = lead.target.literal
    start = lead.target.parts[0] if lead.target.parts else ""
    starts = _starts(start if isinstance(start, str) else "", scene)
    if text is None:
        yield from _computed(lead, scene, starts, follow)
        return
    found = [(spot, one) for spot in starts for one in _resolved(text, spot, scene)]
    if not found:
        yield nowhere(lead)
    is_own = any(one.target is Target.OWN for _, (_, one) in found)
    for spot, (package, one) in found:
        if one.target is Target.OWN:
            yield from _own(package, one, text, scene)
            yield from _farther_out(package, one, text, scene)
        elif one.target is Target.OUTSIDE and not is_path(one.name):
            yield from _of_another(
                one, lead, replace(scene, owner=scene.installed.at(spot.location) or package), follow
            )
        elif one.target is not Target.BUILTIN and not is_own:
            end = built(one, package)
            if end is None and one.target is not Target.REMOTE and _is_data(lead, scene):
                continue
            yield not_found(one, lead, package) if end is None else ToEnd(ending=end)


def _computed(lead: Lead, scene: Scene, starts: list[Spot], follow: Follow) -> Iterator[Outcome]:
    """Follow a partly computed specifier: a path to the files that fit, a package's name to the declared ones that do."""
    start = lead.target.parts[0]
    if isinstance(start, str) and is_path(f"{start.partition('/')[0]}/"):
        for fit in computed(lead, scene, starts):
            if isinstance(fit, ToFile):
                yield from loaded(fit.package, fit.path, scene)
            elif not _is_data(lead, scene):
                yield from of_no_file(fit, lead, starts, scene)
        return
    if _is_data(lead, scene, "/package.json"):
        return
    names = named_like(lead.target, scene.owner.manifest)
    for name in names:
        yield from module(replace(lead, target=name), scene, follow)
    kin = None if names else kin_of(lead.target)
    if kin is not None and (lead.optional or (is_for_machine(lead.target) and not scene.renames)):
        yield from _of_kin(kin, lead, scene, follow)
    elif not names:
        yield only_while_running(lead)


def _of_kin(kin: tuple[str, str], lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow a module whose name only starts and ends in a known way into every package here that is called so.

    Where none is, its failure is caught; where not all packages are here, another one's dependency could be meant.
    """
    start, end = kin
    name, slash, subpath = end.partition("/")
    for other in scene.installed.packages.called(start, name):
        yield from module(replace(lead, target=literal(f"{other}{slash}{subpath}")), scene, follow)
    if not scene.installed.is_whole:
        detail = f"{lead.target.shown}, which it does not declare; {UNREAD}"
        yield ToEnd(ending=Ending(kind=BoundaryKind.LIBRARY, detail=detail))


def _is_data(lead: Lead, scene: Scene, tail: str = ".json") -> bool:
    """Tell whether a path ends as data does, and no file of the package stands where Node would then look for code.

    For ``x.json`` Node takes the file of exactly that name for data, and where there is none ``x.json.js`` for code.
    """
    end = lead.target.parts[-1] if lead.target.parts else ""
    return isinstance(end, str) and end.endswith(tail) and not any(map(_IN_DATAS_PLACE.search, scene.owner.members))


def some_manifest(lead: Lead, scene: Scene) -> Blind | None:
    """Tell of a package.json of somebody's, which is data unless code may come to lie where Node looks for that then."""
    variable = next((part.name for part in lead.target.parts if isinstance(part, Variable)), "")
    names_own = variable == _OWN_MANIFEST and len(lead.target.parts) == 1
    if lead.kind is not Kind.MODULE or not (names_own or _is_data(lead, scene, f"/{MANIFEST}")):
        return None
    if in_manifests_place(scene.installed.script) or scene.installed.packages.any_in_manifests_place():
        return None
    return replace(only_while_running(lead), where_empty=MANIFEST, variable=variable if names_own else "")


_OWN_MANIFEST = "npm_package_json"
"""The variable in which npm says where the manifest of the package lies whose script it runs."""


def _starts(text: str, scene: Scene) -> list[Spot]:
    anchored = text.removeprefix("file://").startswith((PACKAGE_ROOT, WORKING_DIRECTORY))
    if scene.home is None or anchored:
        return spots(text, scene)
    return [Spot(scene.owner.artifact.location, scene.home)]


def _resolved(text: str, spot: Spot, scene: Scene) -> list[tuple[Package, Resolution]]:
    """Resolve a specifier from one place; a path that climbs out of the package may end in another one."""
    package = scene.installed.at(spot.location) or scene.owner
    found = dict.fromkeys(resolve_module(package, text, spot.directory))
    if is_path(text) and any(one.target is Target.OUTSIDE for one in found):
        return [located(text, spot, scene, resolve_path)]
    return [(package, one) for one in found]


def _own(package: Package, one: Resolution, text: str, scene: Scene) -> Iterator[Outcome]:
    """Read a file of the package; below its own node_modules the lockfile may have put another package over it."""
    over = None if is_path(text) else scene.installed.over(package, one.name)
    if over is not None:
        yield from _exported(over, "/".join(text.split("/")[2 if text.startswith("@") else 1 :]), scene)
        return
    yield from (ToFile(package=package, path=path, language=Language.JSON) for path in one.manifests)
    yield from loaded(package, one.name, scene)


def _of_another(one: Resolution, lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Follow a module into the package that has it."""
    other = scene.installed.module(scene.owner, one.name)
    if other is None:
        yield from _absent(one.name, lead, scene, follow)
        return
    known = known_program(other)
    if known is not None:
        yield from told(known, known.required((), scene.installed.script), scene, follow)
    yield from _exported(other, one.subpath, scene, known.package if known else "", lead)
    if not _has(other, one.subpath):
        yield from _first_that_has(one.subpath, scene.installed.beyond(scene.owner, one.name, other), scene)


def _farther_out(package: Package, one: Resolution, text: str, scene: Scene) -> Iterator[Outcome]:
    """Follow a name that leads into this package to where Node goes on, if it would not take this file."""
    name, subpath = split_name(text)
    if not is_path(text) and not text.startswith("#") and not is_as_named(one, subpath):
        yield from _first_that_has(subpath, scene.installed.beyond(package, name, package), scene)
        for outer in scene.installed.around(package):
            carried = (found for found in resolve_module(outer, text, "") if found.target is Target.OWN)
            yield from (outcome for found in carried for outcome in loaded(outer, found.name, scene))


def _first_that_has(subpath: str, packages: Iterable[Package], scene: Scene) -> Iterator[Outcome]:
    """Read what the first of these packages gives under a subpath; generously, and then the next one's too."""
    for package in packages:
        yield from _exported(package, subpath, scene)
        if _has(package, subpath):
            return


def _has(package: Package, subpath: str) -> bool:
    return any(is_as_named(one, subpath) for one in resolve_exported(package, subpath))


def _exported(
    package: Package, subpath: str, scene: Scene, program: str = "", lead: Lead | None = None
) -> Iterator[Outcome]:
    """Read what a package gives under a subpath."""
    found = list(dict.fromkeys(resolve_exported(package, subpath)))
    own = [one for one in found if one.target is Target.OWN]
    for one in own:
        for path in one.manifests:
            yield ToFile(package=package, path=path, language=Language.JSON, program=program)
        yield from loaded(package, one.name, scene, program)
    if not own and lead is not None and not _holds_only_types(package):
        yield _on_other_machines(package, subpath, lead) or not_found(found[0], lead, package)


def _on_other_machines(package: Package, subpath: str, lead: Lead) -> ToEnd | None:
    """Describe what a package for some systems has not got: esbuild asks each of its 26 for the program of any of them.

    It throws there, and what a script writes into another package is told for itself.
    """
    if not package.artifact.is_for_machines:
        return None
    detail = f"looks in {package.artifact.id}, which is for some systems only, for {excerpt(subpath)}"
    return ToEnd(ending=Ending(kind=BoundaryKind.LIBRARY, detail=detail, line=lead.line))


def _holds_only_types(package: Package) -> bool:
    """Tell whether a package has nothing that Node could load, as those that only describe others."""
    return not any(path.endswith((".js", ".cjs", ".mjs", ".node", ".wasm")) for path in package.members)


def _absent(name: str, lead: Lead, scene: Scene, follow: Follow) -> Iterator[Outcome]:
    """Say what becomes of a module that no package here has; one whose failure is caught runs nothing."""
    known = promised_module(name, scene.owner.manifest)
    if known is not None:
        yield from told(known, known.required((), scene.installed.script), scene, follow, unread=True)
        return
    declared, whole = is_declared(name, scene.owner.manifest), scene.installed.is_whole
    if name in NOT_OF_NPM or (name in (*HEADERS, *_OF_RUNTIMES) and not declared):
        return
    if whole and (lead.optional or _may_be_absent(name, scene.owner.manifest)):
        return
    if not declared and is_declared(name, {"dependencies": scene.owner.manifest.get("devDependencies")}):
        detail = f"{name}, a dependency of its developers; {UNREAD}"
        yield ToEnd(ending=Ending(kind=BoundaryKind.LIBRARY, detail=detail))
    elif not declared and lead.optional and scene.installed.lone and not whole:
        detail = f"{name}, which it does not declare; {UNREAD}"
        yield ToEnd(ending=Ending(kind=BoundaryKind.LIBRARY, detail=detail))
    elif declared and (scene.installed.lone or not whole):
        yield ToEnd(ending=Ending(kind=BoundaryKind.LIBRARY, detail=f"{name}, a dependency; {UNREAD}"))
    else:
        detail = f"requires {name}, a module of another package, which is not here"
        yield Blind(kind=GapKind.OUTSIDE, detail=detail)


def _may_be_absent(name: str, manifest: Mapping[str, object]) -> bool:
    """Tell whether npm leaves a dependency out where it does not fit: then nothing is there to be loaded."""
    optional = manifest.get("optionalDependencies")
    return isinstance(optional, Mapping) and name in optional


_OF_RUNTIMES = ("electron",)
"""Modules that another runtime has inside; of whom does not declare the package of that name, no other is meant."""
NOT_OF_NPM = frozenset(("pnpapi",))
"""Modules that only another package manager provides, from inside itself."""
UNREAD = "its code was not there to be read"


def told(
    known: KnownProgram, said: Iterable[Ending | Lead | Blind], scene: Scene, follow: Follow, *, unread: bool = False
) -> Iterator[Outcome]:
    """Tell what a known program does, and follow what it is made to run where the script runs."""
    note = f" ({known.package}; {UNREAD})" if unread else f" ({known.package})"
    at_work = replace(scene, owner=scene.installed.script, home=None)
    for one in said:
        if isinstance(one, Ending):
            yield ToEnd(ending=replace(one, detail=f"{one.detail}{note}"), program=known.package)
        elif isinstance(one, Lead):
            yield from follow(one, at_work)
        else:
            yield one


def loaded(package: Package, path: str, scene: Scene, program: str = "") -> Iterator[Outcome]:
    """Say how node reads a file it loads: by its extension, and whatever it does not know as JavaScript."""
    end = native_file(package, path, scene.installed.script, starts=False)
    if isinstance(end, Ending):
        yield ToEnd(ending=end)
    elif end is not None:
        yield end
    else:
        language = Language.TYPESCRIPT if path.endswith(_TYPESCRIPT) else Language.JAVASCRIPT
        language = Language.JSON if path.endswith(".json") else language
        yield ToFile(package=package, path=path, language=language, program=program)
