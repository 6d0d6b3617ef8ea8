"""Secrets for one process: named on the command line by where they are kept, fetched at the last moment, noted each time."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from safe_install.errors import SafeInstallError, UsageError
from safe_install.run import keychain

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATIENCE = 120.0
_MOST = 64 * 1024
AUDIT = "secrets.log"


class Keeper(StrEnum):
    """Who keeps a secret."""

    KEYCHAIN = "keychain"
    COMMAND = "cmd"
    FILE = "file"
    VARIABLE = "env"


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret by its name in the environment, and where it is; its value is never part of this."""

    name: str
    keeper: Keeper
    where: str


def read_words(words: Iterable[str]) -> tuple[Secret, ...]:
    """Read ``NAME=SOURCE`` words; UsageError for the first that is none."""
    return tuple(_read(word) for word in words)


def _read(word: str) -> Secret:
    name, _, source = word.partition("=")
    kept, colon, where = source.partition(":")
    if not _NAME.fullmatch(name) or not colon or not where or kept not in set(Keeper):
        # Not the word itself: whoever writes NAME=VALUE by mistake has it in a log already.
        raise UsageError(
            f"--secret {name if _NAME.fullmatch(name) else '…'}=… does not say where the secret is.",
            hint="NAME=keychain:NAME, NAME=cmd:COMMAND, NAME=file:PATH or NAME=env:NAME; never a value.",
        )
    return Secret(name, Keeper(kept), where)


def fetch(secret: Secret, env: Mapping[str, str]) -> str:
    """Fetch one value; SafeInstallError, without any of it, when it cannot be had."""
    value = _value(secret, env)
    if not value or "\0" in value:
        raise SafeInstallError(f"There is no value for {secret.name} at {secret.keeper}:{secret.where}.")
    return value


def _value(secret: Secret, env: Mapping[str, str]) -> str:
    match secret.keeper:
        case Keeper.KEYCHAIN:
            return keychain.value_of(secret.where)
        case Keeper.COMMAND:
            return _said_by(secret, env)
        case Keeper.FILE:
            return _in_file(Path(secret.where).expanduser(), secret.name)
        case Keeper.VARIABLE:
            return env.get(secret.where, "")


def _said_by(secret: Secret, env: Mapping[str, str]) -> str:
    """Run a command of the caller's, as the caller, without a shell; what it says is the value."""
    try:
        ran = subprocess.run(
            shlex.split(secret.where), env=dict(env), stdout=subprocess.PIPE, check=False, timeout=_PATIENCE
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SafeInstallError(f"The command for {secret.name} could not be run.") from error
    if ran.returncode != 0 or len(ran.stdout) > _MOST:
        raise SafeInstallError(f"The command for {secret.name} ended with exit {ran.returncode}.")
    return ran.stdout.decode(errors="surrogateescape").rstrip("\n")


def _in_file(path: Path, name: str) -> str:
    """Read a file that nobody else may read."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SafeInstallError(f"The file for {name} cannot be read: {error.strerror}.") from error
    with os.fdopen(opened, "rb") as file:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077 or found.st_uid != os.geteuid():
            raise SafeInstallError(
                f"The file for {name} may be read by others, or is not yours.",
                hint=f"chmod 600 {shlex.quote(str(path))}",
            )
        return file.read(_MOST).decode(errors="surrogateescape").rstrip("\n")


def note_use(secrets: Sequence[Secret], command: Sequence[str], here: Path, directory: Path) -> None:
    """Append a line for each secret to our own log: when, which, from where, for what program; never a value."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(directory / AUDIT, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "w") as file:
        for secret in secrets:
            line = {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "secret": secret.name,
                "source": secret.keeper.value,
                "program": command[0],
                "folder": str(here),
                "user": os.geteuid(),
            }
            file.write(json.dumps(line) + "\n")
