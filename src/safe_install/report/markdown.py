"""Markdown for a comment on a pull request or a job's summary: a table, then each script folded.

Text of packages stands in code spans and blocks only, fenced longer than anything in them. The first line is a mark that no
reader sees, by which a later run finds its own comment again. GitHub takes 65,536 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from safe_install.judgement import Change, Decision, Verdict
from safe_install.model import Finding, Severity
from safe_install.report.changes import news
from safe_install.report.concerns import Concern, concerns
from safe_install.report.difference import differences
from safe_install.report.evidence import alike, together
from safe_install.report.plain import plain, plain_block, plain_name
from safe_install.report.tree import compared, tree_rows
from safe_install.report.words import behaves, count, does, place, reach, standing, subject, way
from safe_install.story import Report, Review

MARK = "<!-- safe-install-report -->"
LONGEST = 65_000
_MOST_ROWS = 50
_MOST_ALIKE = 8
_EXCERPT = 12
_MOST_FILES, _MOST_LINES = 5, 40  # of a change, and of one file of it
_WORD = {Decision.BLOCK: "blocked", Decision.REVIEW: "to review", Decision.ALLOW: "allowed", Decision.SKIP: "skipped"}
_SIGN = {Decision.BLOCK: "⛔", Decision.REVIEW: "👀", Decision.ALLOW: "✅", Decision.SKIP: "✅"}
_MEANING = {
    0: "Every script that wants to run was approved or needs no run.",
    1: "safe-install could not work; nothing was judged.",
    2: "safe-install was called wrongly; nothing was judged.",
    10: "Somebody must look before these scripts may run.",
    11: "Policy refuses this.",
    12: "npm or an approved script failed.",
}


def render(report: Report) -> str:
    """Give a report as Markdown, cut at the end of a section when it grows beyond `LONGEST`."""
    groups = alike(verdict for review in report.reviews for verdict in review.verdicts)
    packages = sum(review.artifacts for review in report.reviews)
    compared_only = any(review.against for review in report.reviews)
    which = "new or not as before" if compared_only else "that npm would run"
    told = f"{count(packages, 'package')}, {count(len(groups), 'script') if groups else 'no script'} {which}."
    meaning = (
        "Nothing new wants to run."
        if compared_only and not report.exit_code and not groups
        else _MEANING[report.exit_code]
    )
    head = [MARK, f"### safe-install: {meaning}", "", f"{told} Import-time code was not judged.", ""]
    notes = [f"- note: {_text(plain(note, limit=400))}" for note in report.notes]
    waiting = [group[0] for group in groups if group[0].decision in {Decision.BLOCK, Decision.REVIEW}]
    trees = [line for review in report.reviews if review.against for line in _tree(review)]
    sections = [
        "\n".join([*head, *notes, *([""] if notes else []), *trees, *_table(waiting)]),
        *_loose(report),
        *map(_section, waiting),
    ]
    return _cut(sections)


def _table(verdicts: list[Verdict]) -> Iterator[str]:
    if not verdicts:
        return
    yield "| | script | standing | found | unseen |"
    yield "|---|---|---|---|---|"
    for verdict in verdicts[:_MOST_ROWS]:
        found = sorted({f.signature for f in verdict.inspection.findings if f.severity > Severity.INFO})
        cells = [
            _SIGN[verdict.decision],
            _code(subject(verdict)),
            _text(standing(verdict)),
            ", ".join(_code(plain(one, limit=80)) for one in found[:3]) + (" …" if len(found) > 3 else ""),  # noqa: PLR2004
            str(len(verdict.inspection.gaps) or ""),
        ]
        yield f"| {' | '.join(cells)} |"
    if len(verdicts) > _MOST_ROWS:
        yield f"\nand {len(verdicts) - _MOST_ROWS} more."


def _tree(review: Review) -> Iterator[str]:
    """Tell how the tree differs, remarkable changes first."""
    yield _text(compared(review))
    yield ""
    told = tree_rows(review)
    yield from (f"- {row.kind.value}: {_text(row.text)}" for row in told[:_MOST_ROWS])
    if left := sum(row.packages for row in told[_MOST_ROWS:]):
        yield f"- and {left} more"
    yield ""


def _loose(report: Report) -> Iterator[str]:
    """Tell what concerns no script."""
    names = {subject(verdict) for review in report.reviews for verdict in review.verdicts}
    loose = (concern for concern in concerns(report) if concern.about not in names)
    lines = [
        f"- **{first.severity.name}** {_code(first.about)}{_more(others)}: {_text(first.message)}"
        for first, *others in together(loose, lambda one: (one.blocks, one.severity, one.rule, one.message))
    ]
    if lines:
        yield "\n".join(["", *lines])


def _more(others: Sequence[Concern]) -> str:
    """Name some that are told in the same words."""
    if not others:
        return ""
    names = [_code(one.about) for one in others[:_MOST_ALIKE]]
    left = len(others) - len(names)
    return f", {', '.join(names)}{f' and {left:,} more' if left else ''}"


def _section(verdict: Verdict) -> str:
    """Tell one script, folded."""
    inspection = verdict.inspection
    artifact = inspection.script.package.artifact
    line = f", lockfile line {artifact.line}" if artifact.line else ""
    through = f", through {_code(way(verdict))}" if verdict.brought_by else ""
    rows = [
        "",
        f"<details><summary>{_WORD[verdict.decision]}: <code>{_html(subject(verdict))}</code></summary>",
        "",
        f"At {_code(plain(artifact.location, limit=160) or '.')}{line}{through}. Its command:",
        "",
        *_fenced(plain(inspection.script.command, limit=400), "sh"),
        "",
        *(_change(verdict.change, artifact.id) if verdict.change else ()),
        *(f"- {_text(sentence)}" for sentence in does(inspection)),
        *(f"- {'not seen' if inspection.gaps else 'reach'}: {_text(sentence)}" for sentence in reach(inspection)),
        "",
        *_findings(f for f in dict.fromkeys(inspection.findings) if f.severity > Severity.INFO),
        "</details>",
    ]
    return "\n".join(rows)


def _change(change: Change, own: str) -> Iterator[str]:
    """Tell what is different from what was before: the evidence first, then the lines of the first files."""
    if change.unseen:
        yield f"What was before cannot be shown: {_text(plain(change.unseen))}"
        yield ""
        return
    if change.commands[0] != change.commands[1]:
        yield f"- the command was {_code(plain(change.commands[0], limit=400))}"
    yield from (f"- new: {_text(one)}" for one in news(change, own))
    yield from (f"- gone: {_text(one)}" for one in behaves(change.gone))
    yield ""
    for file, rows in differences(change.files[:_MOST_FILES], most_rows=_MOST_LINES):
        how = "new" if file.before is None else "no longer reached" if file.after is None else "changed"
        yield f"{how}: {_code(f'{plain_name(file.package)}/{plain(file.path, limit=160)}'.lstrip('/'))}"
        shown = [f"{'' if row.mark == '@' else row.mark}{plain(row.text.expandtabs(4))}" for row in rows or ()]
        yield from ("", *_fenced("\n".join(shown[:_MOST_LINES]), "diff"), "") if shown else ("",)
        if len(shown) > _MOST_LINES:
            yield f"and {len(shown) - _MOST_LINES} more lines"
    if len(change.files) > _MOST_FILES:
        yield f"and {count(len(change.files) - _MOST_FILES, 'more file')}; the report in JSON has them all"
    yield ""


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in sorted(findings, key=lambda one: (-one.severity, one.signature, one.path, one.line)):
        where = _code(place(finding.where, finding.path, finding.line))
        signature = _code(plain(finding.signature, limit=80))
        yield f"**{finding.severity.name}** {signature} in {where}: {_text(plain(finding.message, limit=400))}"
        yield ""
        if finding.excerpt:
            yield from (*_fenced(plain_block(finding.excerpt, lines=_EXCERPT), ""), "")


# ------------------------------------------------------------------ text as text


def _code(text: str) -> str:
    """Put text into a code span that nothing in it ends; a bar would end a table's cell."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|')}{pad}{fence}" if text else ""


def _fenced(text: str, language: str) -> list[str]:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", text, fence]


def _text(text: str) -> str:
    """Give text to Markdown as text: no link, no emphasis, no table cell, and nobody mentioned.

    GitHub looks for mentions and issues after escapes are gone, so an empty comment stands within those.
    """
    escaped = re.sub(r"([\\`*_{}\[\]()+!|<>~$&])", r"\\\1", text)
    escaped = re.sub(r"(?<![\w.])@(?=\w)|#(?=\d)|(?<=GH)-(?=\d)", lambda match: f"{match[0]}<!-- -->", escaped)
    return re.sub(r"://|(?<=www)\.", lambda match: f"<!-- -->{match[0]}", escaped)


def _html(text: str) -> str:
    """Give text to an HTML block, where Markdown is none; within ``code``, or GitHub would mention whom ``@scope`` names."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(sections: list[str]) -> str:
    """Put sections together as long as there is room, and say how many were left out."""
    told = ""
    for number, section in enumerate(sections):
        if len(told) + len(section) > LONGEST:
            return f"{told}\n\n… and {count(len(sections) - number, 'more section')}, left out for length."
        told = f"{told}\n{section}" if told else section
    return f"{told}\n"
