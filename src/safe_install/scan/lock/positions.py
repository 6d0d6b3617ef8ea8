"""JSON with places: the members of an object, and where in the text each one stands.

Only the levels that are asked for are walked here; everything below them is decoded by the standard library in
one go. A place is therefore always where the parser itself was, never the result of searching for a look-alike.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NoReturn

_MOST_KEYS = 1_000
_SPACE = re.compile(r"[ \t\n\r]*")
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotJsonError(ValueError):
    """The text is not JSON as npm reads it; ``at`` is the offset where that showed."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One member of an object: ``at`` is the offset of its key's quote, ``value_at`` of its value's first character."""

    key: str
    at: int
    value_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A decoded value and where it is written: the line of its key, and the offset of its first character."""

    value: object
    line: int
    at: int

    @property
    def fields(self) -> dict[str, object]:
        """Give its members; none when it is no object."""
        return self.value if isinstance(self.value, dict) else {}


class Document:
    """A JSON text that is read from front to back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._duplicates: list[str] = []
        # Not a method: a text that its own decoder leads back to would stay in memory until a collection comes by.
        seen = partial(_object, self._duplicates)
        self._decoder = json.JSONDecoder(object_pairs_hook=seen, parse_constant=_refuse_constant)
        self._may_hold_surrogates = _LONE_SURROGATE.search(text) is not None
        self._end = 0

    def members(self, start: int) -> Iterator[Member]:
        """Walk the object at an offset; the caller decodes or walks each value before asking for the next."""
        at = self._skip(start)
        if self._character(at) != "{":
            raise NotJsonError("expected an object", at)
        at = self._skip(at + 1)
        if self._character(at) == "}":
            self._end = at + 1
            return
        while True:
            key, after = self._key(at)
            value_at = self._skip(self._past(after, ":"))
            yield Member(key=key, at=at, value_at=value_at)
            after = self._skip(self._end)
            if self._character(after) == "}":
                self._end = after + 1
                return
            at = self._skip(self._past(after, ","))

    def members_with_lines(self, start: int, line: int) -> Iterator[tuple[Member, int]]:
        """Walk the object at an offset in a line, with the line of each key."""
        counted = start
        for member in self.members(start):
            line += self.text.count("\n", counted, member.at)
            counted = member.at
            yield member, line

    def key_lines(self, start: int, line: int) -> dict[str, int]:
        """Read the object at an offset once more, for the line of each key; of a key it has twice, the last.

        Only as far as the keys of an honest entry would go many times over: one with more has no lines for the rest.
        """
        lines: dict[str, int] = {}
        end = self._end
        for member, at_line in islice(self.members_with_lines(start, line), _MOST_KEYS):
            self.value(member.value_at)
            lines[member.key] = at_line
        self.take_duplicates()
        self._end = end
        return lines

    def is_object(self, at: int) -> bool:
        """Tell whether the value at an offset is an object."""
        return self._character(at) == "{"

    def value(self, at: int) -> object:
        """Decode the value at an offset."""
        try:
            value, self._end = self._decoder.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            # The library places an open string where it starts, but it is the end of the text that is missing.
            is_cut_off = error.msg.startswith("Unterminated string")
            raise NotJsonError(error.msg, len(self.text) if is_cut_off else error.pos) from error
        except RecursionError as error:
            raise NotJsonError("nested too deeply", at) from error
        except ValueError as error:  # a number of thousands of digits, or NaN
            raise NotJsonError(str(error), at) from error
        if self._may_hold_surrogates:
            _refuse_half_characters(value, at)
        return value

    def finish(self) -> None:
        """Promise that nothing but white space follows what was read last."""
        after = self._skip(self._end)
        if after != len(self.text):
            raise NotJsonError("text after the end", after)

    def take_duplicates(self) -> list[str]:
        """Give the keys that objects had twice in what was decoded since this was last asked.

        JavaScript and most others keep the last one, but not all do.
        """
        taken = list(self._duplicates)
        self._duplicates.clear()
        return taken

    def _key(self, at: int) -> tuple[str, int]:
        if self._character(at) != '"':
            raise NotJsonError("expected a key in double quotes", at)
        key = self.value(at)
        return str(key), self._skip(self._end)

    def _past(self, at: int, mark: str) -> int:
        if self._character(at) != mark:
            raise NotJsonError(f"expected {mark!r}", at)
        return at + 1

    def _character(self, at: int) -> str:
        return self.text[at : at + 1]

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at


def _object(duplicates: list[str], pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its members, and note the keys that it has twice."""
    members = {sys.intern(key): value for key, value in pairs}  # each entry has the same few
    if len(members) != len(pairs):
        duplicates += _twice(pairs)
    return members


def _twice(pairs: list[tuple[str, object]]) -> list[str]:
    """Name each key that a list of pairs has more than once, once."""
    return [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _refuse_half_characters(value: object, at: int) -> None:
    """Refuse text that no UTF-8 file, log or terminal could hold: half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise NotJsonError("half of a character (a lone surrogate)", at) from error
    except RecursionError as error:
        raise NotJsonError("nested too deeply", at) from error
