"""How far the work is: bars on a terminal, one quiet line a stage in a pipe, nothing at all for ``--json``.

All three are used in the same way, and by several threads at once: ``begin``, ``advance``, ``end``. A stage that
is begun ends the one before, and ``end`` may be called once too often, so that one ``finally`` is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from safe_install.report.plain import plain

if TYPE_CHECKING:  # bars take as long to import as a small lockfile to read, and only a terminal shows them
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Progress:
    """Says nothing; `on` gives one that speaks."""

    @staticmethod
    def silent() -> Progress:
        """Give the one for programs."""
        return Progress()

    @staticmethod
    def on(console: Console) -> Progress:
        """Give bars on a terminal, quiet lines anywhere else."""
        return _OnTerminal(console) if console.is_terminal and not console.is_dumb_terminal else _InLines(console)

    def begin(self, what: str, total: int | None = None) -> None:
        """Start a stage of so many pieces, or of a length nobody knows."""

    def advance(self, number: int = 1) -> None:
        """Tell that so many pieces are done."""

    def end(self) -> None:
        """Finish the stage, if there is one."""


class _InLines(Progress):
    """One line when a stage begins; what begins again and again, as when a script asks for one archive after the other, says it once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""

    def begin(self, what: str, total: int | None = None) -> None:
        told = plain(what if total is None else f"{what}: {total:,}")
        if told == self._last:
            return
        self._last = told
        self._console.print(told, markup=False, highlight=False, emoji=False, soft_wrap=True)


class _OnTerminal(Progress):
    """One bar at a time; it is gone when its stage ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars: tuple[Bars, TaskID] | None = None

    def begin(self, what: str, total: int | None = None) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self.end()
        columns = [BarColumn(), *([] if total is None else [MofNCompleteColumn()]), TimeElapsedColumn()]
        bars = Bars(TextColumn("{task.description}", markup=False), *columns, console=self._console, transient=True)
        self._bars = bars, bars.add_task(plain(what, limit=40), total=total)
        bars.start()

    def advance(self, number: int = 1) -> None:
        if self._bars:
            bars, stage = self._bars
            bars.advance(stage, number)

    def end(self) -> None:
        if self._bars:
            self._bars[0].stop()
            self._bars = None
