"""When and how the packages of a change were published, and whether their registry signed them, as it tells itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safe_install.advise.advice import Advice
from safe_install.advise.kept import Kept
from safe_install.advise.publications import (
    Publication,
    as_kept,
    from_kept,
    is_excluded,
    oddities,
    read_publications,
)
from safe_install.advise.records import Named, UnavailableError
from safe_install.advise.registry_signatures import LARGEST, Key, on_signature, read_keys
from safe_install.errors import UsageError
from safe_install.judgement import Policy
from safe_install.model import Artifact, Finding, Source
from safe_install.scan.fetch.limits import Question
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.registry import Registry
from safe_install.scan.fetch.trouble import FetchError
from safe_install.scan.fetch.urls import is_plain_name, is_plain_version, without_secrets
from safe_install.signing import made_by
from safe_install.story import TreeChange
from safe_install.subjects import Subject
from safe_install.tools import Tools

MOST_DOCUMENTS = 500
"""Packages of one change whose publication is looked up; what is beyond is told as not asked."""
NOT_COMPARED = "registry signatures could not be asked: only those of a change are, by gate, diff, preview and install"
_MOST_TOLD = 5  # packages that are named in one note


def from_registry(subject: Subject, policy: Policy, tools: Tools, changes: Sequence[TreeChange]) -> Advice:
    """Look up how the packages that come in were published, and those in whose place they come."""
    here = {one.location: one for one in subject.promised if one.source is Source.REGISTRY and is_named(one)}
    come = [change for change in changes if change.location in here]
    versions: dict[str, set[str]] = {}
    for change in come:
        versions.setdefault(change.name, set()).update(filter(None, (change.before, change.after)))
    signatures = "npm-signatures" in policy.feeds
    known, troubles = _publications(dict(sorted(versions.items())[:MOST_DOCUMENTS]), subject, tools, anew=signatures)
    findings = [
        finding
        for change in come
        if (after := known.get(Named(change.name, change.after)))
        for finding in oddities(change, known.get(Named(change.name, change.before)), after, policy, tools.now)
    ]
    signed = (
        _signed(subject, tools, [(change, here[change.location]) for change in come], known) if signatures else Advice()
    )
    return Advice(
        findings=(*findings, *signed.findings), unasked=(*_not_known(come, known, policy, troubles), *signed.unasked)
    )


def is_named(artifact: Artifact) -> bool:
    """Tell whether somebody can be asked about a package: it comes from a registry, or inside of one that does."""
    kinds = {Source.REGISTRY, Source.BUNDLED}
    return artifact.source in kinds and is_plain_name(artifact.name) and is_plain_version(artifact.version)


def _not_known(
    come: Sequence[TreeChange], known: Mapping[Named, Publication], policy: Policy, troubles: Sequence[str]
) -> Iterator[str]:
    """Say of which packages the age, where there is a least one, or the publication at all could not be had."""
    found = {change.name: known.get(Named(change.name, change.after)) for change in come}
    aged = bool(policy.minimum_release_age)
    ageless = [n for n, one in found.items() if aged and not (one and one.at) and not is_excluded(n, policy)]
    unknown = [n for n, one in found.items() if one is None and n not in ageless]
    why = f": {troubles[0]}" if troubles else ""
    for names, what in ((ageless, "the age of"), (unknown, "the publication of")):
        if names:
            more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
            yield f"{what} {len(names)} packages could not be asked ({', '.join(sorted(names)[:_MOST_TOLD])}{more}){why}"


def _publications(
    versions: Mapping[str, set[str]], subject: Subject, tools: Tools, *, anew: bool
) -> tuple[dict[Named, Publication], list[str]]:
    """Give each version's publication, remembered (unless ``anew``) or asked for now, and why some could not be had."""
    kept = Kept(path=tools.cache / "advice" / "publications.json", now=tools.now)
    known: dict[Named, Publication] = {}
    for name, some in versions.items():
        for version in some:
            if not anew and (found := from_kept(kept.get(_question(subject.registries, name, version)))):
                known[Named(name, version)] = found
    missing = [name for name, some in versions.items() if any(Named(name, version) not in known for version in some)]
    troubles: list[str] = []
    fresh: dict[str, object] = {}
    tools.progress.begin("asking when it was published", len(missing))
    for name, told in _documents(missing, versions, tools.registry(subject.registries, subject.directory)):
        tools.progress.advance()
        if isinstance(told, FetchError):
            troubles.append(told.detail)
            continue
        for version, publication in told.items():
            known[Named(name, version)] = publication
            if publication.at is not None:
                fresh[_question(subject.registries, name, version)] = as_kept(publication)
    tools.progress.end()
    kept.put(fresh)
    return known, troubles


def _documents(
    names: Sequence[str], versions: Mapping[str, set[str]], registry: Registry
) -> Iterator[tuple[str, dict[str, Publication] | FetchError]]:
    wanted_of = {name: frozenset(versions[name]) for name in names}
    return registry.packuments(names, lambda name, body: read_publications(body, wanted_of[name]))


def _question(registries: Registries, name: str, version: str) -> str:
    return f"{registries.registry_for(name)} {name}@{version}"


# ------------------------------------------------------------------ what the registry signed


def _signed(
    subject: Subject,
    tools: Tools,
    come: Sequence[tuple[TreeChange, Artifact]],
    known: Mapping[Named, Publication],
) -> Advice:
    """Check the registry's signature of each package that comes in, where the registry publishes keys."""
    findings: list[Finding] = []
    unasked: list[str] = []
    by_registry: dict[str, list[tuple[TreeChange, Artifact]]] = {}
    for change, artifact in come:
        by_registry.setdefault(subject.registries.registry_for(artifact.name), []).append((change, artifact))
    for registry, some in sorted(by_registry.items()):
        try:
            keys = _keys(registry, tools.registry(subject.registries, subject.directory))
            findings += _checked(some, known, keys)
        except (UnavailableError, UsageError) as error:
            why = error.message if isinstance(error, UsageError) else str(error)
            unasked.append(
                f"registry signatures of {len(some)} packages could not be asked of {without_secrets(registry)}: {why}"
            )
    return Advice(findings=tuple(findings), unasked=tuple(unasked))


def _keys(registry: str, way: Registry) -> dict[str, Key]:
    try:
        return read_keys(way.ask(f"{registry}-/npm/v1/keys", Question(accept="application/json"), most=LARGEST))
    except FetchError as error:
        raise UnavailableError(error.detail) from None


def _checked(
    come: Sequence[tuple[TreeChange, Artifact]], known: Mapping[Named, Publication], keys: Mapping[str, Key]
) -> Iterator[Finding]:
    for change, artifact in come:
        after = known.get(Named(change.name, change.after))
        if after is not None:  # one that is not known is told as such
            yield from on_signature(change, after, artifact.integrity or "", keys, made_by)
