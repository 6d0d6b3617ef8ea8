"""Evidence on subjects: everything they promise is fetched, unpacked, linted, and every script in it traced."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from safe_install.errors import RegistryError
from safe_install.model import Artifact, Event, Finding, Gap, GapKind, Inspection, LifecycleScript, Package, Source
from safe_install.remembering import noting
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


def gather(subjects: Sequence[Subject], tools: Tools) -> list[Evidence]:
    """Gather the evidence on all subjects, all but the findings of signatures."""
    return _completed([_gather(subject, tools) for subject in subjects], tools)


def _gather(subject: Subject, tools: Tools) -> Evidence:
    """Fetch, unpack, lint and trace everything one subject promises."""
    packages, gaps = _deliver(subject, subject.wanted, tools)
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
    gaps += _unpacked_by_nobody(subject, packages)
    scripts.sort(key=_place)
    tree = packages if subject.later is None else _on_demand(subject, packages, gaps, tools)
    inspections, fresh = _inspected(scripts, tree, subject, tools)
    return Evidence(
        subject=subject,
        packages=tree,
        inspections=inspections,
        traced=fresh,
        findings=tuple(findings),
        gaps=(*subject.gaps, *gaps),
    )


def stock(subject: Subject, wanted: Sequence[Artifact], tools: Tools) -> None:
    """Fetch, verify and unpack some of what a subject wants, so that whoever inspects it has them already."""
    _deliver(subject, wanted, tools)


def _inspected(
    scripts: Sequence[LifecycleScript], packages: Mapping[str, Package], subject: Subject, tools: Tools
) -> tuple[tuple[Inspection, ...], Mapping[int, Tree | None]]:
    """Recall what scripts showed before in such a tree, and trace the others."""
    host = public_host(tools)
    if subject.lone:
        inspections = tuple(traced(script, packages, lone=True, registry=host) for script in scripts)
        return inspections, dict.fromkeys(range(len(inspections)))
    tree = noting(packages)
    known = tools.memory.inspections(scripts, tree, host) if tools.memory else [None] * len(scripts)
    trees = {number: tree.noting() for number, one in enumerate(known) if one is None}
    inspections = tuple(
        one or traced(script, trees[number], registry=host)
        for number, (script, one) in enumerate(zip(scripts, known, strict=True))
    )
    return inspections, trees


def remember(evidence: Evidence, whole: Mapping[int, bool], tools: Tools) -> None:
    """Remember the inspections that were traced, once the signatures are matched; ``whole`` tells which wholly."""
    for number, tree in evidence.traced.items():
        if tree is not None and tools.memory is not None and whole[number]:
            tools.memory.keep_inspection(evidence.inspections[number], tree, public_host(tools))


def _on_demand(subject: Subject, packages: Mapping[str, Package], gaps: list[Gap], tools: Tools) -> OnDemand:
    """Give a tree that fetches what scripts reach for; what it cannot get is told among ``gaps``."""
    later = subject.later or ()
    carried = {one.location: one for one in later if one.source is Source.BUNDLED}

    def fetch(wanted: Collection[Artifact]) -> dict[str, Package]:
        brought, lost = _deliver(subject, tuple(wanted), tools)
        gaps.extend(lost)
        inside = (nested for one in brought.values() for nested in nested_packages(one, carried)[0])
        return brought | {nested.artifact.location: nested for nested in inside}

    return OnDemand(packages, later, fetch)


def public_host(tools: Tools) -> str:
    """Name the host of the registry that npm ships with."""
    return urlsplit(tools.public_registry).hostname or ""


def traced(
    script: LifecycleScript, packages: Mapping[str, Package], *, lone: bool = False, registry: str = ""
) -> Inspection:
    """Trace one script; where this program itself fails on it that is a gap, and every file of the package counts.

    A defect of ours that one package meets, or was made to meet, must not hide the report on all the others.
    """
    from safe_install.scan.reach.reach import trace

    try:
        return trace(script, packages, lone=lone, registry=registry)
    except Exception as error:  # noqa: BLE001 - whatever it is
        package = script.package
        detail = f"this program failed on it ({type(error).__name__}); please report that"
        members = tuple((package.artifact.name, path, member.digest) for path, member in package.members.items())
        gap = Gap(kind=GapKind.UNPARSED, where=package.artifact.id, detail=detail)
        return Inspection(script=script, gaps=(gap,), exposed=members)


def _deliver(subject: Subject, wanted: Sequence[Artifact], tools: Tools) -> tuple[dict[str, Package], list[Gap]]:
    """Fetch what is wanted; give packages by location, and what could not be had or was refused."""
    packages: dict[str, Package] = {}
    gaps: list[Gap] = []
    if wanted:
        tools.progress.begin("fetching and verifying", len(wanted))
        registry = tools.registry(subject.registries, subject.directory, subject.policy.allowed_hosts)
        fresh: list[Package] = []

        def unpacked(artifact: Artifact, data: bytes, reread: Callable[[], bytes]) -> Package:
            package = unpack(artifact, data, reread)
            fresh.append(package)
            return package

        recall = tools.memory.archives(wanted) if tools.memory else None
        for artifact, delivery in registry.deliver(wanted, unpacked, recall):
            tools.progress.advance()
            if isinstance(delivery, Gap):
                gaps.append(delivery)
            else:
                packages[artifact.location] = delivery
        if tools.memory:
            tools.memory.keep_archives(fresh)
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
    if not asking:
        return gathered
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
    return [_again(one, beside.get(at, ()), tools) for at, one in enumerate(gathered)]


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
    if not beside:
        return evidence
    try:
        delivered, gaps = _deliver(evidence.subject, beside, tools)
    except RegistryError as error:
        return _unresolved(evidence, error)
    packages = delivered | dict(evidence.packages)
    again = tuple(traced(one.script, packages, lone=True, registry=public_host(tools)) for one in evidence.inspections)
    lost = [gap for gap in gaps if gap.kind is GapKind.NOT_FETCHED]
    return replace(evidence, inspections=_with_gaps(again, lost))


def _unresolved(evidence: Evidence, error: RegistryError) -> Evidence:
    """Tell that nobody knows what a package brings along; that its registry has no such thing would be an answer."""
    where = next(iter(evidence.packages.values())).artifact.id
    detail = f"what it depends on could not be resolved: {error.message}"
    gap = Gap(kind=GapKind.NOT_FETCHED, where=where, path=MANIFEST, detail=detail)
    return replace(evidence, inspections=_with_gaps(evidence.inspections, [gap]))


def _with_gaps(inspections: Sequence[Inspection], gaps: Sequence[Gap]) -> tuple[Inspection, ...]:
    """Add gaps to the scripts that reach for what is not there."""
    from safe_install.scan.reach.missing import missing

    missed = [missing(one) for one in inspections]
    return tuple(
        replace(one, gaps=(*one.gaps, *gaps), harmless=False) if gaps and (each.modules or each.programs) else one
        for one, each in zip(inspections, missed, strict=True)
    )
