"""Verified bytes → Package, in memory: nothing is extracted, and nothing stays inflated.

`unpack` lists and digests what npm will have written once it unpacked the same bytes. A later read of one file
inflates the archive again and compares the digest, so 1,567 packages cost their names, not their contents.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

from safe_install.errors import IntegrityError, TarballError
from safe_install.model import Artifact, Digest, Member, Package, sha256
from safe_install.scan.unpack.inflate import MEBIBYTE, Inflated
from safe_install.scan.unpack.manifest import MANIFEST, MAX_MANIFEST, bins, read_manifest
from safe_install.scan.unpack.names import MAX_NAMES, check_clashes, fold, place, written
from safe_install.scan.unpack.refusal import refuse, shown
from safe_install.scan.unpack.tape import Entry, entries

KEPT = 32 * MEBIBYTE  # of inflated archives that stay open, the ones read last; a larger one is searched for each file
_NEAR, _FAR = (
    MEBIBYTE // 2,
    2 * MEBIBYTE,
)  # inflated bytes: what ends before the first, in archives that go beyond the second
_SMALL_ONE, _SMALL_KEPT, _LARGE_KEPT = MEBIBYTE // 8, 8 * MEBIBYTE, 16 * MEBIBYTE
"""What is a small file, and how much is kept of small ones and of others: three scripts of a tree reach the same 11 MB."""
_EACH = 100  # bytes that knowing one member's place takes


def unpack(artifact: Artifact, data: bytes, reread: Callable[[], bytes]) -> Package:
    """Read a verified tarball; raise `TarballError`, with the rule it breaks, when npm might read it differently.

    ``reread`` must give the same bytes again; it is called when a file is read, not before. Members have the paths
    that npm gives them on disk; ``executable`` is any x bit, or being the target of a bin.
    """
    members: dict[str, Member] = {}
    starts = array("Q")
    directories: set[str] = set()
    manifest = b""
    for path, entry in _placed(data, directories):
        body = entry.body
        if path == MANIFEST:
            manifest = _manifest(entry)
            body = iter((memoryview(manifest),))
        member = Member(digest=_digest(body), size=entry.size, executable=bool(entry.mode & 0o111))
        if path not in members:
            starts.append(entry.start)
        if members.setdefault(path, member).digest != member.digest:
            refuse(f"{shown(path)} comes twice with different contents")
    _check_tree(members, directories)
    read = read_manifest(manifest) if MANIFEST in members else {}
    for target in bins(read, members).values():
        if target in members:
            members[target] = replace(members[target], executable=True)
    return Package(artifact=artifact, manifest=read, members=members, files=Files(members, starts, reread, manifest))


def _placed(data: bytes, directories: set[str]) -> Iterator[tuple[str, Entry]]:
    """Yield the files under the paths npm gives them; directories, which npm leaves out, are only noted."""
    tops: set[str] = set()
    named = 0
    for entry in entries(data):
        named += len(entry.name)
        if named > MAX_NAMES:
            refuse("its names are longer, together, than any real archive's")
        top, path = place(entry.name)
        tops.add(top)
        if len(tops) > 1:
            refuse("it has more than one top folder, and npm would merge them")
        if entry.is_directory:
            directories.add(path)
        elif path:
            yield written(path), entry
        else:
            refuse(f"{shown(entry.name)} is not inside the top folder, and npm would leave it out")


def _manifest(entry: Entry) -> bytes:
    if entry.size > MAX_MANIFEST:
        refuse(f"its package.json is larger than {MAX_MANIFEST // MEBIBYTE} MiB")
    return b"".join(entry.body)


def _digest(pieces: Iterable[memoryview]) -> Digest:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return Digest(digest.hexdigest())


def _check_tree(members: Mapping[str, Member], directories: set[str]) -> None:
    if not members:
        refuse("it holds no file")
    check_clashes(members.keys(), directories - {""})
    if MANIFEST not in members and any(fold(path) == MANIFEST for path in members):
        refuse("its package.json is one only where case does not count")


# ------------------------------------------------------------------ reading a file later


class Files(Mapping[str, bytes]):
    """The members' contents, read from the archive again and compared with what was digested.

    Only the bytes are read again: where each member begins is known from `unpack`: ``starts``, in the members' order. The
    ``manifest`` is kept where it is at hand, as what it says is too: reach asks for that of every package, and some stand
    behind 60 MB of libraries.
    """

    __slots__ = ("_manifest", "_members", "_reread", "starts")

    def __init__(
        self,
        members: Mapping[str, Member],
        starts: Sequence[int],
        reread: Callable[[], bytes],
        manifest: bytes | None = None,
    ) -> None:
        self._members = members
        self.starts = starts
        self._reread = reread
        self._manifest = manifest

    def __getitem__(self, path: str) -> bytes:
        member = self._members[path]
        if path == MANIFEST and self._manifest is not None:
            return self._manifest
        contents = _SMALL if member.size <= _SMALL_ONE else _LARGE
        kept = contents.get(member.digest)
        if kept is not None:
            return kept
        try:
            content = self._read(path, member.size)
        except TarballError as error:
            raise IntegrityError(f"{shown(path)} cannot be read again from its archive") from error
        if sha256(content) != member.digest:
            raise IntegrityError(f"{shown(path)} is no longer what was inspected")
        contents.put(member.digest, content)
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def _read(self, path: str, size: int) -> bytes:
        archive = _OPEN.get(self) or _Archive(dict(zip(self._members, self.starts, strict=True)), b"")
        start = archive.starts[path]
        end = start + size
        if end > len(archive.inflated):
            archive = self._opened(archive, end)
        if end <= len(archive.inflated):
            return archive.inflated[start:end]
        stream = Inflated(self._reread())
        for _ in stream.pieces(start):
            pass
        return stream.take(size)

    def _opened(self, archive: _Archive, wanted: int) -> _Archive:
        """Inflate as much of the archive as is worth keeping, if it can be kept.

        That is all of it, or as much as is ``wanted`` where that ends early in a large one: a platform's manifest.
        """
        last = max(start + self._members[path].size for path, start in archive.starts.items())
        end = wanted if wanted <= _NEAR and last > _FAR else last
        if end <= KEPT:
            archive = archive._replace(inflated=Inflated(self._reread()).take(end))
        _OPEN.put(self, archive)
        return archive


class _Archive(NamedTuple):
    """Where each member begins, and the bytes that are kept, from the first on."""

    starts: Mapping[str, int]
    inflated: bytes

    @property
    def size(self) -> int:
        """Give about the bytes of memory that it takes."""
        return len(self.inflated) + _EACH * len(self.starts)


class _Contents:
    """Contents that were read last, by their digest, as many as there is room for: what one script reaches another does too."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._contents: OrderedDict[Digest, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, digest: Digest) -> bytes | None:
        """Give contents that are kept, and keep them longer than the others."""
        with self._lock:
            if digest in self._contents:
                self._contents.move_to_end(digest)
            return self._contents.get(digest)

    def put(self, digest: Digest, content: bytes) -> None:
        """Keep contents, in the place of those that were not read for long."""
        with self._lock:
            if len(content) > self._room or digest in self._contents:
                return
            self._contents[digest] = content
            self._size += len(content)
            while self._size > self._room:
                self._size -= len(self._contents.popitem(last=False)[1])


class _Open:
    """The archives that were read last, as many as `KEPT` bytes hold: a script's reach goes to and fro between packages."""

    def __init__(self) -> None:
        self._archives: OrderedDict[Files, _Archive] = OrderedDict()
        self._lock = Lock()

    def __iter__(self) -> Iterator[_Archive]:
        return iter(list(self._archives.values()))

    def get(self, files: Files) -> _Archive | None:
        """Give an archive that is open, and keep it open longer than the others."""
        with self._lock:
            if files in self._archives:
                self._archives.move_to_end(files)
            return self._archives.get(files)

    def put(self, files: Files, archive: _Archive) -> None:
        """Keep an archive open, and close those for which there is no room beside it."""
        with self._lock:
            self._archives[files] = archive
            while len(self._archives) > 1 and sum(one.size for one in self._archives.values()) > KEPT:
                self._archives.popitem(last=False)


_OPEN = _Open()
_SMALL, _LARGE = _Contents(_SMALL_KEPT), _Contents(_LARGE_KEPT)
