"""unshare and setpriv: the walls of bubblewrap made with the system's own small programs, where there is no bubblewrap.

A shell script of ours builds the same empty root in namespaces of its own, gives up every capability and the right to
make new namespaces, and becomes the program. util-linux has all that it needs; a normal user can run it.
"""

from __future__ import annotations

import os
import select
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from safe_install.errors import SandboxError
from safe_install.run.files import private_folder
from safe_install.run.layers import mounts_below
from safe_install.run.paths import SYSTEM_PATH, find_in
from safe_install.run.process import Onlooker, Ran, run_to_end
from safe_install.run.strict_root import OWN_SETTINGS, SCRATCH_BYTES, SYSTEM_FOLDERS, TEMPORARY_BYTES, shown_by_system
from safe_install.run.walls import Access, View, Walls

PROGRAMS = ("sh", "unshare", "setpriv", "mount", "umount", "pivot_root", "mkdir", "ln", "touch", "chmod")
_APART = (
    "--user",
    "--map-root-user",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--net",
    "--ipc",
    "--uts",
    "--cgroup",
)
_POWERLESS = ("--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs")
_FIRST = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
"""The first process of the namespace, as powerless as the rest: a program that is it itself would ignore its signals."""
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Runs a program in a root that is empty but for what was listed, made by unshare(1) and setpriv(1)."""

    name: str = "unshare and setpriv"
    has_walls: bool = True
    loopback_sleeps: bool = True
    lacks: tuple[str, ...] = ()

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program inside walls; raise `SandboxError` with the programs' own words when they do not stand."""
        if any("\0" in word for word in (*argv, *env, *env.values(), str(cwd))):
            raise SandboxError("A variable or a path with a NUL in it cannot be given to a script.")
        programs = {name: find_in(name, SYSTEM_PATH) for name in PROGRAMS}
        if missing := [name for name, path in programs.items() if path is None]:
            raise SandboxError(f"{', '.join(missing)} cannot be found, which walls are made with.")
        with private_folder() as private:
            (private / "walls.sh").write_text("\n".join(_script(argv, cwd, walls, private)) + "\n")
            with _Door(private, walls.before) as door:
                die = (str(programs["setpriv"]), "--pdeathsig", "KILL")
                ran = run_to_end(
                    (*die, str(programs["unshare"]), *_APART, "--", str(programs["sh"]), str(private / "walls.sh")),
                    cwd=Path("/"),
                    env=env,
                    time_limit=walls.time_limit,
                    onlooker=Onlooker(door.attend, walls.watch, gently=False),
                )
            if not door.has_begun:
                raise SandboxError(f"{self.name} do not work here: {ran.output.strip()[-300:] or 'they said nothing'}")
            return ran


class _Door:
    """Two pipes with names, opened before anybody else: on one our script tells its number, on the other it waits."""

    def __init__(self, private: Path, before: Callable[[int], None]) -> None:
        self.has_begun = False
        self._before = before
        self._ends: list[int] = []
        for name in ("status", "go"):
            os.mkfifo(private / name, 0o600)
            self._ends.append(os.open(private / name, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            os.close(end)

    def attend(self, alive: Callable[[], bool]) -> None:
        """Wait until the script stands inside, do what must be done before, and let it go on."""
        status, go = self._ends
        deadline = time.monotonic() + _PATIENCE
        while alive() and time.monotonic() < deadline:
            if select.select([status], [], [], 0.02)[0]:
                pid = int(os.read(status, 100))
                self._before(pid)
                self.has_begun = True
                os.write(go, b"\n")
                return


# ------------------------------------------------------------------ the script


def _script(argv: tuple[str, ...], cwd: Path, walls: Walls, private: Path) -> Iterator[str]:
    """Write the script, line by line: our own pipes, the layers, the root, what is shown in it, and then no way back."""
    quoted = shlex.quote
    root = private / "root"
    yield "set -e"
    yield "PATH_=$PATH PATH=" + quoted(":".join(SYSTEM_PATH))
    yield "umask 022"
    yield f"exec 8> {quoted(str(private / 'status'))} 9< {quoted(str(private / 'go'))}"
    yield "read -r outside rest < /proc/self/stat"  # this /proc still numbers processes as those outside do
    for layer in walls.layers:
        if not layer.copied:
            folders = f"upperdir={layer.upper},workdir={layer.own / 'work'}"
            yield f"cd {quoted(str(layer.below))}"
            yield f"mount -t overlay overlay -o {quoted(f'lowerdir=.,{folders},userxattr')} {quoted(str(layer.seen))}"
    yield "cd /"
    yield f"mkdir {quoted(str(root))}"
    yield f"mount -t tmpfs -o mode=755,size={TEMPORARY_BYTES} tmpfs {quoted(str(root))}"
    yield from _base(root, private)
    for view in walls.views:
        yield from _shown(view, root, private)
    yield from _tmpfs(root, walls.scratch, SCRATCH_BYTES)
    yield f"mkdir {_in(root, walls.scratch / 'home')} {_in(root, walls.scratch / 'tmp')}"
    for view in walls.at_home:
        yield from _shown(view, root, private)
    yield from _no_way_back(root)
    yield f"cd {quoted(str(cwd))}"
    yield 'printf "%s\\n" "$outside" >&8; read -r go <&9; exec 8>&- 9<&-'
    yield "PATH=$PATH_; unset PATH_ OLDPWD outside rest go"
    yield f"exec /usr/bin/setpriv {shlex.join((*_POWERLESS, '--', *_FIRST, *argv))}"


def _base(root: Path, private: Path) -> Iterator[str]:
    """Show the system's programs and the few settings they need, devices, and what is the program's own."""
    yield from _bound(Path("/usr"), root, Path("/usr"), read_only=True)
    for folder in SYSTEM_FOLDERS:
        if Path(folder).is_symlink():
            yield f"ln -s {shlex.quote(os.readlink(folder))} {shlex.quote(str(root) + folder)}"  # noqa: PTH115 - its text
        elif Path(folder).is_dir():
            yield from _bound(Path(folder), root, Path(folder), read_only=True)
    for name in shown_by_system():
        if Path(name).exists():
            yield from _bound(Path(name), root, Path(name), read_only=True)
    for name, text in OWN_SETTINGS.items():
        (private / name).write_text(text)
        yield from _bound(private / name, root, Path("/etc") / name, read_only=True)
    (private / "empty").write_text("")
    yield from _tmpfs(root, Path("/dev"), TEMPORARY_BYTES)
    for device in _DEVICES:
        at = _in(root, Path("/dev") / device)
        yield f"touch {at}; mount --bind /dev/{device} {at}"
    for link, target in {"fd": "fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}.items():
        yield f"ln -s /proc/self/{target} {_in(root, Path('/dev') / link)}"
    yield from _tmpfs(root, Path("/dev/shm"), TEMPORARY_BYTES, mode="1777")  # noqa: S108 - one of its own
    yield f"mount -o remount,bind,ro,nosuid,nodev {_in(root, Path('/dev'))}"
    yield f"mkdir {_in(root, Path('/proc'))}; mount -t proc -o nosuid,nodev,noexec,ro proc {_in(root, Path('/proc'))}"
    yield from _tmpfs(root, Path("/tmp"), TEMPORARY_BYTES, mode="1777")  # noqa: S108 - one of its own
    yield from _tmpfs(root, Path("/var"), TEMPORARY_BYTES)
    yield f"mkdir {_in(root, Path('/var/tmp'))} {_in(root, Path('/run'))}"  # noqa: S108 - likewise


def _shown(view: View, root: Path, private: Path) -> Iterator[str]:
    match view.access:
        case Access.READ | Access.WRITE:
            yield from _bound(view.source or view.path, root, view.path, read_only=view.access is Access.READ)
        case Access.HIDE if view.path.is_dir():
            yield f"mount -t tmpfs -o ro,size=4k tmpfs {_in(root, view.path)}"
        case Access.HIDE:
            yield from _bound(private / "empty", root, view.path, read_only=True)


def _bound(source: Path, root: Path, place: Path, *, read_only: bool) -> Iterator[str]:
    """Show one path at a place; what is mounted below it is shown as well, and made read-only with it.

    In a user namespace a mount keeps the bounds that it had (noexec), or cannot be changed at all.
    """
    at = _in(root, place)
    if source.is_dir():
        yield f"mkdir -p {at}"
    else:
        yield f"mkdir -p {_in(root, place.parent)}; [ -e {at} ] || touch {at}"
    yield f"mount --rbind {shlex.quote(str(source))} {at}"
    for below in (source, *mounts_below(source)):
        words = [*(["ro"] if read_only else []), "nosuid", "nodev"]
        words += ["noexec"] if os.statvfs(below).f_flag & os.ST_NOEXEC else []
        inside = place / below.relative_to(source) if below != source else place
        yield f"mount -o remount,bind,{','.join(words)} {_in(root, inside)}"


def _tmpfs(root: Path, place: Path, size: int, mode: str = "755") -> Iterator[str]:
    yield f"mkdir -p {_in(root, place)}; mount -t tmpfs -o nosuid,nodev,mode={mode},size={size} tmpfs {_in(root, place)}"


def _no_way_back(root: Path) -> Iterator[str]:
    """Forbid further namespaces, leave the old root, and let go of it."""
    yield "echo 0 > /proc/sys/user/max_user_namespaces"
    yield f"cd {shlex.quote(str(root))}; mkdir .before; pivot_root . .before; cd /"
    yield "umount -l /.before; rmdir /.before; mount -o remount,bind,ro /"


def _in(root: Path, place: Path) -> str:
    return shlex.quote(f"{root}{place}")
