"""What the records of a project are worth today: which of them count, and for which packages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from safe_install.decide.approvals import ROOT, Approvals, in_force, is_ahead, key_of
from safe_install.judgement import Approval
from safe_install.project import LOCKFILES, open_project
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.tools import Tools


def standing_of(approval: Approval, approvals: Approvals, today: date) -> str:
    """Say whether a record counts: ``in-force``, ``expired``, ``dated-ahead`` or ``unsigned``."""
    if key_of(approval) in approvals.unproven:
        return "unsigned"
    if in_force(approval, today):
        return "in-force"
    return "dated-ahead" if is_ahead(approval, today) else "expired"


def packages_there(root: Path, tools: Tools) -> frozenset[str]:
    """Name every package that the lockfile has on any platform, as records name them; the project itself always is."""
    project = open_project(root, tools.npm.version.major)
    lockfile = read_lockfile(project.lockfile_bytes, name=project.lockfile or LOCKFILES[0])
    return frozenset({ROOT, *(artifact.name for artifact in lockfile.artifacts)})
