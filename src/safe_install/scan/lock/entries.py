"""One entry of a lockfile's packages, from the untrusted mapping to typed values.

Every getter names the key and what was expected of it; `MalformedError` collects the path as it goes up, so that a
reader of the error sees ``packages["node_modules/x"].integrity: expected text``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from safe_install.model import NOTHING, Artifact, Source
from safe_install.scan.lock.tree import folder_name, is_directory
from safe_install.scan.unpack.bin_field import normalised_bin

_T = TypeVar("_T")


class MalformedError(Exception):
    """A value is not of its type; ``path`` leads to it from where the exception was caught."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: expected {expected}")
        self.path = path
        self.expected = expected

    def within(self, context: str) -> MalformedError:
        """Give the same trouble, seen from one level up."""
        return MalformedError(f"{context}.{self.path}", self.expected)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one entry says, typed; what is not here, nothing but `lint_keys` asks for.

    ``dependencies`` holds every name that npm draws an edge for, ``kinds`` the kind of each edge that is not plain.
    """

    location: str
    line: int
    name: str
    version: str
    resolved: str | None
    integrity: str | None
    link: bool
    in_bundle: bool
    dev: bool
    optional: bool
    dev_optional: bool
    peer: bool
    has_shrinkwrap: bool
    says_scripts: bool
    os: tuple[str, ...]
    cpu: tuple[str, ...]
    libc: tuple[str, ...]
    engines: Mapping[str, str]
    bin: Mapping[str, str]
    dependencies: Mapping[str, str]
    kinds: Mapping[str, str]
    bundles: frozenset[str]


def read_entry(location: str, value: object, *, line: int) -> Entry:
    """Read one entry, or raise `MalformedError`."""
    if not isinstance(value, dict):
        raise MalformedError(f"packages[{quoted(location)}]", "an object")
    try:
        return _entry(location, value, line=line)
    except MalformedError as trouble:
        raise trouble.within(f"packages[{quoted(location)}]") from None


def quoted(text: str) -> str:
    """Quote text that a package wrote for a one-line message: escaped, and cut to a readable length."""
    return json.dumps(text if len(text) <= _READABLE else text[:_READABLE] + "…")


_READABLE = 120


def artifact_of(entry: Entry, source: Source, *, bundler: str | None = None) -> Artifact:
    """Promise what an entry says; a linked directory's and a bundled package's address is not one to fetch from."""
    return Artifact(
        location=entry.location,
        name=entry.name,
        version=entry.version,
        source=source,
        resolved=entry.resolved,
        integrity=entry.integrity,
        line=entry.line,
        dev=entry.dev,
        optional=entry.optional,
        dev_optional=entry.dev_optional,
        peer=entry.peer,
        os=entry.os,
        cpu=entry.cpu,
        libc=entry.libc,
        engines=entry.engines,
        bin=entry.bin,
        dependencies=entry.dependencies,
        optional_dependencies=_kept(_that_may_be_absent(entry)),
        kinds=entry.kinds,
        has_shrinkwrap=entry.has_shrinkwrap,
        says_scripts=entry.says_scripts,
        bundler=bundler,
    )


def _that_may_be_absent(entry: Entry) -> dict[str, str]:
    return {
        name: entry.dependencies[name] for name, kind in entry.kinds.items() if kind in {"optional", "peerOptional"}
    }


def _entry(location: str, fields: dict[str, object], *, line: int) -> Entry:
    name = _text(fields, "name") or folder_name(location)
    edges = {name: (spec, kind) for name, spec, kind in _edges(fields, with_dev=is_directory(location))}
    return Entry(
        location=location,
        line=line,
        name=name,
        version=_text(fields, "version") or "",
        resolved=_text(fields, "resolved"),
        integrity=_text(fields, "integrity"),
        link=_flag(fields, "link"),
        in_bundle=_flag(fields, "inBundle"),
        dev=_flag(fields, "dev"),
        optional=_flag(fields, "optional"),
        dev_optional=_flag(fields, "devOptional"),
        peer=_flag(fields, "peer"),
        has_shrinkwrap=_flag(fields, "hasShrinkwrap"),
        says_scripts=bool(fields.get("hasInstallScript")),
        os=_texts(fields, "os"),
        cpu=_texts(fields, "cpu"),
        libc=_texts(fields, "libc"),
        engines=_kept(_engines(fields.get("engines"))),
        bin=_kept(normalised_bin(fields.get("bin"), name)),
        dependencies=_kept({name: spec for name, (spec, _) in edges.items()}),
        kinds=_kept({name: kind for name, (_, kind) in edges.items() if kind != "prod"}),
        bundles=_bundles(fields),
    )


def _kept(table: dict[str, str]) -> Mapping[str, str]:
    """Keep a table unchangeable; the many empty ones are one (of a lockfile of 250,000 entries they took a fifth of the memory)."""
    return MappingProxyType(table) if table else NOTHING


def _edges(fields: Mapping[str, object], *, with_dev: bool) -> Iterator[tuple[str, str, str]]:
    """List name, spec and kind of every edge in npm's order, in which a later kind takes a name from an earlier one.

    Source of the order: `_loadDeps` in arborist's node.js. Only a project, a workspace and a linked directory
    bring their devDependencies.
    """
    meta = _table(fields, "peerDependenciesMeta", _as_object)
    for name, spec in _table(fields, "peerDependencies", _as_text).items():
        yield name, spec, "peerOptional" if meta.get(name, {}).get("optional") else "peer"
    for key, kind in (("dependencies", "prod"), ("optionalDependencies", "optional"), ("devDependencies", "dev")):
        if kind != "dev" or with_dev:
            yield from ((name, spec, kind) for name, spec in _table(fields, key, _as_text).items())


def _engines(value: object) -> dict[str, str]:
    """Take the ranges npm checks; old packages have lists and texts here, which it passes over."""
    return (
        {name: wanted for name, wanted in value.items() if isinstance(wanted, str)} if isinstance(value, dict) else {}
    )


def _bundles(fields: Mapping[str, object]) -> frozenset[str]:
    """List the dependencies whose files are inside this package's own tarball; ``true`` means all."""
    value = fields.get("bundleDependencies") or []
    if value is True:
        value = _table(fields, "dependencies", _as_text)
    if not isinstance(value, list | dict):
        raise MalformedError("bundleDependencies", "a list of names")
    return frozenset(_as_text("bundleDependencies", name) for name in value) if value else _NO_BUNDLES


_NO_BUNDLES: frozenset[str] = frozenset()  # one for all: 216 bytes each


def _text(fields: Mapping[str, object], key: str) -> str | None:
    return _as_text(key, fields[key]) if key in fields else None


def _flag(fields: Mapping[str, object], key: str) -> bool:
    value = fields.get(key, False)
    if not isinstance(value, bool):
        raise MalformedError(key, "true or false")
    return value


def _texts(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Read a list of texts; npm takes a single text for a list of one."""
    value = fields.get(key, [])
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise MalformedError(key, "a list of texts")
    return tuple(_as_text(f"{key}[{at}]", item) for at, item in enumerate(value))


def _table(fields: Mapping[str, object], key: str, read: Callable[[str, object], _T]) -> dict[str, _T]:
    return {name: read(f"{key}[{quoted(name)}]", item) for name, item in _as_object(key, fields.get(key, {})).items()}


def _as_text(path: str, value: object) -> str:
    if not isinstance(value, str):
        raise MalformedError(path, "text")
    return value


def _as_object(path: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise MalformedError(path, "an object")
    return value
