"""What GuardDog takes for the packages with install scripts of a lockfile, beside ``safe-install scan``.

``python benchmarks/guarddog.py path/of/guarddog --folder benchmarks/lockfiles/medium --most 3`` prints a table. Both read archives
that lie on the disk; GuardDog is started once for each, as it is used; what it asks the network for at its start is part of its time.
Then ``safe-install scan`` looks at the lockfile, as it is used: at all of its packages, which a first look downloads.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from compare_with_npm import ROOT, a_copy, cost_of

OURS = (sys.executable, "-m", "safe_install", "scan", "--json")
REPORTED = {0, 10, 11}
LIMIT = 300.0  # seconds for one package


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("guarddog", type=Path)
    parser.add_argument("--folder", type=Path, default=ROOT / "benchmarks" / "lockfiles" / "medium")
    parser.add_argument("--most", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        project = a_copy(options.folder, Path(scratch))
        archives = packed(project, options.most)
        theirs = [seconds((*guarddog(options.guarddog), str(archive))) for archive in archives]
        named = [archive.name for archive in archives]
        first = cost_of((*OURS, *named), project, REPORTED)
        again = cost_of((*OURS, *named), project, REPORTED)
        whole = cost_of(OURS, project, REPORTED)
        whole_again = cost_of(OURS, project, REPORTED)
    total = sum(theirs)
    print(f"{len(named)} archives: {', '.join(named)}")
    print("| | wall, s | GuardDog over it |\n|---|---|---|")
    print(f"| GuardDog, all | {total:.1f} | 1 |")
    ours = {
        "the archives, first look": first,
        "the archives, again": again,
        "the whole lockfile, first look": whole,
        "the whole lockfile, again": whole_again,
    }
    for name, cost in ours.items():
        print(f"| safe-install scan, {name} | {cost.wall:.1f} | {total / cost.wall:.1f} |")


def packed(project: Path, most: int) -> list[Path]:
    """Let npm fetch the archives of the packages that the lockfile marks as having scripts."""
    packages = json.loads((project / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    marked = [(at, one) for at, one in packages.items() if one.get("hasInstallScript")][:most]
    specs = [f"{at.rpartition('node_modules/')[2]}@{one['version']}" for at, one in marked]
    words = ("npm", "pack", "--json", "--ignore-scripts", *specs)
    told = subprocess.run(words, cwd=project, check=True, capture_output=True, text=True).stdout
    return [project / one["filename"] for one in json.loads(told)]


def guarddog(program: Path) -> tuple[str, ...]:
    """Give the words that start it: without its sandbox, which not every system has, and with a report to be read."""
    return str(program), "npm", "scan", "--no-sandbox", "--output-format", "json"


def seconds(words: Sequence[str]) -> float:
    """Run GuardDog on one archive, see that it did report, and give the seconds it took; the limit when it was not done by then."""
    begun = time.perf_counter()
    try:
        ran = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return LIMIT
    took = time.perf_counter() - begun
    if "issues" not in json.loads(ran.stdout):
        sys.exit(f"{' '.join(words)} did not report:\n{ran.stdout}\n{ran.stderr}")
    return took


if __name__ == "__main__":
    main()
