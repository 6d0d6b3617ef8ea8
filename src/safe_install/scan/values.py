"""Our own values as JSON and back: what is read is of the very types that were written, or it is not read at all."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_PLAIN = frozenset((str, int, bool, float, type(None)))


def told(value: object) -> Any:  # noqa: ANN401 - what json.dumps takes
    """Give a value for `json.dumps`: a dataclass as the list of its fields, a set in an order of its own."""
    if isinstance(value, Enum):
        return value.value
    if type(value) in _PLAIN:
        return value
    if is_dataclass(value):
        return [told(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, frozenset):
        return sorted(map(told, value))
    if isinstance(value, tuple):
        return [told(one) for one in value]
    raise TypeError(f"a {type(value).__name__} is not written")


def read(kind: Callable[..., T], said: object) -> T:
    """Make a value of a class of ours from what `told` gave; ValueError, TypeError or KeyError when it is no such value."""
    made: T = _reader(kind)(said)
    return made


@cache
def _reader(annotation: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - any annotation
    """Give the function that reads values of one annotation."""
    kind: Any = getattr(annotation, "__supertype__", annotation)
    if is_dataclass(kind):
        return _of_fields(kind)
    arguments = get_args(kind)
    match get_origin(kind):
        case origin if origin is tuple and arguments[1:] == (...,):
            return _of_many(tuple, _reader(arguments[0]), arguments[0])
        case origin if origin is tuple:
            readers = [_reader(one) for one in arguments]
            return lambda said: tuple(one(each) for one, each in zip(readers, said, strict=True))
        case origin if origin is frozenset:
            return _of_many(frozenset, _reader(arguments[0]), arguments[0])
        case origin if origin in {Union, types.UnionType}:
            (inner,) = (one for one in arguments if one is not type(None))
            reader = _reader(inner)
            return lambda said: None if said is None else reader(said)
        case _:
            return kind if issubclass(kind, Enum) else _checked(kind)


def _of_fields(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    hints: Mapping[str, Any] = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    readers = [_reader(hints[name]) for name in names]
    return lambda said: kind(**{name: reader(each) for name, reader, each in zip(names, readers, said, strict=True)})


def _of_many(made: Callable[[Any], Any], reader: Callable[[Any], Any], kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    if kind is str:
        return made
    return lambda said: made(reader(one) for one in said)


def _checked(kind: type) -> Callable[[Any], Any]:
    def checked(said: object) -> object:
        if type(said) is not kind:
            raise TypeError(f"a {kind.__name__} is expected")
        return said

    return checked
