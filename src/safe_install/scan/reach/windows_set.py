"""Batch files that find programs by what Windows sets, where another text may set that otherwise: ``%ProgramFiles%``."""

from __future__ import annotations

from collections.abc import Iterator

from safe_install.model import GapKind, Language, ReachableFile
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.of_windows import is_of_windows
from safe_install.scan.windows.variables import asks_windows, sets_of_windows

_DETAIL = "takes what Windows sets for known, which another text may set otherwise"


def windows_set(evidence: Evidence) -> Iterator[tuple[ReachableFile, Blind]]:
    """Give an edge for each such batch file of the script's own package."""
    batch = [file for file in evidence.files.values() if file.language is Language.BATCH and evidence.is_own(file)]
    texts = {id(file): file.content.decode(errors="replace") for file in batch}
    asking = [file for file in batch if asks_windows(texts[id(file)])]
    if not asking:
        return
    elsewhere = any(one.changes_windows for one in evidence.own_readings) or _is_set(evidence)
    for file in asking:
        others = (one for one in batch if one is not file)
        if elsewhere or any(sets_of_windows(texts[id(one)]) for one in others):
            yield file, Blind(kind=GapKind.DYNAMIC, detail=_DETAIL)


def _is_set(evidence: Evidence) -> bool:
    assigned = (name for command in evidence.own_commands for name, _ in command.assignments)
    return any(name == "*" or is_of_windows(name) for name in (*evidence.sets, *assigned))
