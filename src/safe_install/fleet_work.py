"""What one process of a fleet does with one project: it unpacks what nobody had yet, or judges it and keeps a summary.

Everything here is called in another process, maybe on another machine, so words go in and plain data comes out.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from safe_install import __version__
from safe_install.advising import advised
from safe_install.agents.shims import without_shims
from safe_install.decide.judge import exit_code
from safe_install.errors import ExitCode, SafeInstallError
from safe_install.fleet_entries import Entry, opened
from safe_install.gathering import stock
from safe_install.judgement import Verdict
from safe_install.model import OF_THE_PROJECT, Artifact, Gap, Package, Severity
from safe_install.own_signatures import with_own_signatures
from safe_install.pipeline import inspect, review
from safe_install.project import Project
from safe_install.report.progress import Progress
from safe_install.scan.own_code import code_digest
from safe_install.scan.unpack.scripts import lifecycle_scripts
from safe_install.story import Review
from safe_install.subjects import Subject, project_subject
from safe_install.summary import ConcernSummary, ProjectSummary, ScriptSummary
from safe_install.tools import Asked, Tools, make_tools

_MOST_FILES = 20_000  # of a project's own folder, whose state is looked at before its summary counts again
_TOLD = 3  # findings, and gaps, that are kept of one script
_LONGEST = 300  # characters of one text


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What holds for every project of one run."""

    now: datetime
    asked: Asked


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """What a first look at a project tells: whether its summary still holds, and else which tarballs it wants (`mark`)."""

    holds: bool = False
    wanted: frozenset[bytes] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A project's summary, and the digest of all that it depends on; empty where the summary must not be kept."""

    bound: str
    summary: ProjectSummary


def first_look(entry: Entry, known: str, terms: Terms) -> First:
    """Read a project's lockfile and its own folders; trouble is told when it is judged."""
    try:
        with _read(entry, terms) as (_, subject, _, bound):
            if bound and bound == known:
                return First(holds=True)
            return First(wanted=frozenset(map(mark, subject.wanted)))
    except (SafeInstallError, OSError):
        return First()


def unpack_first(entry: Entry, chosen: frozenset[bytes], terms: Terms) -> None:
    """Fetch, verify, unpack and remember some of a project's tarballs; trouble is told when it is judged."""
    try:
        with _read(entry, terms) as (_, subject, own, _):
            stock(subject, [one for one in subject.wanted if mark(one) in chosen], own)
    except (SafeInstallError, OSError):
        return


def look(entry: Entry, terms: Terms) -> Done:
    """Judge one project as `scan` does; that it could not be read is a summary too, and is never kept."""
    try:
        with _read(entry, terms) as (project, subject, own, bound):
            (evidence,) = inspect([subject], own)
            judged = advised(review(evidence, own), subject, own, project=project)
            return Done(bound=bound, summary=_summary(entry, judged, own))
    except SafeInstallError as error:
        return Done(bound="", summary=unread(entry, error.message))
    except OSError as error:
        return Done(bound="", summary=unread(entry, f"the system refuses: {error.strerror or error}"))


def unread(entry: Entry, why: str) -> ProjectSummary:
    """Tell of a project that could not be read: somebody must look, it is never clean."""
    return ProjectSummary(
        name=entry.name, exit_code=int(ExitCode.REVIEW), error=why[:_LONGEST] or "it could not be read"
    )


@contextlib.contextmanager
def _read(entry: Entry, terms: Terms) -> Iterator[tuple[Project, Subject, Tools, str]]:
    """Read a project, with the tools that it has, and the digest of what a judgement of it depends on."""
    tools = _tools(terms)
    with opened(entry, tools.env, tools.npm.version.major) as project:
        own = with_own_signatures(tools, project)
        subject = replace(project_subject(project, own, everywhere=True), name=entry.name)
        yield project, subject, own, _bound(entry, project, subject, own)


def mark(artifact: Artifact) -> bytes:
    """Name a tarball in few bytes: where it comes from, and what is promised of it."""
    told = f"{artifact.resolved or artifact.id}\n{artifact.integrity}"
    return hashlib.blake2b(told.encode(errors="replace"), digest_size=16).digest()


@cache
def _tools(terms: Terms) -> Tools:
    """Make the tools once for each process."""
    tools = make_tools(without_shims(os.environ), Progress.silent(), terms.now)
    return replace(tools, asked=terms.asked)


# ------------------------------------------------------------------ what a summary depends on


def _bound(entry: Entry, project: Project, subject: Subject, tools: Tools) -> str:
    """Digest everything that a judgement depends on; empty where that cannot be said.

    A day is as long as an approval counts, and as an answer of the world does.
    """
    local = (
        [] if entry.ref else [_state(package, project) for package in subject.delivered if _has_scripts(package, tools)]
    )
    if None in local:
        return ""
    files = {name: hashlib.sha256(content).hexdigest() for name, content in project.files.items()}
    told = [
        *(
            __version__,
            code_digest(),
            tools.matcher.digest,
            tools.matcher.engine,
            str(tools.platform),
            tools.public_registry,
        ),
        *(tools.now.date().isoformat(), repr(tools.asked), repr(project.policy), repr(project.approvals)),
        *(
            entry.name,
            project.lockfile,
            sorted(files.items()),
            repr(subject.registries.default),
            tools.sharing.trust if tools.sharing else "",
        ),
        sorted((one.artifact.location, json.dumps(one.manifest, sort_keys=True)) for one in subject.delivered),
        local,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _has_scripts(package: Package, tools: Tools) -> bool:
    return package.artifact.source in OF_THE_PROJECT and bool(
        lifecycle_scripts(package, npm_major=tools.npm.version.major)
    )


def _state(package: Package, project: Project) -> str | None:
    """Digest names, sizes and times of all files of one of the project's own folders; None when there are too many."""
    folder = project.directory / package.artifact.location
    told = hashlib.sha256()
    for number, path in enumerate(_files(folder)):
        if number == _MOST_FILES:
            return None
        status = path.lstat()
        told.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\n".encode(errors="replace"))
    return told.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - {"node_modules", ".git"})
        yield from (Path(at, name) for name in sorted(names))


# ------------------------------------------------------------------ a judgement in few words


def _summary(entry: Entry, judged: Review, tools: Tools) -> ProjectSummary:
    return ProjectSummary(
        name=entry.name,
        exit_code=int(exit_code([judged])),
        artifacts=judged.artifacts,
        scripts=tuple(dict.fromkeys(map(_script, judged.verdicts))),
        concerns=tuple(dict.fromkeys(_concerns(judged))),
        notes=(*judged.notes, *(tools.sharing.notes if tools.sharing else ())),
    )


def _script(verdict: Verdict) -> ScriptSummary:
    inspection = verdict.inspection
    script, artifact = inspection.script, inspection.script.package.artifact
    flagged = sorted(
        (one for one in inspection.findings if one.severity > Severity.INFO), key=lambda one: -one.severity
    )
    return ScriptSummary(
        package=artifact.name,
        version=artifact.version,
        event=script.event.value,
        command=script.command[:_LONGEST],
        fingerprint=inspection.fingerprint,
        decision=verdict.decision.value,
        severity=max((int(one.severity) for one in inspection.findings), default=0),
        told=_some(f"{one.signature}: {one.message}" for one in flagged),
        unseen=_some(_gap(one) for one in inspection.gaps),
    )


def _some(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[:_LONGEST] for text in texts))[:_TOLD]


def _gap(gap: Gap) -> str:
    return f"{gap.kind.value}: {gap.path or gap.where}{f' ({gap.detail})' if gap.detail else ''}"


def _concerns(judged: Review) -> Iterator[ConcernSummary]:
    for one in judged.findings:
        if one.severity > Severity.INFO:
            told = one.message[:_LONGEST]
            yield ConcernSummary(
                rule=one.signature, where=one.where[:_LONGEST], detail=told, severity=int(one.severity)
            )
    for gap in judged.gaps:
        yield ConcernSummary(rule=gap.kind.value, where=gap.where[:_LONGEST], detail=gap.detail[:_LONGEST])
