"""Lines that seem to take or hand over the whole environment, where our own reading followed each use to the names that are read."""

from __future__ import annotations

import re

from safe_install.model import Inspection, Language, ReachableFile
from safe_install.scan.javascript.own_settings import lines_of_own_settings
from safe_install.scan.javascript.reads_on_line import read_on_line
from safe_install.scan.match.facts import is_secret
from safe_install.scan.match.libc_of_report import tells_libc
from safe_install.scan.match.seen import Matched, Sighting

HANDS_OVER = "hands-over-environment"  # the signatures
GATHERS = "gathers-environment"
SENDS = "sends-environment"
_WHOLE = "*"
_HANDED = re.compile(
    r"[\w$]\([^()\n]{0,80}\bprocess\.env\s{0,9}[,)]|[(,]\s{0,9}[\w$]{1,40}\s{0,9}=\s{0,9}process\.env\s{0,9}[,)]"
)
"""To a function where it is called, or where a parameter gets it by default."""
_ANY = re.compile(r"\bprocess\b(?!\.exit\()")
_TAKING = re.compile(r"\b(?:process|Object|Reflect|for|report|environmentVariables|getReport|writeReport)\b")
_LISTING_ONCE = ["Object", "process"]


def is_read_by_names(sighting: Sighting, file: ReachableFile, matched: Matched, inspection: Inspection) -> bool:
    """Tell whether of the environment that a line takes hold of, or hands to functions, nothing is read but names of no secrets.

    Of what is handed over none may take the whole anywhere in the file; of what is sent it is enough that nothing else on the line has it. A
    text that the file hides, or cannot be told, may do anything with it.
    """
    if sighting.signature not in {HANDS_OVER, GATHERS, SENDS} or file.inline:
        return False
    line = _line(sighting, file)
    if sighting.signature != SENDS and _takes_what_npm_or_node_sets(sighting, file, line):
        return True
    if sighting.signature == GATHERS or matched.layers or any(gap.path == file.path for gap in inspection.gaps):
        return False
    read = read_on_line(file.content, sighting.line) if file.language is Language.JAVASCRIPT else None
    if sighting.signature == SENDS:
        return read is not None and not any(map(is_secret, read))
    return (read is not None or _hands_to_readers(line)) and _takes_names_alone(file, inspection)


def _line(sighting: Sighting, file: ReachableFile) -> str:
    lines = file.content.decode(errors="replace").split("\n")
    return lines[sighting.line - 1] if 0 < sighting.line <= len(lines) else ""


def _takes_what_npm_or_node_sets(sighting: Sighting, file: ReachableFile, line: str) -> bool:
    """Tell whether a line only lists the names that npm sets, or asks Node's report for the C library; not in a decoded text, which may hold anything."""
    is_text = sighting.excerpt.startswith("[")
    return not is_text and (
        _takes_own_settings(sighting, file, line) or tells_libc(file.content.decode(errors="replace"), line)
    )


def _takes_own_settings(sighting: Sighting, file: ReachableFile, line: str) -> bool:
    """Tell whether a line that can take hold of the environment once lists the names that npm sets, and no others."""
    once = _TAKING.findall(line) == _LISTING_ONCE
    return once and sighting.line in lines_of_own_settings(file.content)


def _hands_to_readers(line: str) -> bool:
    handed = _HANDED.findall(line)
    return bool(handed) and len(handed) == len(_ANY.findall(line))


def _takes_names_alone(file: ReachableFile, inspection: Inspection) -> bool:
    place = (inspection.script.package.artifact.location, file.path)
    told = next((done for key, done in inspection.done_by if key == place), None)
    return told is not None and _WHOLE not in told.env and not any(map(is_secret, told.env))
