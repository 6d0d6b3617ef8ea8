"""Make many lockfiles from real ones: each a part of one of them, as if many projects had been made from the same packages.

    python benchmarks/fleet_of.py FOLDER NUMBER LOCKFILE...

Each project takes some of the direct dependencies of a lockfile, and everything that npm finds from there, at the places where it
was. Which, is drawn by the project's number, so that everybody gets the same fleet from the same lockfiles. ``FOLDER/list`` names them.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_KINDS = ("dependencies", "optionalDependencies", "peerDependencies")
_OF_ROOT = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_LEAST, _MOST = 2, 12  # direct dependencies of one project


def main(folder: Path, number: int, sources: list[Path]) -> None:
    locks = [json.loads(source.read_bytes()) for source in sources]
    names = [_made(folder / f"project-{at:03}", locks[at % len(locks)], random.Random(at)) for at in range(number)]  # noqa: S311
    (folder / "list").write_text("".join(f"{name}\n" for name in names))
    counts = sorted(
        len(json.loads((folder / name / "package-lock.json").read_bytes())["packages"]) - 1 for name in names
    )
    print(
        f"{number} projects: {counts[0]} to {counts[-1]} packages, median {counts[len(counts) // 2]}, {sum(counts):,} in all"
    )


def _made(folder: Path, lock: Mapping[str, Any], drawn: random.Random) -> str:
    packages = lock["packages"]
    direct = sorted({name for kind in _OF_ROOT for name in packages[""].get(kind, {})})
    chosen = sorted(drawn.sample(direct, min(len(direct), drawn.randint(_LEAST, _MOST))))
    wanted = {
        name: packages[f"node_modules/{name}"]["version"] for name in chosen if f"node_modules/{name}" in packages
    }
    root = {"name": folder.name, "version": "1.0.0", "dependencies": wanted}
    kept = {place: packages[place] for place in sorted(_reached(packages, wanted))}
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"name": folder.name, "version": "1.0.0", "lockfileVersion": 3, "packages": {"": root, **kept}}
    (folder / "package.json").write_text(json.dumps(root, indent=2))
    (folder / "package-lock.json").write_text(json.dumps(whole, indent=2))
    return folder.name


def _reached(packages: Mapping[str, Any], wanted: Mapping[str, str]) -> set[str]:
    """Find every place from which Node would load something that the wanted ones need."""
    todo = [place for name in wanted if (place := _place(packages, "", name))]
    reached: set[str] = set()
    while todo:
        place = todo.pop()
        if place in reached:
            continue
        reached.add(place)
        needs = (name for kind in _KINDS for name in packages[place].get(kind, {}))
        todo += [found for name in needs if (found := _place(packages, place, name))]
    return reached


def _place(packages: Mapping[str, Any], start: str, name: str) -> str | None:
    at = start
    while True:
        if (place := f"{at}/node_modules/{name}".lstrip("/")) in packages:
            return place
        if not at:
            return None
        at = at.rpartition("/node_modules/")[0] if "/node_modules/" in at else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
