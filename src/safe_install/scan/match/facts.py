"""What our own reading found on a script, as facts that chains can name; computed when asked, never remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from safe_install.model import Behaviours, Inspection
from safe_install.scan.match.seen import Seen

_SECRET = re.compile(
    r"(?:^|_)(?:TOKENS?|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_KEY(?:_ID)?|PRIVATE_KEY|AUTH|PAT)(?:_|$)",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"npm_(?:config|package|lifecycle)_|.*_proxy$|SSH_AUTH_SOCK$", re.IGNORECASE)
_WHOLE = "*"


class Shown(NamedTuple):
    """A signature or fact, and where it was shown; what is known of the whole script counts for its own package."""

    name: str
    location: str | None
    where: str
    path: str
    line: int


def is_secret(name: str) -> bool:
    """Tell whether a variable's name says that it holds a secret; npm's own settings and proxies are none."""
    return _SECRET.search(name) is not None and _NO_SECRET.match(name) is None


def facts_of(inspection: Inspection, seen: Mapping[tuple[str, str], tuple[str, Seen]]) -> Iterator[Shown]:
    """Give the facts on one script; ``seen`` has the package's id and what matching saw, by location and path."""
    owner = inspection.script.package.artifact
    home = owner.location or owner.name
    placed = {name for _, told in inspection.done_by for name in _done(told)}
    for (location, path), told in inspection.done_by:
        for name in _done(told):
            yield Shown(f"fact:{name}", location or home, owner.id, path, 0)
    for name in _done(inspection.behaviours):
        if name not in placed:
            yield Shown(f"fact:{name}", home, owner.id, "", 0)
    for (location, path), (where, each) in seen.items():
        for line, _ in each.matched.layers:
            yield Shown("fact:decoded-layer", location, where, path, line)
    places = {(where, path): location for (location, path), (where, _) in seen.items()}
    for prefix, found in (("gap", inspection.gaps), ("boundary", inspection.boundaries)):
        for one in found:
            place = places.get((one.where, one.path), home if one.where == owner.id else None)
            yield Shown(f"fact:{prefix}:{one.kind.value}", place, one.where, one.path, one.line)


def _done(behaviours: Behaviours) -> list[str]:
    """Name what a file or a script does."""
    return [
        *(["env-secret"] if any(map(is_secret, behaviours.env)) else ()),
        *(["env-whole"] if _WHOLE in behaviours.env else ()),
        *(f"contacts:{host}" for host in behaviours.hosts),
        *(["starts-programs"] if behaviours.programs else ()),
        *(f"starts:{program}" for program in behaviours.programs),
        *(["writes-outside"] if behaviours.writes_outside else ()),
    ]


def matches(wanted: str, name: str) -> bool:
    """Tell whether what was shown is what a chain wants: the same name, or any with ``*`` at either end of its last part."""
    if wanted == name:
        return True
    head, sign, tail = wanted.partition("*")
    return bool(sign) and wanted.startswith("fact:") and name.startswith(head) and name.endswith(tail)
