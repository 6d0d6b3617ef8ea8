"""A report as values in a file, so that what was once gathered from real packages can be told again without them.

Every dataclass is an object with its fields, bytes are base64, contents of archives are left out: no renderer looks into one.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from safe_install.model import Package
from safe_install.story import Report

_REGISTRY = re.compile(rb"(?<![\w.-])(?:registry|registry-cdn|cdn|www)?\.?(?:npmjs|npmmirror|yarnpkg)\.(?:org|com)")
_NO_REGISTRY = b"registry.example.test"


def keep(report: Report, path: Path) -> None:
    """Write a report's values, registries under another name; the same report gives the same bytes."""
    text = json.dumps(_plain(report)).encode()
    path.write_bytes(gzip.compress(_REGISTRY.sub(_NO_REGISTRY, text), mtime=0))


def recall(path: Path) -> Report:
    """Read them back."""
    report = _typed(json.loads(gzip.decompress(path.read_bytes())), Report)
    assert isinstance(report, Report)
    return report


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON is what it is
    match value:
        case Package():
            return {**{name: {} for name in ("manifest", "members", "files")}, "artifact": _plain(value.artifact)}
        case bytes():
            return base64.b64encode(_REGISTRY.sub(_NO_REGISTRY, value)).decode()
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case frozenset():
            return sorted(_plain(one) for one in value)
        case tuple() | list():
            return [_plain(one) for one in value]
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return value


def _typed(value: Any, kind: Any) -> Any:  # noqa: ANN401 - any annotation of a field
    if isinstance(kind, NewType):
        return _typed(value, kind.__supertype__)
    origin, given = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if value is None else _typed(value, next(one for one in given if one is not type(None)))
    if origin is tuple:
        each = [given[0]] * len(value) if given[-1] is Ellipsis else given
        return tuple(_typed(one, of) for one, of in zip(value, each, strict=True))
    if origin is frozenset:
        return frozenset(_typed(one, given[0]) for one in value)
    if origin is Mapping:
        return {key: _typed(one, given[1]) for key, one in value.items()}
    if kind is bytes:
        return base64.b64decode(value)
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(one, hints[name]) for name, one in value.items()})
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
