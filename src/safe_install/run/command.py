"""Any command in a scrubbed environment: test runners and builds inherit keys too, and need none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from safe_install.errors import SafeInstallError, UsageError
from safe_install.run import keychain
from safe_install.run.environment import copied
from safe_install.run.files import private_folder
from safe_install.run.masking import Mask
from safe_install.run.npm import find_npm
from safe_install.run.paths import find_in, trusted_path
from safe_install.run.sandbox import choose_bubblewrap
from safe_install.run.secrets import Keeper, Secret, fetch, note_use
from safe_install.run.walls import project_walls

_KEPT = ("HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "COLORTERM", "COLUMNS", "LINES", "CI")
_BLOCK = 64 * 1024
_LONGEST = 7 * 24 * 60 * 60.0  # seconds; whoever runs it has a keyboard


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What to run: its words, the secrets it gets, and whether it is shown this project alone."""

    command: tuple[str, ...]
    secrets: tuple[Secret, ...] = ()
    sandbox: bool = False


def run_command(
    call: Call, here: Path, env: Mapping[str, str], directory: Path, ask: Callable[[str, str], bool]
) -> int:
    """Run a command and give its exit code, as a shell would.

    Of the caller's variables it gets those of the allow-list and the secrets that were named; ``ask`` is asked about
    each that is marked as production. Every use is noted in ``directory``. Output that is no terminal is masked.
    """
    if not call.command:
        raise UsageError("There is nothing to run.", hint="safe-install run -- npm test")
    values = _fetched(call, here, env, directory, ask)
    path = (*_bins(here), *trusted_path(env))
    own = {**copied(env), **{name: env[name] for name in _KEPT if name in env}, "PATH": os.pathsep.join(path), **values}
    program = Path(call.command[0]) if "/" in call.command[0] else find_in(call.command[0], path)
    if program is None:
        raise SafeInstallError(f"{call.command[0]} was not found in the trusted part of PATH.")
    words = (str(program), *call.command[1:])
    if not call.sandbox:
        return _run(_Start(words, own), here, values)
    with _walled(words, here, own, env) as start:
        return _run(start, here, values)


def _fetched(
    call: Call, here: Path, env: Mapping[str, str], directory: Path, ask: Callable[[str, str], bool]
) -> dict[str, str]:
    """Fetch the secrets, after whoever must be asked was asked, and the use was noted."""
    marked = keychain.names(directory)
    for secret in call.secrets:
        production = secret.keeper is Keeper.KEYCHAIN and marked.get(secret.where, False)
        if production and not ask(secret.name, call.command[0]):
            raise SafeInstallError(f"{secret.name} was not given, and nothing was run.")
    if call.secrets:
        note_use(call.secrets, call.command, here, directory)
    return {secret.name: fetch(secret, env) for secret in call.secrets}


def _bins(here: Path) -> Iterator[str]:
    """Yield the ``.bin`` folders from here up to the project, as npm does for its scripts."""
    project = _project(here)
    for folder in (here, *here.parents):
        if (folder / "node_modules" / ".bin").is_dir():
            yield str(folder / "node_modules" / ".bin")
        if folder == project:
            return


def _project(here: Path) -> Path:
    return next((folder for folder in (here, *here.parents) if (folder / "package.json").is_file()), here)


# ------------------------------------------------------------------ starting it


@dataclass(frozen=True, slots=True)
class _Start:
    """Words and environment of a process, the descriptors it keeps, and what must be done once it stands."""

    words: tuple[str, ...]
    env: Mapping[str, str]
    inherited: tuple[int, ...] = ()
    begin: Callable[[], None] = lambda: None


@contextmanager
def _walled(words: tuple[str, ...], here: Path, own: Mapping[str, str], env: Mapping[str, str]) -> Iterator[_Start]:
    """Put walls around a command: it sees the project without its secrets, an empty home, and no network."""
    npm = find_npm(env)
    sandbox = choose_bubblewrap(npm, env)
    with private_folder() as scratch, ExitStack() as stack:
        walls = project_walls(_project(here).resolve(), npm=npm, scratch=scratch, time_limit=_LONGEST)
        inside = {**own, "HOME": str(scratch / "home"), "TMPDIR": str(scratch / "tmp")}
        prepared = sandbox.prepared(stack, words, cwd=here.resolve(), env=inside, walls=walls)
        yield _Start(prepared.words, {}, prepared.inherited, prepared.gate.attend)


def _run(start: _Start, here: Path, values: Mapping[str, str]) -> int:
    """Run it on our own streams; where one is no terminal, and there is something to mask, through a mask."""
    streams = (sys.stdout, sys.stderr)
    out, err = (subprocess.PIPE if values and not stream.isatty() else None for stream in streams)
    words = start.words
    try:
        process = subprocess.Popen(
            words, cwd=here, env=dict(start.env), pass_fds=start.inherited, stdout=out, stderr=err
        )
    except OSError as error:
        raise SafeInstallError(f"{words[0]} cannot be run: {error.strerror}.") from error
    with process:
        start.begin()
        sources = zip((process.stdout, process.stderr), streams, strict=True)
        threads = [
            threading.Thread(target=_copy, args=(source, target.buffer, Mask(values)))
            for source, target in sources
            if source is not None
        ]
        for thread in threads:
            thread.start()
        code = _wait(process)
        for thread in threads:
            thread.join()
    return code if code >= 0 else 128 - code


def _copy(source: IO[bytes], target: IO[bytes], mask: Mask) -> None:
    """Copy a stream as it comes."""
    with suppress(BrokenPipeError):
        while block := os.read(source.fileno(), _BLOCK):
            target.write(mask.passed(block))
            target.flush()
        target.write(mask.rest())
        target.flush()


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for its end; a Ctrl-C reaches it too, and it is for it to say what that means."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            with suppress(ProcessLookupError):
                process.send_signal(2)
