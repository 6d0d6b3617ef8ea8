"""Which names code says, and which of its functions only such a name can call; see `scan.match.uncalled`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, parse_javascript, places
from safe_install.scan.javascript.held_apart import (
    OWN,
    is_compiled,
    is_exports,
    is_module,
    is_offer,
    is_own_use,
    re_exports,
    stays,
    table_of,
)
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.own_members import bound, given_strangely
from safe_install.scan.javascript.said_arguments import First, dead_branch, first_argument
from safe_install.scan.javascript.taken_modules import is_taken_apart, module_of

LONGEST = 1 << 18  # bytes of a file that is looked at
_LINE_ENDS = re.compile(rb"\r(?!\n)|\xe2\x80[\xa8\xa9]|<!--|^\s*-->", re.MULTILINE)
"""Where Node may end a line, or begin a comment, and the grammar may not."""
_FUNCTIONS = kinds(
    "function_declaration function_expression arrow_function generator_function generator_function_declaration method_definition"
)
_DECLARED = kinds("function_declaration generator_function_declaration")
_PLAIN = kinds("property_identifier string")
_OPAQUE = kinds(
    "with_statement decorator import_statement export_statement computed_property_name import ERROR jsx_element"
    " jsx_self_closing_element meta_property super"
)
_NAMES = kinds(
    "identifier property_identifier private_property_identifier shorthand_property_identifier"
    " shorthand_property_identifier_pattern string template_string"
)
_NAMING = _FUNCTIONS | kinds("class_declaration class variable_declarator")
_GIVEN = kinds("identifier property_identifier private_property_identifier string number")
_PARTS = kinds("string_fragment escape_sequence comment")


@dataclass(slots=True, eq=False)
class Part:
    """Code that runs as a whole or not at all: on load when it has no ``names``, else when one of them is said.

    ``table`` names the object that holds it. ``loose`` are names whose value may go anywhere, ``opaque`` tells that what
    this code says is not all that it may call, ``gives`` names the objects that it gives a member which may be anything.
    """

    names: frozenset[str] = frozenset()
    table: str = ""
    says: Counter[str] = field(default_factory=Counter)
    loose: set[str] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    gives: set[str] = field(default_factory=set)
    opaque: bool = False


@dataclass(slots=True, eq=False)
class Code:
    """The parts of a file; ``modules`` are names of other modules in it by what they load, ``aliases`` the names behind offered ones.

    ``own`` are names of what is written in the file, ``strange`` those that may stand for anything, ``given`` which objects
    get them for members: see `own_members`.
    """

    parts: list[Part]
    modules: dict[str, str] = field(default_factory=dict)
    aliases: set[tuple[str, str]] = field(default_factory=set)
    offers: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)

    def open_tables(self) -> set[str]:
        """Name the objects that get a member of which it is not certain that it is a function or a value written here."""
        held = (one.split(" ") for one in self.given)
        return {table for name, table in held if name not in self.own or name in self.strange}


def callers_of(source: bytes, arguments: tuple[str, ...] = ()) -> Code | None:
    """Take a file apart; None for what cannot be read. ``arguments`` are those that it is started with, where that is known."""
    root = parse_javascript(source) if len(source) <= LONGEST and not _LINE_ENDS.search(source) else None
    if root is None or root.has_error:
        return None
    first = first_argument(root, source, arguments)
    return _Reading(source, first).code_of(root)


class _Reading:
    """One file as it is walked through."""

    def __init__(self, source: bytes, first: First | None) -> None:
        self._source = source
        self._first = first
        self._compiled = False
        self._code = Code([Part()])
        self._owners: dict[int, Part | None] = {}

    def code_of(self, root: Node) -> Code:
        """Walk through all of it."""
        self._compiled = is_compiled(root, self._source)
        for place in places(root):
            above = self._owners[place.above.node.id] if place.above is not None else self._code.parts[0]
            if above is not None:
                self._look_at_members(place, above)
            self._owners[place.node.id] = part = self._part(place, above) if above is not None else None
            if part is not None:
                self._note(place, part)
        return self._code

    def _look_at_members(self, place: Place, part: Part) -> None:
        """Note which objects get what may be no function of the package's own."""
        part.gives.add(given_strangely(place, self._source, self._code.given))
        taken = is_taken_apart(place, self._source) is not None
        name, own, whole = bound(place, self._source, taken=taken)
        (self._code.own if own else self._code.strange).add(name)
        (self._code.own if whole else self._code.strange).add(f"{name}=")

    def _part(self, place: Place, above: Part) -> Part | None:
        """Say to which part a place belongs; to none where it only names, or offers by a name."""
        if self._only_names(place):
            above.opaque |= self._said(place.node) in OWN
            return None
        if re_exports(place, self._source, compiled=self._compiled):
            return None
        if is_offer(place, self._source):
            self._offer(place, above)
            return None
        if dead_branch(place, self._source, self._first):
            return self._new(Part(frozenset(("\0",))))
        names, table = self._names(place)
        return self._new(Part(names, table)) if names else above

    def _new(self, part: Part) -> Part:
        self._code.parts.append(part)
        return part

    def _names(self, place: Place) -> tuple[frozenset[str], str]:
        """Give the names by which alone a function can be had, and the table that holds it; none where there are others."""
        above = place.above
        if place.kind not in _FUNCTIONS or above is None:
            return frozenset(), ""
        own = place.node.child_by_field_name("name")
        inner = {self._said(own)} if own is not None else set()
        if place.kind in _DECLARED:
            return frozenset(inner), ""
        if place.kind == "method_definition" or above.kind == "pair":
            return self._in_table(place if place.kind == "method_definition" else above, inner)
        if place.field == "value" and above.kind == "variable_declarator":
            name = above.node.child_by_field_name("name")
            held = name is not None and name.type == "identifier"
            return (frozenset({self._said(name), *inner}), "") if held and name is not None else (frozenset(), "")
        offered = is_exports(above, self._source) if place.field == "right" else None
        return (frozenset({offered, *inner}), "") if offered else (frozenset(), "")

    def _in_table(self, member: Place, inner: set[str]) -> tuple[frozenset[str], str]:
        key = member.node.child_by_field_name("key") or member.node.child_by_field_name("name")
        table = table_of(member.above, self._source) if member.above is not None else None
        read_alone = any(one.type in {"get", "set", "static"} for one in member.node.children)
        if key is None or key.type not in _PLAIN or table is None or read_alone or self._said(key) == "__proto__":
            return frozenset(), ""
        return frozenset({self._said(key), *inner}), table

    def _only_names(self, place: Place) -> bool:
        """Tell whether a place does nothing but give a name, to a function that waits for its name to be said if it is a member's."""
        above = place.above
        if above is None or place.field not in {"name", "key", "left"} or place.kind == "computed_property_name":
            return False
        if place.field == "name":
            return place.kind in _GIVEN and above.kind in _NAMING
        side = "right" if place.field == "left" else "value"
        value = above.node.child_by_field_name(side)
        if value is None or above.kind not in {"pair", "assignment_expression"}:
            return False
        return bool(self._names(Place(value, value.type, side, above))[0])

    def _offer(self, place: Place, part: Part) -> None:
        """Note the names that a statement, or a member of what a module exports, gives to what has a name already."""
        left, right = (place.node.child_by_field_name(one) for one in ("left", "right"))
        key, value = (place.node.child_by_field_name(one) for one in ("key", "value"))
        name = is_exports(place, self._source) if left is not None else self._said(key or place.node)
        behind = self._said(right or value or place.node)
        self._code.offers.add(behind)
        if name and name != behind:
            self._code.aliases.add((name, behind))
            part.loose.add(behind)

    def _note(self, place: Place, part: Part) -> None:
        """Note what a place says."""
        kind, node = place.kind, place.node
        if kind in _OPAQUE or (kind == "subscript_expression" and self._computes(node)):
            part.opaque = True
        if kind == "string_fragment":
            part.rows.update(range(node.start_point.row + 1, node.end_point.row + 2))
        if kind in _PARTS or _is_put_together(node) or (node.named_child_count and kind not in _NAMES):
            return
        part.rows.update(range(node.start_point.row + 1, node.end_point.row + 2))
        if kind == "this" and not stays(place, self._source):
            part.opaque = True
        if kind in _NAMES:
            self._say(place, part, self._said(node))

    def _say(self, place: Place, part: Part, name: str) -> None:
        if name == "require" and place.field == "function":
            self._load(place, part)
            return
        part.opaque |= name in OWN and not is_own_use(place, name, self._source)
        taken = is_taken_apart(place, self._source)
        if taken == name:
            return
        if taken is not None:
            self._code.aliases.add((taken, name))
            part.loose.add(name)
            return
        if place.above is not None and is_module(place.above, self._source):
            self._code.offers.add(name)
        part.says[name] += 1
        if not stays(place, self._source):
            part.loose.add(name)

    def _load(self, place: Place, part: Part) -> None:
        """Note a module that is loaded: what is neither a literal nor taken apart by names may give all that it has."""
        loaded = module_of(place, self._source)
        if loaded is None:
            part.opaque = True
            return
        self._code.loads.add(loaded.module)
        if loaded.name:
            self._code.modules[loaded.name] = loaded.module

    def _computes(self, node: Node) -> bool:
        """Tell whether a name that only running makes chooses a member: of the environment that is but a text."""
        index, owner = node.child_by_field_name("index"), node.child_by_field_name("object")
        return index is None or (
            index.type not in {"string", "number"} and (owner is None or owner.text != b"process.env")
        )

    def _said(self, node: Node) -> str:
        return fragments(node, self._source) if "string" in node.type else name_of(node, self._source)


def _is_put_together(node: Node) -> bool:
    """Tell whether a text holds what only running makes: as a name it is opaque, see `_Reading._computes`."""
    return node.type == "template_string" and any(one.type == "template_substitution" for one in node.named_children)
