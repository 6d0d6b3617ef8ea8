"""npm's own dialect of INI, line by line, as its ``ini`` package reads an .npmrc (ini/lib/ini.js of npm 10 to 12).

Written to agree with that program, not with anybody's idea of INI: a key can be JSON, a comment can start inside a
line, a value can be a list, and white space is JavaScript's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript's trim takes off: not the same as Python's strip."""

_BREAK = re.compile(r"\r\n|\r|\n")
_SECTION = re.compile(rf"\[([^\]]*)\][{SPACE}]*")
_PAIR = re.compile("([^=]+)(?:(=)([^\n\r\u2028\u2029]*))?", re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One line that sets something: ``is_item`` for ``key[]=``, ``value`` what JSON made of it, True without ``=``."""

    key: str
    value: object
    line: int
    is_item: bool = False
    in_section: bool = False


def read_settings(text: str) -> Iterator[Setting]:
    """Read every line that npm takes as a setting; one below a ``[section]`` sets nothing at the top."""
    in_section = False
    for number, line in enumerate(_BREAK.split(text), start=1):
        bare = line.strip(SPACE)
        if not bare or bare[0] in ";#":
            continue
        if _SECTION.fullmatch(line):
            in_section = True
        elif found := _PAIR.fullmatch(line):
            yield _setting(found, number, in_section=in_section)


def as_text(value: object) -> str:
    """Write a value as JavaScript makes text of it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if item is None else as_text(item) for item in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value)


def _setting(found: re.Match[str], line: int, *, in_section: bool) -> Setting:
    key = _unquoted(found[1])
    is_item = isinstance(key, str) and len(key) > len("[]") and key.endswith("[]")
    name = as_text(key).removesuffix("[]") if is_item else as_text(key)
    value = _unquoted(found[3]) if found[2] else True
    if isinstance(value, str):
        value = _CONSTANTS.get(value, value)
    return Setting(key=name, value=value, line=line, is_item=is_item, in_section=in_section)


def _unquoted(text: str) -> object:
    """Take the quotes off, and whatever JSON stands in them; without quotes, end at a comment."""
    text = text.strip(SPACE)
    quote = text[:1]
    if quote and quote in "\"'" and text.endswith(quote):
        text = text[1:-1] if quote == "'" else text
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return text
    return _without_comment(text).strip(SPACE)


def _without_comment(text: str) -> str:
    """Cut at the first ``;`` or ``#`` that no backslash precedes; a backslash before anything else stays."""
    kept = []
    escaping = False
    for character in text:
        if escaping:
            kept.append(character if character in "\\;#" else f"\\{character}")
            escaping = False
        elif character in ";#":
            break
        elif character == "\\":
            escaping = True
        else:
            kept.append(character)
    return "".join(kept) + ("\\" if escaping else "")


def _refuse(name: str) -> object:
    raise ValueError(name)
