"""semgrep as a child process: found, asked for its version, started on a stage, and ended with all it started."""

from __future__ import annotations

import os
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from safe_install.errors import SemgrepError

if TYPE_CHECKING:  # with the grammars behind it
    from safe_install.scan.match.staging import Stage

SUPPORTED = SpecifierSet(">=1.150,<2")
FIX = f"python -m pip install 'semgrep{SUPPORTED}'"
QUICK = ("--experimental", "--x-parmap", "--x-ignore-semgrepignore-files")
"""Starts in 0.3 s instead of 4 to 6. The x-flags are promised to nobody, so semgrep may refuse them one day."""
HARDENED = (
    *("--metrics=off", "--disable-version-check"),  # else 100 s of retries where there is no network
    *("--disable-nosem", "--no-git-ignore", "--max-target-bytes=0", "--no-rewrite-rule-ids"),
    *("--timeout=5", "--timeout-threshold=1", "--max-memory=1500", "--strict", "--json", "--verbose"),
)
_LARGEST_ANSWER = 64 << 20  # bytes
_GLANCE = 0.5  # seconds between two looks at how much it has said


class Ended(NamedTuple):
    """How a start of semgrep ended. Without a code it was stopped, and ``errors`` says why."""

    code: int | None
    output: bytes
    errors: str


def signatures_directory() -> Path:
    """Find the signatures: those installed with this package, else those of the checkout it runs from."""
    package = Path(__file__).resolve().parents[2]
    checkout = package.parent.parent / "signatures" if package.parent.name == "src" else None
    for directory in (package / "signatures", checkout):
        if directory is not None and directory.is_dir():
            return directory
    raise SemgrepError("the signatures are missing from this installation", hint="install safe-install anew")


class Engine(NamedTuple):
    """A semgrep that we can use."""

    executable: Path
    version: str


def find_engine() -> Engine:
    """Find the semgrep beside our own Python, else on PATH, and see that its version is supported.

    Raises `SemgrepError` with the command that helps.
    """
    beside = shutil.which("semgrep", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("semgrep", path=_outside_packages(os.environ.get("PATH", os.defpath)))
    if found is None:
        raise SemgrepError("semgrep is not installed", hint=FIX)
    version = _installed_version() if beside else _told_version(Path(found))
    try:
        supported = Version(version) in SUPPORTED
    except InvalidVersion:
        supported = False
    if not supported:
        raise SemgrepError(f"semgrep {version or 'of unknown version'} is not supported", hint=FIX)
    return Engine(Path(found), version)


def _outside_packages(path: str) -> str:
    """Leave out of PATH what a project's packages could have put there."""
    entries = (entry for entry in path.split(os.pathsep) if Path(entry).is_absolute())
    return os.pathsep.join(entry for entry in entries if "node_modules" not in Path(entry).parts)


def _installed_version() -> str:
    try:
        return metadata.version("semgrep")
    except metadata.PackageNotFoundError:
        return ""


def _told_version(executable: Path) -> str:
    """Ask a semgrep that is not of our own environment for its version."""
    try:
        told = subprocess.run(
            [executable, "--version", "--experimental"], env=environment(executable, Path(os.devnull)),
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (told.stdout.split() or [""])[-1]


def environment(executable: Path, home: Path) -> dict[str, str]:
    """Make the whole environment of the child; nothing of ours is passed on but where Python's packages are."""
    return {
        "PATH": os.pathsep.join((str(executable.parent), os.defpath)),  # it calls uname
        "HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONUSERBASE": site.getuserbase(),  # which would follow HOME
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",  # a command, which semgrep's file discovery would run
        "GIT_CONFIG_VALUE_0": "false",
        **({"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}),
    }


def run(command: Sequence[str], stage: Stage, environment: Mapping[str, str], patience: float) -> Ended:
    """Run a command in the stage's files until it ends, says too much or takes too long; leave none of it running."""
    output, errors = stage.home / "output", stage.home / "errors"
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command, cwd=stage.files, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        try:
            why = _wait(process, output, time.monotonic() + patience)
        finally:
            _end(process)
    if why:
        return Ended(None, b"", why)
    return Ended(process.returncode, output.read_bytes(), errors.read_text(errors="replace")[-4000:])


def _wait(process: subprocess.Popen[bytes], output: Path, end: float) -> str:
    """Wait for the end; give in words what had to be stopped instead."""
    while time.monotonic() < end:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, min(_GLANCE, end - time.monotonic())))
            return ""
        if output.stat().st_size > _LARGEST_ANSWER:
            return "semgrep said more about it than we read"
    return "semgrep did not finish in time"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what still runs, with everything it started."""
    if process.returncode is not None:
        return
    process.kill()
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
