"""JavaScript's values as this program works them out exactly: texts, numbers, lists, tables, bytes and functions.

Only what is certain is worked out; everything else is `Unsure`. Texts are worked on as long as Python counts their
characters as JavaScript does: beyond the basic plane it does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias

from tree_sitter import Node

LONGEST_TEXT = 65_536
LONGEST_LIST = 16_384
_BASIC = "\uffff"


class UnsureError(Exception):
    """What an expression is cannot be said with certainty."""


@dataclass(slots=True)
class Undefined:
    """JavaScript's ``undefined``; there is one."""


UNDEFINED = Undefined()


@dataclass(slots=True)
class Names:
    """The names of one block, and the block around it; ``whole`` is a function's outermost one, where ``var`` goes."""

    around: Names | None = None
    whole: bool = False
    held: dict[str, Exact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is written in the file, and the names that it sees."""

    node: Node
    names: Names | None


@dataclass(frozen=True, slots=True)
class Given:
    """A function that JavaScript gives, by its dotted name: ``String.fromCharCode``."""

    name: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, as it is written."""

    source: str
    flags: str


Exact: TypeAlias = (
    "str | int | float | bool | bytes | list[Exact] | dict[str, Exact] | Function | Given | Pattern | Undefined | None"
)


def text_of(value: Exact) -> str:
    """Give what ``String(value)`` gives."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case None:
            return "null"
        case Undefined():
            return "undefined"
        case list():
            return bounded(",".join("" if one is None or isinstance(one, Undefined) else text_of(one) for one in value))
        case bytes():
            return decoded_bytes(value, "utf8")
        case _:
            raise UnsureError


def number_text(value: float, radix: int = 10) -> str:
    """Write a number as JavaScript does; a fraction only where both write it the same way."""
    if float(value).is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - doubles are exact there
        if not 2 <= radix <= 36:  # noqa: PLR2004 - as JavaScript bounds it
            raise UnsureError
        return _in_radix(int(value), radix)
    shown = repr(value)
    if radix != 10 or isinstance(value, int) or "e" in shown or "n" in shown:  # noqa: PLR2004 - the usual one
        raise UnsureError
    return shown


def _in_radix(value: int, radix: int) -> str:
    digits, rest = "", abs(value)
    if rest >= 1 << 53:
        raise UnsureError
    while rest or not digits:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"-{digits}" if value < 0 else digits


def number_of(value: Exact) -> float:
    """Give what ``Number(value)`` gives, where that is a number."""
    match value:
        case bool():
            return int(value)
        case int() | float():
            return value
        case None:
            return 0
        case str():
            return _number_in(value.strip())
        case _:
            raise UnsureError


def _number_in(text: str) -> float:
    if not text:
        return 0
    if not text.isascii() or len(text) > 30 or "_" in text:  # noqa: PLR2004 - longer than any number
        raise UnsureError
    try:
        return int(text, 0) if text[:2].lower() in {"0x", "0b", "0o"} else _plain(float(text))
    except (ValueError, OverflowError):
        raise UnsureError from None


def _plain(value: float) -> float:
    if not math.isfinite(value):
        raise UnsureError
    return int(value) if value.is_integer() and abs(value) < 1 << 53 else value


def whole(value: Exact) -> int:
    """Give a number that counts something."""
    return int(number_of(value))


def bits(value: Exact) -> int:
    """Give a number as the 32 bits that ``^`` and ``|`` work on."""
    low = whole(value) & 0xFFFFFFFF
    return low - (1 << 32) if low >= 1 << 31 else low


def truth(value: Exact) -> bool:
    """Tell whether an ``if`` takes a value for true."""
    if isinstance(value, list | dict | bytes | Function | Given | Pattern):
        return True
    return not (value is None or isinstance(value, Undefined) or value in ("", 0))


def counted(text: str) -> str:
    """Give a text whose characters are counted as JavaScript counts them."""
    if not text.isascii() and max(text) > _BASIC:
        raise UnsureError
    return text


def bounded(text: str) -> str:
    """Give a text that is not too long to be worked on."""
    if len(text) > LONGEST_TEXT:
        raise UnsureError
    return text


def decoded_bytes(data: bytes, encoding: str) -> str:
    """Read bytes as a text, as ``buffer.toString(encoding)`` does."""
    match encoding.lower():
        case "utf8" | "utf-8":
            return bounded(data.decode(errors="replace"))
        case "latin1" | "binary":
            return bounded(data.decode("latin-1"))
        case "ascii":
            return bounded(bytes(byte & 127 for byte in data).decode("latin-1"))
        case "hex":
            return bounded(data.hex())
        case "utf16le" | "utf-16le" | "ucs2" | "ucs-2":
            return bounded(data.decode("utf-16-le", errors="replace"))
        case _:
            raise UnsureError
