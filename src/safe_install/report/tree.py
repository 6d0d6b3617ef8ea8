"""How a tree differs from another, as lines for people: what was added, removed, updated, moved, and from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from safe_install.judgement import Review, TreeChange, TreeKind
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import count, listed

MOST = 25
_WORDS = {
    TreeKind.ADDED: "added",
    TreeKind.REMOVED: "removed",
    TreeKind.UPDATED: "updated",
    TreeKind.MOVED: "moved",
    TreeKind.REPLACED: "replaced",
}


def about_tree(review: Review) -> Iterator[Line]:
    """Show how a compared target's tree differs; what has a remark comes first, the rest is cut."""
    if not review.against:
        return
    yield Line(text=compared(review), indent=0)
    ranked = sorted(review.tree, key=lambda one: not one.remarks)
    for change in ranked[:MOST]:
        yield Line(label=_WORDS[change.kind], text=sentence(change), tone=Tone.CARE if change.remarks else Tone.TEXT)
    if len(ranked) > MOST:
        yield Line(text=f"and {count(len(ranked) - MOST, 'more package')}; --format json has them all")
    yield BLANK


def compared(review: Review) -> str:
    """Say in one sentence how much differs."""
    kinds = Counter(change.kind for change in review.tree)
    told = listed([f"{kinds[kind]:,} {word}" for kind, word in _WORDS.items() if kinds[kind]])
    scripts = f"; {count(review.unchanged, 'script')} as before" if review.unchanged else ""
    return f"Against {plain(review.against, limit=80)}: {told or 'no package differs'}{scripts}."


def sentence(change: TreeChange) -> str:
    """Say one change: ``semver 7.5.0 → 7.6.0``, with what is different in where it comes from."""
    versions = " → ".join(plain_name(one) for one in (change.before, change.after) if one)
    if change.before == change.after:
        versions = plain_name(change.after)
    where = f" to {plain(change.location, limit=160)}" if change.kind is TreeKind.MOVED else ""
    remarks = "".join(f"; {plain(remark, limit=200)}" for remark in change.remarks)
    return f"{plain_name(change.name)} {versions}{where}{remarks}"
