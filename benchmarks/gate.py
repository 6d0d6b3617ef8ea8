"""What the gate takes on the large lockfile: unchanged, with five packages bumped, and with majors; beside npm's own start.

``python benchmarks/gate.py`` writes benchmarks/GATE.md. The states are those of tests/histories. Each is judged once first, so that
its archives are in the private cache and what unchanged scripts look up is known; before each measured round what semgrep found is
forgotten, so semgrep really reads what comes in. Needs the registry that npm is configured for.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the states are made by tests/histories
ROUNDS = 3
GATE = [sys.executable, "-m", "safe_install", "gate", "--base", "HEAD", "--json"]


def main() -> None:
    from tests.histories.make import states

    rows: dict[str, tuple[list[str], Path, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAFE_INSTALL_CACHE"] = cache = f"{folder}/cache"
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        bumped = states("patch-releases", Path(folder, "bumped"))
        unchanged = states("patch-releases", Path(folder, "unchanged"))
        subprocess.run(["git", "checkout", "-q", "--", "."], cwd=unchanged, check=True)
        rows["npm --version"] = ["npm", "--version"], unchanged, 0
        rows["gate, unchanged"] = GATE, unchanged, 0
        rows["gate, 5 packages bumped, one of them with a script"] = GATE, bumped, 0
        measured = {name: measure(words, where, Path(cache)) for name, (words, where, _) in rows.items()}
    write(measured)


def measure(words: list[str], where: Path, cache: Path) -> list[tuple[float, float]]:
    """Run once for the caches, then `ROUNDS` times; give wall and CPU seconds."""
    once(words, where)
    each = []
    for _ in range(ROUNDS):
        (cache / "remembered.sqlite").unlink(missing_ok=True)
        each.append(once(words, where))
    return each


def once(words: list[str], where: Path) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(words, cwd=where, capture_output=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ran.returncode in {0, 10}, ran.stderr.decode()
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write(measured: dict[str, list[tuple[float, float]]]) -> None:
    def middle(name: str, column: int) -> float:
        return statistics.median(each[column] for each in measured[name])

    start = middle("npm --version", 1)
    lines = [
        "# What the gate costs",
        "",
        f"Medians of {ROUNDS} rounds, written by `python benchmarks/gate.py`; seconds. The lockfile of tests/histories has 1,763 packages.",
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}: wall time says little where others",
        "work too, CPU time and the ratio to npm's own start (in the same run) say more.",
        "",
        "| | wall | CPU | CPU, times `npm --version` |",
        "|---|---|---|---|",
    ]
    for name in measured:
        wall, cpu = middle(name, 0), middle(name, 1)
        lines.append(f"| {name} | {wall:.2f} | {cpu:.2f} | {cpu / start:.1f} |")
    (ROOT / "benchmarks" / "GATE.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
