"""Which directories of a PATH, and which programs in them, may be trusted."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

from safe_install.errors import SafeInstallError

SYSTEM_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""Where a system keeps its programs; the fallback when a PATH says nothing that may be trusted."""


def trusted_path(env: Mapping[str, str]) -> tuple[str, ...]:
    """List the directories of PATH that nobody else and no package can put a program into.

    Left out: relative and empty entries, every ``node_modules/.bin``, and what all users may write to.
    """
    entries = dict.fromkeys(entry for entry in env.get("PATH", "").split(os.pathsep) if entry)
    return tuple(entry for entry in entries if _is_trusted(Path(entry)))


def system_path(env: Mapping[str, str]) -> tuple[str, ...]:
    """List the trusted directories that are not below HOME, followed by the system's own."""
    home = env.get("HOME", "")
    lives_at = Path(os.path.realpath(home)) if home.strip("/") else None
    own = [entry for entry in trusted_path(env) if lives_at is None or not _is_below(Path(entry), lives_at)]
    return tuple(dict.fromkeys((*own, *(entry for entry in SYSTEM_PATH if Path(entry).is_dir()))))


def find_program(name: str, env: Mapping[str, str]) -> Path | None:
    """Find a program in the trusted part of PATH, then in the system's directories."""
    return find_in(name, (*trusted_path(env), *SYSTEM_PATH))


def find_in(name: str, folders: tuple[str, ...]) -> Path | None:
    """Find a program in these folders."""
    found = shutil.which(name, path=os.pathsep.join(folders))
    return Path(found) if found else None


def system_program(name: str) -> Path:
    """Give the absolute path of a program every POSIX system has (``true``, ``false``, ``sh``)."""
    found = find_in(name, SYSTEM_PATH[::-1])
    if found is None:
        raise SafeInstallError(f"This system has no `{name}` in any of {', '.join(SYSTEM_PATH)}.")
    return found


def _is_trusted(directory: Path) -> bool:
    if not directory.is_absolute() or directory.parts[-2:] == ("node_modules", ".bin"):
        return False
    try:
        return not directory.stat().st_mode & stat.S_IWOTH
    except OSError:
        return False


def _is_below(path: Path, ancestor: Path) -> bool:
    return path.is_relative_to(ancestor) or Path(os.path.realpath(path)).is_relative_to(ancestor)
