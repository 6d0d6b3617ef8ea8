"""What would happen: verdicts to a Plan, whose steps stand in npm's own order.

npm (11.19.1, arborist's rebuild.js and commands/ci.js) runs every preinstall, then every install, then every
postinstall of what lies in node_modules, sorted by depth and then by path as ``localeCompare('en')`` has it, and
not by dependency; then, event by event, those of linked directories and workspaces, where prepare comes before
install; then the project's own. A git package is prepared while it is fetched, before all of these. npm 12 runs the
project's preinstall before anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from safe_install.judgement import Decision, Grants, Policy, Verdict
from safe_install.model import Artifact, Event, LifecycleScript, Source
from safe_install.story import Confinement, Plan, Step

_INSTALLED = (Event.PREINSTALL, Event.INSTALL, Event.POSTINSTALL)
_LINKED = (Event.PREINSTALL, Event.PREPARE, Event.INSTALL, Event.POSTINSTALL)


def make_plan(
    verdicts: Iterable[Verdict], *, npm: tuple[str, ...], policy: Policy, blocked: bool, npm_major: int = 11
) -> Plan:
    """Plan npm's run and every allowed script after it, each confined to its own directory, without network.

    A blocked plan is empty: neither npm nor any script runs.
    """
    if blocked:
        return Plan(blocked=True)
    allowed = sorted((verdict for verdict in verdicts if verdict.decision is Decision.ALLOW), key=_npm_order)
    if npm_major >= _ROOT_FIRST:
        allowed.sort(key=lambda verdict: not _is_first(verdict.inspection.script))
    return Plan(npm=npm, steps=tuple(_step(verdict, policy) for verdict in allowed))


def _step(verdict: Verdict, policy: Policy) -> Step:
    location = verdict.inspection.script.package.artifact.location
    grants = verdict.approval.grants if verdict.approval else Grants()
    return Step(
        verdict=verdict,
        location=location,
        confinement=Confinement(
            writable=(location or ".",),
            outputs=grants.outputs,
            network=grants.hosts,
            env=grants.env,
            cache=grants.cache,
            time_limit=policy.time_limit,
        ),
    )


# ------------------------------------------------------------------ npm's order

_ROOT_FIRST = 12


def _is_first(script: LifecycleScript) -> bool:
    return script.event is Event.PREINSTALL and script.package.artifact.source is Source.ROOT


class _Turn(IntEnum):
    """Whose turn it is."""

    GIT = 0
    INSTALLED = 1
    LINKED = 2
    ROOT = 3


def _npm_order(verdict: Verdict) -> tuple[object, ...]:
    """Give the sort key: turn, event, depth, path; a git package's preparation goes package by package instead."""
    script = verdict.inspection.script
    turn = _turn(script.package.artifact, script.event)
    place = _place(script.package.artifact, turn)
    event = tuple(Event).index(script.event)
    phase = {_Turn.GIT: 0, _Turn.LINKED: _linked_phase(script.event)}.get(turn, event)
    return turn, phase, *place, event


def _turn(artifact: Artifact, event: Event) -> _Turn:
    if artifact.source is Source.ROOT:
        return _Turn.ROOT
    if artifact.source in {Source.LINK, Source.WORKSPACE}:
        return _Turn.LINKED
    return _Turn.GIT if artifact.source is Source.GIT and event not in _INSTALLED else _Turn.INSTALLED


def _linked_phase(event: Event) -> int:
    return _LINKED.index(event) if event in _LINKED else len(_LINKED)


def _place(artifact: Artifact, turn: _Turn) -> tuple[int, tuple[int, ...], tuple[bool, ...]]:
    """Give depth and collated path; of a linked directory npm sorts the link and not what it points to."""
    path = f"node_modules/{artifact.name}" if turn is _Turn.LINKED else artifact.location
    return path.split("/").count("node_modules"), *collation(path)


# What ICU (node 20, Intl.Collator 'en') gives for every printable ASCII character but the letters, which follow.
_BEFORE_LETTERS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"


def collation(path: str) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """Give the key that sorts as npm's ``localeCompare('en')`` does: letters first, then lower before upper case.

    True to ICU for printable ASCII, which is all that names in a registry hold; other letters come last, by code point.
    """
    return tuple(_weight(char) for char in path), tuple(char.isupper() for char in path)


def _weight(char: str) -> int:
    known = _BEFORE_LETTERS.find(char)
    return known if known >= 0 else len(_BEFORE_LETTERS) + ord(char.lower()[0])
