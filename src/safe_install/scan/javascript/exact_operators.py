"""JavaScript's operators, worked out exactly."""

from __future__ import annotations

from collections.abc import Callable

from safe_install.scan.javascript.exact import (
    Exact,
    Undefined,
    UnsureError,
    bits,
    bounded,
    number_of,
    text_of,
    truth,
)

_PLAIN = (str, bool, int, float, Undefined, type(None))
_LARGEST = 1 << 53


def calculated(operator: str, left: Exact, right: Exact) -> Exact:
    """Give ``left operator right``; ``&&`` and the like are not for here."""
    if operator == "+":
        return _added(left, right)
    found = _ON_NUMBERS.get(operator) or _COMPARING.get(operator)
    if found is None:
        raise UnsureError
    return found(left, right)


def negated(operator: str, value: Exact) -> Exact:
    """Give what an operator before a value makes of it."""
    match operator:
        case "!":
            return not truth(value)
        case "-":
            return -number_of(value)
        case "+":
            return number_of(value)
        case "~":
            return ~bits(value)
        case "typeof":
            return _kind(value)
        case _:
            raise UnsureError


def _kind(value: Exact) -> str:
    match value:
        case str():
            return "string"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case Undefined():
            return "undefined"
        case None | list() | dict() | bytes():
            return "object"
        case _:
            return "function"


def _added(left: Exact, right: Exact) -> Exact:
    sides = (left, right)
    if any(isinstance(one, dict) for one in sides):
        raise UnsureError
    if any(isinstance(one, str | list | bytes) for one in sides):
        return bounded(text_of(left) + text_of(right))
    return _exact(number_of(left) + number_of(right))


def _exact(value: float) -> float:
    """Give a number that is no larger than both languages know exactly."""
    if abs(value) > _LARGEST:
        raise UnsureError
    return int(value) if float(value).is_integer() else value


def _divided(left: Exact, right: Exact) -> float:
    by = number_of(right)
    if not by:
        raise UnsureError
    return _exact(number_of(left) / by)


def _rest(left: Exact, right: Exact) -> float:
    """Give the rest of a division, which has the sign of what is divided."""
    number, by = number_of(left), abs(number_of(right))
    if not by:
        raise UnsureError
    return _exact(-(-number % by) if number < 0 else number % by)


def _power(left: Exact, right: Exact) -> float:
    base, exponent = number_of(left), number_of(right)
    if not (abs(base) < 1 << 16 and 0 <= exponent <= 53):  # noqa: PLR2004 - of a double
        raise UnsureError
    return _exact(base**exponent)


def _same(left: Exact, right: Exact) -> bool:
    """Give ``===`` of plain values; whether two lists are one is not known here."""
    if not isinstance(left, _PLAIN) or not isinstance(right, _PLAIN):
        raise UnsureError
    return _kind(left) == _kind(right) and left == right


def _alike(left: Exact, right: Exact) -> bool:
    """Give ``==``, where both are of one kind."""
    if left is None or isinstance(left, Undefined):
        return right is None or isinstance(right, Undefined)
    if not isinstance(left, _PLAIN) or not isinstance(right, _PLAIN) or _kind(left) != _kind(right):
        raise UnsureError
    return left == right


def _less(left: Exact, right: Exact) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        if not (left.isascii() and right.isascii()):
            raise UnsureError
        return left < right
    return number_of(left) < number_of(right)


def _shifted(left: Exact, right: Exact, sign: str) -> int:
    by = bits(right) & 31
    if sign == ">>>":
        return (bits(left) & 0xFFFFFFFF) >> by
    return bits(bits(left) << by if sign == "<<" else bits(left) >> by)


_ON_NUMBERS: dict[str, Callable[[Exact, Exact], Exact]] = {
    "-": lambda left, right: _exact(number_of(left) - number_of(right)),
    "*": lambda left, right: _exact(number_of(left) * number_of(right)),
    "/": _divided,
    "%": _rest,
    "**": _power,
    "^": lambda left, right: bits(left) ^ bits(right),
    "&": lambda left, right: bits(left) & bits(right),
    "|": lambda left, right: bits(left) | bits(right),
    "<<": lambda left, right: _shifted(left, right, "<<"),
    ">>": lambda left, right: _shifted(left, right, ">>"),
    ">>>": lambda left, right: _shifted(left, right, ">>>"),
}
_COMPARING: dict[str, Callable[[Exact, Exact], Exact]] = {
    "<": _less,
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: not _less(right, left),
    ">=": lambda left, right: not _less(left, right),
    "===": _same,
    "!==": lambda left, right: not _same(left, right),
    "==": _alike,
    "!=": lambda left, right: not _alike(left, right),
}
