"""The ``exports`` and ``imports`` of a package.json, as Node's documentation of packages describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_CONDITIONS = frozenset(("node", "node-addons", "module-sync", "require", "import", "default"))
"""Every condition that Node may choose while it requires or imports; which of the two is not told apart here."""
_MOST_STARS = 8  # in one target: each takes the whole of what the pattern's star stands for


def exported(exports: object, subpath: str) -> list[str]:
    """Give the targets of ``.`` or ``./sub/path`` under ``exports``, best first; empty when it is not exported."""
    return list(_targets(_by_subpath(exports), subpath))


def imported(imports: object, name: str) -> list[str]:
    """Give the targets of ``#name`` under ``imports``."""
    if not isinstance(imports, Mapping):
        return []
    return list(_targets({key: target for key, target in imports.items() if str(key).startswith("#")}, name))


def _by_subpath(exports: object) -> Mapping[str, object]:
    """Write every form of ``exports`` as subpath → target; a text, list or set of conditions stands for ``.``."""
    if isinstance(exports, Mapping) and any(str(key).startswith(".") for key in exports):
        return exports
    return {".": exports}


def _targets(by_name: Mapping[str, object], name: str) -> Iterator[str]:
    if name in by_name and "*" not in name:
        yield from _under_conditions(by_name[name], "")
        return
    patterns = (key for key in by_name if str(key).count("*") == 1)
    for pattern in sorted(patterns, key=lambda key: (key.index("*"), len(key)), reverse=True):
        start, _, end = pattern.partition("*")
        if name.startswith(start) and name.endswith(end) and len(name) >= len(pattern):
            yield from _under_conditions(by_name[pattern], name[len(start) : len(name) - len(end)])
            return


def _under_conditions(target: object, star: str) -> Iterator[str]:
    """Give the texts a target can come to; the nesting is that of a manifest already read, so it is bounded."""
    if isinstance(target, str) and target.count("*") <= _MOST_STARS:
        yield target.replace("*", star)
    elif isinstance(target, Mapping):
        for condition, inner in target.items():
            if condition in _CONDITIONS:
                yield from _under_conditions(inner, star)
    elif isinstance(target, list):
        for inner in target:
            yield from _under_conditions(inner, star)
