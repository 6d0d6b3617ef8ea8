"""The report for people at a terminal; it reads the same in a pipe, without colour and in 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from safe_install.report.evidence import about_scripts
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain
from safe_install.report.story import story
from safe_install.story import Report

WIDEST = 100  # characters that an eye still follows to the next line
_NARROWEST = 40
_MOST = 10_000  # characters of one line of ours; it is wrapped
_STYLES = {
    Tone.TEXT: "",
    Tone.STRONG: "bold",
    Tone.QUIET: "dim",
    Tone.GOOD: "green",
    Tone.CARE: "bold yellow",
    Tone.BAD: "bold red",
}
_ASCII = str.maketrans({"…": "...", "│": "|"})


def render(report: Report, console: Console) -> None:
    """Print the whole story."""
    _print(story(report, _width(console)), console)


def render_evidence(report: Report, console: Console, *, settled: bool = False) -> None:
    """Print only the scripts that wait (or ``settled`` ones too) and what is known of them: what a person reads before a yes."""
    verdicts = [verdict for review in report.reviews for verdict in review.verdicts]
    _print(about_scripts(verdicts, _width(console), advise=False, settled=settled), console)


def render_page(lines: Iterable[Line], console: Console) -> None:
    """Print lines that are no report: the signatures, for one."""
    _print(lines, console)


def _width(console: Console) -> int:
    return max(_NARROWEST, min(console.width, WIDEST))


def _print(lines: Iterable[Line], console: Console) -> None:
    before = BLANK
    for line in lines:
        if line == before == BLANK:
            continue
        before = line
        for row in rows(line, console):
            console.print(row, soft_wrap=True)


def rows(line: Line, console: Console) -> Iterator[Text]:
    """Lay out one line: the label once, the text right of its indent, wrapped there unless it must stay whole."""
    style = _STYLES[line.tone]
    label_style = style or "dim"
    text = Text(_safe(line.text, console), "" if line.label else style)
    room = _width(console) - line.indent
    for number, row in enumerate([text] if line.whole else text.wrap(console, room, overflow="fold") or [text]):
        label = Text("" if number else _safe(line.label, console), label_style)
        label.pad_right(max(line.indent - label.cell_len, 1 if label else 0))
        whole = Text.assemble(label, row)
        whole.rstrip()
        yield whole


def _safe(text: str, console: Console) -> str:
    """Let nothing pass that somebody forgot to make plain, and nothing that the output cannot encode."""
    safe = plain(text, limit=_MOST)
    if console.options.ascii_only:
        safe = safe.translate(_ASCII).encode("ascii", "backslashreplace").decode()
    return safe
