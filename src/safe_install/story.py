"""The nouns of the plan and the story: what would happen, what did, and the report that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safe_install.judgement import Verdict
from safe_install.model import Digest, Finding, Gap


@dataclass(frozen=True, kw_only=True, slots=True)
class Confinement:
    """The walls around one step: paths it may write (relative to the project), hosts, names, a cache kept or not, seconds."""

    writable: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    cache: bool = False
    time_limit: int = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One approved script at one place of the tree (``location``, its working directory)."""

    verdict: Verdict
    location: str
    confinement: Confinement


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What would happen: npm's words (without its path), then the steps in npm's order. Blocked: both empty."""

    npm: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    blocked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HostUse:
    """One host that a script asked for: how often, what passed (bytes), and why it was refused; empty when it was not."""

    name: str
    refused: str = ""
    times: int = 1
    sent: int = 0
    received: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One path (relative to the project) that a script wrote or removed, and why that was dropped; empty when it was kept.

    ``code`` says that it is a file of the package that was there before, and that Node runs or is set by.
    """

    path: str
    how: str  # added, changed, removed
    dropped: str = ""
    code: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one step did. ``exit_code`` is None when it was stopped, at its time limit unless ``stopped`` says why.

    ``touched`` are the decoys in its home that it opened, ``leaked`` the places where what is in them was found again:
    then nothing that it wrote was kept. ``walls`` says in words what held it.
    """

    step: Step
    exit_code: int | None
    seconds: float
    output: str = ""
    tolerated: bool = False  # it failed, and npm too would go on: the package is optional and was removed
    stopped: str = ""
    hosts: tuple[HostUse, ...] = ()
    written: tuple[Written, ...] = ()
    touched: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    walls: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether it did not end well: by its own word, or because it was stopped or gave away what it found."""
        return self.exit_code != 0 or bool(self.leaked or self.stopped)

    @property
    def denied(self) -> bool:
        """Tell whether something was kept from it, so that an exit code of 0 may not mean that it worked.

        The link to python that node-gyp makes in ``build/node_gyp_bins`` for its own time is no loss to anybody.
        """
        lost = [one for one in self.written if one.dropped and "/build/node_gyp_bins/" not in one.path]
        return bool(lost) or any(host.refused for host in self.hosts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """What did happen: npm's exit code and words, the outcomes, and what was restored or removed."""

    npm_exit_code: int
    npm_output: str = ""
    outcomes: tuple[Outcome, ...] = ()
    already_run: tuple[Step, ...] = ()
    restored: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    confined_by: str = ""


class TreeKind(StrEnum):
    """What happened to a package between two trees."""

    ADDED = "added"
    REMOVED = "removed"
    UPDATED = "updated"  # another version
    MOVED = "moved"  # the same version at another place
    REPLACED = "replaced"  # the same version at the same place, from elsewhere or with other contents


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeChange:
    """One package that differs between two trees; versions are empty where it is not there.

    ``remarks`` are sentences of ours on where it comes from; ``line`` is that of the later lockfile (1-based, 0: not in it).
    """

    kind: TreeKind
    name: str
    before: str = ""
    after: str = ""
    location: str = ""
    line: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """The judgement on one target: what it names, how many artifacts, the verdicts, and what concerns no script.

    Where it was compared ``against`` another state: how the ``tree`` differs, and ``unchanged`` scripts are counted only.
    ``notes`` say what of the world could not be asked.
    """

    target: str
    artifacts: int = 0
    verdicts: tuple[Verdict, ...] = ()
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()
    blocked: bool = False
    against: str = ""
    tree: tuple[TreeChange, ...] = ()
    unchanged: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The whole story; a renderer gets this and nothing else."""

    project: str
    at: datetime
    version: str
    signatures: Digest
    exit_code: int = 0
    reviews: tuple[Review, ...] = ()
    plan: Plan | None = None
    execution: Execution | None = None
    notes: tuple[str, ...] = ()
