"""The methods of texts, lists, bytes and numbers, worked out exactly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from safe_install.scan.javascript.exact import (
    LONGEST_LIST,
    LONGEST_TEXT,
    UNDEFINED,
    Exact,
    Given,
    Undefined,
    UnsureError,
    bounded,
    counted,
    decoded_bytes,
    number_text,
    text_of,
    truth,
    whole,
)
from safe_install.scan.javascript.exact_given import argument, count_in, listed
from safe_install.scan.javascript.exact_patterns import Arguments, Call, match, replace, split


def method(name: str, owner: Exact, given: Arguments, call: Call) -> Exact:
    """Give what ``owner.name(…)`` gives; raise `UnsureError` when that is not certain."""
    match owner:
        case str():
            return _sure(_OF_TEXTS.get(name))(counted(owner), given, call)
        case list():
            return _sure(_OF_LISTS.get(name))(owner, given, call)
        case bytes():
            return _of_bytes(name, owner, given, call)
        case bool() if name == "toString":
            return text_of(owner)
        case bool():
            raise UnsureError
        case int() | float() if name == "toString":
            return number_text(owner, 10 if isinstance(argument(given, 0), Undefined) else whole(argument(given, 0)))
        case dict() if name == "hasOwnProperty":
            return text_of(argument(given, 0)) in owner
        case _:
            raise UnsureError


def _sure(found: Callable[..., Exact] | None) -> Callable[..., Exact]:
    if found is None:
        raise UnsureError
    return found


def _slice(owner: str | list[Exact] | bytes, given: Arguments, _: Call) -> Exact:
    """Give ``slice(from, to)``; JavaScript and Python count from the end alike."""
    return owner[count_in(given, 0, 0) : count_in(given, 1, len(owner))]


def _substring(owner: str, given: Arguments, _: Call) -> str:
    ends = sorted(min(max(count_in(given, at, missing), 0), len(owner)) for at, missing in ((0, 0), (1, len(owner))))
    return owner[ends[0] : ends[1]]


def _substr(owner: str, given: Arguments, _: Call) -> str:
    start = count_in(given, 0, 0)
    start = max(len(owner) + start, 0) if start < 0 else start
    return owner[start : start + max(count_in(given, 1, len(owner)), 0)]


def _char_at(owner: str, given: Arguments, _: Call) -> str:
    at = count_in(given, 0, 0)
    return owner[at] if 0 <= at < len(owner) else ""


def _code_at(owner: str, given: Arguments, _: Call) -> int:
    at = count_in(given, 0, 0)
    if not 0 <= at < len(owner):
        raise UnsureError
    return ord(owner[at])


def element(owner: str | list[Exact] | bytes, at: int) -> Exact:
    """Give ``owner[at]``."""
    return owner[at] if 0 <= at < len(owner) else UNDEFINED


def taken(owner: Exact, key: Exact) -> Exact:
    """Give a member of a value."""
    name = text_of(key) if not isinstance(key, float) else ""
    match owner:
        case dict():
            if name not in owner:
                raise UnsureError
            return owner[name]
        case str() | list() | bytes() if name == "length":
            if isinstance(owner, str) and not owner.isascii():
                bounded(owner)
            return len(owner)
        case str() | list() | bytes() if name.isascii() and name.isdigit():
            return element(owner, int(name))
        case Given():
            return Given(f"{owner.name}.{name}")
        case _:
            raise UnsureError


def _relative(owner: str | list[Exact] | bytes, given: Arguments, _: Call) -> Exact:
    at = count_in(given, 0, 0)
    return element(owner, at + len(owner) if at < 0 else at)


def _cased(owner: str, _: Arguments, __: Call, *, upper: bool) -> str:
    if not owner.isascii():
        raise UnsureError
    return owner.upper() if upper else owner.lower()


def _padded(owner: str, given: Arguments, _: Call, *, before: bool) -> str:
    length = count_in(given, 0, 0)
    if length > LONGEST_TEXT:
        raise UnsureError
    filler = " " if isinstance(argument(given, 1), Undefined) else text_of(argument(given, 1))
    missing = length - len(owner)
    if missing <= 0 or not filler:
        return owner
    pad = (filler * (missing // len(filler) + 1))[:missing]
    return pad + owner if before else owner + pad


def _repeat(owner: str, given: Arguments, _: Call) -> str:
    count = count_in(given, 0, 0)
    if count < 0 or count * len(owner) > LONGEST_TEXT:
        raise UnsureError
    return owner * count


def _position(owner: str, given: Arguments, _: Call) -> int:
    return owner.find(text_of(argument(given, 0)), max(count_in(given, 1, 0), 0))


_BLANK = " \t\n\r\v\f\u00a0\ufeff\u2028\u2029"


def _joined(owner: list[Exact], given: Arguments, _: Call) -> str:
    sign = "," if isinstance(argument(given, 0), Undefined) else text_of(argument(given, 0))
    if sum(len(one) if isinstance(one, str) else 24 for one in owner) > LONGEST_TEXT * 2:
        raise UnsureError
    return bounded(sign.join("" if one is None or isinstance(one, Undefined) else text_of(one) for one in owner))


def _reversed(owner: list[Exact], _: Arguments, __: Call) -> list[Exact]:
    owner.reverse()
    return owner


def _concat(owner: list[Exact], given: Arguments, _: Call) -> list[Exact]:
    found = [*owner, *(one for part in given for one in (part if isinstance(part, list) else [part]))]
    return _few(found)


def _few(found: list[Exact]) -> list[Exact]:
    if len(found) > LONGEST_LIST:
        raise UnsureError
    return found


def _mapped(owner: list[Exact], given: Arguments, call: Call) -> list[Exact]:
    return [call(argument(given, 0), [one, at, owner]) for at, one in enumerate(list(owner))]


def _filtered(owner: list[Exact], given: Arguments, call: Call) -> list[Exact]:
    return [one for at, one in enumerate(list(owner)) if truth(call(argument(given, 0), [one, at, owner]))]


def _for_each(owner: list[Exact], given: Arguments, call: Call) -> Exact:
    _mapped(owner, given, call)
    return UNDEFINED


def _reduced(owner: list[Exact], given: Arguments, call: Call, *, backwards: bool = False) -> Exact:
    items = list(enumerate(owner))
    if backwards:
        items.reverse()
    if len(given) < 2 and not items:  # noqa: PLR2004 - a function and a start
        raise UnsureError
    result = given[1] if len(given) > 1 else items.pop(0)[1]
    for at, one in items:
        result = call(argument(given, 0), [result, one, at, owner])
    return result


def _pushed(owner: list[Exact], given: Arguments, _: Call) -> int:
    owner.extend(given)
    return len(_few(owner))


def _unshifted(owner: list[Exact], given: Arguments, _: Call) -> int:
    owner[:0] = given
    return len(_few(owner))


def _taken(owner: list[Exact], _: Arguments, __: Call, *, at: int) -> Exact:
    return owner.pop(at) if owner else UNDEFINED


def _place(owner: list[Exact], given: Arguments, _: Call) -> int:
    wanted = argument(given, 0)
    if not isinstance(wanted, str):
        raise UnsureError
    return owner.index(wanted) if wanted in owner else -1


def _flat(owner: list[Exact], given: Arguments, _: Call) -> list[Exact]:
    if given:
        raise UnsureError
    return _few([one for part in owner for one in (part if isinstance(part, list) else [part])])


def _of_bytes(name: str, owner: bytes, given: Arguments, call: Call) -> Exact:
    if name == "toString":
        return decoded_bytes(
            owner, "utf8" if isinstance(argument(given, 0), Undefined) else text_of(argument(given, 0))
        )
    if name in {"slice", "subarray"}:
        return _slice(owner, given, call)
    if name == "map":
        return bytes(whole(one) & 255 for one in _mapped(listed(owner), given, call))
    if name == "reverse":
        return owner[::-1]
    if name in {"join", "reduce", "forEach", "at"}:
        return _OF_LISTS[name](listed(owner), given, call)
    raise UnsureError


_OF_TEXTS: dict[str, Callable[..., Exact]] = {
    "at": _relative,
    "charAt": _char_at,
    "charCodeAt": _code_at,
    "codePointAt": _code_at,
    "concat": lambda owner, given, _: bounded(owner + "".join(map(text_of, given))),
    "endsWith": lambda owner, given, _: (
        owner.endswith(text_of(argument(given, 0))) if len(given) == 1 else _sure(None)()
    ),
    "includes": lambda owner, given, _: text_of(argument(given, 0)) in owner,
    "indexOf": _position,
    "match": match,
    "padEnd": partial(_padded, before=False),
    "padStart": partial(_padded, before=True),
    "repeat": _repeat,
    "replace": replace,
    "replaceAll": partial(replace, everywhere=True),
    "slice": _slice,
    "split": split,
    "startsWith": lambda owner, given, _: owner.startswith(text_of(argument(given, 0)), max(count_in(given, 1, 0), 0)),
    "substr": _substr,
    "substring": _substring,
    "toLowerCase": partial(_cased, upper=False),
    "toString": lambda owner, *_: owner,
    "toUpperCase": partial(_cased, upper=True),
    "trim": lambda owner, *_: owner.strip(_BLANK),
    "trimEnd": lambda owner, *_: owner.rstrip(_BLANK),
    "trimStart": lambda owner, *_: owner.lstrip(_BLANK),
    "valueOf": lambda owner, *_: owner,
}
_OF_LISTS: dict[str, Callable[..., Exact]] = {
    "at": _relative,
    "concat": _concat,
    "filter": _filtered,
    "flat": _flat,
    "forEach": _for_each,
    "includes": lambda owner, given, call: _place(owner, given, call) >= 0,
    "indexOf": _place,
    "join": _joined,
    "map": _mapped,
    "pop": partial(_taken, at=-1),
    "push": _pushed,
    "reduce": _reduced,
    "reduceRight": partial(_reduced, backwards=True),
    "reverse": _reversed,
    "shift": partial(_taken, at=0),
    "slice": _slice,
    "toString": lambda owner, *_: text_of(owner),
    "unshift": _unshifted,
}
