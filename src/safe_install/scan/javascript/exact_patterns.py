"""Texts and regular expressions, worked out exactly, for expressions that mean the same in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from safe_install.scan.javascript.exact import (
    LONGEST_LIST,
    LONGEST_TEXT,
    Exact,
    Pattern,
    Undefined,
    UnsureError,
    bounded,
    text_of,
)
from safe_install.scan.javascript.exact_given import argument, count_in

Call: TypeAlias = Callable[[Exact, Sequence[Exact]], Exact]
"""Calls a function with arguments."""
Arguments: TypeAlias = Sequence[Exact]

_ATOM = r"(?:\\[sSdDwWnrt.\\/+*?()\[\]{}|^$-]|\[\^?(?:[^\[\]\\^]|\\[sdwnrt.\\/\]-])+\]|[^\\\[\](){}|*+?^$])"
_SIMPLE = re.compile(rf"\^?(?:{_ATOM}){{1,20}}(?:\+|\{{\d{{1,2}}(?:,\d{{0,2}})?\}})?\$?")
"""Regular expressions that mean the same in Python, and whose time is linear."""


def split(owner: str, given: Arguments, _: object) -> list[Exact]:
    """Give ``owner.split(sign)``."""
    between = argument(given, 0)
    most = count_in(given, 1, LONGEST_LIST)
    if isinstance(between, Pattern):
        parts = re.split(_compiled(between), owner)
        if "" in (*parts[:1], *parts[-1:]) and not re.fullmatch(r"\W|\\[sW]\+?", between.source):
            raise UnsureError  # an empty match, which the two treat differently
        return list(parts[:most])
    if isinstance(between, Undefined):
        return [owner]
    sign = text_of(between)
    return list(owner.split(sign)[:most]) if sign else list(owner[:most])


def replace(owner: str, given: Arguments, call: Call, *, everywhere: bool = False) -> str:
    """Give ``owner.replace(what, by)``."""
    what, by = argument(given, 0), argument(given, 1)
    if not isinstance(by, str):
        return _replaced_by_calls(owner, what, by, call)
    if "$" in by:
        raise UnsureError
    if isinstance(what, Pattern):
        return bounded(re.sub(_compiled(what), lambda _: by, owner, count=0 if "g" in what.flags else 1))
    sign = text_of(what)
    if everywhere and not sign:
        raise UnsureError
    if len(owner) + (owner.count(sign) if sign else 1) * len(by) > LONGEST_TEXT * 2:
        raise UnsureError
    return bounded(owner.replace(sign, by) if everywhere else owner.replace(sign, by, 1))


def _replaced_by_calls(owner: str, what: Exact, by: Exact, call: Call) -> str:
    """Replace what a pattern matches by what a function gives for it."""
    if not isinstance(what, Pattern):
        raise UnsureError
    pattern = _compiled(what)
    count = 0 if "g" in what.flags else 1
    return bounded(
        re.sub(pattern, lambda match: text_of(call(by, [match[0], match.start(), owner])), owner, count=count)
    )


def match(owner: str, given: Arguments, _: object) -> Exact:
    """Give ``owner.match(/…/g)``."""
    what = argument(given, 0)
    if not isinstance(what, Pattern) or "g" not in what.flags:
        raise UnsureError
    found: list[Exact] = [match[0] for match in _compiled(what).finditer(owner)]
    return found or None


def _compiled(pattern: Pattern) -> re.Pattern[str]:
    if not _SIMPLE.fullmatch(pattern.source) or set(pattern.flags) - set("gims"):
        raise UnsureError
    flags = re.ASCII
    flags |= re.IGNORECASE if "i" in pattern.flags else 0
    flags |= re.MULTILINE if "m" in pattern.flags else 0
    flags |= re.DOTALL if "s" in pattern.flags else 0
    try:
        return re.compile(
            pattern.source.replace("$", r"(?!\n)\Z") if "m" not in pattern.flags else pattern.source, flags
        )
    except re.error:
        raise UnsureError from None
