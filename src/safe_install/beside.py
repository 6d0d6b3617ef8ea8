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
from typing import TYPE_CHECKING

from safe_install.beside_answers import Answers
from safe_install.errors import RegistryError, SafeInstallError
from safe_install.model import Artifact, Package, Severity, Source
from safe_install.run.calls import resolve_quickly
from safe_install.scan.fetch.addresses import lint_addresses
from safe_install.scan.lock.lockfile import Lockfile, read_lockfile
from safe_install.scan.lock.selection import select
from safe_install.scan.lock.tree import resolve as located
from safe_install.tools import Tools

if TYPE_CHECKING:
    from safe_install.scan.reach.missing import Missing

_TABLES = ("dependencies", "optionalDependencies")
_RANGE = re.compile(r"[\w.^~<>=|*+ -]{0,200}", re.ASCII)
"""A range or a tag, which the registry answers. An address is not asked: its host would learn who looks."""
_ATTEMPTS = 4
_CODE = re.compile(r"^npm (?:error|ERR!) code (\S+)$", re.MULTILINE)
_ANSWERED = frozenset(
    (
        *("E404", "ETARGET", "ENOVERSIONS", "ERESOLVE", "EBADPLATFORM", "EBADENGINE", "EUNSUPPORTEDPROTOCOL"),
        *("EINVALIDPACKAGENAME", "EINVALIDTAGNAME", "EALLOWGIT", "EALLOWREMOTE", "EALLOWFILE", "EALLOWDIRECTORY"),
    )
)
"""Why npm (10 to 12) resolves nothing though the registry answers: what is asked for is not there, or not allowed."""
MOST = 2_000
"""Packages of one tree; gatsby 4, the largest honest package with a script, brings 1,100."""


def brought_along(package: Package, missing: Missing, tools: Tools) -> tuple[Artifact, ...]:
    """List what npm would install beside a package for what its scripts miss, and what that needs in turn.

    Nothing for what the package does not declare with a range, or the registry does not have, and nothing at all
    where npm cannot resolve it: the edges into other packages then stay what they are. `RegistryError` when the
    registry does not answer, for then nobody knows what would come along.
    """
    declared = _declared(package.manifest)
    undeclared = missing.modules.difference(*declared.values())  # perhaps what a dependency brings
    wanted = {
        table: names
        if missing.programs or undeclared
        else {name: spec for name, spec in names.items() if name in missing.modules}
        for table, names in declared.items()
    }
    if not any(wanted.values()):
        return ()
    lockfile = _resolved(wanted, tools)
    here = package.artifact.location
    found = [one for one in lockfile if one.source is Source.REGISTRY and not _within(one.location, here)]
    refused = {one.line for one in lint_addresses(found, tools.registries(None)) if one.severity >= Severity.ERROR}
    return tuple(_needed([one for one in found if one.line not in refused], missing))[:MOST]


Wanted = Mapping[str, Mapping[str, str]]
"""Ranges by name, by the table of a manifest that they stand in."""


def _declared(manifest: Mapping[str, object]) -> Wanted:
    """Give the dependencies that a manifest declares with a range."""
    tables = {name: manifest.get(name) for name in _TABLES}
    return {
        name: {key: spec for key, spec in table.items() if isinstance(spec, str) and _RANGE.fullmatch(spec)}
        for name, table in tables.items()
        if isinstance(table, Mapping)
    }


def _resolved(wanted: Wanted, tools: Tools) -> tuple[Artifact, ...]:
    """Give what npm makes of ranges, as it said within a day or says now; nothing where it cannot."""
    npmrc = tools.registries(None).as_npmrc()
    asked = {"wanted": wanted, "npm": tools.npm.version, "registries": sorted(tools.registries(None).origins())}
    answers = Answers(folder=tools.cache / "beside", now=tools.now)
    remembered = answers.get(asked)
    known = _read(remembered)
    if known is None:
        told = _asked(wanted, npmrc, tools)
        known = _read(told)
        if told is not None and known is not None:
            answers.put(asked, told)
    if known is None:
        return ()
    return select(known.artifacts, tools.platform, frozenset(), links=known.links, legacy_peer_deps=False)


def _read(lockfile: bytes | None) -> Lockfile | None:
    try:
        return read_lockfile(lockfile) if lockfile is not None else None
    except SafeInstallError:
        return None


def _asked(wanted: Wanted, npmrc: Mapping[str, str], tools: Tools) -> bytes | None:
    """Let npm resolve ranges; where it cannot for the sake of some names, let it resolve the others."""
    for _ in range(_ATTEMPTS):
        lockfile, said = _ask(wanted, npmrc, tools)
        if lockfile is not None:
            _require_answers(lockfile, wanted, npmrc, tools)
            return lockfile
        _require_answer(said)
        without = {
            table: {name: spec for name, spec in names.items() if not _is_blamed(name, said)}
            for table, names in wanted.items()
        }
        if without == wanted or not any(without.values()):
            return None
        wanted = without
    return None


def _require_answer(said: str) -> None:
    """Stop where npm failed for another reason than what the registry has; a code that is a number is git's."""
    code = _CODE.search(said)
    if code is None or not (code[1] in _ANSWERED or code[1].isdecimal()):
        raise RegistryError(f"the registry did not answer npm ({code[1][:40] if code else 'no word'})")


def _require_answers(lockfile: bytes, wanted: Wanted, npmrc: Mapping[str, str], tools: Tools) -> None:
    """Ask once more for what is optional and was left out: npm tells of no failure there, whatever the reason."""
    optional = wanted.get("optionalDependencies", {})
    absent = {name: spec for name, spec in optional.items() if f'"node_modules/{name}"'.encode() not in lockfile}
    if absent:
        again, said = _ask({"dependencies": absent}, npmrc, tools)
        if again is None:
            _require_answer(said)


def _is_blamed(name: str, said: str) -> bool:
    """Tell whether npm (10 to 12) names a package in what it says of E404 or ETARGET."""
    return f"'{name}@" in said or f"No matching version found for {name}@" in said


def _ask(wanted: Wanted, npmrc: Mapping[str, str], tools: Tools) -> tuple[bytes | None, str]:
    """Let npm resolve ranges in a directory where nothing else is; give the lockfile, or what it says instead."""
    with tempfile.TemporaryDirectory(prefix="safe-install-") as folder:
        root = Path(folder, "project")
        root.mkdir()
        (root / "package.json").write_text(json.dumps({"private": True, **wanted}), encoding="utf-8")
        try:
            result = resolve_quickly(tools.npm, root, env=tools.env, npmrc=npmrc, cache=tools.resolving_cache)
        except SafeInstallError:
            return None, ""
        made = root / "package-lock.json"
        return (made.read_bytes() if made.is_file() else None), result.output


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
