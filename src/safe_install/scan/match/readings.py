"""How each file can be read at all: as code, or as text only, which is a gap where code was due."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from safe_install.model import GapKind, Language
from safe_install.scan.match.lines import LINE_END
from safe_install.scan.match.portions import LARGEST_WHOLE

VERSION = "3"
"""Raise it when the same file would be read differently."""

LARGEST_SCRIPT = 256 * 1024  # bytes; the largest of 719 reached benign files has 116 KB
LONGEST_LINE = 100 * 1024  # bytes; prisma's minified preinstall has one of 25 KB
MOST_TRIGGERS = 5_000
"""From 10 000 matches of one signature on, semgrep gives none at all for the file, after quadratic time."""

_TRIGGER = re.compile(
    rb"process|env|eval|Function|constructor|require|import|fetch|exec|spawn|http|Buffer|atob|\\[xu]|_0x"
)
LARGEST_IN_LIBRARIES = 64 * 1024  # bytes
_WORST = re.compile(
    rb"process\.env(?![\w.[])|process\[|child_process|\beval\b|\bFunction\s*\(|\batob\b|base64|fromCharCode|_0x|\\x\d\d\\x"
)
_CODE = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.PYTHON, Language.SHELL))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file can be read, and when that is not all of it: the kind of the gap, and why.

    A ``library`` file is read as text, and that is no gap: see `with_evidence`. One that holds what the worst signatures
    look for is read like any other.
    """

    language: Language
    library: bool = False
    gap: tuple[GapKind, str] | None = None


def reading(content: bytes, language: Language, *, library: bool = False) -> Reading:
    """Decide how semgrep is to read a file. As text, only the signatures that read text apply."""
    if library and (len(content) > LARGEST_IN_LIBRARIES or not _WORST.search(content)):
        return Reading(language=language, library=True)
    if len(content) > LARGEST_WHOLE:
        return _as_text(
            GapKind.TOO_LARGE,
            f"{len(content) // 1024} KB are too much to be read, and only its most telling parts were matched",
        )
    if language is Language.JSON:
        return Reading(language=language if _is_json(content) else Language.TEXT)
    if language not in _CODE:
        return Reading(language=language)
    if len(content) > LARGEST_SCRIPT:
        return _as_text(GapKind.TOO_LARGE, f"{len(content) // 1024} KB are too much to be read as code")
    if max(map(len, LINE_END.split(content))) > LONGEST_LINE:
        return _as_text(
            GapKind.TOO_LARGE, f"a line of more than {LONGEST_LINE // 1024} KB is too long to be read as code"
        )
    if sum(1 for _ in _TRIGGER.finditer(content)) > MOST_TRIGGERS:
        return _as_text(GapKind.UNMATCHED, "it repeats what signatures look for too often to be read as code")
    return Reading(language=language)


def _is_json(content: bytes) -> bool:
    """Tell whether nothing keeps a file from being loaded as data; what cannot be loaded is matched as text."""
    if len(content) > LARGEST_SCRIPT:
        return False
    try:
        json.loads(content.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return False
    return True


def _as_text(kind: GapKind, why: str) -> Reading:
    return Reading(language=Language.TEXT, gap=(kind, f"{why}; it was matched as text"))
