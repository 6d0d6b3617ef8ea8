"""Texts that a file offers by a name which no code of a script says: ``publish: (tag) => `npm publish --tag ${tag}` ``.

Incident: nx keeps the commands of four package managers in one table, which its hook loads and other packages use.
"""

from __future__ import annotations

import re
from functools import cached_property

from tree_sitter import Node

from safe_install.model import Inspection, Language, ReachableFile
from safe_install.scan.grammars import Place, kinds, parse_javascript, places
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.match.seen import Sighting

_LONGEST = 1 << 18  # bytes of a file that is looked at
_CODE = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
_NAMES = kinds(
    "identifier property_identifier private_property_identifier shorthand_property_identifier"
    " shorthand_property_identifier_pattern string template_string"
)
_TEXTS = kinds(
    "string string_fragment escape_sequence template_string template_substitution identifier member_expression"
    " property_identifier ternary_expression parenthesized_expression"
)
"""Of what a text is put together without anything being called."""
_ESCAPED = re.compile(rb"\\[ux]")
_ALONE = re.compile(rb"\s*,?\s*")


class Offered:
    """The texts that the script's own package offers, and who says their names; worked out when first asked."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._said: dict[str, bool] = {}

    def has(self, sighting: Sighting, file: ReachableFile) -> bool:
        """Tell whether a line, and all of it, gives a text to whoever calls it by a name that nobody says.

        A name that only running makes, and ``Object.values(table)``, may reach it still: so a finding is a warning then, see `evidence`.
        """
        if sighting.excerpt.startswith("[") or file.language is not Language.JAVASCRIPT:
            return False
        offer = next((one for one in _offers(file.content) if one.start_point.row + 1 == sighting.line), None)
        return offer is not None and not self._is_said(_key(offer, file.content))

    def _is_said(self, name: str) -> bool:
        if name not in self._said:
            self._said[name] = not name or any(_says(text, name) for text in self._texts)
        return self._said[name]

    @cached_property
    def _texts(self) -> list[bytes]:
        """Give all code of the package that a script reaches: a library knows no tables of those that use it.

        Incident: undici says ``publish``, to whom nx hands nothing.
        """
        package = self._inspection.script.package
        return [one.content for one in self._inspection.files if one.language in _CODE and package.brings(one.location)]


def _offers(content: bytes) -> list[Node]:
    """List the members of tables that are functions which only give a text, each on lines of its own."""
    root = parse_javascript(content) if len(content) <= _LONGEST else None
    found = (place.node for place in places(root, of=("pair",))) if root is not None and not root.has_error else ()
    return [one for one in found if _gives_text(one) and _stands_alone(one, content)]


def _gives_text(pair: Node) -> bool:
    key, function = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    if key is None or key.type != "property_identifier" or function is None or function.type != "arrow_function":
        return False
    body, given = function.child_by_field_name("body"), function.child_by_field_name("parameters")
    if body is None or body.type not in {"string", "template_string"}:
        return False
    plain = given is None or all(one.type == "identifier" for one in given.named_children)
    return plain and all(place.kind in _TEXTS for place in places(body))


def _stands_alone(pair: Node, content: bytes) -> bool:
    """Tell whether nothing else is on the lines of a member."""
    before = content[content.rfind(b"\n", 0, pair.start_byte) + 1 : pair.start_byte]
    end = content.find(b"\n", pair.end_byte)
    after = content[pair.end_byte : len(content) if end < 0 else end]
    return not before.strip() and _ALONE.fullmatch(after) is not None


def _key(pair: Node, content: bytes) -> str:
    key = pair.child_by_field_name("key")
    return name_of(key, content) if key is not None else ""


def _says(content: bytes, name: str) -> bool:
    """Tell whether a file says a name, as one or as a text, but for tables that offer a text by it; what cannot be read may."""
    if name.encode() not in content and _ESCAPED.search(content) is None:
        return False
    root = parse_javascript(content) if len(content) <= _LONGEST else None
    if root is None or root.has_error:
        return True
    return any(_said(place.node, content) == name and not _is_key_of_offer(place) for place in places(root, of=_NAMES))


def _said(node: Node, content: bytes) -> str:
    return fragments(node, content) if "string" in node.type else name_of(node, content)


def _is_key_of_offer(place: Place) -> bool:
    return (
        place.field == "key"
        and place.above is not None
        and place.above.kind == "pair"
        and _gives_text(place.above.node)
    )
