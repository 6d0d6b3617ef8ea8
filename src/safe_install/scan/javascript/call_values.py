"""What a call gives, for the few functions that are looked through: requiring, paths, and pieces of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import paths
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import builtin, module_symbol
from safe_install.scan.javascript.values import Value, arguments_in, concatenated, either, symbol_value, unknown, ways
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY, Word, literal

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_UNWRAPPING = re.compile(r"_*(?:interopRequire\w*|toESM|import(?:Default|Star)|promisify)")
"""Functions that compilers put around a module, or people around a function, to use it another way."""
_PLACES = {"process.cwd": WORKING_DIRECTORY, "node:os.homedir": "~", "node:os.tmpdir": "/tmp"}  # noqa: S108 - a word, no file
"""Where calls lead that give a directory; the last two lie outside every package."""
_ON_TEXT = frozenset(("concat", "toString", "trim", "trimEnd", "trimStart"))


def call_value(constants: Constants, node: Node, depth: int) -> Value:
    """Say what a call gives."""
    callee = node.child_by_field_name("function")
    given = arguments_in(node.child_by_field_name("arguments"))
    if callee is None:
        return unknown(node, constants.source)
    if callee.type == "import":
        return _module(constants, given, node, depth)
    if unwraps(constants, callee, depth):
        return constants.value(given[0] if given else None, depth)
    name = called_name(callee, constants.source)
    symbols = constants.value(callee, depth).symbols
    if symbols:
        return either(_result(constants, symbol, given, node, depth) for symbol in sorted(symbols))
    return _method(constants, name, callee, given, node, depth)


def new_value(constants: Constants, node: Node, depth: int) -> Value:
    """Say what ``new URL(path, base)`` gives."""
    given = arguments_in(node.child_by_field_name("arguments"))
    callee = node.child_by_field_name("constructor")
    if given and constants.value(callee, depth).symbols & {"URL", "node:url.URL"}:
        return Value(tuple(paths.url(way) for way in ways([constants.value(one, depth).words for one in given[:2]])))
    return unknown(node, constants.source)


def unwraps(constants: Constants, callee: Node, depth: int = 0) -> bool:
    """Tell whether a function gives what it is given, for another way to use it."""
    if _UNWRAPPING.fullmatch(called_name(callee, constants.source)):
        return True
    return "node:util.promisify" in constants.value(callee, depth).symbols


def called_name(callee: Node, source: bytes) -> str:
    """Give the name a function is called by: of ``tslib.__importStar`` and ``(0, promisify)`` too."""
    while callee.type in {"parenthesized_expression", "sequence_expression"} and callee.named_children:
        callee = callee.named_children[-1]
    node = callee.child_by_field_name("property") if callee.type == "member_expression" else callee
    return name_of(node, source) if node is not None and node.type.endswith("identifier") else ""


def _result(constants: Constants, symbol: str, given: Sequence[Node], node: Node, depth: int) -> Value:
    """Say what calling a symbol gives."""
    words = constants.value(given[0], depth).words if given else ()
    match symbol:
        case "require" | "process.getBuiltinModule":
            return _module(constants, given, node, depth)
        case "node:module.createRequire":
            return symbol_value("require")
        case "require.resolve":
            return Value(tuple(_beside(constants, word, node) for word in words))
        case _ if symbol in _PLACES:
            return Value((literal(_PLACES[symbol]),))
        case "String" | "node:url.fileURLToPath" | "node:url.pathToFileURL" | "node:fs.realpathSync":
            return Value(tuple(paths.without_scheme(word) for word in words))
        case _ if symbol.startswith("node:path."):
            return _path(constants, symbol.removeprefix("node:path."), given, node, depth)
        case _ if symbol.endswith((".bind", ".default")):
            return symbol_value(symbol.rpartition(".")[0])
        case _:
            return unknown(node, constants.source)


def _module(constants: Constants, given: Sequence[Node], node: Node, depth: int) -> Value:
    """Say what requiring gives: the symbol of a builtin module, something unknown from any other."""
    words = constants.value(given[0], depth).words if given else ()
    names = [builtin(word.literal) for word in words if word.literal]
    symbols = [module_symbol(name) for name in names if name]
    return symbol_value(*symbols) if symbols else unknown(node, constants.source)


def _beside(constants: Constants, word: Word, node: Node) -> Word:
    """Place a relative specifier beside the file; where another module is found is not known."""
    text = word.literal or ""
    if text.startswith(PACKAGE_ROOT):
        return word
    if text.startswith("."):
        return paths.join([literal(constants.directory), word])
    return unknown(node, constants.source).words[0]


def _path(constants: Constants, name: str, given: Sequence[Node], node: Node, depth: int) -> Value:
    function = paths.FUNCTIONS.get(name)
    possible = ways([constants.value(one, depth).words for one in given])
    return Value(tuple(function(way) for way in possible)) if function and possible else unknown(node, constants.source)


def _method(constants: Constants, name: str, callee: Node, given: Sequence[Node], node: Node, depth: int) -> Value:
    """Look through a method of a text, and through ``["a", "b"].join("")``."""
    owner = callee.child_by_field_name("object")
    is_array = owner is not None and owner.type == "array"
    rest = [constants.value(one, depth).words for one in given]
    if name == "join" and is_array:
        between = rest[0] if rest else (literal(","),)
        pieces = [words for one in arguments_in(owner) for words in (between, constants.value(one, depth).words)]
        return concatenated(pieces[1:], node, constants.source)
    if name in _ON_TEXT and owner is not None and not is_array:
        return concatenated(
            [constants.value(owner, depth).words, *(rest if name == "concat" else [])], node, constants.source
        )
    return unknown(node, constants.source)
