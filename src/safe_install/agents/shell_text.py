"""Shell text → the commands that running it would start, each word with its place in the text.

Text inside of text is read too: ``bash -c``, ``eval``, here-documents, what wrappers start. Light on purpose: the hook
reads every command of an agent, and every import counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from safe_install.shell_grammar import parse_shell

LONGEST = 65_536  # bytes; the longest command of an agent seen in practice has some 20 KB, most of it a here-document
DEEPEST = 6  # texts within texts
MOST_COMMANDS = 2_000


class Word(NamedTuple):
    """One word. ``text`` is None when only running would tell it; ``start`` is its first byte, -1 when it is not in place."""

    text: str | None
    start: int = -1
    end: int = -1


class Started(NamedTuple):
    """One command that would be started: its words, program first.

    ``plain``: nothing stands before the program. ``fed`` is the text given to its standard input, None when that is
    computed, empty when there is none. ``base`` is where in the outermost text this text starts, -1 when it does not.
    """

    words: tuple[Word, ...]
    plain: bool
    fed: str | None
    fed_at: int = -1


class Unreadable(NamedTuple):
    """A part of which only running would tell what it starts, and why, in words for whoever wrote it."""

    why: str


def read(text: str, at: int = 0) -> Iterator[Started | Unreadable]:
    """Yield every command of a text, in its order; ``at`` is where it stands in the outermost text, -1 for nowhere."""
    source = text.encode(errors="replace")
    if len(source) > LONGEST:
        yield Unreadable("it is too long to be read")
        return
    root = parse_shell(source)
    if root is None or root.has_error or _SPLIT_WORD.search(source):
        yield Unreadable("it is no shell text that can be read for sure")
    if root is None:
        return
    nodes = _walk(root)
    known = _assigned(nodes, source)
    commands = [node for node in nodes if node.type == "command"]
    if len(commands) > MOST_COMMANDS:
        yield Unreadable("it holds too many commands")
    for node in commands[:MOST_COMMANDS]:
        yield _started(node, source, known, at)


_SPLIT_WORD = re.compile(rb"[^\s\\]\\\n\S")
"""A word that goes on in the next line, which the grammar takes for two."""


def _walk(root: Node) -> list[Node]:
    """List all nodes in the order of the text, without recursion."""
    found: list[Node] = []
    ahead = [root]
    while ahead:
        node = ahead.pop()
        found.append(node)
        ahead.extend(reversed(node.children))
    return found


def _started(node: Node, source: bytes, known: dict[str, set[str | None]], at: int) -> Started:
    """Read one command, with what is redirected into it."""
    kinds = ("file_redirect", "heredoc_redirect", "herestring_redirect", "variable_assignment")
    parts = [child for child in node.children if child.type not in kinds]
    words = tuple(_word(child, source, known, at) for child in parts)
    redirects = [child for child in node.children if child.type in kinds[:3]]
    above = node.parent
    if above is not None and above.type == "redirected_statement" and above.children[0].id == node.id:
        redirects += above.children[1:]
        words += tuple(_more(above.children[1:], source, known, at))
    fed, fed_at = _fed(redirects, source, known, at)
    if fed == "" and _is_piped_into(node):
        fed = None
    return Started(words, plain=node.child_count == len(parts), fed=fed, fed_at=fed_at)


def _more(redirects: list[Node], source: bytes, known: dict[str, set[str | None]], at: int) -> Iterator[Word]:
    """Give the words after a redirect, which the grammar takes for more places to write to."""
    for redirect in redirects:
        if redirect.type == "file_redirect":
            places = redirect.children_by_field_name("destination")
            yield from (_word(place, source, known, at) for place in places[1:])


def _is_piped_into(node: Node) -> bool:
    """Tell whether a pipe ends in this command, or in the group that it stands in."""
    child, above = node, node.parent
    while above is not None and above.type != "program":
        if above.type == "pipeline" and above.named_children[0].id != child.id:
            return True
        child, above = above, above.parent
    return False


def _fed(redirects: list[Node], source: bytes, known: dict[str, set[str | None]], at: int) -> tuple[str | None, int]:
    """Give the text that stands in a command's input, and where; None when it is computed or comes from a file."""
    for redirect in redirects:
        if redirect.type == "herestring_redirect" and redirect.named_children:
            word = _word(redirect.named_children[-1], source, known, at)
            return word.text, -1
        if redirect.type == "heredoc_redirect":
            body = next((child for child in redirect.children if child.type == "heredoc_body"), None)
            text = _text(body, source) if body else ""
            start = next((_text(child, source) for child in redirect.children if child.type == "heredoc_start"), "")
            is_literal = any(quote in start for quote in "'\"\\") or not re.search(r"[$`\\]", text)
            return (text if is_literal else None), (at + body.start_byte if body and at >= 0 else -1)
        if redirect.type == "file_redirect" and _text(redirect, source).lstrip("0").startswith("<"):
            return None, -1
    return "", -1


# ------------------------------------------------------------------ words


def _word(node: Node, source: bytes, known: dict[str, set[str | None]], at: int) -> Word:
    """Read one word, with its place."""
    text = _value(node, source, known, 0)
    return Word(text, at + node.start_byte, at + node.end_byte) if at >= 0 else Word(text)


def _value(node: Node, source: bytes, known: dict[str, set[str | None]], depth: int) -> str | None:
    """Give what a word says, None when only running would tell."""
    text = _text(node, source)
    if depth > DEEPEST:
        return None
    match node.type:
        case "word" | "number" | "file_descriptor" | "test_operator" | "regex":
            return None if _is_expanded(text) else re.sub(r"\\(\n|.)", _unescaped, text, flags=re.DOTALL)
        case "raw_string" | "ansi_c_string":
            return text[1:-1] if node.type == "raw_string" else _ansi_c(text[2:-1])
        case "string" | "translated_string":
            return _quoted(node, source, known, depth)
        case "simple_expansion" | "expansion":
            return _variable(text, known)
        case "command_substitution":
            found = _WHICH.fullmatch(text)
            return found[1] if found else None
        case "concatenation":
            return None if _is_expanded(text) else _together(node.children, source, known, depth)
        case "command_name" if node.child_count == 1:
            return _value(node.children[0], source, known, depth + 1)
        case _:
            return None if node.is_named else text


_WHICH = re.compile(r"[$`]\(?\s*(?:which|command -v|type -p)\s+([\w./-]+)\s*[)`]")
_BRACES = re.compile(r"(?<![\\$])\{[^}]*(?:,|\.\.)[^}]*\}")


def _is_expanded(text: str) -> bool:
    """Tell whether bash would make several words of one; a pattern of file names stays what it is here."""
    return bool(_BRACES.search(text)) and not text.startswith(("'", '"'))


def _together(nodes: list[Node], source: bytes, known: dict[str, set[str | None]], depth: int) -> str | None:
    parts = [_value(node, source, known, depth + 1) for node in nodes]
    return None if None in parts else "".join(part or "" for part in parts)


def _quoted(node: Node, source: bytes, known: dict[str, set[str | None]], depth: int) -> str | None:
    """Read a double-quoted word; the grammar leaves blanks between expansions out."""
    said: list[str] = []
    at = node.start_byte + _text(node, source).index('"') + 1
    for child in node.named_children:
        said.append(_in_quotes(source[at : child.start_byte]))
        if child.type == "string_content":
            said.append(_in_quotes(source[child.start_byte : child.end_byte]))
        else:
            value = _value(child, source, known, depth + 1)
            if value is None:
                return None
            said.append(value)
        at = child.end_byte
    said.append(_in_quotes(source[at : node.end_byte - 1]))
    return "".join(said)


def _in_quotes(text: bytes) -> str:
    return re.sub(r"\\([\\$`\"\n])", _unescaped, text.decode(errors="replace"))


def _unescaped(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]


_ANSI_C = re.compile(r"\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|[uU]([\da-fA-F]{1,8})|(.))", re.DOTALL)
_MOST_CHARACTERS = 0x10FFFF


def _ansi_c(text: str) -> str:
    """Decode what stands between ``$'`` and ``'``."""

    def character(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 8) & 0xFF)
        digits = match[2] or match[3]
        if digits:
            return chr(min(int(digits, 16), _MOST_CHARACTERS))
        return {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "a": "\a", "b": "\b"}.get(match[4], match[4])

    return _ANSI_C.sub(character, text)


def _text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode(errors="replace")


# ------------------------------------------------------------------ what variables hold


def _assigned(nodes: list[Node], source: bytes) -> dict[str, set[str | None]]:
    """Give every value that the text itself gives a variable, anywhere; None among them when one is computed."""
    known: dict[str, set[str | None]] = {}
    for node in nodes:
        if node.type == "variable_assignment":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None:
                said = "" if value is None else _value(value, source, known, 0)
                known.setdefault(_text(name, source), set()).add(said)
        elif node.type == "for_statement":
            name = node.child_by_field_name("variable")
            values = {_value(value, source, known, 0) for value in node.children_by_field_name("value")}
            if name is not None:
                known.setdefault(_text(name, source), set()).update(values or {None})
    return known


def _variable(text: str, known: dict[str, set[str | None]]) -> str | None:
    """Give what ``$X`` or ``${X}`` holds, when the text gives it one value only."""
    found = re.fullmatch(r"\$(\w+)|\$\{(\w+)\}", text)
    values = known.get(found[1] or found[2], set()) if found else set()
    return next(iter(values)) if len(values) == 1 else None
