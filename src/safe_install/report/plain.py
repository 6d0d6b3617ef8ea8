r"""What a package wrote, made harmless to show: the one place where text from outside becomes text for a reader.

Terminals obey escape sequences; CI runners obey ``::add-path::`` and ``##[command]`` in what a job prints; readers
believe what they see, and bidirectional, invisible or stacked characters make them see something else. All of
that is shown as ``\u{202e}`` and the like instead of being obeyed or dropped: what was attempted is evidence.
Markup is another matter: ``[red]`` or ``**bold**`` are harmless characters here, and each renderer gives text to
its format as text (in the terminal: never as rich markup).

The result is printable, no longer than asked for, and stays what it is when made harmless again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LINE = 240
"""Characters of one line of foreign text that anybody reads."""

_INVISIBLE = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
)
"""Printable by Unicode's word, and yet nothing to see: fillers, joiners, variation selectors, the blank Braille."""
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})  # these turn the text around them, file:line included
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_MARKS = 2  # accents on one letter; more grow over the neighbouring lines

_COMMAND = re.compile(r"(?<=:):(?=[A-Za-z])|(?<=#)#(?=[A-Za-z]*\[)")  # anywhere: a wrapped line may start with it
_GAP = re.compile(r" {32,}")  # enough to push what follows out of sight
_BLANK_START = re.compile(r"\A([ \t]*\r?\n)+")


def plain(text: str, *, limit: int = LINE) -> str:
    """Make foreign text one harmless line of at most ``limit`` characters; what is left out is left out of the middle.

    The middle, because an end that is cut is where one would hide something.
    """
    far = 2 * limit
    if len(text) <= 2 * far:
        line = _neutral(text)
        return line if len(line) <= limit else _shorten(line, line, limit, len(text))
    return _shorten(_neutral(text[:far]), _neutral(text[-far:]), limit, len(text))


def plain_name(text: str, *, limit: int = 120) -> str:
    """Make a name harmless: like `plain`, and only ASCII, because here two letters that look alike must not."""
    return plain("".join(char if char.isascii() else _visible(char) for char in text[: 2 * limit]), limit=limit)


def plain_block(text: str, *, lines: int = 12, width: int = LINE, last: bool = False) -> str:
    """Make foreign text at most ``lines`` (two or more) harmless lines, the first or the ``last``; say how many are left out."""
    text = _BLANK_START.sub("", text).rstrip(" \t\r\n")
    total = text.count("\n") + 1
    kept = lines if total <= lines else lines - 1
    rows = text.rsplit("\n", kept)[-kept:] if last else text.split("\n", kept)[:kept]
    shown = [plain(row.removesuffix("\r").expandtabs(4), limit=width).rstrip() for row in rows]
    if total > lines:
        left_out = f"… {total - kept:,} more lines"
        shown = [left_out, *shown] if last else [*shown, left_out]
    return "\n".join(shown)


def _neutral(text: str) -> str:
    """Show every character that is not plain text by its number, and break the commands of CI runners."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(_each(text))
    text = _COMMAND.sub(lambda match: _visible(match[0]), text)
    return _GAP.sub(lambda match: f"{_visible(' ')}{{{len(match[0])}}}", text)


def _each(text: str) -> Iterator[str]:
    marks = _MARKS  # a mark at the start would sit on somebody else's letter
    for char in text:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        yield char if _is_plain(char) and marks <= _MARKS else _visible(char)


def _is_plain(char: str) -> bool:
    return char.isprintable() and ord(char) not in _INVISIBLE and unicodedata.bidirectional(char) not in _RIGHT_TO_LEFT


def _visible(char: str) -> str:
    return _SHORT.get(char) or f"\\u{{{ord(char):x}}}"


def _shorten(start: str, end: str, limit: int, total: int) -> str:
    """Keep two thirds from the start and one from the end, and tell between them how long the text was."""
    told = f"…({total:,} characters)…"  # neither end nor start of this can complete a CI command
    room = limit - len(told)
    tail = room // 3
    if tail < 1:
        return f"{start[: limit - 1]}…"
    return f"{start[: room - tail]}{told}{end[-tail:]}"
