"""What a file does with what a name holds, where the name stands: reads it, calls it, lets it change."""

from __future__ import annotations

from enum import Enum, auto

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.literals import name_of

NAMING = frozenset(
    (
        *(("variable_declarator", "name"), ("arrow_function", "parameter"), ("for_in_statement", "left")),
        *(("assignment_pattern", "left"), ("object_assignment_pattern", "left"), ("function_declaration", "name")),
        *(("function_expression", "name"), ("generator_function_declaration", "name"), ("generator_function", "name")),
        *(("class_declaration", "name"), ("class", "name"), ("assignment_expression", "left")),
        *(("augmented_assignment_expression", "left"), ("method_definition", "name"), ("enum_declaration", "name")),
        *(("required_parameter", "pattern"), ("optional_parameter", "pattern"), ("internal_module", "name")),
        *(("function_signature", "name"), ("type_predicate", "name")),
    )
)
"""Where an identifier gives a name and is no use of one: kind of the parent, field."""
DECLARING = kinds(
    "formal_parameters object_pattern array_pattern rest_pattern pair_pattern catch_clause import_specifier namespace_import"
    " import_clause import_require_clause labeled_statement break_statement continue_statement"
)
"""What stands around a name only where it is given."""
AROUND = kinds("parenthesized_expression non_null_expression as_expression satisfies_expression type_assertion")
"""What stands around a value and is that value; the last ones are TypeScript's."""
TYPES = kinds("type_query type_annotation type_arguments asserts nested_identifier nested_type_identifier")
_LOOKING = kinds(
    "if_statement while_statement do_statement for_statement switch_statement switch_case unary_expression update_expression"
    " expression_statement template_substitution program statement_block spread_element"
)
_MEMBERS = ("member_expression", "subscript_expression")
_OUTER = AROUND.union(_MEMBERS)
_OUTWARD = 32  # brackets and members around one name
_READING = frozenset(
    (
        *("at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "entries", "every", "filter", "find"),
        *(
            "findIndex",
            "forEach",
            "hasOwnProperty",
            "includes",
            "indexOf",
            "join",
            "keys",
            "lastIndexOf",
            "map",
            "match",
        ),
        *("padEnd", "padStart", "repeat", "replace", "replaceAll", "search", "slice", "some", "split", "startsWith"),
        *("substr", "substring", "test", "toLowerCase", "toString", "toUpperCase", "trim", "trimEnd", "trimStart"),
        "values",
    )
)
_WITH_FUNCTION = frozenset(("every", "filter", "find", "findIndex", "forEach", "map", "some"))
_ELEMENT_AND_INDEX = 2
_SHORTENING = frozenset(("pop", "shift"))


class Use(Enum):
    """What a file does with what a name holds."""

    READ = auto()
    CALLED = auto()
    APPENDED = auto()
    SHORTENED = auto()
    HANDED = auto()
    INDEXED = auto()  # a member that an index names is called, and gets what the name holds as its owner
    MEMBER_CALLED = auto()  # one that is named
    OTHER = auto()


def use_of(place: Place, source: bytes) -> tuple[Use, Place | None]:
    """Say what is done with a name where it stands, and by which call."""
    above = place.above
    for _ in range(_OUTWARD):
        if above is None or above.kind not in AROUND:
            break
        place, above = above, above.above
    if above is None or (above.kind, place.field) in NAMING or above.kind in DECLARING or above.kind in TYPES:
        return Use.READ, None
    kind, part = above.kind, place.field
    if kind in _MEMBERS:
        return _of_member(above, source) if part == "object" else (Use.READ, None)
    if (kind, part) in {("call_expression", "function"), ("new_expression", "constructor")}:
        return Use.CALLED, above
    if kind == "arguments" and above.above is not None and above.above.kind == "call_expression":
        return Use.HANDED, above.above
    return (Use.READ if _only_looks(above, part) else Use.OTHER), None


def _only_looks(above: Place, part: str | None) -> bool:
    """Tell whether what stands around a name takes it for nothing but a text or a condition."""
    if above.kind in _LOOKING or (above.kind, part) in {
        ("for_in_statement", "right"),
        ("ternary_expression", "condition"),
    }:
        return True
    if above.kind == "binary_expression":
        operator = above.node.child_by_field_name("operator")
        return operator is not None and operator.type not in {"||", "&&", "??"}
    return False


def _of_member(place: Place, source: bytes) -> tuple[Use, Place | None]:
    """Say what is done with a name whose member is taken."""
    inner, outer, depth = place, place.above, 1
    for _ in range(_OUTWARD):
        if outer is None or outer.kind not in _OUTER:
            break
        if outer.kind in _MEMBERS and inner.field != "object":
            return Use.READ, None
        depth += outer.kind in _MEMBERS
        inner, outer = outer, outer.above
    if outer is None or outer.kind in _MEMBERS:
        return Use.OTHER, None
    if outer.kind == "call_expression" and inner.field == "function":
        return _by_method(inner.node, outer, depth, source)
    return (Use.OTHER if _is_written(inner, outer) else Use.READ), None


def _by_method(member: Node, call: Place, depth: int, source: bytes) -> tuple[Use, Place | None]:
    """Say what calling a method does with its owner."""
    if depth == 1 and member.type == "subscript_expression":
        return Use.INDEXED, None
    taken = member.child_by_field_name("property") if member.type == "member_expression" else None
    name = name_of(taken, source) if taken is not None else ""
    if name in _READING and not _may_write(call.node, name):
        return Use.READ, None
    if depth > 1 and name in {"apply", "call"}:
        return Use.READ, None  # its function is given another owner
    if depth == 1 and name == "push":
        return Use.APPENDED, call
    if depth == 1 and name in _SHORTENING:
        return Use.SHORTENED, None
    return (Use.MEMBER_CALLED if depth == 1 else Use.OTHER), None


def _may_write(call: Node, name: str) -> bool:
    """Tell whether a method hands on what its owner is: to a function that takes a third thing, or is not written here."""
    if name not in _WITH_FUNCTION:
        return False
    arguments = call.child_by_field_name("arguments")
    one = next(iter(arguments.named_children), None) if arguments is not None else None
    if one is None or one.type not in {"arrow_function", "function_expression"}:
        return True
    parameters = one.child_by_field_name("parameters")
    return parameters is not None and parameters.named_child_count > _ELEMENT_AND_INDEX


def _is_written(member: Place, above: Place) -> bool:
    """Tell whether a member is given another value."""
    if (above.kind, member.field) in NAMING or above.kind in DECLARING or above.kind == "update_expression":
        return True
    operator = above.node.child_by_field_name("operator") if above.kind == "unary_expression" else None
    return operator is not None and operator.type == "delete"
