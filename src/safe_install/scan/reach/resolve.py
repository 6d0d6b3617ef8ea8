"""From a specifier to a file: Node's resolution inside one package.

Follows the algorithms of Node's documentation ("Modules: CommonJS modules", "Modules: Packages"), a little
generous where two of them differ: what either would find is found. Case counts, as on Linux; on a file system
where it does not, a name in another case is `Target.MISSING` here, which is never silent.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote

from safe_install.errors import TarballError
from safe_install.model import Package
from safe_install.scan.javascript.node_builtins import builtin
from safe_install.scan.lock.tree import folder_name
from safe_install.scan.reach.exports import exported, imported
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY
from safe_install.scan.unpack.manifest import MANIFEST, read_manifest

_EXTENSIONS = (".js", ".json", ".node")
_OTHER_EXTENSIONS = (".cjs", ".mjs")  # Node adds these to no name; bundlers and people do
_REMOTE = ("http:", "https:", "data:", "blob:")
_SELF = 8  # how often a name may lead to another name through "imports"


class Target(StrEnum):
    """What a specifier comes to."""

    OWN = "own"  # a file of this package
    BUILTIN = "builtin"  # a module of Node's
    OUTSIDE = "outside"  # a module of another package, or a path outside this one
    MISSING = "missing"  # a path in this package where no file is
    REMOTE = "remote"  # an address, or code inside the specifier itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """``name`` is a path in the package, a builtin's name without ``node:``, another package's name, or a place.

    ``manifests`` are the package.json files that decided; ``subpath`` is what is wanted of another package.
    """

    target: Target
    name: str
    manifests: tuple[str, ...] = ()
    subpath: str = ""


def resolve_module(package: Package, specifier: str, directory: str, *, hops: int = _SELF) -> list[Resolution]:
    """Find what ``require(specifier)`` or ``import`` means in a file of ``directory``; several under conditions."""
    if specifier.startswith(_REMOTE):
        return [Resolution(target=Target.REMOTE, name=specifier)]
    if is_path(specifier):
        found = resolve_path(package, specifier, directory)
        if found.target is Target.MISSING and any(mark in specifier for mark in "?#%"):
            found = resolve_path(package, unquote(specifier.partition("?")[0].partition("#")[0]), directory)
        return [found]
    if specifier.startswith("#"):
        targets = imported(package.manifest.get("imports"), specifier) if hops else []
        return [one for target in targets for one in resolve_module(package, target, "", hops=hops - 1)] or [
            Resolution(target=Target.MISSING, name=specifier)
        ]
    name = builtin(specifier)
    if name:
        return [Resolution(target=Target.BUILTIN, name=name)]
    return _named(package, specifier, directory)


def resolve_path(package: Package, path: str, directory: str = "") -> Resolution:
    """Find the file that ``node PATH`` runs, or a module's path means: exact, with an extension, or a directory's."""
    place = placed(path, directory)
    if place is None:
        return Resolution(target=Target.OUTSIDE, name=path)
    wants_directory = path.endswith(("/", "/.", "/..")) or path in {".", ".."}
    found = None if wants_directory else _file(package, place)
    return (
        found
        or _directory(package, place)
        or _file(package, place, _OTHER_EXTENSIONS)
        or Resolution(target=Target.MISSING, name=place or ".")
    )


def resolve_file(package: Package, path: str, directory: str = "") -> Resolution:
    """Find a file by exactly this path, as a shell does."""
    place = placed(path, directory)
    if place is None:
        return Resolution(target=Target.OUTSIDE, name=path)
    return Resolution(target=Target.OWN if place in package.members else Target.MISSING, name=place or ".")


def resolve_python(package: Package, path: str, directory: str = "") -> Resolution:
    """Find what ``python PATH`` runs: a file, or the ``__main__.py`` of a directory."""
    exact = resolve_file(package, path, directory)
    main = posixpath.join(exact.name, "__main__.py")
    return (
        replace(exact, target=Target.OWN, name=main)
        if exact.target is Target.MISSING and main in package.members
        else exact
    )


def resolve_exported(package: Package, subpath: str) -> list[Resolution]:
    """Find what another package gets under this one's name and ``subpath``."""
    return _of_package(package, "", subpath)


def placed(path: str, directory: str = "") -> str | None:
    """Give a path relative to the package's root; None for one that leaves the package.

    ``directory`` is where a relative path starts, one behind `WORKING_DIRECTORY` too; behind `PACKAGE_ROOT` it is the root.
    """
    path = path.removeprefix("file://")
    if path.startswith(PACKAGE_ROOT):
        directory, path = "", path.removeprefix(PACKAGE_ROOT)
    elif path.startswith(WORKING_DIRECTORY):
        path = path.removeprefix(WORKING_DIRECTORY)
    elif path.startswith(("/", "~")):
        return None
    parts: list[str] = []
    for part in f"{directory}/{path}".split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def is_path(specifier: str) -> bool:
    """Tell whether a specifier names a place, not a package."""
    return specifier in {"", ".", ".."} or specifier.startswith(
        ("./", "../", "/", "file:", PACKAGE_ROOT, WORKING_DIRECTORY)
    )


def _file(package: Package, place: str, extensions: tuple[str, ...] = ("", *_EXTENSIONS)) -> Resolution | None:
    for extension in extensions:
        if place + extension in package.members and place:
            return Resolution(target=Target.OWN, name=place + extension)
    return None


def _directory(package: Package, place: str) -> Resolution | None:
    """Find a directory's main file: its package.json's ``main``, else its index."""
    prefix = f"{place}/" if place else ""
    path = f"{prefix}{MANIFEST}"
    main = _manifest(package, place).get("main")
    deciding = (path,) if path in package.members else ()
    if isinstance(main, str) and main:
        at = placed(main, place)
        if at is None:
            return Resolution(target=Target.OUTSIDE, name=main, manifests=deciding)
        found = _file(package, at) or _file(package, f"{at}/index".lstrip("/"), _EXTENSIONS)
        if found:
            return Resolution(target=Target.OWN, name=found.name, manifests=deciding)
    index = _file(package, f"{prefix}index", _EXTENSIONS)
    return index and Resolution(target=Target.OWN, name=index.name, manifests=deciding)


def _named(package: Package, specifier: str, directory: str) -> list[Resolution]:
    """Find a package by its name: in a node_modules inside this one, this one itself, or another one."""
    name, subpath = split_name(specifier)
    folder = directory
    while True:
        inside = f"{folder}/node_modules/{name}".lstrip("/")
        if f"{inside}/{MANIFEST}" in package.members or _directory(package, inside):
            return _of_package(package, inside, subpath)
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    manifest = package.manifest
    if name == folder_name(package.artifact.location) or (name == manifest.get("name") and "exports" in manifest):
        return _of_package(package, "", subpath)
    return [Resolution(target=Target.OUTSIDE, name=name, subpath=subpath)]


def _of_package(package: Package, root: str, subpath: str) -> list[Resolution]:
    """Find a file of the package at ``root`` by what it exports, or by its path when it exports nothing by name."""
    manifest = _manifest(package, root)
    path = f"{root}/{MANIFEST}".lstrip("/")
    deciding = (path,) if path in package.members else ()
    if manifest.get("exports") is not None:
        targets = exported(manifest["exports"], f"./{subpath}" if subpath else ".")
    else:
        targets = [f"./{subpath}"]
    found = [resolve_path(package, target, root) for target in targets if target.startswith("./")]
    found += _imported_main(package, root, manifest) if targets == ["./"] else []
    missing = Resolution(target=Target.MISSING, name=f"{root}/{subpath}".strip("/") or ".")
    return [Resolution(target=one.target, name=one.name, manifests=deciding) for one in found] or [missing]


def _imported_main(package: Package, root: str, manifest: Mapping[str, object]) -> list[Resolution]:
    """Find the main file that ``import`` takes where ``require`` takes another: a ``main`` that ends in a slash is a directory to it."""
    main = manifest.get("main")
    at = placed(main, root) if isinstance(main, str) and main.endswith("/") else None
    places = () if at is None else (f"{at}/index".lstrip("/"), f"{root}/index".lstrip("/"))
    found = (_file(package, place, _EXTENSIONS) for place in places)
    return [one for one in found if one is not None][:1]


def is_as_named(resolution: Resolution, subpath: str) -> bool:
    """Tell whether Node itself would find this, and not only our generosity about extensions."""
    name = posixpath.basename(subpath.rstrip("/"))
    return resolution.target is Target.OWN and not any(
        resolution.name.endswith(f"/{name}{end}") or resolution.name == f"{name}{end}" for end in _OTHER_EXTENSIONS
    )


def split_name(specifier: str) -> tuple[str, str]:
    """Split ``@scope/name/sub/path`` into the package's name and the path in it."""
    parts = specifier.split("/")
    size = 2 if specifier.startswith("@") else 1
    return "/".join(parts[:size]), "/".join(parts[size:])


def _manifest(package: Package, place: str) -> Mapping[str, object]:
    """Read the package.json of a directory; one that Node cannot read decides nothing."""
    if not place:
        return package.manifest
    path = f"{place}/{MANIFEST}"
    if path not in package.members:
        return {}
    try:
        return read_manifest(package.files[path])
    except TarballError:
        return {}
