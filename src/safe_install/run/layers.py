"""Where a script's writes go: a layer over the folder it sees, so that what lies below stays as it is until it is kept.

The layer is the kernel's overlay, mounted in a mount namespace of our own (Linux 5.11 for a normal user). Where that
cannot be had the script gets a copy of the package's folder instead, and everything else is read-only.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from safe_install.errors import SandboxError
from safe_install.run.files import entries_of
from safe_install.run.paths import SYSTEM_PATH, find_in, system_program
from safe_install.run.process import run_to_end
from safe_install.run.promises import is_in_node_modules
from safe_install.story import Step

_MOUNT = """
own=$1; shift
while [ "$1" != -- ]; do
  cd -- "$1" || exit 1
  mount -t overlay overlay -o "lowerdir=.,upperdir=$own/$2/up,workdir=$own/$2/work,userxattr" "$own/$2/seen" || exit 1
  shift 2
done
shift
cd / && exec "$@"
"""
_ODD_IN_OPTIONS = frozenset(",\\:\"' \n\t")
_NESTED = "node_modules"
_NAME = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~_-][a-z0-9._~-]*", re.IGNORECASE)
_SHOWN = frozenset({_NESTED, "package.json"})
_PRIVATE = frozenset({".git", ".env", ".npmrc", ".ssh", ".netrc"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One folder as a script sees it: ``path``, where ``below`` lies under what it writes; ``own`` is ours to fill.

    ``name`` is what the folder is called for people; ``copied``: what it sees is a copy, and not the kernel's overlay.
    ``staged`` is where that copy lies, when it cannot be shown in the place of ``path``.
    """

    path: Path
    below: Path
    own: Path
    name: str
    copied: bool = False
    staged: Path | None = None

    def called(self, path: str) -> str:
        """Name a path of the layer for people: as the project has it."""
        return os.path.normpath(f"{self.name}/{path}")

    @property
    def seen(self) -> Path:
        """Give the folder that is shown in the place of ``path``."""
        return self.staged or self.own / "seen"

    @property
    def upper(self) -> Path:
        """Give the folder that holds what was written, in an overlay."""
        return self.own / "up"


def can_overlay(folder: Path, private: Path) -> bool:
    """Try whether an overlay can be put over a folder; ``private`` is where it would be kept."""
    if _ODD_IN_OPTIONS & set(str(private)) or mounts_below(folder):
        return False
    words = mounting((layer_over(folder, private / "trial"),))
    if not words:
        return False
    return run_to_end((*words, str(system_program("true"))), cwd=Path("/"), env={}, time_limit=20).exit_code == 0


def mounting(layers: Sequence[Layer]) -> tuple[str, ...]:
    """Give the words to put before a command so that it finds every overlay mounted; none without any."""
    overlays = [layer for layer in layers if not layer.copied]
    programs = [find_in(name, SYSTEM_PATH) for name in ("unshare", "sh", "mount")]
    if not overlays or not all(programs):
        return ()
    unshare, sh, _ = map(str, programs)
    own_user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    pairs = [word for layer in overlays for word in (str(layer.below), layer.own.name)]
    return (unshare, *own_user, "--mount", "--", sh, "-c", _MOUNT, sh, str(overlays[0].own.parent), *pairs, "--")


def layers_for(
    step: Step, project: Path, private: Path, *, overlay: bool, staged: Path | None = None
) -> tuple[Layer, ...]:
    """Make the layers that a step writes to, in a private folder.

    A package's lie over the whole of node_modules, so that a write beside its folder succeeds and can be told and dropped;
    a copy is of its folder alone. Outputs that were granted elsewhere have a layer each. Where nothing can be shown in
    the place of something else, copies lie in a project of their own at ``staged``, which links to everything else.
    """
    outputs = [_output(project, output) for output in step.confinement.outputs]
    roots = overlaid(step, project) if overlay else [Path(os.path.realpath(project / step.location))]
    if not overlay and not is_in_node_modules(step.location):
        raise SandboxError(
            "A script of the project's own needs a kernel with overlays, and a project without mount points in it.",
            hint="Linux 5.11 or newer has them for every user; or let the project's own scripts run with --unconfined.",
        )
    roots += [output for output in outputs if not any(output.is_relative_to(root) for root in roots)]
    names = {root: os.path.relpath(root, project) for root in roots}
    if staged:
        mirror(project, [Path(name) for name in names.values()], list(_needed(step, project)), staged)
    return tuple(
        layer_over(root, private / str(number), name=name, copied=not overlay, staged=staged / name if staged else None)
        for number, (root, name) in enumerate(names.items())
    )


def overlaid(step: Step, project: Path) -> list[Path]:
    """List the folders that overlays lie over: for a package the node_modules around it, else the script's own folder."""
    if not is_in_node_modules(step.location):
        return [Path(os.path.realpath(project / step.location))]
    above = Path(os.path.normpath(project / step.location.partition(_NESTED)[0]))
    return list(dict.fromkeys(home / _NESTED for home in (project, above) if (home / _NESTED).is_dir()))


def layer_over(
    below: Path,
    own: Path,
    *,
    name: str = "~/.cache",
    seen_at: Path | None = None,
    copied: bool = False,
    staged: Path | None = None,
) -> Layer:
    """Make one layer, ready to be mounted or shown."""
    layer = Layer(path=seen_at or below, below=below, own=own, name=name, copied=copied, staged=staged)
    for folder in (layer.own, layer.upper, layer.own / "work", layer.seen):
        folder.mkdir(parents=True, exist_ok=True)
    layer.upper.chmod(stat.S_IMODE(below.stat().st_mode))  # it becomes what the script sees
    if copied:
        shutil.copytree(below, layer.seen, symlinks=True, dirs_exist_ok=True)
    return layer


def mirror(project: Path, places: Sequence[Path], needed: Sequence[Path], mirrored: Path) -> None:
    """Make a folder in which packages are found as in a project: by links, but for the places, which are left out.

    What is ``needed`` is copied: gyp writes beside another package's gyp file by its real path, relative to its own. Of
    the project itself there is node_modules and package.json, as there is of a workspace that holds a place.
    """
    real = {*places, *needed}
    ways = sorted({parent for place in real for parent in place.parents})
    for way in ways:
        (mirrored / way).mkdir()
        for entry in entries_of(project / way):
            path = way / entry.name
            if path not in {*real, *ways} and (_NESTED in path.parts or entry.name in _SHOWN):
                (mirrored / path).symlink_to(project / path)
    for place in needed:
        shutil.copytree(project / place, mirrored / place, symlinks=True)


def _needed(step: Step, project: Path) -> Iterator[Path]:
    """Find the packages that one depends on, beside or above it; what it holds itself is copied with it."""
    manifest = step.verdict.inspection.script.package.manifest
    wanted = [manifest.get(key) for key in ("dependencies", "optionalDependencies")]
    for name in sorted({str(name) for names in wanted if isinstance(names, dict) for name in names}):
        if not _NAME.fullmatch(name):
            continue
        above = (up / _NESTED / name for up in Path(step.location).parents)
        place = next((place for place in above if (project / place).is_dir()), None)
        if place and not (project / place).is_symlink():
            yield place


def _output(project: Path, output: str) -> Path:
    """Give the folder of a granted output, made if it is not there; SandboxError for one that must not be granted."""
    parts = Path(output).parts
    place = project / output
    if not parts or parts != Path(os.path.normpath(output)).parts or ".." in parts or Path(output).is_absolute():
        raise SandboxError(f"The granted output {output!r} is no path inside the project.")
    if _PRIVATE & {part.lower() for part in parts} or parts == (_NESTED,):
        raise SandboxError(f"The granted output {output!r} is not for scripts to write.")
    if place.exists() and not place.is_dir():
        raise SandboxError(f"The granted output {output!r} is a file.", hint="Grant the folder it lies in.")
    if Path(os.path.realpath(place)) != place:
        raise SandboxError(f"The granted output {output!r} is reached through a link.")
    place.mkdir(parents=True, exist_ok=True)
    return place


def mounts_below(folder: Path) -> tuple[Path, ...]:
    """List what else is mounted inside a folder, which an overlay would not show."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return ()
    places = dict.fromkeys(Path(line.split(" ")[4]) for line in lines)
    return tuple(place for place in places if place.is_relative_to(folder) and place != folder)
