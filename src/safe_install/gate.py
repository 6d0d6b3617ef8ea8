"""The change and not the state: ``diff`` tells it, ``preview`` tells one that nobody made yet, ``gate`` judges it for a CI.

The gate judges by the rules of the base, never by what the change brings along, and never writes. What is the same as in the
base was judged when it came in; what could not be inspected is never clean.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from safe_install import pipeline
from safe_install.advising import advised, wanted
from safe_install.arguments import read_request
from safe_install.authority import authority, under
from safe_install.comparing import Before, against
from safe_install.decide.approvals import Approvals
from safe_install.decide.judge import blocks
from safe_install.errors import UsageError
from safe_install.gathering import Evidence
from safe_install.judgement import Policy
from safe_install.model import OF_THE_PROJECT, Gap, GapKind, Inspection
from safe_install.narrowing import compared
from safe_install.own_signatures import with_own_signatures
from safe_install.project import LOCKFILES, Project, find_root, open_project
from safe_install.resolving import resolved
from safe_install.run.git import Repository
from safe_install.scan.lock.lockfile import choose_lockfile, read_lockfile
from safe_install.story import Report, Review
from safe_install.subjects import Subject, project_subject, read_target
from safe_install.surroundings import changed_database, changed_lockfiles, changed_settings, same_contents
from safe_install.tools import Tools

_BASES = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "GITHUB_BASE_REF")
_READ = ("package.json", *LOCKFILES, ".npmrc")


def gate(here: Path, base: str, tools: Tools) -> Report:
    """Judge what the working tree changes against a commit, by that commit's policy and approvals.

    UsageError without a base that is a commit here. Every lockfile of npm's that differs is judged; another manager's that
    differs is a gap, and so is a project without any lockfile.
    """
    directory = find_root(here)
    base = base or default_base(tools.env)
    rules = authority(directory, base, tools.env)
    project = under(open_project(directory, tools.npm.version.major, rules=False), rules)
    repository = Repository(folder=directory, env=tools.env)
    name = f"{base} ({rules.commit[:12]})"
    changed, foreign = changed_lockfiles(directory, repository, rules.commit)
    settings = (
        *rules.findings,
        *changed_settings(directory, repository, rules.commit),
        *changed_database(directory, rules.policy.osv_database, repository, rules.commit),
    )
    unread = tuple(_foreign(path) for path in foreign)
    targets = _targets(project, changed)
    if (
        not targets
        and project.lockfile is not None
        and same_contents(directory, ("package.json",), repository, rules.commit)
    ):
        read = read_lockfile(project.lockfile_bytes, name=project.lockfile)  # one that cannot be read is never clean
        clean = Review(
            target=project.lockfile, artifacts=len(read.artifacts), against=name, findings=settings, gaps=unread
        )
        return pipeline.report_on(directory, tools, (_as_before(clean, project, tools),))
    tools = with_own_signatures(tools, project)
    heads = [_head(project, path, tools) for path in targets or [project.lockfile or LOCKFILES[0]]]
    befores = [_at(project, head.name, repository, rules.commit, tools) for head in heads]
    heads[0] = replace(heads[0], findings=(*heads[0].findings, *settings), gaps=(*heads[0].gaps, *unread))
    reviews = []
    for evidence, before in _gathered(zip(befores, heads, strict=True), name, tools):
        own = _untouched(evidence, directory, repository, rules.commit)
        reviewed = pipeline.review(evidence, tools)
        cut = against(reviewed, evidence, replace(before, untouched=own))
        own_one = project if evidence.subject.name == project.lockfile else None
        cut = _blocked(cut, evidence.subject.policy)
        reviews.append(advised(cut, evidence.subject, tools, project=own_one, changes=cut.tree))
    return pipeline.report_on(directory, tools, tuple(reviews))


def _as_before(clean: Review, project: Project, tools: Tools) -> Review:
    """Judge a tree that is the base's: what came in long ago may be known by now."""
    judged = _blocked(clean, project.policy)
    if not wanted(project.policy, tools.asked).feeds:
        return judged
    return advised(judged, project_subject(project, tools, everywhere=True), tools, project=project, changes=())


def default_base(env: Mapping[str, str]) -> str:
    """Give the base that a CI names: GitLab's commit, or GitHub's branch as it was fetched."""
    for name in _BASES:
        if value := env.get(name):
            return f"origin/{value}" if name == "GITHUB_BASE_REF" else value
    raise UsageError("A gate needs a base to compare with.", hint="safe-install gate --base origin/main")


def diff(here: Path, base: str, head: str | None, tools: Tools) -> Report:
    """Tell what differs between two states: commits, lockfiles, archives or ``name@version``; the working tree without ``head``."""
    directory = _directory(here)
    subjects = [
        _side(base, directory, tools),
        _side(head, directory, tools) if head else _working_tree(directory, tools),
    ]
    return _compared(directory, subjects[0], subjects[1], base, tools)


def preview(here: Path, specs: Sequence[str], tools: Tools) -> Report:
    """Tell what installing these packages would change; npm resolves in a staging copy, and nothing is written."""
    project = open_project(find_root(here), tools.npm.version.major)
    planned, _ = resolved(project, read_request("install", specs), tools)
    tools = with_own_signatures(tools, project)
    now = project_subject(project, tools, everywhere=True) if project.lockfile else _nothing(project, tools)
    then = replace(project_subject(planned, tools, everywhere=True), name=", ".join(specs))
    return _compared(project.directory, now, then, "what is locked now", tools)


def _compared(directory: Path, before: Subject, after: Subject, name: str, tools: Tools) -> Report:
    ((later, earlier),) = _gathered([(before, after)], name, tools)
    reviewed = against(pipeline.review(later, tools), later, earlier)
    reviewed = advised(_blocked(reviewed, after.policy), after, tools, changes=reviewed.tree)
    return pipeline.report_on(directory, tools, (reviewed,))


def _gathered(pairs: Iterable[tuple[Subject, Subject]], name: str, tools: Tools) -> list[tuple[Evidence, Before]]:
    """Gather and match the evidence on what differs in pairs of states, the earlier one first; one start of semgrep for all."""
    each = [compared(before, after, tools) for before, after in pairs]
    matched = pipeline.matched([*(one.after for one in each), *(one.before for one in each)], tools)
    befores = (
        Before(name=name, evidence=evidence, same=one.same)
        for one, evidence in zip(each, matched[len(each) :], strict=True)
    )
    return list(zip(matched[: len(each)], befores, strict=True))


# ------------------------------------------------------------------ the two sides


def _side(spec: str, directory: Path, tools: Tools) -> Subject:
    """Read one side: a file or folder, else a commit, else a package."""
    if (directory / spec).exists():
        return read_target(spec, tools, directory)
    try:
        commit = Repository(folder=directory, env=tools.env).commit(spec)
    except UsageError:
        return read_target(spec, tools, directory)
    empty = Project(directory=directory, files={}, lockfile=None, policy=Policy(), approvals=Approvals())
    return _at(empty, LOCKFILES[0], Repository(folder=directory, env=tools.env), commit, tools)


def _working_tree(directory: Path, tools: Tools) -> Subject:
    return project_subject(open_project(directory, tools.npm.version.major), tools, everywhere=True)


def _at(project: Project, lockfile: str, repository: Repository, commit: str, tools: Tools) -> Subject:
    """Read a lockfile as a commit has it; the project's own folders are left out, for on disk they are not that commit's."""
    folder, _, _ = lockfile.rpartition("/")
    files = {
        name: text.encode()
        for name in _READ
        if (text := repository.file(commit, f"{folder}/{name}".lstrip("/"))) is not None
    }
    chosen = choose_lockfile([name for name in LOCKFILES if name in files], tools.npm.version.major)
    earlier = replace(project, directory=project.directory / folder, files=files, lockfile=chosen)
    if chosen is None:
        return _nothing(earlier, tools)
    read = project_subject(earlier, tools, everywhere=True)
    kept = tuple(artifact for artifact in read.promised if artifact.source not in OF_THE_PROJECT)
    return replace(read, promised=kept, delivered=(), gaps=())


def _nothing(project: Project, tools: Tools) -> Subject:
    """Stand for a state without a lockfile: everything that comes after is new."""
    return Subject(name=LOCKFILES[0], directory=project.directory, registries=tools.registries(project.npmrc))


def _directory(here: Path) -> Path:
    try:
        return find_root(here)
    except UsageError:
        return here


def _head(project: Project, path: str, tools: Tools) -> Subject:
    """Read a lockfile of the working tree, under the rules of the base."""
    folder, _, name = path.rpartition("/")
    if not folder:
        return project_subject(project, tools, everywhere=True)
    there = open_project(project.directory / folder, tools.npm.version.major, rules=False)
    there = replace(there, lockfile=name, policy=project.policy, approvals=project.approvals)
    return replace(project_subject(there, tools, everywhere=True), name=path)


def _targets(project: Project, changed: Sequence[str]) -> list[str]:
    """List the lockfiles to judge; of the root's two, the one that npm acts on."""
    others = [path for path in changed if path not in LOCKFILES]
    own = [project.lockfile] if project.lockfile and project.lockfile in changed else []
    return [*own, *others]


def _foreign(path: str) -> Gap:
    why = "a lockfile of another package manager differs from the base, and is not inspected"
    return Gap(kind=GapKind.REFUSED, where=path, path=path, detail=why)


def _untouched(evidence: Evidence, directory: Path, repository: Repository, commit: str) -> frozenset[tuple[str, str]]:
    """Name the scripts of the project's own folders whose command and files are what they were."""
    return frozenset(
        (one.script.package.artifact.location, one.script.event.value)
        for one in evidence.inspections
        if one.script.package.artifact.source in OF_THE_PROJECT
        and same_contents(directory, _own_files(one), repository, commit)
    )


def _own_files(inspection: Inspection) -> list[str]:
    location = inspection.script.package.artifact.location
    own = [file.path for file in inspection.files if file.location == location and not file.inline]
    return [os.path.join(location, path) for path in {*own, "package.json"}]  # noqa: PTH118 - "" is the project itself


def _blocked(review: Review, policy: Policy) -> Review:
    return replace(review, blocked=blocks(review, policy))
