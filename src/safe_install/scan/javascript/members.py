"""Members that lead to code whatever they are members of, known by their name alone; and those nobody can name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import Place, kinds, line_of
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.hiding_names import HIDING, hides
from safe_install.scan.javascript.inherited import pollutes
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import can_hide
from safe_install.scan.javascript.node_builtins import member as of_symbol
from safe_install.scan.javascript.own_tables import is_of_own_table, is_own_function
from safe_install.scan.javascript.search_path import only_empty_places
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.words import excerpt

_CODE = FUNCTIONS | {"class"}
_STEERING = frozenset(
    (
        *("BASH_ENV", "DYLD_INSERT_LIBRARIES", "LD_PRELOAD", "NODE_OPTIONS", "NODE_PATH", "PATH", "Path"),
        *("npm_config_node_gyp", "npm_execpath"),
    )
)
_CALLING = frozenset(("apply", "bind", "call"))
_LOOKED_AT = frozenset(("name", "prototype", "length", "toString", "displayName"))
_PATTERNS = 24  # nodes of patterns in one another
_PATTERN = kinds("object_pattern pair_pattern object_assignment_pattern assignment_pattern")
_NOT_USED = rb"(?=\s*(?:[;,)\]}&|:=!]|\?[^.]|$))"
"""What may follow a name that is compared with: nothing that calls it, or takes a member of it."""
_LOOKING = kinds("expression_statement binary_expression unary_expression if_statement switch_statement switch_case")


def member_named(constants: Constants, place: Place) -> Iterator[Blind]:
    """Look at the name in ``a.name`` or ``{name: …}``."""
    name = name_of(place.node, constants.source)
    if name in _STEERING:
        yield from _steers(constants, place, place.above, name)
    if hides(name) and _is_taken_by_pattern(place) and not _is_followed(constants, place):
        yield _blind(f"takes {name} out of a value, which can run what is not seen here", place.node)
    yield from _hides(constants, place.above, name)
    if place.above is not None and place.field == "property":
        yield from pollutes(constants, place.above, name)


def _is_taken_by_pattern(place: Place) -> bool:
    """Tell whether a name is a key of ``const {name: x} = …`` or ``const {name} = …``."""
    is_key = place.field == "key" and place.above is not None and place.above.kind == "pair_pattern"
    return is_key or place.kind == "shorthand_property_identifier_pattern"


def _is_followed(constants: Constants, place: Place) -> bool:
    """Tell whether what a pattern takes members of is Node's, so that their uses are followed by their names."""
    above = place.above
    for _ in range(_PATTERNS):
        if above is None or above.kind not in _PATTERN:
            break
        above = above.above
    value = above and (above.node.child_by_field_name("value") or above.node.child_by_field_name("right"))
    return bool(value and constants.value(value).symbols)


def member_indexed(constants: Constants, place: Place) -> Iterator[Blind]:
    """Look at ``a["name"]`` like at ``a.name``, as far as its name is known."""
    index = place.node.child_by_field_name("index")
    name = constants.key(index) if index is not None and index.type != "number" else None
    if name is None and _is_taken_of_function(constants, place):
        yield _blind(
            f"{_shown(constants, place.node)} takes a member of a function that only running names", place.node
        )
    if name in _STEERING:
        yield from _steers(constants, place, place, name)
    if name is not None:
        yield from _hides(constants, place, name)
        yield from pollutes(constants, place, name)


def _is_taken_of_function(constants: Constants, place: Place) -> bool:
    """Tell whether ``f[name]`` is taken of a function that is written here, and goes on: it may be ``constructor``."""
    owner = _without_brackets(place.node.child_by_field_name("object"))
    if owner is None or place.field == "left" or not constants.is_computed_member(place.node):
        return False
    if owner.type == "identifier":
        binding = constants.bindings.given(constants.bindings.key(owner))
        return binding is not None and any(node.type in _CODE and not path for node, path in binding.values)
    return owner.type in _CODE


def computed_call(constants: Constants, place: Place) -> Iterator[Blind]:
    """Tell of a call whose function is a member that only running names: it may be any, ``constructor`` among them.

    Of 37 honest scripts with 494 files 3 have one, all of them with many other gaps.
    """
    written = place.node.child_by_field_name("function") or place.node.child_by_field_name("constructor")
    callee = _called(written, constants)
    if callee is None or (callee is not _without_brackets(written) and is_of_own_table(constants, callee)):
        return
    if callee.type == "subscript_expression" and is_own_function(constants, callee):
        return
    named = callee.type == "identifier" and constants.names_computed_member(constants.bindings.key(callee))
    if named or constants.is_computed_member(callee):
        yield _blind(f"{_shown(constants, place.node)} calls a member that only running names", place.node)


def _called(callee: Node | None, constants: Constants) -> Node | None:
    """Give what a call runs: ``f`` of ``f.call(…)``, ``f.apply(…)`` and ``f.bind(…)``, too."""
    inner = _without_brackets(callee)
    taken = inner.child_by_field_name("property") if inner is not None and inner.type == "member_expression" else None
    if inner is None or taken is None or name_of(taken, constants.source) not in _CALLING:
        return inner
    return _without_brackets(inner.child_by_field_name("object"))


def _without_brackets(node: Node | None) -> Node | None:
    while node is not None and node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[-1]
    return node


def _steers(constants: Constants, place: Place, member: Place | None, name: str) -> Iterator[Blind]:
    """Tell of a variable that is set and changes what runs; to read it is nothing.

    A PATH of places that no package can write to changes nothing; one with an empty directory only if that fills.
    """
    is_key = place.field == "key" and place.above is not None and place.above.kind == "pair"
    around = member.above if member is not None else None
    is_set = member is not None and member.field == "left" and around is not None and "assignment" in around.kind
    if not (is_key or is_set):
        return
    plain = is_set and around is not None and around.kind == "assignment_expression" and name == "PATH"
    value = around.node.child_by_field_name("right") if plain and around is not None else None
    empty = only_empty_places(constants, value)
    blind = _blind(f"sets {name}, which changes what runs", place.node)
    yield from [blind] if empty is None else (replace(blind, where_empty=one) for one in empty)


def _hides(constants: Constants, member: Place | None, name: str) -> Iterator[Blind]:
    """Tell of a member that leads to code, unless its owner is known and was followed."""
    if not hides(name) or member is None:
        return
    if member.kind not in {"member_expression", "subscript_expression"}:
        return
    known = constants.value(member.node.child_by_field_name("object")).symbols
    followed = name != "constructor" or all(can_hide(of_symbol(symbol, name)) for symbol in known)
    if followed and (known - {"this"} or (known and name in {"eval", "Function"})):
        return
    if name in HIDING or (_is_run(member, constants.source) and not _is_compared_only(member, constants.source)):
        yield _blind(f"{_shown(constants, member.node)} can run what is not seen here", member.node)


def _is_run(member: Place, source: bytes) -> bool:
    """Tell whether a function is called, or passed on; its name and prototype may be looked at."""
    above = member.above
    while above is not None and above.kind == "parenthesized_expression":
        member, above = above, above.above
    if above is None or above.kind in _LOOKING:
        return False
    if above.kind == "member_expression" and member.field == "object":
        taken = above.node.child_by_field_name("property")
        return taken is None or name_of(taken, source) not in _LOOKED_AT
    return member.field != "left"


def _is_compared_only(member: Place, source: bytes) -> bool:
    """Tell whether a function goes into a constant that is nothing but the right side of ``instanceof`` in its file."""
    above = member.above
    declared = above.above if above is not None and above.kind == "variable_declarator" else None
    if above is None or declared is None or not (declared.node.text or b"").startswith(b"const"):
        return False
    name = above.node.child_by_field_name("name")
    is_plain = (
        name is not None
        and name.type == "identifier"
        and (declared.above is None or declared.above.kind != "export_statement")
    )
    if not is_plain or name is None or b"\\u" in source:
        return False
    said = re.compile(rb"(?<![\w$])" + re.escape(name.text or b"") + rb"(?![\w$])")
    compared = len(re.findall(rb"\binstanceof\s+" + said.pattern + _NOT_USED, source))
    return compared > 0 and len(said.findall(source)) == compared + 1


def _shown(constants: Constants, node: Node) -> str:
    return excerpt(
        constants.source[node.start_byte : min(node.end_byte, node.start_byte + 400)].decode(errors="replace"), 80
    )


def _blind(detail: str, node: Node) -> Blind:
    return Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(node))
