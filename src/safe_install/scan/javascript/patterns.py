"""The names in a pattern that is given a value: ``{a, b: [c]}``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.literals import fragments, name_of

if TYPE_CHECKING:
    from safe_install.scan.javascript.bindings import Bindings

_MOST_TAKEN = 8  # members taken by one pattern; no honest one takes as many


def pattern_names(
    target: Node | None, source: bytes, called: Callable[[Node], str] | None = None
) -> Iterator[tuple[str, tuple[str, ...] | None, Node | None]]:
    """List the names in a pattern: each with the members taken (None when they are not known) and its default.

    ``called`` tells by what a name is known where it stands.
    """
    waiting: list[tuple[Node, tuple[str, ...] | None, Node | None]] = [] if target is None else [(target, (), None)]
    while waiting:
        node, path, default = waiting.pop()
        match node.type:
            case "identifier":
                yield called(node) if called is not None else name_of(node, source), path, default
            case "shorthand_property_identifier_pattern":
                name = name_of(node, source)
                yield called(node) if called is not None else name, _deeper(path, name), default
            case "assignment_pattern" | "object_assignment_pattern":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                waiting += [(left, path, right)] if left else []
            case "required_parameter" | "optional_parameter":  # of TypeScript
                left, right = node.child_by_field_name("pattern"), node.child_by_field_name("value")
                waiting += [(left, path, right)] if left else []
            case "pair_pattern":
                key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
                waiting += [(value, _taken(path, key, source), default)] if value else []
            case "object_pattern":
                waiting += [(child, path, None) for child in node.named_children]
            case "array_pattern":
                waiting += [(child, _deeper(path, str(at)), None) for at, child in _positions(node)]
            case "rest_pattern":
                waiting += [(child, None, None) for child in node.named_children]
            case _:
                pass


def gives_own_names(pattern: Node, bindings: Bindings) -> bool:
    """Tell whether all that a pattern gives a value is a name which the file declares: any other one is everybody's."""
    names = [name for name, _, _ in pattern_names(pattern, bindings.source, bindings.key)]
    known = [bindings.given(name) for name in names]
    return len(names) >= pattern.named_child_count and all(one is not None and one.owned for one in known)


def _positions(node: Node) -> Iterator[tuple[int, Node]]:
    """List what stands in an array pattern with its index; ``[, b]`` leaves one out."""
    at = 0
    for child in node.children:
        if child.type == ",":
            at += 1
        elif child.is_named and child.type != "comment":
            yield at, child


def _deeper(path: tuple[str, ...] | None, name: str) -> tuple[str, ...] | None:
    return None if path is None or len(path) > _MOST_TAKEN else (*path, name)


def _taken(path: tuple[str, ...] | None, key: Node | None, source: bytes) -> tuple[str, ...] | None:
    """Add a key to the members taken; a computed key leaves them unknown."""
    if key is None:
        return None
    if key.type == "property_identifier":
        return _deeper(path, name_of(key, source))
    return _deeper(path, fragments(key, source)) if key.type == "string" else None
