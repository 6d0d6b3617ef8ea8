"""Of two trees only what differs is read: what is the same in both is told by what it was, and fetched by nobody.

A package is the same when its whole promise is, with a strong integrity: then its bytes are. Its scripts are the same when
both trees give the same answers to everything that tracing them asks, and what that is, is remembered (remembering.py). A
script of an unchanged package that was never traced here is traced once, and not matched: it was judged when it came in. Which unchanged packages have scripts is what the lockfile says: when they came in their archives
were read, whatever it said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from safe_install.gathering import Evidence, gather
from safe_install.model import Artifact, Gap, LifecycleScript
from safe_install.remembering import Asked, agrees, is_unbound, is_whole, noting
from safe_install.scan.reach.on_demand import OnDemand
from safe_install.scan.reach.tree import AT, Question, Tree
from safe_install.scan.unpack.scripts import lifecycle_scripts
from safe_install.subjects import Subject
from safe_install.tools import Tools
from safe_install.tracing import How, about

_Scripts = Mapping[str, Sequence[Asked | None]]
"""What each script of the package at a location asked; None where that is not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """The evidence on what differs, before and after, unmatched; and how many scripts are what they were."""

    before: Evidence
    after: Evidence
    same: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Two:
    """What two states of a tree promise, by location, and the answers that they give without any package being here."""

    old: Mapping[str, Artifact]
    new: Mapping[str, Artifact]
    trees: tuple[Tree, Tree]

    def differ_at(self, place: str) -> bool:
        """Tell whether not surely the same bytes lie at a place."""
        before, after = (tree.answer(Question(AT, place)) for tree in self.trees)
        return before != after or is_unbound({Question(AT, place): after})

    def agree_on(self, asked: Asked | None) -> bool:
        """Tell whether both give the same answers to what a script asked, in whichever of them."""
        return asked is not None and all(agrees(asked, tree) for tree in self.trees)

    def archive_of(self, place: str) -> str:
        """Name the place of the package in whose archive comes what lies at one of the new tree."""
        return (self.new[place].bundler if place in self.new else None) or place


def compared(before: Subject, after: Subject, tools: Tools) -> Compared:
    """Gather the evidence on two states of a tree, as far as they differ."""
    if before.lone or after.lone:
        earlier, later = gather([before, after], tools)
        return Compared(before=earlier, after=later, same=0)
    old, new = ({one.location: one for one in each.promised} for each in (before, after))
    two = _Two(old=old, new=new, trees=(_promises_of(old), _promises_of(new)))
    differing = _differing(two)
    scripts, gaps = _looked_up(after, two, differing, tools)
    touched = {two.archive_of(place) for place, each in scripts.items() if not all(map(two.agree_on, each))}
    (later,) = gather([_narrowed(after, differing | touched)], tools)
    (earlier,) = gather([_narrowed(before, touched | _counterparts(later, old))], tools)
    later = replace(later, gaps=tuple(dict.fromkeys((*later.gaps, *gaps))))
    same = sum(len(each) for place, each in scripts.items() if two.archive_of(place) not in touched)
    return Compared(before=earlier, after=later, same=same)


def _promises_of(promised: Mapping[str, Artifact]) -> Tree:
    """Give a tree of which nothing is here: it answers by its promises."""
    return noting(OnDemand({}, promised.values(), lambda _: {}))


def _differing(two: _Two) -> set[str]:
    """Name the places where not surely the same bytes lie, and those of the packages that carry them."""
    places = {place for place in two.old.keys() | two.new.keys() if two.differ_at(place)}
    carriers = (tree[place].bundler for tree in (two.old, two.new) for place in places if place in tree)
    return places | {carrier for carrier in carriers if carrier}


def _counterparts(later: Evidence, old: Mapping[str, Artifact]) -> set[str]:
    """Name the places before of what has a script later, by name, and of what was read later and only moved."""
    scripted = {one.script.package.artifact.name for one in later.inspections}
    read = {one.id for one in later.subject.wanted}
    return {place for place, one in old.items() if one.name in scripted or one.id in read}


def _narrowed(subject: Subject, places: Collection[str]) -> Subject:
    """Leave for later what does not lie at these places."""
    fetched = {one.location for one in subject.wanted}
    later = [one for one in subject.wanted if one.location not in places]
    later += [one for one in subject.promised if one.bundler in fetched and one.bundler not in places]
    return replace(subject, wanted=tuple(one for one in subject.wanted if one.location in places), later=tuple(later))


# ------------------------------------------------------------------ what the scripts of unchanged packages look up


def _looked_up(after: Subject, two: _Two, differing: Collection[str], tools: Tools) -> tuple[_Scripts, tuple[Gap, ...]]:
    """Say for each unchanged package with scripts what each of these asked, and which packages could not be read.

    What is not remembered is traced; what came in the archive of another package is, each time.
    """
    scripted = [one for one in two.new.values() if one.says_scripts]
    unchanged = {two.archive_of(one.location) for one in scripted}.difference(differing)
    alone = unchanged.difference(one.bundler for one in scripted)
    known = _remembered([two.new[place] for place in sorted(alone)], two, tools)
    unknown = unchanged - known.keys()
    if not unknown:
        return known, ()
    bare = replace(after, delivered=(), findings=(), gaps=())
    (probe,) = gather([_narrowed(bare, unknown)], tools)
    return {**known, **_traced(probe, two, tools)}, probe.gaps


def _remembered(unchanged: Sequence[Artifact], two: _Two, tools: Tools) -> dict[str, Sequence[Asked | None]]:
    """Give what is remembered of packages, as far as all of a package's scripts are known."""
    if tools.memory is None:
        return {}
    recall = tools.memory.archives(unchanged)
    packages = [package for one in unchanged if (package := recall(one, _not_here)) is not None]
    scripts = {one.artifact.location: lifecycle_scripts(one, npm_major=tools.npm.version.major) for one in packages}
    known = {place: _asked(each, two, tools) for place, each in scripts.items()}
    return {place: each for place, each in known.items() if None not in each}


def _not_here() -> NoReturn:
    raise KeyError("of a package that is remembered only its manifest and its names are here")


def _asked(scripts: Sequence[LifecycleScript], two: _Two, tools: Tools) -> Sequence[Asked | None]:
    return tools.memory.asked(scripts, two.trees, about(How.LOCKED, tools)) if tools.memory else [None] * len(scripts)


def _traced(probe: Evidence, two: _Two, tools: Tools) -> dict[str, list[Asked | None]]:
    """Give what the scripts that were traced asked, and remember it; nothing is known of a trace that was cut short."""
    found: dict[str, list[Asked | None]] = {}
    for number, inspection in enumerate(probe.inspections):
        tree = probe.traced.get(number)
        if tree is None:
            asked = _asked([inspection.script], two, tools)[0]
        else:
            asked = tree.asked if is_whole(inspection) else None
            if tools.memory:
                tools.memory.keep_asked(inspection, tree, about(How.LOCKED, tools))
        found.setdefault(inspection.script.package.artifact.location, []).append(asked)
    return found
