"""Lines that seem to hand over the whole environment, where our own reading followed each use to the names that are read."""

from __future__ import annotations

import re

from safe_install.model import Inspection, ReachableFile
from safe_install.scan.match.facts import is_secret
from safe_install.scan.match.seen import Sighting

HANDS_OVER = "hands-over-environment"  # the signature
_WHOLE = "*"
_AS_ARGUMENT = re.compile(r"[\w$]\([^()\n]{0,80}\bprocess\.env\s{0,9}[,)]")
_ANY = re.compile(r"\bprocess\b(?!\.exit\()")


def is_read_by_names(sighting: Sighting, file: ReachableFile, inspection: Inspection) -> bool:
    """Tell whether what a line hands to a function is only read by names of no secrets, so that its file never takes the whole."""
    if sighting.signature != HANDS_OVER or file.inline:
        return False
    lines = file.content.decode(errors="replace").split("\n")
    line = lines[sighting.line - 1] if 0 < sighting.line <= len(lines) else ""
    handed = _AS_ARGUMENT.findall(line)
    if not handed or len(handed) != len(_ANY.findall(line)) or any(gap.path == file.path for gap in inspection.gaps):
        return False
    place = (inspection.script.package.artifact.location, file.path)
    told = next((done for key, done in inspection.done_by if key == place), None)
    return told is not None and _WHOLE not in told.env and not any(map(is_secret, told.env))
