"""The functions that JavaScript and Node give, worked out exactly: pieces of text, numbers, decoding."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote_to_bytes

from safe_install.scan.javascript.exact import (
    LONGEST_LIST,
    LONGEST_TEXT,
    UNDEFINED,
    Exact,
    Undefined,
    UnsureError,
    bounded,
    decoded_bytes,
    number_of,
    text_of,
    whole,
)

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_LEADING_DIGITS = re.compile(r"\s*([+-]?)(0[xX])?([0-9A-Za-z]*)")
_SURROGATES = (0xD800, 0xDFFF)
_MOST_JSON = 4_096


def from_codes(given: Sequence[Exact]) -> str:
    """Give ``String.fromCharCode(…)``."""
    codes = [whole(one) & 0xFFFF for one in given]
    if any(_SURROGATES[0] <= code <= _SURROGATES[1] for code in codes):
        raise UnsureError
    return bounded("".join(map(chr, codes)))


def from_code_points(given: Sequence[Exact]) -> str:
    """Give ``String.fromCodePoint(…)``."""
    try:
        return bounded("".join(chr(whole(one)) for one in given))
    except (ValueError, OverflowError):
        raise UnsureError from None


def from_base64(text: str) -> bytes:
    """Decode as Node does: both alphabets, what is neither left out, an end in the middle of a byte dropped."""
    body = _NOT_BASE64.sub("", text.partition("=")[0].replace("-", "+").replace("_", "/"))
    body = body[: -1 if len(body) % 4 == 1 else None]
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except (ValueError, binascii.Error):
        raise UnsureError from None


def as_bytes(given: Sequence[Exact]) -> bytes:
    """Give ``Buffer.from(…)``."""
    what, how = argument(given, 0), argument(given, 1)
    if isinstance(what, bytes):
        return what
    if isinstance(what, list):
        return bytes(whole(one) & 255 for one in what[:LONGEST_LIST])
    if not isinstance(what, str):
        raise UnsureError
    match "utf8" if isinstance(how, Undefined) else text_of(how).lower():
        case "base64" | "base64url":
            return from_base64(what)
        case "hex":
            return _from_hex(what)
        case "utf8" | "utf-8":
            return what.encode(errors="replace")
        case "latin1" | "binary" | "ascii":
            return bytes(ord(one) & 255 for one in what)
        case _:
            raise UnsureError


def _from_hex(text: str) -> bytes:
    """Decode up to the first pair that is none, as Node does."""
    found = re.match(r"(?:[0-9a-fA-F]{2})*", text)
    return bytes.fromhex(found[0]) if found else b""


def _from_base64_text(given: Sequence[Exact]) -> str:
    return from_base64(re.sub(r"\s", "", text_of(argument(given, 0)))).decode("latin-1")


def _to_base64_text(given: Sequence[Exact]) -> str:
    try:
        return base64.b64encode(text_of(argument(given, 0)).encode("latin-1")).decode()
    except UnicodeEncodeError:
        raise UnsureError from None


def _unquoted(given: Sequence[Exact]) -> str:
    try:
        return bounded(unquote_to_bytes(text_of(argument(given, 0))).decode())
    except UnicodeDecodeError:
        raise UnsureError from None


def _unescaped(given: Sequence[Exact]) -> str:
    text = text_of(argument(given, 0))
    spelled = r"%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})"
    return re.sub(spelled, lambda match: chr(int(match[1] or match[2], 16)), bounded(text))


def _whole_number(given: Sequence[Exact]) -> int:
    """Give ``parseInt(text, radix)``."""
    match = _LEADING_DIGITS.match(text_of(argument(given, 0)))
    radix = 0 if isinstance(argument(given, 1), Undefined) else whole(argument(given, 1))
    if match is None or not (radix == 0 or 2 <= radix <= 36):  # noqa: PLR2004 - as JavaScript bounds it
        raise UnsureError
    sign, prefix, digits = match.groups()
    base = radix or (16 if prefix else 10)
    if prefix and base != 16:  # noqa: PLR2004 - then it is zero and an x
        return 0
    usable = re.match(f"[{_DIGITS[:base]}]*", digits.lower())
    if usable is None or not usable[0] or len(usable[0]) > 50:  # noqa: PLR2004 - NaN, or inexact
        raise UnsureError
    return int(f"{sign}{usable[0]}", base)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _parsed(given: Sequence[Exact]) -> Exact:
    """Give ``JSON.parse(text)`` of a short text."""
    text = text_of(argument(given, 0))
    if len(text) > _MOST_JSON or text.count("[") + text.count("{") > _MOST_JSON // 64:
        raise UnsureError
    try:
        found: Exact = json.loads(text)
    except ValueError:
        raise UnsureError from None
    return found


def _keys(given: Sequence[Exact]) -> list[Exact]:
    return list(_table(given))


def _values(given: Sequence[Exact]) -> list[Exact]:
    return list(_table(given).values())


def _entries(given: Sequence[Exact]) -> list[Exact]:
    return [[key, value] for key, value in _table(given).items()]


def _table(given: Sequence[Exact]) -> dict[str, Exact]:
    """Give a table whose order is certain: keys that are numbers come first in JavaScript."""
    table = argument(given, 0)
    if not isinstance(table, dict) or any(key.isdigit() for key in table):
        raise UnsureError
    return table


def listed(value: Exact) -> list[Exact]:
    """Give the elements of what can be looped over."""
    match value:
        case list():
            return value
        case str():
            return list(value)
        case bytes():
            return list(value)
        case _:
            raise UnsureError


def argument(given: Sequence[Exact], index: int) -> Exact:
    """Give an argument; ``undefined`` when there is none."""
    return given[index] if index < len(given) else UNDEFINED


def count_in(given: Sequence[Exact], at: int, missing: int) -> int:
    """Give an argument that counts something, or what it is when it is missing."""
    value = argument(given, at)
    return missing if isinstance(value, Undefined) else whole(value)


def _joined_bytes(given: Sequence[Exact]) -> bytes:
    parts = listed(argument(given, 0))
    if len(given) != 1 or not all(isinstance(part, bytes) for part in parts):
        raise UnsureError
    return b"".join(part for part in parts if isinstance(part, bytes))[:LONGEST_TEXT]


GIVEN: dict[str, Callable[[Sequence[Exact]], Exact]] = {
    "Array.isArray": lambda given: isinstance(argument(given, 0), list),
    "Array.of": list,
    "Buffer.concat": _joined_bytes,
    "Buffer.from": as_bytes,
    "Buffer": as_bytes,
    "JSON.parse": _parsed,
    "Math.abs": lambda given: abs(number_of(argument(given, 0))),
    "Math.floor": lambda given: int(number_of(argument(given, 0)) // 1),
    "Math.max": lambda given: max(map(number_of, given)) if given else UNDEFINED,
    "Math.min": lambda given: min(map(number_of, given)) if given else UNDEFINED,
    "Math.trunc": lambda given: int(number_of(argument(given, 0))),
    "Number": lambda given: number_of(argument(given, 0)),
    "Number.parseInt": _whole_number,
    "Object.entries": _entries,
    "Object.freeze": lambda given: argument(given, 0),
    "Object.keys": _keys,
    "Object.values": _values,
    "String": lambda given: text_of(argument(given, 0)) if given else "",
    "String.fromCharCode": from_codes,
    "String.fromCodePoint": from_code_points,
    "Uint8Array": as_bytes,
    "Uint8Array.from": as_bytes,
    "Uint8Array.of": lambda given: as_bytes([list(given)]),
    "atob": _from_base64_text,
    "btoa": _to_base64_text,
    "decodeURIComponent": _unquoted,
    "encodeURIComponent": lambda given: quote(text_of(argument(given, 0)), safe="!'()*-._~"),
    "parseInt": _whole_number,
    "TextDecoder.decode": lambda given: decoded_bytes(as_bytes(given[:1]), "utf8"),
    "unescape": _unescaped,
}
"""Functions by their dotted name; what they are given, in order."""
