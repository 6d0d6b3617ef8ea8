"""Files that ask whose machine this is, and only make a digest of the answer: ``createHash("sha256").update(os.hostname()).digest("hex")``.

Who gets it can tell two machines apart, and cannot read whose they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, parse_javascript, places

DIGESTS = "fact:digests-host-facts"
"""What a chain is told instead of that the facts are asked for."""
FACTS = frozenset(("asks-machine-name", "asks-user-name", "collects-host-facts", "reports-host"))  # the signatures
_LARGEST = 65_536  # bytes of a file that is looked at
_ANSWERS = frozenset((b"hostname", b"userInfo"))
_INERT = kinds(
    "arguments template_string template_substitution string string_fragment binary_expression member_expression identifier"
    " property_identifier call_expression escape_sequence"
)
_OF_NODE = re.compile(
    rb"\b(?:const|let|var)\s{1,9}\{[\w\s,]{0,200}\bcreateHash\b[\w\s,]{0,200}\}\s{0,9}=\s{0,9}require\([\"'](?:node:)?crypto[\"']\)"
    rb"|\bimport\s{1,9}\{[\w\s,]{0,200}\bcreateHash\b[\w\s,]{0,200}\}\s{0,9}from\s{0,9}[\"'](?:node:)?crypto[\"']"
)
_NAMED = re.compile(rb"\bcreateHash\b")
_MADE = re.compile(rb"\bcreateHash\([\"'][\w-]{1,20}[\"']\)")
_OTHERWISE = re.compile(
    rb"[Pp]rototype|\brequire\b(?!\()|__proto__|\[[\"'`](?:update|digest)|\b(?:update|digest)\s{0,9}(?:[=:,}]|\([^()]{0,200}\)\s{0,9}\{)|\\[ux]"
)
_REPLACES = re.compile(
    rb"\bHash\b|[Pp]rototype|__proto__|defineProperty|\bassign\(|\bcreateHash\b[\"'`\]\s]{0,9}=(?!=)"
)
_ASKED = re.compile(
    rb"hostname|userinfo|networkinterfaces|getservers|computername|userdomain|logname|sudo_user|username|\buser\b|whoami|uname"
    rb"|systeminfo|\bid\b|/etc/|gitconfig|user\.|lookup",
    re.IGNORECASE,
)


@lru_cache(maxsize=16)
def only_digests(source: bytes) -> bool:
    """Tell whether a JavaScript file asks for such facts nowhere but in what it makes digests of, by Node's own functions."""
    root = parse_javascript(source) if len(source) <= _LARGEST else None
    if root is None or root.has_error or _OTHERWISE.search(source) or not _is_nodes(source):
        return False
    spans = [(node.start_byte, node.end_byte) for node in _digested(root)]
    rest = source
    for start, end in sorted(spans, reverse=True):
        rest = rest[:start] + rest[end:]
    return bool(spans) and _ASKED.search(rest) is None


def replaces_digests(source: bytes) -> bool:
    """Tell whether a file may put something of its own in the place of ``createHash``, or of what a digest is made by."""
    return b"crypto" in source and _REPLACES.search(source) is not None


def _is_nodes(source: bytes) -> bool:
    """Tell whether ``createHash`` is Node's, and nothing but called."""
    imported = list(_OF_NODE.finditer(source))
    return len(imported) == 1 and len(_NAMED.findall(source)) == len(_MADE.findall(source)) + 1


def _digested(root: Node) -> Iterator[Node]:
    """Give the arguments of ``createHash("…").update(…)`` that go into a digest at once, and hold nothing but texts and such facts."""
    for place in places(root):
        update = _called_on(place.node, b"digest") if place.kind == "call_expression" else None
        made = _called_on(update, b"update") if update is not None else None
        given = update.child_by_field_name("arguments") if update is not None else None
        if made is not None and given is not None and _MADE.fullmatch(made.text or b"") and _is_plain(given):
            yield given


def _called_on(call: Node, name: bytes) -> Node | None:
    """Give what a method of this name is called on."""
    called = call.child_by_field_name("function") if call.type == "call_expression" else None
    taken = (
        called.child_by_field_name("property") if called is not None and called.type == "member_expression" else None
    )
    return (
        called.child_by_field_name("object")
        if called is not None and taken is not None and taken.text == name
        else None
    )


def _is_plain(given: Node) -> bool:
    return all(one.kind in _INERT and (one.kind != "call_expression" or _answers(one)) for one in places(given))


def _answers(call: Place) -> bool:
    """Tell whether a call asks for such a fact, and is given nothing."""
    called, given = call.node.child_by_field_name("function"), call.node.child_by_field_name("arguments")
    taken = (
        called.child_by_field_name("property") if called is not None and called.type == "member_expression" else None
    )
    return taken is not None and taken.text in _ANSWERS and given is not None and given.text == b"()"
