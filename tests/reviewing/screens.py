"""A review without a terminal: keys in, screens out as the rows that a person sees."""

from __future__ import annotations

import re

from rich.console import Console

from safe_install.judgement import Verdict
from safe_install.report.screen import Drawing, draw
from safe_install.reviewing.keys import press
from safe_install.reviewing.pages import page
from safe_install.reviewing.state import State, begin
from tests.report.stories import ordinary

OURS = re.compile(r"\A\x1b\[H|\x1b\[K(?=\r\n|\x1b\[J\Z)|\x1b\[J\Z")
"""What a screen without colours is framed with; anything else that a terminal obeys would stay, and be seen."""


def opened(*verdicts: Verdict) -> State:
    """Open a review of these; without any, of an ordinary project: addon changed, esbuild is new, core-js only moved."""
    return begin(verdicts or ordinary().reviews[0].verdicts, {})


def typed(state: State, *keys: str) -> State:
    """Type keys; a word of several letters that is no key's name is typed letter by letter."""
    for key in keys:
        state = press(state, key)
    return state


def drawn(state: State, size: tuple[int, int] = (80, 24), *, colours: bool = False) -> Drawing:
    """Draw the page of a state."""
    console = Console(force_terminal=True, color_system="standard" if colours else None, width=size[0])
    return draw(page(state, size[0]), state.top, size, console)


def rows(state: State, size: tuple[int, int] = (80, 24)) -> list[str]:
    """Give what a person sees, row by row, without colours."""
    return [row.rstrip() for row in OURS.sub("", drawn(state, size).text).split("\r\n")]


def shown(state: State, size: tuple[int, int] = (80, 24)) -> str:
    """Give what a person sees as one text, its rows joined by spaces."""
    return re.sub(r"\s+", " ", " ".join(rows(state, size)))
