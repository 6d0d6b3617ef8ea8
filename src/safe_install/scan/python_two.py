"""Text of Python 2 → the same statements as Python 3 writes them, so that one parser reads both.

Only brackets, commas and words of statements are put in: no string begins or ends otherwise than it did, so all that is
code in the one is code in the other. What else only version 2 knows (backticks, parameters that are tuples) is left, and
is then no Python 3 either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 131_072  # characters
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*+)
    |(?P<text>[bB]?[rR]?(?:\"{3}(?:[^\\\"]|\\.|\"(?!\"\"))*+\"{3}|'{3}(?:[^\\']|\\.|'(?!''))*+'{3}
        |\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'))
    |(?P<raw>[uU][rR](?=['\"]))
    |(?P<unicode>[uU](?=['\"]))
    |(?P<number>\d\w*+(?:\.\w*+)?)
    |(?P<name>[^\W\d]\w*+)
    |(?P<blank>(?:[ \t\f\r]|\\\r?\n)++)
    |(?P<end>[\n;])
    |(?P<sign><>|==|!=|<=|>=|>>|<<|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_OCTAL = re.compile(r"0(?P<digits>[0-7]++)[lL]?")
_LONG = re.compile(r"(?P<number>0[xX][\da-fA-F]++|\d++)[lL]")
_UNREADABLE = frozenset("'\"`\\")
"""Quotes that nothing closes, and what this leaves alone; at the first of them reading ends."""


@dataclass(slots=True)
class _Token:
    """A piece of text; ``depth`` counts the brackets around it."""

    kind: str
    text: str
    depth: int

    @property
    def says(self) -> bool:
        return self.kind not in {"blank", "comment"}


def as_version_three(text: str) -> str | None:
    """Write a text of Python 2 for the parser of Python 3; None where that is not certain. Lines stay the same."""
    tokens: list[_Token] = []
    for one in _tokens(text if len(text) <= LONGEST else "`"):
        if one.kind == "sign" and one.text in _UNREADABLE:
            return None
        tokens.append(one)
    return "".join(one.text for statement in _statements(tokens) for one in _rewritten(statement))


def _tokens(text: str) -> Iterator[_Token]:
    depth = 0
    for match in _TOKEN.finditer(text):
        kind, said = match.lastgroup or "", match[0]
        depth -= kind == "sign" and said in _CLOSING
        yield _Token(kind, _plain(kind, said), max(0, depth))
        depth = max(0, depth) + (kind == "sign" and said in _OPENING)


def _plain(kind: str, said: str) -> str:
    """Write a number, a sign or the start of a text as version 3 does."""
    if kind == "raw":
        return said[1:]
    if kind == "number":
        octal, long = _OCTAL.fullmatch(said), _LONG.fullmatch(said)
        return f"0o{octal['digits']}" if octal else long["number"] if long else said
    return "!=" if said == "<>" else said


def _statements(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Split a text into its simple statements; the head of a compound one is one, too."""
    statement: list[_Token] = []
    for token in tokens:
        statement.append(token)
        if not token.depth and (token.kind == "end" or (token.kind == "sign" and token.text == ":")):
            yield statement
            statement = []
    yield statement


def _rewritten(statement: list[_Token]) -> list[_Token]:
    """Write ``print A``, ``exec A in B``, ``raise A, B`` and ``except A, B`` as version 3 does."""
    said = [at for at, one in enumerate(statement) if one.says]
    first = statement[said[0]] if said else None
    if first is None or first.kind != "name" or first.depth:
        return statement
    ends = statement[said[-1]].kind == "end" or statement[said[-1]].text == ":"
    inside = said[1:-1] if ends else said[1:]
    if not inside:
        return statement
    if first.text == "except":
        return _replaced(statement, ",", " as ", most=1)
    if first.text == "exec":
        statement = _replaced(statement, "in", ",")
    is_call = statement[inside[0]].text in {"(", "=", ".", ","} and len(inside) > 1
    if first.text not in {"print", "exec", "raise"} or (is_call and _is_closed(statement, inside)):
        return statement
    if first.text == "print" and statement[inside[0]].text == ">>":
        return statement  # a shift to the parser, which says all that is printed
    opened = [*statement[: inside[0]], _Token("sign", " (", 0), *statement[inside[0] : inside[-1] + 1]]
    return [*opened, _Token("sign", ")", 0), *statement[inside[-1] + 1 :]]


def _is_closed(statement: list[_Token], inside: list[int]) -> bool:
    """Tell whether what follows a name is what version 3 takes it for: one call, an assignment, a member."""
    first, last = statement[inside[0]], statement[inside[-1]]
    between = [statement[at] for at in inside[1:-1]]
    return first.text != "(" or (last.text == ")" and not last.depth and all(one.depth for one in between))


def _replaced(statement: list[_Token], old: str, new: str, *, most: int = 1) -> list[_Token]:
    """Write another word for one that stands in no bracket, the first ``most`` times."""
    done: list[_Token] = []
    for one in statement:
        is_it = one.text == old and not one.depth and one.kind in {"sign", "name"} and most > 0
        most -= is_it
        done.append(_Token(one.kind, f"{new}" if is_it else one.text, one.depth))
    return done
