"""The project itself, a workspace or a linked directory as a Package that is read only where somebody looks.

A project may hold gigabytes, so nothing is walked or hashed before it is asked for: one lookup costs one file.
Symbolic links are never followed, so nothing outside the directory is read under a name inside it; what is not a
regular file is not a member. Only ``.git`` is left out, and ``node_modules``, whatever the directory says; of an unpacked
package the ``node_modules`` that came with it are its own, unless a package manager's mark stands in them.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NoReturn

from safe_install.errors import TarballError
from safe_install.model import Artifact, Digest, Member, Package
from safe_install.scan.unpack.manifest import MANIFEST, MAX_MANIFEST, read_manifest
from safe_install.scan.unpack.names import fold

MAX_FILES = 100_000
MAX_FILE = 512 << 20  # bytes
MAX_HASHED = 4 << 30  # bytes, over all files of one directory

_LEFT_OUT = frozenset({"node_modules", ".git"})
_MARKS = (".package-lock.json", ".modules.yaml", ".yarn-integrity", ".yarn-state.yml")
"""What npm, pnpm and Yarn leave in the node_modules that they fill."""
_PIECE = 1 << 20
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_directory(artifact: Artifact, directory: Path, *, unpacked: bool = False) -> Package:
    """Deliver a directory; raise `TarballError` when its package.json is not what npm could read.

    ``unpacked``: it is a package as a registry would deliver it, with what it bundles.

    ``members`` and ``files`` are lazy: they raise `KeyError` for what is no member, and `TarballError` for what
    cannot be read or is beyond the bounds (a file of 512 MiB, 4 GiB hashed, 100,000 files listed).
    """
    root = directory.resolve()
    members = _Members(root, _LEFT_OUT - {"node_modules"} if unpacked and not mark_in(root) else _LEFT_OUT)
    manifest: Mapping[str, object] = {}
    if MANIFEST in members:
        manifest = read_manifest(members.content(MANIFEST, limit=MAX_MANIFEST))
    return Package(artifact=artifact, manifest=manifest, members=members, files=_Files(members))


def mark_in(directory: Path) -> str | None:
    """Name the file by which a package manager says that it filled this directory's node_modules, if there is one.

    Anybody can put it there, so whoever leaves node_modules out because of it must say so.
    """
    return next((mark for mark in _MARKS if (directory / "node_modules" / mark).exists()), None)


class _Members(Mapping[str, Member]):
    """Every regular file below a directory: listed by walking, digested when looked up."""

    __slots__ = ("_digests", "_hashed", "_left_out", "_root")

    def __init__(self, root: Path, left_out: frozenset[str]) -> None:
        self._root = root
        self._left_out = left_out
        self._digests: dict[str, tuple[tuple[int, ...], Digest]] = {}
        self._hashed = 0

    def __getitem__(self, path: str) -> Member:
        with self._open(path) as file:
            status = os.fstat(file.fileno())
            digest = self._digest(path, file, status)
        return Member(digest=digest, size=status.st_size, executable=bool(status.st_mode & 0o111))

    def __contains__(self, path: object) -> bool:
        try:
            return isinstance(path, str) and bool(self._located(path))
        except KeyError:
            return False

    def __iter__(self) -> Iterator[str]:
        for count, path in enumerate(self._walk(), start=1):
            if count > MAX_FILES:
                _refuse(f"it holds more than {MAX_FILES} files")
            yield path

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def content(self, path: str, *, limit: int = MAX_FILE) -> bytes:
        """Read one file of at most ``limit`` bytes."""
        with self._open(path) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            _refuse(f"{path!a} is larger than {limit >> 20} MiB")
        return content

    def _digest(self, path: str, file: BinaryIO, status: os.stat_result) -> Digest:
        """Hash once per state of the file; a change of content cannot keep the time of the last change."""
        state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        known = self._digests.get(path)
        if known is not None and known[0] == state:
            return known[1]
        self._hashed += status.st_size
        if status.st_size > MAX_FILE or self._hashed > MAX_HASHED:
            _refuse(f"there is too much to hash, at {path!a}")
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
        self._digests[path] = state, Digest(digest.hexdigest())
        return self._digests[path][1]

    def _open(self, path: str) -> BinaryIO:
        """Open a member without following a link, and without waiting for a pipe's other end."""
        try:
            file = os.fdopen(os.open(self._located(path), _OPEN), "rb")
        except OSError as error:
            _refuse(f"{path!a} cannot be read ({error.strerror})")
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise KeyError(path)
        return file

    def _located(self, path: str) -> Path:
        """Give the place of a regular file, reached through directories only; raise `KeyError` for anything else."""
        place, status = self._root, None
        for part in path.split("/"):
            if part in {"", ".", ".."} or "\0" in part or fold(part) in self._left_out:
                raise KeyError(path)
            place /= part
            try:
                status = place.lstat()
            except OSError:
                raise KeyError(path) from None
            if stat.S_ISLNK(status.st_mode):
                raise KeyError(path)
        if status is None or not stat.S_ISREG(status.st_mode):
            raise KeyError(path)
        return place

    def _walk(self) -> Iterator[str]:
        folders = [""]
        while folders:
            folder = folders.pop()
            for item in self._listed(folder):
                if item.is_dir(follow_symlinks=False):
                    if fold(item.name) not in self._left_out:
                        folders.append(f"{folder}{item.name}/")
                elif item.is_file(follow_symlinks=False) and fold(item.name) not in self._left_out:
                    yield f"{folder}{item.name}"

    def _listed(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._root / folder) as found:
                return sorted(found, key=lambda item: item.name)
        except OSError as error:
            _refuse(f"{folder!a} cannot be listed ({error.strerror})")


class _Files(Mapping[str, bytes]):
    """The members' contents, as they are on disk at that moment."""

    __slots__ = ("_members",)

    def __init__(self, members: _Members) -> None:
        self._members = members

    def __getitem__(self, path: str) -> bytes:
        return self._members.content(path)

    def __contains__(self, path: object) -> bool:
        return path in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def _refuse(reason: str) -> NoReturn:
    raise TarballError(f"the directory cannot be read as a package: {reason}")
