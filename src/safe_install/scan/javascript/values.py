"""What an expression can be: words, and symbols of Node's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from tree_sitter import Node

from safe_install.scan.javascript.scopes import plain
from safe_install.scan.javascript.surroundings import ABSENT
from safe_install.scan.shell.words import Argument, Computed, Contents, Scratch, Word, computed, joined

ALTERNATIVES = 128  # esbuild has 26 platforms with two paths each, in one of two places


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression can be; an expression that is not understood is one computed word."""

    words: tuple[Word, ...] = ()
    symbols: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Itself(Computed):
    """Stands for a name while it is looked at: what it can be is what it can be otherwise."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class Undefined(Computed):
    """What no value was given; in a text it is a word."""


@dataclass(frozen=True, slots=True)
class Variable(Computed):
    """What a variable of the environment holds; ``name`` is its name, and it is Node's own environment."""

    name: str = ""


NO_VALUE = Undefined("undefined")
_TOLD_APART = (Argument, Itself, Undefined, Variable, Contents, Scratch)


def symbol_value(*symbols: str) -> Value:
    """Make the value that is one of these symbols."""
    return Value(symbols=frozenset(symbols))


def unknown(node: Node | None, source: bytes) -> Value:
    """Make the value of an expression that is not understood."""
    if node is None:
        return Value((computed(),))
    return Value(
        (computed(source[node.start_byte : min(node.end_byte, node.start_byte + 200)].decode(errors="replace")),)
    )


def either(values: Iterable[Value]) -> Value:
    """Put alternatives together; of those that are wholly unknown one is enough, and what is never there is none."""
    values = [*values]
    if len(values) == 1 and len(values[0].words) <= 1:
        return values[0]
    words: dict[Word, None] = {}
    absent: dict[Word, None] = {}
    symbols: set[str] = set()
    unknowns: dict[Word, None] = {}
    for value in values:
        symbols |= value.symbols
        for word in value.words:
            if ABSENT in word.parts:
                absent[word] = None
            elif word.is_known or not word.parts or _is_told_apart(word):
                words[word] = None
            elif not unknowns:
                unknowns[word] = None
    return Value((*words, *unknowns) or tuple(absent), frozenset(symbols))


def _is_told_apart(word: Word) -> bool:
    return len(word.parts) == 1 and isinstance(word.parts[0], _TOLD_APART)


def without_itself(value: Value, name: str) -> Value:
    """Take out of what a name can be that it can be itself."""
    mine = Itself(plain(name), name)
    return Value(tuple(word for word in value.words if word.parts != (mine,)), value.symbols)


def ways(pieces: Sequence[tuple[Word, ...]]) -> list[tuple[Word, ...]]:
    """List the ways to take one word of each piece; none when there are too many."""
    count = 1
    for words in pieces:
        count *= len(words)
    return list(product(*pieces)) if 0 < count <= ALTERNATIVES else []


def concatenated(pieces: Sequence[tuple[Word, ...]], node: Node, source: bytes) -> Value:
    """Join pieces in each of their ways."""
    return Value(tuple(joined(way) for way in ways(pieces))) if ways(pieces) else unknown(node, source)


def arguments_in(node: Node | None) -> list[Node]:
    """List what stands between brackets, without the comments."""
    return [child for child in node.named_children if child.type != "comment"] if node is not None else []
