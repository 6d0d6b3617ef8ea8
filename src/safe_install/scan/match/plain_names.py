"""Roundabout names of Node's own things → the names that everybody writes, as far as one file shows them.

``const e = eval``, ``process.mainModule.require``, ``createRequire(…)("fs")``, ``Reflect.get(process, "env")``: what an
expression stands for is known to our reading of JavaScript; here it is only written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from safe_install.scan.grammars import Place, places
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.name_uses import DECLARING, NAMING
from safe_install.scan.javascript.node_builtins import MODULES
from safe_install.scan.javascript.values import arguments_in

Edit = tuple[int, int, bytes]

_EXPRESSIONS = frozenset(("identifier", "member_expression", "subscript_expression", "call_expression"))
_MEMBERS = frozenset(("member_expression", "subscript_expression"))
_PLAIN = re.compile(r"(?:require|eval|Function|fetch|process|module)(?:\.[A-Za-z_$][\w$]*)*")
_MAKER = re.compile(
    rb"(?:(?:\?\.|\.)?\s{0,9}\[\s{0,9}['\"`]constructor['\"`]\s{0,9}\]|\??\.\s{0,9}constructor\s{0,9}){2}\Z"
)
_SAME = {"node:module._load": "require", "globalThis.require": "require"}
_BY = {b"call": b"(", b"apply": b"(..."}
_OWNERS = {"member_expression": "object", "subscript_expression": "object", "call_expression": "function"}
_NOTHING = frozenset(
    ("string", "template_string", "object", "number", "regex", "function_expression", "arrow_function")
)
_LONGEST_CHAIN = 20  # members and calls after one name
_MODULE = re.compile(r"node:([\w/]+)")
_SEQUENCES = ("sequence_expression",)
_MOST = 5_000  # expressions of one file that are looked at
_NODE = re.compile(rb"(['\"`])node:([\w/]{1,40})\1")


def plain_names(found: Sequence[Place], constants: Constants) -> Iterator[Edit]:
    """Write the plain name where an expression is certainly one thing of Node's under another name."""
    source = constants.source
    count = 0
    for place in found:
        if place.kind in _EXPRESSIONS and _is_value(place) and _starts_known(place.node, constants):
            count += 1
            if count > _MOST:
                return
            if place.kind == "call_expression":
                yield from _called(place.node, constants)
            plain = _plain(place.node, constants)
            if (
                plain is not None
                and plain != source[place.node.start_byte : place.node.end_byte]
                and not _does_more(place.node)
            ):
                yield place.node.start_byte, place.node.end_byte, plain


def _does_more(node: Node) -> bool:
    """Tell whether something is done in an expression before what it stands for is taken: ``(f(), process).env``."""
    if b"," not in (node.text or b""):
        return False
    sequences = (place.node for place in places(node, of=_SEQUENCES))
    return any(b"(" in (part.text or b"") for one in sequences for part in one.named_children[:-1])


def _starts_known(node: Node, constants: Constants) -> bool:
    """Tell whether an expression begins with something that may be Node's: a name that stands for it, or no name."""
    start: Node | None = node
    for _ in range(_LONGEST_CHAIN):
        if start is None or start.type not in _OWNERS:
            break
        start = start.child_by_field_name(_OWNERS[start.type])
    if start is None or start.type not in ("identifier", "this"):
        return start is not None and start.type not in _NOTHING
    return start.type == "this" or bool(constants.named(name_of(start, constants.source)).symbols)


def _is_value(place: Place) -> bool:
    """Tell whether an expression is used for what it stands for, and not given a name or a value."""
    above = place.above
    if above is None or (above.kind, place.field) in NAMING or above.kind in DECLARING:
        return False
    return not (above.kind in ("export_specifier", "update_expression") or place.field in ("label", "key"))


def _plain(node: Node, constants: Constants) -> bytes | None:
    """Give the plain name of an expression, None where it is not certain or has none."""
    if node.type in _MEMBERS and _MAKER.search(
        constants.source, max(node.start_byte, node.end_byte - 80), node.end_byte
    ):
        return b"Function"
    symbols = constants.value(node).symbols
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    if node.type == "call_expression" and (module := _MODULE.fullmatch(symbol)):
        return f'require("{module[1]}")'.encode() if module[1] in MODULES else None
    symbol = _SAME.get(symbol, symbol)
    return symbol.encode() if _PLAIN.fullmatch(symbol) else None


def _called(node: Node, constants: Constants) -> Iterator[Edit]:
    """Write ``eval.call(x, y)``, ``eval.apply(x, y)`` and ``Reflect.apply(eval, x, y)`` as calls of eval."""
    callee, given = node.child_by_field_name("function"), arguments_in(node.child_by_field_name("arguments"))
    if callee is None or callee.type != "member_expression" or not given:
        return
    owner, name = callee.child_by_field_name("object"), callee.child_by_field_name("property")
    if owner is None or name is None:
        return
    way = _BY.get(constants.source[name.start_byte : name.end_byte])
    if way and constants.source[owner.start_byte : owner.end_byte] == b"Reflect":
        owner, given = given[0], given[1:]
    plain = _plain(owner, constants) if way and given else None
    if plain is not None and way is not None and b"(" not in (given[0].text or b""):
        start = given[1].start_byte if len(given) > 1 else given[0].end_byte
        yield node.start_byte, start, plain + way


def module_names(source: bytes) -> Iterator[Edit]:
    """Write the names of Node's modules without ``node:``."""
    for match in _NODE.finditer(source):
        if match[2].decode() in MODULES:
            yield match.start(), match.end(), match[1] + match[2] + match[1]
