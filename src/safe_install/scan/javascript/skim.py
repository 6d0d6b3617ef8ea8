"""Looking through text line by line, without a grammar, for what is too large to be parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from safe_install.scan.hosts import hosts_in
from safe_install.scan.shell.leads import Kind, Lead
from safe_install.scan.shell.words import literal

MOST = 1_000  # of each thing, in one text
_MODULE = re.compile(
    rb"\b(?:require|import)\s*\(\s*['\"]([^'\"\n\\]{1,1000})['\"]|\bfrom\s*['\"]([^'\"\n\\]{1,1000})['\"]"
)
_ENVIRONMENT = re.compile(rb"process(?<=\bprocess)\.env(?:\.(\w{1,100})|\[['\"](\w{1,100})['\"])?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Skimmed:
    """What stands in a text in its plain form."""

    leads: tuple[Lead, ...]
    environment: frozenset[str]
    hosts: frozenset[str]


def skim(text: bytes) -> Skimmed:
    """Find modules, names of the environment and hosts that are written plainly; time is linear in the text."""
    modules = _first(_MODULE, text)
    return Skimmed(
        leads=tuple(Lead(kind=Kind.MODULE, target=literal(name)) for name in sorted(modules)),
        environment=frozenset(name or "*" for name in _first(_ENVIRONMENT, text)),
        hosts=frozenset(hosts_in(text.decode(errors="replace"))),
    )


def _first(pattern: re.Pattern[bytes], text: bytes) -> set[str]:
    """Collect what a pattern's groups found."""
    found: set[str] = set()
    seen: set[bytes] = set()
    for match in pattern.finditer(text):
        group = match[match.lastindex] if match.lastindex else b""
        if group not in seen:
            seen.add(group)
            found.add(group.decode(errors="replace"))
            if len(found) >= MOST:
                break
    return found
