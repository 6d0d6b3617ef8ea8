"""The whole story in three functions: inspect gathers evidence, review judges it, install does what the plan says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from safe_install import __version__
from safe_install.advise.known_scripts import advice
from safe_install.advising import advised
from safe_install.alone import alone_in
from safe_install.arguments import Request
from safe_install.authority import authority, under
from safe_install.decide.judge import blocks, judge, not_wanted
from safe_install.decide.plan import make_plan
from safe_install.decide.trees import tree_changes
from safe_install.errors import SafeInstallError, UsageError
from safe_install.former import with_changes
from safe_install.gathering import Evidence, arrived, gather, traced
from safe_install.keeping import notes_on
from safe_install.model import OF_THE_PROJECT, Gap, GapKind, Inspection, Source
from safe_install.own_signatures import with_own_signatures
from safe_install.project import LOCKFILES, POLICY, Project, find_root, open_project
from safe_install.receipts import keep_receipt
from safe_install.resolving import npm_words, resolved
from safe_install.scan.lock.brought import brought_in
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.story import Execution, Plan, Report, Review, TreeChange
from safe_install.subjects import Subject, project_subject, read_target, settings_that_block
from safe_install.tools import Tools
from safe_install.tracing import How, keep
from safe_install.typed_where import from_the_root

_FORGETFUL = "nothing is remembered between runs: the cache lies inside of a project (set SAFE_INSTALL_CACHE)"
_AT_ODDS = (
    "npm itself wrote a lockfile that is at odds with package.json (its overrides, as a rule), and would ask the registry anew at every"
    " run. Remove package-lock.json and node_modules, and run `safe-install install`: the lockfile that is made is inspected."
)


def inspect(subjects: Sequence[Subject], tools: Tools) -> tuple[Evidence, ...]:
    """Gather the evidence on all subjects, with one start of semgrep for all."""
    return matched(gather(subjects, tools), tools)


def matched(gathered: Sequence[Evidence], tools: Tools) -> tuple[Evidence, ...]:
    """Match the signatures with everything that was traced and is not remembered, in one start of semgrep."""
    new = [evidence.inspections[number] for evidence in gathered for number in evidence.traced]
    if tools.sharing and new:
        from safe_install.publicness import public_contents

        tools.sharing.allow(public_contents(gathered))
    tools.progress.begin("matching signatures", None)
    found = iter(tools.matcher.match_wholly(new) if new else ())
    tools.progress.end()
    return tuple(_with_findings(evidence, [next(found) for _ in evidence.traced], tools) for evidence in gathered)


def _with_findings(evidence: Evidence, matched: Sequence[tuple[Inspection, bool]], tools: Tools) -> Evidence:
    """Put what was matched in the place of what was traced, and remember what of it is whole."""
    told = dict(zip(evidence.traced, matched, strict=True))
    inspections = tuple(told[at][0] if at in told else one for at, one in enumerate(evidence.inspections))
    for at, (inspection, whole) in told.items():
        if whole:
            keep(inspection, evidence.traced[at], How.LONE if evidence.subject.lone else How.LOCKED, tools)
    return replace(evidence, inspections=inspections)


def review(evidence: Evidence, tools: Tools) -> Review:
    """Judge the evidence on one subject by its own policy and approvals; what waits because it changed is compared."""
    subject, today = evidence.subject, tools.now.date()
    ways = _ways(evidence)
    judged = Review(
        target=subject.name,
        artifacts=len(subject.promised),
        verdicts=tuple(
            replace(
                judge(inspection, subject.approvals, subject.policy, today),
                brought_by=ways.get(inspection.script.package.artifact.location, ()),
                advice=advice(inspection.script),
            )
            for inspection in evidence.inspections
        ),
        gaps=evidence.gaps,
        findings=(*evidence.findings, *not_wanted(subject.promised, subject.approvals)),
    )
    return with_changes(replace(judged, blocked=blocks(judged, subject.policy)), evidence, tools)


def _ways(evidence: Evidence) -> Mapping[str, tuple[str, ...]]:
    """Say for each place of a script which dependencies bring it in; nothing for the project itself and what it names."""
    wanted = {inspection.script.package.artifact.location for inspection in evidence.inspections}
    found = brought_in(evidence.subject.promised, wanted, links=evidence.subject.links)
    return {
        location: tuple(
            f"{step.name} {step.version}".strip() for step in way[1:-1] if step.source not in OF_THE_PROJECT
        )
        for location, way in found.items()
    }


def install(here: Path, request: Request, tools: Tools, *, dry_run: bool = False, unconfined: bool = False) -> Report:
    """Review what npm would install, and unless it is blocked or a dry run, do exactly what the plan says.

    Raises SafeInstallError when there is nothing that could be reviewed; the project is then as it was.
    """
    root = find_root(here)
    with alone_in(root, tools.cache, lambda: tools.progress.begin("waiting for another run in this project")):
        return _install(
            here, open_project(root, tools.npm.version.major), request, tools, dry_run=dry_run, unconfined=unconfined
        )


def _install(
    here: Path, project: Project, request: Request, tools: Tools, *, dry_run: bool, unconfined: bool
) -> Report:
    """Install in a project where nobody else does."""
    if unconfined and project.policy.require_sandbox:
        raise UsageError(
            "--unconfined is refused: this project's policy has require-sandbox, which is the default.",
            hint=f"If scripts must run without walls here: require-sandbox = false in {POLICY}.",
        )
    if hostile := settings_that_block(project, tools):
        return report_on(project.directory, tools, (hostile,), plan=Plan(blocked=True))
    tools = with_own_signatures(tools, project)
    request = from_the_root(replace(request, omit=_omitted(project, request, tools)), here, project)
    report = _attempt(project, request, tools, dry_run=dry_run, unconfined=unconfined, anew=False)
    if _wanted_more(report):
        # npm wanted a package that the lockfile does not have: package.json and the lockfile disagree deeper down.
        report = _attempt(project, request, tools, dry_run=dry_run, unconfined=unconfined, anew=True)
    return replace(report, notes=(*report.notes, _AT_ODDS)) if _wanted_more(report) else report


def _wanted_more(report: Report) -> bool:
    done = report.execution
    return bool(done and done.npm_exit_code and "ENOTCACHED" in done.npm_output)


def _attempt(
    project: Project, request: Request, tools: Tools, *, dry_run: bool, unconfined: bool, anew: bool
) -> Report:
    """Go through the whole story once."""
    from safe_install.installation import Job, NpmRefusedError, carry_out
    from safe_install.run.sandbox import choose_sandbox
    from safe_install.unpacking import unpacking

    planned, changes = resolved(project, request, tools, anew=anew)
    wanted = project_subject(planned, tools, everywhere=False, omit=request.omit)
    arrival = arrived(replace(wanted, for_npm=not dry_run), tools)
    with unpacking(planned, arrival, request, tools) as early:
        (evidence,) = matched([traced(arrival, tools)], tools)
        report, plan = _planned(project, request, evidence, tools, changes)
        if dry_run or plan.blocked:
            return report
        job = Job(
            seen=project,
            request=request,
            plan=plan,
            changes=changes,
            promised=evidence.subject.promised,
            packages=evidence.packages,
            links=evidence.subject.links,
            registry=evidence.subject.registries.default,
        )
        held = tools.cache / "walls.json"
        sandbox = choose_sandbox(tools.npm, tools.env, unconfined=unconfined, remembered=held) if plan.steps else None
        try:
            done = replace(report, execution=carry_out(job, tools, sandbox, early))
        except NpmRefusedError as refused:
            words = npm_words(refused.result.output)
            return replace(report, execution=Execution(npm_exit_code=refused.result.exit_code or 1, npm_output=words))
    keep_receipt(done, project.directory, tools, request.omit)
    return done


def _planned(
    project: Project, request: Request, evidence: Evidence, tools: Tools, changes: Mapping[str, bytes]
) -> tuple[Report, Plan]:
    """Judge the evidence for what is asked of npm, and plan what that allows."""
    subject, major = evidence.subject, tools.npm.version.major
    judged = _for_request(review(evidence, tools), request)
    judged = advised(judged, subject, tools, changes=_coming(project, subject, changes))
    plan = make_plan(
        judged.verdicts, npm=request.installing, policy=subject.policy, blocked=judged.blocked, npm_major=major
    )
    plan = plan if request.scripts else replace(plan, steps=())
    return report_on(project.directory, tools, (judged,), plan=plan, of=project), plan


def _coming(project: Project, subject: Subject, changes: Mapping[str, bytes]) -> tuple[TreeChange, ...]:
    """List what a new lockfile brings beside the one that was there; nothing where that one stays."""
    if not any(name in changes for name in LOCKFILES):
        return ()
    before = read_lockfile(project.lockfile_bytes, name=project.lockfile or "").artifacts if project.lockfile else ()
    return tree_changes(before, subject.promised)


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


def scan(here: Path, targets: Sequence[str], tools: Tools, *, base: str | None = None) -> Report:
    """Inspect and judge targets, or the project's own lockfile, and install nothing."""
    return examine(here, targets, tools, base=base)[0]


def examine(
    here: Path, targets: Sequence[str], tools: Tools, *, base: str | None = None
) -> tuple[Report, tuple[Evidence, ...]]:
    """Scan, and give the evidence beside the report: what a record keeps of the archives is not told in one.

    Under a ``base`` commit the project's own lockfile is judged by the rules of that commit; what differs is told.
    """
    if targets and base:
        raise UsageError("--base is for this project's own lockfile.", hint=f"safe-install scan --base {base}")
    project = open_project(find_root(here), tools.npm.version.major, rules=base is None)
    rules = authority(project.directory, base, tools.env) if base else None
    project = under(project, rules) if rules else project
    tools = with_own_signatures(tools, project)
    if targets:
        subjects = [_read(target, tools, here, alone=len(targets) == 1) for target in targets]
    else:
        subject = project_subject(project, tools, everywhere=True)
        subjects = [replace(subject, findings=(*subject.findings, *(rules.findings if rules else ())))]
    gathered = inspect(subjects, tools)
    own = None if targets else project
    reviews = tuple(advised(review(one, tools), one.subject, tools, project=own) for one in gathered)
    return report_on(here, tools, reviews, of=own), gathered


def _read(target: str, tools: Tools, here: Path, *, alone: bool) -> Subject:
    """Read one target; among several one that cannot be read is a gap of its own, and hides nothing of the others."""
    try:
        return read_target(target, tools, here)
    except SafeInstallError as error:
        if alone:
            raise
        gap = Gap(kind=GapKind.NOT_FETCHED, where=target, detail=error.message)
        return Subject(name=target, directory=here, registries=tools.registries(None), gaps=(gap,))


def report_on(
    here: Path, tools: Tools, reviews: tuple[Review, ...], *, plan: Plan | None = None, of: Project | None = None
) -> Report:
    """Begin the story; ``of`` is the project whose records it is about."""
    return Report(
        project=str(here),
        at=tools.now,
        version=__version__,
        signatures=tools.matcher.digest,
        reviews=reviews,
        plan=plan,
        notes=(
            *([] if tools.memory else [_FORGETFUL]),
            *(notes_on(of, tools.now.date()) if of else ()),
            *(tools.sharing.notes if tools.sharing else ()),
            *dict.fromkeys(note for review in reviews for note in review.notes),
        ),
    )
