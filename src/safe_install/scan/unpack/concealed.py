"""What a package does to keep a reader from the command that will run: told of packages that have a command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from safe_install.model import Finding, LifecycleScript, Severity
from safe_install.scan.unpack.manifest import DECIDING, MANIFEST, duplicate_keys

# Letters and digits, which no program that writes JSON escapes (some escape & < > ' + for HTML's sake).
_ESCAPED_LETTER = re.compile(rb"(?<!\\)(?:\\\\)*\\u00(?:[46][1-9a-f]|[57][0-9a]|3[0-9])", re.IGNORECASE)
_NAMED = 5  # keys in one excerpt
_GAP = re.compile(r"\s{16,}")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # controls and line ends, invisible and direction marks


def told_by_manifest(where: str, content: bytes) -> Iterator[Finding]:
    """Tell of a package.json that says a deciding key twice, or spells letters as escapes."""
    if twice := [key for key in duplicate_keys(content) if key.partition(".")[0] in {*DECIDING, "gypfile"}]:
        yield Finding(
            signature="package/duplicate-key",
            severity=Severity.WARNING,
            message="package.json says what runs twice: npm acts on the last, a reader may see the first",
            where=where,
            path=MANIFEST,
            excerpt=", ".join(twice[:_NAMED]),
        )
    if match := _ESCAPED_LETTER.search(content):
        yield Finding(
            signature="package/escaped-letters",
            severity=Severity.WARNING,
            message="package.json writes ordinary letters as escapes, which hides words from a search",
            where=where,
            path=MANIFEST,
            line=content.count(b"\n", 0, match.start()) + 1,
            excerpt=content[max(match.start() - 20, 0) : match.end() + 20].decode(errors="replace"),
        )


def told_by_command(script: LifecycleScript) -> Iterator[Finding]:
    """Tell of a command with characters nobody sees, further lines, or a gap that pushes its end out of sight."""
    if _GAP.search(script.command) or any(map(_is_unseen, script.command)):
        yield Finding(
            signature="package/concealed-command",
            severity=Severity.WARNING,
            message=f"the {script.event} command has invisible characters, several lines, or a wide gap",
            where=script.package.artifact.id,
            path=MANIFEST,
            excerpt=script.command,
        )


def _is_unseen(character: str) -> bool:
    return character != "\t" and unicodedata.category(character) in _UNSEEN
