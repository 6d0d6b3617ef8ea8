"""Running the statements of a pure function: declarations, loops, conditions, ``return``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.exact import UNDEFINED, Exact, Function, Names, UnsureError, truth
from safe_install.scan.javascript.exact_given import listed
from safe_install.scan.javascript.literals import name_of

if TYPE_CHECKING:
    from safe_install.scan.javascript.interpreter import Interpreter


class _Returned(Exception):  # noqa: N818 - no error, it leaves a function
    def __init__(self, value: Exact) -> None:
        self.value = value


class _Broken(Exception):  # noqa: N818 - it leaves a loop
    pass


class _Continued(Exception):  # noqa: N818 - it leaves one round of a loop
    pass


def run(machine: Interpreter, function: Node, names: Names, given: Sequence[Exact]) -> Exact:
    """Run a function with arguments; raise `UnsureError` when what it gives is not certain."""
    if any(child.type in {"async", "*"} for child in function.children) or "generator" in function.type:
        raise UnsureError
    _take(machine, function, names, given)
    body = function.child_by_field_name("body")
    if body is None:
        raise UnsureError
    if body.type != "statement_block":
        return machine.exact(body, names)
    try:
        _block(machine, body, names)
    except _Returned as returned:
        return returned.value
    except (_Broken, _Continued):
        raise UnsureError from None
    return UNDEFINED


def _take(machine: Interpreter, function: Node, names: Names, given: Sequence[Exact]) -> None:
    """Give the parameters what they are called with."""
    single, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
    parameters = [single] if single is not None else several.named_children if several is not None else []
    for at, one in enumerate(child for child in parameters if child.type != "comment"):
        value = given[at] if at < len(given) else UNDEFINED
        target: Node | None = one
        if one.type == "assignment_pattern":
            target = one.child_by_field_name("left")
            if value == UNDEFINED:
                value = machine.exact(one.child_by_field_name("right"), names)
        elif one.type == "rest_pattern":
            target, value = one.named_children[0], list(given[at:])
        _declare(machine, target, value, names)


def _declare(machine: Interpreter, target: Node | None, value: Exact, names: Names) -> None:
    if target is not None and target.type == "array_pattern":
        held = listed(value)
        for at, child in enumerate(target.named_children):
            _declare(machine, child, held[at] if at < len(held) else UNDEFINED, names)
        if len([child for child in target.children if child.type == ","]) >= max(target.named_child_count, 1):
            raise UnsureError
        return
    if target is None or target.type != "identifier":
        raise UnsureError
    names.held[name_of(target, machine.source)] = value


def _block(machine: Interpreter, block: Node, names: Names) -> None:
    for child in block.named_children:
        if child.type == "function_declaration":
            names.held[name_of(child.child_by_field_name("name") or child, machine.source)] = Function(child, names)
    for child in block.named_children:
        statement(machine, child, names)


def statement(machine: Interpreter, node: Node, names: Names) -> None:
    """Run one statement."""
    machine.step()
    reader = _STATEMENTS.get(node.type)
    if reader is None:
        raise UnsureError
    machine.depth += 1
    try:
        reader(machine, node, names)
    finally:
        machine.depth -= 1


def _expression(machine: Interpreter, node: Node, names: Names) -> None:
    machine.exact(node.named_children[0], names)


def _inner_block(machine: Interpreter, node: Node, names: Names) -> None:
    _block(machine, node, Names(around=names))


def _variables(machine: Interpreter, node: Node, names: Names) -> None:
    """Declare names: with ``var`` in the function, else in the block."""
    scope = names
    while node.type == "variable_declaration" and not scope.whole and scope.around is not None:
        scope = scope.around
    for child in node.named_children:
        if child.type == "variable_declarator":
            value = child.child_by_field_name("value")
            target = child.child_by_field_name("name")
            if value is None and node.type == "variable_declaration" and target is not None:
                scope.held.setdefault(name_of(target, machine.source), UNDEFINED)
            else:
                _declare(machine, target, UNDEFINED if value is None else machine.exact(value, names), scope)


def _return(machine: Interpreter, node: Node, names: Names) -> None:
    value = [child for child in node.named_children if child.type != "comment"]
    raise _Returned(machine.exact(value[0], names) if value else UNDEFINED)


def _if(machine: Interpreter, node: Node, names: Names) -> None:
    if truth(machine.exact(node.child_by_field_name("condition"), names)):
        branch = node.child_by_field_name("consequence")
    else:
        other = node.child_by_field_name("alternative")
        branch = None if other is None else next((one for one in other.named_children if one.type != "comment"), None)
    if branch is not None:
        statement(machine, branch, names)


def _for(machine: Interpreter, node: Node, names: Names) -> None:
    """Run ``for (…; …; …)``; a function that keeps its variable would keep one per round, so that is not certain."""
    inner = Names(around=names)
    start, condition, step = (node.child_by_field_name(name) for name in ("initializer", "condition", "increment"))
    if start is not None and start.type != "empty_statement":
        if start.type.endswith("declaration"):
            statement(machine, start, inner)
        else:
            machine.exact(start.named_children[0] if start.type == "expression_statement" else start, inner)
    while _holds(machine, condition, inner):
        if not _round(machine, node, inner):
            return
        if step is not None:
            machine.exact(step, inner)


def _holds(machine: Interpreter, condition: Node | None, names: Names) -> bool:
    if condition is None or condition.type == "empty_statement":
        return True
    if condition.type == "expression_statement":
        condition = condition.named_children[0]
    return truth(machine.exact(condition, names))


def _round(machine: Interpreter, node: Node, names: Names) -> bool:
    """Run a loop's body once; tell whether it goes on."""
    machine.step()
    body = node.child_by_field_name("body")
    try:
        if body is not None:
            statement(machine, body, names)
    except _Broken:
        return False
    except _Continued:
        pass
    return True


def _while(machine: Interpreter, node: Node, names: Names) -> None:
    while truth(machine.exact(node.child_by_field_name("condition"), names)):
        if not _round(machine, node, names):
            return


def _for_in(machine: Interpreter, node: Node, names: Names) -> None:
    """Run ``for (x of list)``."""
    target, operator = node.child_by_field_name("left"), node.child_by_field_name("operator")
    if operator is None or operator.type != "of" or node.child_by_field_name("kind") is None:
        raise UnsureError
    for value in list(listed(machine.exact(node.child_by_field_name("right"), names))):
        inner = Names(around=names)
        _declare(machine, target, value, inner)
        if not _round(machine, node, inner):
            return


def _break(_: Interpreter, node: Node, __: Names) -> None:
    if node.named_children:
        raise UnsureError
    raise _Broken


def _continue(_: Interpreter, node: Node, __: Names) -> None:
    if node.named_children:
        raise UnsureError
    raise _Continued


_STATEMENTS: dict[str, Callable[[Interpreter, Node, Names], None]] = {
    "break_statement": _break,
    "comment": lambda *_: None,
    "continue_statement": _continue,
    "empty_statement": lambda *_: None,
    "expression_statement": _expression,
    "for_in_statement": _for_in,
    "for_statement": _for,
    "function_declaration": lambda *_: None,
    "if_statement": _if,
    "lexical_declaration": _variables,
    "return_statement": _return,
    "statement_block": _inner_block,
    "variable_declaration": _variables,
    "while_statement": _while,
}
