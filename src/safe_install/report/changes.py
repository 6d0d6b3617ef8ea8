"""What changed in a script since a person approved it, as lines for people: what is new first, then the files' own lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safe_install.judgement import Approval, Change, FileChange, Grants
from safe_install.model import Severity
from safe_install.report.difference import Row, counted, differences
from safe_install.report.page import COLUMN, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import behaves, count, end, listed, place, unseen

_MOST_ROWS = 60  # of one file, in a report
_MOST_ROWS_WHOLE = 3_000  # for who is about to approve it
_MOST_FILES = 8
_MOST_FILES_WHOLE = 200
_MARGIN = COLUMN + 7
_LEAST = 20
_WIDEST_ROW = 400  # characters of one line of a package's
_TONES = {"+": Tone.GOOD, "-": Tone.BAD, " ": Tone.QUIET, "@": Tone.QUIET}


def about_change(change: Change, own: str, width: int, *, whole: bool = False) -> Iterator[Line]:
    """Show a change of the package whose id is ``own``; ``whole`` shows far more of it, for who is about to approve it."""
    if change.unseen:
        yield Line(label="changed", text=f"what was approved cannot be shown: {plain(change.unseen)}", tone=Tone.CARE)
        return
    yield from _news(change, own)
    if not change.exact:
        told = "what was approved is read differently today, so this may not be all that differs"
        yield Line(label="care", text=told, tone=Tone.CARE)
    most = _MOST_FILES_WHOLE if whole else _MOST_FILES
    compared = differences(change.files[:most], most_rows=_MOST_ROWS_WHOLE)
    shown: dict[tuple[Row, ...], str] = {}
    for number, (file, rows) in enumerate(compared):
        like = shown.setdefault(rows, _file_name(file)) if rows else ""
        if like in {"", _file_name(file)}:
            yield from about_file(file, rows, number, width, whole=whole)
        else:
            yield Line(text=f"{_file_name(file)}: the very lines of {like}", tone=Tone.STRONG)
    more = len(change.files) - most
    left = [f"{count(more, 'more file')} that {'differs' if more == 1 else 'differ'}"] if more > 0 else []
    left += (
        [f"{count(len(change.unread), 'file')} that differ and are not shown: {_named(change.unread)}"]
        if change.unread
        else []
    )
    yield from (Line(text=f"and {text}; --json has more", tone=Tone.CARE) for text in left)
    if not change.files and not change.unread and change.commands[0] == change.commands[1]:
        yield Line(label="changed", text="no file that it reaches: only the edges to them", tone=Tone.CARE)


def _named(names: Sequence[str]) -> str:
    return listed([plain(name, limit=80) for name in names])


def _news(change: Change, own: str) -> Iterator[Line]:
    """Say what is new in the evidence, worst first, and what is gone."""
    if change.commands[0] != change.commands[1]:
        yield Line(label="command", text=f"was {plain(change.commands[0])}", tone=Tone.CARE)
    told = news(change, own)
    tone = Tone.BAD if change.findings or change.gaps else Tone.CARE
    for number, text in enumerate(told or ["nothing in what is found or done, only in how it is written"]):
        yield Line(label="" if number else "new", text=text, tone=tone if told and not number else Tone.TEXT)
    if gone := behaves(change.gone):
        yield Line(label="gone", text="; ".join(gone))


def news(change: Change, own: str) -> list[str]:
    """Say what is new in the evidence, worst first: found, not seen any more, ends of text, behaviours."""
    found = [
        f"{one.severity.name} {plain(one.signature, limit=80)} in {place(one.where, one.path, one.line, own)}"
        for one in sorted(change.findings, key=lambda one: -one.severity)
        if one.severity > Severity.INFO
    ]
    unread = [f"unseen: {text}" for text in unseen(change.gaps, own)]
    ends = [end(boundary, own) for boundary in change.boundaries]
    return list(dict.fromkeys([*found, *unread, *ends, *behaves(change.behaviours)]))


def about_file(
    file: FileChange, rows: tuple[Row, ...] | None, number: int, width: int, *, whole: bool
) -> Iterator[Line]:
    """Show the rows by which one file, the ``number``-th from 0, differs; without rows only that it does."""
    come, went = counted(rows or ())
    how = f"+{come:,} -{went:,} lines" if rows is not None else "differs, and there is too much before it to show that"
    how = "new" if file.before is None else "no longer reached" if file.after is None else how
    behind = ", behind an edge that could not be followed" if file.behind_gap else ""
    yield Line(label="" if number else "files", text=f"{_file_name(file)}: {how}{behind}", tone=Tone.STRONG)
    rows = rows or ()
    most = _MOST_ROWS_WHOLE if whole else _MOST_ROWS
    shown = [row for row in rows if row.mark != " "] if len(rows) > most else rows
    for row in shown[:most]:
        yield from _row(row, width)
    if len(shown) > most:
        yield Line(
            text=f"… {len(shown) - most:,} more changed lines; --json has them, and approve the first thousands",
            tone=Tone.CARE,
        )


def _file_name(file: FileChange) -> str:
    return f"{plain_name(file.package)}/{plain(file.path, limit=120)}".lstrip("/")


def _row(row: Row, width: int) -> Iterator[Line]:
    """Show one line behind a bar, with its number; it goes on below when it is long."""
    room = max(width - _MARGIN - 2, _LEAST)
    text = plain(row.text.expandtabs(4), limit=_WIDEST_ROW)
    for start in range(0, max(len(text), 1), room):
        told = row.line if row.line and not start else ""
        label = f"{'':{COLUMN}}{told:>4} │"
        mark = row.mark if row.mark != "@" and not start else " "
        shown = f"{mark} {text[start : start + room]}"
        yield Line(label=label, text=shown, tone=_TONES[row.mark], indent=_MARGIN, whole=True)


def granted(grants: Grants) -> str:
    """Say what a person gave a script beside the right to run; nothing when that is nothing."""
    told = [
        f"may speak to {listed(map(plain_name, grants.hosts), most=9)}" if grants.hosts else "",
        f"may write {listed([plain(path, limit=80) for path in grants.outputs], most=9)}" if grants.outputs else "",
        f"gets {listed(map(plain_name, grants.env), most=9)} from your environment" if grants.env else "",
        "keeps a cache of its own" if grants.cache else "",
    ]
    return ", ".join(filter(None, told))


def granted_before(record: Approval | None) -> Iterator[Line]:
    """Tell what the former approval granted: a new one grants only what is named again."""
    if record and record.grants != Grants():
        yield Line(label="granted", text=f"before: {granted(record.grants)}; name it again to keep it", tone=Tone.CARE)
