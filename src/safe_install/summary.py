"""The nouns of a fleet: what is kept of one project once it was judged, and what all of them come to.

A summary is small and plain data, so that five hundred of them fit where five hundred reports would not, and so that it can be
written down, sent by another process and read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from safe_install.judgement import Decision
from safe_install.model import Digest


@dataclass(frozen=True, kw_only=True, slots=True)
class ScriptSummary:
    """One script as one project's rules judge it. ``told`` are findings of WARNING and ERROR, ``unseen`` gaps: some of them, in words.

    Texts are as the package wrote them, cut in length.
    """

    package: str
    version: str
    event: str
    command: str
    fingerprint: str
    decision: str
    severity: int = 0
    told: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernSummary:
    """Something that concerns no script: a finding of WARNING or ERROR (``rule`` is its signature), or a gap (its kind)."""

    rule: str
    where: str
    detail: str
    severity: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectSummary:
    """What is kept of one project; with an ``error`` it could not be read, and nothing else is known of it."""

    name: str
    exit_code: int
    artifacts: int = 0
    scripts: tuple[ScriptSummary, ...] = ()
    concerns: tuple[ConcernSummary, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""

    def as_data(self) -> dict[str, Any]:
        """Give it for JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, told: Mapping[str, Any]) -> Self:
        """Read what `as_data` gave; KeyError, TypeError or ValueError for anything else."""
        scripts = (
            ScriptSummary(**{**one, "told": tuple(one["told"]), "unseen": tuple(one["unseen"])})
            for one in told["scripts"]
        )
        concerns = (ConcernSummary(**one) for one in told["concerns"])
        return cls(**{**told, "scripts": tuple(scripts), "concerns": tuple(concerns), "notes": tuple(told["notes"])})


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How one project of a fleet stands: numbers only."""

    name: str
    exit_code: int
    artifacts: int
    scripts: int
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """One script or concern, and the projects it is in. ``worst`` is the worst judgement that any of them passes."""

    one: ScriptSummary | ConcernSummary
    projects: tuple[str, ...]
    worst: Decision
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FleetReport:
    """All projects in one story; ``scripts`` and ``concerns`` stand worst first, then by how many projects they are in."""

    at: datetime
    version: str
    signatures: Digest
    exit_code: int
    projects: tuple[Standing, ...]
    scripts: tuple[Spread, ...]
    concerns: tuple[Spread, ...]
    notes: tuple[str, ...] = ()
