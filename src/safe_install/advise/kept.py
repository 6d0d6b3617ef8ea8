"""What the world answered, kept so that it need not be asked again; every entry knows when it was said.

One file, replaced whole and atomically, for its owner alone. It never raises: what cannot be read is not remembered, and
without it every answer is the same, only later.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from safe_install.whole_files import read_file, replace_file

LARGEST = 32 << 20  # bytes; 50,000 entries have some 5 MB
MOST = 50_000  # entries; of more the oldest are forgotten


@dataclass(kw_only=True)
class Kept:
    """A store at ``path``. ``valid`` is how long an answer holds, None for ever: a publication time does not change."""

    path: Path
    now: datetime
    valid: timedelta | None = None
    _entries: dict[str, tuple[str, object]] | None = field(default=None, init=False, repr=False)

    def get(self, question: str) -> object | None:
        """Give what was answered, None when nobody asked within the time; what is dated ahead was not said yet."""
        said_at, answer = self._read().get(question, ("", None))
        return answer if self._holds(said_at) else None

    def put(self, answers: Mapping[str, object]) -> None:
        """Keep answers as of now, and drop those that hold no longer."""
        if not answers:
            return
        entries = {key: entry for key, entry in self._read().items() if self._holds(entry[0])}
        entries |= {question: (self.now.isoformat(), answer) for question, answer in answers.items()}
        newest = sorted(entries.items(), key=lambda item: item[1][0], reverse=True)[:MOST]
        self._entries = dict(newest)
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self.path, json.dumps(self._entries).encode(), durable=False)

    def _holds(self, said_at: str) -> bool:
        try:
            age = self.now - datetime.fromisoformat(said_at)
        except (ValueError, TypeError):
            return False
        return timedelta() <= age and (self.valid is None or age < self.valid)

    def _read(self) -> dict[str, tuple[str, object]]:
        if self._entries is None:
            self._entries = {}
            with contextlib.suppress(OSError, ValueError, RecursionError):
                told = json.loads(read_file(self.path, LARGEST))
                pairs = told.items() if isinstance(told, dict) else ()
                self._entries = {key: (str(one[0]), one[1]) for key, one in pairs if _is_entry(one)}
        return self._entries


def _is_entry(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2  # noqa: PLR2004 - when, and what
