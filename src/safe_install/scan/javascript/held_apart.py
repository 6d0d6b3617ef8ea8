"""What holds functions so that only a name that is said gets them out: what a module exports, and tables that have a name."""

from __future__ import annotations

import re

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.literals import name_of

_EXPORTED = re.compile(rb"(?:module\.)?exports\.([A-Za-z_$][\w$]*)")
_NAMED = kinds("property_identifier string")
_DEFINING = kinds("formal_parameters catch_clause object_pattern rest_pattern")
_COMPARING = kinds("=== !== ! typeof void")
_MARKED = [b'"__esModule"', b"{value:true}"]
_MOST_TAKEN = 100  # names in one pattern
_MOST_GIVEN = 3
_LOOKING = frozenset((b"Object.keys", b"Object.hasOwn"))
_SPACE = re.compile(rb"\s+")
_BIND = b"var __createBinding = (this && this.__createBinding) || "
_STAR = b"var __exportStar = (this && this.__exportStar) || function"
_SAME = b"""for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p); };"""
_BY_GETTER = b"Object.defineProperty(o, k2, { enumerable: true, get: function() { return m[k]; } });"
_COPIED = b"}) : (function(o, m, k, k2) { if (k2 === undefined) k2 = k; o[k2] = m[k]; }));"
_OWN_WAY = b"(Object.create ? (function(o, m, k, k2) { if (k2 === undefined) k2 = k; "
_DESCRIBED = (
    b'var desc = Object.getOwnPropertyDescriptor(m, k); if (!desc || ("get" in desc ? !m.__esModule : desc.writable ||'
    b" desc.configurable)) { desc = { enumerable: true, get: function() { return m[k]; } }; } Object.defineProperty(o, k2, desc);"
)
_HELPERS = frozenset(
    _SPACE.sub(b"", one)
    for one in (
        _BIND
        + b"function (o, m, k) { Object.defineProperty(o, k, { enumerable: true, get: function () { return m[k]; } }); };",
        _BIND + _OWN_WAY + _BY_GETTER + _COPIED,
        _BIND + _OWN_WAY + _DESCRIBED + _COPIED,
        _STAR + b"(m, exports) {" + _SAME,
    )
)
"""How compilers of TypeScript say ``export *``: each member goes on under its own name. Any other text is read as what it is."""
_CALL = re.compile(rb"""__exportStar\(require\((?:"\.{1,2}/[^"\\\n]*"|'\.{1,2}/[^'\\\n]*')\), exports\);""")
OWN = frozenset(("exports", "module", "require", "process", "Object", "global", "globalThis"))
"""What Node gives to each file. Other things of these names, and what lets them out of a file's hands, are not told apart."""
_EXPORTING = b"__exportStar"
RE_EXPORTING = frozenset(("__createBinding", "__exportStar"))


def is_exports(assignment: Place, source: bytes) -> str:
    """Give the name by which a statement ``exports.NAME = …`` offers something; nothing for anything else."""
    left = _set_by(assignment)
    if left is None:
        return ""
    found = _EXPORTED.fullmatch(source[left.start_byte : left.end_byte])
    return found[1].decode() if found else ""


def table_of(place: Place, source: bytes) -> str | None:
    """Give the name that an object's text is bound to, nothing for that of the module itself; None where it has no name."""
    above = place.above
    if place.kind != "object" or above is None:
        return None
    if above.kind == "variable_declarator":
        name = above.node.child_by_field_name("name")
        return name_of(name, source) if name is not None and name.type == "identifier" else None
    if place.field == "right" and is_module(above, source):
        return ""
    return (is_exports(above, source) or None) if place.field == "right" else None


def is_module(assignment: Place, source: bytes) -> bool:
    """Tell whether this is a statement ``module.exports = …``."""
    left = _set_by(assignment)
    return left is not None and source[left.start_byte : left.end_byte] == b"module.exports"


def _set_by(assignment: Place) -> Node | None:
    """Give what a statement sets; None for what is no such statement."""
    statement = assignment.above is not None and assignment.above.kind == "expression_statement"
    return (
        assignment.node.child_by_field_name("left")
        if statement and assignment.kind == "assignment_expression"
        else None
    )


def is_offer(place: Place, source: bytes) -> bool:
    """Tell whether this only gives a name to what has one: ``exports.a = b``, or a member of ``module.exports = { b, a: b }``."""
    if place.kind == "assignment_expression":
        right = place.node.child_by_field_name("right")
        return right is not None and right.type == "identifier" and is_exports(place, source) != ""
    if place.above is None or table_of(place.above, source) != "":
        return False
    key, value = (place.node.child_by_field_name(one) for one in ("key", "value"))
    named = key is not None and key.type in _NAMED and value is not None and value.type == "identifier"
    return place.kind == "shorthand_property_identifier" or (place.kind == "pair" and named)


def re_exports(place: Place, source: bytes, *, compiled: bool) -> bool:
    """Tell whether a statement is one by which a compiler says ``export *``, or one of its two functions; see `is_compiled`."""
    if place.above is None or place.above.kind != "program" or not compiled:
        return False
    text = source[place.node.start_byte : place.node.end_byte]
    if place.kind == "variable_declaration":
        return _SPACE.sub(b"", text) in _HELPERS
    return place.kind == "expression_statement" and _CALL.fullmatch(text) is not None


def is_compiled(program: Node, source: bytes) -> bool:
    """Tell whether the functions for ``export *`` are said nowhere but where a compiler would say them."""
    if _EXPORTING not in source or b"\\u" in source:
        return False
    declared = (one for one in program.named_children if one.type == "variable_declaration")
    whole = [source[one.start_byte : one.end_byte] for one in declared]
    known = [text for text in whole if _SPACE.sub(b"", text) in _HELPERS]
    said = sum(text.count(name.encode()) for text in known for name in RE_EXPORTING) + len(_CALL.findall(source))
    return len(known) == len(RE_EXPORTING) and said == sum(source.count(name.encode()) for name in RE_EXPORTING)


def stays(place: Place, source: bytes) -> bool:
    """Tell whether what a name holds goes nowhere from here: a member is taken by name, or it is only looked at or named."""
    above, part = place.above, place.field
    literal = place.kind == "string" and part == "index"
    if above is not None and (literal or (above.kind, part) == ("member_expression", "property")):
        place, part, above = above, above.field, above.above
    while above is not None and above.kind == "parenthesized_expression":
        place, part, above = above, above.field, above.above
    if above is None:
        return False
    if place.kind == "shorthand_property_identifier_pattern" or (
        above.kind in _DEFINING and place.kind == "identifier"
    ):
        return True
    return (
        (above.kind, part) in _STAYING or above.kind == "expression_statement" or _by_kind(place, above, part, source)
    )


_STAYING = frozenset(
    (
        *(("member_expression", "object"), ("subscript_expression", "object"), ("variable_declarator", "name")),
        *(("assignment_expression", "left"), ("if_statement", "condition"), ("call_expression", "function")),
        *(("new_expression", "constructor"), ("arrow_function", "parameter"), ("for_in_statement", "left")),
    )
)


def is_own_use(place: Place, name: str, source: bytes) -> bool:
    """Tell whether a member of one of `OWN` is taken by its name, and of a module only what it exports or whether it is the first."""
    above = place.above
    if above is None or place.kind == "string" or (name == "exports" and place.field == "property"):
        return stays(place, source)
    if place.kind != "identifier" or above.kind not in {
        "member_expression",
        "subscript_expression",
        *_GIVING,
        *_CHECKING,
    }:
        return False
    if above.kind in _CHECKING:
        return (name == "module" or above.kind == "unary_expression") and stays(place, source)
    if above.kind in _GIVING:
        return name == "exports" and stays(place, source)
    taken = above.node.child_by_field_name("property")
    member = name_of(taken, source) if taken is not None else ""
    if name == "module":
        return member == "exports"
    if name == "Object":
        return above.field == "function"
    if name == "require":
        return member == "main" and above.above is not None and above.above.kind == "binary_expression"
    return name != "process" or member not in {"constructor", "mainModule"}


_GIVING = frozenset(("arguments",))
_CHECKING = frozenset(("binary_expression", "unary_expression"))


def _by_kind(place: Place, above: Place, part: str | None, source: bytes) -> bool:
    node = above.node
    if above.kind in {"binary_expression", "unary_expression"}:
        operator = node.child_by_field_name("operator")
        kind = operator.type if operator is not None else ""
        return kind in _COMPARING or (kind == "&&" and part == "left")
    if above.kind == "variable_declarator":
        return is_taking(above)
    if above.kind == "assignment_expression" and part == "right":
        return is_module(above, source) and place.kind == "identifier"
    return above.kind == "arguments" and above.above is not None and _is_looked_at(place, above, above.above, source)


def is_taking(declarator: Place) -> bool:
    """Tell whether this takes some members by their names, and nothing else."""
    pattern = declarator.node.child_by_field_name("name")
    return (
        pattern is not None
        and pattern.type == "object_pattern"
        and pattern.named_child_count <= _MOST_TAKEN
        and not any(one.type == "rest_pattern" for one in pattern.named_children)
    )


def _is_looked_at(place: Place, arguments: Place, call: Place, source: bytes) -> bool:
    """Tell whether a call only lists the names in what it gets, or marks it as a module."""
    function = call.node.child_by_field_name("function")
    given = arguments.node.named_children if arguments.node.named_child_count <= _MOST_GIVEN else []
    text = source[function.start_byte : function.end_byte] if function is not None else b""
    if not given or given[0] != place.node:
        return False
    adds = text == b"Object.defineProperty" and [_SPACE.sub(b"", one.text or b"") for one in given[1:]] == _MARKED
    discarded = call.above is not None and call.above.kind == "expression_statement"
    return text in _LOOKING or (adds and discarded)
