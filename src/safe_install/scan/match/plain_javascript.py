"""JavaScript spelled plainly: the edits that undo escapes, brackets, optional chains, roundabout names and computed texts."""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter

from tree_sitter import Node

from safe_install.scan.grammars import Place
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.folded import folded_among
from safe_install.scan.match.plain_names import module_names, plain_names

Span = tuple[int, int]
Edit = tuple[int, int, bytes]
"""Put these bytes in the place of those from start to end."""

BOM = b"\xef\xbb\xbf"
LONGEST_TEXT = 1 << 16  # bytes of a computed text that is written out
_MOST_WRITTEN = 1 << 18  # bytes of all computed texts of a file
_LONGEST_NAME = 40  # bytes of an expression that may be a mere name
_LONGEST_NAMED = 400  # bytes of a text that is written out wherever its name stands
_ENDS_LINES = {0x2028: "\\u2028", 0x2029: "\\u2029", 0x7F: "\\x7f"}
_LINE_ENDS = (b"\n", b"\r", b"\r\n", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_FOREIGN_LINE_END = re.compile(rb"\r\n?|\xe2\x80[\xa8\xa9]")
_ESCAPED_NAME = re.compile(rb"\\u(?:[\da-fA-F]{4}|\{0{0,20}[\da-fA-F]{1,6}\})")
_CODE_POINT = re.compile(rb"\\(?:x|u\{?0*)([\da-fA-F]{1,6})\}?")
_OCTAL = re.compile(rb"\\([0-7]{1,3})")
_COMMENT_SIGN = re.compile(rb"<!--|-->")
_KEPT = b"bfnrtv0123456789xu\"'`\\${"
"""After a backslash these are more than themselves, or could end the string or begin a ``${``."""
_NAME = re.compile(rb"[A-Za-z_$][\w$]*")
_RESERVED = frozenset(
    b"break case catch class const continue debugger default delete do else enum export extends false finally for"
    b" function if import in instanceof new null return super switch this throw true try typeof var void while"
    b" with".split()
)
_GLOBALS = frozenset((b"globalThis", b"global", b"window", b"self"))
_REFERENCES = frozenset(("identifier", "member_expression", "subscript_expression"))
_WITHOUT_EFFECT = frozenset(("number", "string", "null", "undefined", "true", "false"))
_LITERALS = frozenset(("string_fragment", "escape_sequence", "regex_pattern", "comment"))


def span(node: Node) -> Span:
    """Give where a node stands."""
    return node.start_byte, node.end_byte


def script_edits(found: Sequence[Place], constants: Constants, texts: Sequence[Edit]) -> Iterator[Edit]:
    """Find everything in a JavaScript file that has a plainer spelling.

    ``found`` are all named nodes of its tree, ``texts`` the `known_texts` that are to be written out.
    """
    source = constants.source
    literals = [span(place.node) for place in found if place.kind in _LITERALS]
    if source.startswith(BOM):
        yield 0, len(BOM), b""
    yield from _line_ends(source, literals)
    yield from _names(source, literals)
    for place in found:
        if place.kind in _SPELLINGS:
            yield from _SPELLINGS[place.kind](place.node, source)
    yield from texts
    yield from _named_members(found, source, texts)
    yield from plain_names(found, constants)
    yield from module_names(source)


def known_texts(found: Sequence[Place], constants: Constants) -> list[Edit]:
    """Write each expression that always is one known text as that text."""
    texts: list[Edit] = []
    written = 0
    for start, end, text in folded_among(found, constants):
        plain = json.dumps(text, ensure_ascii=False).translate(_ENDS_LINES).encode(errors="replace")
        if len(plain) > (LONGEST_TEXT if end - start > _LONGEST_NAME else _LONGEST_NAMED):
            continue
        written += len(plain)
        if written > _MOST_WRITTEN:
            break
        texts.append((start, end, plain))
    return texts


def is_worked_out(source: bytes, text: Edit) -> bool:
    """Tell whether a known text is what a call gives, so that writing it out takes the call away."""
    return b"(" in source[text[0] : text[1]]


def is_name(source: bytes, text: Edit) -> bool:
    """Tell whether a known text is what a mere name holds."""
    return _NAME.fullmatch(source, text[0], text[1]) is not None


def _pattern(node: Node, source: bytes) -> Iterator[Edit]:
    r"""Write ``/<!--/`` as ``/<!\x2d-/`` and ``/-->/`` as ``/--\x3e/``: beside ``import.meta`` semgrep takes them for comments."""
    for match in _COMMENT_SIGN.finditer(source, node.start_byte, node.end_byte):
        at, plain = (match.start() + 2, rb"\x2d") if match[0] == b"<!--" else (match.end() - 1, rb"\x3e")
        yield at, at + 1, plain


def _escape(node: Node, source: bytes) -> Iterator[Edit]:
    r"""Write ``"\x65val"`` as ``"eval"``."""
    plain = unescaped(source[node.start_byte : node.end_byte])
    if plain is not None:
        yield (*span(node), plain)


def unescaped(escape: bytes) -> bytes | None:
    r"""Give the character that ``\x65`` stands for; None where it must stay written as it is."""
    if escape[1:] in _LINE_ENDS:
        return b""
    if match := _CODE_POINT.fullmatch(escape):
        return _printable(int(match[1], 16))
    if match := _OCTAL.fullmatch(escape):
        return _printable(int(match[1], 8))
    return None if escape[1:2] in _KEPT else escape[1:]


def _printable(code_point: int) -> bytes | None:
    """Encode a character that may stand in any kind of string."""
    character = chr(code_point) if code_point <= sys.maxunicode else "\0"
    return character.encode() if character.isprintable() and character not in "\"'`\\${" else None


def _subscript(node: Node, source: bytes) -> Iterator[Edit]:
    """Write ``x["name"]`` as ``x.name``, and as ``name`` when x is the global object."""
    owner, index = node.child_by_field_name("object"), node.child_by_field_name("index")
    if owner is None or index is None:
        return
    name = _constant_name(index, source)
    if name is None or owner.type == "number":
        yield from _call(node, source)
    elif source[owner.start_byte : owner.end_byte] in _GLOBALS:
        yield (*span(node), name)
    else:
        yield owner.end_byte, node.end_byte, b"." + name


def _named_members(found: Sequence[Place], source: bytes, texts: Sequence[Edit]) -> Iterator[Edit]:
    """Write ``x[y]`` as ``x.name`` where ``y`` always is that text."""
    known = {(start, end): text[1:-1] for start, end, text in texts}
    for place in found if known else ():
        owner, index = place.node.child_by_field_name("object"), place.node.child_by_field_name("index")
        if place.kind != "subscript_expression" or owner is None or index is None or owner.type == "number":
            continue
        name = known.get(span(index), b"")
        if _NAME.fullmatch(name) and name not in _RESERVED:
            is_global = source[owner.start_byte : owner.end_byte] in _GLOBALS
            yield (
                owner.start_byte if is_global else owner.end_byte,
                place.node.end_byte,
                name if is_global else b"." + name,
            )


def _constant_name(index: Node, source: bytes) -> bytes | None:
    """Give the text of a string that could be written as a property's name."""
    if index.type not in ("string", "template_string"):
        return None
    pieces = []
    for part in index.named_children:
        text = source[part.start_byte : part.end_byte]
        pieces.append(unescaped(text) if part.type == "escape_sequence" else text)
    name = b"".join(piece if piece is not None else b"\\" for piece in pieces)
    return name if _NAME.fullmatch(name) and name not in _RESERVED else None


def _member(node: Node, source: bytes) -> Iterator[Edit]:
    """Write ``x?.name`` as ``x.name``, and ``globalThis.name`` as ``name``."""
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    mark = node.child_by_field_name("optional_chain")
    if mark is not None:
        yield (*span(mark), b".")
    if owner is None or name is None or source[owner.start_byte : owner.end_byte] not in _GLOBALS:
        return
    if source[name.start_byte : name.end_byte] not in _RESERVED:
        yield owner.start_byte, name.start_byte, b""


def _call(node: Node, _source: bytes) -> Iterator[Edit]:
    """Write ``f?.()`` as ``f()``, and ``x?.[y]`` as ``x[y]``."""
    mark = node.child_by_field_name("optional_chain")
    if mark is not None:
        yield (*span(mark), b"")


def _sequence(node: Node, _source: bytes) -> Iterator[Edit]:
    """Write ``(0, f)`` as ``f``."""
    if [child.type for child in node.named_children] != ["sequence_expression"]:
        return
    *before, last = node.named_children[0].named_children
    if last.type in _REFERENCES and all(part.type in _WITHOUT_EFFECT for part in before):
        yield node.start_byte, last.start_byte, b""
        yield last.end_byte, node.end_byte, b""


_SPELLINGS: Mapping[str, Callable[[Node, bytes], Iterator[Edit]]] = {
    "regex_pattern": _pattern,
    "escape_sequence": _escape,
    "subscript_expression": _subscript,
    "member_expression": _member,
    "call_expression": _call,
    "parenthesized_expression": _sequence,
}


def _line_ends(source: bytes, literals: Sequence[Span]) -> Iterator[Edit]:
    """End lines with LF alone; inside a literal a lone terminator is a character like others."""
    for match in _FOREIGN_LINE_END.finditer(source):
        if match[0] == b"\r\n" or not lies_in(literals, match.start()):
            yield (*match.span(), b"\n")


def _names(source: bytes, literals: Sequence[Span]) -> Iterator[Edit]:
    """Write out the escapes in identifiers."""
    for match in _ESCAPED_NAME.finditer(source):
        plain = unescaped(match[0])
        if plain is not None and not lies_in(literals, match.start()):
            yield (*match.span(), plain)


def lies_in(spans: Sequence[Span], offset: int) -> bool:
    """Tell whether an offset lies in one of these disjoint spans, given in order."""
    before = bisect_right(spans, offset, key=itemgetter(0)) - 1
    return before >= 0 and offset < spans[before][1]
