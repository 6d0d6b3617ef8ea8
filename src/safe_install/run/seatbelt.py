"""macOS: a profile for sandbox-exec(1), written from documents and looked at as text. Nobody who wrote it has run it.

Like every sandbox it is tried before it is trusted, and no script runs where it does not hold. It is reduced: it shows
nothing in the place of something else, so that a script works in a staged copy, and it has no processes of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from safe_install.errors import SandboxError
from safe_install.run.process import Onlooker, Ran, run_to_end
from safe_install.run.walls import Access, Walls, furnish

SANDBOX_EXEC = Path("/usr/bin/sandbox-exec")
_SYSTEM = ("/usr", "/bin", "/sbin", "/System", "/Library/Developer", "/opt/homebrew", "/private/etc/ssl")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Seatbelt:
    """Runs a program under sandbox-exec: it reads and writes what was listed, and has no network."""

    name: str = "sandbox-exec (reduced, never run by its authors)"
    has_walls: bool = True
    loopback_sleeps: bool = False
    lacks: tuple[str, ...] = (
        "reduced: nobody who wrote this profile has run it",
        "reduced: names, sizes and times of other files can be seen",
        "reduced: what leaves its process group is not ended with it",
        "reduced: names that it looked up, and places that it was refused, are not seen",
    )

    def run(self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], walls: Walls) -> Ran:
        """Run a program inside these walls; raise `SandboxError` where there is no sandbox-exec."""
        if not SANDBOX_EXEC.exists():
            raise SandboxError("sandbox-exec is a program of macOS.")
        furnish(walls)
        text = profile(walls)
        return run_to_end(
            (str(SANDBOX_EXEC), "-p", text, *argv),
            cwd=cwd,
            env=env,
            time_limit=walls.time_limit,
            onlooker=Onlooker(lambda _: walls.before(0), walls.watch),
        )


def profile(walls: Walls) -> str:
    """Write the profile: everything is denied that no line allows, the network with it."""
    return "\n".join(_lines(walls)) + "\n"


def _lines(walls: Walls) -> Iterator[str]:
    yield "(version 1)"
    yield "(deny default)"
    yield '(import "system.sb")'
    yield "(deny network*)"
    yield "(allow process-fork)"
    yield "(allow process-exec)"
    yield "(allow signal (target same-sandbox))"
    yield "(allow sysctl-read)"
    yield "(allow file-read-metadata)"
    views = (*walls.views, *walls.at_home)
    if hidden := [view.path for view in views if view.access is Access.HIDE]:
        raise SandboxError(f"{hidden[0]} is not hidden by sandbox-exec in these walls.")
    written = [view.place for view in views if view.access is Access.WRITE]
    written += [walls.scratch / "home", walls.scratch / "tmp"]
    shown = [view.place for view in views if view.access is Access.READ]
    yield _allow("file-read*", '(literal "/")', *map(_below, map(Path, _SYSTEM)), *map(_below, shown))
    yield _allow("file-read* file-write*", *map(_below, written))
    yield _allow("file-read* file-write*", *(f"(literal {_quoted(Path(name))})" for name in _DEVICES))


def _allow(what: str, *where: str) -> str:
    return f"(allow {what} {' '.join(dict.fromkeys(where))})"


def _below(path: Path) -> str:
    return f"(subpath {_quoted(path)})"


def _quoted(path: Path) -> str:
    """Write a path as a string of the profile's language; SandboxError for one that could end it."""
    text = str(path)
    if not text.isprintable():
        raise SandboxError(f"{text!r} cannot be written in a profile.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
