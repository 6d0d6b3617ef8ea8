"""The whole story in three functions: inspect gathers evidence, review judges it, install does what the plan says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from safe_install import __version__
from safe_install.arguments import Request
from safe_install.decide.judge import blocks, judge
from safe_install.decide.plan import make_plan
from safe_install.errors import SafeInstallError
from safe_install.gathering import Evidence, gather
from safe_install.installation import Job, NpmRefusedError, carry_out
from safe_install.judgement import Execution, Plan, Report, Review
from safe_install.model import Gap, GapKind, Source
from safe_install.own_signatures import with_own_signatures
from safe_install.project import Project, find_root, open_project
from safe_install.receipts import keep_receipt
from safe_install.resolving import npm_words, resolved
from safe_install.run.sandbox import choose_sandbox
from safe_install.subjects import Subject, project_subject, read_target, settings_that_block
from safe_install.tools import Tools
from safe_install.typed_where import from_the_root


def inspect(subjects: Sequence[Subject], tools: Tools) -> tuple[Evidence, ...]:
    """Gather the evidence on all subjects, with one start of semgrep for all."""
    gathered = gather(subjects, tools)
    traced = [inspection for evidence in gathered for inspection in evidence.inspections]
    tools.progress.begin("matching signatures", None)
    matched = iter(tools.matcher.match(traced))
    tools.progress.end()
    return tuple(
        replace(evidence, inspections=tuple(next(matched) for _ in evidence.inspections)) for evidence in gathered
    )


def review(evidence: Evidence, tools: Tools) -> Review:
    """Judge the evidence on one subject by its own policy and approvals."""
    subject, today = evidence.subject, tools.now.date()
    judged = Review(
        target=subject.name,
        artifacts=len(subject.promised),
        verdicts=tuple(
            judge(inspection, subject.approvals, subject.policy, today) for inspection in evidence.inspections
        ),
        gaps=evidence.gaps,
        findings=evidence.findings,
    )
    return replace(judged, blocked=blocks(judged, subject.policy))


def install(here: Path, request: Request, tools: Tools, *, dry_run: bool = False, unconfined: bool = False) -> Report:
    """Review what npm would install, and unless it is blocked or a dry run, do exactly what the plan says.

    Raises SafeInstallError when there is nothing that could be reviewed; the project is then as it was.
    """
    project = open_project(find_root(here), tools.npm.version.major)
    if hostile := settings_that_block(project, tools):
        return _report(project.directory, tools, (hostile,), plan=Plan(blocked=True))
    tools = with_own_signatures(tools, project)
    request = from_the_root(replace(request, omit=_omitted(project, request, tools)), here, project)
    report = _attempt(project, request, tools, dry_run=dry_run, unconfined=unconfined, anew=False)
    if report.execution and "ENOTCACHED" in report.execution.npm_output and report.execution.npm_exit_code:
        # npm wanted a package that the lockfile does not have: package.json and the lockfile disagree deeper down.
        report = _attempt(project, request, tools, dry_run=dry_run, unconfined=unconfined, anew=True)
    return report


def _attempt(
    project: Project, request: Request, tools: Tools, *, dry_run: bool, unconfined: bool, anew: bool
) -> Report:
    """Go through the whole story once."""
    planned, changes = resolved(project, request, tools, anew=anew)
    (evidence,) = inspect([project_subject(planned, tools, everywhere=False, omit=request.omit)], tools)
    judged = _for_request(review(evidence, tools), request)
    subject = evidence.subject
    plan = make_plan(judged.verdicts, npm=request.installing, policy=subject.policy, blocked=judged.blocked)
    plan = plan if request.scripts else replace(plan, steps=())
    report = _report(project.directory, tools, (judged,), plan=plan)
    if dry_run or plan.blocked:
        return report
    held = tools.cache / "walls.json"
    sandbox = choose_sandbox(tools.npm, tools.env, unconfined=unconfined, remembered=held) if plan.steps else None
    job = Job(
        project=project.directory,
        request=request,
        plan=plan,
        changes=changes,
        promised=subject.promised,
        packages=evidence.packages,
        links=subject.links,
        registry=subject.registries.default,
    )
    try:
        done = replace(report, execution=carry_out(job, tools, sandbox))
    except NpmRefusedError as refused:
        words = npm_words(refused.result.output)
        return replace(report, execution=Execution(npm_exit_code=refused.result.exit_code or 1, npm_output=words))
    keep_receipt(done, project.directory, tools, request.omit)
    return done


def _for_request(judged: Review, request: Request) -> Review:
    """Leave the root project's scripts out where npm does: it runs them at a bare install or ci only."""
    if not request.changes_tree:
        return judged
    kept = tuple(v for v in judged.verdicts if v.inspection.script.package.artifact.source is not Source.ROOT)
    return replace(judged, verdicts=kept)


def _omitted(project: Project, request: Request, tools: Tools) -> frozenset[str]:
    """Add what npm leaves out by configuration, and under NODE_ENV=production, unless a flag includes it."""
    configured = tools.setting("omit", project.npmrc)
    kinds = {str(kind) for kind in configured} if isinstance(configured, list) else set(str(configured or "").split())
    if tools.env.get("NODE_ENV") == "production":
        kinds.add("dev")
    return request.omit | (kinds & {"dev", "optional", "peer"} - request.included)


def scan(here: Path, targets: Sequence[str], tools: Tools) -> Report:
    """Inspect and judge targets, or the project's own lockfile, and install nothing."""
    project = open_project(find_root(here), tools.npm.version.major)
    tools = with_own_signatures(tools, project)
    if targets:
        subjects = [_read(target, tools, here, alone=len(targets) == 1) for target in targets]
    else:
        subjects = [project_subject(project, tools, everywhere=True)]
    reviews = tuple(review(evidence, tools) for evidence in inspect(subjects, tools))
    return _report(here, tools, reviews)


def _read(target: str, tools: Tools, here: Path, *, alone: bool) -> Subject:
    """Read one target; among several one that cannot be read is a gap of its own, and hides nothing of the others."""
    try:
        return read_target(target, tools, here)
    except SafeInstallError as error:
        if alone:
            raise
        gap = Gap(kind=GapKind.REFUSED, where=target, detail=error.message)
        return Subject(name=target, directory=here, registries=tools.registries(None), gaps=(gap,))


def _report(here: Path, tools: Tools, reviews: tuple[Review, ...], *, plan: Plan | None = None) -> Report:
    return Report(
        project=str(here),
        at=tools.now,
        version=__version__,
        signatures=tools.matcher.digest,
        reviews=reviews,
        plan=plan,
    )
