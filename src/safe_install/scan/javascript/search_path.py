"""What a text makes of ``PATH``: where a system has its programs, or a directory that may be empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safe_install.scan.javascript.values import Variable

if TYPE_CHECKING:
    from tree_sitter import Node

    from safe_install.scan.javascript.constants import Constants
    from safe_install.scan.shell.words import Word

_OLD = "\1"
_OF_SYSTEM = re.compile(r"/(?:bin|sbin|usr|opt|Library|System)(?:/(?!\.\.?(?:/|$))[^/]*)*")
"""Where no package can write."""
_PLAIN = re.compile(r"(?!\.{1,2}$)[^/\\~$%:;\0]{1,80}")


def only_empty_places(constants: Constants, value: Node | None) -> list[str] | None:
    """Name the directories below the working one that a new PATH holds beside the old one and the system's places.

    None when it may hold anything else.
    """
    found: list[str] = []
    for word in constants.words(value) if value is not None else ():
        for place in _said(word).split(":"):
            if _PLAIN.fullmatch(place) and place != _OLD:
                found.append(place)
            elif place not in {"", _OLD} and not _OF_SYSTEM.fullmatch(place):
                return None
            elif place == "":
                return None  # the working directory itself
    return found if value is not None else None


def _said(word: Word) -> str:
    """Write a word with a sign for the PATH as it was; what else is computed makes it no place."""
    return "".join(
        part if isinstance(part, str) else (_OLD if isinstance(part, Variable) and part.name == "PATH" else "~")
        for part in word.parts
    )
