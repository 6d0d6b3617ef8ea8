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
from safe_install.advise.redirects import onward
from safe_install.decide.grants import is_secret, why_no_env, why_no_host, why_no_output
from safe_install.judgement import Grants
from safe_install.model import BoundaryKind, Inspection

MOST = 12
"""Proposals of one kind; a script that names more hosts names them for other reasons."""
_GIVEN = frozenset({"USER", "LOGNAME", "EDITOR", "COLOR", "CI", "ADBLOCK", "PWD", "TMPDIR", "TERM", "INIT_CWD", "NODE"})
_GIVEN_TOO = frozenset({"DISABLE_OPENCOLLECTIVE", "NODE_ENV", "LANG", "LANGUAGE", "TZ"})
_SHOUTED = re.compile(r"[A-Z][A-Z0-9_]+")
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


def proposals(inspection: Inspection, before: Grants | None = None) -> tuple[Proposal, ...]:
    """Propose what the evidence on a script names and what was granted ``before``, least first.

    Hosts that only our advice names come last.
    """
    found = (*_cache(inspection), *_outputs(inspection), *_variables(inspection), *_hosts(inspection), *_former(before))
    once = {(one.kind, one.name): one for one in reversed(found)}
    return tuple(sorted(once.values(), key=lambda one: (tuple(Kind).index(one.kind), found.index(one))))


def _former(grants: Grants | None) -> Iterator[Proposal]:
    """Propose what was granted to what it was before: nothing of that is kept unless it is chosen again."""
    grants = grants or Grants()
    told = [*([(Kind.CACHE, "")] if grants.cache else []), *((Kind.OUTPUT, place) for place in grants.outputs)]
    told += [*((Kind.ENV, name) for name in grants.env), *((Kind.HOST, host) for host in grants.hosts)]
    yield from (Proposal(kind=kind, name=name, because="the former approval granted it") for kind, name in told)


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
    for place in [place for place in dict.fromkeys(places) if _is_output(place)][:MOST]:
        yield Proposal(kind=Kind.OUTPUT, name=place, because="it writes there")


def _is_output(place: str) -> bool:
    """Tell whether a place may be granted, and looks like one for what is made: no single file, no source, nothing computed."""
    folders = place.removeprefix("node_modules/.").split("/")
    return "/" in place and why_no_output(place) is None and not any(set(part) & set(".{}") for part in folders)


def _variables(inspection: Inspection) -> Iterator[Proposal]:
    """Propose the names of the environment that are neither set anyway, nor choose which code runs, nor hold a credential.

    Who wants to hand a credential over has an option of ``approve`` for it, and has to type its name.
    """
    names = [
        name
        for name in inspection.behaviours.env
        if _SHOUTED.fullmatch(name)
        and name not in _GIVEN | _GIVEN_TOO
        and why_no_env(name) is None
        and not is_secret(name)
    ]
    for name in names[:MOST]:
        yield Proposal(kind=Kind.ENV, name=name, because="it reads it")


def _hosts(inspection: Inspection) -> Iterator[Proposal]:
    """Propose hosts: where something comes from, then what the text contacts, then what our advice knows.

    A host that is known to send downloads on is followed by those that it sends to.
    """
    ends = {end.host: end.detail for end in inspection.boundaries if end.host}
    named = {**dict.fromkeys(inspection.behaviours.hosts, "its text names it"), **ends}
    told: dict[str, str] = {}
    for host, because in named.items():
        told[host] = because
        for other in onward(host):
            told.setdefault(other, f"our advice, not the evidence: {host} sends downloads on to it")
    known = known_script(inspection.script)
    for host in known.hosts if known else ():
        told.setdefault(host, "our advice, not the evidence: it went there when it was measured")
    for host, because in [(host, why) for host, why in told.items() if why_no_host(host) is None][:MOST]:
        yield Proposal(kind=Kind.HOST, name=host, because=because)
