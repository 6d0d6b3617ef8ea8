"""What a person must read before saying yes or no: one block per script that waits, worst first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from safe_install.judgement import Decision, Verdict
from safe_install.model import Artifact, Finding, Inspection, Severity
from safe_install.report.changes import about_change, granted_before
from safe_install.report.page import BLANK, Line, Tone, frame
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import (
    chain,
    count,
    does,
    exceptions,
    gap_sentence,
    listed,
    place,
    reach,
    standing,
    subject,
    way,
)
from safe_install.story import Review

_SEVERITY = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.CARE, Severity.INFO: Tone.QUIET}
_DECISION = {Decision.BLOCK: Tone.BAD, Decision.REVIEW: Tone.CARE, Decision.ALLOW: Tone.GOOD, Decision.SKIP: Tone.QUIET}
_MOST_FINDINGS = 6  # of one script; the rest are counted
_One = TypeVar("_One")
_NAME = re.compile(r"(@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~_][\w.~-]*", re.ASCII)


def about_target(review: Review, width: int) -> Iterator[Line]:
    """Show what concerns no single script: findings on the lockfile or a setting, and packages that could not be seen."""
    found = (f for f in dict.fromkeys(review.findings) if f.severity is not Severity.INFO)  # --json has those too
    for first, *others in together(sorted(found, key=_worst), lambda f: (f.severity, f.signature, f.message)):
        yield Line(label=first.severity.name, text=_named(first), tone=_SEVERITY[first.severity])
        yield from _explained(first, width)
        if others:
            places = listed([place(one.where, one.path, one.line) for one in others])
            yield Line(text=f"and {len(others):,} more like this: {places}")
        yield BLANK
    for gaps in together(dict.fromkeys(review.gaps), lambda gap: (gap.kind, gap.detail)):
        yield Line(label="UNSEEN", text=gap_sentence(*gaps), tone=Tone.CARE)
    if review.gaps:
        yield BLANK


def together(things: Iterable[_One], key: Callable[[_One], object]) -> list[list[_One]]:
    """Put together what a reader is told in the same words, in the order of the first of each: a mirror's lockfile says it of all."""
    groups: dict[object, list[_One]] = {}
    for one in things:
        groups.setdefault(key(one), []).append(one)
    return list(groups.values())


def about_scripts(
    verdicts: Iterable[Verdict], width: int, *, advise: bool = True, settled: bool = False, next_step: bool = True
) -> Iterator[Line]:
    """Show every script that is blocked or waits, and the ``settled`` ones too; the same at several places is shown once.

    Without advice it is for a person who is about to decide, who is shown far more of what changed. ``next_step`` says what to
    type, where that can be decided on here.
    """
    for verdicts_alike in alike(verdicts):
        if verdicts_alike[0].decision in {Decision.BLOCK, Decision.REVIEW} or settled:
            yield from _block(verdicts_alike, width, whole=not advise)
            if advise and next_step:
                yield from _advice(verdicts_alike[0])
            yield BLANK


def alike(verdicts: Iterable[Verdict]) -> list[list[Verdict]]:
    """Put together what is judged alike on the same script of the same version, worst first."""
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        script = verdict.inspection.script
        key = (
            script.package.artifact.id,
            script.event,
            verdict.inspection.fingerprint,
            verdict.decision,
            verdict.reasons,
        )
        groups.setdefault(key, []).append(verdict)
    return sorted(groups.values(), key=_rank)


def heading(verdict: Verdict) -> Line:
    """Say in one line which script this is and how it stands."""
    decision = verdict.decision
    label = decision.upper() if decision in {Decision.BLOCK, Decision.REVIEW} else decision.value
    return Line(label=label, text=f"{subject(verdict)}: {standing(verdict)}", tone=_DECISION[decision])


def _rank(verdicts: list[Verdict]) -> tuple[object, ...]:
    verdict = verdicts[0]
    inspection = verdict.inspection
    severity = max((finding.severity for finding in inspection.findings), default=0)
    script = inspection.script
    return -tuple(Decision).index(verdict.decision), -severity, script.package.artifact.id, script.event


def _block(verdicts: Sequence[Verdict], width: int, *, whole: bool) -> Iterator[Line]:
    yield heading(verdicts[0])
    artifacts = [verdict.inspection.script.package.artifact for verdict in verdicts]
    yield from lines_on(verdicts[0], artifacts, width, change=True, whole=whole, ways=True)
    yield from from_us(verdicts[0])


def lines_on(
    verdict: Verdict,
    artifacts: Sequence[Artifact],
    width: int,
    *,
    change: bool = False,
    whole: bool = False,
    ways: bool = False,
) -> Iterator[Line]:
    """Tell the evidence on one script, which stands at these places; with its ``change`` where there is one, and the ``ways`` that lead there."""
    inspection = verdict.inspection
    yield Line(label="command", text=plain(inspection.script.command))
    yield Line(label="at", text=_places(artifacts))
    if ways and verdict.brought_by:
        yield Line(label="through", text=way(verdict))
    yield from granted_before(verdict.previous)
    if change and verdict.change:
        yield from about_change(verdict.change, inspection.script.package.artifact.id, width, whole=whole)
    yield from _labelled("does", does(inspection))
    yield from _findings(inspection, width)
    yield from _labelled("exception", exceptions(verdict))
    yield from _labelled("unseen" if inspection.gaps else "reach", reach(inspection))


def from_us(verdict: Verdict) -> Iterator[Line]:
    """Say what we know of a script, and that it is only advice."""
    if verdict.advice:
        yield Line(label="advice", text=f"{plain(verdict.advice)} (ours, as once measured: advice, no evidence)")


def _places(artifacts: Sequence[Artifact]) -> str:
    first = artifacts[0]
    told = plain(first.location, limit=160) or "the project itself"
    line = f" (lockfile line {first.line})" if first.line else ""
    others = f" and {count(len(artifacts) - 1, 'more place')}" if len(artifacts) > 1 else ""
    return told + line + others


def _labelled(label: str, texts: Iterable[str]) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield Line(label="" if number else label, text=text)


def _findings(inspection: Inspection, width: int) -> Iterator[Line]:
    own = inspection.script.package.artifact.id
    found = sorted((f for f in dict.fromkeys(inspection.findings) if f.severity is not Severity.INFO), key=_worst)
    for number, finding in enumerate(found[:_MOST_FINDINGS]):
        through = chain(finding, inspection.files)
        text = f"{finding.severity.name} {_named(finding, own)}{f', through {through}' if through else ''}"
        yield Line(label="" if number else "found", text=text, tone=_SEVERITY[finding.severity])
        yield from _explained(finding, width)
    if len(found) > _MOST_FINDINGS:
        yield Line(text=f"and {count(len(found) - _MOST_FINDINGS, 'more finding')}; --json has them all")


def _named(finding: Finding, own: str = "") -> str:
    sure = "" if finding.confidence == "HIGH" else f" ({finding.confidence.lower()} confidence)"
    return f"{plain(finding.signature, limit=80)}{sure} in {place(finding.where, finding.path, finding.line, own)}"


def _explained(finding: Finding, width: int) -> Iterator[Line]:
    yield Line(text=plain(finding.message, limit=400))
    yield from frame(finding.excerpt, width=width, first=finding.line)


def _worst(finding: Finding) -> tuple[object, ...]:
    return -finding.severity, finding.signature, finding.where, finding.path, finding.line


def _advice(verdict: Verdict) -> Iterator[Line]:
    """Say what to type next, as lines to copy whole; a name that is no package name is never part of one."""
    artifact = verdict.inspection.script.package.artifact
    name = artifact.name or "."
    if name != "." and not _NAME.fullmatch(name):
        yield Line(label="next", text=f"look at the lockfile: {plain_name(name)} is no name that a registry gives")
        return
    approve, deny = (f"safe-install {word} {name}" for word in ("approve", "deny"))
    if verdict.denial:
        yield Line(label="next", text=f"safe-install revoke {name}  # if that no is over", whole=True)
    elif verdict.decision is Decision.BLOCK:
        yield Line(label="next", text="choose another version, or remove what brings it: no approval overrides this")
        yield Line(text=f"{deny}  # to install it and never run its scripts", whole=True)
    else:
        yield Line(label="next", text=f"{approve}  # once a person has read it", whole=True)
        yield Line(text=f"{deny:<{len(approve)}}  # to never run its scripts", whole=True)
