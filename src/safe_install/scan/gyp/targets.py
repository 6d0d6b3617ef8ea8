"""The targets of a gyp file, and the sources that they are built from."""

from __future__ import annotations

from collections.abc import Iterator

from safe_install.scan.gyp.literals import Entries, Items, Text, Value, read_literal


def read_targets(text: str) -> dict[str, tuple[str, ...]]:
    """List the sources of each target that is named plainly; none where the file is no literal."""
    read = read_literal(text)
    if read is None or read.code:
        return {}
    targets = [one for each in _under(read.value, "targets") if isinstance(each, Items) for one in each.values]
    return {name: tuple(_texts(one, "sources")) for one in targets for name in list(_texts(one, "target_name"))[-1:]}


def _under(value: Value, key: str) -> Iterator[Value]:
    yield from (one for name, one in value.pairs if name == key) if isinstance(value, Entries) else ()


def _texts(value: Value, key: str) -> Iterator[str]:
    for one in _under(value, key):
        for text in one.values if isinstance(one, Items) else (one,):
            yield from [text.value] if isinstance(text, Text) else ()
