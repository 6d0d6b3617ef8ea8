"""What a trace could not reach because no package was there to reach into."""

from __future__ import annotations

import re
from dataclasses import dataclass

from safe_install.model import GapKind, Inspection
from safe_install.scan.reach.modules import UNREAD

_MODULE = re.compile(r"requires (?P<name>\S+)(?: \([^)]*\))?, a module of another package, which is not here")
_KNOWN = re.compile(rf"\((?P<name>\S+); {re.escape(UNREAD)}\)")
_DECLARED = re.compile(rf"(?P<name>\S+), a dependency(?: of its developers)?; {re.escape(UNREAD)}")
_PROGRAM = re.compile(r"runs (?P<name>\S+), which is not known here")
_ABSENT = re.compile(r"starts (?P<name>\S+), which nothing here provides")


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Names of packages whose modules are required, and of programs that no package here provides."""

    modules: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()


def missing(inspection: Inspection) -> Missing:
    """Name what a script reaches for in packages that are not there, known programs among them."""
    outside = [gap.detail for gap in inspection.gaps if gap.kind is GapKind.OUTSIDE]
    unknown = [gap.detail for gap in inspection.gaps if gap.kind is GapKind.UNKNOWN_PROGRAM]
    required = {found["name"] for detail in outside if (found := _MODULE.fullmatch(detail))}
    described = {found["name"] for end in inspection.boundaries if (found := _KNOWN.search(end.detail))}
    declared = {found["name"] for end in inspection.boundaries if (found := _DECLARED.fullmatch(end.detail))}
    unprovided = {found["name"] for detail in unknown if (found := _PROGRAM.fullmatch(detail))}
    absent = {found["name"] for end in inspection.boundaries if (found := _ABSENT.fullmatch(end.detail))}
    return Missing(
        modules=frozenset(required | described | declared),
        programs=frozenset(unprovided | absent),
    )
