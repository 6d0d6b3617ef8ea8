"""Variables that name the tools of a build, and who may set them to something else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from safe_install.scan.shell.program_names import COMPILERS
from safe_install.scan.shell.words import Word

TOOLS = frozenset(("AR", "AS", "CC", "CXX", "LD", "MAKE", "RM"))
_MAKERS = frozenset(("make", "gmake", "ccache", "rm"))
_VERSIONED = re.compile(r"(?:[\w]+-linux-\w+-)?([a-z+]+)(?:-\d+(?:\.\d+)*)?")


def is_usual_tool(value: Word) -> bool:
    """Tell whether a variable is set to a tool that a system has, with flags: ``gcc-12 -m32``."""
    words = (value.literal or "-").split()
    plain = [one for one in words if not one.startswith("-")]
    names = (_VERSIONED.fullmatch(one) for one in plain)
    return words == [] or (bool(plain) and all(one is not None and one[1] in COMPILERS | _MAKERS for one in names))


def setting(names: Iterable[str]) -> re.Pattern[str]:
    """Match where a text in any language may give one of these variables a value: ``X=``, ``["X"] =``, ``{X: …}``."""
    either = "|".join(map(re.escape, sorted(names)))
    return re.compile(
        rf"""\b(?P<name>{either})\b['"]?\s*\]?\s*=(?![=>])|[{{,(]\s*\[?\s*['"]?(?P<key>{either})\b['"]?\s*\]?\s*:"""
    )


_SETTING = setting(TOOLS)


def sets_tool(text: str) -> tuple[str, int] | None:
    """Find where a text in another language than a shell's may set one; its name and line."""
    found = _SETTING.search(text)
    return None if found is None else (found["name"] or found["key"], text.count("\n", 0, found.start()) + 1)
