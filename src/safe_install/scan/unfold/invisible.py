"""Text written in characters that no editor shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{8,}")
_TAGS = re.compile("[\U000e0001-\U000e007f]{8,}")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]{8,}")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u180e\u034f\u3164\uffa0\u115f\u1160]{56,}")
_BLANKS = re.compile("[ \t]{64,}")
_FURTHER = 0x10000  # from here on stand the other selectors, after the first sixteen
_WIDTHS = (8, 7)
_UNSEEN = re.compile(rb"[\xcd\xe1-\xe3\xee\xef\xf3\xf4]")
"""The first bytes of what `_found` looks for, but for blanks."""
_SIXTY_FOUR = b" " * 64
_TABS = bytes.maketrans(b"\t", b" ")
_MOST = 1_000

Hidden = tuple[int, str, bytes]


def invisible_texts(source: bytes) -> Iterator[Hidden]:
    """Give what invisible characters spell: the byte where it starts, what they are, and the bytes they stand for."""
    unseen = not source.isascii() and _UNSEEN.search(source) is not None
    if not (unseen or _SIXTY_FOUR in source.translate(_TABS)):
        return
    text = source.decode(errors="replace")
    for count, (start, how, data) in enumerate(_found(text) if unseen else _blanks(text)):
        if count > _MOST:
            return
        yield len(text[:start].encode()), how, data


def _found(text: str) -> Iterator[Hidden]:
    for match in _SELECTORS.finditer(text):
        yield match.start(), "variation selectors", bytes(map(_selected, match[0]))
    for match in _TAGS.finditer(text):
        yield match.start(), "tag characters", bytes(ord(character) & 0x7F for character in match[0])
    for match in _PRIVATE.finditer(text):
        yield match.start(), "private-use characters", bytes(ord(character) & 0xFF for character in match[0])
    for match in _ZERO_WIDTH.finditer(text):
        yield from ((match.start(), "zero-width characters", data) for data in _bits(match[0]))
    yield from _blanks(text)


def _blanks(text: str) -> Iterator[Hidden]:
    for match in _BLANKS.finditer(text):
        yield from ((match.start(), "blanks", data) for data in _bits(match[0]))


def _selected(character: str) -> int:
    code = ord(character)
    return code - 0xFE00 if code < _FURTHER else (code - 0xE0100 + 16) & 0xFF


def _bits(run: str) -> Iterator[bytes]:
    """Read a run of two characters as bits, either as 0 or 1; a third one only parts them."""
    kinds = sorted(set(run), key=run.count, reverse=True)
    if not 2 <= len(kinds) <= 3:  # noqa: PLR2004 - two for the bits, one to part them
        return
    for zero, one in ((kinds[0], kinds[1]), (kinds[1], kinds[0])):
        bits = "".join("0" if each == zero else "1" for each in run if each in (zero, one))
        for width in _WIDTHS:
            whole = len(bits) // width * width
            yield bytes(int(bits[at : at + width], 2) for at in range(0, whole, width))
