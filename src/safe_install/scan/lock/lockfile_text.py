"""The text of a lockfile → its entries, undigested: each one's value, line and offset, and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from safe_install.errors import LockfileError
from safe_install.model import Finding
from safe_install.scan.lock.entry_lint import lint_duplicate, lint_top
from safe_install.scan.lock.positions import Document, NotJsonError, Written

LARGEST = 64 * 1024 * 1024
"""Bytes of a lockfile that are read; 1,763 packages take 0.8 MB, so this is room for more than 100,000."""

MAKE_ANEW = "`npm install --package-lock-only --ignore-scripts` makes it anew from package.json."
_BOM = "\ufeff"
_MOST_TWICE = 100  # keys that one object has twice: a hostile one could have millions


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """``entries`` are the members of ``packages``, None when there is no such object; who reads them may take them out.

    ``top`` holds the other keys; of one that stands twice the last counts, as for npm. ``findings`` tell of that.
    """

    document: Document
    top: Mapping[str, object]
    entries: dict[str, Written] | None
    findings: tuple[Finding, ...]


def read_contents(data: bytes, name: str) -> Contents:
    """Read a lockfile's text, or raise LockfileError with one sentence that says where it cannot be read."""
    text = _decoded(data, name)
    try:
        return _contents(Document(text))
    except NotJsonError as error:
        raise _unreadable(error, text, name) from error


def _decoded(data: bytes, name: str) -> str:
    """Give the text as npm would parse it, or say in one sentence why there is none."""
    if len(data) > LARGEST:
        raise LockfileError(f"{name} has {len(data):,} bytes; more than {LARGEST:,} are not read.", hint=MAKE_ANEW)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LockfileError(f"{name} is not UTF-8 text (byte {error.start:,}).", hint=MAKE_ANEW) from error
    text = text.removeprefix(_BOM).removeprefix(_BOM)  # npm takes one off twice
    if not text.strip():
        raise LockfileError(f"{name} is empty.", hint=MAKE_ANEW)
    if _is_conflicted(text):
        raise LockfileError(
            f"{name} has the marks of a merge conflict, which npm would resolve in its own way before it reads the file.",
            hint="Resolve the conflict, or let npm do it: `npm install --package-lock-only --ignore-scripts`.",
        )
    return text


def _is_conflicted(text: str) -> bool:
    """Tell whether npm would take the text for a merge conflict, and so read other entries than a JSON parser does.

    npm looks for these runs anywhere, also inside a text value, and then drops lines
    (parse-conflict-json/lib/index.js): valid JSON with the three marks in, say, a license reads differently there.
    """
    return ("<<<<<<<" in text and "=======" in text and ">>>>>>>" in text) or _CONFLICT_LINE.search(text) is not None


_CONFLICT_LINE = re.compile(r"^<{7} ", re.MULTILINE)


def _contents(document: Document) -> Contents:
    """Walk the top level and ``packages``."""
    top: dict[str, object] = {}
    lines: dict[str, int] = {}
    entries: dict[str, Written] | None = None
    findings: list[Finding] = []
    for member, line in document.members_with_lines(0, 1):
        if member.key in lines:
            findings.append(lint_duplicate(member.key, line))
        lines[member.key] = line
        if member.key == "packages" and document.is_object(member.value_at):
            entries = _packages(document, member.value_at, line, findings)
        else:
            top[member.key] = document.value(member.value_at)
            findings += (lint_duplicate(key, line) for key in document.take_duplicates()[:_MOST_TWICE])
            entries = None if member.key == "packages" else entries
    document.finish()
    return Contents(document=document, top=top, entries=entries, findings=(*findings, *lint_top(lines)))


def _packages(document: Document, start: int, line: int, findings: list[Finding]) -> dict[str, Written]:
    entries: dict[str, Written] = {}
    for member, at_line in document.members_with_lines(start, line):
        if member.key in entries:
            findings.append(lint_duplicate(member.key, at_line))
        entries[member.key] = Written(value=document.value(member.value_at), line=at_line, at=member.value_at)
        if twice := document.take_duplicates():
            lines = document.key_lines(member.value_at, at_line) if document.is_object(member.value_at) else {}
            findings += (lint_duplicate(key, lines.get(key, at_line)) for key in twice[:_MOST_TWICE])
    return entries


def _unreadable(error: NotJsonError, text: str, name: str) -> LockfileError:
    line = text.count("\n", 0, error.at) + 1
    if error.at >= len(text.rstrip()):
        return LockfileError(f"{name} is cut off: it ends in line {line}.", hint=MAKE_ANEW)
    column = error.at - (text.rfind("\n", 0, error.at) + 1) + 1
    return LockfileError(f"{name} is not JSON at line {line}, column {column}: {error}.", hint=MAKE_ANEW)
