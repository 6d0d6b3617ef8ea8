"""What differs between two lockfiles: packages added, removed, updated, moved, and those that are the same by name only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from safe_install.model import OF_THE_PROJECT, Artifact, Finding, Severity
from safe_install.story import TreeChange, TreeKind

OTHER_CONTENTS = "same version, other contents: the integrity is another one"
SIGNATURE = "same-version-other-contents"


def tree_changes(before: Iterable[Artifact], after: Iterable[Artifact]) -> tuple[TreeChange, ...]:
    """Compare two trees, the project's own directories left out; sorted by name and place.

    What lies at the same place is compared with what lay there; the rest is paired by name: a version that was elsewhere has
    moved, another version of it is an update.
    """
    old, new = _by_place(before), _by_place(after)
    found = [change for place in old.keys() & new.keys() for change in _at_one_place(old[place], new[place])]
    gone, come = _by_name(old, new), _by_name(new, old)
    for name in gone.keys() | come.keys():
        found += _elsewhere(gone.get(name, []), come.get(name, []))
    return tuple(sorted(found, key=lambda one: (one.name, one.location, one.kind)))


def on_contents(changes: Iterable[TreeChange]) -> tuple[Finding, ...]:
    """Tell of each package whose contents changed under one version: a registry never does that by itself."""
    return tuple(
        Finding(
            signature=SIGNATURE,
            severity=Severity.WARNING,
            message=f"{change.name}@{change.after} has the same version as before, and other contents",
            where=f"{change.name}@{change.after}",
            line=change.line,
        )
        for change in changes
        if OTHER_CONTENTS in change.remarks
    )


def _by_place(artifacts: Iterable[Artifact]) -> dict[str, Artifact]:
    return {one.location: one for one in artifacts if one.source not in OF_THE_PROJECT}


def _by_name(here: dict[str, Artifact], there: dict[str, Artifact]) -> dict[str, list[Artifact]]:
    """Group what lies only here."""
    named: dict[str, list[Artifact]] = defaultdict(list)
    for place in sorted(here.keys() - there.keys()):
        named[here[place].name].append(here[place])
    return named


def _at_one_place(old: Artifact, new: Artifact) -> Iterator[TreeChange]:
    if old.id != new.id:
        yield _change(TreeKind.UPDATED, old, new)
    elif remarks := _remarks(old, new):
        yield TreeChange(
            kind=TreeKind.REPLACED,
            name=new.name,
            before=old.version,
            after=new.version,
            location=new.location,
            line=new.line,
            remarks=remarks,
        )


def _elsewhere(gone: list[Artifact], come: list[Artifact]) -> Iterator[TreeChange]:
    """Pair what lies at no common place: the same version first, then any."""
    left = list(gone)
    later: list[Artifact] = []
    for new in come:
        same = next((old for old in left if old.id == new.id), None)
        if same is None:
            later.append(new)
        else:
            left.remove(same)
            yield _change(TreeKind.MOVED, same, new)
    for new in later:
        yield _change(TreeKind.UPDATED, left.pop(0), new) if left else _change(TreeKind.ADDED, None, new)
    for old in left:
        yield TreeChange(kind=TreeKind.REMOVED, name=old.name, before=old.version, location=old.location)


def _change(kind: TreeKind, old: Artifact | None, new: Artifact) -> TreeChange:
    remarks = _remarks(old, new) if old is not None else ()
    if old is not None and old.name != new.name:
        remarks = (f"another package in the place of {old.name}", *remarks)
    return TreeChange(
        kind=kind,
        name=new.name,
        before=old.version if old is not None else "",
        after=new.version,
        location=new.location,
        line=new.line,
        remarks=remarks,
    )


def _remarks(old: Artifact, new: Artifact) -> tuple[str, ...]:
    """Say what is different in where a package comes from."""
    told: list[str] = []
    if old.source is not new.source:
        told.append(f"comes from {new.source.value} now, and came from {old.source.value}")
    before, after = (urlsplit(one.resolved or "").netloc for one in (old, new))
    if before and after and before != after:
        told.append(f"comes from {after} now, and came from {before}")
    if old.integrity and not new.integrity:
        told.append("has no integrity any more")
    if old.id == new.id and _contradict(old.integrity, new.integrity):
        told.append(OTHER_CONTENTS)
    return tuple(told)


def _contradict(old: str | None, new: str | None) -> bool:
    """Tell whether two integrities cannot both be true of one archive: they share an algorithm and no digest of it."""
    before, after = (_digests(text) for text in (old, new))
    return any(not before[algorithm] & after[algorithm] for algorithm in before.keys() & after.keys())


def _digests(integrity: str | None) -> dict[str, set[str]]:
    digests: dict[str, set[str]] = defaultdict(set)
    for word in (integrity or "").split():
        algorithm, _, digest = word.partition("-")
        digests[algorithm].add(digest.partition("?")[0])
    return digests
