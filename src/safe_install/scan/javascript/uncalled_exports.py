"""Functions that a file only exports, where it runs as a program of its own and loads nothing but Node's modules.

``exports.load = load; if (require.main === module) main()`` gives ``load`` to whoever requires the file, and nobody does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, places
from safe_install.scan.javascript.functions import NAMED_FUNCTIONS
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import builtin

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

EXPORTS = "exports"
"""What has to stay with nobody."""
REACHES_MAIN = re.compile(
    r"\bmainModule\b|\brequire\s{0,4}\.\s{0,4}(?:main\b(?!\s{0,4}[!=]==?)|cache\b)|\b_cache\b|\brequire\s{0,4}\[|\bmodule\s{0,4}\["
)
"""How another text of the same process may come by what a program's file exports."""
_OTHERWISE = kinds("this with_statement property_identifier identifier")
_TELLING = frozenset(
    ("this", "children", "parent", "arguments", "eval", "mainModule", "cache", "callee", "caller", "_cache")
)
_NAMES = kinds("identifier shorthand_property_identifier")
_CALLS = kinds("call_expression import import_statement")
_MOST_NODES = 50_000
_MOST_ROUNDS = 20

Span = tuple[int, int]


def only_exported(root: Node, constants: Constants) -> Mapping[Span, str]:
    """Give the functions of a file that nothing in it calls, each with what has to stay as it is."""
    source = constants.source
    if (
        b"exports" not in source
        or root.has_error
        or root.descendant_count > _MOST_NODES
        or constants.bindings.evaluates
    ):
        return {}
    if b"\\u" in source or any(_tells_more(place, source) for place in places(root, of=_OTHERWISE)):
        return {}
    named = [place for place in places(root, of=_NAMES) if place.kind in _NAMES]
    if not all(_is_plain(place, source) for place in named if name_of(place.node, source) in {"exports", "module"}):
        return {}
    dead = set(_spans(root, named, constants))
    return dict.fromkeys(dead, EXPORTS) if _loads_only_nodes(root, constants, dead) else {}


def _tells_more(place: Place, source: bytes) -> bool:
    """Tell whether something stands here by which a function may be had without its name."""
    return place.kind in {"this", "with_statement"} or (
        place.kind in _OTHERWISE and name_of(place.node, source) in _TELLING
    )


def _is_plain(place: Place, source: bytes) -> bool:
    """Tell whether ``module`` or ``exports`` stands where something is exported, or in ``require.main === module``."""
    above = place.above
    if above is None:
        return False
    if above.kind == "binary_expression":
        return re.fullmatch(rb"require\.main\s*[!=]==?\s*module", above.node.text or b"") is not None
    return _export_around(place, source) is not None


def _export_around(place: Place, source: bytes) -> Place | None:
    """Give the assignment ``exports.x = …`` or ``module.exports = …`` that begins with a name, a statement of its own."""
    member = place.above
    outer = member.above if member is not None else None
    if member is None or outer is None or member.kind != "member_expression" or place.field != "object":
        return None
    left = member.node.text or b""
    if name_of(place.node, source) == "module" and not left.endswith(b".exports"):
        return None
    is_statement = outer.above is not None and outer.above.kind == "expression_statement"
    return outer if outer.kind == "assignment_expression" and member.field == "left" and is_statement else None


def _spans(root: Node, named: list[Place], constants: Constants) -> Iterator[Span]:
    """Give the functions that are declared in the file and named in its exports alone, or by one another."""
    declared: dict[str, Node] = {}
    for one in root.named_children:
        name = one.child_by_field_name("name") if one.type in NAMED_FUNCTIONS else None
        key = constants.bindings.key(name) if name is not None else ""
        if key and constants.bindings.single(key) is not None:
            declared[key] = one
    uses: dict[str, list[Place]] = {key: [] for key in declared}
    for place in named:
        key = constants.bindings.key(place.node)
        if key in uses and not _names_it(place) and not _is_given_away(place):
            uses[key].append(place)
    dead: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        found = {key for key, some in uses.items() if all(_is_in(one.node, dead | {key}, declared) for one in some)}
        if found == dead:
            break
        dead = found
    yield from ((declared[key].start_byte, declared[key].end_byte) for key in dead)


def _names_it(place: Place) -> bool:
    return place.field == "name" and place.above is not None and place.above.kind in NAMED_FUNCTIONS


def _is_given_away(place: Place) -> bool:
    """Tell whether a name stands as what is exported: ``exports.a = name``, ``module.exports = {name, b: name}``."""
    outer = place.above
    if outer is not None and outer.kind == "pair" and place.field == "value":
        outer = outer.above
    if outer is not None and outer.kind == "object":
        outer = outer.above
    left = (
        outer.node.child_by_field_name("left") if outer is not None and outer.kind == "assignment_expression" else None
    )
    is_right = left is not None and not (left.start_byte <= place.node.start_byte < left.end_byte)
    return is_right and left is not None and re.match(rb"(?:module\.)?exports\b", left.text or b"") is not None


def _is_in(node: Node, dead: set[str], declared: Mapping[str, Node]) -> bool:
    return any(declared[key].start_byte <= node.start_byte < declared[key].end_byte for key in dead)


def _loads_only_nodes(root: Node, constants: Constants, dead: set[Span]) -> bool:
    """Tell whether what is left requires nothing but Node's own modules, by their names."""
    for place in places(root, of=_CALLS):
        inside = any(start <= place.node.start_byte < end for start, end in dead)
        if inside or place.kind not in _CALLS:
            continue
        callee = place.node.child_by_field_name("function")
        requires = place.kind != "call_expression" or (
            callee is not None and "require" in (callee.text or b"").decode(errors="replace")
        )
        if requires and not _is_nodes(place.node, constants):
            return False
    return _say_require_only_to_call(root, constants, dead)


def _is_nodes(call: Node, constants: Constants) -> bool:
    given = call.child_by_field_name("arguments")
    words = constants.words(given.named_children[0]) if given is not None and given.named_child_count == 1 else ()
    return bool(words) and all(word.literal is not None and builtin(word.literal) for word in words)


def _say_require_only_to_call(root: Node, constants: Constants, dead: set[Span]) -> bool:
    """Tell whether ``require`` is called by its name and goes nowhere else."""
    for place in places(root, of=_NAMES):
        inside = any(start <= place.node.start_byte < end for start, end in dead)
        if (
            place.kind not in _NAMES
            or inside
            or name_of(place.node, constants.source) != "require"
            or place.above is None
        ):
            continue
        called = place.above.kind == "call_expression" and place.field == "function"
        if not called and not (place.above.node.text or b"").startswith(b"require.main"):
            return False
    return True
