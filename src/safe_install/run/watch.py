"""Everything that looks on while one script runs: its gateway, its decoys, its bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from safe_install.run.changes import Change, Kind
from safe_install.run.decoys import Decoys
from safe_install.run.gateway import Gateway
from safe_install.run.layers import Layer
from safe_install.run.limits import Limits
from safe_install.run.needles import Needles
from safe_install.run.porter import Porter
from safe_install.run.upstream import Upstream
from safe_install.run.walls import Sandbox
from safe_install.story import HostUse, Step


class Watch:
    """Stands from before a script begins until what it did is told; everything is let go at the end of the block."""

    def __init__(self, step: Step, env: Mapping[str, str], private: Path, decoys: Decoys) -> None:
        self._stack = ExitStack()
        self.decoys = decoys
        self.gateway = Gateway(step.confinement.network, Upstream(env))
        self.limits = Limits(private)
        self._network = "the hosts that were granted" if step.confinement.network else "no network"

    def __enter__(self) -> Self:
        """Let go at the end."""
        for release in (self.decoys.close, self.gateway.close, self.limits.release):
            self._stack.callback(release)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of everything."""
        self._stack.close()

    @property
    def told(self) -> tuple[str, ...]:
        """Say in words what held."""
        return (
            self._network,
            *self.limits.told,
            *(() if self.decoys.were_watched else ("decoys could not be watched",)),
        )

    def begin(self, pid: int, *, sandbox: Sandbox, porter: Porter) -> None:
        """Take up the watch over a process that has not begun; with reduced walls there is no network to answer in."""
        self.decoys.watch()
        self.limits.hold(pid)
        if not sandbox.lacks:
            self.gateway.serve(*porter.sockets(pid, self.gateway.ports, wake=sandbox.loopback_sleeps))

    def end(
        self, output: str, changes: Sequence[tuple[Layer, Change]]
    ) -> tuple[tuple[HostUse, ...], tuple[str, ...], tuple[str, ...]]:
        """Tell the hosts it asked for, the decoys it opened, and where what is in them came up again.

        What lies in files can only have been read by opening them, so that most scripts need no search.
        """
        hosts = self.gateway.close()
        touched = self.decoys.touched()
        searched = touched or self.decoys.environment or not self.decoys.were_watched
        return hosts, touched, tuple(self._leaks(output, changes)) if searched else ()

    def _leaks(self, output: str, changes: Sequence[tuple[Layer, Change]]) -> list[str]:
        needles = Needles(self.decoys.secrets)
        found = ["a name that it looked up"] if needles.are_in_names(self.gateway.asked) else []
        found += ["a plain HTTP request"] if needles.are_in(bytes(self.gateway.plain)) else []
        found += ["what it printed"] if needles.are_in(output.encode()) else []
        found += [
            layer.called(change.path)
            for layer, change in changes
            if (change.kind is Kind.FILE and needles.are_in_file(change.source))
            or needles.are_in(change.target.encode(errors="replace"))
        ]
        return found[:100]
