"""How a tree differs from another, as lines for people: what was added, removed, updated, moved, and from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import count, listed
from safe_install.story import Review, TreeChange, TreeKind

MOST = 25
_FEW = 3  # packages of one scope that are told one by one
_WORDS = {
    TreeKind.ADDED: "added",
    TreeKind.REMOVED: "removed",
    TreeKind.UPDATED: "updated",
    TreeKind.MOVED: "moved",
    TreeKind.REPLACED: "replaced",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One sentence on a tree: what happened, to how many packages, and whether somebody should look."""

    kind: TreeKind
    text: str
    packages: int
    remarkable: bool = False


def about_tree(review: Review) -> Iterator[Line]:
    """Show how a compared target's tree differs; what has a remark comes first, the rest is cut."""
    if not review.against:
        return
    yield Line(text=compared(review), indent=0)
    told = tree_rows(review)
    for row in told[:MOST]:
        yield Line(label=_WORDS[row.kind], text=row.text, tone=Tone.CARE if row.remarkable else Tone.TEXT)
    if left := sum(row.packages for row in told[MOST:]):
        yield Line(text=f"and {count(left, 'more package')}; --format json has them all")
    yield BLANK


def tree_rows(review: Review) -> list[Row]:
    """Give the changes of a tree as sentences: remarkable ones first, and what moved together with its whole scope as one."""
    together: dict[tuple[object, ...], list[TreeChange]] = {}
    for change in review.tree:
        scope = change.name.partition("/")[0] if change.name.startswith("@") else change.name
        key = (change.kind, scope, change.before, change.after) if not change.remarks else (id(change),)
        together.setdefault(key, []).append(change)
    groups = [some for each in together.values() for some in ([each] if len(each) > _FEW else [[one] for one in each])]
    told = [_row(some) for some in groups]
    return sorted(told, key=lambda row: not row.remarkable)


def _row(some: Sequence[TreeChange]) -> Row:
    first = some[0]
    if len(some) == 1:
        return Row(kind=first.kind, text=sentence(first), packages=1, remarkable=bool(first.remarks))
    names = [one.name.partition("/")[2] or one.location for one in some]
    text = f"{_versions(first)}: {listed([plain_name(one) for one in names], most=4)}"
    scope = plain_name(first.name.partition("/")[0])
    return Row(kind=first.kind, text=f"{count(len(some), 'package')} of {scope} {text}", packages=len(some))


def compared(review: Review) -> str:
    """Say in one sentence how much differs."""
    kinds = Counter(change.kind for change in review.tree)
    told = listed([f"{kinds[kind]:,} {word}" for kind, word in _WORDS.items() if kinds[kind]])
    scripts = f"; {count(review.unchanged, 'script')} as before" if review.unchanged else ""
    return f"Against {plain(review.against, limit=80)}: {told or 'no package differs'}{scripts}."


def sentence(change: TreeChange) -> str:
    """Say one change: ``semver 7.5.0 → 7.6.0``, with what is different in where it comes from."""
    where = f" to {plain(change.location, limit=160)}" if change.kind is TreeKind.MOVED else ""
    remarks = "".join(f"; {plain(remark, limit=200)}" for remark in change.remarks)
    return f"{plain_name(change.name)} {_versions(change)}{where}{remarks}"


def _versions(change: TreeChange) -> str:
    if change.before == change.after:
        return plain_name(change.after)
    return " → ".join(plain_name(one) for one in (change.before, change.after) if one)
