"""The arguments that a call is given, and what the first of them can be."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.node_members import OWN_VERSION
from safe_install.scan.javascript.surroundings import ABSENT
from safe_install.scan.shell.words import Word


def nth(given: Sequence[Node], index: int) -> Node | None:
    """Give one argument; None where there are not so many."""
    return given[index] if given and index < len(given) else None


def alternatives(constants: Constants, given: Sequence[Node], but: Sequence[Word] = ()) -> list[Word]:
    """Give what the first argument can be ``but`` these; of those that are computed in part one is enough to tell."""
    words = [word for word in constants.words(nth(given, 0)) if word not in but and ABSENT not in word.parts]
    known = [word for word in words if _is_told(word)]
    unknowns = sorted((word for word in words if not _is_told(word)), key=lambda word: not word.is_known)
    return [*known, *unknowns[:1]]


def _is_told(word: Word) -> bool:
    """Tell whether nothing in a word is open but the package's own version."""
    return all(isinstance(part, str) or part is OWN_VERSION for part in word.parts)
