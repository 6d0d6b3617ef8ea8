r"""A script's text, spelled the plain way, so that a signature sees what the interpreter would run.

Semgrep is blind, without an error, to code after a U+2028 that ends a comment, to ``\u0065val``, to
``process["env"]`` and to ``"child_\x70rocess"``; Node runs them all. A shell runs ``c""url`` and ``cu\rl``. The
plain spelling is made for matching only and is never run, so it may be generous. What it must never do is lose
the way back to the original.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from tree_sitter import Node

from safe_install.model import Language
from safe_install.scan.grammars import parse_javascript, places

VERSION = "1"
"""Raise it when any file would be spelled differently, so that what was remembered is matched anew."""

Span = tuple[int, int]
Edit = tuple[int, int, bytes]
"""Put these bytes in the place of those from start to end."""

_JAVASCRIPT = (Language.JAVASCRIPT, Language.TYPESCRIPT)
_BOM = b"\xef\xbb\xbf"
_LINE_ENDS = (b"\n", b"\r", b"\r\n", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_FOREIGN_LINE_END = re.compile(rb"\r\n?|\xe2\x80[\xa8\xa9]")
_ESCAPED_NAME = re.compile(rb"\\u(?:[\da-fA-F]{4}|\{0{0,20}[\da-fA-F]{1,6}\})")
_CODE_POINT = re.compile(rb"\\(?:x|u\{?0*)([\da-fA-F]{1,6})\}?")
_OCTAL = re.compile(rb"\\([0-7]{1,3})")
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
_COMMENT_LINE = re.compile(rb"^[ \t]*#(?!!)[^\n]*", re.MULTILINE)
_SHELL_DISGUISE = re.compile(
    rb"""(?P<blank>\$\{IFS[^}\n]{0,20}\}|\$IFS\b)"""  # curl${IFS}address
    rb"""|\\\r?\n|''|\"\"|\\(?=[A-Za-z])"""  # a line goes on, c""url, cu\rl
    rb"""|(?P<before>['"])(?P<start>[\w./-]{1,30})(?P=before)(?=\w)"""  # 'cu'rl
    rb"""|(?<=\w)(?P<after>['"])(?P<end>[\w./-]{1,30})(?P=after)"""  # cu'rl'
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalised:
    """A file's plain spelling, and the way back.

    ``changed``: it differs in more than a byte order mark and CRLF. ``comments`` are spans of the original, in
    order. ``whole`` is False when the grammar did not understand every byte: then something may have kept its
    disguise, and no span is taken for a comment.
    """

    content: bytes
    changed: bool = False
    whole: bool = True
    comments: tuple[Span, ...] = ()
    anchors: tuple[tuple[int, int], ...] = ((0, 0),)  # where a run begins: here, and in the original

    def origin(self, offset: int) -> int:
        """Give the place in the original of a byte of ``content``."""
        after = bisect_right(self.anchors, offset, key=itemgetter(0))
        here, there = self.anchors[after - 1]
        end = self.anchors[after][1] if after < len(self.anchors) else there + offset
        return min(there + offset - here, end)

    def in_comment(self, offset: int) -> bool:
        """Tell whether a byte of the original lies in a comment."""
        return _lies_in(self.comments, offset)


def normalise(content: bytes, language: Language) -> Normalised:
    """Spell a JavaScript, TypeScript or shell file plainly; others stay. Anything may be given, nothing is refused."""
    if language in _JAVASCRIPT:
        return _normalise_script(_hashbang_as_comment(content))
    if language is Language.SHELL:
        comments = tuple(match.span() for match in _COMMENT_LINE.finditer(content))
        return replace(_apply(content, list(_shell_edits(content))), comments=comments)
    return Normalised(content=content)


def _normalise_script(source: bytes) -> Normalised:
    """Spell JavaScript plainly. Types are errors to the grammar, so a file with types is never whole."""
    root = parse_javascript(source)
    if root is None:
        return Normalised(content=source, whole=False)
    nodes = [place.node for place in places(root)]
    # No interpreter of ours runs JSX: where the grammar sees it, grammar and interpreter disagree.
    whole = not root.has_error and not any(node.type.startswith("jsx_") for node in nodes)
    comments = tuple(_span(node) for node in nodes if node.type == "comment") if whole else ()
    return replace(_apply(source, list(_script_edits(source, nodes))), whole=whole, comments=comments)


def _hashbang_as_comment(content: bytes) -> bytes:
    """Let a hashbang line end where a comment does: at a lone CR too, which our grammar reads over."""
    start = len(_BOM) if content.startswith(_BOM) else 0
    return content[:start] + b"//" + content[start + 2 :] if content.startswith(b"#!", start) else content


def _span(node: Node) -> Span:
    return node.start_byte, node.end_byte


def _script_edits(source: bytes, nodes: Sequence[Node]) -> Iterator[Edit]:
    """Find everything in a JavaScript file that has a plainer spelling."""
    literals = [_span(node) for node in nodes if node.type in _LITERALS]
    if source.startswith(_BOM):
        yield 0, len(_BOM), b""
    yield from _line_ends(source, literals)
    yield from _names(source, literals)
    for node in nodes:
        if node.type in _SPELLINGS:
            yield from _SPELLINGS[node.type](node, source)


def _escape(node: Node, source: bytes) -> Iterator[Edit]:
    r"""Write ``"\x65val"`` as ``"eval"``."""
    plain = _unescaped(source[node.start_byte : node.end_byte])
    if plain is not None:
        yield (*_span(node), plain)


def _unescaped(escape: bytes) -> bytes | None:
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
        yield (*_span(node), name)
    else:
        yield owner.end_byte, node.end_byte, b"." + name


def _constant_name(index: Node, source: bytes) -> bytes | None:
    """Give the text of a string that could be written as a property's name."""
    if index.type not in ("string", "template_string"):
        return None
    pieces = []
    for part in index.named_children:
        text = source[part.start_byte : part.end_byte]
        pieces.append(_unescaped(text) if part.type == "escape_sequence" else text)
    name = b"".join(piece if piece is not None else b"\\" for piece in pieces)
    return name if _NAME.fullmatch(name) and name not in _RESERVED else None


def _member(node: Node, source: bytes) -> Iterator[Edit]:
    """Write ``x?.name`` as ``x.name``, and ``globalThis.name`` as ``name``."""
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    mark = node.child_by_field_name("optional_chain")
    if mark is not None:
        yield (*_span(mark), b".")
    if owner is None or name is None or source[owner.start_byte : owner.end_byte] not in _GLOBALS:
        return
    if source[name.start_byte : name.end_byte] not in _RESERVED:
        yield owner.start_byte, name.start_byte, b""


def _call(node: Node, _source: bytes) -> Iterator[Edit]:
    """Write ``f?.()`` as ``f()``, and ``x?.[y]`` as ``x[y]``."""
    mark = node.child_by_field_name("optional_chain")
    if mark is not None:
        yield (*_span(mark), b"")


def _sequence(node: Node, _source: bytes) -> Iterator[Edit]:
    """Write ``(0, f)`` as ``f``."""
    if [child.type for child in node.named_children] != ["sequence_expression"]:
        return
    *before, last = node.named_children[0].named_children
    if last.type in _REFERENCES and all(part.type in _WITHOUT_EFFECT for part in before):
        yield node.start_byte, last.start_byte, b""
        yield last.end_byte, node.end_byte, b""


_SPELLINGS: Mapping[str, Callable[[Node, bytes], Iterator[Edit]]] = {
    "escape_sequence": _escape,
    "subscript_expression": _subscript,
    "member_expression": _member,
    "call_expression": _call,
    "parenthesized_expression": _sequence,
}


def _line_ends(source: bytes, literals: Sequence[Span]) -> Iterator[Edit]:
    """End lines with LF alone; inside a literal a lone terminator is a character like others."""
    for match in _FOREIGN_LINE_END.finditer(source):
        if match[0] == b"\r\n" or not _lies_in(literals, match.start()):
            yield (*match.span(), b"\n")


def _names(source: bytes, literals: Sequence[Span]) -> Iterator[Edit]:
    """Write out the escapes in identifiers."""
    for match in _ESCAPED_NAME.finditer(source):
        plain = _unescaped(match[0])
        if plain is not None and not _lies_in(literals, match.start()):
            yield (*match.span(), plain)


def _shell_edits(source: bytes) -> Iterator[Edit]:
    """Find words that are broken up so as not to be found."""
    for match in _SHELL_DISGUISE.finditer(source):
        plain = b" " if match["blank"] else match["start"] or match["end"] or b""
        yield (*match.span(), plain)


def _lies_in(spans: Sequence[Span], offset: int) -> bool:
    """Tell whether an offset lies in one of these disjoint spans, given in order."""
    before = bisect_right(spans, offset, key=itemgetter(0)) - 1
    return before >= 0 and offset < spans[before][1]


def _apply(source: bytes, edits: list[Edit]) -> Normalised:
    """Make the edits; of two that overlap the outer one, which begins first, holds."""
    pieces, anchors, length, position = [], [(0, 0)], 0, 0
    for start, end, plain in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if start < position:
            continue
        pieces += [source[position:start], plain]
        length += start - position
        anchors += [(length, start), (length + len(plain), end)]
        length, position = length + len(plain), end
    changed = any(source[start:end] not in (_BOM, b"\r\n") for start, end, _ in edits)
    return Normalised(content=b"".join([*pieces, source[position:]]), changed=changed, anchors=tuple(anchors))
