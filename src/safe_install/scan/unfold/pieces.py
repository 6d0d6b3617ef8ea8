"""The pieces of a file that may hide text: quoted ones, put together where the file does, long runs, and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from safe_install.scan.unfold.decodings import ESCAPES_THAT_HIDE, from_codes, plain_escapes, unescaped

MOST = 20_000  # pieces of one file; a file of 256 KB, the largest that is read as code, has no more
MOST_BYTES = 4 << 20  # of pieces of one file
LONGEST = 2 << 20  # bytes of one piece
_SHORTEST = 11  # bytes; base64 of eight
_MANY_NUMBERS = 8
_LONGEST_KEY = 64
_MOST_KEYS = 48
_MOST_ONE_BYTE_KEYS = 24

_QUOTED = re.compile(
    rb"\\[\s\S]"
    rb'|"(?P<double>(?:[^"\\\n]|\\[\s\S])*+)"'
    rb"|'(?P<single>(?:[^'\\\n]|\\[\s\S])*+)'"
    rb"|`(?P<back>(?:[^`\\]|\\[\s\S])*+)`"
)
_GOES_ON = re.compile(
    rb"[\s\\]{0,80}[+,]?[\s\\]{0,80}"  # "a" + "b", ["a", "b"], and Python's "a" "b"
    rb"|\s{0,20}[\s;)]{0,9}[\w$.]{1,60}\s{0,9}(?:\+=|\.push\(|\.concat\(|\.append\()\s{0,20}"
    rb"|\s{0,20}\)\s{0,20}\.concat\(\s{0,20}"
)
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{16,}+={0,2}")
_LONG_LINE = 40  # bytes
_LINES = re.compile(rb"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{40,}+\r?\n[ \t]{0,40}){1,10000}+[A-Za-z0-9+/_-]*+={0,2}")
_ESCAPE = rb"\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]{1,6}\}|[0-3]?[0-7]{2})[\w./: -]?"
_PERCENT = rb"%[\da-fA-F]{2}[\w.-]{0,2}"
_ENTITY = rb"&#x?[\da-fA-F]{1,6};?\w?"
_ESCAPED, _PERCENTS, _ENTITIES = (
    re.compile(rb"%b(?:%b){%d,}+" % (one, one, least - 1))  # its first letter stands outside: the search skips to it
    for one, least in ((_ESCAPE, 4), (_PERCENT, 6), (_ENTITY, 6))
)
_NUMBERS = re.compile(
    rb"[-\d](?<![\w.].)(?:(?<=-)(?:0[xX][\da-fA-F]{1,4}|\d{1,5})|(?<=0)[xX][\da-fA-F]{1,4}|(?<=\d)\d{0,4})"
    rb"(?:\s{0,20},\s{0,20}-?(?:0[xX][\da-fA-F]{1,4}|\d{1,5})(?![\w.])){1,}+"
)
"""Begins with a sign or a digit, so that the search skips what is neither; so does `_ONE_NUMBER`."""
_CODE = re.compile(rb"-?(?:0[xX][\da-fA-F]+|\d+)")
_ONE_NUMBER = re.compile(rb"\d(?<![\w.].)(?:(?<=0)[xX][\da-fA-F]{1,2}|(?<=[1-9])\d{0,2})(?![\w.])")
_RECKONS = re.compile(rb"char[Cc]ode|[cC]ode[pP]oint|\bord\(|\bchr\(|-bxor|\bxor\b|fromCharCode")
_IN_RECKONS = (b"harCode", b"charcode", b"odePoint", b"odepoint", b"ord(", b"chr(", b"xor")
"""Every text in which `_RECKONS` finds something holds one of these; to look for them takes a tenth of the time."""
_POWER = re.compile(rb"\^=?\s{0,9}[\w(\[]")
_BEFORE_POWER = re.compile(rb"[\w)\]]\s{0,9}\Z")


class Piece(NamedTuple):
    """A part of a file that may hide text; ``how`` it is written, empty for as it stands, and whether that hides it."""

    start: int
    data: bytes
    how: str = ""
    hidden: bool = True


def pieces_in(source: bytes) -> Iterator[Piece]:
    """Give the pieces of a file, each text once, as many as the bounds allow."""
    seen: set[bytes] = set()
    size = 0
    for piece in _all_pieces(source):
        if (len(piece.data) < _SHORTEST and not piece.how) or piece.data in seen or len(piece.data) > LONGEST:
            continue
        seen.add(piece.data)
        size += len(piece.data)
        if len(seen) > MOST or size > MOST_BYTES:
            return
        yield piece


def _all_pieces(source: bytes) -> Iterator[Piece]:
    yield from _number_pieces(source)
    for group in _groups(source):
        if len(group) > 1:
            yield Piece(group[0].start, b"".join(piece.data for piece in group))
        if len(group) > 2:  # noqa: PLR2004 - two that are exchanged are seldom meant
            yield Piece(group[0].start, b"".join(piece.data for piece in reversed(group)))
        for piece in group:
            yield from _as_bytes(piece)
    runs = [Piece(match.start(), match[0]) for match in _RUN.finditer(source)]
    if any(len(run.data) >= _LONG_LINE for run in runs):
        yield from (Piece(match.start(), match[0]) for match in _LINES.finditer(source))
    yield from runs
    for pattern in (_ESCAPED, _PERCENTS, _ENTITIES):
        yield from (Piece(match.start(), match[0]) for match in pattern.finditer(source))


def quoted(source: bytes) -> list[Piece]:
    """List what stands between quotes. A quote in a comment can shift them, for the rest of its line."""
    return [
        Piece(match.start(), match[match.lastgroup])
        for match in _QUOTED.finditer(source)
        if match.lastgroup is not None
    ]


def _groups(source: bytes) -> Iterator[list[Piece]]:
    """Put quoted pieces together that the file joins, lists or adds to one another."""
    group: list[Piece] = []
    for piece in quoted(source):
        end = group[-1].start + len(group[-1].data) + 2 if group else 0
        if group and not (piece.start - end <= 200 and _GOES_ON.fullmatch(source, end, piece.start)):  # noqa: PLR2004
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _as_bytes(piece: Piece) -> Iterator[Piece]:
    """Give a quoted piece as it stands, or, where most of it is escapes, the bytes that these stand for."""
    if b"\\x" in piece.data or b"\\u00" in piece.data:
        hidden = len(plain_escapes(piece.data)) >= ESCAPES_THAT_HIDE
        yield Piece(piece.start, unescaped(piece.data), "escapes", hidden)
    else:
        yield piece


def _number_pieces(source: bytes) -> Iterator[Piece]:
    for match in _NUMBERS.finditer(source):
        codes = _codes(match[0][:LONGEST])
        if len(codes) >= _MANY_NUMBERS:
            yield from (Piece(match.start(), data, how) for how, data in from_codes(codes))


def _codes(text: bytes) -> list[int]:
    return [int(code, 16) if b"x" in code.lower() else int(code) for code in _CODE.findall(text)]


def keys_in(source: bytes) -> tuple[bytes, ...]:
    """List what may be a key in a file that reckons with characters: short quoted texts, lists of numbers, numbers."""
    if not _reckons(source):
        return ()
    keys: dict[bytes, None] = {}
    for piece in quoted(source):
        if 2 <= len(piece.data) <= _LONGEST_KEY and len(keys) < _MOST_KEYS:  # noqa: PLR2004 - one byte needs no key
            keys.setdefault(unescaped(piece.data))
    for match in _NUMBERS.finditer(source):
        codes = _codes(match[0][: 6 * _LONGEST_KEY])[:_LONGEST_KEY]
        if len(keys) < 2 * _MOST_KEYS and max(codes) < 256 and min(codes) >= 0:  # noqa: PLR2004 - bytes
            keys.setdefault(bytes(codes))
    return (*keys, *_one_byte_keys(source))


def _reckons(source: bytes) -> bool:
    """Tell whether a file has ``x ^ y``, or names what turns characters into numbers."""
    if any(part in source for part in _IN_RECKONS) and _RECKONS.search(source):
        return True
    return any(_BEFORE_POWER.search(source[max(0, at.start() - 10) : at.start()]) for at in _POWER.finditer(source))


def _one_byte_keys(source: bytes) -> Sequence[bytes]:
    found: dict[bytes, None] = {}
    for match in _ONE_NUMBER.finditer(source):
        code = int(match[0], 0) if b"x" in match[0].lower() else int(match[0])
        if 1 < code < 256 and code != 32:  # noqa: PLR2004 - a byte; 32 only changes case
            found.setdefault(bytes([code]))
        if len(found) >= _MOST_ONE_BYTE_KEYS:
            break
    return tuple(found)
