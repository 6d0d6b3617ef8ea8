"""How often people are asked: approvals of name@version beside approvals of contents, over real releases.

``nice python benchmarks/approvals/replay.py`` replays the last 20 releases of each package in packages.txt, in the order
of their versions, as somebody meets them who takes each one. A prompt is a release with a lifecycle script that the
approval of the release before does not cover; the first release of all is approved in both ways and does not count.
It writes RESULTS.md here and docs/approvals.svg; with names of packages it only prints their counts. What was fetched and read
is kept (``--keep``): a run that was stopped goes on, and a second one only counts. The first takes the better part of an hour.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from history import Read, history
from telling import count, page, plot

from safe_install.errors import SafeInstallError
from safe_install.report.progress import Progress
from safe_install.tools import make_tools

HERE = Path(__file__).parent
PLOT = HERE.parent.parent / "docs" / "approvals.svg"


def main() -> None:
    """Replay every package, and write the table and the plot."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", type=Path, default=Path("replayed"), help="where what was read is kept")
    parser.add_argument("--anew", action="store_true", help="read again what was fetched, with the reader as it is now")
    options = parser.parse_args()
    histories, trouble = replayed(options.names or listed(), options.keep.resolve(), anew=options.anew)
    counted = [count(name, told) for name, told in histories.items()]
    readers = sorted({release["reader"] for told in histories.values() for release in told})
    if options.names:
        for row in counted:
            print(row)
        return
    (HERE / "RESULTS.md").write_text(page(counted, trouble, datetime.now(UTC).date(), readers), encoding="utf-8")
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(plot(counted), encoding="utf-8")
    print(f"written: {HERE / 'RESULTS.md'} and {PLOT}")


def listed() -> list[str]:
    """Give the names in packages.txt."""
    lines = (HERE / "packages.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def replayed(names: list[str], kept: Path, *, anew: bool) -> tuple[dict[str, list[Read]], dict[str, str]]:
    """Read each package's releases; a package that cannot be read is told of and hides no other."""
    tools = make_tools({**os.environ, "SAFE_INSTALL_CACHE": str(kept / "cache")}, Progress.silent(), datetime.now(UTC))
    histories: dict[str, list[Read]] = {}
    trouble: dict[str, str] = {}
    for name in names:
        try:
            histories[name] = list(history(name, kept, tools, anew=anew))
        except (SafeInstallError, subprocess.CalledProcessError) as error:
            trouble[name] = str(error)
        print(f"{name}: {trouble.get(name) or len(histories[name])}", file=sys.stderr, flush=True)
    return histories, trouble


if __name__ == "__main__":
    main()
