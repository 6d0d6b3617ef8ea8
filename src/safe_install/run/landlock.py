"""Landlock and seccomp: what is left where no namespace can be made, as in most containers. Reduced, and called so.

Files are Landlock's part (Linux 6.2): what no rule names cannot be read or written. Everything else that leads out is
refused by a filter of system calls. Nothing can be shown at another place than where it is, so a script works in a
staged copy of its package. As root it becomes a user that nobody is: Landlock does not hold chmod, and root owns everything.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from safe_install.errors import SandboxError
from safe_install.run import seccomp
from safe_install.run.files import own_folder
from safe_install.run.process import Onlooker, Ran, run_to_end
from safe_install.run.strict_root import SYSTEM_FOLDERS, shown_by_system
from safe_install.run.walls import Access, Walls, furnish

_PROGRAM = Path(__file__).with_name("landlock_process.py")
_CREATE, _VERSION = 444, 1
_LEAST = 3
"""The first version that holds truncate(2): before Linux 6.2 any file could be emptied."""
_IOCTL, _NET, _SCOPED = 5, 4, 6  # the versions that added them
_TCP, _SIGNALS_AND_NAMES = 0b11, 0b11
_READ = 0b1101  # execute, read files, read folders
_DEVICE = 0b0110  # write and read files
_NO_DEVICES = ~(1 << 6 | 1 << 11)
_DEVICES = tuple(Path("/dev") / name for name in ("null", "zero", "full", "random", "urandom"))
_MACHINE = tuple(Path("/proc") / name for name in ("meminfo", "cpuinfo", "stat", "loadavg", "version", "filesystems"))
_USERS = range(61184, 65520)  # systemd's for services that come and go; nobody has a name there
_PATIENCE = 30.0
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Landlock:
    """Runs a program that may read and write what was listed; it has no network, and a copy to work in."""

    name: str = "Landlock and seccomp (reduced)"
    has_walls: bool = True
    loopback_sleeps: bool = False

    @property
    def lacks(self) -> tuple[str, ...]:
        """Say what these walls do not hold, in words for the receipt."""
        seen = "names, sizes and times of other files can be seen"
        own = "" if os.geteuid() == 0 else "modes and times of your own files can be set"
        told = "" if version() >= _SCOPED or os.geteuid() == 0 else "your other processes can be signalled"
        unseen = "names that it looked up, and places that it was refused, are not seen"
        return tuple(f"reduced: {each}" for each in (seen, own, told, unseen) if each)

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program inside these walls; raise `SandboxError` when they do not stand."""
        user = _a_user() if os.geteuid() == 0 else None
        furnish(walls)
        _hand_over(walls, user)
        with _Start(_task(argv, cwd, env, walls, user), walls.before) as start:
            ran = run_to_end(
                (sys.executable, "-I", "-S", "-B", str(_PROGRAM), *map(str, start.inherited)),
                cwd=Path("/"),
                env={},
                time_limit=walls.time_limit,
                inherited=start.inherited,
                onlooker=Onlooker(start.attend, walls.watch, gently=False),
            )
            if why := start.complaint():
                raise SandboxError(f"{self.name} do not work here: {why}.", hint=_fix(why))
        return ran


def version() -> int:
    """Give the kernel's version of Landlock; 0 where there is none."""
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)))


# ------------------------------------------------------------------ the rules


def _task(argv: tuple[str, ...], cwd: Path, env: Mapping[str, str], walls: Walls, user: int | None) -> bytes:
    """Write down all that the process must do."""
    found = version()
    if found < _LEAST:
        raise SandboxError(f"Landlock is not here, or too old (version {found}, and {_LEAST} is needed: Linux 6.2).")
    every = (1 << 16) - 1 if found >= _IOCTL else (1 << 15) - 1
    handled = [every, *([_TCP] if found >= _NET else []), *([_SIGNALS_AND_NAMES] if found >= _SCOPED else [])]
    rules = [(str(path), access & every) for path, access in _rules(walls, every) if path.exists()]
    needed = [str(path) for path in (view.place for view in walls.views) if path.exists()]
    told = {"handled": handled, "rules": rules, "needed": needed, "user": user, "cwd": str(cwd)}
    program = seccomp.program(platform.machine()).hex()
    return json.dumps({**told, "filter": program, "argv": argv, "env": dict(env)}).encode()


def _rules(walls: Walls, every: int) -> Iterator[tuple[Path, int]]:
    """Allow what the system shows, what is listed, and what is the script's own."""
    for path in ("/usr", *SYSTEM_FOLDERS, *shown_by_system()):
        yield Path(path), _READ
    yield from ((path, _READ) for path in _MACHINE)
    yield from ((path, _DEVICE) for path in _DEVICES)
    for view in (*walls.views, *walls.at_home):
        if view.access is Access.HIDE:
            raise SandboxError(f"{view.path} cannot be hidden: Landlock allows a folder with everything in it.")
        yield view.place, _READ if view.access is Access.READ else every & _NO_DEVICES
    for name in ("home", "tmp"):
        yield walls.scratch / name, every & _NO_DEVICES


# ------------------------------------------------------------------ places


def _a_user() -> int:
    """Choose a number that no process has."""
    taken: set[int] = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            taken.add(process.stat().st_uid)
    first = _USERS[os.getpid() % len(_USERS)]
    candidates: tuple[int, ...] = (*range(first, _USERS.stop), *_USERS)
    return next(user for user in candidates if user not in taken)


def _hand_over(walls: Walls, user: int | None) -> None:
    """Give a user the folders of ours that it works in; what it may write there is for Landlock to say."""
    if user is None:
        return
    views = (*walls.views, *walls.at_home)
    if odd := [view.place for view in views if view.access is Access.WRITE and own_folder(view.place) is None]:
        raise SandboxError(f"{odd[0]} is written as root or not at all: a script works in copies here.")
    for folder in {own_folder(path) for path in (walls.scratch, *(view.place for view in views))}:
        for place, folders, files in os.walk(folder) if folder else ():
            for name in (".", *folders, *files):
                os.chown(Path(place) / name, user, user, follow_symlinks=False)


# ------------------------------------------------------------------ beginning


class _Start:
    """Three descriptors: what must be done, what is said about it, and the word to begin, which is there as long as we are."""

    def __init__(self, task: bytes, before: Callable[[int], None]) -> None:
        self._before = before
        self._stack = ExitStack()
        self._task = os.memfd_create("task")
        os.write(self._task, task)
        self._status, told = os.pipe()
        waits, self._go = os.pipe()
        self.inherited = (self._task, told, waits)
        self._has_begun = False
        for each in (*self.inherited, self._status, self._go):
            self._stack.callback(os.close, each)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def attend(self, alive: Callable[[], bool]) -> None:
        """Wait until it stands, do what must be done before, and let it begin."""
        self._stack.pop_all()
        for each in self.inherited:
            os.close(each)
        for each in (self._status, self._go):
            self._stack.callback(os.close, each)
        deadline = time.monotonic() + _PATIENCE
        ready: list[int] = []
        while not ready and alive() and time.monotonic() < deadline:
            ready = select.select([self._status], [], [], 0.02)[0]
        number = os.read(self._status, 100).partition(b"\n")[0] if ready else b""
        if number:
            self._before(int(number))
            self._has_begun = True
            os.write(self._go, b"x")

    def complaint(self) -> str:
        """Say why the script did not begin; empty when it did."""
        if not self._has_begun:
            return "the process that shuts itself in did not start"
        return os.read(self._status, _MOST).decode(errors="replace")


def _fix(why: str) -> str:
    if "Permission denied" in why:
        return (
            "As root it becomes another user, who must be allowed to enter and read that: chmod go+rX, or not as root."
        )
    return "bubblewrap is better: `apt-get install bubblewrap`, and a container that allows namespaces."
