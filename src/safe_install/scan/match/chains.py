"""Chains: findings that only what several signatures and facts show together makes.

One capability is nothing: half of all honest install scripts read variables, open connections or start programs. To
read secrets *and* to send is another thing, wherever in a package's files the two stand. A chain's file:

    chain:
      id: steals-and-sends
      severity: ERROR
      message: One sentence.
      metadata: {why, innocent-when, look-at, since, confidence, references}
      steps:                        # of each step one name must be shown
        - [reads-secret-variables, "fact:env-secret"]
        - [opens-network, "fact:contacts:*"]
      unless: ["fact:…"]            # any of these, as near, explains it
      across: file | package | reach   # in a package of many files, near each other there; else one severity lower
      less-sure: {NAME: [OTHERS]}     # a step that this one shows is one severity lower in a file that shows any of these
      ordered: true                 # within one file each step stands no higher than the one before

A fact on the whole script counts for the script's own package, and in no single file: most of what build helpers do, they
do in packages of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from safe_install.model import Finding, Inspection, Severity
from safe_install.scan.match.facts import Shown, facts_of, matches
from safe_install.scan.match.nearness import Nearness
from safe_install.scan.match.seen import Seen
from safe_install.scan.match.signatures import Chain
from safe_install.scan.match.uncalled import Uncalled
from safe_install.scan.match.waiting import Waiting

Key = tuple[str, str]
_NOWHERE: Key = ("", "")
_MOST_PLACES = 20_000  # shown on one script that are looked at


def chained(
    inspection: Inspection,
    seen: Mapping[tuple[str, str], tuple[str, Seen]],
    chains: Sequence[Chain],
    in_libraries: Mapping[str, Severity],
    uncalled: Uncalled,
) -> Iterator[Finding]:
    """Give the findings of chains on one script; ``seen`` has the package's id and what was seen, by location and path.

    A chain that stands in other packages alone counts at most what ``in_libraries`` says by its id.
    """
    owner = inspection.script.package
    shown = [
        *facts_of(inspection, seen),
        *(
            Shown(sighting.signature, location, where, path, sighting.line)
            for (location, path), (where, each) in seen.items()
            for sighting in each.matched.sightings
        ),
    ][:_MOST_PLACES]
    by_name: dict[str, list[Shown]] = {}
    for one in shown:
        by_name.setdefault(one.name, []).append(one)
    nearness = Nearness(inspection)
    waiting = Waiting(inspection)
    for chain in chains:
        candidates = [_named(step, by_name) for step in chain.steps]
        if all(candidates):
            idle = uncalled if chain.severity is Severity.ERROR else None
            sure = [_sure(chain, step, by_name, waiting, idle) for step in candidates]
            for found, locations in _found(chain, candidates, sure, _named(chain.unless, by_name), nearness):
                own = any(not location or owner.brings(location) for location in locations)
                most = Severity.ERROR if own else in_libraries.get(chain.id, Severity.INFO)
                yield replace(found, severity=min(found.severity, most))


def _named(wanted: Sequence[str], by_name: Mapping[str, list[Shown]]) -> list[Shown]:
    """Collect the places that show one of these, in the order of their files."""
    found = [one for name, places in by_name.items() if any(matches(each, name) for each in wanted) for one in places]
    return sorted(found, key=lambda one: (one.location or "", one.path, one.line))


def _sure(
    chain: Chain,
    step: Sequence[Shown],
    by_name: Mapping[str, list[Shown]],
    waiting: Waiting,
    uncalled: Uncalled | None,
) -> list[Shown]:
    """Leave out the places of a step that something in the same file makes less sure, and those of code that waits for a caller.

    ``uncalled``: and those that nothing can call.
    """
    soft = {
        (name, one.location, one.path)
        for name, others in chain.less_sure.items()
        for one in _named(others, by_name)
        if one.path
    }
    return [
        one
        for one in step
        if (one.name, one.location, one.path) not in soft
        and not waiting.has(one.location or "", one.path, one.line)
        and not (uncalled is not None and one.line and uncalled.has(one.location or "", one.path, one.line))
    ]


def _found(
    chain: Chain,
    candidates: Sequence[Sequence[Shown]],
    sure: Sequence[Sequence[Shown]],
    unless: Sequence[Shown],
    nearness: Nearness,
) -> Iterator[tuple[Finding, list[str]]]:
    """Look for the chain as near as it must be, and tell where its steps stand; found near it is not told again."""
    found = []
    for near in _scopes(chain, candidates):
        whole, firm = (
            [[one for one in step if _key(chain, one) in (near, None)] for step in each] for each in (candidates, sure)
        )
        explained = [one for one in unless if _key(chain, one) in (near, None)]
        told = _nearest(chain, firm, explained, nearness, near[0]) if all(firm) else None
        found.append(told or _within(chain, whole, explained, lower=True))
    if chain.across == "reach" and not any(found):
        found.append(_within(chain, candidates, unless, lower=not chain.keeps_severity))
    yield from (finding for finding in found if finding is not None)


def _scopes(chain: Chain, candidates: Sequence[Sequence[Shown]]) -> Iterable[Key]:
    """List the files, or the packages, in which the chain may be whole."""
    keys = (_key(chain, one) for step in candidates for one in step)
    return dict.fromkeys(key for key in keys if key is not None) or [_NOWHERE]


def _key(chain: Chain, one: Shown) -> Key | None:
    """Name the file or package where something was shown; None for the whole script, which is no file."""
    if chain.across == "file":
        return (one.location or "", one.path) if one.path else _NOWHERE
    return None if one.location is None else (one.location, "")


def _nearest(
    chain: Chain, steps: Sequence[Sequence[Shown]], unless: Sequence[Shown], nearness: Nearness, location: str
) -> tuple[Finding, list[str]] | None:
    """Look for the chain among what is near; in a package of few files that is all."""
    for near in [steps] if nearness.is_small(location) else nearness.near(steps, location):
        found = _within(chain, near, unless)
        if found is not None:
            return found
    return None


def _within(
    chain: Chain, candidates: Sequence[Sequence[Shown]], unless: Sequence[Shown], *, lower: bool = False
) -> tuple[Finding, list[str]] | None:
    """Choose a place for each step; None where one has none, or where something explains the chain."""
    if unless or not all(candidates):
        return None
    places: list[Shown] = []
    for step in candidates:
        before = places[-1] if places else None
        place = next((one for one in step if not chain.ordered or not _is_above(one, before)), None)
        if place is None:
            return None
        places.append(place)
    return _finding(chain, places, lower=lower)


def _is_above(one: Shown, before: Shown | None) -> bool:
    """Tell whether a place stands above the step before it, in the same file."""
    same = before is not None and (one.location, one.path) == (before.location, before.path)
    return same and before is not None and 0 < one.line < before.line


def _finding(chain: Chain, places: Sequence[Shown], *, lower: bool) -> tuple[Finding, list[str]]:
    last = max(reversed(places), key=lambda one: (one.line > 0, one.path != ""))
    others = "; ".join(f"{_said(one)}{_at(one, last)}" for one in places)
    found = Finding(
        signature=chain.id,
        severity=Severity(max(Severity.INFO, chain.severity - lower)),
        confidence=chain.confidence,
        message=f"{chain.message} Together: {others}.",
        where=last.where,
        path=last.path,
        line=last.line,
    )
    return found, [one.location or "" for one in places]


def _said(one: Shown) -> str:
    return one.name.removeprefix("fact:")


def _at(one: Shown, last: Shown) -> str:
    """Name a step's place."""
    if not one.path:
        return ""
    package = "" if one.where == last.where else f"{one.where} "
    return f" ({package}{one.path}:{one.line})" if one.line else f" ({package}{one.path})"
