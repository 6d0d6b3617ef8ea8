"""From one encoded piece to the text in it, through as many encodings as it was put in, within bounds."""

from __future__ import annotations

import binascii
import html
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from safe_install.scan.unfold.ciphers import keyless, with_keys
from safe_install.scan.unfold.worth import SHORTEST, is_text, says_it_backwards, says_something

DEEPEST = 5  # encodings in one another
MOST_STEPS = 60  # blobs looked at for one piece
MOST_DECODED = 2 << 20  # bytes of one file
MOST_OUT = 1 << 19  # bytes of one decompressed blob
_SMALL = 4096  # bytes that cost nobody's patience
_CIPHERED = 1 << 18  # bytes; a longer blob is not tried with keys
_BLANKS = re.compile(rb"[\s\\]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}+={0,3}")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=_-]+")
_HEX = re.compile(rb"(?:0x)?(?:[\da-fA-F]{2}){8,}+")
_SPACED_HEX = re.compile(rb"(?:(?:0x|\\x|%)?[\da-fA-F]{2}[\s:,-]{0,2}){8,}+")
_BITS = re.compile(rb"(?:[01]{8}[\s,]?){8,}+")
_NUMBERS = re.compile(rb"\d{1,3}(?:[\s,;:|._-]{1,2}\d{1,3}){7,}+")
_PERCENT = re.compile(rb"%[\da-fA-F]{2}")
_ENTITY = re.compile(rb"&#x?[\da-fA-F]{1,6};?")
ESCAPE = re.compile(rb"\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{0{0,8}([\da-fA-F]{1,6})\}|([0-3][0-7]{2}|[0-7]{2}))")
_URLSAFE = bytes.maketrans(b"-_", b"+/")
ESCAPES_THAT_HIDE = 4
_MOST_JUNK = 2  # kinds of characters that are strewn into base64 to be taken out again
_ALIGNED = 4
BYTES = 256
_ASCII = 128
_SURROGATES = 0xD800
_LOOK = 64

Step = tuple[str, bytes]


@dataclass(slots=True)
class Patience:
    """How many decoded bytes of one file are still decoded further; the first decoding of each piece is free."""

    left: int = MOST_DECODED

    @property
    def unspent(self) -> bool:
        """Tell whether all that was decoded so far was small."""
        return self.left == MOST_DECODED


def texts_in(
    data: bytes, keys: Sequence[bytes], patience: Patience, name: str = "", *, hidden: bool = True
) -> Iterator[Step]:
    """Give each text that says something and how it was hidden.

    ``name`` is how ``data`` itself was written, if not plainly, and ``hidden`` whether that alone hides it: colours of
    a terminal are escapes, and honest.
    """
    seen = {data}
    waiting: list[tuple[bytes, tuple[str, ...]]] = [(data, (name,) if name else ())]
    if name and says_something(data):
        if hidden:
            yield name, data
        return
    for blob, path in waiting:  # it grows while it is gone through
        if len(seen) > MOST_STEPS or (patience.left <= 0 and blob is not data):
            return
        for how, decoded in _decoded(blob, keys, ciphered=bool(path)):
            if decoded in seen or len(decoded) < SHORTEST:
                continue
            seen.add(decoded)
            if says_something(decoded):
                yield ", ".join((*path, how)), decoded
            elif len(path) + 1 < DEEPEST:
                waiting.append((decoded, (*path, how)))
                patience.left -= max(0, len(decoded) - _SMALL)


def _decoded(blob: bytes, keys: Sequence[bytes], *, ciphered: bool) -> Iterator[Step]:
    """Undo one encoding in every way that fits."""
    if is_text(blob):
        for reader in _READERS:
            yield from reader(blob)
        if not ciphered:
            return
    else:
        yield from _inflated(blob)
        yield from _wide(blob)
    if len(blob) <= _CIPHERED:
        yield from keyless(blob)
        yield from with_keys(blob, keys)


def _base64(blob: bytes) -> Iterator[Step]:
    text = _BLANKS.sub(b"", blob).strip(b"=")
    if not _BASE64.fullmatch(text):
        junk = _NOT_BASE64.findall(text[: 1 << 16])
        if not junk or len(set(b"".join(junk))) > _MOST_JUNK or len(text) < 3 * _ALIGNED * _ALIGNED // 2:
            return
        text = _NOT_BASE64.sub(b"", text)
    if (
        text.islower() or text.isupper()
    ):  # an ordinary name: sixteen characters of base64 mix both, one time in a million not
        return
    for how, way in (("base64", text), ("reversed, base64", text[::-1])):
        for start in range(_ALIGNED):
            look = from_base64(way[start : start + _LOOK])
            if start == 0 or is_text(look):
                yield how, from_base64(way[start:])


def from_base64(text: bytes) -> bytes:
    """Decode base64 of either alphabet, with or without its padding; what cannot be decoded is empty."""
    bare = text.translate(_URLSAFE, b"=")
    bare = bare[: len(bare) - 1] if len(bare) % 4 == 1 else bare
    try:
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return b""


def _hexadecimal(blob: bytes) -> Iterator[Step]:
    text = _BLANKS.sub(b"", blob)
    if _HEX.fullmatch(text):
        yield "hex", bytes.fromhex(text.removeprefix(b"0x").decode())
        if not text.startswith(b"0x"):
            yield "reversed, hex", bytes.fromhex(text[::-1].decode())
    elif _SPACED_HEX.fullmatch(blob):
        yield "hex", bytes.fromhex(re.sub(rb"0x|[\\x%\s:,-]", b"", blob).decode())


def _numbers(blob: bytes) -> Iterator[Step]:
    if _BITS.fullmatch(blob):
        bits = re.sub(rb"[^01]", b"", blob)
        yield "bits", bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    elif _NUMBERS.fullmatch(blob):
        yield from from_codes([int(code) for code in re.findall(rb"\d+", blob)])


def from_codes(codes: Sequence[int]) -> Iterator[Step]:
    """Read numbers as characters; numbers that are too large for bytes as far above the smallest of them as they are."""
    if min(codes) >= 0 and max(codes) < BYTES:
        yield "character codes", bytes(codes)
    elif max(codes) - min(codes) < BYTES:
        yield "character codes", bytes(code - min(codes) for code in codes)
    elif min(codes) >= 0 and max(codes) < _SURROGATES:
        yield "character codes", "".join(map(chr, codes)).encode()


def _percent(blob: bytes) -> Iterator[Step]:
    if _hides(_PERCENT.findall(blob), 1):
        yield "percent", urllib.parse.unquote_to_bytes(blob)


def _entities(blob: bytes) -> Iterator[Step]:
    if len(_ENTITY.findall(blob)) >= ESCAPES_THAT_HIDE:
        yield "entities", html.unescape(blob.decode(errors="replace")).encode(errors="replace")


def _escapes(blob: bytes) -> Iterator[Step]:
    if b"\\" in blob and len(plain_escapes(blob)) >= ESCAPES_THAT_HIDE:
        yield "escapes", unescaped(blob)


def plain_escapes(blob: bytes) -> list[int]:
    """List the escapes that stand for an ordinary letter or digit, which nobody needs to escape."""
    codes = (int(hexa, 16) if hexa else int(octal, 8) for hexa, octal in _codes(blob))
    return [code for code in codes if code < _ASCII and chr(code).isalnum()]


def _codes(blob: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((match[1] or match[2] or match[3] or b"", match[4] or b"") for match in ESCAPE.finditer(blob))


def unescaped(blob: bytes) -> bytes:
    r"""Write ``\x65`` and its like as the byte or character they stand for."""

    def character(match: re.Match[bytes]) -> bytes:
        digits = match[1] or match[2] or match[3]
        code = int(digits, 16) if digits else int(match[4], 8)
        return bytes([code]) if code < BYTES else chr(min(code, 0x10FFFF)).encode(errors="replace")

    return ESCAPE.sub(character, blob)


def _hides(marks: Sequence[bytes], skipped: int) -> bool:
    plain = [
        mark for mark in marks if chr(int(mark[skipped:], 16) & 0xFF).isalnum() and int(mark[skipped:], 16) < _ASCII
    ]
    return len(plain) >= ESCAPES_THAT_HIDE


def _backwards(blob: bytes) -> Iterator[Step]:
    if says_it_backwards(blob):
        yield "reversed", blob[::-1]


def _inflated(blob: bytes) -> Iterator[Step]:
    """Decompress gzip, zlib and bare deflate, as much as is allowed."""
    for how, window, fits in (
        ("gzip", 31, blob.startswith(b"\x1f\x8b")),
        ("zlib", 15, blob[:1] == b"\x78"),
        ("deflate", -15, len(blob) > 2 * SHORTEST),
    ):
        if fits:
            try:
                plain = zlib.decompressobj(window).decompress(blob, MOST_OUT)
            except zlib.error:
                continue
            if plain:
                yield how, plain
                return


def _wide(blob: bytes) -> Iterator[Step]:
    """Read UTF-16, as PowerShell's encoded commands are written."""
    half = len(blob) // 2
    for how, high in (("utf-16-le", blob[1::2]), ("utf-16-be", blob[::2])):
        if half >= SHORTEST and high.count(0) * 10 >= half * 9:
            yield "UTF-16", blob[: half * 2].decode(how, errors="replace").lstrip("\ufeff").encode()


_READERS: tuple[Callable[[bytes], Iterator[Step]], ...] = (
    _base64,
    _hexadecimal,
    _numbers,
    _percent,
    _entities,
    _escapes,
    _backwards,
)
