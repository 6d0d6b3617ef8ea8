"""Everything that safe-install promises about its costs, in one table: ``make bench`` prints it and writes RESULTS.md.

``make bench ARGS="--repeats 5 --parts installs scans"`` measures some parts; the others keep what was measured before, each with its
date. The lockfiles lie in lockfiles/; GuardDog is measured apart, by guarddog.py. Nothing is asserted here: misses are written too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import grown
import start
from compare_with_npm import NPM, OURS, ROOT, Cost, a_copy, compare, cost_of, heading, section, spread

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
LOCKFILES = ROOT / "benchmarks" / "lockfiles"
SCAN = (sys.executable, "-m", "safe_install", "scan", "--json")
GATE = (sys.executable, "-m", "safe_install", "gate", "--base", "HEAD")
REPORTED = {0, 10, 11}
FEW, MANY = 1_000, 10_000
MARK = "## "


def main() -> None:
    """Measure, print, and renew RESULTS.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folders", nargs="*", default=["small", "medium", "large"])
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument(
        "--warm", type=Path, help="a cache of safe-install that knows the lockfiles: scans begin with a copy of it"
    )
    options = parser.parse_args()
    for part in options.parts:
        measure = partial(scans, warm=options.warm) if part == "scans" else PARTS[part]
        for title, text in measure(options.folders, options.repeats).items():
            told = f"Measured on {datetime.now(UTC).date()}.\n\n{text}"
            RESULTS.write_text(renewed(title, told), encoding="utf-8")
            print(f"\n{MARK}{title}\n\n{told}")


def installs(folders: Sequence[str], repeats: int) -> Mapping[str, str]:
    """Compare ``ci`` with npm's, cold and warm."""
    told = {}
    for name in folders:
        table = section(LOCKFILES / name, compare(LOCKFILES / name, repeats)).partition("\n\n")[2]
        told[f"`{OURS}` beside `{NPM}`: {name}"] = "\n\n".join([*heading(repeats), table])
    return told


def scans(folders: Sequence[str], repeats: int, warm: Path | None = None) -> Mapping[str, str]:
    """Measure a first look at a lockfile with empty caches, and then looks at which everything is remembered."""
    told = {}
    for name in folders:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            project = a_copy(LOCKFILES / name, Path(scratch))
            if warm:
                shutil.copytree(warm, project.parent / "safe-install")
            first = cost_of(SCAN, project, REPORTED)
            again = [cost_of(SCAN, project, REPORTED) for _ in range(repeats)]
            told[f"`safe-install scan`: {name}"] = loaded() + table(
                {"a warm cache, first" if warm else "empty caches, once": [first], "everything warm": again},
                what=f"median of {repeats}",
            )
    return told


def gates(folders: Sequence[str], repeats: int) -> Mapping[str, str]:
    """Measure the gate on a commit that changes nothing."""
    told = {}
    for name in folders:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            project = a_copy(LOCKFILES / name, Path(scratch))
            by = ("-c", "user.name=bench", "-c", "user.email=bench@example.test")
            for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "as it is")):
                subprocess.run(["git", *by, *words], cwd=project, check=True)
            runs = [cost_of(GATE, project, REPORTED) for _ in range(repeats + 1)]
            told[f"`safe-install gate`, nothing changed: {name}"] = loaded() + table(
                {"first": runs[:1], "everything warm": runs[1:]}, what=f"median of {repeats}"
            )
    return told


def starts(_: Sequence[str], __: int) -> Mapping[str, str]:
    """Measure what starting takes."""
    return {"starting": loaded() + start.table()}


def growth(_: Sequence[str], repeats: int) -> Mapping[str, str]:
    """Measure lockfiles of two lengths, whose tarballs are in the cache: looked at first, and again."""
    costs: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        for length in (FEW, MANY):
            source = Path(scratch, f"source-{length}")
            grown.write(LOCKFILES / "large", length, source)
            project = a_copy(source, Path(scratch, str(length)))
            cost_of(SCAN, project, REPORTED)  # fetches
            store = project.parent / "safe-install" / "remembered.sqlite"
            for _round in range(repeats):
                store.unlink()
                costs.setdefault(f"{length:,} entries, first look", []).append(cost_of(SCAN, project, REPORTED))
            costs[f"{length:,} entries, everything warm"] = [cost_of(SCAN, project, REPORTED) for _ in range(repeats)]
    text = loaded() + table(costs, what=f"median of {repeats}")
    for look in ("first look", "everything warm"):
        few, many = costs[f"{FEW:,} entries, {look}"], costs[f"{MANY:,} entries, {look}"]
        ratios = [f"{name} {per_entry(many, few, name):.2f}" for name in ("wall", "cpu", "largest")]
        text += f"\n\nPer entry, {MANY:,} over {FEW:,}, {look}: {', '.join(ratios)} (`largest`: memory)."
    return {"a lockfile ten times as long": text}


def per_entry(many: Sequence[Cost], few: Sequence[Cost], name: str) -> float:
    """Give how much more an entry costs among many."""
    greater, smaller = (statistics.median([float(getattr(one, name)) for one in each]) for each in (many, few))
    return greater / smaller * FEW / MANY


def loaded() -> str:
    """Say how busy the machine was; wall time means little where it was."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"{os.cpu_count()} processors, {os.getloadavg()[0]:.0f} processes waiting for them.\n\n"


def table(costs: Mapping[str, Sequence[Cost]], *, what: str) -> str:
    """Write costs, one kind of run a line."""
    lines = [f"| {what} | wall, s | CPU, s | all processes, MB | largest process, MB |", "|---|---|---|---|---|"]
    for name, each in costs.items():
        cells = [spread([getattr(one, field) for one in each]) for field in ("wall", "cpu", "tree", "largest")]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def renewed(title: str, text: str) -> str:
    """Put a part in the place of the one of that title, and leave the others as they were measured before."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else INTRODUCTION
    head, *pieces = before.split(f"\n{MARK}")
    parts = dict(piece.split("\n\n", 1) for piece in pieces)
    parts[title] = text
    return f"\n{MARK}".join([f"{head.rstrip()}\n", *(f"{name}\n\n{told.rstrip()}\n" for name, told in parts.items())])


PARTS: Mapping[str, Callable[[Sequence[str], int], Mapping[str, str]]] = {
    "starts": starts,
    "scans": scans,
    "gates": gates,
    "growth": growth,
    "installs": installs,
}
INTRODUCTION = """# What safe-install costs

Written by `make bench` (benchmarks/table.py), part by part. Only ratios travel to another machine.
"""

if __name__ == "__main__":
    main()
