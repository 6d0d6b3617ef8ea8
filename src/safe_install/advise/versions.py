"""The order of npm's versions, as far as a record's ranges need it (semver.org 2.0.0, §11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_VERSION = re.compile(
    r"v?([0-9]{1,16})(?:\.([0-9]{1,16}))?(?:\.([0-9]{1,16}))?(?:-([0-9A-Za-z.-]{1,200}))?(?:\+[\w.-]*)?", re.ASCII
)

Order = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


def order(version: str) -> Order | None:
    """Give what versions are sorted by; None for what is no version. ``0`` is below everything, as records use it."""
    found = _VERSION.fullmatch(version)
    if not found:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups()[:3])
    parts = found[4].split(".") if found[4] else []
    before = tuple((not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)
    return major, minor, patch, not parts and version != "0", before


def within(version: str, events: Iterable[object]) -> bool:
    """Tell whether a version lies in a record's range; what cannot be compared does.

    Events are ``{"introduced": v}``, ``{"fixed": v}`` and ``{"last_affected": v}`` (OSV schema 1.x, ``affected[].ranges[].events``).
    """
    here = order(version)
    told = [(kind, str(value)) for one in events if isinstance(one, Mapping) for kind, value in one.items()]
    points = [(order(value), kind) for kind, value in told]
    if here is None or any(point is None for point, _ in points):
        return True
    begins = [point for point, kind in points if kind == "introduced" and point is not None and point <= here]
    if not begins:
        return not any(kind == "introduced" for _, kind in points)
    latest = max(begins)
    fixed = any(kind == "fixed" and point is not None and latest < point <= here for point, kind in points)
    left = any(kind == "last_affected" and point is not None and latest <= point < here for point, kind in points)
    return not (fixed or left)
