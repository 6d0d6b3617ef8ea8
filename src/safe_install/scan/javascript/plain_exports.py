"""What a file gives those who require it, and how a file uses what it requires: words that are known across two files.

Only what a file plainly assigns to its ``exports`` is told, and only what functions give or names hold without being
called with anything. That nobody else changes those exports is for the one to ask who sees all files: `loose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import Place, places
from safe_install.scan.javascript.call_values import returned
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.imported import required
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.named_reads import reads
from safe_install.scan.javascript.surroundings import Export
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.words import Word

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

ANY = "*"
MOST = 40  # exports of one file
_MOST_WORDS = 128
_ELSEWHERE = re.compile(rb"\bparent\b|\bchildren\b|\brequire\.main\b|\bmainModule\b")
"""Roads from a module to the exports of another one that is no ``require``."""
_NAMES = frozenset(("identifier", "shorthand_property_identifier"))
_GIVING = _NAMES | {"this"}
_TAKING = frozenset(("call_expression", "import_statement"))
_CHANGING = frozenset(("update_expression", "for_in_statement", "array_pattern", "object_pattern", "pair_pattern"))
_QUIETLY = frozenset(("expression_statement", "program"))


def exported(root: Node, constants: Constants) -> tuple[Export, ...]:
    """List what a file exports, nothing when its exports are used in any way that is not plain."""
    found: dict[str, list[Node]] = {}
    for place in places(root, of=_GIVING):
        if place.kind == "this" and not _is_looked_at(place):
            return ()
        if place.kind in _NAMES and name_of(place.node, constants.source) in {"exports", "module"}:
            pairs = _plainly(place, constants)
            if pairs is None:
                return ()
            for name, value in pairs:
                found.setdefault(name, []).append(value)
    single = ((name, values[0]) for name, values in found.items() if len(values) == 1)
    told = (one for name, value in list(single)[:MOST] if (one := _export(name, value, constants)) is not None)
    return tuple(told)


def _is_looked_at(this: Place) -> bool:
    """Tell whether ``this``, which may be the exports, is only asked for a member: ``(this && this.x)``."""
    above = this.above
    if this.field == "object":
        return not _is_assigned(above)
    return above is not None and above.kind == "binary_expression" and this.field == "left"


def _export(name: str, value: Node, constants: Constants) -> Export | None:
    """Tell what an exported value is, when some of it is known."""
    is_function = value.type in FUNCTIONS
    if value.type in {"identifier", "shorthand_property_identifier"}:
        single = constants.bindings.single(constants.bindings.key(value))
        is_function = single is not None and not single[1] and single[0].type in FUNCTIONS
        value = single[0] if single is not None and is_function else value
    found = _given_by(value, constants) if is_function else constants.value(value).words
    known = any(word.is_known for word in found) and len(found) <= _MOST_WORDS
    read = reads(constants, value) if is_function else ()
    given = found if known else ()
    return Export(name, given, is_function, read) if known or any(one is not None for one in read) else None


def _given_by(function: Node, constants: Constants) -> tuple[Word, ...]:
    """Give what a function without parameters returns."""
    several = function.child_by_field_name("parameters")
    if several is None or arguments_in(several) or any(child.type in {"async", "*"} for child in function.children):
        return ()
    value = returned(constants, function, 0)
    return value.words if value is not None else ()


def _plainly(place: Place, constants: Constants) -> list[tuple[str, Node]] | None:
    """Read ``exports.x = v``, ``module.exports.x = v`` and ``module.exports = {x: v}``; None for any other use."""
    node: Node | None = place.node
    above = place.above
    if place.kind == "identifier" and name_of(place.node, constants.source) == "module":
        taken = above.node.child_by_field_name("property") if above is not None else None
        if above is None or place.field != "object" or taken is None or constants.said(taken) != "exports":
            return None
        place, node = above, above.node
        above = place.above
    if above is None or node is None:
        return None
    if _is_assigned(place) and above.kind == "assignment_expression":
        return _of_table(above.node.child_by_field_name("right"), constants)
    taken = above.node.child_by_field_name("property") if above.kind == "member_expression" else None
    if taken is not None and place.field == "object":
        if not _is_assigned(above) or above.above is None or above.above.kind != "assignment_expression":
            return None if _is_assigned(above) else []
        value = above.above.node.child_by_field_name("right")
        return [(name_of(taken, constants.source), value)] if value is not None else None
    defines = above.above is not None and constants.said(above.above.node).startswith(
        ('Object.defineProperty(exports, "__esModule"', "Object.defineProperty(exports, '__esModule'")
    )
    return [] if defines else None


def _of_table(table: Node | None, constants: Constants) -> list[tuple[str, Node]] | None:
    if table is None or table.type != "object":
        return None
    found: list[tuple[str, Node]] = []
    for child in table.named_children:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "shorthand_property_identifier":
            found.append((name_of(child, constants.source), child))
        elif child.type == "pair" and key is not None and value is not None and key.type == "property_identifier":
            found.append((name_of(key, constants.source), value))
        elif child.type not in {"comment", "method_definition"}:
            return None
    return found


def _is_assigned(place: Place | None) -> bool:
    above = place.above if place is not None else None
    return place is not None and place.field == "left" and above is not None and "assignment" in above.kind


# ------------------------------------------------------------------ those who require


def loose(root: Node, constants: Constants) -> frozenset[str]:
    """Name the modules that a file requires and may change, or hand on; `ANY` when it may reach any other's exports."""
    found = {ANY} if _ELSEWHERE.search(constants.source) else set[str]()
    held: dict[str, str] = {}
    for place in places(root, of=_TAKING):
        if place.kind == "call_expression" and _requires(place.node, constants):
            plain = required(place.node, constants)
            name = _name_given(place, constants) if plain is not None else None
            if name is not None and plain is not None and held.setdefault(name, plain) == plain:
                continue
            if plain is None or not _is_only_read(place):
                given = arguments_in(place.node.child_by_field_name("arguments"))
                words = constants.words(given[0]) if given else ()
                found |= {ANY if word.literal is None else word.literal for word in words}
        elif place.kind == "import_statement":
            found |= set(_imported_whole(place.node, constants))
    found |= _held_loosely(root, held, constants) if held else set()
    return frozenset(found | ({ANY} if constants.gave_up else set()))


def _name_given(place: Place, constants: Constants) -> str | None:
    """Give the name in ``const x = require("./x")``, which has no other value."""
    target = place.above.node.child_by_field_name("name") if place.above is not None else None
    if place.field != "value" or target is None or target.type != "identifier":
        return None
    key = constants.bindings.key(target)
    return key if constants.bindings.single(key) is not None else None


def _held_loosely(root: Node, held: dict[str, str], constants: Constants) -> set[str]:
    """Name the modules under names that are used for more than to look at a member."""
    return {
        held[key]
        for place in places(root, of=_NAMES)
        if (key := constants.bindings.key(place.node)) in held
        if place.kind != "identifier" or not (_is_declared(place) or _is_only_read(place))
    }


def _is_declared(place: Place) -> bool:
    return place.above is not None and place.above.kind == "variable_declarator" and place.field == "name"


def _requires(call: Node, constants: Constants) -> bool:
    callee = call.child_by_field_name("function")
    return callee is not None and (callee.type == "import" or "require" in constants.value(callee).symbols)


def _is_only_read(place: Place) -> bool:
    """Tell whether a required module is only looked into: its members read or called, or taken by a pattern."""
    above = place.above
    if above is None or above.kind in _QUIETLY:
        return True
    if above.kind == "variable_declarator" and place.field == "value":
        target = above.node.child_by_field_name("name")
        return target is not None and target.type == "object_pattern"
    if above.kind != "member_expression" or place.field != "object" or above.above is None:
        return False
    outer = above.above
    taken = above.node.child_by_field_name("property")
    if taken is None or (taken.text or b"").startswith(b"__"):
        return False
    removes = outer.kind == "unary_expression" and outer.node.text is not None and outer.node.text.startswith(b"delete")
    return not (_is_assigned(above) or outer.kind in _CHANGING or removes or above.field == "left")


def _imported_whole(statement: Node, constants: Constants) -> Iterator[str]:
    """Name the module whose exports an import statement gives a name as one thing."""
    typed = next((child for child in statement.named_children if child.type == "import_require_clause"), None)
    source = (typed or statement).child_by_field_name("source")
    clause = typed or next((child for child in statement.named_children if child.type == "import_clause"), None)
    if source is not None and clause is not None and any(one.type != "named_imports" for one in clause.named_children):
        yield fragments(source, constants.source)
