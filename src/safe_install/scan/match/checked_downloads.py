"""Shell scripts that compare what they fetch with a digest that stands in them, and stop where it differs.

What runs then is what its maker meant when the package was published: no other file has that digest. A closed world: what
fetches, and what compares, has a form that is listed here, and nothing stands between the two; else nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

DOWNLOADS = "runs-downloaded-program"
"""The signature that such a script need not be blocked for."""
_LARGEST = 16_384  # bytes of a script that is looked at
_LONGEST = 600  # characters of a line
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_FETCHES = re.compile(
    r"\b(?:curl|wget|fetch|aria2c|axel|lwp-\w+|git|scp|sftp|rsync|ftp|nc|npm|npx|pip3?|gh|aws|gsutil)\b"
)
_HEX = r"(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"
_TOOL = r"(?:sha(?:256|384|512)sum|shasum -a ?(?:256|384|512))"
_PLACE = r"[\w./${}@+-]{1,120}"
_STOPS = r"(?P<stops> \|\| (?:exit [1-9]\d*|\{[^{}|&]{0,200}\bexit [1-9]\d*;? \}))?"
_KEPT = re.compile(
    rf"(?:curl|wget) (?:[^|;&`()<>]{{0,400}} )?(?:-o|-O|--output|--output-document|-[a-zA-Z]{{1,6}}o)[ =]\"?(?P<kept>{_PLACE})\"?(?: [^|;&`()<>]{{1,400}})?{_STOPS}"
)
"""A line that fetches into a place of a plain name, and does nothing else."""
_COMPARES = re.compile(
    rf"(?:echo|printf [\"']%s  %s(?:\\n)?[\"']) [\"']?(?:(?P<digest>{_HEX})|\$\{{?(?P<variable>\w+)\}}?)[\"']? {{1,2}}\*?[\"']?(?P<kept>{_PLACE})\"?"
    rf" \| {_TOOL}(?: --?(?:quiet|status|strict|s))* (?:-c|--check)(?: -(?:-quiet|-status|-strict)?)*(?: > ?/dev/null)?{_STOPS}"
)
_ASKS_FOR_TOOL = re.compile(r"if command -v [\w-]+ (?:>|&>) ?/dev/null(?: 2>&1)? ?; then")
_ASSIGNED = re.compile(r"(?<![\w$-])(?P<name>[A-Za-z_]\w*)(?P<value>\+?=[^\s;]*)|\bfor\s+(?P<each>\w+)")
_DIGEST = re.compile(rf"=[\"']?{_HEX}[\"']?")
_OTHERWISE = re.compile(
    r"\b(?:eval|alias|trap|source|unset|read|mapfile|readarray|getopts|declare|typeset|local|enable|hash|shopt|BASH_ENV)\b|\bPATH="
    r"|\bset \+|\bprintf -v|:=|\(\(|<<|\\x|\$'|`|\(\)|\bfunction\s|(?:^|\s)\.\s+\S|^\s*[({]|^\s*[)}]\s*[|&>;]",
    re.MULTILINE,
)
"""What gives a name another meaning, keeps a failure from stopping the script, or holds lines that do not run."""
_STOPS_AT_ERRORS = re.compile(r"set -[a-z]*e[a-z]*(?: -?o? ?pipefail)?")


@lru_cache(maxsize=16)
def checks_what_it_fetches(source: bytes) -> bool:
    """Tell whether a shell script compares all that it fetches, before anything else happens, with digests that stand in it."""
    text = source.decode(errors="replace") if len(source) <= _LARGEST else "`"
    plain = _COMMENT.sub("", _CONTINUED.sub(" ", text))
    if _OTHERWISE.search(plain):
        return False
    lines = [" ".join(_words(line)) for line in plain.split("\n") if line.strip()]
    if len(lines) == 1 and "||" not in lines[0] and ";" not in lines[0]:
        lines = ["set -e", *lines[0].split(" && ")]
    fetching = [number for number, line in enumerate(lines) if _FETCHES.search(line)]
    digests = _digests(lines)
    return bool(fetching) and all(_is_compared(lines, number, digests) for number in fetching)


def _words(line: str) -> list[str]:
    """Split a line at its blanks, two of which stand between a digest and the name of its file."""
    return line.strip().replace("\t", " ").split(" ") if len(line) <= _LONGEST else ["`"]


def _digests(lines: Sequence[str]) -> frozenset[str]:
    """Name the variables that are given nothing but digests."""
    given: dict[str, bool] = {}
    for one in (found for line in lines for found in _ASSIGNED.finditer(line)):
        name = one["name"] or one["each"]
        is_digest = one["value"] is not None and _DIGEST.fullmatch(one["value"]) is not None
        given[name] = given.get(name, True) and is_digest
    return frozenset(name for name, is_digest in given.items() if is_digest)


def _is_compared(lines: Sequence[str], number: int, digests: frozenset[str]) -> bool:
    """Tell whether what follows a line that fetches compares what was fetched; with either tool, where one asks which is there."""
    fetched = _KEPT.fullmatch(lines[number])
    if fetched is None or lines[number].count('"') % 2 or lines[number].count("'") % 2:
        return False
    after = lines[number + 1 : number + 6]
    if after and _ASKS_FOR_TOOL.fullmatch(after[0]):
        comparing = [after[1], after[3]] if [*after[2:3], *after[4:5]] == ["else", "fi"] else []
    else:
        comparing = list(after[:1])
    stops = any(map(_STOPS_AT_ERRORS.fullmatch, lines[:number]))
    return bool(comparing) and all(_compares(line, fetched["kept"], digests, stops=stops) for line in comparing)


def _compares(line: str, kept: str, digests: frozenset[str], *, stops: bool) -> bool:
    found = _COMPARES.fullmatch(line)
    if found is None or found["kept"] != kept or not (stops or found["stops"]):
        return False
    return found["digest"] is not None or found["variable"] in digests
