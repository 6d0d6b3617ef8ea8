"""What the world knows of a tree, added to the judgement: asked where the policy or a flag wants it, and never taken for clean.

What somebody answers is a finding. Who could not be asked is a note; with require-feeds it is a gap, and nothing passes.
Names of packages that may be private are sent to nobody but the registry that they come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from safe_install.advise.advice import Advice
from safe_install.advise.kept import Kept
from safe_install.advise.npm_audit import read_audit
from safe_install.advise.osv import Ask, known_malicious
from safe_install.advise.osv_database import known_in
from safe_install.advise.records import Named, UnavailableError, on_entry
from safe_install.decide.judge import blocks
from safe_install.errors import SafeInstallError, UsageError
from safe_install.judgement import Policy
from safe_install.model import Finding, Gap, GapKind, Severity
from safe_install.project import Project
from safe_install.publicness import public_of
from safe_install.publishing import NOT_COMPARED, from_registry, is_named
from safe_install.resolving import npm_settings
from safe_install.run.calls import audit
from safe_install.scan.fetch.limits import Question
from safe_install.scan.fetch.trouble import FetchError
from safe_install.staging import staged
from safe_install.story import Review, TreeChange
from safe_install.subjects import Subject
from safe_install.tools import Asked, Tools

_RECORDS = "the malicious-package records"
_A_DAY = timedelta(days=1)


def advised(
    review: Review,
    subject: Subject,
    tools: Tools,
    *,
    project: Project | None = None,
    changes: Sequence[TreeChange] | None = None,
) -> Review:
    """Add to a review what the world knows of its tree, and judge again whether it is blocked.

    ``project`` is needed for what npm itself is asked. ``changes`` are what differs from another state, None where nothing is
    compared: then no publication is looked up, and every known flaw counts as one that somebody must look at.
    """
    policy = wanted(subject.policy, tools.asked)
    told = list(_voices(subject, policy, tools, project, changes))
    if not told:
        return review
    findings = tuple(finding for one in told for finding in one.findings)
    unasked = tuple(sentence for one in told for sentence in one.unasked)
    notes = (*(note for one in told for note in one.notes), *(() if policy.require_feeds else unasked))
    gaps = [Gap(kind=GapKind.NOT_FETCHED, where=subject.name, path=subject.name, detail=why) for why in unasked]
    fuller = replace(
        review,
        findings=(*review.findings, *findings),
        notes=(*review.notes, *notes),
        gaps=(*review.gaps, *(gaps if policy.require_feeds else ())),
        tree=tuple(_remarked(change, findings) for change in review.tree),
    )
    return replace(fuller, blocked=review.blocked or blocks(fuller, policy))


def wanted(policy: Policy, asked: Asked) -> Policy:
    """Give a policy with what was asked for on the command line; that can only add to it."""
    database = asked.database or policy.osv_database
    feeds = (*policy.feeds, *asked.feeds, *(("osv",) if database else ()))
    return replace(
        policy,
        feeds=tuple(dict.fromkeys(feeds)),
        osv_database=database,
        require_feeds=policy.require_feeds or asked.required,
    )


def _voices(
    subject: Subject, policy: Policy, tools: Tools, project: Project | None, changes: Sequence[TreeChange] | None
) -> Iterator[Advice]:
    come = None if changes is None else [change for change in changes if change.after]
    if "osv" in policy.feeds:
        read = _from_database if policy.osv_database else _from_service
        yield read(subject, policy, tools)
    if "npm-audit" in policy.feeds:
        yield _from_npm(subject, tools, project, come)
    if come and (policy.minimum_release_age or policy.feeds):
        yield from_registry(subject, policy, tools, come)
    elif come is None and "npm-signatures" in policy.feeds and not subject.lone:
        yield Advice(unasked=(NOT_COMPARED,))


def _remarked(change: TreeChange, findings: Sequence[Finding]) -> TreeChange:
    """Put what was found of a package's publication beside its change, where it is read."""
    where = f"{change.name}@{change.after}"
    told = tuple(one.message for one in findings if one.where == where and one.severity is Severity.INFO)
    return replace(change, remarks=(*change.remarks, *dict.fromkeys(told)))


# ------------------------------------------------------------------ the malicious-package records


def _from_service(subject: Subject, policy: Policy, tools: Tools) -> Advice:
    """Ask the service about what is public, and nothing else."""
    candidates = [one for one in subject.promised if is_named(one)]
    public = public_of(candidates, subject.registries, policy)
    named = {Named(one.name, one.version) for one in public}
    kept = Kept(path=tools.cache / "advice" / "osv.json", now=tools.now, valid=_A_DAY)
    tools.progress.begin("asking for malicious-package records", None)
    told = known_malicious(named, policy.osv_api, _asking(subject, tools), kept)
    tools.progress.end()
    private = len({(one.name, one.version) for one in candidates}) - len(named)
    note = f"{_RECORDS} were not asked about {private} of {private + len(named)} packages: they come from other registries, or may be private"
    return Advice(
        findings=tuple(
            on_entry(one, told.records[named_one], Severity.ERROR)
            for one in public
            if (named_one := Named(one.name, one.version)) in told.records
        ),
        notes=(note,) if private else (),
        unasked=(f"{_RECORDS} could not be asked: {told.trouble}",) if told.trouble else (),
    )


def _from_database(subject: Subject, policy: Policy, tools: Tools) -> Advice:
    """Look in a database that lies here; a name that another registry serves may be another package of that name."""
    path = subject.directory / policy.osv_database
    if not path.exists():
        raise UsageError(f"There is no malicious-package database at {policy.osv_database}.", hint="Fetch it first.")
    candidates = [one for one in subject.promised if is_named(one)]
    tools.progress.begin("reading malicious-package records", None)
    try:
        kept = Kept(path=tools.cache / "advice" / "database.json", now=tools.now)
        known, lost = known_in(path, {Named(one.name, one.version) for one in candidates}, kept)
    except UnavailableError as error:
        return Advice(unasked=(f"{_RECORDS} could not be asked: {error}",))
    finally:
        tools.progress.end()
    public = {one.location for one in public_of(candidates, subject.registries, replace(policy, public_scopes=("*",)))}
    remark = "; here it comes from another registry than the public one: is it the same package?"
    findings = [
        on_entry(one, records, Severity.ERROR)
        if one.location in public
        else on_entry(one, records, Severity.WARNING, remark)
        for one in candidates
        if (records := known.get(Named(one.name, one.version)))
    ]
    unread = f"{_RECORDS} could not be asked wholly: {lost} of them in {path.name} cannot be read"
    return Advice(findings=tuple(findings), unasked=(unread,) if lost else ())


def _asking(subject: Subject, tools: Tools) -> Ask:
    """Make the way on which a question to the service travels: npm's proxies and certificates, and no credentials."""
    registry = tools.registry(subject.registries, subject.directory)

    def ask(url: str, body: bytes | None, most: int) -> bytes:
        try:
            return registry.ask(url, Question(accept="application/json", body=body, anonymous=True), most=most)
        except FetchError as error:
            raise UnavailableError(error.detail) from None

    return ask


# ------------------------------------------------------------------ npm itself


def _from_npm(subject: Subject, tools: Tools, project: Project | None, changes: Sequence[TreeChange] | None) -> Advice:
    """Let npm ask its registry for advisories on the lockfile, in a staging copy.

    In a comparison flaws of what was there before are only told: who brings in something else cannot mend them.
    """
    if project is None or project.lockfile is None:
        return Advice(
            unasked=(f"npm audit could not be asked about {subject.name}: it is no lockfile of a project here",)
        )
    tools.progress.begin("npm audit", None)
    try:
        with staged(project) as root:
            settings = npm_settings(project, tools)
            told = audit(tools.npm, root, (), env=tools.env, npmrc=settings, cache=tools.resolving_cache)
        found = read_audit(told.output, subject.promised)
        fresh = None if changes is None else {f"{change.name}@{change.after}" for change in changes}
        told_of = tuple(one if fresh is None or one.where in fresh else _as_told(one) for one in found)
        lesser = sum(one.severity is Severity.INFO for one in told_of)
        note = (
            f"npm audit knows of {lesser} more flaws, of lesser weight or in what was there before; --json tells them"
        )
        return Advice(findings=told_of, notes=(note,) if lesser else ())
    except UnavailableError as error:
        return Advice(unasked=(f"npm audit could not be asked: {error}",))
    except SafeInstallError as error:
        return Advice(unasked=(f"npm audit could not be asked: {error.message}",))
    finally:
        tools.progress.end()


def _as_told(finding: Finding) -> Finding:
    """Make a warning of something that asks for nobody; an error stays one."""
    return replace(finding, severity=Severity.INFO) if finding.severity is Severity.WARNING else finding
