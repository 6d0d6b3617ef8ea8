"""``((a; b) > c)``: two subshells, which the grammar takes for arithmetic.

dash knows no arithmetic command at all. bash takes ``((`` for one only where the two brackets that end it touch, and else for
subshells (parse.y, `parse_dparen`).
"""

from __future__ import annotations

import re

MOST = 20  # of one text
_QUOTING = re.compile(rb"['\"\\$`#<]")
"""What may make a bracket behind it something else than a bracket."""
_TWO = re.compile(rb"(?:^|[;&|(\n])[ \t]*(?=\(\()")
_BRACKET = re.compile(rb"[()]")


def apart(source: bytes) -> bytes:
    """Write a blank between two opening brackets that no shell takes for arithmetic; in doubt the text stays as it is."""
    quoting = _QUOTING.search(source)
    plain = source[: quoting.start()] if quoting else source
    for match in reversed([found for _, found in zip(range(MOST), _TWO.finditer(plain), strict=False)]):
        if _is_two_subshells(plain, match.end()):
            source = source[: match.end() + 1] + b" " + source[match.end() + 1 :]
    return source


def _is_two_subshells(plain: bytes, start: int) -> bool:
    """Tell whether the second of two brackets is closed, and not by one that touches the first one's end."""
    depth = 0
    for bracket in _BRACKET.finditer(plain, start + 1):
        depth += 1 if bracket[0] == b"(" else -1
        if depth == 0:
            return plain[bracket.end() : bracket.end() + 1] != b")"
    return False
