"""The review as values: what is looked at, where on it, and what was decided so far. Nothing here touches a terminal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from safe_install.judgement import Decision, Denial, Grants, Reason, Verdict
from safe_install.model import Artifact, ReachableFile
from safe_install.report.evidence import alike
from safe_install.reviewing.proposals import Proposal, granted, proposals

_CODE_LENGTH = 6


class Group(StrEnum):
    """Why a script is in the list, in the order of the list."""

    BLOCKED = "blocked by policy: no approval overrides this"
    CHANGED = "changed since approved"
    NEW = "new: never approved"
    MOVED = "only moved: approved in another version, and nothing that is reached changed"


class Answer(StrEnum):
    """What a person decided on a script."""

    NOTHING = ""
    APPROVE = "approve"
    SKIP = "skip"  # no script of the package runs, at any version
    DENY = "deny"  # nor may it be installed


class View(StrEnum):
    """What is on the screen."""

    LIST = "list"
    SCRIPT = "script"
    CHANGE = "change"
    FILES = "files"
    FILE = "file"
    GRANTS = "grants"
    NOTE = "note"
    HELP = "help"
    LAST = "last"


class Ending(StrEnum):
    """How a review ended."""

    RECORD = "record"
    LEAVE = "leave"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One script to look at: the places where it stands, and the ways on which dependencies bring it in."""

    verdict: Verdict
    group: Group
    artifacts: tuple[Artifact, ...]
    ways: tuple[tuple[Artifact, ...], ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def package(self) -> str:
        """Name the package as the lockfile does."""
        return self.artifacts[0].name

    @property
    def files(self) -> tuple[ReachableFile, ...]:
        """List what it reaches as a person reads it: its own files, then text inside of commands, then other packages'."""
        home = self.artifacts[0].location
        return tuple(sorted(self.verdict.inspection.files, key=lambda file: (file.location != home, file.inline)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What was decided on one item; nothing, unless a person says so. ``grants`` are positions in its proposals."""

    answer: Answer = Answer.NOTHING
    grants: frozenset[int] = frozenset()
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Everything that the screen shows and a key may change.

    ``at`` is the item, ``row`` the chosen line of a list of files or grants, ``top`` the first line of the page that is
    shown, ``typed`` what is being written, ``said`` one sentence to the person, ``seen`` the items whose page was open.
    """

    items: tuple[Item, ...]
    choices: tuple[Choice, ...] = ()
    seen: frozenset[int] = frozenset()
    view: View = View.LIST
    came_from: View = View.LIST
    at: int = 0
    row: int = 0
    top: int = 0
    typed: str = ""
    said: str = ""
    leaving: bool = False
    ending: Ending | None = None
    aside: tuple[str, ...] = ()  # what concerns no script, one sentence each

    @property
    def item(self) -> Item:
        """Give the item that is looked at."""
        return self.items[self.at]

    @property
    def choice(self) -> Choice:
        """Give what was decided on it."""
        return self.choices[self.at]

    def choosing(self, **changes: object) -> State:
        """Change what was decided on the item that is looked at."""
        choices = list(self.choices)
        choices[self.at] = replace(self.choice, **changes)  # type: ignore[arg-type]
        return replace(self, choices=tuple(choices))

    @property
    def decided(self) -> tuple[tuple[Item, Choice], ...]:
        """List what was decided, in the order of the list."""
        pairs = zip(self.items, self.choices, strict=True)
        return tuple((item, choice) for item, choice in pairs if choice.answer is not Answer.NOTHING)


def begin(verdicts: Iterable[Verdict], ways: Mapping[str, tuple[Artifact, ...]], *, aside: Sequence[str] = ()) -> State:
    """Lay out a review: what waits, what is blocked and what only moved; what needs nobody is left out."""
    groups = [(_group(some[0]), some) for some in alike(verdicts)]
    items = [
        Item(
            verdict=some[0],
            group=group,
            artifacts=(places := tuple(one.inspection.script.package.artifact for one in some)),
            ways=tuple(ways[place.location] for place in places if place.location in ways),
            proposals=proposals(some[0].inspection, previous.grants if (previous := some[0].previous) else None),
        )
        for group, some in groups
        if group is not None
    ]
    items.sort(key=lambda item: tuple(Group).index(item.group))  # worst first within, as `alike` gives them
    return State(items=tuple(items), choices=tuple(Choice() for _ in items), aside=tuple(aside))


def _group(verdict: Verdict) -> Group | None:
    if verdict.decision is Decision.BLOCK:
        return Group.BLOCKED
    if verdict.decision is Decision.REVIEW:
        return Group.CHANGED if verdict.previous else Group.NEW
    return Group.MOVED if Reason.CARRIED_FORWARD in verdict.reasons else None


def grants_of(item: Item, choice: Choice) -> Grants:
    """Give what was granted to one item."""
    return granted(item.proposals[number] for number in sorted(choice.grants))


def why_not(item: Item, *, seen: bool) -> str:
    """Say why an item cannot be approved now; empty when it can."""
    if item.group is Group.BLOCKED:
        denial = item.verdict.denial
        by = denial_words(denial) if denial else "a finding at the policy's block-at"
        return f"It is blocked ({by}) and cannot be approved."
    if item.group is Group.MOVED:
        return "It is approved already: nothing that is reached changed."
    return "" if seen else "Open it first (enter): an approval is for what was shown."


def denial_words(denial: Denial) -> str:
    """Say who wants it nowhere."""
    return f"{denial.by} denied it on {denial.on}"


def code(state: State) -> str:
    """Derive the code that a person types from everything that was decided, and on what evidence."""
    told = [
        [
            item.package,
            item.verdict.inspection.script.event.value,
            item.verdict.inspection.fingerprint,
            choice.answer.value,
            [[item.proposals[number].kind.value, item.proposals[number].name] for number in sorted(choice.grants)],
            choice.why,
        ]
        for item, choice in state.decided
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_CODE_LENGTH]
