"""From what was read of each release to the counts, the table and the plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

Read = dict[str, Any]
OWN, MANIFEST, DEPENDENCY, HIDDEN = "own files", "package.json", "dependencies", "behind a gap"
_CAUSES = {
    OWN: "the command, or a file of its own that it reaches",
    MANIFEST: "of its own files only package.json, beyond its version and the ranges in it",
    DEPENDENCY: "nothing of its own, but files of dependencies",
    HIDDEN: "only files that an edge which could not be followed may lead to",
}
"""What was different, the nearest first."""

_ROW, _BAR, _LEFT, _WIDTH, _TOP = 15, 6, 190, 640, 74
_PINS, _FINGERPRINTS, _INK, _QUIET = "#d9a441", "#1f5f8b", "#222222", "#777777"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One package: releases that were read and that could not be, upgrades to a release with a script, and prompts.

    ``causes`` says of each prompt under fingerprints what was different; ``harmless`` of them are never asked, because
    the script was read to its end and only prints or exits.
    """

    name: str
    first: str
    last: str
    releases: int
    unread: int
    upgrades: int
    fingerprints: int
    harmless: int
    causes: Mapping[str, int] = field(default_factory=dict)


def count(name: str, releases: Sequence[Read]) -> Counted:
    """Count the prompts of one package; under pins each upgrade to a release with a script is one."""
    read = [release for release in releases if not release["unread"]]
    upgrades = [(before, after) for before, after in pairwise(read) if after["scripts"]]
    changed = [(before, new) for before, after in upgrades if (new := not_covered(before, after))]
    return Counted(
        name=name,
        first=str(read[0]["version"]) if read else "",
        last=str(read[-1]["version"]) if read else "",
        releases=len(read),
        unread=len(releases) - len(read),
        upgrades=len(upgrades),
        fingerprints=len(changed),
        harmless=sum(all(script["harmless"] for script in new) for _, new in changed),
        causes=Counter(cause(before, new) for before, new in changed),
    )


def not_covered(before: Read, after: Read) -> list[Read]:
    """List the scripts of a release that no approval of the release before covers."""
    approved = {script["fingerprint"] for script in before["scripts"]}
    return [script for script in after["scripts"] if script["fingerprint"] not in approved]


def cause(before: Read, new: Iterable[Read]) -> str:
    """Say what was different: the nearest thing that was."""
    former = {script["event"]: script for script in before["scripts"]}
    found = {_cause(former.get(script["event"]), script) for script in new}
    return next(each for each in _CAUSES if each in found)


def _cause(former: Read | None, script: Read) -> str:
    if former is None or former["command"] != script["command"]:
        return OWN
    own = {path for path in former["own"] | script["own"] if former["own"].get(path) != script["own"].get(path)}
    if own:
        return MANIFEST if own == {"package.json"} else OWN
    return DEPENDENCY if former["foreign"] != script["foreign"] else HIDDEN


# ------------------------------------------------------------------ the table


def page(counted: Sequence[Counted], trouble: Mapping[str, str], today: date, readers: Sequence[str]) -> str:
    """Write RESULTS.md; ``readers`` are the commits whose reader read the releases."""
    return "\n".join([*_heading(counted, today, readers), "", *_table(counted), "", *_misses(counted, trouble)]) + "\n"


def _heading(counted: Sequence[Counted], today: date, readers: Sequence[str]) -> Iterator[str]:
    upgrades, prompts = sum(one.upgrades for one in counted), sum(one.fingerprints for one in counted)
    with_any = [one for one in counted if one.upgrades]
    yield "# How often people are asked"
    yield ""
    yield f"Written by `python benchmarks/approvals/replay.py` on {today}. {len(with_any)} packages with install scripts, the last"
    yield "20 stable releases of each, in the order of their versions. A prompt is an upgrade to a release with a script that the"
    yield "approval of the release before does not cover. Under pins (`name@version`) that is every such upgrade; under"
    yield "fingerprints those where the event, the command or a reached file is another one, as the reader of commit"
    yield f"{', '.join(readers)} reads it."
    yield ""
    yield f"**{upgrades:,} upgrades: pins ask {upgrades:,} times, fingerprints {prompts:,} times ({_percent(prompts, upgrades)}).**"
    never = sum(one.fingerprints == 0 for one in with_any)
    always = sum(one.fingerprints == one.upgrades for one in with_any)
    yield f"Packages that never ask again: {never}; that ask as often as pins do: {always}."
    yield ""
    yield "| what was different, the nearest of several | prompts |"
    yield "|---|---|"
    causes = Counter[str]()
    for one in counted:
        causes.update(one.causes)
    for each, told in _CAUSES.items():
        yield f"| {told} (`{each}`) | {causes[each]:,} |"
    yield ""
    yield f"{sum(one.harmless for one in counted):,} of the prompts would be for scripts that were read to their end and only"
    yield "print or exit; those are skipped, and nobody is asked."
    yield ""
    yield "![Prompts for each package](../../docs/approvals.svg)"


def _table(counted: Sequence[Counted]) -> Iterator[str]:
    yield "| package | releases | upgrades with a script = prompts under pins | prompts under fingerprints | | what was different |"
    yield "|---|---|---|---|---|---|"
    for one in sorted(counted, key=lambda one: one.name):
        causes = ", ".join(f"{one.causes[each]} {each}" for each in _CAUSES if each in one.causes)
        reach = f"{one.releases} ({one.first} to {one.last})"
        share = _percent(one.fingerprints, one.upgrades)
        yield f"| {one.name} | {reach} | {one.upgrades} | {one.fingerprints} | {share} | {causes} |"


def _misses(counted: Sequence[Counted], trouble: Mapping[str, str]) -> Iterator[str]:
    yield "## What this does not tell"
    yield ""
    yield "- What a release reaches in other packages is what npm would have installed beside it a day after it came out. A new"
    yield "  release of such a dependency alone makes fingerprints ask, and is counted here only at the package's own next release;"
    yield "  under pins nobody is asked for it at all."
    yield "- Behind an edge that cannot be followed every file of the package counts. There a release asks even where nothing that"
    yield "  really runs changed (`behind a gap`); a better reader would ask less."
    yield "- Some people do not take every release. Who takes every fifth is asked less often under both, and the shares are closer."
    yield "- Signatures were not matched: a finding is a reason to ask of its own, for both."
    left = [f"{one.name} ({one.unread})" for one in counted if one.unread]
    yield f"- Releases that were left out, because their tarball has more than 20 MB or could not be read: {', '.join(left) or 'none'}."
    yield f"- Packages that could not be read at all: {'; '.join(f'{name}: {why}' for name, why in trouble.items()) or 'none'}."


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


# ------------------------------------------------------------------ the plot


def plot(counted: Sequence[Counted]) -> str:
    """Draw two bars for each package, most prompts under fingerprints last."""
    shown = sorted((one for one in counted if one.upgrades), key=lambda one: (one.fingerprints, one.upgrades, one.name))
    most = max((one.upgrades for one in shown), default=1)
    height = _TOP + _ROW * len(shown) + 30
    upgrades, prompts = sum(one.upgrades for one in shown), sum(one.fingerprints for one in shown)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 60} {height}" font-family="sans-serif" role="img">',
        f"<title>Prompts over the last releases of {len(shown)} packages: {upgrades:,} under pins, {prompts:,} under fingerprints</title>",
        f'<rect width="100%" height="{height}" fill="#ffffff"/>',
        _text(16, 26, "How often somebody is asked again, over the last 20 releases", size=16, colour=_INK),
        *_legend(upgrades, prompts),
        *_grid(most, height),
    ]
    for number, one in enumerate(shown):
        parts += _bars(one, _TOP + number * _ROW, most)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(upgrades: int, prompts: int) -> Iterator[str]:
    for left, colour, words in (
        (16, _PINS, f"approvals of name@version: {upgrades:,} prompts"),
        (310, _FINGERPRINTS, f"approvals of contents: {prompts:,} prompts"),
    ):
        yield f'<rect x="{left}" y="41" width="12" height="12" fill="{colour}"/>'
        yield _text(left + 18, 51, words, size=12, colour=_INK)


def _grid(most: int, height: int) -> Iterator[str]:
    for value in range(0, most + 1, 5):
        x = _LEFT + _WIDTH * value / most
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{height - 24}" stroke="#e4e4e4"/>'
        yield _text(x, height - 8, str(value), size=10, colour=_QUIET, anchor="middle")


def _bars(one: Counted, y: int, most: int) -> Iterator[str]:
    yield _text(_LEFT - 8, y + 10, one.name, size=10, colour=_INK, anchor="end")
    for offset, colour, value in ((0, _PINS, one.upgrades), (_BAR, _FINGERPRINTS, one.fingerprints)):
        width = max(_WIDTH * value / most, 1)
        yield f'<rect x="{_LEFT}" y="{y + offset}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>'


def _text(x: float, y: int, text: str, *, size: int, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'
