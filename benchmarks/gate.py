"""What the gate takes on the large lockfile: unchanged, with five packages bumped, and the same once more; beside npm's own start.

``python benchmarks/gate.py`` writes benchmarks/GATE.md. The states are those of tests/histories. First the base is looked at: a
lockfile that differs in nothing but its last line teaches what the unchanged scripts ask for. Each round begins with what was
remembered then, and with the archives in the private cache; so what comes in, and what was in its place, is really traced, and
semgrep really reads it. Needs the registry that npm is configured for.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
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

    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAFE_INSTALL_CACHE"] = f"{folder}/cache"
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        bumped = states("patch-releases", Path(folder, "bumped"))
        unchanged = states("patch-releases", Path(folder, "unchanged"))
        subprocess.run(["git", "checkout", "-q", "--", "."], cwd=unchanged, check=True)
        learned = learn(unchanged, Path(folder))
        once(GATE, bumped)  # for the archives
        write(
            {
                "npm --version": measure(["npm", "--version"], unchanged, learned),
                "gate, unchanged": measure(GATE, unchanged, learned),
                "gate, 5 packages bumped, one of them with a script": measure(GATE, bumped, learned),
                "the same change, judged again": measure(GATE, bumped, None),
            }
        )


def learn(unchanged: Path, folder: Path) -> Path:
    """Let the gate learn what the scripts of the base ask for; give a copy of what it remembers then."""
    lockfile = unchanged / "package-lock.json"
    text = lockfile.read_bytes()
    lockfile.write_bytes(text + b"\n")
    once(GATE, unchanged)
    lockfile.write_bytes(text)
    return Path(shutil.copy(memory(), folder / "learned.sqlite"))


def memory() -> Path:
    return Path(os.environ["SAFE_INSTALL_CACHE"], "remembered.sqlite")


def measure(words: list[str], where: Path, learned: Path | None) -> list[tuple[float, float]]:
    """Run `ROUNDS` times, each with what is remembered in ``learned``; give wall and CPU seconds."""
    each = []
    for _ in range(ROUNDS):
        if learned:
            shutil.copy(learned, memory())
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
