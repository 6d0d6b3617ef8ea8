"""Which environment a child is started with: one that leaves Windows its own variables, or one that may say anything of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.values import Variable, arguments_in
from safe_install.scan.shell.of_windows import is_of_windows

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_STARTING = "node:child_process."
_ENVIRONMENT = "process.env"
_DEEPEST = 4
_NO_OPTIONS = frozenset(("array", "arrow_function", "function_expression", "string", "template_string"))


def may_change_windows(constants: Constants, symbol: str, given: list[Node]) -> bool:
    """Tell whether a call starts a child that may be given other values of what Windows sets: ``{env: {SystemRoot: x}}``."""
    if not symbol.startswith(_STARTING):
        return False
    return any(one.type not in _NO_OPTIONS and not _is_usual(constants, one) for one in given[1:])


def _is_usual(constants: Constants, options: Node) -> bool:
    if options.type == "identifier" and constants.lists(options):
        return True  # the arguments
    if options.type != "object" or any(one.type == "spread_element" for one in options.named_children):
        return False
    keys = [one.child_by_field_name("key") or one for one in options.named_children if one.type != "comment"]
    if any(constants.key(key) is None for key in keys):
        return False
    environment = constants.option(options, "env")
    return environment is None or _leaves(constants, environment)


def _leaves(constants: Constants, environment: Node, depth: int = 0) -> bool:
    """Tell whether an environment is the own one, or has members that Windows does not know."""
    if constants.value(environment).symbols == {_ENVIRONMENT}:
        return True
    if depth > _DEEPEST:
        return False
    callee = environment.child_by_field_name("function")
    if callee is not None and constants.said(callee) == "Object.assign":
        parts = arguments_in(environment.child_by_field_name("arguments"))
        return all(_leaves(constants, one, depth + 1) for one in parts)
    return environment.type == "object" and all(
        _leaves(constants, one.named_children[0], depth + 1)
        if one.type == "spread_element" and one.named_children
        else _is_other(constants, one)
        for one in environment.named_children
        if one.type != "comment"
    )


def _is_other(constants: Constants, member: Node) -> bool:
    """Tell whether a member is none of Windows's variables, or is what that one is anyway."""
    key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
    name = constants.key(key) if key is not None else None
    if name is None or value is None:
        return False
    parts = [part for word in constants.words(value) for part in word.parts]
    same = bool(parts) and all(isinstance(one, Variable) and one.name.lower() == name.lower() for one in parts)
    return same or not is_of_windows(name)
