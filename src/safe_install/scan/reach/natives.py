"""Files that are no text: which of them are a known end, and which could be anything."""

from __future__ import annotations

import posixpath

from safe_install.model import BoundaryKind, Digest, GapKind, Package
from safe_install.scan import contents
from safe_install.scan.reach.installed import is_registrys_own
from safe_install.scan.reach.prebuilt import is_prebuilt
from safe_install.scan.shell.leads import Blind, Ending

LARGEST = 4 << 20  # bytes of a platform's program that are inflated to look at the first four; workerd has 120 MB
_NATURES = frozenset(("", ".bin", ".dll", ".dylib", ".exe", ".node", ".so", ".wasm"))
"""Extensions under which a program or a library is what it looks like."""


def native_file(package: Package, path: str, script: Package, *, starts: bool) -> Ending | Blind | None:
    """Say what loading or starting a file does when its bytes are native code, or its name says so; else None.

    A program of a package for one platform, which another package brings along, is a known end. One that the
    package under inspection carries itself is a gap: of 134 honest packages none starts such a program from its
    script. A library that it carries is a gap too, unless its own sources give it: see `is_prebuilt`. So is one that wears another
    nature, such as an image's or a text's, or lies in a directory that no listing shows.
    """
    verb = "runs" if starts else "loads"
    known = BoundaryKind.RUNS_NATIVE if starts else BoundaryKind.LOADS_NATIVE
    size = package.members[path].size
    is_known_place = package is not script and _is_for_one_platform(package) and not _is_disguised(path)
    if is_known_place and size > LARGEST:
        return Ending(kind=known, detail=f"{verb} native code: {path}, {size >> 20} MB that are not looked into")
    said = _nature(package, path)
    extension = posixpath.splitext(path)[1].lower()
    if said is None and extension not in {".node", ".wasm"}:
        return None
    detail = f"{verb} native code: {path}{f', {said}' if said else ', of a kind not known here'}"
    if said is None or _is_disguised(path):
        return Blind(kind=GapKind.BINARY, detail=detail)
    if not starts and package is script and is_prebuilt(package, path):
        name = posixpath.basename(path)
        return Ending(
            kind=known, detail=f"loads {name}, which binding.gyp builds, as it was built before for a platform"
        )
    return Ending(kind=known, detail=detail) if is_known_place else Blind(kind=GapKind.NATIVE, detail=detail)


_NATURES_SEEN: dict[Digest, str | None] = {}
"""What files are, by what they hold: many scripts of a tree look at the same 16 MB of a library."""
_MOST_SEEN = 16_384


def _nature(package: Package, path: str) -> str | None:
    """Say which native code a file is, None for anything else."""
    digest = package.members[path].digest
    if digest not in _NATURES_SEEN:
        if len(_NATURES_SEEN) >= _MOST_SEEN:
            _NATURES_SEEN.clear()
        _NATURES_SEEN[digest] = contents.native(package.files[path])
    return _NATURES_SEEN[digest]


def _is_disguised(path: str) -> bool:
    *directories, name = path.split("/")
    extension = posixpath.splitext(name)[1].lower()
    plain = extension in _NATURES or not extension.strip(".0123456789") or ".so." in name
    return not plain or any(part.startswith(".") for part in (*directories, name))


def _is_for_one_platform(package: Package) -> bool:
    """Tell whether a package is the registry's, for machines that its manifest names."""
    return is_registrys_own(package) and bool(package.manifest.get("os") and package.manifest.get("cpu"))
