"""Verified bytes → Package, in memory: nothing is extracted, and nothing stays inflated.

`unpack` lists and digests what npm will have written once it unpacked the same bytes. A later read of one file
inflates the archive again and compares the digest, so 1,567 packages cost their names, not their contents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from safe_install.errors import IntegrityError, TarballError
from safe_install.model import Artifact, Digest, Member, Package, sha256
from safe_install.scan.unpack.inflate import MEBIBYTE
from safe_install.scan.unpack.manifest import MANIFEST, MAX_MANIFEST, bins, read_manifest
from safe_install.scan.unpack.names import MAX_NAMES, check_clashes, fold, place, written
from safe_install.scan.unpack.refusal import refuse, shown
from safe_install.scan.unpack.tape import Entry, entries

KEPT = 32 * MEBIBYTE  # an archive that unpacks to less stays open until another one is read


def unpack(artifact: Artifact, data: bytes, reread: Callable[[], bytes]) -> Package:
    """Read a verified tarball; raise `TarballError`, with the rule it breaks, when npm might read it differently.

    ``reread`` must give the same bytes again; it is called when a file is read, not before. Members have the paths
    that npm gives them on disk; ``executable`` is any x bit, or being the target of a bin.
    """
    members: dict[str, Member] = {}
    directories: set[str] = set()
    manifest = b""
    for path, entry in _placed(data, directories):
        body = entry.body
        if path == MANIFEST:
            manifest = _manifest(entry)
            body = iter((memoryview(manifest),))
        member = Member(digest=_digest(body), size=entry.size, executable=bool(entry.mode & 0o111))
        if members.setdefault(path, member).digest != member.digest:
            refuse(f"{shown(path)} comes twice with different contents")
    _check_tree(members, directories)
    read = read_manifest(manifest) if MANIFEST in members else {}
    for target in bins(read, members).values():
        if target in members:
            members[target] = replace(members[target], executable=True)
    return Package(artifact=artifact, manifest=read, members=members, files=_Files(members, reread))


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


class _Files(Mapping[str, bytes]):
    """The members' contents, read from the archive again at each burst and compared with what was digested."""

    __slots__ = ("_is_small", "_members", "_reread")

    def __init__(self, members: Mapping[str, Member], reread: Callable[[], bytes]) -> None:
        self._members = members
        self._reread = reread
        self._is_small = sum(member.size for member in members.values()) <= KEPT

    def __getitem__(self, path: str) -> bytes:
        member = self._members[path]
        try:
            content = _opened(self)[path] if self._is_small else self._sought(path)
        except (TarballError, KeyError) as error:
            raise IntegrityError(f"{shown(path)} cannot be read again from its archive") from error
        if sha256(content) != member.digest:
            raise IntegrityError(f"{shown(path)} is no longer what was inspected")
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file's content, inflating the archive once."""
        for path, entry in _placed(self._reread(), set()):
            yield path, b"".join(entry.body)

    def _sought(self, wanted: str) -> bytes:
        for path, entry in _placed(self._reread(), set()):
            if path == wanted:
                return b"".join(entry.body)
        raise KeyError(wanted)


@lru_cache(maxsize=1)
def _opened(files: _Files) -> Mapping[str, bytes]:
    """Keep the archive that was read last: a script's reach reads a dozen files of one package in a row."""
    return dict(files.contents())
