"""JavaScript's own spelling: what its texts, names and numbers say once escapes are decoded."""

from __future__ import annotations

import re

from tree_sitter import Node

from safe_install.scan.shell.words import character

_ESCAPE = re.compile(
    r"\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,9})\}|([0-3]?[0-7]{1,2})|(\r\n|[\n\r\u2028\u2029])|(.))",
    re.DOTALL,
)
_NAMES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def spelled(source: bytes) -> bytes:
    """Spell a file so that the grammar reads what Node reads: UTF-8, no mark, LF, the hashbang line a comment.

    Node ends a hashbang at any of its four line ends, the grammar at LF only: what follows would be unseen.
    """
    text = source.decode(errors="replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (f"//{text[2:]}" if text.startswith("#!") else text).encode()


def name_of(node: Node, source: bytes) -> str:
    """Give an identifier's name, its escapes decoded: Node takes ``eval`` spelled with them for ``eval``."""
    text = source[node.start_byte : node.end_byte].decode(errors="replace")
    return decoded(text) if "\\" in text else text


def decoded(text: str) -> str:
    """Decode the escapes in what stands between quotes."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    byte, short, long, octal, line_end, other = match.groups()
    digits = byte or short or long
    if digits:
        return character(int(digits, 16))
    if octal:
        return chr(int(octal, 8))
    return "" if line_end else _NAMES.get(other, other)


def fragments(node: Node, source: bytes) -> str:
    """Give the text of a string, or of a template without its substitutions' values."""
    return decoded(source[node.start_byte + 1 : node.end_byte - 1].decode(errors="replace"))
