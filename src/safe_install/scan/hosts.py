"""Hosts of the addresses in a text, in whatever language it is; without a grammar, in linear time."""

from __future__ import annotations

import re

MOST = 1_000  # in one text
_SCHEMES = ("https", "http", "wss", "ws", "ftps", "ftp", "ssh", "git", "stratum+tcp", "tcp")
_HOST = re.compile(r"://(?:[^\s/@'\"`]{1,200}@)?([A-Za-z0-9._-]{1,253})")


def hosts_in(text: str) -> set[str]:
    """Name the hosts of the addresses in a text; a name needs a dot, or is localhost."""
    found: set[str] = set()
    at, end = text.find("://"), 0
    while at >= 0 and len(found) < MOST:
        match = _HOST.match(text, at) if _ends_scheme(text, end, at) else None
        if match is not None:
            end = match.end()
            host = match[1].rstrip(".-").lower()
            if "." in host or host == "localhost":
                found.add(host)
        at = text.find("://", at + 1)
    return found


def _ends_scheme(text: str, start: int, end: int) -> bool:
    """Tell whether a scheme's name ends here that begins neither in a word nor before the start."""
    if not text.endswith(_SCHEMES, start, end):
        return False
    names = (name for name in _SCHEMES if text.endswith(name, start, end))
    before = (text[at - 1] if (at := end - len(name)) else " " for name in names)
    return any(not (each.isalnum() or each == "_") for each in before)
