"""Many projects in one story: a loop over what a scan does, in several processes, and a store of summaries.

What is wanted by many is unpacked once, before anything is judged; what is finished is written down at once, so that a run that
was ended goes on where it stopped. Whole reports are never held: a summary takes some kilobytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safe_install import __version__
from safe_install.errors import SafeInstallError
from safe_install.fleet_crew import Crew, Job
from safe_install.fleet_entries import Entry
from safe_install.fleet_work import Done, First, Terms, first_look, look, unpack_first, unread
from safe_install.judgement import Decision
from safe_install.model import Severity
from safe_install.project import write_atomically
from safe_install.summary import ConcernSummary, FleetReport, ProjectSummary, ScriptSummary, Spread, Standing
from safe_install.tools import Tools

SCHEMA = 1
_PORTION = 200
"""Tarballs that one process unpacks at a time before the projects are judged."""
_WORST_FIRST = tuple(reversed(Decision))


def survey(entries: Sequence[Entry], tools: Tools, crew: Crew) -> FleetReport:
    """Judge every project of a list, each by its own rules, and tell all in one report."""
    kept, terms, totals = (
        Kept(tools.cache / "fleet" if tools.memory else None),
        Terms(now=tools.now, asked=tools.asked),
        _Totals(),
    )
    waiting = _looked_at_first(entries, terms, tools, crew, kept, totals)
    jobs: list[Job] = [(look, (entry, terms)) for entry in waiting]
    for number, done in _told(crew, jobs, "judging projects", tools):
        result = done if isinstance(done, Done) else Done(bound="", summary=unread(waiting[number], done))
        kept.keep(waiting[number], result)
        totals.add(result.summary)
    return totals.report(entries, tools)


def _looked_at_first(
    entries: Sequence[Entry], terms: Terms, tools: Tools, crew: Crew, kept: Kept, totals: _Totals
) -> list[Entry]:
    """Take over what was finished before and still holds, unpack what the others want, each tarball once, and name those."""
    waiting: list[Entry] = []
    portions: list[Job] = []
    seen: set[bytes] = set()
    jobs: list[Job] = [(first_look, (entry, kept.bound(entry), terms)) for entry in entries]
    for number, first in _told(crew, jobs, "reading lockfiles", tools):
        holds = isinstance(first, First) and first.holds
        if holds and (summary := kept.summary(entries[number])):
            totals.add(summary)
            continue
        waiting.append(entries[number])
        new = sorted(first.wanted - seen) if isinstance(first, First) else []
        seen.update(new)
        cut = (frozenset(new[start : start + _PORTION]) for start in range(0, len(new), _PORTION))
        portions.extend((unpack_first, (entries[number], portion, terms)) for portion in cut)
    for _ in _told(crew, portions, "fetching and unpacking", tools):
        pass
    return waiting


def _told(crew: Crew, jobs: Sequence[Job], what: str, tools: Tools) -> Iterator[tuple[int, Any]]:
    """Do jobs, and tell how far they are."""
    tools.progress.begin(what, len(jobs))
    for number, result in crew.work(jobs):
        tools.progress.advance()
        yield number, result
    tools.progress.end()


class Kept:
    """The summaries of finished projects, one small file each; what cannot be read is not there.

    Without a ``folder`` nothing is: the cache lies in a project, which could have written them itself.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def bound(self, entry: Entry) -> str:
        """Give the digest of all that the kept summary depends on; empty when there is none."""
        return str(self._read(entry).get("bound", ""))

    def summary(self, entry: Entry) -> ProjectSummary | None:
        """Give the summary that is kept."""
        try:
            return ProjectSummary.from_data(self._read(entry)["summary"])
        except (KeyError, TypeError, ValueError):
            return None

    def keep(self, entry: Entry, done: Done) -> None:
        """Keep a summary, unless it must not be; a full disk costs the next run time and nothing else."""
        if done.bound and self._folder:
            told = {"schema": SCHEMA, "bound": done.bound, "summary": done.summary.as_data()}
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomically(self._path(self._folder, entry), json.dumps(told).encode())
            except (SafeInstallError, OSError):
                return

    def _read(self, entry: Entry) -> Mapping[str, Any]:
        if self._folder is None:
            return {}
        try:
            told = json.loads(self._path(self._folder, entry).read_bytes())
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) and told.get("schema") == SCHEMA else {}

    @staticmethod
    def _path(folder: Path, entry: Entry) -> Path:
        return folder / f"{hashlib.sha256(json.dumps([entry.name, entry.path]).encode()).hexdigest()}.json"


# ------------------------------------------------------------------ what all of them come to


@dataclass
class _Seen:
    """One script or concern, as often as it was seen."""

    one: ScriptSummary | ConcernSummary
    worst: Decision
    projects: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)


class _Totals:
    """What was told so far: a row for each project, and each script and concern once, whoever has it."""

    def __init__(self) -> None:
        self._projects: dict[str, Standing] = {}
        self._scripts: dict[tuple[str, str, str], _Seen] = {}
        self._concerns: dict[tuple[str, str, str], _Seen] = {}
        self._notes: dict[str, None] = {}

    def add(self, summary: ProjectSummary) -> None:
        """Count one project in."""
        self._projects[summary.name] = Standing(
            name=summary.name,
            exit_code=summary.exit_code,
            artifacts=summary.artifacts,
            scripts=len(summary.scripts),
            error=summary.error,
        )
        self._notes.update(dict.fromkeys(summary.notes))
        for script in summary.scripts:
            key = script.package, script.event, script.fingerprint
            self._count(self._scripts, key, script, Decision(script.decision), summary.name)
        for concern in summary.concerns:
            about = concern.rule, concern.where, concern.detail
            self._count(self._concerns, about, concern, _weight(concern), summary.name)

    def _count(
        self,
        seen: dict[tuple[str, str, str], _Seen],
        key: tuple[str, str, str],
        one: ScriptSummary | ConcernSummary,
        worst: Decision,
        project: str,
    ) -> None:
        known = seen.setdefault(key, _Seen(one=one, worst=worst))
        if _WORST_FIRST.index(worst) < _WORST_FIRST.index(known.worst):
            known.one, known.worst = one, worst
        if known.projects[-1:] != [project]:
            known.projects.append(project)
        if isinstance(one, ScriptSummary):
            known.versions.add(one.version)

    def report(self, entries: Sequence[Entry], tools: Tools) -> FleetReport:
        """Tell it, in the list's order of projects."""
        order = {entry.name: number for number, entry in enumerate(entries)}
        projects = tuple(sorted(self._projects.values(), key=lambda one: order[one.name]))
        return FleetReport(
            at=tools.now,
            version=__version__,
            signatures=tools.matcher.digest,
            exit_code=max(one.exit_code for one in projects),
            projects=projects,
            scripts=_ranked(self._scripts.values(), order),
            concerns=_ranked(self._concerns.values(), order),
            notes=tuple(sorted(self._notes)),
        )


def _weight(concern: ConcernSummary) -> Decision:
    """Say how a concern weighs where scripts have a judgement: a gap that is no script's blocks, and so does an error."""
    return Decision.REVIEW if 0 < concern.severity < int(Severity.ERROR) else Decision.BLOCK


def _ranked(seen: Iterable[_Seen], order: Mapping[str, int]) -> tuple[Spread, ...]:
    """Put the worst first, then what is in most projects."""
    spread = [
        Spread(
            one=each.one,
            worst=each.worst,
            projects=tuple(sorted(each.projects, key=order.__getitem__)),
            versions=tuple(sorted(each.versions)),
        )
        for each in seen
    ]
    return tuple(sorted(spread, key=_rank))


def _rank(one: Spread) -> tuple[int, int, int, str]:
    return _WORST_FIRST.index(one.worst), -one.one.severity, -len(one.projects), repr(one.one)
