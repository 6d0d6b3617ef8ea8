"""PowerShell text → the commands in it. Short scripts are understood; what is not is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from safe_install.model import GapKind
from safe_install.scan.hosts import hosts_in
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, computed, excerpt, joined, literal
from safe_install.scan.windows.powershell_text import LONGEST, Statement, plain, statements

MOST = 1_000  # statements of one text
MOST_LONG_TEXTS = 100  # comments and texts over several lines; each that never ends is looked for to the end


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerShell:
    """What one PowerShell text says; ``commands`` are read further with `programs.leads`."""

    leads: tuple[Lead, ...] = ()
    commands: tuple[Command, ...] = ()
    blinds: tuple[Blind, ...] = ()
    environment: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    writes: tuple[Word, ...] = ()


def read_powershell(text: str) -> PowerShell:
    """Read PowerShell text; never raises."""
    if len(text) > LONGEST or sum(text.count(sign) for sign in ("<#", "@'", '@"')) > MOST_LONG_TEXTS:
        return PowerShell(blinds=(Blind(kind=GapKind.TOO_LARGE, detail=f"PowerShell of {len(text):,} characters"),))
    said = plain(text.replace("\ufeff", "").replace("\0", ""))
    reading = _Reading()
    for count, one in enumerate(statements(said)):
        if count == MOST:
            reading.blind(GapKind.TOO_LARGE, f"more than {MOST:,} statements", one.line)
            break
        reading.read(one)
    if reading.computes:
        reading.blinds[Blind(kind=GapKind.DYNAMIC, detail="evaluates what is computed or fetched")] = None
    return PowerShell(
        leads=tuple(reading.leads),
        commands=tuple(reading.commands),
        blinds=tuple(reading.blinds),
        environment=frozenset(match[1] or match[2] for match in _VARIABLE.finditer(said)),
        hosts=frozenset(hosts_in(said)),
        writes=tuple(reading.writes),
    )


_VARIABLE = re.compile(r"\$\{?env:(\w{1,100})|GetEnvironmentVariable\(\s*'(\w{1,100})'", re.IGNORECASE)
_FETCHING = re.compile(
    r"\b(?:downloadstring|downloadfile|downloaddata|invoke-webrequest|invoke-restmethod|iwr|irm|start-bitstransfer|openread)\b"
    r"|net\.webclient|net\.http",
    re.IGNORECASE,
)
_LOADING = re.compile(r"\badd-type\b|reflection\.assembly|dllimport|virtualalloc|\[\w*appdomain", re.IGNORECASE)
_EVALUATING = frozenset(("iex", "invoke-expression"))
_STARTING = frozenset(("start-process", "saps", "start", "invoke-item", "ii"))
_KEYWORDS = frozenset(
    (
        *(
            "if",
            "else",
            "elseif",
            "foreach",
            "for",
            "while",
            "do",
            "until",
            "switch",
            "try",
            "catch",
            "finally",
            "function",
        ),
        *(
            "param",
            "return",
            "throw",
            "exit",
            "begin",
            "process",
            "end",
            "break",
            "continue",
            "using",
            "filter",
            "trap",
            "in",
        ),
    )
)
_QUIET = re.compile(
    r"(?:write|get|test|select|where|sort|measure|format|out|convertto|convertfrom|join|split|resolve|compare|group|push|pop|wait)-\w+"
    r"|start-sleep|set-(?:location|variable|strictmode|psdebug)|new-object|new-variable|clear-host|import-csv|foreach-object|%|\?"
    r"|echo|cd|sl|pwd|dir|ls|gci|cat|gc|sleep",
    re.IGNORECASE,
)
_SAME_IN_SHELL = {
    **dict.fromkeys(("copy-item", "cpi", "copy", "cp"), "cp"),
    **dict.fromkeys(("move-item", "mi", "move", "mv", "rename-item", "ren"), "mv"),
    **dict.fromkeys(("remove-item", "ri", "del", "erase", "rm", "rd", "rmdir"), "rm"),
    **dict.fromkeys(("new-item", "ni", "mkdir", "md"), "mkdir"),
    **dict.fromkeys(("invoke-webrequest", "iwr", "invoke-restmethod", "irm", "curl", "wget"), "curl"),
    "start-bitstransfer": "bitsadmin",
    "expand-archive": "unzip",
    "compress-archive": "zip",
}
_FILLING = frozenset(("set-content", "add-content", "out-file", "sc", "ac", "tee-object", "export-csv"))
_WORD = re.compile(r"'((?:[^']|'')*)'|\"([^\"]*)\"|([^\s'\",]+)")
_ASSIGNMENT = re.compile(r"^\s*(?:\[[\w.\[\]]+\]\s*)?\$[\w:{}.]+(?:\[[^\]]*\])?\s*[-+*/]?=\s*")
_EXPRESSION = re.compile(r"[$\[@\d'\".<>=!,+*/%\-\]]|-\w+")


@dataclass(slots=True)
class _Reading:
    """What was found in one text."""

    leads: dict[Lead, None] = field(default_factory=dict)
    commands: dict[Command, None] = field(default_factory=dict)
    blinds: dict[Blind, None] = field(default_factory=dict)
    writes: list[Word] = field(default_factory=list)
    computes: bool = False

    def read(self, statement: Statement) -> None:
        """Read one statement: a command, or an expression whose calls are looked at."""
        text = _ASSIGNMENT.sub("", statement.text)
        words = [_word(match) for match in _WORD.finditer(text)]
        calls = bool(words) and words[0].literal in {"&", "."}
        words = words[calls:]
        while words and (words[0].literal or "").lower() in _KEYWORDS:
            words = words[1:]
        self._expression(statement)
        if not words:
            return
        if not calls and (_EXPRESSION.match(text.lstrip()) or words[0].literal is None):
            return
        self._command(words, statement)

    def _expression(self, statement: Statement) -> None:
        if _LOADING.search(statement.text):
            self.blind(GapKind.NATIVE, f"loads code: {statement.text}", statement.line)
        if re.search(r"\.download\w+|\.openread", statement.text, re.IGNORECASE):
            self.blind(GapKind.DOWNLOADED, f"downloads: {statement.text}", statement.line)
        for match in re.finditer(r"::(?:writeall\w+|appendall\w+|create)\b", statement.text, re.IGNORECASE):
            self.writes.append(computed(statement.text[: match.end()]))
        if re.search(
            r"\.(?:invoke|invokescript|create)\b|\[scriptblock\]|process\]::start", statement.text, re.IGNORECASE
        ):
            self.blind(GapKind.DYNAMIC, f"runs what is computed: {statement.text}", statement.line)

    def _command(self, words: list[Word], statement: Statement) -> None:
        program, *arguments = words
        name = (program.literal or "").lower()
        if program.literal is None:
            self.blind(GapKind.DYNAMIC, f"runs {program.shown}, known only while running", statement.line)
        elif name in _EVALUATING:
            self._evaluates(arguments, statement)
        elif name in _STARTING:
            started = [one for one in arguments if not (one.literal or "").startswith("-")]
            self._runs(started, statement)
        elif name in _FILLING:
            self.writes += [one for one in arguments if not (one.literal or "").startswith("-")][:1]
        elif not _QUIET.fullmatch(name):
            self._runs([literal(_SAME_IN_SHELL.get(name, name)), *arguments], statement)

    def _evaluates(self, arguments: list[Word], statement: Statement) -> None:
        """Read ``iex TEXT``, and what stands before a pipe into it."""
        given = joined(arguments, " ")
        if given.parts and given.literal is not None:
            self._lead(Lead(kind=Kind.POWERSHELL_TEXT, target=given, line=statement.line))
            return
        text = f"{statement.before} {statement.text}"
        piped = re.fullmatch(r"\s*'((?:[^']|'')*)'\s*", statement.before)
        if piped:
            said = literal(piped[1].replace("''", "'"))
            self._lead(Lead(kind=Kind.POWERSHELL_TEXT, target=said, line=statement.line))
        elif _FETCHING.search(text):
            self.blind(GapKind.DOWNLOADED, f"runs what it downloads: {text}", statement.line)
        else:
            self.computes = True

    def _runs(self, words: list[Word], statement: Statement) -> None:
        if words:
            words = [_slashed(one) for one in words]
            self.commands[Command(program=words[0], arguments=tuple(words[1:]), line=statement.line)] = None

    def _lead(self, lead: Lead) -> None:
        self.leads[lead] = None

    def blind(self, kind: GapKind, detail: str, line: int) -> None:
        """Tell what could not be seen."""
        self.blinds[Blind(kind=kind, detail=excerpt(detail), line=line)] = None


def _word(match: re.Match[str]) -> Word:
    single, double, bare = match.groups()
    if single is not None:
        return literal(single.replace("''", "'"))
    text = double if double is not None else bare
    root = re.sub(r"^\$PSScriptRoot[\\/]|^\.\\", "./", text, flags=re.IGNORECASE)
    return joined(_parts(root))


def _parts(text: str) -> Iterator[Word]:
    at = 0
    for match in re.finditer(r"\$\{?[\w:]+\}?", text):
        yield literal(text[at : match.start()])
        yield computed(match[0])
        at = match.end()
    yield literal(text[at:])


def _slashed(word: Word) -> Word:
    """Write a path with ``/``."""
    return Word(
        tuple(part.replace("\\", "/") if isinstance(part, str) and " " not in part else part for part in word.parts)
    )
