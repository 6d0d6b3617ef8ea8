"""Where the grammar of bash reads something else than the shell may, without an error.

Found by comparing with dash on random text: a word may swallow the line end before it, so that a line that starts
with a backslash hides in the arguments of the one before; an escaped blank is dropped; a word that goes on in the
next line becomes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from safe_install.scan.grammars import kinds, places
from safe_install.shell_grammar import AS_ASCII

_HOLDING_TEXT = kinds(
    "string translated_string raw_string ansi_c_string heredoc_body heredoc_redirect heredoc_content ERROR"
)
_BLANK = re.compile(rb"(?<!\\)(?:\\\\)*\s")
_SPLIT_WORD = re.compile(rb"(?:[^\s\\](?:\\\\)*|(?:^|\s)(?:\\\\)+)\\\n\S")


def losses(root: Node, source: bytes) -> Iterator[tuple[Node, str]]:
    """Yield what the tree of a text tells wrongly, and how."""
    if _SPLIT_WORD.search(source):
        yield root, "a word that goes on in the next line"
    for place in places(root):
        if place.kind == "word" and _BLANK.search(source[place.node.start_byte : place.node.end_byte]):
            yield place.node, "a word with a blank in it"
        elif place.kind == "heredoc_start" and _has_stand_in(source[place.node.start_byte : place.node.end_byte]):
            yield place.node, "a here-document whose end may be taken for another"
        elif place.kind == "ansi_c_string":
            yield place.node, "a quotation that is one word to bash and another to dash"
        elif place.kind not in _HOLDING_TEXT and place.node.child_count and _has_lost_text(place.node, source):
            yield place.node, "text that the grammar loses"


def _has_stand_in(text: bytes) -> bool:
    """Tell whether the grammar was shown something else, or what stands for something else."""
    return text.translate(AS_ASCII) != text or b"\x7f" in text


def _has_lost_text(node: Node, source: bytes) -> bool:
    """Tell whether text of a node is in none of its children."""
    at = node.start_byte
    for child in node.children:
        if _is_text(source[at : child.start_byte]):
            return True
        at = child.end_byte
    return _is_text(source[at : node.end_byte])


def _is_text(between: bytes) -> bool:
    return bool(between.replace(b"\\\n", b"").strip())
