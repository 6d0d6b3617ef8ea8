"""Of two trees only what differs is read: what is the same in both is told by what it was, and fetched by nobody.

A package is the same when its whole promise is, with a strong integrity: then its bytes are. Its scripts are the same when
everything is that tracing them looks up, and what that is, is remembered. A script of an unchanged package that was never
traced here is traced once. Which unchanged packages have scripts is what the lockfile says: when they came in their archives
were read, whatever it said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from safe_install import __version__
from safe_install.advise.kept import Kept
from safe_install.gathering import Evidence, gather
from safe_install.model import OF_THE_PROJECT, Artifact, Gap, Source, sha256
from safe_install.scan.reach.on_demand import answers, contents
from safe_install.subjects import Subject
from safe_install.tools import Tools

_STRONG = "sha512-"

_Tree = Mapping[str, Artifact]
_Asked = frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """The evidence on what differs, before and after, unmatched; and how many scripts are what they were."""

    before: Evidence
    after: Evidence
    same: int


def compared(before: Subject, after: Subject, tools: Tools) -> Compared:
    """Gather the evidence on two states of a tree, as far as they differ."""
    if before.lone or after.lone:
        earlier, later = gather([before, after], tools)
        return Compared(before=earlier, after=later, same=0)
    old, new = ({one.location: one for one in each.promised} for each in (before, after))
    differing = _differing(old, new)
    unchanged = [one for place, one in new.items() if place not in differing and one.says_scripts]
    notes, gaps = _notes(after, unchanged, new, tools)
    touched = {
        place for place, each in notes.items() if any(answers(asked, old) != answers(asked, new) for asked in each)
    }
    (later,) = gather([_narrowed(after, differing | touched)], tools)
    _noted(later, new, tools)
    (earlier,) = gather([_narrowed(before, touched | _counterparts(later, old))], tools)
    later = replace(later, gaps=tuple(dict.fromkeys((*later.gaps, *gaps))))
    same = sum(len(each) for place, each in notes.items() if place not in touched)
    return Compared(before=earlier, after=later, same=same)


def _differing(old: _Tree, new: _Tree) -> set[str]:
    """Name the places where not surely the same bytes lie, and those of the packages that carry them."""
    places = {
        place
        for place in old.keys() | new.keys()
        if contents(place, old) != contents(place, new) or not _is_sealed(new[place])
    }
    carriers = (tree[place].bundler for tree in (old, new) for place in places if place in tree)
    return places | {carrier for carrier in carriers if carrier}


def _counterparts(later: Evidence, old: _Tree) -> set[str]:
    """Name the places before of what has a script later, by name, and of what was read later and only moved."""
    scripted = {one.script.package.artifact.name for one in later.inspections}
    read = {one.id for one in later.subject.wanted}
    return {place for place, one in old.items() if one.name in scripted or one.id in read}


def _is_sealed(artifact: Artifact) -> bool:
    return artifact.source is Source.BUNDLED or _STRONG in (artifact.integrity or "")


def _narrowed(subject: Subject, places: Collection[str]) -> Subject:
    """Leave for later what does not lie at these places."""
    fetched = {one.location for one in subject.wanted}
    later = [one for one in subject.wanted if one.location not in places]
    later += [one for one in subject.promised if one.bundler in fetched and one.bundler not in places]
    return replace(subject, wanted=tuple(one for one in subject.wanted if one.location in places), later=tuple(later))


# ------------------------------------------------------------------ what the scripts of unchanged packages look up


def _notes(
    after: Subject, unchanged: Sequence[Artifact], tree: _Tree, tools: Tools
) -> tuple[dict[str, list[_Asked]], tuple[Gap, ...]]:
    """Give for each unchanged package what each of its scripts looks up in this tree, and which could not be read."""
    kept = _kept(tools)
    known = {one.location: _recalled(one, tree, kept, tools) for one in unchanged}
    notes = {place: each for place, each in known.items() if each is not None}
    unknown = known.keys() - notes.keys()
    if not unknown:
        return notes, ()
    alone = replace(after, delivered=(), findings=(), gaps=())
    (probe,) = gather([_narrowed(alone, unknown)], tools)
    return notes | _noted(probe, tree, tools), probe.gaps


def _recalled(artifact: Artifact, tree: _Tree, kept: Kept, tools: Tools) -> list[_Asked] | None:
    """Give what is remembered of a package's scripts; None when nothing is, or it was among others."""
    told = kept.get(_question(artifact, tree, tools))
    if not isinstance(told, list) or not all(isinstance(one, list) and len(one) == 2 for one in told):  # noqa: PLR2004
        return None
    if any(answers(map(str, asked), tree) != answered for asked, answered in told):
        return None
    return [frozenset(map(str, asked)) for asked, _ in told]


def _noted(evidence: Evidence, tree: _Tree, tools: Tools) -> dict[str, list[_Asked]]:
    """Remember what each script looked up, and that the other packages that were read have none."""
    notes: dict[str, list[_Asked]] = {
        one.location: [] for one in evidence.subject.wanted if one.location in evidence.packages
    }
    for inspection, asked in zip(evidence.inspections, evidence.asked, strict=True):
        notes.setdefault(inspection.script.package.artifact.location, []).append(asked)
    _kept(tools).put(
        {
            _question(tree[place], tree, tools): [[sorted(asked), answers(asked, tree)] for asked in each]
            for place, each in notes.items()
            if tree[place].source not in OF_THE_PROJECT
        }
    )
    return notes


def _kept(tools: Tools) -> Kept:
    return Kept(path=tools.cache / "looked-up.json", now=tools.now)


def _question(artifact: Artifact, tree: _Tree, tools: Tools) -> str:
    """Name everything that tracing a package depends on, beside what it looks up."""
    parts = (contents(artifact.location, tree), str(tools.npm.version), tools.public_registry, _own_code())
    return sha256("\0".join(parts).encode())


@cache
def _own_code() -> str:
    """Name the code that traces: another version of it, or an edited one, may look up other things."""
    home = Path(__file__).parent
    each = ((path, path.stat()) for path in sorted((home / "scan").rglob("*.py")))
    told = [f"{path.relative_to(home)} {found.st_size} {found.st_mtime_ns}" for path, found in each]
    return sha256("\n".join([__version__, *told]).encode())
