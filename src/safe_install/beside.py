"""What a package that stands alone would bring along: its dependencies, as npm would choose them today.

A tarball, a directory and ``name@version`` have no lockfile, but their scripts run the programs and load the
modules of other packages: one honest install script in three does. So npm is asked to resolve those, and only
those, in a directory of its own; what it answers is read where a script reaches into it, and never installed.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from safe_install.errors import SafeInstallError
from safe_install.model import Artifact, Package, Severity, Source
from safe_install.run.calls import resolve
from safe_install.scan.fetch.addresses import lint_addresses
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.scan.lock.selection import select
from safe_install.scan.lock.tree import resolve as located
from safe_install.scan.reach.missing import Missing
from safe_install.tools import Tools

_TABLES = ("dependencies", "optionalDependencies")
_RANGE = re.compile(r"[\w.^~<>=|*+ -]{0,200}", re.ASCII)
"""A range or a tag, which the registry answers. An address is not asked: its host would learn who looks."""
MOST = 2_000
"""Packages of one tree; gatsby 4, the largest honest package with a script, brings 1,100."""


def brought_along(package: Package, missing: Missing, tools: Tools) -> tuple[Artifact, ...]:
    """List what npm would install beside a package for what its scripts miss, and what that needs in turn.

    Nothing for what the package does not declare with a range, and nothing at all where npm cannot resolve it or
    the registry is out of reach: the edges into other packages then stay what they are, gaps.
    """
    declared = _declared(package.manifest)
    wanted = declared if missing.programs else {name: declared[name] for name in missing.modules if name in declared}
    if not wanted:
        return ()
    try:
        lockfile = _resolved(wanted, tools)
    except SafeInstallError:
        return ()
    here = package.artifact.location
    found = [one for one in lockfile if one.source is Source.REGISTRY and not _within(one.location, here)]
    refused = {one.line for one in lint_addresses(found, tools.registries(None)) if one.severity >= Severity.ERROR}
    return tuple(_needed([one for one in found if one.line not in refused], missing))[:MOST]


def _declared(manifest: Mapping[str, object]) -> dict[str, str]:
    """Give the dependencies that a manifest declares with a range."""
    tables = [manifest.get(name) for name in _TABLES]
    pairs = [pair for table in tables if isinstance(table, dict) for pair in table.items()]
    return {name: spec for name, spec in pairs if isinstance(spec, str) and _RANGE.fullmatch(spec)}


def _resolved(wanted: Mapping[str, str], tools: Tools) -> tuple[Artifact, ...]:
    """Let npm resolve ranges in a directory where nothing else is; SafeInstallError when it cannot."""
    with tempfile.TemporaryDirectory(prefix="safe-install-") as folder:
        root = Path(folder, "project")
        root.mkdir()
        (root / "package.json").write_text(json.dumps({"private": True, "dependencies": wanted}), encoding="utf-8")
        resolve(
            tools.npm,
            root,
            ("install",),
            env=tools.env,
            npmrc=tools.registries(None).as_npmrc(),
            cache=tools.resolving_cache,
        )
        made = root / "package-lock.json"
        if not made.is_file():
            return ()
        lockfile = read_lockfile(made.read_bytes())
    return select(lockfile.artifacts, tools.platform, frozenset(), links=lockfile.links, legacy_peer_deps=False)


def _needed(artifacts: Iterable[Artifact], missing: Missing) -> Iterator[Artifact]:
    """Walk from what is missing to everything it needs, as npm would find it from where each lies."""
    by_location = {artifact.location: artifact for artifact in artifacts}
    waiting = deque(found for name in missing.modules if (found := located("", name, by_location)))
    waiting += [artifact.location for artifact in by_location.values() if missing.programs & artifact.bin.keys()]
    seen: set[str] = set()
    while waiting:
        location = waiting.popleft()
        if location not in seen:
            seen.add(location)
            artifact = by_location[location]
            yield artifact
            waiting += [found for name in artifact.dependencies if (found := located(location, name, by_location))]


def _within(location: str, place: str) -> bool:
    return location == place or location.startswith(f"{place}/")
