"""From nodes of shell text to words: quotes removed, escapes decoded, what running would decide marked as computed."""

from __future__ import annotations

import re

from tree_sitter import Node

from safe_install.scan.shell.known_values import Known
from safe_install.scan.shell.words import Pattern, Word, character, computed, excerpt, joined, literal

NESTED = 32  # how deep quotes and concatenations may hold one another; real commands need 3
_SPECIAL = re.compile(r"(?<!\\)[*?\[]")  # a pattern of file names, unless escaped
_PATTERN = re.compile(r"([\w./-]*+)[*?](?:[\w./*?-]*[*?])?([\w./-]*)")  # one without brackets or escapes
_BRACES = re.compile(r"(?<!\\)\{.*(?:,|\.\.).*\}", re.DOTALL)  # {a,b} and {1..3}, which bash expands and dash does not
_ANSI_C = re.compile(r"\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|c(.)|(.))", re.DOTALL)
_ANSI_C_NAMES = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def word_of(node: Node, source: bytes, known: Known | None = None, depth: int = 0) -> Word:
    """Read one word; anything this does not know is computed, never dropped. Where it is split there is a `SPLIT`."""
    text = text_of(node, source)
    if depth > NESTED:
        return computed(text)
    match node.type:
        case "word" | "number" | "test_operator" | "regex" | "extglob_pattern" if not node.named_child_count:
            return _bare(text)
        case kind if kind in {"variable_name", "file_descriptor"} or not node.is_named:
            return literal(text)  # ``$``, ``==`` and ``=~`` standing alone have no name
        case "raw_string":
            return literal(text[1:-1])
        case "ansi_c_string":
            return literal(decode_ansi_c(text[2:-1]))
        case "string" | "translated_string":
            return _quoted(node, source, known, depth)
        case "simple_expansion" | "expansion" | "command_substitution":
            return expansion(text, known, quoted=False)
        case "concatenation" if not _BRACES.search(text):
            return joined(word_of(child, source, known, depth + 1) for child in node.children)
        case "command_name" if node.child_count == 1:
            return word_of(node.children[0], source, known, depth + 1)
        case _:
            return computed(text)


def expansion(text: str, known: Known | None, *, quoted: bool) -> Word:
    """Read ``$X``, ``${X…}``, ``$(…)`` and backticks: what is known of them, else computed."""
    if known is None:
        return computed(text)
    is_command = text.startswith(("$(", "`"))
    said = (known.substituted if is_command else known.expanded)(text, quoted=quoted)
    return computed(text) if said is None else said


def text_of(node: Node, source: bytes) -> str:
    """Give a node's own text."""
    return source[node.start_byte : node.end_byte].decode(errors="replace")


def here_document(node: Node, source: bytes) -> Word:
    """Read the text that a ``<<`` gives; with an unquoted end word, expansions make it computed."""
    body = next((child for child in node.children if child.type == "heredoc_body"), None)
    if body is None:
        return literal("")
    start = next((text_of(child, source) for child in node.children if child.type == "heredoc_start"), "")
    text = text_of(body, source)
    if any(quote in start for quote in "'\"\\"):
        return literal(text)
    if any(child.type != "heredoc_content" for child in body.named_children) or re.search(r"(?<!\\)[$`]", text):
        return computed(text)
    return literal(re.sub(r"\\([\\$`\n])", r"\1", text))


def _bare(text: str) -> Word:
    """Read an unquoted word: a backslash takes the next character as it is, ``~`` and patterns are computed."""
    plain = re.sub(r"\\(\n|.)", lambda match: "" if match[1] == "\n" else match[1], text, flags=re.DOTALL)
    if text.startswith("~"):
        home, slash, rest = plain.partition("/")
        return joined([computed(home), literal(slash + rest)])
    if _SPECIAL.search(text) or _BRACES.search(text):
        pattern = _PATTERN.fullmatch(text)
        return Word((Pattern(excerpt(text), pattern[1], pattern[2]),)) if pattern else computed(text)
    return literal(plain)


def _quoted(node: Node, source: bytes, known: Known | None, depth: int) -> Word:
    """Read a double-quoted word: the text between its expansions too, which the grammar drops when it is blank."""
    pieces: list[Word] = []
    at = _opening(node)
    for child in [*node.named_children, None]:
        end = node.end_byte - 1 if child is None else child.start_byte
        pieces.append(_in_quotes(source[at:end]))
        if child is None:
            break
        whole = source[child.start_byte : child.end_byte]
        pieces.append(_in_quotes(whole) if child.type == "string_content" else _in_string(child, source, known, depth))
        at = child.end_byte
    return joined(pieces)


def _in_string(child: Node, source: bytes, known: Known | None, depth: int) -> Word:
    """Read an expansion between double quotes, where blanks of its value split nothing."""
    if child.type in {"simple_expansion", "expansion", "command_substitution"}:
        return expansion(text_of(child, source), known, quoted=True)
    return word_of(child, source, known, depth + 1)


def _opening(node: Node) -> int:
    """Find where the text of a quoted word starts, after ``"`` or ``$"``."""
    quote = next((child for child in node.children if child.type in {'"', "string"}), None)
    return node.start_byte + 1 if quote is None else quote.start_byte + 1


def _in_quotes(text: bytes) -> Word:
    """Take the backslashes away that mean something between double quotes."""
    return literal(re.sub(r"\\([\\$`\"\n])", _kept, text.decode(errors="replace")))


def _kept(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]


def decode_ansi_c(text: str) -> str:
    """Decode what stands between ``$'`` and ``'``, as bash does; dash would take it as it is written."""
    return _ANSI_C.sub(_ansi_c_character, text)


def _ansi_c_character(match: re.Match[str]) -> str:
    octal, hexadecimal, short, long, control, other = match.groups()
    if octal:
        return chr(int(octal, 8) & 0xFF)
    digits = hexadecimal or short or long
    if digits:
        return character(int(digits, 16))
    if control:
        return chr(ord(control) & 0x1F)
    return _ANSI_C_NAMES.get(other, other)
