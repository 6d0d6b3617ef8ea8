"""How far the work is: bars for people, lines for logs, silence for programs."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from safe_install.report.progress import Progress


def run_two_stages(progress: Progress) -> None:
    """Use it as the hallway does: a stage of known length, one of unknown, and one end too many."""
    progress.begin("fetching \x1b[31m [red]and", 40)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: progress.advance(), range(40)))
    progress.begin("matching signatures")
    progress.advance()
    progress.end()
    progress.end()


def test_a_pipe_gets_one_quiet_line_a_stage() -> None:
    out = io.StringIO()
    run_two_stages(Progress.on(Console(file=out)))
    assert out.getvalue() == "fetching \\u{1b}[31m [red]and: 40\nmatching signatures\n"


def test_a_stage_that_begins_again_and_again_is_one_line() -> None:
    out = io.StringIO()
    progress = Progress.on(Console(file=out))
    for total in (1, 1, 1, 2, 1):
        progress.begin("fetching", total)
    assert out.getvalue() == "fetching: 1\nfetching: 2\nfetching: 1\n"


def test_a_terminal_gets_bars_that_are_gone_at_the_end() -> None:
    out = io.StringIO()
    run_two_stages(Progress.on(Console(file=out, force_terminal=True, width=100, legacy_windows=False)))
    told = out.getvalue()
    assert "40/40" in told
    assert "[red]and" in told
    assert "\x1b[?25h" in told  # the cursor is back
    assert told.rstrip("\n").endswith("\x1b[2K")


def test_a_terminal_that_cannot_draw_gets_lines() -> None:
    out = io.StringIO()
    run_two_stages(Progress.on(Console(file=out, force_terminal=True, _environ={"TERM": "dumb"})))
    assert "\x1b[?25" not in out.getvalue()


def test_a_program_gets_nothing_and_an_end_without_a_beginning_is_fine() -> None:
    Progress.silent().end()
    run_two_stages(Progress.silent())
    Progress.on(Console(file=io.StringIO(), force_terminal=True)).end()
    Progress.on(Console(file=io.StringIO(), force_terminal=True)).advance()
