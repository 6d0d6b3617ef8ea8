"""Which modules a file imports, and what it gets from another one of its package, as far as that one says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import line_of
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.leads import Kind, Lead
from safe_install.scan.shell.words import Word

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants


def imported_modules(node: Node, constants: Constants) -> Iterator[Lead]:
    """Read ``import … from "x"`` and ``export … from "x"``."""
    required = next((child for child in node.named_children if child.type == "import_require_clause"), None)
    source = (required or node).child_by_field_name("source")
    is_type = any(child.type == "type" for child in node.children)
    if source is not None and not is_type:
        for word in constants.words(source):
            yield Lead(kind=Kind.MODULE, target=word, line=line_of(node))


def from_other_file(constants: Constants, node: Node, *, called: bool) -> tuple[Word, ...]:
    """Give what a name or a member is that another file exports, or what calling it without arguments gives."""
    taken = _taken(constants, node) if constants.around.imports else None
    if taken is None:
        return ()
    specifier, name = taken
    table = next((one for where, one in constants.around.imports if where == specifier), ())
    return next((one.words for one in table if one.name == name and one.called is called), ())


def reads_of_other_file(constants: Constants, callee: Node) -> tuple[frozenset[str] | None, ...]:
    """Say what a function of another file reads of each argument, by the names of its members; see named_reads.py."""
    taken = _taken(constants, callee) if constants.around.imports else None
    if taken is None:
        return ()
    specifier, name = taken
    table = next((one for where, one in constants.around.imports if where == specifier), ())
    return next((one.reads for one in table if one.name == name and one.called), ())


def _taken(constants: Constants, node: Node) -> tuple[str, str] | None:
    """Tell which member of which required module an expression is."""
    if node.type == "identifier":
        single = constants.bindings.single(constants.bindings.key(node))
        if single is None or len(single[1]) != 1 or single[0].type != "call_expression":
            return None
        specifier = required(single[0], constants)
        return None if specifier is None else (specifier, single[1][0])
    owner, taken = node.child_by_field_name("object"), node.child_by_field_name("property")
    if node.type != "member_expression" or owner is None or taken is None:
        return None
    if owner.type == "identifier":
        single = constants.bindings.single(constants.bindings.key(owner))
        owner = single[0] if single is not None and not single[1] else owner
    specifier = required(owner, constants) if owner.type == "call_expression" else None
    return None if specifier is None else (specifier, name_of(taken, constants.source))


def required(call: Node, constants: Constants) -> str | None:
    """Give the specifier of ``require("./x")``."""
    callee = call.child_by_field_name("function")
    given = arguments_in(call.child_by_field_name("arguments"))
    if callee is None or callee.type != "identifier" or len(given) != 1 or given[0].type != "string":
        return None
    is_require = name_of(callee, constants.source) == "require" and constants.bindings.given("require") is None
    return fragments(given[0], constants.source) if is_require else None
