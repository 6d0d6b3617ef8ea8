"""What a record of the malicious-package collection says, in OSV's form; whoever serves it is not believed about its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from safe_install.advise.versions import within
from safe_install.model import Artifact, Finding, Severity

SIGNATURE = "known-malicious"
MALICIOUS = "MAL-"
"""How the collection's ids begin; every other id is a flaw, which npm audit tells of."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", re.ASCII)
_LONGEST = 300  # characters of a summary
_MOST_ALIASES = 5


class Named(NamedTuple):
    """A package by name and exact version."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record: its id, other names of the same, and its one-line summary, as its author wrote it."""

    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""


class UnavailableError(Exception):
    """Somebody could not be asked; the message says why, to stand behind a colon."""


def is_id(value: object) -> bool:
    """Tell whether this can be a record's id, and so stand in an address."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def read_record(told: Mapping[str, object]) -> Record | None:
    """Read a record of malice; None for one that was withdrawn, or is of a flaw."""
    names = [told.get("id"), *_list(told.get("aliases"))]
    ids = [name for name in names if isinstance(name, str) and is_id(name)]
    malicious = [name for name in ids if name.startswith(MALICIOUS)]
    if not malicious or told.get("withdrawn"):
        return None
    others = tuple(name for name in ids if name != malicious[0])[:_MOST_ALIASES]
    return Record(id=malicious[0], aliases=others, summary=str(told.get("summary") or "")[:_LONGEST])


def affects(told: Mapping[str, object], package: Named) -> bool:
    """Tell whether a record is about this version of this npm package; a record without any versions is about all."""
    return any(_is_about(one, package.version) for one in _affected(told) if _name(one) == package.name)


def names(told: Mapping[str, object]) -> frozenset[str]:
    """Name the npm packages that a record is about."""
    return frozenset(name for one in _affected(told) if (name := _name(one)))


def on_entry(artifact: Artifact, records: tuple[Record, ...], severity: Severity, remark: str = "") -> Finding:
    """Tell of a lockfile entry whose package the records know."""
    told = "; ".join(_sentence(record) for record in records)
    return Finding(
        signature=SIGNATURE,
        severity=severity,
        message=f"the malicious-package records know {artifact.id}: {told}{remark}",
        where=artifact.id,
        line=artifact.line,
        excerpt=", ".join(record.id for record in records),
    )


def _sentence(record: Record) -> str:
    also = f" (also {', '.join(record.aliases)})" if record.aliases else ""
    return f"{record.id}{also}{f', {record.summary}' if record.summary else ''}"


def _is_about(affected: Mapping[str, object], version: str) -> bool:
    versions, ranges = _list(affected.get("versions")), _list(affected.get("ranges"))
    if version in versions or not (versions or ranges):
        return True
    counting = [one for one in ranges if isinstance(one, Mapping) and one.get("type") != "GIT"]
    return any(within(version, _list(one.get("events"))) for one in counting)


def _affected(told: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    return (one for one in _list(told.get("affected")) if isinstance(one, Mapping))


def _name(affected: Mapping[str, object]) -> str:
    package = affected.get("package")
    if not isinstance(package, Mapping) or package.get("ecosystem") != "npm":
        return ""
    return str(package.get("name") or "")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
