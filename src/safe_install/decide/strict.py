"""Reading a file of records strictly: an object has exactly the keys that it must have, and whatever is wrong has a place.

A reader of one field takes any JSON value and gives what it means, or raises ValueError with the words of what it expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Reader = Callable[[object], Any]
_TOLD = 60  # characters of a wrong value that are worth showing
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class WrongError(Exception):
    """What is wrong, at which place; the file's name is added by whom it concerns."""


def parse(text: str) -> object:
    """Parse JSON in which no key stands twice; WrongError for anything else."""
    try:
        return json.loads(text, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise WrongError(f"not JSON ({reason})") from error


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise WrongError(f"the key {key!a} stands twice in one object")
        fields[key] = value
    return fields


def record(
    value: object, fields: Mapping[str, Reader], place: str, *, maybe: Mapping[str, Reader] | None = None
) -> dict[str, Any]:
    """Read an object that has exactly these keys, and of those in ``maybe`` what it likes."""
    if not isinstance(value, dict):
        raise WrongError(f"{place or 'the file'}: expected an object, found {told(value)}")
    may = maybe or {}
    for key in sorted((value.keys() - may.keys()) ^ fields.keys()):
        raise WrongError(f"{place or 'the file'}: {'unknown' if key in value else 'missing'} key {told(key)}")
    read_as = {**fields, **{key: reader for key, reader in may.items() if key in value}}
    return {key: _field(value[key], reader, f"{place}.{key}".lstrip(".")) for key, reader in read_as.items()}


def _field(value: object, reader: Reader, where: str) -> Any:  # noqa: ANN401 - whatever the reader makes of it
    try:
        return reader(value)
    except ValueError as expected:
        raise WrongError(f"{where}: expected {expected}, found {told(value)}") from expected


def refuse_repeats(key: str, records: list[Any]) -> None:
    """Refuse two records of the same thing: whichever came last would win in silence."""
    first: dict[Any, int] = {}
    for number, one in enumerate(records):
        if first.setdefault(one, number) != number:
            raise WrongError(f"{key}[{number}]: repeats {key}[{first[one]}]; keep one of them")


def told(value: object) -> str:
    """Show a wrong value, in short and harmless."""
    return ascii(value)[:_TOLD]


# ------------------------------------------------------------------ readers of fields


def a_list(value: object) -> list[object]:
    """Take a list."""
    if not isinstance(value, list):
        raise ValueError("a list")  # noqa: TRY004 - every reader refuses in the same way
    return value


def a_text(value: object) -> str:
    """Take text."""
    if not isinstance(value, str):
        raise ValueError("text")  # noqa: TRY004 - likewise
    return value


def a_name(value: object) -> str:
    """Take text that is not empty."""
    if not a_text(value):
        raise ValueError("a name")
    return a_text(value)


def a_yes(value: object) -> bool:
    """Take ``true``; a no is not written."""
    if value is not True:
        raise ValueError("true, or nothing at all")
    return True


def texts(value: object) -> tuple[str, ...]:
    """Take a list of texts."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of texts")
    return tuple(value)


def a_day(value: object) -> date:
    """Read a day in the one form that is written: Python takes others, which would not come back the same."""
    expected = "a day, as in 2026-01-31"
    if not _DAY.fullmatch(a_text(value)):
        raise ValueError(expected)
    try:
        return date.fromisoformat(a_text(value))
    except ValueError as error:
        raise ValueError(expected) from error


def a_day_or_none(value: object) -> date | None:
    """Read a day, or ``null``."""
    return None if value is None else a_day(value)
