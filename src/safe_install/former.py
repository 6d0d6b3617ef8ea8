"""What was approved, fetched again: verified like everything else, traced and matched as today, and compared with.

A record says by integrity which archives were read, so what is compared with is what a person read, whatever a registry
says by now. A record from before that was kept is believed by its fingerprint alone: what the registry has under that
version counts when it gives the very fingerprint that was approved, and not otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from safe_install.decide.changes import compare
from safe_install.errors import SafeInstallError
from safe_install.gathering import Evidence
from safe_install.judgement import Approval, Change, Decision, Reason, Verdict
from safe_install.model import Artifact, Gap, Inspection, Package, Source
from safe_install.scan.fetch.urls import is_plain_name, is_plain_version
from safe_install.scan.reach.on_demand import with_others
from safe_install.scan.unpack.nested import bundled
from safe_install.scan.unpack.scripts import lifecycle_scripts, nested_packages
from safe_install.scan.unpack.tarball import unpack
from safe_install.story import Review
from safe_install.tools import Tools
from safe_install.tracing import traced

MOST = 12
"""Scripts that are compared in one run."""
MOST_BESIDE = 200
"""Other packages that are fetched for one script; an honest one reaches into a dozen."""
_SECONDS = 60.0
"""After these nothing more is fetched for comparing; what is not here by then is told as unseen."""

_Key = tuple[str, str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Former:
    """One comparison to make: the verdict of today, the record, and the promises of what was approved."""

    verdict: Verdict
    record: Approval
    own: Artifact
    beside: tuple[Artifact, ...] = ()


def with_changes(review: Review, evidence: Evidence, tools: Tools) -> Review:
    """Give every script that waits because it changed the comparison with what was approved, or the words why there is none.

    The same script at several places is compared once, and those that were compared already are not compared again.
    """
    changed = {_what(verdict): verdict for verdict in review.verdicts if _is_changed(verdict)}
    if not changed:
        return review
    tools.progress.begin("comparing with what was approved", len(changed))
    found = dict(zip(changed, _changes(list(changed.values()), evidence, tools), strict=True))
    tools.progress.end()
    verdicts = (replace(verdict, change=found.get(_what(verdict), verdict.change)) for verdict in review.verdicts)
    return replace(review, verdicts=tuple(verdicts))


def promises_of(inspection: Inspection, packages: Mapping[str, Package]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Give what a record keeps of the archives: the package's own integrity, and that of each other it reached into."""
    own = inspection.script.package.artifact
    found: dict[str, str] = {}
    for location in sorted({file.location for file in inspection.files if not file.for_machines}):
        artifact = _archive(location, packages)
        if artifact and artifact.integrity and artifact.location != own.location:
            found[artifact.id] = artifact.integrity
    return own.integrity or "", tuple(sorted(found.items()))


def _archive(location: str, packages: Mapping[str, Package]) -> Artifact | None:
    """Find the promise by which a place was delivered: a bundled package comes in the archive of another."""
    package = packages.get(location)
    while package and package.artifact.source is Source.BUNDLED:
        package = packages.get(package.artifact.bundler or "")
    return package.artifact if package else None


def _is_changed(verdict: Verdict) -> bool:
    waits = verdict.decision in {Decision.REVIEW, Decision.BLOCK}
    compared = verdict.change is not None and verdict.change.unseen != _TOO_MANY
    return waits and Reason.CHANGED in verdict.reasons and verdict.previous is not None and not compared


def _what(verdict: Verdict) -> tuple[str, str, str]:
    script = verdict.inspection.script
    return script.package.artifact.id, script.event, verdict.inspection.fingerprint


# ------------------------------------------------------------------ which archives, and whether they can be had


def _changes(waiting: Sequence[Verdict], evidence: Evidence, tools: Tools) -> list[Change]:
    """Compare each, in order."""
    promised = [
        _promised(verdict, evidence, tools) if number < MOST else _TOO_MANY for number, verdict in enumerate(waiting)
    ]
    formers = [former for former in promised if isinstance(former, _Former)]
    delivered = _delivered([artifact for one in formers for artifact in (one.own, *one.beside)], evidence, tools)
    before = [_inspected(one, delivered, evidence, tools) for one in formers]
    traces = [one for one in before if isinstance(one, Inspection)]
    matched = iter(tools.matcher.match(traces) if traces else ())
    compared = iter([next(matched) if isinstance(one, Inspection) else one for one in before])
    return [
        _change(verdict, next(compared) if isinstance(former, _Former) else former)
        for verdict, former in zip(waiting, promised, strict=True)
    ]


def _change(verdict: Verdict, before: Inspection | str) -> Change:
    after, record = verdict.inspection, verdict.previous
    seen_in = record.seen_in if record else ""
    if isinstance(before, str):
        return Change(before=seen_in, after=after.script.package.artifact.version, unseen=before, exact=False)
    exact = record is not None and before.fingerprint == record.fingerprint
    return replace(compare(before, after), before=seen_in, exact=exact)


_TOO_MANY = f"more than {MOST} scripts changed; it is compared when you approve it by name"


def _promised(verdict: Verdict, evidence: Evidence, tools: Tools) -> _Former | str:
    """Promise what a record names, at the places where it lies today; or say in words why that cannot be done."""
    today, record = verdict.inspection.script.package.artifact, verdict.previous
    if record is None or today.source is not Source.REGISTRY:
        return "it does not come from a registry, so what was approved is nowhere to be had"
    if len(record.beside) > MOST_BESIDE or not _are_plain([(today.name, record.seen_in), *_named(record)]):
        return "the record does not say which versions were read"
    try:
        integrity = record.integrity or _said_today(today.name, record.seen_in, evidence, tools)
    except SafeInstallError as error:
        return f"{record.package}@{record.seen_in} cannot be had: {error.message}"
    own = _artifact(today.name, record.seen_in, integrity, today.location, evidence)
    places = _places(evidence.packages, verdict.inspection)
    beside = tuple(
        _artifact(name, version, sealed, places.get(name, f"node_modules/{name}"), evidence)
        for name, version, sealed in _split(record.beside)
    )
    return _Former(verdict=verdict, record=record, own=own, beside=beside)


def _are_plain(named: Iterable[tuple[str, str]]) -> bool:
    """Tell whether these can be names and versions in a registry: they become parts of addresses."""
    return all(is_plain_name(name) and is_plain_version(version) for name, version in named)


def _named(record: Approval) -> Iterator[tuple[str, str]]:
    return ((name, version) for name, version, _ in _split(record.beside))


def _split(beside: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    for told, integrity in beside:
        name, _, version = told.rpartition("@")
        yield name, version, integrity


def _places(packages: Mapping[str, Package], inspection: Inspection) -> dict[str, str]:
    """Say where each package lies that a script reaches into today."""
    reached = {file.location for file in inspection.files}
    return {packages[place].artifact.name: place for place in sorted(reached) if place in packages}


def _said_today(name: str, version: str, evidence: Evidence, tools: Tools) -> str | None:
    """Ask the registry for an integrity that the record does not have."""
    subject = evidence.subject
    return tools.registry(subject.registries, subject.directory).resolve(name, version).integrity


def _artifact(name: str, version: str, integrity: str | None, location: str, evidence: Evidence) -> Artifact:
    promise = Artifact(location=location, name=name, version=version, source=Source.REGISTRY, integrity=integrity)
    # With its address npm's private cache is told nothing: a former version must not take the place of today's there.
    return replace(promise, resolved=evidence.subject.registries.tarball_url(promise))


def _delivered(wanted: Sequence[Artifact], evidence: Evidence, tools: Tools) -> dict[_Key, Package | str]:
    """Fetch and verify, for as long as there is time; give packages, or in words what is wrong with them."""
    subject = evidence.subject
    unique = {_key(artifact): artifact for artifact in wanted}
    found: dict[_Key, Package | str] = {}
    if not unique:
        return found
    registry = tools.registry(subject.registries, subject.directory, subject.policy.allowed_hosts)
    ends = time.monotonic() + _SECONDS
    try:
        for artifact, delivery in registry.deliver(unique.values(), unpack):
            found[_key(artifact)] = delivery.detail if isinstance(delivery, Gap) else delivery
            if time.monotonic() > ends:
                break
    except SafeInstallError as error:
        found.update({key: error.message for key in unique if key not in found})
    return found


def _key(artifact: Artifact) -> _Key:
    return artifact.id, artifact.integrity


# ------------------------------------------------------------------ what it was


def _inspected(
    former: _Former, delivered: Mapping[_Key, Package | str], evidence: Evidence, tools: Tools
) -> Inspection | str:
    """Trace what was approved: among what the record names, else among what is there today; words when it cannot be had."""
    tools.progress.advance()
    packages: dict[str, Package] = {}
    for artifact in (*former.beside, former.own):
        package = delivered.get(_key(artifact), f"it was not here within {_SECONDS:.0f} seconds")
        if isinstance(package, str):
            return f"{artifact.id} cannot be had: {package}"
        packages[artifact.location] = replace(package, artifact=artifact)
    alone = _traced(former, packages, tools)
    if alone is None:
        return f"{former.own.id} has no {former.record.event} script"
    if alone.fingerprint == former.record.fingerprint:
        return alone
    amid = _traced(former, with_others(evidence.packages, packages), tools)
    if amid is not None and amid.fingerprint == former.record.fingerprint:
        return amid
    if not former.record.integrity:
        return f"the record does not say which archive was read, and {former.own.id} of today gives another fingerprint"
    return alone


def _traced(former: _Former, packages: Mapping[str, Package], tools: Tools) -> Inspection | None:
    own = packages[former.own.location]
    inside, _ = nested_packages(own, bundled(own))
    together = with_others(packages, {nested.artifact.location: nested for nested in inside})
    scripts = lifecycle_scripts(own, npm_major=tools.npm.version.major)
    script = next((one for one in scripts if one.event is former.record.event), None)
    return traced(script, together) if script else None
