"""Native libraries for the machine that a package loads and has not got: what is published is built elsewhere, or not at all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from safe_install.model import BoundaryKind
from safe_install.scan.reach.contexts import is_below
from safe_install.scan.reach.installed import Spot
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd
from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.words import PACKAGE_ROOT, Word

_LIBRARY = ".node"


def of_no_file(blind: Blind, lead: Lead, starts: list[Spot], scene: Scene) -> Iterator[Outcome]:
    """Tell of a native library for the machine in a directory that the package has not got: an edge only if somebody fills it.

    ``prebuilds/${platform}-${arch}/x.node``, where what is published is built elsewhere, or not at all.
    """
    start, end = lead.target.parts[0], lead.target.parts[-1]
    folder = _top_folder(start, scene) if isinstance(start, str) else ""
    is_library = isinstance(end, str) and end.endswith(_LIBRARY) and is_below(Word(lead.target.parts[1:]))
    is_own = {spot.location for spot in starts} == {scene.installed.script.artifact.location}
    if not (folder and is_library and is_own and scene.owner is scene.installed.script):
        yield blind
        return
    detail = f"loads native code, of which none is in the package: {lead.target.shown}"
    yield ToEnd(ending=Ending(kind=BoundaryKind.LOADS_NATIVE, detail=detail, line=lead.line))
    yield replace(blind, where_empty=folder, by_others=True)


def _top_folder(start: str, scene: Scene) -> str:
    """Name the first directory below the package's root on a path that starts so; nothing where it leads elsewhere."""
    there, below, _ = start.rpartition("/")
    if there.startswith(f"{PACKAGE_ROOT}/"):
        there = posixpath.normpath(there.removeprefix(f"{PACKAGE_ROOT}/"))
    elif there.startswith((".", "..")) and scene.home is not None:
        there = posixpath.normpath(posixpath.join(scene.home, there))
    else:
        return ""
    folder = there.split("/")[0]
    return folder if below and folder not in {".", "..", "", "node_modules"} else ""
