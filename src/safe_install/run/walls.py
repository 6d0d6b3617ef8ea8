"""What one process may see and change: an ordered list of views, later ones lying over earlier ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from safe_install.errors import SandboxError
from safe_install.run.files import entries_of
from safe_install.run.layers import Layer
from safe_install.run.npm import Npm
from safe_install.run.process import Ran, nothing_to_stop_for
from safe_install.run.promises import is_in_node_modules
from safe_install.story import Step

_CONFIGURATION = frozenset({".npmrc", ".yarnrc", ".yarnrc.yml", ".netrc", ".pypirc", ".git"})
_CREDENTIALS = frozenset({".ssh", ".aws", ".azure", ".docker", ".gnupg", ".kube", ".claude"})
_DOTENV = ".env"
_OWN_RECORDS = ("safe-install.toml", "safe-install.approvals.json")
_MOST_ENTRIES = 500_000


class Access(StrEnum):
    """What may be done with a path and what is below it."""

    READ = "read"
    WRITE = "write"
    HIDE = "hide"  # it looks empty


@dataclass(frozen=True, slots=True)
class View:
    """One path, absolute and real, as a process sees it."""

    path: Path
    access: Access
    source: Path | None = None  # what is shown there, when it is something else

    @property
    def place(self) -> Path:
        """Give the path at which it really lies."""
        return self.source or self.path


def _nothing_to_do(_: int) -> None:
    """Let it begin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walls:
    """The walls around one process.

    What no view names is not there at all, but for the system's own programs. ``scratch`` is an empty place of its
    own, gone afterwards, with ``home`` and ``tmp`` in it, and what ``at_home`` shows there. ``layers`` must be mounted
    before. ``before`` is told the number of the process that stands inside and has not begun; ``watch`` may stop it.
    There is no network but what ``before`` opens.
    """

    views: tuple[View, ...]
    scratch: Path
    time_limit: float
    at_home: tuple[View, ...] = ()
    layers: tuple[Layer, ...] = ()
    before: Callable[[int], None] = _nothing_to_do
    watch: Callable[[], str] = nothing_to_stop_for


class Sandbox(Protocol):
    """Runs a program inside walls."""

    @property
    def name(self) -> str:
        """Say who puts up the walls."""

    @property
    def has_walls(self) -> bool:
        """Tell whether there are any."""

    @property
    def loopback_sleeps(self) -> bool:
        """Tell whether the loopback of its network must be switched on by whoever listens there."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """Say what reduced walls do not hold, each a sentence for the receipt; whole ones lack nothing.

        Reduced ones show nothing in the place of something else, and have no network that could be answered.
        """

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program with exactly this environment; raise `SandboxError` when the walls do not stand."""


def furnish(walls: Walls) -> None:
    """Make the home of a script on the disk, where nothing can be mounted: what is shown there is reached through links."""
    for name in ("home", "tmp"):
        (walls.scratch / name).mkdir(exist_ok=True)
    for view in walls.at_home:
        view.path.parent.mkdir(parents=True, exist_ok=True)
        view.path.symlink_to(view.place)


def walls_around(
    step: Step, *, project: Path, npm: Npm, shims: Path, scratch: Path, layers: Sequence[Layer] = ()
) -> Walls:
    """Put up the walls that a step's confinement asks for; ``project`` is its real path.

    A package sees node_modules, a script of the project's own sees the project, but for secrets and git, and not to
    write to our records. What they write goes to ``layers``; without any, to the places themselves.
    """
    confinement = step.confinement
    places = _places(project, confinement.writable)
    writable = [View(layer.path, Access.WRITE, layer.seen) for layer in layers]
    writable = writable or [View(place, Access.WRITE) for place in places]
    if is_in_node_modules(step.location):
        views = [*_read(*_around_package(project, step.location)), *writable]
        if not layers:
            views += _read(project / step.location / "node_modules")
    else:
        views = _own_views(project, writable, _places(project, (step.location,)))
    return Walls(
        views=(*views, *tool_views(npm), *_read(shims)),
        scratch=scratch,
        time_limit=confinement.time_limit,
        layers=tuple(layers),
    )


def project_walls(project: Path, *, npm: Npm, scratch: Path, time_limit: float) -> Walls:
    """Put up walls for a command of the project's own: it sees and writes the project, but for secrets and our records."""
    views = _own_views(project, [View(project, Access.WRITE)], [])
    return Walls(views=(*views, *tool_views(npm)), scratch=scratch, time_limit=time_limit)


def _own_views(project: Path, writable: Sequence[View], places: Sequence[Path]) -> list[View]:
    """Show the project to what is its own, without its secrets, git and our records."""
    _require_home_elsewhere(project)
    beside = [place for place in places if not place.is_relative_to(project)]
    views = [*_read(project), *writable, *_read(*(project / name for name in _OWN_RECORDS))]
    return views + [View(secret, Access.HIDE) for folder in (project, *beside) for secret in _secrets(folder)]


def _places(project: Path, relative: tuple[str, ...]) -> list[Path]:
    places = (Path(os.path.realpath(project / path)) for path in relative)
    return [place for place in places if place.exists()]


def _read(*paths: Path) -> list[View]:
    return [View(path, Access.READ) for path in paths if path.exists()]


def _around_package(project: Path, location: str) -> list[Path]:
    """List what a package's script may look at: the trees it is resolved in, and whose they are."""
    above = Path(os.path.normpath(project / location.partition("node_modules")[0]))
    return [home / name for home in dict.fromkeys((project, above)) for name in ("node_modules", "package.json")]


def tool_views(npm: Npm) -> list[View]:
    """Show node and npm where they are not among the system's programs; of node's prefix only what belongs to it."""
    paths = (npm.node, npm.prefix / "lib", npm.prefix / "include", npm.folder)
    return _read(*(path for path in paths if not path.is_relative_to("/usr")))


def _require_home_elsewhere(project: Path) -> None:
    """Refuse to show a script of the project's own a home directory: no list names every secret in one."""
    if Path(os.path.realpath(Path.home())).is_relative_to(project):
        raise SandboxError(
            f"{project} holds a home directory, so that no script of its own can be confined to it.",
            hint="Move the project into a folder of its own, or let its scripts run with --unconfined.",
        )


def _secrets(folder: Path) -> Iterator[Path]:
    """Find what in a folder of the project's own is nobody's business; packages are not looked into."""
    ahead = [folder]
    count = 0
    while ahead:
        for entry in entries_of(ahead.pop()):
            count += 1
            if _is_secret(entry.name):
                yield from _behind(entry, folder)
            elif entry.is_dir(follow_symlinks=False) and entry.name != "node_modules":
                ahead.append(Path(entry.path))
        if count > _MOST_ENTRIES:
            raise SandboxError(f"{folder} holds too many files to find every secret in it before a script runs there.")


def _is_secret(name: str) -> bool:
    lower = name.lower()
    return lower in _CONFIGURATION | _CREDENTIALS or lower.startswith(_DOTENV)


def _behind(entry: os.DirEntry[str], folder: Path) -> Iterator[Path]:
    """Give the real place of a secret; one that a link keeps elsewhere is not visible anyway."""
    real = Path(os.path.realpath(entry.path))
    if real.is_relative_to(folder) and real.exists():
        yield real
