"""What an assignment gives to a name, or to an element of a list, of a function that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.exact import LONGEST_LIST, Exact, Names, UnsureError, number_of, text_of, whole
from safe_install.scan.javascript.exact_operators import calculated
from safe_install.scan.javascript.literals import name_of

if TYPE_CHECKING:
    from safe_install.scan.javascript.interpreter import Interpreter


def assignment(run: Interpreter, node: Node, names: Names | None) -> Exact:
    """Assign to a name of a function that runs; any other name is everybody's."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or names is None:
        raise UnsureError
    operator = node.child_by_field_name("operator")
    value = run.exact(right, names)
    if operator is not None and operator.type != "=":
        value = calculated(operator.type[:-1], run.exact(left, names), value)
    assign(run, left, value, names)
    return value


def update(run: Interpreter, node: Node, names: Names | None) -> Exact:
    """Count a name of a function that runs up or down."""
    argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
    if argument is None or operator is None or names is None:
        raise UnsureError
    before = number_of(run.exact(argument, names))
    after = calculated("+" if operator.type == "++" else "-", before, 1)
    assign(run, argument, after, names)
    return before if node.children[0].id == argument.id else after


def assign(run: Interpreter, target: Node, value: Exact, names: Names) -> None:
    """Give a name, or an element of a list, of a function that runs another value."""
    if target.type == "identifier":
        name, scope = name_of(target, run.source), names
        while name not in scope.held:
            if scope.around is None:
                raise UnsureError
            scope = scope.around
        scope.held[name] = value
        return
    owner = target.child_by_field_name("object")
    if (
        target.type not in {"subscript_expression", "member_expression"}
        or owner is None
        or not _is_local(run, owner, names)
    ):
        raise UnsureError
    held, key = run.exact(owner, names), member_key(run, target, names)
    if isinstance(held, list) and whole(key) <= len(held) < LONGEST_LIST and whole(key) >= 0:
        held[whole(key) : whole(key) + 1] = [value]
    elif isinstance(held, dict) and len(held) < LONGEST_LIST and text_of(key) != "__proto__":
        held[text_of(key)] = value
    else:
        raise UnsureError


def _is_local(run: Interpreter, owner: Node, names: Names) -> bool:
    """Tell whether a list was made by a function that runs."""
    name = name_of(owner, run.source) if owner.type == "identifier" else ""
    scope: Names | None = names
    while scope is not None:
        if name in scope.held:
            return True
        scope = scope.around
    return False


def member_key(run: Interpreter, node: Node, names: Names | None) -> Exact:
    """Give the name, or the index, of a member that an expression takes."""
    named = node.child_by_field_name("property")
    if named is not None:
        return name_of(named, run.source)
    return run.exact(node.child_by_field_name("index"), names)
