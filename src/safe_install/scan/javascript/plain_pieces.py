"""Pieces of a shell's text that only running tells, and that can be nothing but a word without meaning to a shell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.words import STAND_IN, Word, joined, literal

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_DEEPEST = 12
_MOST_PIECES = 64
_SAID_BY_NODE = re.compile(r"process\.(?:platform|arch|version|versions\.[a-z0-9_]+)")
"""Numbers of versions and names of systems: letters, digits, dots and hyphens."""
_ANOTHER_PROCESS = re.compile(rb"[.\"'`]process\b")
"""How a text may put something else in the place of ``process``, without binding the name."""


def without_plain(constants: Constants, text: Word, made_of: Sequence[Node | None]) -> Word:
    """Put a stand-in, which a shell's reader takes for computed, where a text has what Node says about itself.

    When anything else is computed in one of the expressions that make the text, it stays as it is: that could hold a
    whole command.
    """
    if text.literal is not None:
        return text
    pieces = _Pieces(constants)
    if "process" in constants.bindings.names or _ANOTHER_PROCESS.search(constants.source):
        return text
    if not all(pieces.are_plain(one, 0) for one in made_of if one is not None):
        return text
    return joined(Word((part,)) if isinstance(part, str) else literal(STAND_IN) for part in text.parts)


class _Pieces:
    """The question whether all that is computed in an expression is plain."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.left = _MOST_PIECES

    def are_plain(self, node: Node, depth: int) -> bool:
        """Tell it of one expression; what is written in full is read as it is."""
        self.left -= 1
        if depth > _DEEPEST or self.left < 0:
            return False
        value = self.constants.value(node)
        if value.symbols:
            return all(_SAID_BY_NODE.fullmatch(one) for one in value.symbols)
        if value.words and all(word.literal is not None for word in value.words):
            return True
        match node.type:
            case "binary_expression":
                operator = node.child_by_field_name("operator")
                return operator is not None and operator.type == "+" and self._all(node, depth)
            case "template_string":
                return self._all(node, depth)
            case "template_substitution" | "parenthesized_expression" | "array":
                return self._all(node, depth)
            case "identifier":
                single = self.constants.bindings.single(self.constants.bindings.key(node))
                return single is not None and not single[1] and self.are_plain(single[0], depth + 1)
            case "subscript_expression":
                return self._is_matched(node)
            case _:
                return False

    def _all(self, node: Node, depth: int) -> bool:
        kinds = {"string_fragment", "escape_sequence", "comment"}
        return all(self.are_plain(one, depth + 1) for one in node.named_children if one.type not in kinds)

    def _is_matched(self, node: Node) -> bool:
        r"""Recognise ``/^\d+/.exec(process.versions.node)[0]``: a part of what is plain is plain."""
        call = node.child_by_field_name("object")
        callee = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        owner = callee.child_by_field_name("object") if callee is not None else None
        if call is None or callee is None or owner is None or callee.type != "member_expression":
            return False
        given = arguments_in(call.child_by_field_name("arguments"))
        taken = callee.child_by_field_name("property")
        if owner.type != "regex" or taken is None or self.constants.said(taken) != "exec" or len(given) != 1:
            return False
        symbols = self.constants.value(given[0]).symbols
        return bool(symbols) and all(_SAID_BY_NODE.fullmatch(one) for one in symbols)
