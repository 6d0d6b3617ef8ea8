"""What changed in a script since it was approved: the news of the evidence first, then exactly the files that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from safe_install.judgement import Change, FileChange
from safe_install.model import Behaviours, Language
from safe_install.report.changes import granted_before
from safe_install.report.difference import Row, differences
from safe_install.report.evidence import from_us, heading
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.screen import Code
from safe_install.report.words import behaves, count, end, listed, place, unseen
from safe_install.reviewing.sources import row_of
from safe_install.reviewing.state import Item

_MOST_ROWS = 20_000
_LANGUAGES = {
    "ts": Language.TYPESCRIPT,
    "mts": Language.TYPESCRIPT,
    "cts": Language.TYPESCRIPT,
    "sh": Language.SHELL,
    "py": Language.PYTHON,
    "gyp": Language.GYP,
    "gypi": Language.GYP,
    "json": Language.JSON,
    "bat": Language.BATCH,
    "cmd": Language.BATCH,
    "ps1": Language.POWERSHELL,
}


def about_change(item: Item, width: int) -> Iterator[Line | Code]:
    """Tell what is new in one script; where what was approved cannot be had, that is said."""
    change, verdict = item.verdict.change, item.verdict
    yield heading(verdict)
    if change is None:
        return
    yield Line(label="compared", text=f"{plain_name(change.before)}, as approved, with {plain_name(change.after)}")
    if change.unseen:
        yield Line(label="unseen", text=plain(change.unseen), tone=Tone.CARE)
        yield Line(text="D shows the script as it is now.")
        return
    if change.commands[0] != change.commands[1]:
        yield Line(label="command", text=f"was {plain(change.commands[0])}", tone=Tone.CARE)
        yield Line(text=f"is  {plain(change.commands[1])}", tone=Tone.CARE)
    yield from _news(change, item.artifacts[0].id)
    yield from granted_before(verdict.previous)
    yield from from_us(verdict)
    if not change.exact:
        told = "what was approved is read differently today, so this may not be all that differs"
        yield Line(label="care", text=told, tone=Tone.CARE)
    for file, rows in _compared(change.files, width):
        yield BLANK
        yield from _file(file, rows)
    if change.unread:
        unread = listed([plain(name, limit=80) for name in change.unread], most=20)
        yield BLANK
        yield Line(
            text=f"{count(len(change.unread), 'more file')} that differ cannot be shown: {unread}",
            indent=0,
            tone=Tone.CARE,
        )


def _news(change: Change, own: str) -> Iterator[Line]:
    """Tell what the evidence has that it had not, worst first."""
    for finding in sorted(change.findings, key=lambda one: (-one.severity, one.signature)):
        where = place(finding.where, finding.path, finding.line, own)
        told = f"{finding.severity.name} {plain(finding.signature, limit=80)} in {where}: {plain(finding.message)}"
        yield Line(label="new found", text=told, tone=Tone.BAD, indent=11)
    yield from _labelled("new unseen", unseen(change.gaps, own), Tone.CARE)
    now = [*(end(boundary, own) for boundary in dict.fromkeys(change.boundaries)), *behaves(change.behaviours)]
    yield from _labelled("now", now, Tone.CARE)
    yield from _labelled("no longer", behaves(change.gone), Tone.QUIET)
    if not (change.findings or change.gaps or change.boundaries or change.behaviours != Behaviours()):
        yield Line(label="new", text="no finding, no gap and nothing that it does", indent=11)


def _labelled(label: str, texts: Iterable[str], tone: Tone) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield Line(label="" if number else label, text=text, tone=tone if not number else Tone.TEXT, indent=11)


def _file(file: FileChange, rows: tuple[Code, ...] | None) -> Iterator[Line | Code]:
    how = "is new" if file.before is None else "is no longer reached" if file.after is None else "changed"
    behind = ", behind an edge that could not be followed" if file.behind_gap else ""
    name = f"{plain_name(file.package)}: {plain(file.path, limit=160)}"
    yield Line(text=f"{name} {how}{behind}", indent=0, tone=Tone.STRONG)
    if rows:
        yield from rows
    elif rows is None:
        yield Line(text="too much differs to show this too: f has the file as it is now", indent=0, tone=Tone.CARE)
    elif file.before == file.after:
        yield Line(text="its contents are the same", indent=0, tone=Tone.QUIET)
    else:
        yield Line(text="what is bound of it reads the same, but its bytes differ", indent=0, tone=Tone.CARE)


@lru_cache(maxsize=16)
def _compared(files: tuple[FileChange, ...], width: int) -> tuple[tuple[FileChange, tuple[Code, ...] | None], ...]:
    """Compare all files of a change, as far as a person reads and time allows."""
    return tuple((file, _codes(file, rows, width)) for file, rows in differences(files, most_rows=_MOST_ROWS))


def _codes(file: FileChange, rows: Sequence[Row] | None, width: int) -> tuple[Code, ...] | None:
    language = _language(file.path)
    return (
        None
        if rows is None
        else tuple(code for row in rows for code in row_of(row.text, language, row.line, width, row.mark))
    )


def _language(path: str) -> Language:
    ending = path.rpartition(".")[2].lower()
    return _LANGUAGES.get(ending, Language.JAVASCRIPT if ending in {"js", "cjs", "mjs"} else Language.TEXT)
