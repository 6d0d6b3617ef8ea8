"""Removing folders from node_modules, and nothing else: the one place that deletes in a project."""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Iterable
from pathlib import Path

from safe_install.errors import SafeInstallError
from safe_install.run.promises import is_in_node_modules

HIDDEN_LOCKFILE = "node_modules/.package-lock.json"


def remove(project: Path, locations: Iterable[str]) -> tuple[str, ...]:
    """Remove what stands at these locations, with the programs it had in ``.bin``; give those that were there.

    npm's own record of the tree goes too, so that npm looks at the disk next time. A location that is not below a
    node_modules of this project, or that is reached through a link, raises `SafeInstallError` before anything is
    removed.
    """
    chosen = sorted(set(locations))
    for location in chosen:
        _check(project, location)
    gone = tuple(location for location in chosen if _remove(project / location))
    if gone:
        (project / HIDDEN_LOCKFILE).unlink(missing_ok=True)
        for bins in {posixpath.join(location.rpartition("node_modules")[0], "node_modules/.bin") for location in gone}:
            _remove_dangling(project / bins)
    return gone


def _check(project: Path, location: str) -> None:
    if location != posixpath.normpath(location) or location.startswith(("/", "..")) or not _is_inside(location):
        raise SafeInstallError(f"{location!r} is no place in this project's node_modules.")
    above = project
    for part in location.split("/")[:-1]:
        above /= part
        if above.is_symlink():
            raise SafeInstallError(
                f"{location} is reached through a link, {above.name}, and is left alone.",
                hint="Remove node_modules yourself, then run safe-install again.",
            )


def _is_inside(location: str) -> bool:
    return is_in_node_modules(location) or Path(location).name == "node_modules"


def _remove(path: Path) -> bool:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise SafeInstallError(f"{path} could not be removed: {error.strerror}.") from error
    return True


def _remove_dangling(bins: Path) -> None:
    if not bins.is_dir() or bins.is_symlink():
        return
    with os.scandir(bins) as entries:
        for entry in entries:
            if entry.is_symlink() and not os.path.exists(entry.path):  # noqa: PTH110 - follows the link on purpose
                os.unlink(entry.path)  # noqa: PTH108 - the entry's own path
