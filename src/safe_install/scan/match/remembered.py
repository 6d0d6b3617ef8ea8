"""What was matched before, so that an unchanged file is never matched twice.

A row is found by everything its truth depends on: the file's digest, how it was read, the digest of the
signatures and the engine's version. The store is a convenience: without it every answer is the same, only later.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeVar

SCHEMA = 1
MOST_ROWS = 50_000
LONGEST_RESULT = 1 << 18  # characters; a longer one is cheaper to find again than to keep
_PATIENCE = 5.0  # seconds to wait while another run writes

_TABLE = """
CREATE TABLE matched (
    content TEXT NOT NULL, language TEXT NOT NULL, signatures TEXT NOT NULL, engine TEXT NOT NULL, result TEXT NOT NULL,
    UNIQUE (content, language, signatures, engine) ON CONFLICT REPLACE
)
"""
_GET = "SELECT result FROM matched WHERE content = ? AND language = ? AND signatures = ? AND engine = ?"
_PUT = "INSERT INTO matched VALUES (?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM matched WHERE rowid <= (SELECT max(rowid) FROM matched) - ?"
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR")
"""Troubles of the moment; any other means that the file is no store of ours."""

T = TypeVar("T")


class Key(NamedTuple):
    """What a result depends on: two digests, the language's name, the engine's version."""

    content: str
    language: str
    signatures: str
    engine: str


class Remembered:
    """The store at ``path``, made when it is first used, for its owner alone.

    It never raises. What cannot be read is not remembered, a file that is no such store is replaced, and
    ``notes`` says so.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []

    def get(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Give the results that are remembered, as they were put."""

        def look(store: sqlite3.Connection) -> dict[Key, str]:
            rows = {key: store.execute(_GET, key).fetchone() for key in keys}
            return {key: row[0] for key, row in rows.items() if row is not None and isinstance(row[0], str)}

        return self._use(look, {})

    def put(self, results: Mapping[Key, str]) -> None:
        """Remember results; the oldest go when there are too many."""
        rows = [(*key, result) for key, result in results.items() if len(result) <= LONGEST_RESULT]

        def write(store: sqlite3.Connection) -> None:
            store.executemany(_PUT, rows)
            store.execute(_FORGET, (MOST_ROWS,))

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
    return int(store.execute("PRAGMA user_version").fetchone()[0])


def _create(store: sqlite3.Connection) -> None:
    """Make the table, unless another run was quicker."""
    store.execute("BEGIN IMMEDIATE")
    if _version(store) != SCHEMA:
        store.execute("DROP TABLE IF EXISTS matched")
        store.execute(_TABLE)
        store.execute(f"PRAGMA user_version = {SCHEMA}")
    store.commit()
