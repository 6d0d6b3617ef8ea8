"""Measure a fleet: the first run, one that is killed and goes on, and one where nothing changed. Prints a table.

    python benchmarks/fleet_of.py FLEET 500 LOCKFILE...
    python benchmarks/fleet.py FLEET/list --tarballs NPM_CACHE [--remembered FILE] [--jobs 2] [--on ADDRESS]

``NPM_CACHE`` is a cache in npm's layout that has the tarballs already (the ``npm`` folder of an earlier run's SAFE_INSTALL_CACHE), so
that no network is measured. CPU is user and system time of all processes; memory is that of the largest one, and of all together.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Ran:
    """One run: seconds of wall and CPU, MB of the largest process and of all at once, how it ended."""

    wall: float
    cpu: float
    largest: float
    together: float
    code: int
    finished: int = 0
    report: dict[str, object] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("--tarballs", type=Path, required=True)
    parser.add_argument(
        "--remembered", type=Path, help="the remembered.sqlite of an earlier run: all was matched before"
    )
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--on", default="")
    parser.add_argument(
        "--kill-at", type=float, default=0.5, help="part of the projects after which the first run is killed"
    )
    parser.add_argument("--alone", type=int, default=0, help="so many projects also by `scan`, one after another")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="safe-install-fleet-") as folder:
        cache = Path(folder, "cache")
        cache.mkdir()
        shutil.copytree(words.tarballs, cache / "npm")
        if words.remembered:
            shutil.copy(words.remembered, cache)
        command = ["fleet", str(words.list), "--json", "--jobs", words.jobs, *(("--on", words.on) if words.on else ())]
        entries = words.list.read_text().split()
        told("run", "wall s", "CPU s", "largest MB", "all MB", "exit", "summaries kept")
        first = run(command, cache, kill_at=int(words.kill_at * len(entries)))
        row(f"first run, killed (SIGKILL) at {words.kill_at:.0%}", first)
        rest = run(command, cache)
        row("the same again: goes on", rest)
        again = run(command, cache)
        row("the same again: nothing changed", again)
        assert again.report == rest.report, "the same projects, another report"
        for name in entries[: words.alone]:
            row(
                f"scan {name}, warm",
                run(["scan", str(words.list.parent / name / "package-lock.json"), "--json"], cache),
            )
        print()
        scripts = rest.report["scripts"]
        projects = rest.report["projects"]
        assert isinstance(scripts, list)
        assert isinstance(projects, list)
        packages = sum(one["packages"] for one in projects)
        print(
            f"{len(projects)} projects, {packages:,} packages in all, {len(scripts)} scripts that differ, in the report:"
        )
        for one in scripts[:5]:
            print(
                f"  {one['decision']} {one['package']} {', '.join(one['versions'])} {one['event']}: {one['number']} projects"
            )


def run(words: Sequence[str], cache: Path, *, kill_at: int = 0) -> Ran:
    """Run one command line, and watch the memory of everything it starts."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as out:
        env = {**os.environ, "SAFE_INSTALL_CACHE": str(cache)}
        process = subprocess.Popen([sys.executable, "-m", "safe_install", *words], stdout=out, env=env)
        together = [0.0]
        watching = threading.Thread(target=watch, args=(process, together, cache, kill_at))
        watching.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watching.join()
        out.seek(0)
        text = out.read()
    ran = Ran(
        wall=time.monotonic() - started,
        cpu=usage.ru_utime + usage.ru_stime,
        largest=usage.ru_maxrss / 1024,
        together=together[0],
        code=process.returncode,
        finished=finished(cache),
    )
    if process.returncode >= 0:
        ran.report = json.loads(text)
    return ran


def watch(process: subprocess.Popen[bytes], most: list[float], cache: Path, kill_at: int) -> None:
    """Note the most memory that all processes have together; kill the first one when enough is finished."""
    while process.returncode is None:
        most[0] = max(most[0], memory_below(process.pid))
        if kill_at and finished(cache) >= kill_at:
            os.kill(process.pid, signal.SIGKILL)
            return
        time.sleep(0.5)


def finished(cache: Path) -> int:
    folder = cache / "fleet"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sum(name.endswith(".json") and not name.startswith(".") for name in names)


def memory_below(root: int) -> float:
    """Give the MB of a process and of all that it started."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)], sizes[int(entry.name)] = int(fields[1]), int(fields[21])
    total = 0
    for pid, size in sizes.items():
        at = pid
        while at not in (0, 1, root):
            at = parents.get(at, 0)
        total += size if at == root else 0
    return total * _PAGE / 1024 / 1024


def told(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")
    print("|---|" + "---:|" * (len(cells) - 1), flush=True)


def row(name: str, ran: Ran) -> None:
    cells = (
        f"{ran.wall:.1f}",
        f"{ran.cpu:.1f}",
        f"{ran.largest:.0f}",
        f"{ran.together:.0f}",
        f"{ran.code}",
        f"{ran.finished}",
    )
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
