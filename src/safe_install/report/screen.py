"""A page on a whole screen: a heading, a part that scrolls, and a foot; code in the colours of its language.

The one more place that knows rich, for it draws what terminal.py prints: styles, widths and wide characters are the same.
Whatever is shown passes `plain` first and is text for rich, never markup. Code is coloured row by row, so what a lexer has
to read is bounded, and no unclosed comment or quote of a package colours what follows; a row inside a long comment is
therefore shown as if it were code.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from safe_install.model import Language
from safe_install.report.page import Line
from safe_install.report.plain import plain
from safe_install.report.terminal import rows

LEAST = (40, 12)
"""Columns and lines below which no page fits."""
MARGIN = 8
"""Columns that the line numbers of code take."""
_LEXERS = {
    Language.JAVASCRIPT: "javascript",
    Language.TYPESCRIPT: "typescript",
    Language.SHELL: "bash",
    Language.BATCH: "batch",
    Language.POWERSHELL: "powershell",
    Language.PYTHON: "python",
    Language.GYP: "python",
    Language.JSON: "json",
    Language.TEXT: "text",
}
_THEME = "ansi_dark"  # the terminal's own sixteen colours
_SIGNS = {"+": Style(color="green", bold=True), "-": Style(color="red", bold=True), "@": Style(dim=True)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One row of a file, plain already and no wider than the screen; ``sign`` is that of a difference."""

    text: str
    language: Language
    number: int = 0
    sign: str = " "


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What is on the screen; ``chosen`` is the line of the body that must be seen, None when the person scrolls."""

    head: str
    foot: tuple[Line, ...]
    body: Sequence[Line | Code]
    chosen: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A screen full of text with its escapes, how many lines the body has, how many are seen, and from which on."""

    text: str
    lines: int
    height: int
    top: int


class _Paper(io.StringIO):
    """A text to print on, which takes the characters that the real terminal takes."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Name what the terminal understands."""
        return self._encoding


def draw(page: Page, top: int, size: tuple[int, int], console: Console) -> Drawing:
    """Draw a page for a screen of so many columns and lines; ``console`` says which colours there are.

    No row is wider than the screen, and there are never more rows than it has.
    """
    width, height = size
    own = _console(console, width)
    if width < LEAST[0] or height < LEAST[1]:
        told = f"Make this window larger: {LEAST[0]} columns and {LEAST[1]} lines at least."
        return Drawing(
            text=_frame([Text(told[at : at + width]) for at in range(0, len(told), width)][:height], own),
            lines=0,
            height=0,
            top=0,
        )
    foot = [row for line in page.foot for row in rows(line, own)][: height - 4]
    seen = height - 2 - len(foot)
    body, starts = _laid_out(page.body, own)
    if page.chosen is not None and page.chosen < len(starts):
        last = starts[page.chosen + 1] if page.chosen + 1 < len(starts) else len(body)
        top = min(starts[page.chosen], max(top, last - seen)) if page.chosen else 0
    top = max(0, min(top, len(body) - seen))
    shown = [row if isinstance(row, Text) else _coloured(row, own) for row in body[top : top + seen]]
    shown += [Text()] * (seen - len(shown))
    head = _head(page.head, top, seen, len(body), width)
    return Drawing(
        text=_frame([head, *shown, Text(("-" if own.options.ascii_only else "─") * width, "dim"), *foot], own),
        lines=len(body),
        height=seen,
        top=top,
    )


def _console(console: Console, width: int) -> Console:
    """Make a console that writes into a text, with the colours of the real one."""
    return Console(
        file=_Paper(console.encoding),
        force_terminal=True,
        color_system="standard" if console.color_system else None,
        no_color=console.no_color,
        width=width,
        highlight=False,
        legacy_windows=False,
    )


def _laid_out(body: Sequence[Line | Code], console: Console) -> tuple[list[Text | Code], list[int]]:
    """Give the rows of a body, and the row at which each of its lines starts."""
    laid: list[Text | Code] = []
    starts: list[int] = []
    for line in body:
        starts.append(len(laid))
        laid.extend([line] if isinstance(line, Code) else rows(line, console))
    return laid, starts


def _head(text: str, top: int, seen: int, total: int, width: int) -> Text:
    """Write the heading, and at its right how far down this is."""
    place = f" {min(top + seen, total)}/{total}" if total > seen else ""
    room = width - cell_len(place)
    return Text(set_cell_size(plain(text, limit=room), room) + place, "reverse")


def _coloured(code: Code, console: Console) -> Text:
    """Colour one row; its number and its sign stand before it."""
    number = f"{code.number:>5}" if code.number else " " * 5
    text = Text.assemble((f"{number} ", "dim"), (f"{code.sign} ", _SIGNS.get(code.sign, "")))
    if code.sign == "@":
        return text.append(code.text, "dim")
    lexer = _LEXERS.get(code.language, "text")
    coloured = Syntax("", lexer, theme=_THEME, background_color="default").highlight(code.text)
    coloured.rstrip()
    return text.append_text(coloured) if not console.no_color else text.append(code.text)


def _frame(lines: Sequence[Text], console: Console) -> str:
    """Write rows as a terminal takes them: each from the first column, the rest of it cleared."""
    told = []
    for line in lines:
        line.truncate(console.width)
        with console.capture() as captured:
            console.print(line, end="", soft_wrap=True)
        told.append(captured.get().replace("\n", ""))
    return "\x1b[H" + "\x1b[K\r\n".join(told) + "\x1b[K\x1b[J"
