"""Parsing shell text with tree-sitter in bounded time; nothing here raises on any text, and little is imported.

It stands apart from the other grammars since the hook reads every command of a coding agent with it: the grammars of
JavaScript and TypeScript would double what it costs to start.
"""

from __future__ import annotations

import time
from functools import cache

import tree_sitter
import tree_sitter_bash
from tree_sitter import Node

SECONDS = 2.0  # CPU seconds for one text; esbuild's 97 KB main.js takes 0.02
SHELL_SECONDS = 0.5  # for shell, of which 64 KB are read at most: the worst takes 225 MB a second, the honest 0.03 s
MOST_PIPES = 2_000  # in one text; of 838 scripts of a Debian the most have 156
CHUNK = 65_536
_STAND_IN = "\x7f"
AS_ASCII = bytes(
    byte if chr(byte) in "\t\n\r" or " " <= chr(byte) < _STAND_IN else ord(_STAND_IN) for byte in range(256)
)
"""What the grammar of bash is shown. A shell takes every other byte for a letter; the grammar takes some for blanks, and
its scanner asks C's ``isdigit`` about characters beyond 255, which reads outside a table: ``{`` and U+9D685 in a package
would end this process."""


@cache
def _bash() -> tree_sitter.Language:
    return tree_sitter.Language(tree_sitter_bash.language())


def parse_shell(source: bytes) -> Node | None:
    """Give the root of the syntax tree of shell text, or None when parsing takes too long; see `AS_ASCII`.

    A text with too many pipes is not begun: where a pipeline of n commands breaks off, the grammar does n² things in one step, in
    which nothing can stop it (64 KB of ``a|``: 42 s and 8 GB).
    """
    if source.count(b"|") > MOST_PIPES:
        return None
    return parse(_bash(), source.translate(AS_ASCII), min(SECONDS, SHELL_SECONDS))


def parse(language: tree_sitter.Language, source: bytes, seconds: float | None = None) -> Node | None:
    """Give the root of a syntax tree, or None when parsing takes longer than so many seconds of CPU, `SECONDS` if not told."""
    deadline = time.thread_time() + (SECONDS if seconds is None else seconds)
    try:
        tree = tree_sitter.Parser(language).parse(
            lambda offset, _: source[offset : offset + CHUNK],
            progress_callback=lambda _, __: time.thread_time() > deadline,
        )
    except ValueError:  # what tree-sitter says when the callback stops it
        return None
    return tree.root_node
