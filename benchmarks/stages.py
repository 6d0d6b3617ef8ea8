"""safe-install with a clock on each of its stages: CPU seconds by what they were spent on, and the peak of memory."""

from __future__ import annotations

import atexit
import functools
import json
import resource
import runpy
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

STAGES = {
    "reading the lockfile": ("safe_install.pipeline", "project_subject"),
    "fetching and hashing": ("safe_install.scan.fetch.delivery", "Delivery.fulfil"),
    "unpacking": ("safe_install.gathering", "unpack"),
    "looking for scripts": ("safe_install.gathering", "lifecycle_scripts", "nested_packages", "package_findings", "lint_delivery"),
    "reaching": ("safe_install.scan.reach.reach", "trace"),
    "reaching: opening archives again": ("safe_install.scan.unpack.tarball", "Files._read"),
    "reaching: reading code": ("safe_install.scan.reach.reach", "read", "read_command"),
    "reaching: unfolding": ("safe_install.scan.unfold.unfold", "_unfold"),
    "preparing the match": ("safe_install.scan.match.matching", "Matching.match", "Matching.__init__"),
    "waiting for semgrep": ("safe_install.scan.match.matching", "run"),
}  # fmt: skip
"""Where each stage begins: a module, and functions in it. One that is begun within another does not count for that."""


class Clock:
    """CPU seconds by stage, of all threads."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._mine = threading.local()
        self._lock = threading.Lock()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Count for a stage what a function takes, and for the one around it no longer."""

        @functools.wraps(function)
        def inner(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - any function
            around = self._mine.__dict__.setdefault("stages", [])
            self._turn(around)
            around.append([stage, time.thread_time()])
            try:
                return function(*given, **named)
            finally:
                self._turn(around)
                around.pop()
                if around:
                    around[-1][1] = time.thread_time()

        return inner

    def _turn(self, around: list[Any]) -> None:
        if around:
            stage, since = around[-1]
            with self._lock:
                self.spent[stage] += time.thread_time() - since


def run(place: str) -> None:
    """Run safe-install with what stands in ``sys.argv``, and write what it took to a file: seconds, MB, stages."""
    clock = Clock()
    atexit.register(tell, clock, Path(place))
    import safe_install.cli  # noqa: F401 - what it takes is a stage of its own

    clock.spent["starting Python"] = time.process_time()
    for stage, (module, *names) in STAGES.items():
        for name in names:
            *owners, last = name.split(".")
            owner = functools.reduce(getattr, owners, __import__(module, fromlist=["x"]))
            setattr(owner, last, clock.timed(stage, getattr(owner, last)))
    runpy.run_module("safe_install", run_name="__main__")


def tell(clock: Clock, place: Path) -> None:
    """Write what was spent, and the rest."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    own = used.ru_utime + used.ru_stime
    stages = {stage: clock.spent[stage] for stage in ("starting Python", *STAGES)}
    stages["the rest"] = own - sum(stages.values())
    place.write_text(json.dumps([own, used.ru_maxrss / 1e3, stages]), encoding="utf-8")
