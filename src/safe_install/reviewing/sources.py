"""A file on the screen: its lines numbered, plain, and cut to the width; what is not shown of a large one is said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from safe_install.model import Language
from safe_install.report.plain import plain
from safe_install.report.screen import MARGIN, Code

MOST = 400_000
"""Bytes of a file that are shown; nobody reads more on a screen, and laying it out would take seconds."""
_TABS = 4
_WORST = 10  # characters that one character may become


@lru_cache(maxsize=8)
def rows_of(content: bytes, language: Language, width: int) -> tuple[Code, ...]:
    """Lay a file out for a screen of so many columns, with nothing of what is shown left out of a line."""
    text = content[:MOST].decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    rows = [
        row for number, line in enumerate(text.split("\n"), start=1) for row in row_of(line, language, number, width)
    ]
    if len(content) > MOST:
        told = f"… {len(content) - MOST:,} more bytes are not shown here"
        rows.append(Code(text=told, language=Language.TEXT, sign="@"))
    return tuple(rows)


def row_of(line: str, language: Language, number: int, width: int, sign: str = " ") -> Iterator[Code]:
    """Cut one line into rows; the number stands at the first."""
    room = max(width - MARGIN, 1)
    safe = plain(line.expandtabs(_TABS), limit=max(len(line) * _WORST * _TABS, 80))
    for start in range(0, max(len(safe), 1), room):
        text = safe[start : start + room]
        yield Code(text=text, language=language, number=0 if start else number, sign=sign)
