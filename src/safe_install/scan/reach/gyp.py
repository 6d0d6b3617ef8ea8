"""The commands in a gyp file, read in its text: what node-gyp runs while it only evaluates the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 200  # in one file; honest ones have under 10
LONGEST = 4_096
_EXPANSION = re.compile(r"[<>^]!@?\(")


def commands(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and command of ``<!(…)``, ``<!@(…)``, ``>!(…)`` and ``^!(…)``, as far as the text shows them.

    ``<!pymod_do_main(module …)`` and what Python's own escapes and conditions hide are not found here.
    """
    for count, match in enumerate(_EXPANSION.finditer(text)):
        if count == MOST:
            return
        yield text.count("\n", 0, match.start()) + 1, _unescaped(_balanced(text[match.end() : match.end() + LONGEST]))


def _balanced(text: str) -> str:
    """Give what stands before the bracket that closes."""
    depth = 1
    for at, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return text[:at]
    return text


def _unescaped(text: str) -> str:
    """Take the backslashes of a Python literal away."""
    return re.sub(r"\\(['\"\\])", r"\1", text)
