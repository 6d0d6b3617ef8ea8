"""Ciphers that hide a text with one byte, one short key or one alphabet, broken by what the text must contain.

XOR with one byte leaves the differences between neighbours as they were, and so does adding one number. So a
known word is found whatever the key is, in time linear in the data and without trying keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache

from safe_install.scan.unfold.worth import is_text, says_something

WORDS = (
    b"https://", b"http://", b"require(", b"require", b"process.", b"_process", b"function", b"webhook", b"/bin/sh", b"/bin/bash",
    b"curl -", b"wget ", b"powershell", b"process.env", b"/tmp/", b"exports", b"hostname", b"password", b"api.", b"const ", b"return ",
)  # fmt: skip
"""What hidden code and hidden addresses contain."""
_LETTERS = (b"require", b"https", b"process", b"function", b"webhook", b"exports", b"return", b"hostname", b"password")
_CASE = 32  # XOR with it, or adding it, only changes the case of letters
_SAMPLE = 48
_MOST_PLACES = 8  # of one word
_LONGEST_IN_PLACE = 65_536
_EDGE = re.compile(rb"[\"'`\r\n]")
_ALPHABET = 26
_LOWER, _UPPER = range(97, 123), range(65, 91)
_INDEX = bytes(
    code - 97 if code in _LOWER else code - 65 if code in _UPPER else 200 for code in range(256)
)  # a letter by its place in the alphabet; anything else far away from it
_TURNED = bytes((code - 256) % _ALPHABET if code > 256 - _ALPHABET else code for code in range(256))


def _xor_steps(data: bytes) -> bytes:
    """Give each byte XOR the next one."""
    size = max(len(data) - 1, 0)
    return (int.from_bytes(data[:-1]) ^ int.from_bytes(data[1:])).to_bytes(size)


def _sum_steps(data: bytes) -> bytes:
    """Give each byte's difference to the one before it, modulo 256: all bytes at once, in one long number."""
    size = max(len(data) - 1, 0)
    after, before = int.from_bytes(data[1:]), int.from_bytes(data[:-1])
    high, full = int.from_bytes(b"\x80" * size), int.from_bytes(b"\xff" * size)
    return (((after | high) - (before & (full ^ high))) ^ ((after ^ before ^ full) & high)).to_bytes(size)


def _turn_steps(data: bytes) -> bytes:
    """Give the differences between neighbouring letters, around the alphabet."""
    return _sum_steps(data.translate(_INDEX)).translate(_TURNED)


Pattern = tuple[int, bytes, bool]
"""A word's first byte, its steps, and whether the word was reversed."""


def _patterns(words: Sequence[bytes], steps: Callable[[bytes], bytes]) -> tuple[Pattern, ...]:
    forwards = [(word[0], steps(word), False) for word in words]
    return (*forwards, *((word[-1], steps(word[::-1]), True) for word in words))


_XOR = _patterns(WORDS, _xor_steps)
_SUM = _patterns(WORDS, _sum_steps)
_TURN = _patterns(_LETTERS, _turn_steps)
_ANY_XOR, _ANY_SUM = (re.compile(b"|".join(re.escape(steps) for _, steps, _ in words)) for words in (_XOR, _SUM))
"""For the many small pieces: one search takes a tenth of one for each word."""


def keyless(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Decode bytes under each one-byte key that makes a known word of some of them."""
    if len(data) < min(map(len, WORDS)):
        return
    steps = _xor_steps(data)
    for first, pattern, backwards in _XOR if _ANY_XOR.search(steps) else ():
        if (at := steps.find(pattern)) >= 0 and (key := data[at] ^ first):
            yield _told("XOR", xored(data, bytes([key])), backwards=backwards)
    steps = _sum_steps(data)
    for first, pattern, backwards in _SUM if _ANY_SUM.search(steps) else ():
        if (at := steps.find(pattern)) >= 0 and (key := (data[at] - first) % 256):
            yield _told("shifted", shifted(data, key), backwards=backwards)


def in_place(source: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Find texts that stand in a file under a one-byte key, or with their letters rotated: where, how, and decoded.

    A text goes from quote to quote, or to the end of its line.
    """
    for how, steps, patterns, key_of, decode in (
        ("XOR", _xor_steps(source), _XOR, _xor_key, lambda text, key: xored(text, bytes([key]))),
        ("shifted", _sum_steps(source), _SUM, _sum_key, shifted),
        ("rotated", _turn_steps(source), _TURN, _turn_key, turned),
    ):
        for first, pattern, backwards in patterns:
            at = steps.find(pattern)
            for _ in range(_MOST_PLACES):
                if at < 0:
                    break
                if key := key_of(source[at], first):
                    start, end = _around(source, at)
                    yield start, *_told(how, decode(source[start:end], key), backwards=backwards)
                at = steps.find(pattern, at + 1)


def _around(source: bytes, at: int) -> tuple[int, int]:
    """Give the span from quote to quote, or from line end to line end, around a place."""
    first = max(0, at - _LONGEST_IN_PLACE)
    before = [match.end() for match in _EDGE.finditer(source, first, at)]
    after = _EDGE.search(source, at, at + _LONGEST_IN_PLACE)
    return (before[-1] if before else first), (after.start() if after else min(len(source), at + _LONGEST_IN_PLACE))


def _xor_key(cipher: int, plain: int) -> int:
    key = cipher ^ plain
    return 0 if key == _CASE else key


def _sum_key(cipher: int, plain: int) -> int:
    key = (cipher - plain) % 256
    return 0 if key in (_CASE, 256 - _CASE) else key


def _turn_key(cipher: int, plain: int) -> int:
    return (_INDEX[cipher] - _INDEX[plain]) % _ALPHABET


def _told(how: str, text: bytes, *, backwards: bool) -> tuple[str, bytes]:
    return (f"{how}, reversed", text[::-1]) if backwards else (how, text)


def with_keys(data: bytes, keys: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Decode bytes with keys that stand in the same file; only what says something comes out."""
    sample = data[:_SAMPLE]
    size, number = len(sample), int.from_bytes(sample)
    for key in keys:
        plain = (number ^ _stream(key, size)).to_bytes(size)
        if is_text(plain) and says_something(text := xored(data, key)):
            yield "XOR", text
        if len(key) == 1:
            for each in (key[0], -key[0] % 256):
                if is_text(shifted(sample, each)) and says_something(text := shifted(data, each)):
                    yield "shifted", text


def xored(data: bytes, key: bytes) -> bytes:
    """XOR bytes with a key, repeated."""
    stream = (key * (len(data) // len(key) + 1))[: len(data)]
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


@lru_cache(maxsize=8_192)
def _stream(key: bytes, size: int) -> int:
    """Give a key, repeated, as one number: a file's keys are tried on each of its pieces."""
    return int.from_bytes((key * (size // len(key) + 1))[:size])


def shifted(data: bytes, by: int) -> bytes:
    """Subtract a number from each byte, modulo 256."""
    return data.translate(_shift(by))


@cache
def _shift(by: int) -> bytes:
    return bytes((code - by) % 256 for code in range(256))


def turned(data: bytes, by: int) -> bytes:
    """Rotate letters back by so many places."""

    def back(code: int) -> int:
        letters = next((letters for letters in (_LOWER, _UPPER) if code in letters), None)
        return code if letters is None else letters[(code - letters.start - by) % _ALPHABET]

    return data.translate(bytes(map(back, range(256))))
