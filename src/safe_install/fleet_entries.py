"""What a fleet's list names: lockfiles, project folders, or a commit of either → a folder that can be read as a project.

A line is a path, from where the list lies; ``#REF`` behind it names a branch, a tag or a commit of the git repository there. Empty
lines and those that start with ``#`` say nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from safe_install.errors import UsageError
from safe_install.project import APPROVALS, LOCKFILES, POLICY, Project, open_project, read_own_policy
from safe_install.run.git import Repository

LONGEST = 16 << 20  # bytes of a list
_OF_A_COMMIT = ("package.json", *LOCKFILES, ".npmrc", POLICY, APPROVALS)
_OF_ITS_FOLDERS = frozenset(("package.json", "binding.gyp"))
"""What says which scripts a folder of the project has; what else they reach is told as unseen."""
_MOST_FILES = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a list: its words, the path they name (absolute), and the commit, empty for the files as they lie there."""

    name: str
    path: str
    ref: str = ""


def read_list(source: str, here: Path) -> tuple[Entry, ...]:
    """Read a list from a file, or from standard input for ``-``; each line once. UsageError when there is none or it is empty."""
    if source == "-":
        folder, content = here, sys.stdin.buffer.read(LONGEST + 1)
    else:
        folder, content = (here / source).parent, _content(here / source)
    if len(content) > LONGEST:
        raise UsageError("The list is longer than 16 MiB.", hint="Split it.")
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise UsageError(f"The list is not UTF-8 text (byte {error.start:,}).", hint="Save it as UTF-8.") from error
    entries = tuple(_entry(line, folder) for line in dict.fromkeys(lines) if line and not line.startswith("#"))
    if not entries:
        raise UsageError(
            "The list names no project.", hint="Write the path of a lockfile or a project folder on each line."
        )
    return entries


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(
            f"The list {path} cannot be read: {error.strerror}.", hint="Name a file of paths, or -."
        ) from error


def _entry(line: str, folder: Path) -> Entry:
    """Read one line; a path that has a ``#`` in it and is there is a path."""
    path, mark, ref = line.rpartition("#")
    if not mark or os.path.lexists(folder / line):
        path, ref = line, ""
    return Entry(name=line, path=str(Path(os.path.abspath(folder / path))), ref=ref)  # noqa: PTH100 - no link is followed yet


@contextlib.contextmanager
def opened(entry: Entry, env: Mapping[str, str], npm_major: int) -> Iterator[Project]:
    """Open what a line names, for the time of a block; SafeInstallError where it cannot be read."""
    path = Path(entry.path)
    folder, name = (path, None) if path.is_dir() else (path.parent, path.name)
    if name is not None and not path.is_file():
        raise UsageError(
            f"{entry.path} is no lockfile and no folder.", hint="Name a package-lock.json or a project folder."
        )
    if not entry.ref:
        yield _named(open_project(folder, npm_major), name)
        return
    with tempfile.TemporaryDirectory(prefix="safe-install-") as copy:
        _write_out(Repository(folder=folder, env=env), entry.ref, name, Path(copy))
        yield _named(open_project(Path(copy), npm_major), name)


def _named(project: Project, name: str | None) -> Project:
    """Give the project as if the named lockfile were the one that npm acts on."""
    if name is None or name == project.lockfile:
        return project
    return replace(project, files={**project.files, name: (project.directory / name).read_bytes()}, lockfile=name)


def _write_out(repository: Repository, ref: str, name: str | None, copy: Path) -> None:
    """Write what a commit says of its packages, its rules and its own signatures into an empty folder."""
    commit = repository.commit(ref)
    for path in (*_OF_A_COMMIT, *((name,) if name else ())):
        _write(repository, commit, path, copy)
    own = tuple(f"{folder.rstrip('/')}/" for folder in read_own_policy(copy).signatures)
    wanted = [path for path in repository.tree(commit, ".") if _tells_of_scripts(path) or path.startswith(own)]
    if len(wanted) > _MOST_FILES:
        raise UsageError(
            f"The commit has more than {_MOST_FILES:,} packages.", hint="Check it out, and name the folder."
        )
    for path in wanted:
        _write(repository, commit, path, copy)


def _tells_of_scripts(path: str) -> bool:
    *folders, name = path.split("/")
    return name.lower() in _OF_ITS_FOLDERS and "node_modules" not in folders


def _write(repository: Repository, commit: str, path: str, copy: Path) -> None:
    """Write one file of a commit, if it has it. A tree that was made by hand may hold any name."""
    if not {"..", ".", ""}.isdisjoint(path.split("/")):
        raise UsageError(f"The commit has a file of the name {path!a}.", hint="No honest repository has.")
    text = repository.file(commit, path)
    if text is not None:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_text(text, encoding="utf-8", newline="")
