"""Evidence on subjects: everything they promise is fetched, unpacked, linted, and every script in it traced."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from safe_install.errors import RegistryError
from safe_install.model import Artifact, Event, Finding, Gap, GapKind, Inspection, LifecycleScript, Package, Source
from safe_install.scan.lock.lint import lint_delivery
from safe_install.scan.reach.on_demand import OnDemand
from safe_install.scan.reach.tree import Tree
from safe_install.scan.unpack.bins import shadowing_bins
from safe_install.scan.unpack.manifest import MANIFEST
from safe_install.scan.unpack.nested import bundled
from safe_install.scan.unpack.scripts import lifecycle_scripts, nested_packages, package_findings
from safe_install.scan.unpack.tarball import unpack
from safe_install.subjects import Subject
from safe_install.tools import Tools
from safe_install.tracing import How, inspected

if TYPE_CHECKING:  # the readers of code take as long to import as all else: late, where something is to be traced
    from safe_install.scan.reach.missing import Missing

_RESOLVING_AT_ONCE = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is true of one subject: its packages by location, the inspections of their scripts, and what else was seen or not.

    ``traced`` are the places of the inspections that are not remembered: the signatures are still to be matched against
    them. Each comes with the tree it was traced in, which noted what was asked of it, or None where it is not to be remembered.
    """

    subject: Subject
    packages: Mapping[str, Package]
    inspections: tuple[Inspection, ...]
    traced: Mapping[int, Tree | None]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """What came of one subject's promises: its packages by location, the scripts in them, and what that already showed.

    ``read_anew`` are the archives that are not remembered yet.
    """

    subject: Subject
    packages: Mapping[str, Package]
    scripts: Sequence[LifecycleScript]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    read_anew: list[Package]


def gather(subjects: Sequence[Subject], tools: Tools) -> list[Evidence]:
    """Gather the evidence on all subjects, all but the findings of signatures."""
    return _completed([traced(arrived(subject, tools), tools) for subject in subjects], tools)


def arrived(subject: Subject, tools: Tools) -> Arrival:
    """Fetch, verify, unpack and lint everything one subject promises."""
    read_anew: list[Package] = []
    packages, gaps = _deliver(subject, subject.wanted, tools, read_anew)
    packages |= {package.artifact.location: package for package in subject.delivered}
    findings = list(subject.findings)
    declared = {artifact.location: artifact for artifact in subject.promised if artifact.source is Source.BUNDLED}
    for package in list(packages.values()):
        inside, hidden = nested_packages(package, bundled(package) if subject.lone else declared)
        packages |= {nested.artifact.location: nested for nested in inside}
        findings += hidden
    locations = {artifact.location for artifact in subject.promised}
    for package in packages.values():
        findings += (*lint_delivery(package, locations), *package_findings(package))
    findings += shadowing_bins(subject.promised, tools.system_programs())
    major = tools.npm.version.major
    scripts = [script for package in packages.values() for script in lifecycle_scripts(package, npm_major=major)]
    return Arrival(
        subject=subject,
        packages=packages,
        scripts=sorted(scripts, key=_place),
        findings=tuple(findings),
        gaps=(*subject.gaps, *gaps, *_unpacked_by_nobody(subject, packages)),
        read_anew=read_anew,
    )


def traced(arrival: Arrival, tools: Tools) -> Evidence:
    """Trace every script that arrived, or recall what it showed."""
    subject, gaps = arrival.subject, list(arrival.gaps)
    tree = arrival.packages if subject.later is None else _on_demand(arrival, gaps, tools)
    inspections, trees = inspected(arrival.scripts, tree, How.LONE_AT_FIRST if subject.lone else How.LOCKED, tools)
    _keep_archives(arrival.read_anew, tools)
    return Evidence(
        subject=subject,
        packages=tree,
        inspections=inspections,
        traced=trees,
        findings=arrival.findings,
        gaps=tuple(gaps),
    )


def stock(subject: Subject, wanted: Sequence[Artifact], tools: Tools) -> None:
    """Fetch, verify and unpack some of what a subject wants, so that whoever inspects it has them already."""
    read_anew: list[Package] = []
    _deliver(subject, wanted, tools, read_anew)
    _keep_archives(read_anew, tools)


def _keep_archives(read_anew: Sequence[Package], tools: Tools) -> None:
    """Remember what archives hold, all in one: one write takes as long as reading an archive."""
    if tools.memory:
        tools.memory.keep_archives(read_anew)


def _on_demand(arrival: Arrival, gaps: list[Gap], tools: Tools) -> OnDemand:
    """Give a tree that fetches what scripts reach for; what it cannot get is told among ``gaps``."""
    subject, later = arrival.subject, arrival.subject.later or ()
    carried = {one.location: one for one in later if one.source is Source.BUNDLED}

    def fetch(wanted: Collection[Artifact]) -> dict[str, Package]:
        brought, lost = _deliver(subject, tuple(wanted), tools, arrival.read_anew)
        gaps.extend(lost)
        inside = (nested for one in brought.values() for nested in nested_packages(one, carried)[0])
        return brought | {nested.artifact.location: nested for nested in inside}

    return OnDemand(arrival.packages, later, fetch)


def _deliver(
    subject: Subject, wanted: Sequence[Artifact], tools: Tools, read_anew: list[Package]
) -> tuple[dict[str, Package], list[Gap]]:
    """Fetch what is wanted; give packages by location, and what could not be had or was refused.

    Those that are not remembered are added to ``read_anew``.
    """
    packages: dict[str, Package] = {}
    gaps: list[Gap] = []
    if wanted:
        tools.progress.begin("fetching and verifying", len(wanted))
        registry = tools.registry(subject.registries, subject.directory, subject.policy.allowed_hosts)

        def noted(artifact: Artifact, data: bytes, reread: Callable[[], bytes]) -> Package:
            package = unpack(artifact, data, reread)
            read_anew.append(package)
            return package

        recall = tools.memory.archives(wanted) if tools.memory else None
        for artifact, delivery in registry.deliver(wanted, noted, recall, for_npm=subject.for_npm):
            tools.progress.advance()
            if isinstance(delivery, Gap):
                gaps.append(delivery)
            else:
                packages[artifact.location] = delivery
        tools.progress.end()
    return packages, gaps


def _unpacked_by_nobody(subject: Subject, packages: Mapping[str, Package]) -> Iterator[Gap]:
    """Tell of each bundled package that the lockfile promises and no tarball carries."""
    for artifact in subject.promised:
        if artifact.source is Source.BUNDLED and artifact.location not in packages and artifact.bundler in packages:
            why = f"the lockfile says that {artifact.bundler} carries it, and its tarball does not"
            yield Gap(kind=GapKind.MISSING, where=artifact.id, path=subject.name, line=artifact.line, detail=why)


def _place(script: LifecycleScript) -> tuple[str, int]:
    return script.package.artifact.location, list(Event).index(script.event)


# ------------------------------------------------------------------ packages that stand alone


def _completed(gathered: list[Evidence], tools: Tools) -> list[Evidence]:
    """Read again, with the packages beside them, the scripts that reach out of a package that stands alone."""
    lone = {at: _missed(one.inspections) for at, one in enumerate(gathered) if one.subject.lone}
    asking = {at: missed for at, missed in lone.items() if missed.modules or missed.programs}
    beside = _brought_along(gathered, asking, tools) if asking else {}
    return [_again(one, beside.get(at, ()), tools) if at in lone else one for at, one in enumerate(gathered)]


def _brought_along(
    gathered: Sequence[Evidence], asking: Mapping[int, Missing], tools: Tools
) -> dict[int, Sequence[Artifact] | RegistryError]:
    """Ask what packages bring along, several at once."""
    tools.progress.begin("resolving what they depend on", len(asking))

    from safe_install.beside import brought_along

    def ask(at: int) -> Sequence[Artifact] | RegistryError:
        try:
            return brought_along(next(iter(gathered[at].packages.values())), asking[at], tools)
        except RegistryError as error:
            return error
        finally:
            tools.progress.advance()

    with ThreadPoolExecutor(_RESOLVING_AT_ONCE) as asked:
        beside = dict(zip(asking, asked.map(ask, asking), strict=True))
    tools.progress.end()
    return beside


def _missed(inspections: Iterable[Inspection]) -> Missing:
    """Put together what several scripts miss."""
    from safe_install.scan.reach.missing import Missing, missing

    each = [missing(inspection) for inspection in inspections]
    return Missing(
        modules=frozenset[str]().union(*(one.modules for one in each)),
        programs=frozenset[str]().union(*(one.programs for one in each)),
    )


def _again(evidence: Evidence, beside: Sequence[Artifact] | RegistryError, tools: Tools) -> Evidence:
    """Trace again with more packages to reach into; that some cannot be had is a gap of each script that reaches out."""
    if isinstance(beside, RegistryError):
        return _unresolved(evidence, beside)
    read_anew: list[Package] = []
    try:
        delivered, gaps = _deliver(evidence.subject, beside, tools, read_anew)
    except RegistryError as error:
        return _unresolved(evidence, error)
    _keep_archives(read_anew, tools)
    scripts = [one.script for one in evidence.inspections]
    known = (
        {}
        if beside
        else {at: (evidence.inspections[at], tree) for at, tree in evidence.traced.items() if tree is not None}
    )
    inspections, trees = inspected(scripts, delivered | dict(evidence.packages), How.LONE, tools, known)
    lost = [gap for gap in gaps if gap.kind is GapKind.NOT_FETCHED]
    again = replace(evidence, inspections=inspections, traced=trees)
    return _with_gaps(again, lost) if lost else again


def _unresolved(evidence: Evidence, error: RegistryError) -> Evidence:
    """Tell that nobody knows what a package brings along; that its registry has no such thing would be an answer."""
    where = next(iter(evidence.packages.values())).artifact.id
    detail = f"what it depends on could not be resolved: {error.message}"
    return _with_gaps(evidence, [Gap(kind=GapKind.NOT_FETCHED, where=where, path=MANIFEST, detail=detail)])


def _with_gaps(evidence: Evidence, gaps: Sequence[Gap]) -> Evidence:
    """Add gaps to the scripts that reach for what is not there; all are matched, and none is remembered."""
    from safe_install.scan.reach.missing import missing

    missed = [missing(one) for one in evidence.inspections]
    inspections = (
        replace(one, gaps=(*one.gaps, *gaps), harmless=False) if each.modules or each.programs else one
        for one, each in zip(evidence.inspections, missed, strict=True)
    )
    return replace(evidence, inspections=tuple(inspections), traced=dict.fromkeys(range(len(missed))))
