"""What was found out before, so that nothing unchanged is looked at twice.

A row is found by everything its truth depends on: what it is about, the digest of that, and the version of whoever found
it out (signatures, engine, our own code). The store is a convenience: without it every answer is the same, only later.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

SCHEMA = 2
MOST_ROWS = 200_000
MOST_BYTES = 512 << 20
LONGEST_RESULT = 8 << 20  # bytes; a longer one is cheaper to find again than to keep
_PATIENCE = 5.0  # seconds to wait while another run writes

_TABLE = """
CREATE TABLE remembered (
    about TEXT NOT NULL, content TEXT NOT NULL, version TEXT NOT NULL, result BLOB NOT NULL,
    UNIQUE (about, content, version) ON CONFLICT REPLACE
)
"""
_GET = "SELECT result FROM remembered WHERE about = ? AND content = ? AND version = ?"
_PUT = "INSERT INTO remembered VALUES (?, ?, ?, ?)"
_FORGET = "DELETE FROM remembered WHERE rowid <= (SELECT max(rowid) FROM remembered) - ?"
_FORGET_A_QUARTER = (
    "DELETE FROM remembered WHERE rowid <= (SELECT min(rowid) + (max(rowid) - min(rowid)) / 4 FROM remembered)"
)
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR")
"""Troubles of the moment; any other means that the file is no store of ours."""

T = TypeVar("T")


class Key(NamedTuple):
    """What a result depends on: the kind of thing it is about, the thing's digest, the version of who looked at it."""

    about: str
    content: str
    version: str


class Results(Protocol):
    """What keeps results, and gives them back for the very keys they were put under; it never raises."""

    def get(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Give the results that are there."""

    def put(self, results: Mapping[Key, bytes]) -> None:
        """Keep results."""


class Remembered:
    """The store at ``path``, made when it is first used, for its owner alone.

    It never raises. What cannot be read is not remembered, a file that is no such store is replaced, and
    ``notes`` says so.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []

    def get(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Give the results that are remembered, as they were put."""

        def look(store: sqlite3.Connection) -> dict[Key, bytes]:
            rows = {key: store.execute(_GET, key).fetchone() for key in keys}
            return {key: row[0] for key, row in rows.items() if row is not None and isinstance(row[0], bytes)}

        return self._use(look, {})

    def put(self, results: Mapping[Key, bytes]) -> None:
        """Remember results; the oldest go when there are too many, or they take too much room."""
        rows = [(*key, result) for key, result in results.items() if len(result) <= LONGEST_RESULT]

        def write(store: sqlite3.Connection) -> None:
            store.executemany(_PUT, rows)
            store.execute(_FORGET, (MOST_ROWS,))
            if _bytes_of(store) > MOST_BYTES:
                store.execute(_FORGET_A_QUARTER)

        if rows:
            self._use(write, None)

    def _use(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do something with the store; when that fails say so, and give ``otherwise``."""
        try:
            with closing(self._connect()) as store:
                done = action(store)
                store.commit()
                return done
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith(_PASSING):
                self.notes.append(f"results of earlier runs were not used: {error}")
            else:
                self._discard()
                self.notes.append(f"the store of earlier results was unreadable and was thrown away: {error}")
        except OSError as error:
            self.notes.append(f"results of earlier runs were not used: {error.strerror}")
        return otherwise

    def _connect(self) -> sqlite3.Connection:
        """Open the file, and make it what this version expects."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.is_symlink() or (self.path.exists() and not self.path.is_file()):
            raise OSError(errno.EINVAL, "it is no file")  # a link would lead chmod to something else, also as root
        self.path.touch(mode=0o600)
        self.path.chmod(0o600)
        store = sqlite3.connect(self.path, timeout=_PATIENCE)
        try:
            if _version(store) != SCHEMA:
                _create(store)
        except sqlite3.Error:
            store.close()
            raise
        return store

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _version(store: sqlite3.Connection) -> int:
    return _number(store, "user_version")


def _bytes_of(store: sqlite3.Connection) -> int:
    """Give what is taken of the file; what was forgotten is free for what comes."""
    return (_number(store, "page_count") - _number(store, "freelist_count")) * _number(store, "page_size")


def _number(store: sqlite3.Connection, pragma: str) -> int:
    return int(store.execute(f"PRAGMA {pragma}").fetchone()[0])


def _create(store: sqlite3.Connection) -> None:
    """Make the table, unless another run was quicker; that of the first schema was called otherwise."""
    store.execute("BEGIN IMMEDIATE")
    if _version(store) != SCHEMA:
        store.execute("DROP TABLE IF EXISTS matched")
        store.execute("DROP TABLE IF EXISTS remembered")
        store.execute(_TABLE)
        store.execute(f"PRAGMA user_version = {SCHEMA}")
    store.commit()
