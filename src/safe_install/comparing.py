"""Two states of a tree side by side: which scripts are new or not the same, and what else differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from safe_install.decide.changes import compare
from safe_install.decide.trees import on_contents, tree_changes
from safe_install.gathering import Evidence
from safe_install.judgement import Novelty, Verdict
from safe_install.model import OF_THE_PROJECT, Finding, Inspection
from safe_install.story import Review


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """The earlier state: how it is called, its evidence, and what is still as it was.

    ``same`` counts scripts of the later state that nobody had to compare; ``untouched`` are those of the project's own.
    """

    name: str
    evidence: Evidence
    same: int = 0
    untouched: frozenset[tuple[str, str]] = frozenset()


def against(review: Review, evidence: Evidence, before: Before) -> Review:
    """Cut a review down to what differs from an earlier state; what is the same is counted.

    A verdict is the same when the same script of the same package reaches the same contents. Findings that concern no script
    stay when the earlier state had them not; gaps stay all, for what could not be seen cannot be compared.
    """
    known = _known(before.evidence.inspections)
    told = [_told(verdict, known, before) for verdict in review.verdicts]
    tree = tree_changes(before.evidence.subject.promised, evidence.subject.promised)
    earlier = {_key(finding) for finding in before.evidence.findings}
    fresh = tuple(finding for finding in review.findings if _key(finding) not in earlier)
    return replace(
        review,
        verdicts=tuple(verdict for verdict in told if verdict.novelty is not Novelty.SAME),
        findings=(*fresh, *on_contents(tree)),
        against=before.name,
        tree=tree,
        unchanged=before.same + sum(verdict.novelty is Novelty.SAME for verdict in told),
    )


_Known = Mapping[tuple[str, str], list[Inspection]]


def _known(inspections: Iterable[Inspection]) -> _Known:
    found: dict[tuple[str, str], list[Inspection]] = defaultdict(list)
    for inspection in inspections:
        found[_script(inspection)].append(inspection)
    return found


def _script(inspection: Inspection) -> tuple[str, str]:
    return inspection.script.package.artifact.name, inspection.script.event.value


def _told(verdict: Verdict, known: _Known, before: Before) -> Verdict:
    """Say how one script stands to the earlier state; a changed one is compared with the nearest that was there."""
    inspection = verdict.inspection
    artifact = inspection.script.package.artifact
    alike = known.get(_script(inspection), [])
    is_own = artifact.source in OF_THE_PROJECT and (artifact.location, inspection.script.event) in before.untouched
    if is_own or any(one.fingerprint == inspection.fingerprint for one in alike):
        return replace(verdict, novelty=Novelty.SAME)
    if not alike:
        return replace(verdict, novelty=Novelty.NEW)
    nearest = min(alike, key=lambda one: one.script.package.artifact.location != artifact.location)
    change = verdict.change or compare(nearest, inspection)
    return replace(verdict, novelty=Novelty.CHANGED, change=change)


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.signature, finding.where, finding.excerpt
