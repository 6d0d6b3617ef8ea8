"""Which texts of a file are only shown to its user: help, hints and banners name commands that nothing runs.

A hook that prints ``curl … | sh`` for people to read does what one that runs it does not. Here is told which literal
texts are arguments of nothing but a printing call, whose answer nobody takes; whether what is printed can reach
anybody but a reader is for `evidence` to say, which knows the whole script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, parse_shell, places

Span = tuple[int, int]

_PRINTING = frozenset(
    b"console.log console.info console.warn console.error console.debug process.stdout.write process.stderr.write".split()
)
_INERT = kinds(
    "string string_fragment escape_sequence template_string template_substitution binary_expression identifier"
    " member_expression property_identifier array arguments number parenthesized_expression comment"
)
_LARGEST_COMMAND = 64 << 10  # bytes
_MOST_PARTS = 500  # nodes of one argument
_ECHOES = frozenset((b"echo", b"printf"))
_TAKES_OUTPUT = frozenset(
    ("pipeline", "redirected_statement", "command_substitution", "process_substitution", "function_definition")
)
_PROGRAMS = frozenset((b"-e", b"-p", b"-pe", b"--eval", b"--print"))
_QUOTED = frozenset(("string", "raw_string"))


def printed_by_script(found: Sequence[Place], source: bytes) -> tuple[Span, ...]:
    """Give the spans of the texts that JavaScript prints; ``found`` are the named nodes of its tree."""
    spans: list[Span] = []
    for place in found:
        above = place.above
        if place.kind == "call_expression" and above is not None and above.kind == "expression_statement":
            called = place.node.child_by_field_name("function")
            told = place.node.child_by_field_name("arguments")
            if called is not None and told is not None and _text(called, source) in _PRINTING:
                spans += _literals(told, source)
    return tuple(sorted(spans))


def _literals(told: Node, source: bytes) -> Iterator[Span]:
    """Find the arguments that are nothing but texts, joined of pieces and of what names hold."""
    for argument in told.named_children[:_MOST_PARTS]:
        inside = list(islice(places(argument), _MOST_PARTS))
        if len(inside) < _MOST_PARTS and all(one.kind in _INERT or _is_join(one.node, source) for one in inside):
            yield argument.start_byte, argument.end_byte


def _is_join(node: Node, source: bytes) -> bool:
    """Tell whether a call joins a list that is written there."""
    called = node.child_by_field_name("function") if node.type == "call_expression" else None
    owner = called.child_by_field_name("object") if called is not None else None
    name = called.child_by_field_name("property") if called is not None else None
    return owner is not None and owner.type == "array" and name is not None and _text(name, source) == b"join"


def printed_by_command(source: bytes) -> tuple[Span, ...]:
    """Give the spans of the texts that a shell prints, or that it hands to Node as a program, which is read by itself."""
    root = parse_shell(source) if len(source) <= _LARGEST_COMMAND else None
    if root is None or root.has_error:
        return ()
    found = list(places(root))
    commands = [place for place in found if place.kind == "command" and not _is_taken(place)]
    names = {place.node.start_byte: _name(place.node, source) for place in commands}
    if any(place.kind == "function_definition" for place in found) or b"alias" in names.values():
        return ()
    return tuple(
        sorted(span for place in commands for span in _quoted(place.node, names[place.node.start_byte], source))
    )


def _is_taken(place: Place) -> bool:
    """Tell whether something else than the user gets what a command prints."""
    above = place.above
    while above is not None:
        if above.kind in _TAKES_OUTPUT:
            return True
        above = above.above
    return False


def _quoted(command: Node, name: bytes, source: bytes) -> Iterator[Span]:
    """Find the quoted words of a command in which the shell puts nothing in."""
    words = command.named_children
    for before, word in pairwise(words):
        is_program = name == b"node" and _text(before, source) in _PROGRAMS
        is_plain = word.type == "raw_string" or all(child.type == "string_content" for child in word.named_children)
        if word.type in _QUOTED and is_plain and (is_program or name in _ECHOES):
            yield word.start_byte, word.end_byte


def _name(command: Node, source: bytes) -> bytes:
    name = command.child_by_field_name("name")
    return _text(name, source) if name is not None else b""


def _text(node: Node, source: bytes) -> bytes:
    return source[node.start_byte : node.end_byte]
