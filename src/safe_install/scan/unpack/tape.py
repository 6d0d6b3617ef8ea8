"""Read a gzipped tar strictly: what two readers could read differently is refused, never interpreted.

The rules are those under which npm's reader (tar 7, through pacote) and this one cannot disagree: every
deviation that npm forgives, skips or reads in its own way ends in a `TarballError` whose one sentence names the
rule. Over the 1,689 archives of two real lockfiles none breaks a rule. Memory stays bounded whatever the archive
says of itself: it is inflated piece by piece, and every limit is checked while inflating.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from safe_install.scan.unpack.inflate import BLOCK, MEBIBYTE, ZEROS, Inflated
from safe_install.scan.unpack.refusal import refuse, shown

MAX_FILE = 512 * MEBIBYTE
MAX_ENTRIES = 100_000  # real: 3,740; icon sets reach 40,000
MAX_EXTENSION = MEBIBYTE // 4  # npm ignores extension headers above one mebibyte

_FIELDS = struct.Struct("100s 8s 8s 8s 12s 12s 8s 1s 100s 8s 32s 32s 8s 8s 167s")
_USTAR, _GNU, _OLD = b"ustar\x0000", b"ustar  \x00", bytes(8)
_BASE_256 = 0x80
_OCTAL = re.compile(rb" *([0-7]+)[ \0]*")
_CHECKSUM = re.compile(rb" *([0-7]+)[ \0]+")  # npm reads on into the next field when nothing ends the digits
_RECORD = re.compile(rb"([1-9][0-9]{0,6}) ")
_FILE_KINDS, _DIRECTORY, _PAX, _GLOBAL, _LONG_NAME = (b"0", b"\0"), b"5", b"x", b"g", b"L"
_MISLEADING = ("linkpath", "type", "mode", "hdrcharset")  # besides GNU.sparse.*


class Entry(NamedTuple):
    """One file or directory as the archive names it; ``body`` must be read before the next entry is asked for.

    ``start`` is where the body begins in the inflated archive.
    """

    name: str
    mode: int
    size: int
    is_directory: bool
    start: int
    body: Iterator[memoryview]


def entries(data: bytes) -> Iterator[Entry]:
    """Yield the files and directories of a gzipped tar, in order; raise `TarballError` at the first broken rule."""
    stream = Inflated(data)
    pending: _Extension | None = None
    count = 0
    while (block := stream.take(BLOCK)) != ZEROS:
        count += 1
        if count > MAX_ENTRIES:
            refuse(f"it has more than {MAX_ENTRIES} entries")
        header = _header(block)
        if header.kind in {_PAX, _GLOBAL, _LONG_NAME}:
            if pending is not None:
                refuse("two extension headers describe one entry")
            pending = _extension(header, stream)
            continue
        entry = _entry(header, pending or _Extension(), stream)
        pending = None
        yield entry
        for _ in entry.body:
            pass
        stream.take(-entry.size % BLOCK)
    if pending is not None:
        refuse("its last extension header describes nothing")
    stream.end()


# ------------------------------------------------------------------ headers


class _Header(NamedTuple):
    name: bytes
    mode: int
    size: int
    kind: bytes


def _header(block: bytes) -> _Header:
    (name, mode, uid, gid, size, mtime, checksum, kind, link, magic, _, _, major, minor, rest) = _FIELDS.unpack(block)
    if _number(_CHECKSUM, checksum, "checksum") != _sum(block) - sum(checksum) + 8 * ord(" "):
        refuse("a header's checksum is wrong")
    if link.strip(b"\0"):
        refuse(f"it holds a link or a header with a link's target: {shown(_text(name))}")
    for field in (uid, gid, mtime, major, minor):
        _check_unread(field)
    path = _joined(_prefix(magic, rest), _text(name))
    if not path:
        refuse("an entry has no name")
    return _Header(path, _number(_OCTAL, mode, "mode"), _number(_OCTAL, size, "size"), kind)


def _sum(block: bytes) -> int:
    """Add up 512 bytes: a half's sum is within Adler's modulus, and adding in Python took a third of reading a header."""
    return sum((zlib.adler32(half) & 0xFFFF) - 1 for half in (block[: BLOCK // 2], block[BLOCK // 2 :]))


@lru_cache(maxsize=1_024)
def _number(form: re.Pattern[bytes], field: bytes, what: str) -> int:
    match = form.fullmatch(field)
    if match is None:
        refuse(f"a header's {what} is not octal digits")
    return int(match[1], 8)


def _check_unread(field: bytes) -> None:
    """Refuse a number on which npm gives up the header, and so reads the file's content as headers.

    Users' ids above 2 million do come in base 256 (108 of 51,147 real headers); npm reads them up to 2**53.
    """
    if field[0] >= _BASE_256 and (field[0] != _BASE_256 or any(field[1:-6])):
        refuse("a header holds a number that is neither octal nor a small base-256 one")


def _prefix(magic: bytes, rest: bytes) -> bytes:
    """Give the name's prefix where npm reads one: in POSIX headers, 130 bytes if two dates follow, else 155."""
    if magic == _USTAR:
        if rest[130]:
            return _text(rest[:155])
        _check_unread(rest[131:143])
        _check_unread(rest[143:155])
        return _text(rest[:130])
    if magic not in {_GNU, _OLD}:
        refuse("a header is of no known tar format")
    if rest.strip(b"\0"):
        refuse("a header has a name prefix that its format has no room for")
    return b""


def _joined(prefix: bytes, name: bytes) -> bytes:
    return prefix + b"/" + name if prefix and name else name


def _text(field: bytes) -> bytes:
    text, _, rest = field.partition(b"\0")
    if rest.strip(b"\0"):
        refuse("a header's name goes on after its end")
    return text


def _entry(header: _Header, extension: _Extension, stream: Inflated) -> Entry:
    name = _decoded(header.name) if extension.path is None else extension.path
    is_directory = header.kind == _DIRECTORY or name.endswith("/")
    if header.kind not in {*_FILE_KINDS, _DIRECTORY}:
        refuse(f"{shown(name)} is neither a file nor a directory (type {shown(header.kind)})")
    if extension.size not in {None, header.size}:
        refuse(f"two sizes are given for {shown(name)}")
    if is_directory and header.size:
        refuse(f"the directory {shown(name)} has a size")
    if header.size > MAX_FILE:
        refuse(f"{shown(name)} is larger than {MAX_FILE // MEBIBYTE} MiB")
    if header.mode & 0o7000:
        refuse(f"{shown(name)} sets the user or group it would run as")
    return Entry(name, header.mode, header.size, is_directory, stream.position, stream.pieces(header.size))


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        refuse(f"a name is not UTF-8: {shown(name)}")


# ------------------------------------------------------------------ extension headers


class _Extension(NamedTuple):
    path: str | None = None
    size: int | None = None


def _extension(header: _Header, stream: Inflated) -> _Extension | None:
    if not 0 < header.size <= MAX_EXTENSION:
        refuse("an extension header is empty or too long")
    body = stream.take(header.size)
    stream.take(-header.size % BLOCK)
    if header.kind == _LONG_NAME:
        return _Extension(_whole(_decoded(body.rstrip(b"\0")), body))
    records = _records(body)
    if header.kind == _GLOBAL:
        if set(records) != {"comment"}:
            refuse("a global header says more than a comment")
        return None
    for key in records:
        if key in _MISLEADING or key.startswith("GNU.sparse."):
            refuse(f"an extension header sets {shown(key)}")
    size = records.get("size")
    if size is not None and not re.fullmatch(r"[0-9]{1,12}", size, re.ASCII):
        refuse("an extension header's size is not a number")
    path = records.get("path")
    return _Extension(None if path is None else _whole(path, body), None if size is None else int(size))


def _whole(path: str, body: bytes) -> str:
    """Refuse what npm, which decodes a long header in pieces, may read differently from one run to the next."""
    if not path:
        refuse("an extension header's path is empty")
    if len(body) > BLOCK and not path.isascii():
        refuse("a path outside ASCII stands in an extension header of more than one block")
    return path


def _records(body: bytes) -> dict[str, str]:
    """Read ``length key=value`` lines; npm splits at line ends, so a value that holds one is refused."""
    records: dict[str, str] = {}
    while body:
        match = _RECORD.match(body)
        length = int(match[1]) if match else 0
        if match is None or length > len(body) or body[length - 1 : length] != b"\n":
            refuse("an extension header's record is not as long as it says")
        key, equals, value = _decoded(body[match.end() : length - 1]).partition("=")
        if not key or not equals or "\n" in key + value or key in records:
            refuse("an extension header's record is malformed or comes twice")
        records[key] = value
        body = body[length:]
    return records
