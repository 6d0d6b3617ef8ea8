"""Lines that seem to take the whole environment, where our own reading tells that nothing is read but names of no secrets."""

from __future__ import annotations

import re

from safe_install.model import Inspection, ReachableFile
from safe_install.scan.javascript.own_settings import lines_of_own_settings
from safe_install.scan.match.facts import is_secret
from safe_install.scan.match.libc_of_report import tells_libc
from safe_install.scan.match.seen import Sighting

HANDS_OVER = "hands-over-environment"  # the signatures
GATHERS = "gathers-environment"
_WHOLE = "*"
_AS_ARGUMENT = re.compile(r"[\w$]\([^()\n]{0,80}\bprocess\.env\s{0,9}[,)]")
_ANY = re.compile(r"\bprocess\b")
_TAKING = re.compile(r"\b(?:process|Object|Reflect|for|report|environmentVariables|getReport|writeReport)\b")
_LISTING_ONCE = ["Object", "process"]


def is_read_by_names(sighting: Sighting, file: ReachableFile, inspection: Inspection) -> bool:
    """Tell whether of the environment that a line takes hold of nothing is read but names of no secrets."""
    if file.inline or sighting.signature not in {HANDS_OVER, GATHERS}:
        return False
    lines = file.content.decode(errors="replace").split("\n")
    line = lines[sighting.line - 1] if 0 < sighting.line <= len(lines) else ""
    is_text = sighting.excerpt.startswith("[")  # of a decoded layer, which may hold anything
    takes_own = not is_text and (
        _takes_own_settings(sighting, file, line) or tells_libc(file.content.decode(errors="replace"), line)
    )
    return takes_own or (sighting.signature == HANDS_OVER and _is_handed_to_reader(file, inspection, line))


def _takes_own_settings(sighting: Sighting, file: ReachableFile, line: str) -> bool:
    """Tell whether a line that can take hold of the environment once lists the names that npm sets, and no others."""
    once = _TAKING.findall(line) == _LISTING_ONCE
    return once and sighting.line in lines_of_own_settings(file.content)


def _is_handed_to_reader(file: ReachableFile, inspection: Inspection, line: str) -> bool:
    """Tell whether all that a line hands to functions is only read by names, so that its file never takes the whole."""
    handed = _AS_ARGUMENT.findall(line)
    if not handed or len(handed) != len(_ANY.findall(line)) or any(gap.path == file.path for gap in inspection.gaps):
        return False
    place = (inspection.script.package.artifact.location, file.path)
    told = next((done for key, done in inspection.done_by if key == place), None)
    return told is not None and _WHOLE not in told.env and not any(map(is_secret, told.env))
