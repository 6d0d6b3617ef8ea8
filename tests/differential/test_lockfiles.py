"""What npm's own arborist reads in a lockfile is what we read, or we refuse the lockfile and say where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import LockfileError
from safe_install.model import Artifact, Severity
from safe_install.scan.lock.lockfile import Lockfile, read_lockfile
from safe_install.scan.lock.selection import Platform, select
from tests.differential.lockfile_texts import a_lockfile
from tests.effort import chances
from tests.scan.npm_itself import npm_itself

pytestmark = pytest.mark.npm

ANYWHERE = Platform(os="linux", cpu="x64", libc="glibc")
OMITTED = ((), ("dev",), ("optional",), ("peer",), ("dev", "optional"))
Node = dict[str, Any]


def written(lock: dict[str, Any], folder: Path) -> str:
    """Write a lockfile and the directories that it links."""
    for location, entry in lock["packages"].items():
        if location and "node_modules" not in location and not location.startswith(("/", "__")):
            place = folder / location
            place.mkdir(parents=True, exist_ok=True)
            (place / "package.json").write_text(json.dumps(entry))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return str(folder)


def ours(lock: dict[str, Any]) -> Lockfile | None:
    """Read it ourselves; None where we refuse it, as a whole or by an ERROR, and nothing is installed from it."""
    try:
        read = read_lockfile(json.dumps(lock).encode())
    except LockfileError:
        return None
    return None if any(found.severity is Severity.ERROR for found in read.findings) else read


def disagreements(read: Lockfile, nodes: list[Node]) -> Iterator[str]:
    """Say where npm would install what we do not look at, or something else than we look at."""
    anywhere = [replace(one, os=(), cpu=()) for one in read.artifacts]
    for omit in OMITTED:
        selected = {one.location: one for one in select(anywhere, ANYWHERE, omit, links=read.links)}
        for node in nodes:
            if is_installed(node, omit):
                yield from differing(node, selected.get(node["location"]), read)


def is_installed(node: Node, omit: tuple[str, ...]) -> bool:
    """Tell whether npm has it on disk: arborist's shouldOmit, of what somebody needs."""
    flags = node["flags"]
    both = "devOptional" in flags and {"dev", "optional"} <= set(omit)
    return bool(node["location"]) and "extraneous" not in flags and not both and not set(flags) & set(omit)


def differing(node: Node, mine: Artifact | None, read: Lockfile) -> Iterator[str]:
    """Say how one package of npm's tree differs from ours; an empty text is none to npm."""
    location, target = node["location"], node["target"]
    if target is not None:
        if read.links.get(location) != target:
            yield f"{location} links to {target}, not to {read.links.get(location)}"
    elif mine is None:
        yield f"{location} would be installed, and is not looked at"
    else:
        said = (mine.name, mine.version or None, mine.integrity, mine.bundler)
        theirs = (node["name"], node["version"] or None, node["integrity"], node["bundler"] or None)
        if said != theirs:
            yield f"{location}: {said}, npm says {theirs}"


def test_npm_reads_the_same_tree_or_we_refuse_it(tmp_path: Path) -> None:
    locks = [a_lockfile(chance) for chance in chances(300)]
    folders = [written(lock, tmp_path / str(number) / "app") for number, lock in enumerate(locks)]
    troubles, compared = [], 0
    for lock, theirs in zip(locks, npm_itself("differential/virtual.cjs", folders), strict=True):
        read = ours(lock)
        if read is None or "error" in theirs:
            continue
        compared += 1
        wrong = [*disagreements(read, theirs["nodes"])]
        if wrong:
            troubles.append((wrong, lock["packages"]))
    assert not troubles, json.dumps(troubles[:5], indent=1)
    assert compared > len(locks) / 4
