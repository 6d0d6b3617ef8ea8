"""bubblewrap: a root that is empty but for what was listed, no network, no capabilities, and nothing left running.

Two words make it a sandbox for root too. Without ``--cap-drop ALL`` a script remounted ``/`` read-write; and while
/proc is writable, root without any capability may set ``kernel.core_pattern``, a program that the host then starts.
Environment and paths go through a file descriptor, so that ``ps`` does not show them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from safe_install.errors import SandboxError
from safe_install.run.gate import Gate
from safe_install.run.layers import mounting
from safe_install.run.process import Onlooker, Ran, run_to_end
from safe_install.run.strict_root import OWN_SETTINGS, SCRATCH_BYTES, SYSTEM_FOLDERS, TEMPORARY_BYTES, shown_by_system
from safe_install.run.walls import Access, View, Walls

_NAMESPACES = ("user", "pid", "ipc", "uts", "cgroup-try", "net")
_NO_WAY_BACK = ("--disable-userns", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv")


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Runs a program under bubblewrap (0.8 or newer), found at an absolute path."""

    program: Path
    name: str = "bubblewrap"
    has_walls: bool = True
    loopback_sleeps: bool = False
    lacks: tuple[str, ...] = ()

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program inside walls; raise `SandboxError` with bubblewrap's own words when they do not stand."""
        with ExitStack() as stack:
            prepared = self.prepared(stack, argv, cwd=cwd, env=env, walls=walls)
            ran = run_to_end(
                prepared.words,
                cwd=Path("/"),
                env={},
                time_limit=walls.time_limit,
                inherited=prepared.inherited,
                onlooker=Onlooker(prepared.gate.attend, walls.watch),
            )
            if ran.exit_code is not None and not prepared.gate.has_ended():
                raise SandboxError(f"bubblewrap does not work here: {_last_line(ran.output)}", hint=_fix(ran.output))
            return ran

    def prepared(
        self, stack: ExitStack, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls
    ) -> Prepared:
        """Give the words that run a program inside walls, for as long as ``stack`` is not closed."""
        texts = _Texts(stack)
        words = [*_apart(), *_system(texts), *_views(walls, texts), *_environment(env), "--chdir", str(cwd)]
        arguments = texts.holding(_terminated(words))
        gate = stack.enter_context(Gate(walls.before))
        command = (str(self.program), *gate.words, "--args", arguments, "--", *argv)
        return Prepared((*mounting(walls.layers), *command), (*texts.opened, *gate.inherited), gate)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A program behind walls that is not started yet: its words, the descriptors it keeps, and its gate to attend."""

    words: tuple[str, ...]
    inherited: tuple[int, ...]
    gate: Gate


class _Texts:
    """Texts that bubblewrap reads from descriptors: nothing of them is in a list of processes, or on a disk."""

    def __init__(self, stack: ExitStack) -> None:
        self.opened: list[int] = []
        self._stack = stack

    def holding(self, text: bytes) -> str:
        """Give the number of a descriptor from which one text can be read once."""
        descriptor = os.memfd_create("text")
        self._stack.callback(os.close, descriptor)
        os.write(descriptor, text)
        os.lseek(descriptor, 0, os.SEEK_SET)
        self.opened.append(descriptor)
        return str(descriptor)


# ------------------------------------------------------------------ the command line


def _terminated(words: Sequence[str]) -> bytes:
    """Write words as bubblewrap reads them, each ended by NUL; one that holds a NUL would become several."""
    if any("\0" in word for word in words):
        raise SandboxError("A variable or a path with a NUL in it cannot be given to a script.")
    return b"".join(os.fsencode(word) + b"\0" for word in words)


def _apart() -> Iterator[str]:
    """Give the process a world of its own: no network, no other process, no capability, and no way to get one.

    In the namespace where layers are mounted a normal user is root, and becomes itself again.
    """
    yield from (f"--unshare-{kind}" for kind in _NAMESPACES)
    yield from ("--uid", str(os.geteuid()), "--gid", str(os.getegid()))
    yield from (*_NO_WAY_BACK, "--hostname", "sandbox")


def _system(texts: _Texts) -> Iterator[str]:
    """Show the system's programs and the few settings they need; home, /run, /var and the real /tmp are not there."""
    yield from ("--ro-bind", "/usr", "/usr")
    for folder in SYSTEM_FOLDERS:
        if Path(folder).is_symlink():
            yield from ("--symlink", os.readlink(folder), folder)  # noqa: PTH115 - its text, as it is
        else:
            yield from ("--ro-bind-try", folder, folder)
    for path in shown_by_system():
        yield from ("--ro-bind-try", path, path)
    for name, text in OWN_SETTINGS.items():
        yield from ("--ro-bind-data", texts.holding(text.encode()), f"/etc/{name}")
    yield from ("--dev", "/dev", "--size", str(TEMPORARY_BYTES), "--tmpfs", "/dev/shm")  # noqa: S108 - its own
    yield from ("--remount-ro", "/dev", "--proc", "/proc", "--remount-ro", "/proc")
    yield from ("--size", str(TEMPORARY_BYTES), "--tmpfs", "/tmp")  # noqa: S108 - one of the sandbox's own
    yield from ("--size", str(TEMPORARY_BYTES), "--tmpfs", "/var", "--dir", "/var/tmp", "--dir", "/run")  # noqa: S108


def _views(walls: Walls, texts: _Texts) -> Iterator[str]:
    for view in walls.views:
        yield from _as_words(view, texts)
    yield from ("--size", str(SCRATCH_BYTES), "--tmpfs", str(walls.scratch))
    yield from ("--dir", str(walls.scratch / "home"), "--dir", str(walls.scratch / "tmp"))
    for view in walls.at_home:
        yield from _as_words(view, texts)
    yield from ("--remount-ro", "/")


def _as_words(view: View, texts: _Texts) -> tuple[str, ...]:
    path, source = str(view.path), str(view.source or view.path)
    match view.access:
        case Access.READ:
            return "--ro-bind", source, path
        case Access.WRITE:
            return "--bind", source, path
        case Access.HIDE if view.path.is_dir():
            return "--tmpfs", path, "--remount-ro", path
        case Access.HIDE:
            return "--ro-bind-data", texts.holding(b""), path


def _environment(env: Mapping[str, str]) -> Iterator[str]:
    for name, value in env.items():
        yield from ("--setenv", name, value)


# ------------------------------------------------------------------ when it does not work


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].removeprefix("bwrap: ") if lines else "it said nothing"


def _fix(output: str) -> str:
    if "Unknown option" in output:
        return "bubblewrap 0.8 or newer is needed: `apt-get install bubblewrap` on Debian 12, Ubuntu 24.04 or newer."
    if "uid map" in output or "RTM_NEWADDR" in output:
        return (
            "Ubuntu 24.04 and newer restrict it: install apparmor-profiles, copy bwrap-userns-restrict from "
            "/usr/share/apparmor/extra-profiles to /etc/apparmor.d and run `apparmor_parser -r` on it."
        )
    if "namespace" in output:
        return (
            "Containers often forbid it: run Docker with --security-opt seccomp=unconfined (or --privileged), "
            "run safe-install outside of the container, or type --unconfined if the container is the wall."
        )
    return "`bwrap --version` should say 0.8 or newer; see its own message above."
