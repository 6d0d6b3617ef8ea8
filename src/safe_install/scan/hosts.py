"""Hosts of the addresses in a text, in whatever language it is; without a grammar, in linear time."""

from __future__ import annotations

import re

MOST = 1_000  # in one text
_ADDRESS = re.compile(
    r"\b(?:https?|wss?|ftps?|ssh|git|tcp|stratum\+tcp)://(?:[^\s/@'\"`]{1,200}@)?([A-Za-z0-9._-]{1,253})"
)


def hosts_in(text: str) -> set[str]:
    """Name the hosts of the addresses in a text; a name needs a dot, or is localhost."""
    found: set[str] = set()
    if "://" in text:
        for match in _ADDRESS.finditer(text):
            host = match[1].rstrip(".-").lower()
            if "." in host or host == "localhost":
                found.add(host)
            if len(found) >= MOST:
                break
    return found
