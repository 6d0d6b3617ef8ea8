"""What npm answered when it resolved a package's dependencies, kept for a day so that the next scan need not ask.

An answer is found by the question: the ranges, the registries, the npm. It only says which versions there are; every
delivery is verified against its integrity as ever, and without the store every answer is the same, only later.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from safe_install.whole_files import read_file, replace_file

VALID = timedelta(days=1)
MOST = 200
LARGEST = 8 << 20  # bytes of one lockfile; that of gatsby, with 1,100 packages, has 0.6 MB


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """The store in ``folder``, made when it is first used. It never raises: what cannot be read is not remembered."""

    folder: Path
    now: datetime

    def get(self, question: Mapping[str, object]) -> bytes | None:
        """Give the lockfile that was the answer, None when nobody asked within a day."""
        try:
            kept = json.loads(read_file(self._path(question), LARGEST))
            age = self.now - datetime.fromisoformat(kept["at"])
            return str(kept["lockfile"]).encode() if timedelta() <= age < VALID else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def put(self, question: Mapping[str, object], lockfile: bytes) -> None:
        """Keep an answer, and forget the oldest where there are too many."""
        text = json.dumps({"at": self.now.isoformat(), "lockfile": lockfile.decode(errors="replace")})
        if len(text) > LARGEST:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._forget()
            replace_file(self._path(question), text.encode(), durable=False)

    def _forget(self) -> None:
        """Remove the oldest, so that with one more there are `MOST`."""
        kept = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in kept[: max(0, len(kept) - MOST + 1)]:
            path.unlink(missing_ok=True)

    def _path(self, question: Mapping[str, object]) -> Path:
        told = json.dumps(question, sort_keys=True, default=str)
        return self.folder / f"{hashlib.sha256(told.encode()).hexdigest()}.json"
