"""The malicious-package records from a file that somebody fetched: an OSV export (``.zip``), a ``.json``, or a folder of them.

Nothing is asked of anybody. What cannot be read in it is counted, and then no package is clean by it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from safe_install.advise.kept import Kept
from safe_install.advise.records import Named, Record, UnavailableError, affects, names, read_record

LARGEST_RECORD = 4 << 20
LARGEST_FILE = 512 << 20
MOST = 2_000_000  # records; the npm export has some 230,000
_NAMES = re.compile(rb'"name"\s*:\s*"([^"]*)"')
_MARK = b"MAL-"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """The records on some packages, by package.

    ``count`` is how many texts with such records there were in all, ``unread`` how many texts could not be read.
    """

    by_name: Mapping[str, tuple[Mapping[str, object], ...]]
    count: int
    unread: int

    def on(self, package: Named) -> tuple[Record, ...]:
        """Give the records of malice on one package."""
        told = (one for one in self.by_name.get(package.name, ()) if affects(one, package))
        found = {record.id: record for one in told if (record := read_record(one))}
        return tuple(found[name] for name in sorted(found))


def known_in(path: Path, packages: Collection[Named], kept: Kept) -> tuple[dict[Named, tuple[Record, ...]], int]:
    """Give the records on each of these packages that has any, and how many texts of the database could not be read.

    A whole export takes seconds to read, so what one file says of a package is remembered by the file's digest.
    """
    digest = _digest(path)
    told = {one: _remembered(kept.get(f"{digest} {one.name}@{one.version}")) for one in packages} if digest else {}
    if digest and None not in told.values():
        return {one: records for one, records in told.items() if records}, 0
    database = read_database(path, {one.name for one in packages})
    found = {one: database.on(one) for one in packages}
    if digest and not database.unread:
        kept.put({f"{digest} {one.name}@{one.version}": list(map(_as_kept, some)) for one, some in found.items()})
    return {one: records for one, records in found.items() if records}, database.unread


def _digest(path: Path) -> str:
    """Name a file's contents; empty for a folder, which is read each time."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_kept(record: Record) -> list[object]:
    return [record.id, list(record.aliases), record.summary]


def _remembered(told: object) -> tuple[Record, ...] | None:
    """Read what was remembered of one package, None when it is nothing that was."""
    if not isinstance(told, list):
        return None
    try:
        return tuple(Record(id=name, aliases=tuple(aliases), summary=summary) for name, aliases, summary in told)
    except (TypeError, ValueError):
        return None


def read_database(path: Path, wanted: Collection[str]) -> Database:
    """Read the records on these packages; UnavailableError when there is no database there, or nothing in it."""
    by_name: dict[str, list[Mapping[str, object]]] = {}
    count = unread = 0
    marks = {name.encode() for name in wanted}
    for text in _texts(path):
        if text is None:
            unread += 1
        elif _MARK in text:
            told = _concerned(text, marks)
            count += 1 if told is not None else 0
            unread += told is None
            for record in told or ():
                for name in names(record) & set(wanted):
                    by_name.setdefault(name, []).append(record)
    if not count:
        raise UnavailableError(f"{path.name} holds no such record")
    return Database(by_name={name: tuple(some) for name, some in by_name.items()}, count=count, unread=unread)


def _concerned(text: bytes, wanted: Collection[bytes]) -> list[Mapping[str, object]] | None:
    """Parse a text when it may be about somebody who is wanted; None when it cannot be parsed."""
    told = _NAMES.findall(text)
    several = text.lstrip()[:1] == b"["  # one that was cut off must not pass for one that is silent
    if not (several or any(name in wanted or b"\\" in name for name in told)):
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def _texts(path: Path) -> Iterator[bytes | None]:
    """Give every text of a database, None for one that cannot be read."""
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif zipfile.is_zipfile(path):
            yield from _in_archive(path)
        else:
            yield _whole(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnavailableError(f"{path.name} cannot be read") from error


def _whole(path: Path) -> bytes | None:
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise UnavailableError(f"{path.name} is no file, or larger than {LARGEST_FILE >> 20} MB")
    return path.read_bytes()


def _in_folder(folder: Path) -> Iterator[bytes | None]:
    """Walk a folder; links are not followed."""
    for at, folders, files in os.walk(folder):
        folders.sort()
        for name in _at_most(sorted(name for name in files if name.endswith(".json"))):
            path = Path(at, name)
            small = path.is_file() and path.stat().st_size <= LARGEST_RECORD
            yield path.read_bytes() if small else None


def _in_archive(path: Path) -> Iterator[bytes | None]:
    with closing(zipfile.ZipFile(path)) as archive:
        for member in _at_most(archive.infolist()):
            if member.filename.endswith(".json"):
                yield _member(archive, member)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """Read one member, however much it says that it holds."""
    try:
        with archive.open(member) as file:
            text = file.read(LARGEST_RECORD + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        return None
    return text if len(text) <= LARGEST_RECORD else None


def _at_most(things: Iterable[T]) -> Iterator[T]:
    for number, thing in enumerate(things):
        if number >= MOST:
            raise UnavailableError(f"it holds more than {MOST:,} records")
        yield thing
