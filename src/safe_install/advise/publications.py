"""When and how a version was published, as the registry's full document tells it, and what is odd about that.

``time`` gives each version's moment; ``versions[v].dist.attestations`` says that there is a provenance (nobody verifies it here);
``versions[v].maintainers`` are those at the time of publishing; ``deprecated`` is what its author says of it today.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safe_install.judgement import Policy
from safe_install.model import Finding, Severity
from safe_install.story import TreeChange

TOO_YOUNG, LOST_PROVENANCE = "too-young", "lost-provenance"
MAINTAINERS, DEPRECATED = "maintainers-changed", "deprecated"
_MOST_PEOPLE = 50
_MOST = 20  # signatures of one version
_LONGEST = 200  # characters of a deprecation


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """One version's publication; ``at`` is None when the registry does not tell. ``signatures`` are pairs of a key's id and base64."""

    at: datetime | None = None
    attested: bool = False
    maintainers: tuple[str, ...] = ()
    deprecated: str = ""
    integrity: str = ""
    signatures: tuple[tuple[str, str], ...] = ()


def read_publications(body: bytes, versions: Collection[str]) -> dict[str, Publication]:
    """Read of a full packument what it says of these versions; nothing of what is no packument, or lacks a version."""
    try:
        told = json.loads(body, object_pairs_hook=_slim)
    except (ValueError, RecursionError):
        return {}
    told = told if isinstance(told, dict) else {}
    times, known = _mapping(told.get("time")), _mapping(told.get("versions"))
    return {
        version: _publication(_mapping(known[version]), times.get(version)) for version in versions if version in known
    }


def _slim(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Keep of a version's manifest what is read here, as soon as it is parsed: a document may describe thousands."""
    whole = dict(pairs)
    if "dist" not in whole:
        return whole
    dist = _mapping(whole["dist"])
    kept = {key: whole.get(key) for key in ("maintainers", "deprecated")}
    signed = {key: dist.get(key) for key in ("integrity", "signatures")}
    return {**kept, **signed, "attested": bool(dist.get("attestations"))}


def _publication(version: Mapping[str, object], at: object) -> Publication:
    names = {str(_mapping(one).get("name") or "") for one in _list(version.get("maintainers"))}
    deprecated = version.get("deprecated")
    return Publication(
        at=moment(at),
        attested=version.get("attested") is True,
        maintainers=tuple(sorted(filter(None, names)))[:_MOST_PEOPLE],
        deprecated=deprecated[:_LONGEST] if isinstance(deprecated, str) else "",
        integrity=str(version.get("integrity") or ""),
        signatures=tuple(
            (str(one.get("keyid")), str(one.get("sig")))
            for one in map(_mapping, _list(version.get("signatures"))[:_MOST])
        ),
    )


def as_kept(publication: Publication) -> dict[str, object]:
    """Write a publication down."""
    return {
        "at": publication.at.isoformat() if publication.at else None,
        "attested": publication.attested,
        "maintainers": list(publication.maintainers),
        "deprecated": publication.deprecated,
    }


def from_kept(told: object) -> Publication | None:
    """Read a publication that was written down; None when it is none, or without its moment."""
    if not isinstance(told, dict) or (at := moment(told.get("at"))) is None:
        return None
    deprecated = told.get("deprecated")
    return Publication(
        at=at,
        attested=told.get("attested") is True,
        maintainers=tuple(one for one in _list(told.get("maintainers")) if isinstance(one, str)),
        deprecated=deprecated if isinstance(deprecated, str) else "",
    )


# ------------------------------------------------------------------ what is odd


def oddities(
    change: TreeChange, before: Publication | None, after: Publication, policy: Policy, now: datetime
) -> Iterator[Finding]:
    """Tell what is odd about a version that comes in: its age, a provenance that is gone, other people, a deprecation."""
    if young := _too_young(change.name, after, policy, now):
        yield _finding(change, TOO_YOUNG, policy.too_young, young)
    if before and before.attested and not after.attested:
        why = f"{change.before} has a provenance at the registry, {change.after} has none: it was published in another way"
        yield _finding(change, LOST_PROVENANCE, Severity.WARNING, why)
    if before and before.maintainers and after.maintainers and before.maintainers != after.maintainers:
        yield _finding(change, MAINTAINERS, Severity.INFO, _people(before.maintainers, after.maintainers))
    if after.deprecated:
        yield _finding(change, DEPRECATED, Severity.INFO, f"deprecated: {after.deprecated}")


def is_excluded(name: str, policy: Policy) -> bool:
    """Tell whether a package may be as young as it likes."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in policy.release_age_exclusions)


def _too_young(name: str, after: Publication, policy: Policy, now: datetime) -> str:
    if not policy.minimum_release_age or after.at is None or is_excluded(name, policy):
        return ""
    age, least = now - after.at, timedelta(seconds=policy.minimum_release_age)
    if age >= least:
        return ""
    ago = f"{_told(age)} ago" if age >= timedelta() else "in the future"
    return f"was published {ago}, and minimum-release-age is {_told(least)}"


def _people(before: Sequence[str], after: Sequence[str]) -> str:
    come, gone = sorted({*after} - {*before}), sorted({*before} - {*after})
    told = [f"{', '.join(some)} {how}" for some, how in ((come, "new"), (gone, "gone")) if some]
    return f"its maintainers are not those of before: {'; '.join(told)}"


def _finding(change: TreeChange, signature: str, severity: Severity, message: str) -> Finding:
    where = f"{change.name}@{change.after}"
    return Finding(signature=signature, severity=severity, message=message, where=where, line=change.line)


def _told(span: timedelta) -> str:
    """Say a span by its largest unit."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if number := int(span.total_seconds()) // seconds:
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "less than a minute"


def moment(value: object) -> datetime | None:
    """Read a moment, None when it is none; one without a zone is the registry's own, which is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
