"""Texts that may have a build use another tool than the usual, beside those that take a tool for the usual one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from safe_install.model import GapKind, Language, ReachableFile
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.tools import sets_tool

_TAKING = re.compile(rb"\$\{?MAKE\b|\$[({](?:AR|AS|CC|CXX|LD|MAKE|RM)[)}]")
_SETTING = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.PYTHON, Language.BATCH, Language.POWERSHELL))


def tools_set(files: Collection[ReachableFile]) -> Iterator[tuple[ReachableFile, Blind]]:
    """Tell where a tool may be set, if a makefile or a shell's text takes one for what it usually is."""
    taking = (Language.SHELL, Language.TEXT)
    if not any(file.language in taking and _TAKING.search(file.content) for file in files):
        return
    for file in files:
        found = sets_tool(file.content.decode(errors="replace")) if file.language in _SETTING else None
        if found is not None:
            name, line = found
            detail = f"may set {name}, which changes what a build runs"
            yield file, Blind(kind=GapKind.DYNAMIC, detail=detail, line=line)
