"""Which real packages are accused, and of what: those of honest.txt and of ../known_packages.txt, as dependencies.

``python benchmarks/detection/real.py --cache DIR`` scans each by name and version, a few at a time, and prints how many have a script, how many
of these are flagged and blocked, and for each flagged one what it is accused of. Nothing of a package is ever run. Some of the
accusations are right: README.md says which.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from honest import LIST, names
from judging import Report, judgement, scan, serious

KNOWN = Path(__file__).parent.parent / "known_packages.txt"
AT_ONCE = 10  # packages of one safe-install process
MOST_TOLD = 4  # accusations of one package


def main() -> None:
    """Scan, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", nargs="*", help="name@version; of none all that are listed")
    parser.add_argument("--cache", type=Path, help="a folder for what is fetched and found; it is kept")
    options = parser.parse_args()
    listed = dict.fromkeys(options.packages or [*names(LIST.read_text()), *names(KNOWN.read_text())])
    with tempfile.TemporaryDirectory(prefix="real-") as scratch:
        cache = (options.cache or Path(scratch, "cache")).resolve()
        tell(dict(reports(list(listed), cache)))


def reports(packages: Sequence[str], cache: Path) -> Iterator[tuple[str, Report]]:
    """Give what is said of each package that has a script; where a few together cannot be judged, each alone."""
    for start in range(0, len(packages), AT_ONCE):
        some = packages[start : start + AT_ONCE]
        together = scan([Path(one) for one in some], cache)
        for package in some:
            report = together or scan([Path(package)], cache)
            if report is None:
                print(f"not judged: {package}", file=sys.stderr)
            elif any(is_its(verdict, package) for verdict in report["verdicts"]):
                yield package, report
        print(f"{start + len(some)} of {len(packages)}", file=sys.stderr)


def is_its(verdict: Report, package: str) -> bool:
    """Tell whether a verdict is on a script of the package itself, and no other one's that it depends on."""
    return bool(verdict["target"] == package == f"{verdict['package']}@{verdict['version']}")


def tell(found: dict[str, Report]) -> None:
    """Print what came of it."""
    judged = {package: judgement(report, package, package) for package, report in found.items()}
    flagged = [package for package, one in judged.items() if one.flagged]
    blocked = [package for package, one in judged.items() if one.blocked]
    print(f"{len(found)} packages with scripts: {len(flagged)} flagged, {len(blocked)} blocked ({', '.join(blocked)})")
    for package in flagged:
        accusations = list(told(found[package], package))
        print(f"\n{package}: {len(accusations)}")
        print("\n".join(f"  {one}" for one in accusations[:MOST_TOLD]))


def told(report: Report, package: str) -> Iterator[str]:
    """Say what a package is accused of: what was found first, then what could not be seen."""
    verdicts = [verdict for verdict in report["verdicts"] if is_its(verdict, package)]
    for verdict in verdicts:
        for one in verdict["findings"]:
            if serious([one]):
                yield f"{one['severity']} {one['signature']} {one['path']}:{one['line']}"
    for verdict in verdicts:
        for one in verdict["gaps"]:
            yield f"{one['kind']} {one['path']}:{one['line']} {one['detail']}"


if __name__ == "__main__":
    main()
