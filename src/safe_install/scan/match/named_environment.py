"""Lines that seem to hand over or send the whole environment, where our own reading followed each use to the names that are read."""

from __future__ import annotations

import re

from safe_install.model import Inspection, Language, ReachableFile
from safe_install.scan.javascript.reads_on_line import read_on_line
from safe_install.scan.match.facts import is_secret
from safe_install.scan.match.seen import Matched, Sighting

HANDS_OVER = "hands-over-environment"  # the signatures
SENDS = "sends-environment"
_WHOLE = "*"
_HANDED = re.compile(
    r"[\w$]\([^()\n]{0,80}\bprocess\.env\s{0,9}[,)]|[(,]\s{0,9}[\w$]{1,40}\s{0,9}=\s{0,9}process\.env\s{0,9}[,)]"
)
"""To a function where it is called, or where a parameter gets it by default."""
_ANY = re.compile(r"\bprocess\b")


def is_read_by_names(sighting: Sighting, file: ReachableFile, matched: Matched, inspection: Inspection) -> bool:
    """Tell whether functions to which a line hands the environment only read it by names of no secrets.

    Of what is handed over none may take the whole anywhere in the file; of what is sent it is enough that nothing else on the line has it. A
    text that the file hides, or cannot be told, may do anything with it.
    """
    if sighting.signature not in {HANDS_OVER, SENDS} or file.inline:
        return False
    if matched.layers or any(gap.path == file.path for gap in inspection.gaps):
        return False
    read = read_on_line(file.content, sighting.line) if file.language is Language.JAVASCRIPT else None
    if sighting.signature == SENDS:
        return read is not None and not any(map(is_secret, read))
    return (read is not None or _hands_to_readers(sighting, file)) and _takes_names_alone(file, inspection)


def _hands_to_readers(sighting: Sighting, file: ReachableFile) -> bool:
    lines = file.content.decode(errors="replace").split("\n")
    line = lines[sighting.line - 1] if 0 < sighting.line <= len(lines) else ""
    handed = _HANDED.findall(line)
    return bool(handed) and len(handed) == len(_ANY.findall(line))


def _takes_names_alone(file: ReachableFile, inspection: Inspection) -> bool:
    place = (inspection.script.package.artifact.location, file.path)
    told = next((done for key, done in inspection.done_by if key == place), None)
    return told is not None and _WHOLE not in told.env and not any(map(is_secret, told.env))
