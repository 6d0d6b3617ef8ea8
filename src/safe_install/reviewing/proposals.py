"""What a script may need beyond its walls, as its evidence tells: each thing alone, to be granted by hand or not.

Nothing is proposed that would be a hole in every wall, and nothing whose name the evidence does not tell wholly.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from safe_install.advise.known_scripts import known_script
from safe_install.judgement import Grants
from safe_install.model import BoundaryKind, Inspection

MOST = 12
"""Proposals of one kind; a script that names more hosts names them for other reasons."""
_HOST = re.compile(r"(?=.{4,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_PLACE = re.compile(r"[\w@.+-]+(?:/[\w@.+-]+){1,15}", re.ASCII)
_GIVEN = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "EDITOR", "COLOR", "CI", "ADBLOCK", "PWD", "TMPDIR", "TERM"}
)
_GIVEN_TOO = frozenset(
    {"DISABLE_OPENCOLLECTIVE", "NODE_ENV", "INIT_CWD", "LANG", "LANGUAGE", "TZ", "NODE", "IFS", "ENV"}
)
_STEERING = ("NODE_", "LD_", "DYLD_", "GIT_", "BASH_", "PYTHON", "PERL", "RUBY", "JAVA_", "NPM_", "LC_")
_CACHE = re.compile(r"(?:^|/)(?:\.cache|_prebuilds|_libvips)(?:/|$)|^(?:~|\$HOME)(?:/|$)")


class Kind(StrEnum):
    """What is granted, from the least to the most."""

    CACHE = "cache"
    OUTPUT = "output"
    ENV = "env"
    HOST = "host"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One thing that could be granted, and what speaks for it; ``name`` is empty for the cache."""

    kind: Kind
    name: str
    because: str


def proposals(inspection: Inspection) -> tuple[Proposal, ...]:
    """Propose what the evidence on a script names, least first; hosts that only our advice names come last."""
    return (*_cache(inspection), *_outputs(inspection), *_variables(inspection), *_hosts(inspection))


def granted(chosen: Iterable[Proposal]) -> Grants:
    """Put chosen proposals together as a record has them."""
    names: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for one in chosen:
        names[one.kind].append(one.name)
    hosts, outputs, env = (tuple(sorted(names[kind])) for kind in (Kind.HOST, Kind.OUTPUT, Kind.ENV))
    return Grants(hosts=hosts, outputs=outputs, env=env, cache=bool(names[Kind.CACHE]))


def _cache(inspection: Inspection) -> Iterator[Proposal]:
    if any(_CACHE.search(place) for place in inspection.behaviours.writes_outside):
        yield Proposal(kind=Kind.CACHE, name="", because="it writes into a cache in the home folder")
    elif any(end.kind is BoundaryKind.DOWNLOADS for end in inspection.boundaries):
        yield Proposal(kind=Kind.CACHE, name="", because="it downloads, and may keep what it has")


def _outputs(inspection: Inspection) -> Iterator[Proposal]:
    """Propose places in the project that the text names wholly, as the project sees them."""
    home = inspection.script.package.artifact.location
    places = (posixpath.normpath(posixpath.join(home, place)) for place in inspection.behaviours.writes_outside)
    for place in list(dict.fromkeys(filter(_is_output, places)))[:MOST]:
        yield Proposal(kind=Kind.OUTPUT, name=place, because="it writes there")


def _is_output(place: str) -> bool:
    """Tell whether a place lies in the project and holds what scripts make, and nothing that runs or decides later."""
    first, _, rest = place.partition("/")
    if not _PLACE.fullmatch(place) or "." in (first[:1], first) or ".." in place.split("/"):
        return False
    if first == "node_modules":
        return (
            rest.startswith(".") and not rest.startswith((".bin", ".package-lock.json")) and "node_modules" not in rest
        )
    return "node_modules" not in rest and not any(part.startswith(".") or "." in part for part in place.split("/"))


def _variables(inspection: Inspection) -> Iterator[Proposal]:
    """Propose the names of the environment that are neither set anyway nor choose which code runs."""
    names = [
        name
        for name in inspection.behaviours.env
        if _VARIABLE.fullmatch(name) and name not in _GIVEN | _GIVEN_TOO and not name.startswith(_STEERING)
    ]
    for name in names[:MOST]:
        yield Proposal(kind=Kind.ENV, name=name, because="it reads it")


def _hosts(inspection: Inspection) -> Iterator[Proposal]:
    """Propose hosts: where something comes from, then what the text contacts, then what our advice knows."""
    ends = {end.host: end.detail for end in inspection.boundaries if end.host}
    told = {**dict.fromkeys(inspection.behaviours.hosts, "its text names it"), **ends}
    known = known_script(inspection.script)
    for host in known.hosts if known else ():
        told.setdefault(host, "our advice, not the evidence: it went there when it was measured")
    for host, because in [(host, why) for host, why in told.items() if _HOST.fullmatch(host)][:MOST]:
        yield Proposal(kind=Kind.HOST, name=host, because=because)
