"""Many names as few: those that differ in one part only are told once, with that part as an ellipsis.

esbuild's script starts, writes and asks some fifty names each, one for every system it knows; the first eight of them in
alphabetical order hide the three that are not like the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

_TOKEN = re.compile(r"[^/\s._@:,-]+|[/\s._@:,-]")
_Tokens = tuple[str, ...]


def shapes(names: Iterable[str], most: int) -> tuple[list[str], int]:
    """Tell names in at most ``most`` texts, as exactly as that allows: ``lib/a.js``, ``lib/tool-… (26 of these)``; and how many are left out.

    Names that begin alike are put together, and the largest such group is divided as long as there is room. Up to ``most`` names
    are given back as they are. Only where more than that begin differently some are left out.
    """
    whole = list(dict.fromkeys(names))
    if len(whole) <= most:
        return whole, 0
    groups = _divided([tuple(_TOKEN.findall(name)) for name in whole], most)
    if _beginning(groups[0]):
        return [_told(group) for group in groups], 0
    shown = _parts(groups[0])[: most - 1]
    return [_told(part) for part in shown], len(whole) - sum(map(len, shown))


def _divided(names: list[_Tokens], most: int) -> list[list[_Tokens]]:
    """Divide names into groups that begin alike, the largest first, while they are not too many; one group where they begin too differently."""
    groups, whole = [names], list[list[_Tokens]]()
    while groups:
        groups.sort(key=len, reverse=True)
        parts = _parts(groups[0])
        if len(parts) + len(groups) - 1 + len(whole) <= most:
            groups[:1] = parts
        else:
            whole.append(groups.pop(0))
        whole += [group for group in groups if len(group) == 1]
        groups = [group for group in groups if len(group) > 1]
    return sorted(whole)


def _parts(names: Sequence[_Tokens]) -> list[list[_Tokens]]:
    """Divide names by the first token in which they differ."""
    depth = len(_beginning(names))
    parts: dict[_Tokens, list[_Tokens]] = {}
    for name in names:
        parts.setdefault(name[depth : depth + 1], []).append(name)
    return list(parts.values())


def _beginning(names: Sequence[_Tokens]) -> _Tokens:
    """Give the tokens that all of some names begin with: those of the first and the last in order."""
    both = zip(min(names), max(names), strict=False)
    return tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], both))


def _told(names: Sequence[_Tokens]) -> str:
    if len(names) == 1:
        return "".join(names[0])
    start = _beginning(names)
    end = _beginning([tuple(reversed(name[len(start) :])) for name in names])
    return f"{''.join(start)}…{''.join(reversed(end))} ({len(names):,} of these)"
