"""What a call gives, for the few functions that are looked through: requiring, paths, and pieces of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript import paths, tables
from safe_install.scan.javascript.copying import only_copies
from safe_install.scan.javascript.exact import Exact, UnsureError
from safe_install.scan.javascript.exact_methods import method
from safe_install.scan.javascript.imported import from_other_file
from safe_install.scan.javascript.lists import elements, spread_out
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import MANIFEST, builtin, module_symbol
from safe_install.scan.javascript.surroundings import ABSENT_ALONE, PNP
from safe_install.scan.javascript.values import Value, arguments_in, concatenated, either, symbol_value, unknown, ways
from safe_install.scan.shell.words import (
    PACKAGE_ROOT,
    WORKING_DIRECTORY,
    Contents,
    Quoted,
    Scratch,
    Word,
    joined,
    literal,
)

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_UNWRAPPING = re.compile(r"_*(?:interopRequire\w*|toESM|import(?:Default|Star)|promisify)")
"""Functions that compilers put around a module, or people around a function, to use it another way."""
_PLACES = {"process.cwd": WORKING_DIRECTORY, "node:os.homedir": "~", "node:os.tmpdir": "/tmp"}  # noqa: S108 - a word, no file
"""Where calls lead that give a directory; the last two lie outside every package."""
READING = frozenset(("node:fs.readFile", "node:fs.readFileSync"))
"""Functions that give what a file holds."""
_ROOTS = (PACKAGE_ROOT, f"{PACKAGE_ROOT}/", f"{PACKAGE_ROOT}/.")
_TAKING = frozenset(("at", "find", "pop", "shift"))
_BY_TEXTS = frozenset(
    ("padEnd", "padStart", "replace", "replaceAll", "toLowerCase", "toUpperCase", "trim", "trimEnd", "trimStart")
)
"""Methods that are worked out for each text their owner can be, given texts."""
_ON_TEXT = frozenset(("concat", "toString", "trim", "trimEnd", "trimStart"))


def call_value(constants: Constants, node: Node, depth: int) -> Value:
    """Say what a call gives."""
    callee = node.child_by_field_name("function")
    given = arguments_in(node.child_by_field_name("arguments"))
    if callee is None:
        return unknown(node, constants.source)
    if callee.type == "import":
        return _module(constants, given, node, depth)
    if given and unwraps(constants, callee, depth):
        return constants.value(given[0], depth)
    name = called_name(callee, constants.source)
    called = constants.value(callee, depth)
    symbols = called.symbols
    if called.words == ABSENT_ALONE and symbols == {PNP}:
        return called
    if symbols:
        return either(_result(constants, symbol, given, node, depth) for symbol in sorted(symbols))
    imported = from_other_file(constants, callee, called=True)
    if imported and not given:
        return Value(imported)
    return (
        constants.exact(node)
        or _quoted(constants, callee, given, node, depth)
        or returned(constants, callee, depth)
        or _method(constants, name, callee, given, node, depth)
    )


def new_value(constants: Constants, node: Node, depth: int) -> Value:
    """Say what ``new URL(path, base)`` gives."""
    given = arguments_in(node.child_by_field_name("arguments"))
    callee = node.child_by_field_name("constructor")
    if given and constants.value(callee, depth).symbols & {"URL", "node:url.URL"}:
        return Value(tuple(paths.url(way) for way in ways([constants.value(one, depth).words for one in given[:2]])))
    return unknown(node, constants.source)


def unwraps(constants: Constants, callee: Node, depth: int = 0) -> bool:
    """Tell whether a function gives what it is given, for another way to use it."""
    copies = only_copies(constants, callee)
    if copies or (copies is None and _UNWRAPPING.fullmatch(called_name(callee, constants.source))):
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
            if len(given) > 1 and not _looks_from_root(constants, given[1], words):
                return unknown(node, constants.source)
            return Value(tuple(_beside(constants, word, node) for word in words))
        case _ if symbol in _PLACES:
            return Value((literal(_PLACES[symbol]),), frozenset((f"place:{symbol}",)))
        case "String" | "node:url.fileURLToPath" | "node:url.pathToFileURL" | "node:fs.realpathSync":
            return Value(tuple(paths.without_scheme(word) for word in words))
        case _ if symbol.startswith("node:path."):
            return _path(constants, symbol.removeprefix("node:path."), given, node, depth)
        case _ if symbol.endswith(".call"):
            return _result(constants, symbol.rpartition(".")[0], given[1:], node, depth)
        case _ if symbol.endswith((".bind", ".default")):
            return symbol_value(symbol.rpartition(".")[0])
        case _:
            return constants.exact(node) or _unknown_but_for(symbol, words, node, constants.source)


def _quoted(constants: Constants, callee: Node, given: Sequence[Node], node: Node, depth: int) -> Value | None:
    """Look through ``JSON.stringify`` of what starts as a text does that is known, and so is a text whatever stands behind."""
    if len(given) != 1 or constants.said(callee) != "JSON.stringify" or constants.bindings.given("JSON"):
        return None
    words = constants.value(given[0], depth).words
    shown = unknown(node, constants.source).words[0].shown
    quoted = [
        Word((Quoted(shown, inside=word.parts),)) for word in words if word.parts and isinstance(word.parts[0], str)
    ]
    return Value(tuple(quoted)) if quoted and len(quoted) == len(words) else None


def _unknown_but_for(symbol: str, words: Sequence[Word], node: Node, source: bytes) -> Value:
    """Know at least which file it is whose contents are given."""
    if symbol in READING and _is_one_path(words):
        return Value((_contents(words[0], node, source),))
    unseen = unknown(node, source)
    if symbol in _MAKING and words and all(_PLAIN_PLACE.fullmatch(word.literal or "") for word in words):
        return Value((Word((Scratch(unseen.words[0].shown),)),))
    return unseen


_MAKING = frozenset(("node:fs.mkdtemp", "node:fs.mkdtempSync", "node:fs.promises.mkdtemp", "node:fs/promises.mkdtemp"))
_PLAIN_PLACE = re.compile(r"[\w./@-]{1,200}", re.ASCII)
"""Where such a directory is made, in letters that mean nothing to a shell."""


def _is_one_path(words: Sequence[Word]) -> bool:
    return len(words) == 1 and bool(words[0].literal)


def _contents(path: Word, node: Node, source: bytes) -> Word:
    """Stand for what a file holds, so that whoever evaluates it leads to the file."""
    shown = unknown(node, source).words[0].shown
    return Word((Contents(shown, path=path.literal or ""),))


def _module(constants: Constants, given: Sequence[Node], node: Node, depth: int) -> Value:
    """Say what requiring gives: the symbol of a builtin module, something unknown from any other."""
    words = constants.value(given[0], depth).words if given else ()
    if constants.around.npm_only and [word.literal for word in words] == [PNP]:
        return Value(ABSENT_ALONE, frozenset((PNP,)))
    names = [builtin(word.literal) for word in words if word.literal]
    symbols = [module_symbol(name) for name in names if name]
    if words and all(_is_manifest(constants, word) for word in words):
        symbols = [MANIFEST]
    return symbol_value(*symbols) if symbols else unknown(node, constants.source)


def _is_manifest(constants: Constants, word: Word) -> bool:
    """Tell whether a specifier means the package's own package.json."""
    text = word.literal or ""
    start = [] if text.startswith(PACKAGE_ROOT) else [literal(constants.directory)]
    return constants.path is not None and paths.join([*start, word]).literal == f"{PACKAGE_ROOT}/package.json"


def _beside(constants: Constants, word: Word, node: Node) -> Word:
    """Place a relative specifier beside the file, any other where Node finds that module."""
    start = word.parts[0] if word.parts else ""
    if not isinstance(start, str):
        return unknown(node, constants.source).words[0]
    if start.startswith((PACKAGE_ROOT, WORKING_DIRECTORY, paths.MODULES, "/", "~", "#")):
        return word
    if start.startswith("."):
        return paths.join([literal(constants.directory), word])
    if constants.around.name and word.literal == constants.around.name:
        return literal(f"{PACKAGE_ROOT}/{constants.around.main}")
    return joined([literal(f"{paths.MODULES}/"), word])


def _looks_from_root(constants: Constants, options: Node, words: Sequence[Word]) -> bool:
    """Tell whether ``{ paths: [root] }`` has Node look for packages from the package's own root, as any file of it would.

    From there only what the package bundles deeper below is not found.
    """
    starts = constants.option(options, "paths")
    plain = options.type == "object" and options.named_child_count == 1
    from_root = starts is not None and constants.lists(starts) in [[(literal(one),)] for one in _ROOTS]
    return plain and from_root and all(_is_bare(word) for word in words)


def _is_bare(word: Word) -> bool:
    """Tell whether a specifier names a package and no file; what is computed says no other."""
    return (
        word.literal is not None and not word.literal.startswith((".", "/", "~", "#", "\0")) and ":" not in word.literal
    )


def _path(constants: Constants, name: str, given: Sequence[Node], node: Node, depth: int) -> Value:
    function = paths.FUNCTIONS.get(name)
    spread = any(one.type == "spread_element" for one in given)
    possible = spread_out(constants, given) if spread else []
    possible = possible or ways(
        [constants.value(one, depth).words for one in given]
    )  # of a list that is not known it is one word
    return Value(tuple(function(way) for way in possible)) if function and possible else unknown(node, constants.source)


def _method(constants: Constants, name: str, callee: Node, given: Sequence[Node], node: Node, depth: int) -> Value:
    """Look through a method of a text or of a list."""
    owner = callee.child_by_field_name("object")
    if owner is None:
        return unknown(node, constants.source)
    rest = [constants.value(one, depth).words for one in given]
    if name == "join":
        return _joined(constants, owner, rest, node)
    if name in _TAKING:
        return elements(constants, owner) or unknown(node, constants.source)
    value = constants.value(owner, depth)
    if name in _ON_TEXT and owner.type != "array" and not value.symbols - {"this"}:
        return concatenated([value.words, *(rest if name == "concat" else [])], node, constants.source)
    return unknown(node, constants.source) if value.symbols else _of_text(constants, name, value.words, rest, node)


def _joined(constants: Constants, owner: Node, rest: Sequence[tuple[Word, ...]], node: Node) -> Value:
    """Look through ``["a", b].join("")``."""
    between = (rest[0] if rest else (literal(","),)) or (literal(""),)
    lists = constants.lists(owner) if owner.type != "array" or between[0].literal is None else []
    if owner.type == "array" and not any(child.type == "spread_element" for child in arguments_in(owner)):
        pieces = [words for one in arguments_in(owner) for words in (between, constants.words(one))]
        return concatenated(pieces[1:], node, constants.source)
    sign = between[0].literal
    known = [one for one in lists if sign is not None and any(word.is_known for word in one)]
    return Value(tuple(joined(one, sign or "") for one in known)) if known else unknown(node, constants.source)


def _of_text(
    constants: Constants, name: str, owners: Sequence[Word], rest: Sequence[tuple[Word, ...]], node: Node
) -> Value:
    """Work a method of a text out for each text it can be of; a place that only this program knows is no text."""
    found: list[Word] = []
    for owner, *given in ways([tuple(owners), *rest]):
        texts = [word.literal for word in (owner, *given)]
        known = [text for text in texts if text is not None and "\0" not in text]
        try:
            result = method(name, known[0], list(known[1:]), _no_call) if len(known) == len(texts) else None
        except (UnsureError, ValueError, TypeError):
            result = None
        found.append(
            literal(result)
            if isinstance(result, str) and name in _BY_TEXTS
            else unknown(node, constants.source).words[0]
        )
    return either(Value((word,)) for word in found) if found else unknown(node, constants.source)


def _no_call(_: Exact, __: Sequence[Exact]) -> Exact:
    raise UnsureError


def returned(constants: Constants, callee: Node, depth: int) -> Value | None:
    """Say which texts a function of the file can give; None when it is not known which function is called."""
    functions = tables.functions(constants, callee)
    return either(_returned(constants, function, depth) for function in functions) if functions else None


def _returned(constants: Constants, function: Node, depth: int) -> Value:
    """Give the texts that a function returns; a symbol that leaves a function is told as lost where it does."""
    known = constants.returned.get(function.id)
    if known is not None:
        return known
    nobody = unknown(function.child_by_field_name("name"), constants.source)
    if str(function.id) in constants.looked_at:  # it calls itself
        constants.left_open += 1
        return nobody
    with constants.looking_at(str(function.id)):
        values = [Value(constants.value(one, depth).words) for one in constants.results(function)]
    found = either(values) if values and "generator" not in function.type else nobody
    constants.returned[function.id] = found
    return found
