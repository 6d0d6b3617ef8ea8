"""The nouns of the judgement; the evidence it rests on is in model.py, the plan and the story are in story.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from safe_install.model import Behaviours, Boundary, Digest, Event, Finding, Gap, Inspection, Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Grants:
    """What a person gives a script beside the right to run: nothing, unless each thing is named.

    ``hosts`` it may speak to by TLS or HTTP, ``outputs`` it may write outside of its package (relative to the project),
    ``env`` the names of variables it gets from the caller, ``cache`` whether it keeps a cache folder of its own.
    """

    hosts: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    cache: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """A person's recorded yes to exactly this. ``until`` is the last day it holds, None for ever.

    ``integrity`` is that of the package's tarball at the version it was ``seen_in`` (Subresource Integrity, empty for a
    folder), and ``beside`` that of each other package that was reached into, as (name@version, integrity): with them
    what was approved can be fetched again, verified, and compared with. ``signature`` is by one of the policy's signers
    (Ed25519, base64), empty where nobody signed.
    """

    package: str
    event: Event
    fingerprint: Digest
    seen_in: str
    by: str
    on: date
    why: str = ""
    until: date | None = None
    grants: Grants = Grants()
    integrity: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    signature: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Denial:
    """A person's recorded no: no script of this package runs, at any version; ``blocks``: it may not be installed at all."""

    package: str
    by: str
    on: date
    why: str = ""
    blocks: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyException:
    """A finding that a project bears with in exactly one script: it does not block, and is told as an exception.

    ``until`` is the last day it holds; there is none without an end.
    """

    signature: str
    fingerprint: Digest
    reason: str
    author: str
    until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """Somebody whose signature makes an approval count: a name for people, an Ed25519 public key (32 bytes in base64)."""

    name: str
    key: str


FEEDS = ("osv", "npm-audit", "npm-signatures")
"""Who can be asked of a tree: the malicious-package records, npm's advisories, the registry's signatures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What the project tolerates; ``allowed_hosts`` may serve tarballs beside the configured registries.

    ``allowed_registries`` are the only ones (none named: whatever npm is configured for). ``signatures`` are folders of the project, relative to it, whose signatures count beside ours. ``auto_skip``: a script
    that only prints or exits is skipped unasked; ``auto_approve``: one that was read wholly and is harmless runs unasked.
    ``require_sandbox``: no script runs without walls, whatever is typed. ``feeds`` are the voices of the world that are asked (`FEEDS`);
    ``require_feeds``: where one of them cannot be asked, nothing passes. ``osv_database`` is a file or folder to read in the place of
    the service at ``osv_api``; ``public_scopes`` hold nothing private. ``results`` is where results are shared, for whoever believes
    somebody's and names no place of their own. ``minimum_release_age`` is in seconds, 0 for none; a package in
    ``release_age_exclusions`` (a name, or ``@scope/*``) may be younger; ``too_young`` is how bad it is that another one is.
    """

    block_at: Severity = Severity.ERROR
    auto_skip: bool = True
    auto_approve: bool = False
    require_sandbox: bool = True
    allowed_hosts: tuple[str, ...] = ()
    allowed_registries: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    time_limit: int = 600  # seconds one script may take
    exceptions: tuple[PolicyException, ...] = ()
    signers: tuple[Signer, ...] = ()
    require_signed: bool = False
    feeds: tuple[str, ...] = ()
    require_feeds: bool = False
    osv_database: str = ""
    osv_api: str = "https://api.osv.dev"
    public_scopes: tuple[str, ...] = ()
    results: str = ""
    minimum_release_age: int = 0
    release_age_exclusions: tuple[str, ...] = ()
    too_young: Severity = Severity.WARNING


class Decision(StrEnum):
    """The judgement on one script, from best to worst."""

    ALLOW = "allow"
    SKIP = "skip"
    REVIEW = "review"
    BLOCK = "block"


class Reason(StrEnum):
    """Why a judgement is what it is."""

    APPROVED = "approved"
    CARRIED_FORWARD = "carried-forward"
    NEVER_APPROVED = "never-approved"
    CHANGED = "changed"
    EXPIRED = "expired"
    FINDING = "finding"
    GAP = "gap"
    DENIED = "denied"
    SKIPPABLE = "skippable"
    AUTO_APPROVED = "auto-approved"  # by the policy, with nobody asked
    EXCEPTION = "exception"  # a finding does not block, because the policy has an exception for it
    UNSIGNED = "unsigned"  # the policy wants signed approvals, and this one is not, or not by a signer
    DATED_AHEAD = "dated-ahead"  # approved on a day that is yet to come


@dataclass(frozen=True, kw_only=True, slots=True)
class FileChange:
    """One file, before and after; None where it was not, or is no longer, reached.

    ``behind_gap``: no edge was seen that leads to it, but one that could not be followed may.
    """

    package: str
    path: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)
    behind_gap: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is different between two inspections of a script: its files, and what of the evidence is new or gone.

    ``before`` and ``after`` name the versions; the commands are equal unless the command itself changed. ``unseen`` says in
    words why the former contents could not be had; the rest is then empty. ``exact``: what was fetched again and traced
    today has the very fingerprint that was approved; if not, what is read of a script changed since, or what it reached into
    is not all here. ``unread`` names files that differ and whose contents are not here.
    """

    before: str
    after: str
    commands: tuple[str, str] = ("", "")
    files: tuple[FileChange, ...] = ()
    unread: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    behaviours: Behaviours = field(default_factory=Behaviours)
    gone: Behaviours = field(default_factory=Behaviours)
    unseen: str = ""
    exact: bool = True


class Novelty(StrEnum):
    """How a script stands to another state of the tree."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The judgement on one script, with its reasons; ``approval`` is the record that allows it.

    ``previous`` is the latest record that no longer covers it (other contents, or out of time), which is what a
    person compares with, and ``change`` that comparison; ``denial`` is the record that forbids it. ``exceptions`` are those
    of the policy that hold for what was found, ``lapsed`` those that would, but are over. ``novelty`` is known where the tree is
    compared with another. ``brought_by`` names, as ``name version``, what stands between the project and the package: the project's own
    dependency first, the package itself left out. ``advice`` is what we know of the script in one line: it is no evidence and no reason.
    """

    inspection: Inspection
    decision: Decision
    reasons: tuple[Reason, ...]
    approval: Approval | None = None
    previous: Approval | None = None
    change: Change | None = None
    denial: Denial | None = None
    exceptions: tuple[PolicyException, ...] = ()
    lapsed: tuple[PolicyException, ...] = ()
    novelty: Novelty | None = None
    brought_by: tuple[str, ...] = ()
    advice: str = ""
