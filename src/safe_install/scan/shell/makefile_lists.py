"""What lists of make's functions may hold: patterns of names, ``SOME`` standing for any part of one word.

A list may hold less than is said here, and nothing else; of what no pattern tells the function stays as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SOME = "\x02"
"""A part of a name that only running tells."""
_ROUNDS = 6  # functions in one another
_LIST = r"((?:[^(){}$,]|\$[({][\w.-]{1,80}[)}]){0,4000})"
_PLAIN = r"([^(){}$,:=]{0,400})"
_FUNCTIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"\$[({{]\s*(?:filter|filter-out)\s+{_PLAIN},{_LIST}[)}}]"), lambda one: one[2]),
    (re.compile(rf"\$[({{]\s*(?:sort|strip)\s+{_LIST}[)}}]"), lambda one: one[1]),
    (re.compile(rf"\$[({{]\s*addprefix\s+{_PLAIN},{_LIST}[)}}]"), lambda one: f"{one[1].strip()}{SOME}"),
    (re.compile(rf"\$[({{]\s*addsuffix\s+{_PLAIN},{_LIST}[)}}]"), lambda one: f"{SOME}{one[1].strip()}"),
    (
        re.compile(rf"\$[({{]\s*patsubst\s+{_PLAIN},{_PLAIN},{_LIST}[)}}]"),
        lambda one: f"{one[3]} {_put(one[1].strip(), one[2].strip())}",
    ),
    (
        re.compile(rf"\$[({{]([\w.-]{{1,80}}):{_PLAIN}={_PLAIN}[)}}]"),
        lambda one: f"$({one[1]}) {_put(*(part.strip() for part in (one[2], one[3])), ends=True)}",
    ),
)
_FILES = re.compile(r"\$[({]\s*wildcard\s+([^(){}$,?\[\]\\~]{1,400})[)}]")


def as_patterns(text: str, *, names_have_blanks: bool) -> str:
    """Write functions as what they give; ``names_have_blanks``: a file's name may be several words to make, so of files nothing is said."""
    if not names_have_blanks:
        text = _FILES.sub(lambda one: one[1].replace("*", SOME), text)
    for _ in range(_ROUNDS):
        before = text
        for function, given in _FUNCTIONS:
            text = function.sub(given, text)
        if text == before:
            break
    return text


def _put(old: str, new: str, *, ends: bool = False) -> str:
    """Say what ``patsubst`` puts in place of the names that fit; with ``ends`` a text without ``%`` is the end of a name."""
    if "%" not in old and ends:
        return f"{SOME}{new}"
    return new.replace("%", SOME, 1) if "%" in old else new
