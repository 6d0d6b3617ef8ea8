"""Streams that flow into a program, where every program that the script starts only unpacks what it is given.

``tar`` makes files of what it reads and runs nothing of it; what it is told to run (``--to-command``) is a program of the script's, too.
"""

from __future__ import annotations

import re

from safe_install.model import Inspection, ReachableFile
from safe_install.scan.match.own_places import goes_up
from safe_install.scan.match.seen import Sighting

_FEEDING = frozenset(("pipes-into-program", "types-into-program"))  # the signatures
_UNPACKERS = frozenset(("bsdtar", "bunzip2", "gtar", "gunzip", "gzip", "tar", "unxz", "unzip", "xz", "zstd"))
_ELSEWHERE = re.compile(
    r"\b(?:TAR_OPTIONS|UNZIP|UNZIPOPT|XZ_OPT|GZIP|INIT_CWD|PROJECT_CWD|HOME|USERPROFILE|npm_config_local_prefix)\b|homedir|userInfo"
    r"|chdir|\bdirname\([^\n]{0,60}\b(?:dirname\(|cwd\b)|--absolute-names|[\"'`]-?\w{0,8}P\w{0,8}[\"'`]"
    r"|[\"'`]/(?:[\"'`]|(?:Applications|Library|Users|bin|etc|home|lib|opt|root|sbin|srv|usr|var)\b)"
)
"""Places outside, ``tar -P``, and variables from which such programs take options."""
_COMMAND = ":command"
"""How reach calls the text of the script itself, which starts the file that the stream flows in."""


def feeds_unpackers(sighting: Sighting, file: ReachableFile, inspection: Inspection) -> bool:
    """Tell whether nothing but unpackers can be at the end of a stream: no edge of the script is unseen, and no text starts anything else."""
    if sighting.signature not in _FEEDING or inspection.gaps:
        return False
    told = {key: done.programs for key, done in inspection.done_by if key[1] != _COMMAND}
    started = {program for programs in told.values() for program in programs}
    place = (inspection.script.package.artifact.location, file.path)
    return bool(told.get(place)) and started <= _UNPACKERS and not _unpacks_elsewhere(file, inspection)


def _unpacks_elsewhere(file: ReachableFile, inspection: Inspection) -> bool:
    """Tell whether what is unpacked may come to lie outside the package, or the unpacker be told more than its arguments say."""
    package = inspection.script.package
    own = (one.content.decode(errors="replace") for one in inspection.files if package.brings(one.location))
    return any(map(_ELSEWHERE.search, own)) or goes_up(file.content.decode(errors="replace"), file.path)
