"""Whether ``safe-install ci`` leaves what ``npm ci --ignore-scripts`` leaves: file by file, link by link, mode by mode.

``python benchmarks/same_as_npm.py folder …`` takes folders with a package.json and a package-lock.json (or a
package-lock.noresolved.json, tried as well), copies them, points a fixture's lockfile to the configured registry,
and ends with 1 when anything differs. No approvals are taken along, so no script runs on either side.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compare_with_npm import COMMANDS, FIXTURE_REGISTRY, NPM, OURS, output_of

OWN = {
    f"node_modules/.{name}.json" for name in ("package-lock", "safe-install", "safe-install.receipt")
}  # records of the installer


def main() -> None:
    """Compare every folder given, with each of its lockfiles."""
    differing = sum(
        differences(Path(name), lock) for name in sys.argv[1:] for lock in sorted(Path(name).glob("package-lock*.json"))
    )
    sys.exit(1 if differing else 0)


def differences(folder: Path, lock: Path) -> int:
    """Install twice, print one line, and give the number of paths that differ."""
    with tempfile.TemporaryDirectory(prefix="same-") as scratch:
        trees = {
            name: installed(folder, lock, Path(scratch) / str(number), name) for number, name in enumerate(COMMANDS)
        }
    different = sorted(
        path for path in trees[NPM].keys() | trees[OURS].keys() if trees[NPM].get(path) != trees[OURS].get(path)
    )
    print(
        f"{folder.name}/{lock.name}: {len(trees[OURS]):,} files and links, {len(different)} different",
        *different[:5],
        sep="\n  ",
    )
    return len(different)


def installed(folder: Path, lock: Path, place: Path, name: str) -> dict[str, str]:
    """Install a copy with one of the two, and describe every file and link of its node_modules."""
    place.mkdir(parents=True)
    shutil.copyfile(folder / "package.json", place / "package.json")
    registry = output_of("npm", "config", "get", "registry").rstrip("/")
    (place / "package-lock.json").write_text(
        lock.read_text(encoding="utf-8").replace(FIXTURE_REGISTRY, registry), encoding="utf-8"
    )
    begun = time.perf_counter()
    ran = subprocess.run(
        COMMANDS[name], cwd=place, env=os.environ | {"CI": "true"}, capture_output=True, text=True, check=False
    )
    print(f"{folder.name}/{lock.name}: {name} ended with {ran.returncode} after {time.perf_counter() - begun:.1f} s")
    if ran.returncode not in {0, 10}:
        sys.exit(f"{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}")
    return {path: told for path, told in described(place / "node_modules", "node_modules") if path not in OWN}


def described(folder: Path, name: str) -> list[tuple[str, str]]:
    """List path and description (mode and digest, or target) of all below a folder."""
    found: list[tuple[str, str]] = []
    for entry in os.scandir(folder):
        path = f"{name}/{entry.name}"
        if entry.is_symlink():
            found.append((path, f"link to {Path(entry.path).readlink()}"))
        elif entry.is_dir():
            found += described(Path(entry.path), path)
        else:
            digest = hashlib.sha256(Path(entry.path).read_bytes()).hexdigest()
            found.append((path, f"{entry.stat().st_mode:o} {digest}"))
    return found


if __name__ == "__main__":
    main()
