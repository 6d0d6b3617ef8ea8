"""Addresses that hold a text themselves: ``data:text/javascript,…``."""

from __future__ import annotations

from urllib.parse import unquote

from safe_install.scan.javascript.exact import UnsureError
from safe_install.scan.javascript.exact_given import from_base64
from safe_install.scan.shell.words import Word, literal


def in_address(word: Word) -> Word | None:
    """Give the text that a ``data:`` address holds; None for any other word. Computed parts stay where they are."""
    start = word.parts[0] if word.parts else ""
    if not isinstance(start, str) or not start.lower().startswith("data:") or "," not in start:
        return None
    kind, _, text = start.partition(",")
    if not kind.lower().endswith(";base64"):
        return Word((unquote(text), *word.parts[1:]))
    try:
        return literal(from_base64(text).decode(errors="replace")) if len(word.parts) == 1 else Word(word.parts[1:])
    except UnsureError:
        return None
