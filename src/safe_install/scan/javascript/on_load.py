"""Which lines of a module run when it is loaded, as far as its own text calls them; the rest waits for a caller."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from tree_sitter import Node

from safe_install.scan.grammars import kinds, parse_javascript

LONGEST = 1 << 20  # bytes of a file that is looked at
_MOST_NODES = 200_000
_MOST_ROUNDS = 50  # functions that call one another
_FUNCTIONS = kinds(
    "function_declaration function_expression arrow_function generator_function generator_function_declaration method_definition"
)
_DECLARING = kinds("function_declaration class_declaration variable_declarator method_definition pair")
_OFFERING = re.compile(rb"(?:module\.)?exports(?:\.[\w$]+)*")
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")


class _Function(NamedTuple):
    """A function that has a name, and what of its text is not in functions inside it."""

    names: frozenset[bytes]
    first: int
    last: int
    says: frozenset[bytes]


def waiting_lines(source: bytes) -> tuple[tuple[int, int], ...]:
    """Give the spans of lines, both ends included, that only run when somebody calls what the module offers.

    A function that is passed on, called where it stands, or named by code that runs, is taken to run. Only lines that are
    wholly inside a function that waits are given; nothing for what cannot be read.
    """
    root = parse_javascript(source) if len(source) <= LONGEST else None
    if root is None or root.has_error:
        return ()
    running: set[bytes] = set()
    functions: list[_Function] = []
    for function in _functions(root):
        if function.names:
            functions.append(function)
        else:
            running |= function.says
    for _ in range(_MOST_ROUNDS):
        called = [one for one in functions if one.names & running]
        if not called:
            break
        functions = [one for one in functions if not one.names & running]
        for one in called:
            running |= one.says
    else:
        return ()
    return tuple(sorted((one.first, one.last) for one in functions if one.first <= one.last))


def _functions(root: Node) -> Iterator[_Function]:
    """Give what runs at once, under no name, and each function that has a name; one inside another is a function too."""
    waiting: list[tuple[Node, frozenset[bytes]]] = [(root, frozenset())]
    looked_at = 0
    while waiting:
        top, names = waiting.pop()
        says: set[bytes] = set()
        level = [*top.named_children] if names else [top]
        while level:
            node = level.pop()
            looked_at += 1
            if looked_at > _MOST_NODES:
                yield _Function(frozenset(), 0, 0, frozenset(_WORD.findall(root.text or b"")))
                return
            inner = _names_of(node, names)
            if inner:
                waiting.append((node, inner))
            elif "identifier" in node.type or (
                node.type == "string" and node.parent and node.parent.type == "subscript_expression"
            ):
                says.update(_WORD.findall(node.text or b""))
            level += (
                []
                if inner or _is_offer(node)
                else [child for child in node.named_children if not _is_name(node, child)]
            )
        yield _Function(names, top.start_point.row + 2, top.end_point.row, frozenset(says))


def _names_of(node: Node, around: Collection[bytes]) -> frozenset[bytes]:
    """Give the names by which a function can be called; nothing for one that has none, which runs where it stands."""
    if node.type not in _FUNCTIONS:
        return frozenset()
    name = node.child_by_field_name("name")
    holder = node.parent
    while holder is not None and holder.type in {"assignment_expression", "parenthesized_expression"}:
        left = holder.child_by_field_name("left")
        if left is not None:
            return frozenset(_WORD.findall(left.text or b"")[-1:])
        holder = holder.parent
    if holder is not None and holder.type in {"variable_declarator", "pair", "field_definition"}:
        name = (
            holder.child_by_field_name("name")
            or holder.child_by_field_name("key")
            or holder.child_by_field_name("property")
        )
    elif node.type in {"function_expression", "arrow_function", "generator_function"}:
        return frozenset()
    text = (name.text or b"").strip(b"'\"#") if name is not None else b""
    if node.type == "method_definition" and text == b"constructor":
        owner = holder.parent.child_by_field_name("name") if holder is not None and holder.parent is not None else None
        return frozenset(((owner.text if owner is not None else None) or b"constructor",))
    return frozenset((text,)) if text and not (around and text in around) else frozenset()


def _is_name(node: Node, child: Node) -> bool:
    """Tell whether a child only names what its parent declares."""
    if node.type == "assignment_expression":
        right = node.child_by_field_name("right")
        return right is not None and right.type in _FUNCTIONS and child == node.child_by_field_name("left")
    if node.type in _DECLARING:
        return child == (node.child_by_field_name("name") or node.child_by_field_name("key"))
    return False


def _is_offer(node: Node) -> bool:
    """Tell whether a statement does nothing but offer something by its name to other modules."""
    if node.type in {"export_clause", "import_statement"}:
        return True
    left, right = (node.child_by_field_name(side) for side in ("left", "right"))
    if node.type != "assignment_expression" or left is None or right is None:
        return False
    plain = right.type == "identifier" or (
        right.type == "object"
        and all(one.type in {"shorthand_property_identifier", "pair"} for one in right.named_children)
        and not any(_calls(one) for one in right.named_children)
    )
    return plain and _OFFERING.fullmatch(left.text or b"") is not None


def _calls(node: Node) -> bool:
    value = node.child_by_field_name("value")
    return value is not None and value.type not in {"identifier", "member_expression"}
