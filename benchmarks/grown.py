"""A lockfile of any length made from a real one: its packages, and copies of them nested below each other.

Of each 100 entries 13 are packages of their own and the rest are copies, whatever the length. Packages with install scripts are
left out: what a script costs does not depend on how many packages lie around it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

OWN = 0.13


def grown(lockfile: dict[str, Any], length: int) -> dict[str, Any]:
    """Give a lockfile with this many entries; ValueError when the real one has too few packages."""
    real = {
        place.rpartition("node_modules/")[2]: {
            "version": one["version"],
            "resolved": one["resolved"],
            "integrity": one["integrity"],
        }
        for place, one in lockfile["packages"].items()
        if place.count("node_modules/") == 1
        and not one.get("hasInstallScript")
        and not one.get("os")
        and not one.get("cpu")
    }
    names = list(real)[: int(length * OWN)]
    if len(names) < int(length * OWN):
        raise ValueError(f"{len(names)} packages are too few for {length} entries")
    packages = {f"node_modules/{name}": real[name] for name in names}
    for step in range(1, len(names)):
        for number, name in enumerate(names):
            if len(packages) == length:
                break
            below = names[(number + step) % len(names)]
            packages[f"node_modules/{name}/node_modules/{below}"] = real[below]
    root = {"name": "grown", "version": "1.0.0", "dependencies": {name: real[name]["version"] for name in names}}
    return {**root, "lockfileVersion": 3, "requires": True, "packages": {"": root, **packages}}


def write(source: Path, length: int, folder: Path) -> None:
    """Write a project with such a lockfile."""
    lockfile = grown(json.loads((source / "package-lock.json").read_text(encoding="utf-8")), length)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package-lock.json").write_text(json.dumps(lockfile, indent=1), encoding="utf-8")
    (folder / "package.json").write_text(json.dumps(lockfile["packages"][""], indent=1), encoding="utf-8")


def main() -> None:
    """Write one such project."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("length", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write(options.source, options.length, options.folder)


if __name__ == "__main__":
    main()
