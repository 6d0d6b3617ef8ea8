"""Code that goes through the names of the environment and takes those that npm itself sets, by their beginning.

Build helpers take their options so: ``Object.keys(process.env).forEach(function (name) { if (name.indexOf("npm_config_") !== 0) return;``.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from safe_install.scan.grammars import Place, line_of, parse_javascript, places
from safe_install.scan.javascript.bindings import NOTED, Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.scopes import KINDS as SCOPING
from safe_install.scan.shell.words import Word

LONGEST = 1 << 18  # bytes of a file that is looked at
_LISTING = re.compile(r"Object\.keys\(process\.env\)")
_OF_NPM = ("npm_config_", "npm_lifecycle_", "npm_package_")
"""What such names begin with; npm hands its scripts no tokens by them."""
_TESTS = {
    "forEach": re.compile(
        r"!\s{0,9}([\w$]+)\.startsWith\(([^()]{1,80})\)|([\w$]+)\.indexOf\(([^()]{1,80})\)\s{0,9}!==?\s{0,9}0"
    ),
    "filter": re.compile(
        r"([\w$]+)\.startsWith\(([^()]{1,80})\)|([\w$]+)\.indexOf\(([^()]{1,80})\)\s{0,9}===?\s{0,9}0"
    ),
}
"""What must be so for a name to be left out, or to be kept."""


def lines_of_own_settings(source: bytes) -> frozenset[int]:
    """Give the lines at which names are listed of which only those that npm sets are taken."""
    root = parse_javascript(source) if len(source) <= LONGEST else None
    if root is None or root.has_error:
        return frozenset()
    constants = _constants(root, source)
    listings = (
        one for one in places(root) if one.kind == "call_expression" and _LISTING.fullmatch(constants.said(one.node))
    )
    return frozenset(line_of(one.node) for one in listings if _keeps_own(constants, one))


def _constants(root: Node, source: bytes) -> Constants:
    bindings = Bindings(source)
    bindings.scopes.read(places(root, of=SCOPING))
    for place in places(root, of=NOTED):
        bindings.note(place)
    return Constants(source, None, bindings)


def _keeps_own(constants: Constants, listing: Place) -> bool:
    """Tell whether a list only goes to a function that looks at each name, and lets go of what is not npm's."""
    member = listing.above if listing.field == "object" else None
    call = member.above if member is not None and member.field == "function" else None
    taken = member.node.child_by_field_name("property") if member is not None else None
    arguments = call.node.child_by_field_name("arguments") if call is not None else None
    if taken is None or arguments is None or not arguments.named_children:
        return False
    function, way = arguments.named_children[0], _TESTS.get(constants.said(taken))
    test = _test(function, constants.said(taken)) if function.type in FUNCTIONS else None
    found = way.fullmatch(_text(test)) if way is not None and test is not None else None
    if found is None or _text(_parameter(function)) not in {found[1], found[3]}:
        return False
    beginnings = _compared(constants, test)
    return bool(beginnings) and all((word.literal or "").startswith(_OF_NPM) for word in beginnings)


def _parameter(function: Node) -> Node | None:
    """Give the one name by which a function knows what it is given; None where it can know more than that."""
    single, several = (function.child_by_field_name(name) for name in ("parameter", "parameters"))
    targets = several.named_children if several is not None else [single]
    plain = len(targets) == 1 and targets[0] is not None and targets[0].type == "identifier"
    return targets[0] if plain and b"arguments" not in (function.text or b"") else None


def _test(function: Node, way: str) -> Node | None:
    """Give the test that decides first of all whether a function goes on, or what it answers."""
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return body if way == "filter" else None
    first = next((one for one in body.named_children if one.type != "comment"), None)
    if way == "filter":
        is_answer = first is not None and first.type == "return_statement" and len(first.named_children) == 1
        return first.named_children[0] if is_answer and first is not None else None
    if first is None or first.type != "if_statement" or first.child_by_field_name("alternative") is not None:
        return None
    condition, then = (first.child_by_field_name(name) for name in ("condition", "consequence"))
    leaves = re.fullmatch(r"(?:\{\s{0,99})?return;?(?:\s{0,99}\})?", _text(then)) is not None
    return condition.named_children[0] if leaves and condition is not None and condition.named_children else None


def _compared(constants: Constants, test: Node | None) -> tuple[Word, ...]:
    """Give what the beginning of a name is compared with."""
    call = test if test is None or test.type == "call_expression" else test.named_children[0]
    arguments = call.child_by_field_name("arguments") if call is not None else None
    return constants.words(arguments.named_children[0]) if arguments is not None and arguments.named_children else ()


def _text(node: Node | None) -> str:
    return (node.text or b"").decode(errors="replace") if node is not None else ""
