"""What is different between two texts, as a person reads it: the lines that went and came, with a few around them.

Both texts are foreign. The work is bounded: where more than `MOST` lines on either side differ it is not done, and that is
said. Long lines (a bundle is one line) are first cut where statements end, so that one changed call is one changed piece.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST = 1_000
"""Lines of what differs, on either side; beyond that a comparison takes minutes and tells nobody anything."""
_AROUND = 3
_LONG = 300
_PIECE = re.compile(r"[^;{}]{0,2000}[;{}]?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One line, or a piece of a long one: ``sign`` is ``+``, ``-`` or a space, ``number`` its line (1-based) in its own text.

    The text is as it was found, not made plain. A piece with sign ``@`` stands for lines that are the same, told in words.
    """

    sign: str
    number: int
    text: str


def difference(before: bytes | None, after: bytes | None) -> tuple[Piece, ...]:
    """Compare two texts; None is a text that is not there. Nothing, where they read the same."""
    old, new = _pieces(before), _pieces(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    if len(gone) > MOST or len(come) > MOST:
        told = f"{len(gone):,} lines or pieces became {len(come):,}: too much to compare; read the file as it is now"
        return (Piece(sign="@", number=0, text=told),)
    if not gone and not come:
        return ()
    around = new[max(0, start - _AROUND) : start], new[len(new) - end : len(new) - end + _AROUND]
    return tuple(_shortened([*_same(around[0]), *_changes(gone, come), *_same(around[1])]))


_Numbered = tuple[int, str]


def _pieces(content: bytes | None) -> list[_Numbered]:
    """Cut a text into its lines, and long lines into statements."""
    lines = (content or b"").decode("utf-8", "backslashreplace").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [(number, piece) for number, line in enumerate(lines, start=1) for piece in _cut(line)]


def _cut(line: str) -> Iterator[str]:
    if len(line) <= _LONG:
        yield line
        return
    for found in _PIECE.finditer(line):
        if found[0]:
            yield found[0]


def _alike(old: Sequence[_Numbered], new: Sequence[_Numbered]) -> int:
    """Count how many pieces at the start are the same."""
    count = 0
    for (_, one), (_, other) in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _changes(gone: Sequence[_Numbered], come: Sequence[_Numbered]) -> Iterator[Piece]:
    matcher = difflib.SequenceMatcher(None, [text for _, text in gone], [text for _, text in come])
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            yield from _same(come[start:end])
            continue
        yield from (Piece(sign="-", number=number, text=text) for number, text in gone[first:last])
        yield from (Piece(sign="+", number=number, text=text) for number, text in come[start:end])


def _same(pieces: Sequence[_Numbered]) -> Iterator[Piece]:
    return (Piece(sign=" ", number=number, text=text) for number, text in pieces)


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Leave out what is the same, but for a few lines around each change."""
    near = {at + step for at, piece in enumerate(pieces) if piece.sign != " " for step in range(-_AROUND, _AROUND + 1)}
    skipped = 0
    for at, piece in enumerate(pieces):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield Piece(sign="@", number=0, text=f"… {skipped:,} lines are the same")
            skipped = 0
        yield piece
    if skipped:
        yield Piece(sign="@", number=0, text=f"… {skipped:,} lines are the same")
