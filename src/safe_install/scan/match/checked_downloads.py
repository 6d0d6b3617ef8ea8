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
_STOP = "exit 1"
"""What calls of a function that only speaks and exits are read as."""
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_SPEAKS = r"(?:(?:echo|printf) [^;|&`()\n]{0,200}(?: ?(?:1?>&2))? ?(?:;|\n) ?){0,4}"
_GIVES_UP = re.compile(
    rf"^ ?(?P<name>[A-Za-z_]\w{{0,30}}) ?\(\) ?\{{[ \n]{{1,4}}{_SPEAKS}exit [1-9]\d*[ ;\n]{{1,4}}\}} ?$", re.MULTILINE
)
_CLEANS_UP = re.compile(
    r"^ ?trap (?P<quote>[\"'])rm -[rf]{1,2} [^;|&`\n]{1,120}(?P=quote) (?:EXIT|0)(?: (?:INT|TERM|HUP))* ?$",
    re.MULTILINE,
)
_FETCHES = re.compile(
    r"\b(?:curl|wget|fetch|aria2c|axel|lwp-\w+|git|scp|sftp|rsync|ftp|nc|npm|npx|pip3?|gh|aws|gsutil)\b"
)
_HEX = r"(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"
_TOOL = r"(?:sha(?:256|384|512)sum|shasum -a ?(?:256|384|512))"
_PLACE = r"[\w./${}@+-]{1,120}"
_STOPS = r"(?P<stops> \|\| (?:exit [1-9]\d*(?: [^;|&`()]{0,200})?|\{[^{}|&]{0,200}\bexit [1-9]\d*;? \}))?"
_QUIETLY = r"(?: > ?/dev/null(?: 2>&1)?)?"
_KEPT = re.compile(
    rf"(?:curl|wget) (?:[^|;&`()<>]{{0,400}} )?(?:-o|-O|--output|--output-document|-[a-zA-Z]{{1,6}}o)[ =]\"?(?P<kept>{_PLACE})\"?(?: [^|;&`()<>]{{1,400}})?{_STOPS}"
)
"""A line that fetches into a place of a plain name, and does nothing else."""
_DIGEST_OF = rf"[\"']?(?:(?P<digest>{_HEX})|\$\{{?(?P<variable>\w+)\}}?)[\"']?"
_COMPARES = re.compile(
    rf"(?P<not>if ! )?(?:echo|printf [\"']%s  %s(?:\\n)?[\"']) {_DIGEST_OF} {{1,2}}\*?[\"']?(?P<kept>{_PLACE})\"?"
    rf" \| {_TOOL}(?: --?(?:quiet|status|strict|s))* (?:-c|--check)(?: -(?:-quiet|-status|-strict)?)*{_QUIETLY}(?(not) ?; then|{_STOPS})"
)
_COMPUTES = re.compile(
    rf"(?P<found>\w+)=\"?\$\({_TOOL} \"?(?P<kept>{_PLACE})\"? \| (?:awk ['\"]\{{ ?print \\?\$1 ?\}}['\"]|cut -d ?['\"] ['\"] -f ?1|cut -c ?1-64|head -c ?64)\)\"?"
)
_DIFFERS = re.compile(
    rf"(?:if \[\[? \"\$\{{?(?P<if>\w+)\}}?\" != {_DIGEST_OF} \]\]? ?; then|\[\[? \"\$\{{?(?P<or>\w+)\}}?\" ==? "
    rf"{_DIGEST_OF.replace('digest', 'other_digest').replace('variable', 'other_variable')} \]\]?{_STOPS})"
)
_ASKS_FOR_TOOL = re.compile(r"if command -v [\w-]+ (?:>|&>) ?/dev/null(?: 2>&1)? ?; then")
_EXITS = re.compile(r"exit [1-9]\d*(?: [^;|&`()]*)?")
_SAYS = re.compile(r"(?:echo|printf) [^;|&`()]*(?:>&2)?(?: [^;|&`()]*)?|rm -[rf]{1,2} [^;|&`()]*")
_ASSIGNED = re.compile(r"(?<![\w$-])(?P<name>[A-Za-z_]\w*)(?P<value>\+?=[^\s;]*)|\bfor\s+(?P<each>\w+)")
_DIGEST = re.compile(rf"=[\"']?{_HEX}[\"']?")
_OTHERWISE = re.compile(
    r"\b(?:eval|alias|trap|source|unset|read|mapfile|readarray|getopts|declare|typeset|local|enable|hash|shopt|BASH_ENV)\b|\bPATH="
    r"|\bset \+|\bprintf -v|:=|\(\(|<<|\$'|`|\(\)|\bfunction\s|(?:^|\s)\.\s+\S|^\s*[({]|^\s*[)}]\s*[|&>;]",
    re.MULTILINE,
)
"""What gives a name another meaning, keeps a failure from stopping the script, or holds lines that do not run."""
_FETCHES_OTHERWISE = re.compile(
    r"\b(?:certutil|bitsadmin|mshta|regsvr32|rundll32|degit|tiged|giget|iwr|Invoke-\w+|Start-BitsTransfer|DownloadFile|bun|deno)\b"
    r"|[A-Za-z](?:\"\"|'')[A-Za-z]|[\"'][A-Za-z]{1,8}[\"'][A-Za-z]|\\[^n\s\"'$\\]|\$\{\w+\}[\"']?[A-Za-z]|\$\w+[\"'][A-Za-z]",
    re.IGNORECASE,
)
"""What else the signature knows, and words in pieces, which it sees put together."""
_STOPS_AT_ERRORS = re.compile(r"set -[a-z]*e[a-z]*(?: -?o? ?pipefail)?")


@lru_cache(maxsize=16)
def checks_what_it_fetches(source: bytes) -> bool:
    """Tell whether a shell script compares all that it fetches, before anything else happens, with digests that stand in it."""
    text = source.decode(errors="replace") if len(source) <= _LARGEST else "`"
    plain = _CLEANS_UP.sub("", _without_ends(_spaced(_COMMENT.sub("", _CONTINUED.sub(" ", text)))))
    if _OTHERWISE.search(plain) or _FETCHES_OTHERWISE.search(plain):
        return False
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    if len(lines) == 1 and "||" not in lines[0] and ";" not in lines[0]:
        lines = ["set -e", *lines[0].split(" && ")]
    return _Script(lines).compares()


def _spaced(text: str) -> str:
    """Put a blank for each tab and begin no line with more than one; between a digest and the name of its file stand two."""
    lines = (line.replace("\t", " ") if len(line) <= _LONGEST else "`" for line in text.split("\n"))
    return "\n".join(" " * line.startswith(" ") + line.strip() for line in lines)


def _without_ends(text: str) -> str:
    """Read calls of functions that only speak and exit as exits, and leave such functions out."""
    names = {found["name"] for found in _GIVES_UP.finditer(text)}
    if not names:
        return text
    rest = _GIVES_UP.sub("", text)
    return re.sub(
        rf"(?:(?<=\|\| )|(?<=\{{ )|(?<=; )|^ ?)(?:{'|'.join(sorted(names))})(?= |;|$)", _STOP, rest, flags=re.MULTILINE
    )


class _Script:
    """The lines of a script that may be understood."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._digests = _digests(lines)

    def compares(self) -> bool:
        """Tell whether each line that fetches belongs to a fetch that is compared right after it."""
        fetching = [number for number, line in enumerate(self._lines) if _FETCHES.search(line) and not _asks(line)]
        return bool(fetching) and all(map(self._is_compared, fetching))

    def _is_compared(self, number: int) -> bool:
        """Tell whether what follows a line that fetches compares what was fetched; with either tool, where one asks which is there."""
        kept = _kept(self._lines[number])
        after = number + 1
        if [self._line(after), self._line(after + 2)] == ["else", "fi"] and _kept(self._line(after + 1)) == kept:
            after += 2
        after += self._line(after) == "fi"
        if kept is None:
            return False
        if not _asks(self._line(after)):
            return self._compared_at(after, kept, number) > 0
        other = self._compared_at(after + 1, kept, number)
        end = self._compared_at(other + 1, kept, number) if other and self._line(other) == "else" else 0
        return end > 0 and self._line(end) == "fi"

    def _compared_at(self, start: int, kept: str, fetched: int) -> int:
        """Give the line after a comparison of what is kept in a place; 0 where none stands."""
        stops = any(map(_STOPS_AT_ERRORS.fullmatch, self._lines[:fetched]))
        found = _COMPARES.fullmatch(self._line(start))
        if found is not None:
            is_same = found["kept"] == kept and self._is_own(found["digest"], found["variable"])
            end = self._given_up_at(start + 1) if found["not"] else (start + 1) * bool(stops or found["stops"])
            return end if is_same else 0
        computed = _COMPUTES.fullmatch(self._line(start))
        differs = _DIFFERS.fullmatch(self._line(start + 1))
        if computed is None or differs is None or computed["kept"] != kept:
            return 0
        is_same = computed["found"] == (differs["if"] or differs["or"]) and computed["found"] not in self._digests
        is_same &= self._is_own(
            differs["digest"] or differs["other_digest"], differs["variable"] or differs["other_variable"]
        )
        end = self._given_up_at(start + 2) if differs["if"] else (start + 2) * bool(stops or differs["stops"])
        return end if is_same else 0

    def _given_up_at(self, start: int) -> int:
        """Give the line after ``fi`` where all up to there only speaks and then exits; 0 where it may go on."""
        while _SAYS.fullmatch(self._line(start)) and not _EXITS.fullmatch(self._line(start)):
            start += 1
        return start + 2 if _EXITS.fullmatch(self._line(start)) and self._line(start + 1) == "fi" else 0

    def _line(self, number: int) -> str:
        return self._lines[number] if number < len(self._lines) else ""

    def _is_own(self, digest: str | None, variable: str | None) -> bool:
        return digest is not None or variable in self._digests


def _asks(line: str) -> bool:
    return _ASKS_FOR_TOOL.fullmatch(line) is not None


def _kept(line: str) -> str | None:
    """Name the place that a line fetches into; None where it does anything else."""
    fetched = _KEPT.fullmatch(line)
    return fetched["kept"] if fetched is not None and not (line.count('"') % 2 or line.count("'") % 2) else None


def _digests(lines: Sequence[str]) -> frozenset[str]:
    """Name the variables that are given nothing but digests."""
    given: dict[str, bool] = {}
    for one in (found for line in lines for found in _ASSIGNED.finditer(line)):
        name = one["name"] or one["each"]
        is_digest = one["value"] is not None and _DIGEST.fullmatch(one["value"]) is not None
        given[name] = given.get(name, True) and is_digest
    return frozenset(name for name, is_digest in given.items() if is_digest)
