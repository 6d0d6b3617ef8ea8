"""Whether what a script prints is for a reader, or is put into a file or handed to another program."""

from __future__ import annotations

import posixpath
import re

from safe_install.model import Inspection, Language, ReachableFile

_ONWARD = re.compile(
    r"(?<![0-9=&|>-])(?:1?>{1,2}|&>{1,2})\|?(?!\s{0,9}(?:&|/dev/(?:null|stderr|stdout|tty)\b|NUL\b|[>=(]))|(?<!\|)\|(?!\|)"
)
"""``> place`` and ``| program``, of a shell."""
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"$`\n]*\"")
_STARTING = re.compile(rb"child_process|worker_threads|\bcluster\b|execa|cross-spawn|\bspawn|\bexec")
_SHELLS = frozenset((Language.SHELL, Language.BATCH, Language.POWERSHELL))


def goes_onward(inspection: Inspection) -> bool:
    """Tell whether the script's command, or a shell script that it reaches, puts what is printed anywhere."""
    scripts = (one.content.decode(errors="replace") for one in inspection.files if one.language in _SHELLS)
    return any(_ONWARD.search(_QUOTED.sub("", text)) for text in (inspection.script.command, *scripts))


def is_started_by_another(file: ReachableFile, inspection: Inspection) -> bool:
    """Tell whether another file that starts programs says this one's name: then it may get what is printed."""
    stem = posixpath.splitext(posixpath.basename(file.path))[0].encode(errors="replace")
    others = (one for one in inspection.files if (one.location, one.path) != (file.location, file.path))
    return any(
        stem in one.content and _STARTING.search(one.content) for one in others if one.language is not Language.JSON
    )
