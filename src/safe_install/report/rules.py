"""The signatures, told to a stranger: the list of all, and one in full."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from safe_install.model import Severity, Signature
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain
from safe_install.report.words import count, listed

_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.CARE, Severity.INFO: Tone.QUIET}
_MEANS = {
    Severity.ERROR: "blocks the installation, unless safe-install.toml says otherwise",
    Severity.WARNING: "asks for somebody to look",
    Severity.INFO: "is only told, and counts together with others",
}


def rules(signatures: Sequence[Signature]) -> Iterator[Line]:
    """List the signatures by what is at stake, worst first within each effect."""
    for effect, some in groupby(sorted(signatures, key=_place), key=lambda one: one.effect):
        yield Line(text=plain(effect), indent=0, tone=Tone.STRONG)
        for one in some:
            own = " (this project's own)" if one.own else ""
            yield Line(label=one.severity.name, text=f"{plain(one.id)}{own}", tone=_TONES[one.severity])
            yield Line(text=plain(one.message, limit=400))
        yield BLANK
    by_severity = [f"{sum(one.severity is severity for one in signatures)} {severity.name}" for severity in _TONES]
    yield Line(text=f"{count(len(signatures), 'signature')}: {listed(by_severity)}.", indent=0)
    yield Line(text="safe-install explain ID tells one in full.", indent=0)


def explanation(signature: Signature) -> Iterator[Line]:
    """Tell one signature to somebody who has just read its name in a report."""
    yield Line(text=f"{plain(signature.id)}: {plain(signature.message, limit=400)}", indent=0, tone=Tone.STRONG)
    yield BLANK
    sure = f"{signature.severity.name}, {signature.confidence.value.lower()} confidence"
    yield Line(label="severity", text=f"{sure}: {_MEANS[signature.severity]}", tone=_TONES[signature.severity])
    yield Line(label="why", text=plain(signature.why, limit=1000))
    yield from _labelled("innocent", [f"when {plain(one, limit=400)}" for one in signature.innocent_when])
    yield Line(label="look at", text=plain(signature.look_at, limit=400))
    yield from _labelled("seen in", [plain(one, limit=400) for one in signature.references])
    yield from _labelled("needs", [_step(step) for step in signature.steps])
    if signature.languages:
        yield Line(label="reads", text=listed(map(plain, signature.languages)))
    yield Line(label="since", text=f"{plain(signature.since)}, in {plain(signature.effect)}")


def as_json(signatures: Sequence[Signature]) -> str:
    """Give signatures for programs: a list of objects with the keys of a signature's file."""
    return json.dumps([_told(one) for one in sorted(signatures, key=_place)], indent=2, ensure_ascii=True)


def _place(signature: Signature) -> tuple[str, int, str]:
    return signature.effect, -signature.severity, signature.id


def _labelled(label: str, texts: Sequence[str]) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield Line(label="" if number else label, text=text)


def _step(step: Sequence[str]) -> str:
    """Say one step of a chain: any of these."""
    return " or ".join(plain(one) for one in step)


def _told(signature: Signature) -> dict[str, object]:
    return {
        "id": signature.id,
        "effect": signature.effect,
        "severity": signature.severity.name,
        "confidence": signature.confidence.value,
        "message": signature.message,
        "why": signature.why,
        "innocent-when": list(signature.innocent_when),
        "look-at": signature.look_at,
        "since": signature.since,
        "references": list(signature.references),
        "languages": list(signature.languages),
        "steps": [list(step) for step in signature.steps],
        "own": signature.own,
    }
