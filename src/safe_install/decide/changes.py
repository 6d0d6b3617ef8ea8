"""What is different between two inspections of a script: which files, and what of the evidence is new or gone.

Two versions of a package name themselves everywhere: in the places of findings, in addresses, in names of archives. That
is no difference, so everything is compared with each side's own version numbers taken out, and shown as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import TypeVar

from safe_install.judgement import Change, FileChange
from safe_install.model import Behaviours, Boundary, Finding, Gap, Inspection, ReachableFile

MOST_FILES = 2_000
"""Files of a change that are told; more are counted by `unread`, which says so."""
LARGEST = 4 << 20
"""Bytes of a file that no edge was seen to, and that is carried along to be shown."""
ROOM = 64 << 20
"""Bytes of all such files together; what is behind a gap may be everything that a package has."""
_TEXT = ":text"
_SHORTEST_VERSION = 3  # characters; a shorter one would be found everywhere

_T = TypeVar("_T")


def compare(before: Inspection, after: Inspection) -> Change:
    """Compare two inspections of the same event; neither their versions nor the order of anything counts.

    Files are compared by what an approval binds of them, so a package.json of which only the version differs is none.
    New in `findings`, `gaps`, `boundaries` and `behaviours` is what ``before`` had not, however often it had others like it;
    a line that moved is not new.
    """
    plain_before, plain_after = _without_version(before), _without_version(after)
    files, unread = _files(before, after)
    return Change(
        before=before.script.package.artifact.version,
        after=after.script.package.artifact.version,
        commands=(before.script.command, after.script.command),
        files=files,
        unread=unread,
        findings=_new(before.findings, after.findings, plain_before, plain_after, _finding_key),
        gaps=_new(before.gaps, after.gaps, plain_before, plain_after, _gap_key),
        boundaries=_new(before.boundaries, after.boundaries, plain_before, plain_after, _boundary_key),
        behaviours=_more(before.behaviours, after.behaviours, plain_before, plain_after),
        gone=_more(after.behaviours, before.behaviours, plain_after, plain_before),
    )


# ------------------------------------------------------------------ files


def _files(before: Inspection, after: Inspection) -> tuple[tuple[FileChange, ...], tuple[str, ...]]:
    """Give the files that differ, reached ones and the package's own first, and the names of those whose contents are not here."""
    own = after.script.package.artifact.name
    reached = sorted(_reached(_but_command(before), _but_command(after)), key=lambda file: file.package != own)
    seen = {(file.package, file.path) for file in (*before.files, *after.files)}
    behind, unread = _behind_gaps(before, after, seen)
    told = [*reached, *behind]
    more = len(told) - MOST_FILES
    left = [f"{more:,} more {'file' if more == 1 else 'files'}"] if more > 0 else []
    return tuple(told[:MOST_FILES]), (*unread, *left)


def _but_command(inspection: Inspection) -> list[ReachableFile]:
    """Leave the command itself out, which is among the files, and told by its own field."""
    return [file for file in inspection.files if file.via or not file.inline]


def _reached(before: Sequence[ReachableFile], after: Sequence[ReachableFile]) -> Iterator[FileChange]:
    """Pair what is reached on both sides under one name; a package that is there twice may have a name twice."""
    old, new = _by_name(before), _by_name(after)
    for package, path in sorted(old.keys() | new.keys()):
        olds, news = old.get((package, path), {}), new.get((package, path), {})
        gone = [content for identity, content in olds.items() if identity not in news]
        come = [content for identity, content in news.items() if identity not in olds]
        for place in range(max(len(gone), len(come))):
            yield FileChange(
                package=package,
                path=path,
                before=gone[place] if place < len(gone) else None,
                after=come[place] if place < len(come) else None,
            )


def _by_name(files: Iterable[ReachableFile]) -> dict[tuple[str, str], dict[str, bytes]]:
    named: dict[tuple[str, str], dict[str, bytes]] = {}
    for file in files:
        path = _TEXT if file.inline else file.path  # the number in its name depends on what else was read
        named.setdefault((file.package, path), {})[file.identity] = file.content
    return named


def _behind_gaps(
    before: Inspection, after: Inspection, seen: set[tuple[str, str]]
) -> tuple[list[FileChange], tuple[str, ...]]:
    """Compare the files that count only because a gap stands before them; only those of the script's own package are here."""
    old, new = _exposed(before, seen), _exposed(after, seen)
    changes: list[FileChange] = []
    unread: list[str] = []
    room = ROOM
    for package, path in sorted(old.keys() | new.keys()):
        if old.get((package, path)) == new.get((package, path)):
            continue
        was = _content(before, package, path, room) if (package, path) in old else None
        now = _content(after, package, path, room) if (package, path) in new else None
        room -= len(was or b"") + len(now or b"")
        if (was is None) is ((package, path) in old) or (now is None) is ((package, path) in new):
            unread.append(f"{package} {path}")
        else:
            changes.append(FileChange(package=package, path=path, before=was, after=now, behind_gap=True))
    return changes, tuple(unread)


def _exposed(inspection: Inspection, seen: set[tuple[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
    digests: dict[tuple[str, str], set[str]] = {}
    for package, path, digest in inspection.exposed:
        if (package, path) not in seen:
            digests.setdefault((package, path), set()).add(digest)
    return {name: frozenset(found) for name, found in digests.items()}


def _content(inspection: Inspection, package: str, path: str, room: int) -> bytes | None:
    """Read a file of the script's own package, None where it is of another, too large, or gone."""
    own = inspection.script.package
    member = own.members.get(path) if package == own.artifact.name else None
    if member is None or member.size > min(LARGEST, room):
        return None
    try:
        return own.files[path]
    except KeyError:
        return None


# ------------------------------------------------------------------ evidence

_Plain = Callable[[str], str]


def _without_version(inspection: Inspection) -> _Plain:
    """Make the function that takes a side's own version out of a text."""
    version = inspection.script.package.artifact.version

    def plain(text: str) -> str:
        return text.replace(version, "{version}") if len(version) >= _SHORTEST_VERSION else text

    return plain


def _new(
    before: Iterable[_T],
    after: Iterable[_T],
    plain_before: _Plain,
    plain_after: _Plain,
    key: Callable[[_T, _Plain], tuple[str, ...]],
) -> tuple[_T, ...]:
    """Give what is there more often than it was; of several alike the last are the new ones."""
    known = Counter(key(one, plain_before) for one in before)
    found: list[_T] = []
    for one in after:
        told = key(one, plain_after)
        if known[told] > 0:
            known[told] -= 1
        else:
            found.append(one)
    return tuple(found)


def _package(where: str) -> str:
    """Leave the version out of ``name@version``."""
    name, at, _ = where.rpartition("@")
    return name if at and name else where


def _finding_key(finding: Finding, plain: _Plain) -> tuple[str, ...]:
    excerpt = " ".join(plain(finding.excerpt).split())
    return finding.signature, str(finding.severity), _package(finding.where), finding.path, excerpt


def _gap_key(gap: Gap, plain: _Plain) -> tuple[str, ...]:
    return gap.kind, _package(gap.where), gap.path, plain(gap.detail)


def _boundary_key(boundary: Boundary, plain: _Plain) -> tuple[str, ...]:
    where, detail = _package(boundary.where), plain(boundary.detail)
    return boundary.kind, where, boundary.path, detail, boundary.host, plain(boundary.verified)


def _more(before: Behaviours, after: Behaviours, plain_before: _Plain, plain_after: _Plain) -> Behaviours:
    """Give what the second does and the first does not, kind by kind."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in fields(Behaviours):
        known = {plain_before(name) for name in getattr(before, kind.name)}
        found[kind.name] = tuple(name for name in getattr(after, kind.name) if plain_after(name) not in known)
    return Behaviours(**found)
