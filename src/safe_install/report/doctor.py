"""What the doctor found, as a page and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Protocol

from safe_install.report.page import Line, Tone
from safe_install.report.plain import plain
from safe_install.report.words import count

_TONES = {"good": Tone.GOOD, "care": Tone.CARE, "bad": Tone.BAD}
_LABELS = {"good": "ok", "care": "mend", "bad": "BROKEN"}


class Told(Protocol):
    """One check, as the doctor tells it: ``state`` is good, care or bad."""

    @property
    def subject(self) -> str:
        """Say what was checked."""

    @property
    def state(self) -> str:
        """Say how it ended."""

    @property
    def told(self) -> str:
        """Say what was seen."""

    @property
    def fix(self) -> str:
        """Say what mends it."""


def page(checks: Sequence[Told]) -> Iterator[Line]:
    """Show every check in a line, the worst last, where the eye is."""
    ranked = sorted(checks, key=lambda check: list(_LABELS).index(check.state))
    for check in ranked:
        text = f"{check.subject}: {plain(check.told, limit=400)}"
        yield Line(label=_LABELS[check.state], text=text, tone=_TONES[check.state])
        if check.fix:
            yield Line(label="", text=f"→ {plain(check.fix, limit=400)}")
    broken, mend = (sum(check.state == state for check in checks) for state in ("bad", "care"))
    if broken or mend:
        yield Line(text=f"{broken} broken, {count(mend, 'thing')} to mend.", indent=0, tone=Tone.STRONG)
    else:
        yield Line(text=f"{count(len(checks), 'check')}, all well.", indent=0, tone=Tone.GOOD)


def as_json(checks: Sequence[Told]) -> str:
    """Give the checks for programs, schema 1."""
    told = [{"subject": one.subject, "state": str(one.state), "told": one.told, "fix": one.fix} for one in checks]
    return json.dumps({"schema": 1, "checks": told}, indent=2, ensure_ascii=True)
