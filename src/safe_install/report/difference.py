"""The lines in which two contents of a file differ, for any size and any contents, without taking long.

Minified code has one line of a megabyte, in which no eye finds a change; so a long line is taken apart where statements
end, and only pieces that differ are shown. Nothing here is neutralised: whoever shows it does that.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from safe_install.judgement import FileChange
from safe_install.model import bound_manifest

AROUND = 2
"""Unchanged lines that are shown before and after a change."""
_WIDE = 160  # characters of a line, from which on it is taken apart
_PIECE = 100  # characters after which a piece ends at the next end of a statement, if one comes soon
_STATEMENT = re.compile(rf"[^\n]{{{_PIECE},{_WIDE}}}?[;{{}},]|[^\n]{{1,{_WIDE}}}")
_LARGEST = 4 << 20  # bytes of one side, of which the difference is made
_ROOM = 32 << 20  # bytes of all files together of which differences are made
_MOST = 800  # rows of one side that differ: difflib takes the square of it, or more


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a difference: ``mark`` is ``+``, ``-``, a blank, or ``@`` for a sentence of ours; ``line`` is 1-based, 0 for none."""

    mark: str
    line: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    line: int
    text: str


def difference(change: FileChange, *, around: int = AROUND) -> tuple[Row, ...]:
    """Give the rows by which a file differs, in order; a new or gone file whole, a package.json without what is not bound.

    Where too much differs to be paired line by line, all old lines come before all new ones.
    """
    before, after = _bound(change)
    if max(len(before), len(after)) > _LARGEST or b"\x00" in before + after:
        what = "not text" if max(len(before), len(after)) <= _LARGEST else "too large to compare"
        return (Row(mark="@", line=0, text=f"{what}: {len(before):,} bytes before, {len(after):,} after"),)
    rows = _rows(_pieces(before), _pieces(after), around)
    as_written = (before, after) == (change.before or b"", change.after or b"")
    return tuple(row if as_written else replace(row, line=0) for row in rows)


def _bound(change: FileChange) -> tuple[bytes, bytes]:
    """Give both contents; of a package.json what an approval binds, for its version and ranges change with every release."""
    before, after = change.before or b"", change.after or b""
    if change.path.rpartition("/")[2] != "package.json":
        return before, after
    kept = [bound_manifest(content) for content in (before, after)]
    if any(one is None and content for one, content in zip(kept, (before, after), strict=True)):
        return before, after
    old, new = (b"" if one is None else json.dumps(one, indent=2, ensure_ascii=False).encode() for one in kept)
    return old, new


def differences(files: Iterable[FileChange], *, most_rows: int) -> Iterator[tuple[FileChange, tuple[Row, ...] | None]]:
    """Give each file with its difference, None from where on there were too many rows or bytes to make another."""
    rows_left, room = most_rows, _ROOM
    for file in files:
        room -= len(file.before or b"") + len(file.after or b"")
        rows = difference(file) if rows_left > 0 and room >= 0 else None
        rows_left -= len(rows or ())
        yield file, rows


def counted(rows: Sequence[Row]) -> tuple[int, int]:
    """Count the lines that came and that went."""
    return sum(row.mark == "+" for row in rows), sum(row.mark == "-" for row in rows)


def _pieces(content: bytes) -> list[_Piece]:
    found: list[_Piece] = []
    for number, line in enumerate(content.decode("utf-8", errors="replace").split("\n"), start=1):
        texts = _STATEMENT.findall(line) if len(line) > _WIDE else [line]
        found += [_Piece(line=number, text=text.removesuffix("\r")) for text in texts]
    if found and not found[-1].text:
        found.pop()
    return found


def _rows(before: list[_Piece], after: list[_Piece], around: int) -> Iterator[Row]:
    """Leave out what both begin and end with, and pair the rest."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    lead, trail = after[max(start - around, 0) : start], after[len(after) - end : len(after) - end + around]
    if not old and not new:
        return
    yield from (Row(mark=" ", line=piece.line, text=piece.text) for piece in lead)
    yield from _paired(old, new, around) if max(len(old), len(new)) <= _MOST else _apart(old, new)
    yield from (Row(mark=" ", line=piece.line, text=piece.text) for piece in trail)


def _alike(some: Sequence[_Piece], others: Sequence[_Piece]) -> int:
    pairs = enumerate(zip(some, others, strict=False))
    return next((place for place, (one, other) in pairs if one.text != other.text), min(len(some), len(others)))


def _apart(old: Sequence[_Piece], new: Sequence[_Piece]) -> Iterator[Row]:
    yield from (Row(mark="-", line=piece.line, text=piece.text) for piece in old)
    yield from (Row(mark="+", line=piece.line, text=piece.text) for piece in new)


def _paired(old: Sequence[_Piece], new: Sequence[_Piece], around: int) -> Iterator[Row]:
    matcher = difflib.SequenceMatcher(None, [piece.text for piece in old], [piece.text for piece in new])
    for number, group in enumerate(matcher.get_grouped_opcodes(around)):
        if number:
            yield Row(mark="@", line=0, text="…")
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                yield from (Row(mark=" ", line=piece.line, text=piece.text) for piece in new[new_from:new_to])
            else:
                yield from _apart(old[old_from:old_to], new[new_from:new_to])
