"""PowerShell text → statements: comments and needless signs taken away, texts put together that are written in pieces."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from safe_install.scan.shell.words import character

LONGEST = 131_072  # characters of one text
ROUNDS = 6
_PIECE = re.compile(
    r"(?P<comment><#.*?#>|(?<![\w$`])#[^\n]*)|(?P<here>@(?P<mark>['\"])\s*\n(?P<inside>.*?)\n(?P=mark)@)"
    r"|(?P<single>'(?:[^']|'')*')|(?P<double>\"(?:[^\"`]|\"\"|`.)*\")|(?P<tick>`(?:\r?\n|.))",
    re.DOTALL,
)
_TEXT = r"'((?:[^']|'')*)'"
_SUM = re.compile(rf"{_TEXT}\s*\+\s*{_TEXT}")
_CODE = r"0x[0-9a-f]{1,6}|\d{1,7}"
_CHARACTER = re.compile(rf"\[char\]\s*(?:\(\s*({_CODE})\s*\)|({_CODE}))", re.IGNORECASE)
_FORMAT = re.compile(rf"{_TEXT}\s*-f\s*((?:{_TEXT}\s*,\s*){{0,100}}{_TEXT})", re.IGNORECASE)
_JOIN = re.compile(rf"\(?\s*((?:{_TEXT}\s*,\s*){{1,100}}{_TEXT})\s*\)?\s*-join\s*{_TEXT}", re.IGNORECASE)
_REPLACE = re.compile(
    rf"{_TEXT}\s*(?:-c?replace\s*{_TEXT}\s*,\s*{_TEXT}|\.replace\(\s*{_TEXT}\s*,\s*{_TEXT}\s*\))", re.IGNORECASE
)
_DECODE = re.compile(
    r"\[(?:system\.)?text\.encoding\]::(?P<as>utf8|unicode|ascii)\.getstring\(\s*\[(?:system\.)?convert\]::frombase64string\(\s*"
    rf"{_TEXT}\s*\)\s*\)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(rf"(?<![\w\]])\(\s*({_TEXT})\s*\)")
_ASSIGNED = re.compile(rf"(?m)(?:^|[;{{\s])\$(?P<name>\w+)\s*=\s*{_TEXT}\s*(?=$|[;}}\n])")
_ENDS = re.compile(rf"{_TEXT}|([;\n|{{}}()])|&&|\|\|")


@dataclass(frozen=True, slots=True)
class Statement:
    """One command or expression of a text; ``before`` is the one whose output it gets, empty for none."""

    text: str
    line: int
    before: str = ""


def plain(text: str) -> str:
    """Write a text plainly: every literal text in single quotes, no comments, no backticks, sums of texts added up."""
    text = _PIECE.sub(_piece, text.replace("\r\n", "\n"))
    for _ in range(ROUNDS):
        before = text
        text = _folded(text)
        if text == before or len(text) > LONGEST:
            break
    return text


def _piece(match: re.Match[str]) -> str:
    kind = match.lastgroup
    whole = match[0]
    if match["comment"]:
        return "\n" * whole.count("\n")
    if match["here"]:
        return quoted(match["inside"]) if match["mark"] == "'" or "$" not in match["inside"] else whole
    if kind == "single" or match["single"]:
        return whole
    if match["double"]:
        inside = re.sub(r"`(.)", r"\1", whole[1:-1]).replace('""', '"')
        return f'"{inside}"' if "$" in inside else quoted(inside)
    return " " if whole.endswith("\n") else whole[1:]


def quoted(text: str) -> str:
    """Write a literal text of PowerShell."""
    return "'" + text.replace("'", "''") + "'"


def _folded(text: str) -> str:
    text = _CHARACTER.sub(_character, text)
    text = _SUM.sub(lambda match: f"'{match[1]}{match[2]}'", text)
    text = _FORMAT.sub(_formatted, text)
    text = _JOIN.sub(_joined, text)
    text = _REPLACE.sub(_replaced, text)
    text = _DECODE.sub(_decoded, text)
    text = _BRACKETS.sub(r"\1", text)
    return _substituted(text)


def _character(match: re.Match[str]) -> str:
    digits = (match[1] or match[2]).lower()
    return quoted(character(int(digits, 16 if digits.startswith("0x") else 10)))


def _formatted(match: re.Match[str]) -> str:
    given = re.findall(_TEXT, match[2])

    def chosen(field: re.Match[str]) -> str:
        at = int(field[1])
        return given[at] if at < len(given) else field[0]

    return "'" + re.sub(r"\{(\d)\}", chosen, match[1]) + "'"


def _joined(match: re.Match[str]) -> str:
    return f"'{match[match.lastindex or 0].join(re.findall(_TEXT, match[1]))}'"


def _replaced(match: re.Match[str]) -> str:
    text, *rest = match.groups()
    old, new = rest[:2] if rest[0] is not None else rest[2:]
    return f"'{text.replace(old, new)}'" if old else match[0]


def _decoded(match: re.Match[str]) -> str:
    encoding = {"unicode": "utf-16-le"}.get(match["as"].lower(), match["as"])
    try:
        return quoted(base64.b64decode(match[2]).decode(encoding, errors="replace"))
    except (binascii.Error, ValueError):
        return match[0]


def _substituted(text: str) -> str:
    """Put the values of variables in their places that are set once, to a literal text."""
    found: dict[str, list[str]] = {}
    for match in _ASSIGNED.finditer(text):
        found.setdefault(match["name"].lower(), []).append(match[2])
    once = {name: values[0] for name, values in found.items() if len(values) == 1}
    if not once or len(text) > LONGEST:
        return text
    return re.sub(
        r"\$(\w+)(?!\w*\s*=)(?![\w.\[:])",
        lambda match: f"'{once[match[1].lower()]}'" if match[1].lower() in once else match[0],
        text,
    )


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a plain text, in order, those in brackets and blocks by themselves."""
    start, line, before = 0, 1, ""
    for match in _ENDS.finditer(text):
        if match[0][:1] == "'":
            continue
        said = text[start : match.start()]
        if said.strip():
            yield Statement(said.strip(), line + said[: len(said) - len(said.lstrip())].count("\n"), before)
        before = (before + " " + said if said.strip() else before) if match[0] in {"|", "("} else ""
        line += text.count("\n", start, match.end())
        start = match.end()
    if text[start:].strip():
        yield Statement(text[start:].strip(), line, before)
