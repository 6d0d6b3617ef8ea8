"""What safe-install costs: ``safe-install ci`` beside ``npm ci --ignore-scripts``, in one run on one machine.

``table.py`` (``make bench``) puts it together with everything else that is measured; this file alone measures the folders that are
named, or examples/vite-react.
Both tools work on copies, each with caches of its own: cold (empty caches, no node_modules) and then warm (the same
caches, node_modules moved away). They take turns, and who begins changes from round to round, so that a registry
that becomes slower or faster meets both. Only the ratios travel to another machine. Nothing is asserted here.
Nothing is removed before the last round: for a minute and more ext4 gives the number of a removed file to no other (``recently_deleted`` in
Linux' fs/ext4/ialloc.c), and looking for others made a third of what either tool took, and more in one round than in another.
A round of a large lockfile leaves 2 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parent.parent
FIXTURE_REGISTRY = "https://registry.example.test"
SAMPLING = 0.05  # seconds between two looks at the memory of the process tree

NPM = "npm ci --ignore-scripts"
OURS = "safe-install ci"
COMMANDS = {
    NPM: ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
    OURS: (sys.executable, "-m", "safe_install", "ci"),
}
FINISHED = {NPM: {0}, OURS: {0, 10}}  # the tree is installed; 10: a script still waits for a person


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one command took: seconds, seconds and MB."""

    wall: float
    cpu: float
    tree: float
    largest: float


WHAT = {
    "wall": "wall time, s",
    "cpu": "CPU time, s",
    "tree": "peak memory of all processes together, MB",
    "largest": "peak memory of the largest process, MB",
}
Costs = Mapping[tuple[str, str], list[Cost]]  # the rounds of each (command, "cold" or "warm")


def main() -> None:
    """Measure every folder, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "examples" / "vite-react"])
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    sections = [section(folder, compare(folder, options.repeats)) for folder in options.folders]
    print("\n\n".join(["", *heading(options.repeats), *sections]))


def compare(folder: Path, repeats: int) -> Costs:
    """Measure both commands, cold and warm, ``repeats`` times in turns."""
    costs: dict[tuple[str, str], list[Cost]] = {(name, heat): [] for heat in ("cold", "warm") for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        print(f"{folder.name}: one round that does not count, so that a registry in between has everything")
        one_round(folder, Path(scratch) / "uncounted", [NPM])
        for number in range(repeats):
            names = list(COMMANDS) if number % 2 == 0 else list(reversed(COMMANDS))
            for name, heat, cost in one_round(folder, Path(scratch) / str(number), names):
                costs[name, heat].append(cost)
                print(f"{folder.name}: round {number + 1}, {heat}, {name}: {cost.wall:.1f} s, {cost.tree:.0f} MB")
    return costs


def one_round(folder: Path, scratch: Path, names: Sequence[str]) -> list[tuple[str, str, Cost]]:
    """Measure each command once cold, then each once warm."""
    costs = []
    projects = {name: a_copy(folder, scratch / str(number)) for number, name in enumerate(names)}
    for heat in ("cold", "warm"):
        for name, project in projects.items():
            if heat == "warm":
                (project / "node_modules").rename(project.parent / "node_modules of the cold run")
            costs.append((name, heat, measure(name, project)))
    return costs


def a_copy(folder: Path, place: Path) -> Path:
    """Copy a project, and point a fixture's lockfile to the registry that npm is configured for."""
    project = place / "project"
    shutil.copytree(folder, project, ignore=shutil.ignore_patterns("node_modules", "dist"))
    lockfile = project / "package-lock.json"
    lockfile.chmod(0o644)
    project.chmod(0o755)
    text = lockfile.read_text(encoding="utf-8")
    if FIXTURE_REGISTRY in text:
        registry = output_of("npm", "config", "get", "registry").rstrip("/")
        lockfile.write_text(text.replace(FIXTURE_REGISTRY, registry), encoding="utf-8")
    return project


def measure(name: str, project: Path) -> Cost:
    """Run npm's command or ours in a project whose caches lie beside it, and say what it took."""
    return cost_of(COMMANDS[name], project, FINISHED[name])


def cost_of(command: Sequence[str], project: Path, finished: Collection[int]) -> Cost:
    """Run a command in a project whose caches lie beside it; it must end with one of these codes."""
    caches = {"npm_config_cache": "npm", "SAFE_INSTALL_CACHE": "safe-install", "XDG_CACHE_HOME": "other"}
    env = os.environ | {variable: str(project.parent / cache) for variable, cache in caches.items()} | {"CI": "true"}
    with (project.parent / "output.txt").open("w+", encoding="utf-8") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=project, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        with TreeMemory(process.pid) as memory:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in finished:
            output.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output.read()}")
    largest = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Cost(wall=wall, cpu=usage.ru_utime + usage.ru_stime, tree=memory.peak, largest=largest)


class TreeMemory:
    """While the block runs: the greatest sum of the resident memory of a process and all below it, in MB.

    Pages that several processes share count for each of them, and a peak between two looks is missed. 0 without /proc.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0.0
        self._pid = pid
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._done.wait(SAMPLING):
            self.peak = max(self.peak, sum(resident(pid) for pid in tree(self._pid)))


def tree(pid: int) -> Iterator[int]:
    """Give a process and all below it; whoever has just ended is left out."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            pids = children.read_text().split()
        except OSError:
            continue
        for child in pids:
            yield from tree(int(child))


def resident(pid: int) -> float:
    """Give the resident memory of one process in MB, 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def heading(repeats: int) -> Sequence[str]:
    """Say on what, with what and how it was measured."""
    waiting = f", {os.getloadavg()[0]:.0f} processes waiting for them at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"Medians of {repeats} rounds in turns; the smallest and the greatest value in brackets. The ratio is safe-install over npm.",
        "\n".join(
            (
                f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} processors{waiting}, {memory_of_machine():.0f} GB",
                f"- {', '.join(versions())}",
                f"- npm: `{' '.join(COMMANDS[NPM])}`; ours: `{OURS}`, with the approvals that lie in the folder",
                "- cold: every cache empty, no node_modules. Warm: the caches of the cold run, node_modules moved away",
                f"- memory of all processes: looked at every {SAMPLING * 1000:.0f} ms, shared pages counted for each process",
            )
        ),
    )


def versions() -> Iterator[str]:
    """Name everything that takes part."""
    yield f"node {output_of('node', '--version').removeprefix('v')}"
    yield f"npm {output_of('npm', '--version')}"
    yield f"Python {platform.python_version()}"
    yield f"semgrep {version('semgrep')}"
    yield f"safe-install {version('safe-install-npm')}"


def section(folder: Path, costs: Costs) -> str:
    """Write one folder's table."""
    lockfile = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    lines = [
        f"## {folder.name} ({len(lockfile['packages']) - 1} packages in the lockfile)",
        "",
        f"| | | `{NPM}` | `{OURS}` | ratio |",
        "|---|---|---|---|---|",
    ]
    for heat in ("cold", "warm"):
        for field in fields(Cost):
            npm, ours = ([getattr(cost, field.name) for cost in costs[name, heat]] for name in COMMANDS)
            lines.append(f"| {heat} | {WHAT[field.name]} | {spread(npm)} | {spread(ours)} | {ratio(ours, npm)} |")
    return "\n".join(lines)


def spread(values: Sequence[float]) -> str:
    """Write the median, and the smallest and greatest value."""
    return f"{shown(statistics.median(values))} ({shown(min(values))}-{shown(max(values))})"


def shown(value: float) -> str:
    """Write a number with about three digits."""
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"  # noqa: PLR2004


def ratio(ours: Sequence[float], npm: Sequence[float]) -> str:
    """Write the ratio of the medians."""
    return f"{statistics.median(ours) / statistics.median(npm):.2f}" if statistics.median(npm) else "—"


def memory_of_machine() -> float:
    """Give the machine's memory in GB."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9


def output_of(*command: str) -> str:
    """Run a small command, and give its one line."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
