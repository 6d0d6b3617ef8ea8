"""What a member of something of Node's is: few are words that are known before running."""

from __future__ import annotations

from tree_sitter import Node

from safe_install.scan.javascript.arguments import argument
from safe_install.scan.javascript.node_builtins import MANIFEST, member
from safe_install.scan.javascript.surroundings import ABSENT_ALONE, PNP
from safe_install.scan.javascript.values import Value, Variable, unknown
from safe_install.scan.shell.words import Computed, Word, literal

OWN_VERSION = Computed("the version of this package")
"""What package.json says; no expression is written like this, so nothing else is taken for it."""
_LONGEST = 80  # of a name that is shown
_VARIABLES = "process.env."
_WORDS = {
    "process.execPath": "node",
    "process.argv0": "node",
    "process.env.npm_node_execpath": "node",
    "process.env.NODE": "node",
    "node:path.sep": "/",
    "node:path.delimiter": ":",
    "node:os.EOL": "\n",
}
"""Members that are known before running; node is node, wherever it is."""


def member_of(value: Value, name: str, node: Node | None, source: bytes) -> Value:
    """Take a member of a value; ``node`` is where that stands in ``source``."""
    if value.words == ABSENT_ALONE and value.symbols == {PNP}:
        return value
    symbols = frozenset(member(symbol, name) for symbol in value.symbols)
    if symbols == {f"{MANIFEST}.version"}:
        return Value((Word((OWN_VERSION,)),))
    started_with = argument(symbols, node, source)
    if started_with is not None:
        return started_with
    known = tuple(literal(_WORDS[symbol]) for symbol in sorted(symbols) if symbol in _WORDS)
    variable = _variable(symbols)
    if not known and variable is not None:
        return Value((Word((Variable(f"{_VARIABLES}{variable}"[:_LONGEST], variable),)),), symbols)
    return Value(known or unknown(node, source).words, symbols)


def _variable(symbols: frozenset[str]) -> str | None:
    """Name the variable of the environment that symbols are, where they are one and nothing else."""
    (symbol, *others) = symbols or ("",)
    return symbol.removeprefix(_VARIABLES) if not others and symbol.startswith(_VARIABLES) else None


def symbol_of(names: tuple[str, ...]) -> str:
    """Name what ``a.b.c`` is, where the first of the names is a symbol."""
    symbol, *rest = names
    for name in rest:
        symbol = member(symbol, name)
    return symbol
