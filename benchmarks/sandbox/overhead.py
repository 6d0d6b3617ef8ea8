"""What the walls cost: one script of no work, run with and without them, many times over; prints medians and the least (ms).

python benchmarks/sandbox/overhead.py [--repeats 30] [--walls bubblewrap|unshare|landlock]

Time on the clock holds whatever else the machine does: on a busy one put `chrt -r 1` before it (as root), for some seconds.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from safe_install.run.execute import Site, execute
from safe_install.run.npm import find_npm
from safe_install.run.sandbox import Unconfined
from safe_install.run.walls import Sandbox
from safe_install.story import Outcome, Step
from tests.run.runner import WALLS
from tests.run.site import a_step, unpacked


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--repeats", type=int, default=30)
    words.add_argument("--walls", choices=WALLS, default="bubblewrap")
    asked = words.parse_args()
    repeats = asked.repeats
    npm = find_npm(os.environ)
    walls = WALLS[asked.walls]()
    load = f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors"
    print(f"{walls.name}: {repeats} scripts each, one after the other in one execution; ms; {load}")
    heads = ("bare", "walls", "more", "least bare", "least walls", "least more")
    print(f"{'script':<18}" + "".join(f"{head:>{len(head) + 2}}" for head in heads))
    for name, command in {"true": "true", "node -e 0": "node -e 0", "write 20 files": _writes()}.items():
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)  # reduced walls make root somebody else
            project = Path(folder).resolve()
            step = a_step(command, {"index.js": "1"}, location="node_modules/example")
            unpacked(project, {step.location: step.verdict.inspection.script.package})
            site = Site(
                project=project, npm=npm, npm_command="ci", sandbox=walls, env=os.environ, kept=project / "kept"
            )
            bare, behind = (_times(step, replace(site, sandbox=one), repeats) for one in _both(walls))
        before, after = statistics.median(bare), statistics.median(behind)
        told = (before, after, after - before, min(bare), min(behind), min(behind) - min(bare))
        columns = zip(told, heads, strict=True)
        print(f"{name:<18}" + "".join(f"{value:>{len(head) + 2}.1f}" for value, head in columns), flush=True)


def _both(walls: Sandbox) -> tuple[Sandbox, Sandbox]:
    return Unconfined(), walls


def _writes() -> str:
    return "mkdir -p build; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo $i > build/$i; done"


def _times(step: Step, site: Site, repeats: int) -> list[float]:
    """Run the same step again and again in one execution; the time between two beginnings is what one costs."""
    began: list[float] = []
    outcomes: tuple[Outcome, ...] = execute(
        [step] * (repeats + 1),
        site,
        optional_set=lambda _: (),
        begin=lambda _: began.append(time.perf_counter()),
    )
    assert all(outcome.exit_code == 0 for outcome in outcomes), outcomes[-1].output
    return [1000 * (after - before) for before, after in itertools.pairwise(began)]


if __name__ == "__main__":
    main()
