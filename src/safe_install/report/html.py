"""One page to look at, to keep and to print: self-contained, without network, and nothing of a package is executed.

The policy in its head allows one style sheet and one script, by their digests, and nothing else: no image, no address, no
inline handler. What a package wrote is text in it (`markup.tag`), made plain before.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from safe_install.judgement import Change, Decision, Verdict
from safe_install.model import Finding, ReachableFile, Severity
from safe_install.report.changes import news
from safe_install.report.concerns import Concern, concerns
from safe_install.report.difference import Row, differences
from safe_install.report.evidence import alike, together
from safe_install.report.highlight import highlighted
from safe_install.report.markup import Child, Markup, ours, tag
from safe_install.report.plain import plain, plain_block, plain_name
from safe_install.report.tree import compared, tree_rows
from safe_install.report.words import behaves, count, does, place, reach, standing, subject
from safe_install.story import Report, Review

_WORD = {Decision.BLOCK: "blocked", Decision.REVIEW: "to review", Decision.ALLOW: "allowed", Decision.SKIP: "skipped"}
_MOST_FILES = 60  # of one script, shown with their text
_MOST_ROWS = 30  # packages that differ, unfolded
_MOST_LINES = 400  # of one file
_MOST_BYTES = 200_000
_MOST_STEPS, _WIDEST_STEP = 8, 44  # packages of a way, and characters of one
_STEP_WIDTH, _STEP_HEIGHT = 380, 36  # of a picture of a way, in its own units
_ENDING = {
    0: "Every script that wants to run was approved or needs no run.",
    10: "Somebody must look before these scripts may run.",
    11: "Policy refuses this.",
    12: "npm or an approved script failed.",
}


def render(report: Report) -> str:
    """Give a report as one HTML document."""
    return document(plain(report.project, limit=120), _body(report))


def document(title: str, content: Iterable[Child]) -> str:
    """Give a whole document with what is put into its body."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"safe-install: {title}"),
        tag("style", ours(style)),
    )
    body = tag("body", *content, tag("script", ours(script)))
    return f"<!doctype html>\n{tag('html', head, body, lang='en').text}\n"


def _asset(name: str) -> str:
    return files("safe_install.report").joinpath("page", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _body(report: Report) -> Iterator[Child]:
    groups = alike(verdict for review in report.reviews for verdict in review.verdicts)
    yield tag(
        "header",
        tag("h1", "safe-install"),
        tag("p", plain(report.project), class_="project"),
        tag("p", _ENDING.get(report.exit_code, ""), class_=f"ending exit-{report.exit_code}"),
        tag("p", _counted(report.reviews, groups), " Import-time code was not judged.", class_="quiet"),
    )
    yield choices()
    if report.notes:
        notes = [tag("li", plain(note, limit=400)) for note in report.notes]
        yield tag("section", tag("h2", "Notes"), tag("ul", notes))
    yield from (_tree(review) for review in report.reviews if review.against)
    yield from _loose(report, groups)
    yield tag("main", [_script(number, group) for number, group in enumerate(groups)])
    yield tag(
        "footer",
        f"safe-install {report.version}, signatures {report.signatures[:12]}, {report.at:%Y-%m-%d %H:%M} UTC",
        class_="quiet",
    )


def choices() -> Markup:
    """Give the field and the boxes by which what is shown is chosen; the page's own script looks for them."""
    return tag(
        "nav",
        tag("label", "Filter ", tag("input", id="filter", type="search", placeholder="name, signature, text")),
        [
            tag("label", tag("input", type="checkbox", checked="", data_decision=decision.value), f" {_WORD[decision]}")
            for decision in _WORD
        ],
        class_="filter",
    )


def _counted(reviews: Sequence[Review], groups: Sequence[Sequence[Verdict]]) -> str:
    packages = count(sum(review.artifacts for review in reviews), "package")
    each = [(word, sum(group[0].decision is decision for group in groups)) for decision, word in _WORD.items()]
    told = ", ".join(f"{number} {word}" for word, number in each if number)
    which = " new or not as before" if any(review.against for review in reviews) else ""
    return (
        f"{packages}, {count(len(groups), 'script') if groups else 'no script'}{which}{f' ({told})' if told else ''}."
    )


def _tree(review: Review) -> Markup:
    """Tell how the tree differs, remarkable changes first."""
    items = [
        tag("li", f"{row.kind.value}: {row.text}", class_="gaps" if row.remarkable else None)
        for row in tree_rows(review)
    ]
    many = (
        tag("details", tag("summary", count(len(review.tree), "package")), tag("ul", items))
        if len(items) > _MOST_ROWS
        else tag("ul", items)
    )
    return tag("section", tag("h2", "What differs"), tag("p", compared(review)), many)


def _loose(report: Report, groups: Sequence[Sequence[Verdict]]) -> Iterator[Markup]:
    """Tell what concerns no script."""
    names = {subject(group[0]) for group in groups}
    found = [concern for concern in concerns(report) if concern.about not in names]
    groups_alike = together(found, lambda one: (one.blocks, one.severity, one.rule, one.message))
    if found:
        rows = [_concern(first, others) for first, *others in groups_alike]
        yield tag("section", tag("h2", "Beside the scripts"), tag("ul", rows, class_="loose"))


def _concern(first: Concern, others: Sequence[Concern]) -> Markup:
    """Tell one concern, and fold those that are told in the same words."""
    names = [tag("li", tag("code", one.about)) for one in others]
    more = tag("details", tag("summary", f"and {len(others):,} more like this"), tag("ul", names)) if others else None
    told = (_badge(first.severity), " ", tag("code", first.about), f" {first.message}")
    return tag("li", *told, more, class_="finding")


def _script(number: int, group: Sequence[Verdict]) -> Markup:
    """Show one script, folded unless somebody must look."""
    verdict = group[0]
    waits = verdict.decision in {Decision.BLOCK, Decision.REVIEW}
    return tag(
        "details",
        tag(
            "summary",
            tag("span", _WORD[verdict.decision], class_=f"badge {verdict.decision.value}"),
            " ",
            tag("strong", subject(verdict)),
            " ",
            tag("span", standing(verdict), class_="quiet"),
        ),
        *_evidence(verdict, group),
        id=f"script-{number}",
        class_="script",
        data_decision=verdict.decision.value,
        open="" if waits else None,
    )


def _evidence(verdict: Verdict, group: Sequence[Verdict]) -> Iterator[Child]:
    inspection = verdict.inspection
    yield tag("pre", tag("code", plain(inspection.script.command, limit=1_000)), class_="command")
    yield tag("ul", [tag("li", _where(one)) for one in group[:5]], class_="places")
    if verdict.brought_by:
        yield _path(verdict)
    if verdict.change:
        yield from _change(verdict.change, inspection.script.package.artifact.id)
    yield tag("h3", "What it does")
    yield tag("ul", [tag("li", sentence) for sentence in does(inspection)])
    yield tag("h3", "What could not be seen" if inspection.gaps else "Reach")
    yield tag("ul", [tag("li", sentence) for sentence in reach(inspection)], class_="gaps" if inspection.gaps else None)
    yield from _findings(inspection.findings, inspection.script.package.artifact.id)
    yield from _files(inspection.files)


def _where(verdict: Verdict) -> str:
    artifact = verdict.inspection.script.package.artifact
    line = f", lockfile line {artifact.line}" if artifact.line else ""
    return f"{plain(artifact.location, limit=200) or 'the project itself'}{line}"


def _path(verdict: Verdict) -> Markup:
    """Draw the way on which dependencies bring a package in, from the project down to it."""
    artifact = verdict.inspection.script.package.artifact
    steps = ["this project", *map(plain_name, verdict.brought_by), plain_name(f"{artifact.name} {artifact.version}")]
    shown = steps if len(steps) <= _MOST_STEPS else [*steps[: _MOST_STEPS - 2], "…", steps[-1]]
    rows = [text if len(text) <= _WIDEST_STEP else f"{text[: _WIDEST_STEP - 1]}…" for text in shown]
    return tag(
        "svg",
        tag("title", " > ".join(shown)),
        [_step(number, text) for number, text in enumerate(rows)],
        class_="path",
        role="img",
        viewBox=f"0 0 {_STEP_WIDTH + len(rows) * 24} {len(rows) * _STEP_HEIGHT}",
        width=_STEP_WIDTH + len(rows) * 24,
        height=len(rows) * _STEP_HEIGHT,
    )


def _step(number: int, text: str) -> list[Markup]:
    """Draw one package of the way, and the line that leads to it; each a little further to the right."""
    left, top = number * 24, number * _STEP_HEIGHT
    box = tag("rect", x=left, y=top + 2, width=_STEP_WIDTH, height=_STEP_HEIGHT - 10, rx=5)
    label = tag("text", text, x=left + 10, y=top + _STEP_HEIGHT - 15)
    if not number:
        return [box, label]
    down = tag("line", x1=left - 12, y1=top - 8, x2=left - 12, y2=top + _STEP_HEIGHT // 2 - 3)
    along = tag("line", x1=left - 12, y1=top + _STEP_HEIGHT // 2 - 3, x2=left, y2=top + _STEP_HEIGHT // 2 - 3)
    return [down, along, box, label]


def _change(change: Change, own: str) -> Iterator[Child]:
    """Show what is different from what was before: what is new in the evidence, then the rows of each file."""
    yield tag("h3", f"Since {plain_name(change.before)}" if change.before else "What changed")
    if change.unseen:
        yield tag("p", plain(change.unseen))
        return
    if change.commands[0] != change.commands[1]:
        yield tag("p", "the command was ", tag("code", plain(change.commands[0], limit=400)), class_="gaps")
    yield tag(
        "ul",
        [tag("li", f"new: {text}") for text in news(change, own)],
        [tag("li", f"gone: {text}") for text in behaves(change.gone)],
    )
    for file, rows in differences(change.files[:_MOST_FILES], most_rows=_MOST_LINES):
        how = "new" if file.before is None else "no longer reached" if file.after is None else "changed"
        name = f"{plain_name(file.package)}/{plain(file.path, limit=160)}".lstrip("/")
        shown = [_row(row) for row in (rows or ())[:_MOST_LINES]]
        yield tag("details", tag("summary", f"{how}: ", tag("code", name)), tag("pre", shown, class_="file"), open="")


def _row(row: Row) -> Markup:
    kind = {"+": "row add", "-": "row del"}.get(row.mark, "row")
    mark = " " if row.mark == "@" else row.mark  # a sentence of ours
    text = f"{row.line or '':>5} {mark} {plain(row.text.expandtabs(4), limit=400)}\n"
    return tag("span", text, class_=kind)


def _findings(findings: Iterable[Finding], own: str) -> Iterator[Child]:
    told = sorted(dict.fromkeys(findings), key=lambda one: (-one.severity, one.signature, one.path, one.line))
    told = [finding for finding in told if finding.severity > Severity.INFO]
    if told:
        yield tag("h3", "What was found")
    for finding in told:
        yield tag(
            "div",
            tag("p", _badge(finding.severity), " ", tag("code", plain(finding.signature, limit=80))),
            tag("p", plain(finding.message, limit=400)),
            tag("p", place(finding.where, finding.path, finding.line, own), class_="quiet"),
            tag("pre", tag("code", plain_block(finding.excerpt, lines=12))) if finding.excerpt else None,
            class_="finding",
        )


def _badge(severity: Severity) -> Markup:
    return tag("span", severity.name, class_=f"badge {severity.name.lower()}")


def _files(reached: Sequence[ReachableFile]) -> Iterator[Child]:
    """Show every reached file with its text, folded."""
    if not reached:
        return
    yield tag("h3", count(len(reached), "reached file"))
    for file in reached[:_MOST_FILES]:
        via = " > ".join(plain(step, limit=80) for step in file.via)
        yield tag(
            "details",
            tag("summary", tag("code", f"{plain_name(file.package)} {plain(file.path, limit=160)}")),
            tag("p", f"through {via}", class_="quiet") if via else None,
            tag("pre", tag("code", *highlighted(_text(file), file.language)), class_="file"),
            class_="reached",
        )
    if len(reached) > _MOST_FILES:
        yield tag("p", f"and {count(len(reached) - _MOST_FILES, 'more file')}; --json names them all", class_="quiet")


def _text(file: ReachableFile) -> str:
    return plain_block(file.content[:_MOST_BYTES].decode("utf-8", "replace"), lines=_MOST_LINES)
