"""The values that shell text gives its variables, and from where on they are the only ones."""

from __future__ import annotations

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, places
from safe_install.scan.shell.known_values import Known, may_be_nothing, unsplit
from safe_install.scan.shell.shell_words import text_of, word_of
from safe_install.scan.shell.words import literal

_CERTAIN = kinds("program declaration_command variable_assignments redirected_statement")
_SETTING = kinds(". source eval read getopts mapfile readarray unset")
"""Commands that set variables in ways that are not followed; ``printf -v`` is one more."""


def learn(root: Node, source: bytes, known: Known) -> None:
    """Take note of every value that a text gives a variable, wherever that stands."""
    for place in places(root):
        if place.kind == "variable_assignment":
            _assigned(place, source, known)
        elif place.kind == "for_statement":
            _loop(place.node, source, known)
        elif place.kind == "if_statement":
            _chosen(place, source, known)
        elif place.kind == "command":
            words = text_of(place.node, source)[:40].split()
            known.loose |= words[:1] == [] or words[0] in _SETTING or words[:2] == ["printf", "-v"]
        elif place.kind == "unset_command":
            _unset(place.node, source, known)


def _assigned(place: Place, source: bytes, known: Known) -> None:
    node = place.node
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None:
        return
    said = text_of(name, source)
    known.at = node.start_byte
    word = unsplit(word_of(value, source, known)) if value is not None else literal("")
    adds = source[name.end_byte : name.end_byte + 2] == b"+="
    before = known.value(said) if adds else ""
    if word.literal is None or before is None:
        known.sure.pop(said, None)
        known.never.add(said)
        return
    known.set(said, before + word.literal)
    if value is not None and may_be_nothing(text_of(value, source).strip('"$()`'), word.literal):
        known.set(said, before)
    if said not in known.never and _is_certain(place):
        known.sure.setdefault(said, node.end_byte)


def _chosen(place: Place, source: bytes, known: Known) -> None:
    """Read ``if … then X=a; else X=b; fi``: behind it there are no other values of a name that each branch sets."""
    branches: list[set[str]] = []
    for clause in (place.node, *(one for one in place.node.named_children if one.type in _CLAUSES)):
        is_body = clause.type == "else_clause"
        branches.append(set())
        for child in clause.children:
            is_body |= child.type == "then"
            if is_body and child.type == "variable_assignment":
                name = child.child_by_field_name("name")
                branches[-1] |= {text_of(name, source)} if name is not None else set()
    if place.node.named_children and place.node.named_children[-1].type == "else_clause" and _is_certain(place):
        for said in set.intersection(*branches) - known.never:
            known.sure.setdefault(said, place.node.end_byte)


_CLAUSES = kinds("elif_clause else_clause")


def _unset(node: Node, source: bytes, known: Known) -> None:
    """Take note of names that may stand for nothing; of any, where they are computed."""
    for child in node.named_children:
        name = text_of(child, source)
        known.loose |= child.type != "variable_name" and not name.isidentifier()
        known.never.add(name)
        known.sure.pop(name, None)


def _is_certain(place: Place) -> bool:
    """Tell whether an assignment is made whatever happens, for all that follows."""
    above = place.above
    while above is not None:
        first = above.node.named_children[0] if above.node.named_children else None
        starts = above.kind == "list" and first is not None and first.id == place.node.id
        if above.kind not in _CERTAIN and not starts:
            return False
        place, above = above, above.above
    return True


def _loop(node: Node, source: bytes, known: Known) -> None:
    """Read ``for X in VALUES``: inside the loop there are no others."""
    name = node.child_by_field_name("variable")
    if name is None:
        return
    said = text_of(name, source)
    values = [unsplit(word_of(value, source, known)).literal for value in node.children_by_field_name("value")]
    for value in values:
        if value is not None:
            known.set(said, value)
    if None in values or not values:
        known.never.add(said)
        known.sure.pop(said, None)
    elif said not in known.never:
        known.sure.setdefault(said, name.end_byte)
