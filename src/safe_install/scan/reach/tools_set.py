"""Texts that may have a build use another tool than the usual, beside those that take a tool for the usual one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from safe_install.model import GapKind, Language, ReachableFile
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.tools import sets_tool

_TAKING = re.compile(rb"\$\{?MAKE\b|\$[({](?:AR|AS|CC|CXX|LD|MAKE|RM)[)}]")
_SETTING = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.PYTHON, Language.BATCH, Language.POWERSHELL))


def tools_set(
    own: Collection[ReachableFile], others: Collection[ReachableFile]
) -> Iterator[tuple[ReachableFile, Blind]]:
    """Tell where a tool may be set, if a makefile or a shell's text takes one for what it usually is.

    What one of the ``others`` does, of libraries, is told of the text that takes it.
    """
    in_text = (file for file in own if file.language in {Language.SHELL, Language.TEXT})
    taking = next((file for file in in_text if _TAKING.search(file.content)), None)
    if taking is None:
        return
    for file in own:
        yield from ((file, blind) for blind in _set_in(file))
    for file in others:
        yield from (
            (taking, replace(blind, detail=f"{file.package} {blind.detail}", line=1)) for blind in _set_in(file)
        )


def _set_in(file: ReachableFile) -> Iterator[Blind]:
    found = sets_tool(file.content.decode(errors="replace")) if file.language in _SETTING else None
    if found is not None:
        name, line = found
        detail = f"may set {name}, which changes what a build runs"
        yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line)
