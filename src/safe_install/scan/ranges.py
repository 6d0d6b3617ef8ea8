"""Does a version satisfy an ``engines`` range? npm's semver, with prereleases counted in as npm does for engines.

Versions are compared as (major, minor, patch, stage), where every prerelease of a version has stage 0 and the
version itself 1; that forgets only the order among the prereleases of one version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_Key = tuple[float, float, float, int]
_Span = tuple[_Key, _Key]  # from the first, up to but without the second

_FIRST: _Key = (0, 0, 0, 0)
_NEVER: _Key = (float("inf"), 0, 0, 0)
_NUMBER = r"(0|[1-9][0-9]{0,15}|[xX*])"
_COMPARATOR = re.compile(rf"([<>]=?|=|~>?|\^|)([v=]*){_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}(-[\w.-]+)?)?)?", re.ASCII)
_BUILD = re.compile(r"\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*")
_AFTER_OPERATOR = re.compile(r"(?<!=)([<>=~^])\s+")


def satisfies(version: str, wanted: str) -> bool:
    """Tell whether a version lies in a range; a range that npm cannot read admits none."""
    try:
        key = _read(version).lowest
        spans = [_span(_BUILD.sub("", part).strip()) for part in wanted.split("||")]
    except ValueError:
        return False
    return any(low <= key < high for low, high in spans)


@dataclass(frozen=True, slots=True)
class _Comparator:
    """An operator and the numbers that are written; what is left out or an x is not among them."""

    operator: str
    numbers: tuple[int, ...]
    is_prerelease: bool

    @property
    def lowest(self) -> _Key:
        """The first version that fits what is written."""
        major, minor, patch = (*self.numbers, 0, 0, 0)[:3]
        return major, minor, patch, 1 if len(self.numbers) == _ALL and not self.is_prerelease else 0

    def beyond(self, counting: int) -> _Key:
        """Give the first version that differs in the numbers up to this one, or in the last that is written."""
        counting = min(counting, len(self.numbers))
        if counting == 0:
            return _NEVER
        raised = (*self.numbers[: counting - 1], self.numbers[counting - 1] + 1)
        major, minor, patch = (*raised, 0, 0)[:3]
        return major, minor, patch, 0

    @property
    def after(self) -> _Key:
        """The first version after all that fit what is written."""
        major, minor, patch, stage = self.lowest
        return (major, minor, patch, stage + 1) if len(self.numbers) == _ALL else self.beyond(_ALL)


_ALL = 3


def _span(part: str) -> _Span:
    """Read one alternative: a hyphen range, or comparators that must all hold."""
    ends = re.split(r"\s+-\s+", part)
    if len(ends) == 2 and all(ends):  # noqa: PLR2004 - from, to
        start, end = _read(ends[0], plain=False), _read(ends[1], plain=False)
        if {start.operator, end.operator} - {"", "="}:
            raise ValueError(part)
        return (*start.lowest[:3], 0), end.after if end.is_prerelease else end.beyond(_ALL)
    low, high = _FIRST, _NEVER
    for text in _AFTER_OPERATOR.sub(r"\1", part).split():
        least, most = _compared(_read(text))
        low, high = max(low, least), min(high, most)
    return low, high


def _read(text: str, *, plain: bool = True) -> _Comparator:
    """Read an operator and a version; npm is stricter about plain ones than about ``~``, ``^`` and hyphen ranges."""
    found = _COMPARATOR.fullmatch(text)
    if not found:
        raise ValueError(text)
    operator, prefix, *parts, prerelease = found.groups()
    written = [part for part in parts if part is not None]
    numbers = written[: next((at for at, part in enumerate(written) if part in "xX*"), len(written))]
    plain = plain and operator not in {"~", "~>", "^"}
    if plain and (
        any(part not in "xX*" for part in written[len(numbers) :]) or (len(numbers) == _ALL and "=" in prefix)
    ):
        raise ValueError(text)
    return _Comparator(operator, tuple(map(int, numbers)), prerelease is not None and len(numbers) == _ALL)


def _compared(wanted: _Comparator) -> _Span:
    low, after = wanted.lowest, wanted.after
    match wanted.operator:
        case ">":
            return (after, _NEVER) if wanted.numbers else (_NEVER, _FIRST)
        case "<":
            return (_FIRST, low) if wanted.numbers else (_NEVER, _FIRST)
        case ">=":
            return low, _NEVER
        case "<=":
            return _FIRST, after
        case "^":
            leading_zeros = next((at for at, number in enumerate(wanted.numbers) if number), len(wanted.numbers))
            return low, wanted.beyond(leading_zeros + 1)
        case "~" | "~>":
            return low, wanted.beyond(2)
        case _:
            return low, after
