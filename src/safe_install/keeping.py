"""What the records of a project are worth today: which of them count, and for which packages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from safe_install.decide.approvals import ROOT, Approvals, in_force, is_ahead, key_of
from safe_install.exchange import broader_notes
from safe_install.judgement import Approval
from safe_install.project import LOCKFILES, Project, open_project
from safe_install.report.plain import plain_name
from safe_install.report.words import listed
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.signing import unsigned_of
from safe_install.tools import Tools


def standing_of(approval: Approval, approvals: Approvals, today: date) -> str:
    """Say whether a record counts: ``in-force``, ``expired``, ``dated-ahead`` or ``unsigned``."""
    if key_of(approval) in approvals.unproven:
        return "unsigned"
    if in_force(approval, today):
        return "in-force"
    return "dated-ahead" if is_ahead(approval, today) else "expired"


def notes_on(project: Project, today: date) -> tuple[str, ...]:
    """Say what somebody should know of a project's records, whatever waits: forged or unsigned ones, broader lists elsewhere."""
    records, signers = project.approvals, project.policy.signers
    ahead = [one.package for one in records.approvals if is_ahead(one, today)]
    ahead += [one.package for one in records.denials if is_ahead(one, today)]
    unsigned = unsigned_of(records.approvals, signers) if signers and not project.policy.require_signed else ()
    told = []
    if ahead:
        names = listed(sorted(set(map(plain_name, ahead))))
        told.append(f"records of {names} are dated after today ({today}): a clock is wrong, or somebody forged them")
    if unsigned:
        names = listed(sorted({plain_name(one.package) for one in unsigned}))
        told.append(
            f"approvals of {names} are signed by nobody whom the policy names; they count, for it does not require it"
        )
    return *told, *broader_notes(project.directory, records)


def packages_there(root: Path, tools: Tools) -> frozenset[str]:
    """Name every package that the lockfile has on any platform, as records name them; the project itself always is."""
    project = open_project(root, tools.npm.version.major)
    lockfile = read_lockfile(project.lockfile_bytes, name=project.lockfile or LOCKFILES[0])
    return frozenset({ROOT, *(artifact.name for artifact in lockfile.artifacts)})
