"""What a function that a file exports can give, for those who ask: ``node -p "require('./lib').name()"``."""

from __future__ import annotations

import re

from tree_sitter import Node

from safe_install.scan.grammars import parse_javascript, places
from safe_install.scan.javascript.bindings import NOTED, Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.values import arguments_in, either
from safe_install.scan.shell.words import Word

LONGEST = 131_072  # bytes
_EXPORTS = re.compile(rb"\bexports\b")
_OWN = re.compile(
    rb"""\b(?:require|import)\b[^;\n]{0,80}['"`]\.{1,2}/(?![^'"`\n]*\.json['"`])|\beval\b|\bimport\s*\("""
)
"""How a file loads others of its package, which could change what it exports."""


def results_of(source: bytes, path: str, name: str) -> tuple[Word, ...] | None:
    """Give every word that an exported function of this name can give; None when that is not certain.

    The file has one ``module.exports = {…, name, …}``, loads no other code of its package and binds the name to
    functions only.
    """
    root = parse_javascript(source) if len(source) <= LONGEST else None
    if root is None or root.has_error or len(_EXPORTS.findall(source)) != 1 or _OWN.search(source):
        return None
    bindings = Bindings(source)
    for place in places(root):
        if place.kind in NOTED:
            bindings.note(place)
    constants = Constants(source, path, bindings)
    binding = bindings.given(name)
    if bindings.given("process") is not None or len(re.findall(rb"\bdetectLibc\s*=", source)) > 1:
        return None
    if binding is None or binding.anything or binding.symbols or binding.parameters or not _exports(root, source, name):
        return None
    functions = [value for value, taken in binding.values if not taken and value.type in FUNCTIONS]
    if not functions or len(functions) < len(binding.values) or bindings.evaluates or not binding.owned:
        return None
    if any("generator" in one.type or not _takes_nothing(one) for one in functions):
        return None
    found = either(constants.value(one) for function in functions for one in constants.results(function))
    return None if constants.gave_up or found.symbols else found.words


def _takes_nothing(function: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    return function.child_by_field_name("parameter") is None and not arguments_in(parameters)


def _exports(root: Node, source: bytes, name: str) -> bool:
    """Tell whether a statement of the file is ``module.exports = {…, name, …}``."""
    for statement in root.named_children:
        inner = statement.named_children[0] if statement.type == "expression_statement" else statement
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if left is None or right is None or right.type != "object":
            continue
        names = [name_of(one, source) for one in right.named_children if one.type == "shorthand_property_identifier"]
        plain = all(one.type in {"shorthand_property_identifier", "comment"} for one in right.named_children)
        if source[left.start_byte : left.end_byte] == b"module.exports" and plain and name in names:
            return True
    return False
