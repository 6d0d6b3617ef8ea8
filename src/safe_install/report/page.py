"""A page for people, as values: lines with a tone; how a tone looks is the business of what shows the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from safe_install.report.plain import plain_block

COLUMN = 10
"""Where text starts; labels stand left of it."""
_LEAST = 20  # characters of a frame's text on the narrowest terminal


class Tone(StrEnum):
    """How something is said."""

    TEXT = "text"
    STRONG = "strong"
    QUIET = "quiet"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line: the label in ``tone``, and the text right of ``indent``, wrapped there unless it is ``whole``.

    A line without a label is in its tone as a whole.
    """

    text: str = ""
    label: str = ""
    tone: Tone = Tone.TEXT
    indent: int = COLUMN
    whole: bool = False


BLANK = Line(indent=0)


def frame(text: str, *, width: int, first: int = 0, lines: int = 6, last: bool = False) -> Iterator[Line]:
    """Show foreign text line by line behind a bar, numbered from ``first`` when that is known; long lines go on below."""
    margin = COLUMN + 7
    room = max(width - margin, _LEAST)
    block = plain_block(text, lines=lines, last=last)
    for number, row in enumerate(block.split("\n") if block else (), start=first):
        told = number if first and not row.startswith("… ") else ""
        for start in range(0, max(len(row), 1), room):
            label = f"{'':{COLUMN}}{'' if start else told:>4} │"
            yield Line(label=label, text=row[start : start + room], tone=Tone.QUIET, indent=margin, whole=True)
