"""What well-known packers and obfuscators make of a script, as far as its words can be had back without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safe_install.scan.unfold.decodings import from_base64, unescaped
from safe_install.scan.unfold.pieces import quoted
from safe_install.scan.unfold.worth import is_text

_PACKED = re.compile(
    rb"\}\s{0,20}\(\s{0,20}'(?P<text>(?:[^'\\]|\\[\s\S])*+)'\s{0,20},\s{0,20}(?P<radix>\d{1,3})\s{0,20},\s{0,20}(?P<count>\d{1,6})"
    rb"\s{0,20},\s{0,20}'(?P<words>(?:[^'\\]|\\[\s\S])*+)'\s{0,20}\.split\(\s{0,20}'\|'\s{0,20}\)"
)
_WORD = re.compile(rb"\b\w+\b")
_OBFUSCATED = re.compile(rb"\b_0x[\da-fA-F]{4,8}\b")
_MANY_NAMES = 10
_MANY_TEXTS = 5
_MOST_TEXTS = 20_000
_MOST = 1 << 20  # bytes of one text
_DIGITS = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


def packed_texts(source: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Give the place, the packer's name and the text of each packed part of a script."""
    if b".split(" in source:
        for match in _PACKED.finditer(source):
            yield match.start(), "packer", _unpacked(match)
    yield from _string_array(source)


def _unpacked(match: re.Match[bytes]) -> bytes:
    """Put the words back for which Dean Edwards' packer writes numbers of some radix."""
    radix = int(match["radix"])
    words = match["words"].split(b"|")

    def word(number: re.Match[bytes]) -> bytes:
        at = _number(number[0], radix)
        return words[at] if 0 <= at < len(words) and words[at] else number[0]

    text = _ESCAPE.sub(rb"\1", match["text"][:_MOST])
    return _WORD.sub(word, text)[:_MOST]


def _number(text: bytes, radix: int) -> int:
    """Read a number as the packer writes it; -1 for what is none."""
    value = 0
    for digit in text[:6]:
        at = _DIGITS.find(bytes([digit]))
        if not 0 <= at < radix:
            return -1
        value = value * radix + at
    return value


def _string_array(source: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Join the strings that an obfuscator put in a list: as they stand, and as its own base64.

    Their order is rotated, and long ones are cut to pieces of ten; each is given on a line of its own, then all of them
    without anything between, so that words which were cut are whole again.
    """
    names = _OBFUSCATED.findall(source[: 1 << 20])
    if len(names) < _MANY_NAMES:
        return
    texts = [piece for piece in quoted(source)[:_MOST_TEXTS] if piece.data]
    if len(texts) < _MANY_TEXTS:
        return
    plain = [unescaped(piece.data) for piece in texts]
    yield texts[0].start, "string array", _joined(plain)
    decoded = [from_base64(text.swapcase()) for text in plain]
    readable = [text for text in decoded if text and (is_text(text) or text.isalnum())]
    if len(readable) >= _MANY_TEXTS:
        yield texts[0].start, "string array, base64", _joined(readable)


def _joined(texts: list[bytes]) -> bytes:
    return (b"\n".join(texts) + b"\n" + b"".join(texts))[:_MOST]
