"""Batch text, and commands as Windows reads them → the simple commands in it, its variables unfolded.

Every line counts, whatever jumps the text makes; both sides of every ``if`` are read. Commands that cmd.exe has itself are given
the name that the same thing has in a shell (``copy`` is ``cp``), so that all that follows knows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from safe_install.model import NOTHING, GapKind
from safe_install.scan.hosts import hosts_in
from safe_install.scan.shell.leads import Blind, Lead
from safe_install.scan.shell.shell import Command, Redirect
from safe_install.scan.shell.words import STAND_IN, Word, literal, without_anchors
from safe_install.scan.windows.lines import Raw, commands_in, logical_lines
from safe_install.scan.windows.variables import CLOSE, OPEN, Variables, word_of
from safe_install.scan.windows.visual_studio import VISUAL_STUDIO, finds_visual_studio, sets_up_compiler

LONGEST = 131_072  # characters of one text; npm's own batch files have 1 KB, honest ones under 4
LONGEST_LINE = 8_191  # cmd.exe's own limit
MOST_COMMANDS = 2_000
MOST_CHARACTERS = 1 << 20  # of all lines after expansion
MOST_LOOPS = 16  # values of a loop's variable that are looked at
NESTED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one batch text says; ``commands`` are read further with `programs.leads`, given all of them for their pipes."""

    leads: tuple[Lead, ...] = ()
    commands: tuple[Command, ...] = ()
    blinds: tuple[Blind, ...] = ()
    environment: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    writes: tuple[Word, ...] = ()


def read_batch(text: str, path: str | None = None, variables: Mapping[str, str] = NOTHING) -> Batch:
    """Read a batch file at ``path`` in its package, or a command line of cmd.exe; never raises.

    ``variables`` are what is known of the surroundings, ``npm_package_config_x`` for one.
    """
    if len(text) > LONGEST:
        return Batch(blinds=(Blind(kind=GapKind.TOO_LARGE, detail=f"a batch text of {len(text):,} characters"),))
    known = {name.lower(): [value] for name, value in variables.items()}
    home = None if path is None else path.rpartition("/")[0]
    reading = _Reading(Variables(home=home, known=known))
    plain = text.replace(OPEN, "").replace(CLOSE, "").replace("\ufeff", "")
    for line, content in logical_lines(plain.replace(STAND_IN, f"{OPEN}computed{CLOSE}")):
        reading.read(content, line)
    return reading.batch()


_WINDOWS_SIGNS = re.compile(
    r"[\w.]\\[\w.@-]|%[\w.]+[%:]|\^|(?:^|[&|(\s])(?:start|call|if\s+(?:not\s+)?(?:exist|defined|errorlevel|/i)|cmd|set|rem|type|copy"
    r"|xcopy|move|del|for\s+/?)\b|\.(?:bat|cmd|ps1)\b|powershell|!\w+!",
    re.IGNORECASE,
)


def differs_on_windows(text: str) -> bool:
    """Tell whether cmd.exe may read a command line in another way than a shell does, so that both have to be read."""
    return _WINDOWS_SIGNS.search(text) is not None


_LOOP = re.compile(
    r"\bfor\s+(?P<flag>/[a-z]\s+(?:\"[^\"]{0,200}\"\s+)?(?:[^%\s(]\S{0,200}\s+)?)?%%?(?P<name>[A-Za-z])\s+in\s*\((?P<set>(?:\"[^\"]{0,400}\"|[^)\"]){0,4000}|[^)]{0,4000})\)"
    r"\s*do\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:(?<=[&|()@\s])|^)if\s+(?:/i\s+)?(?:not\s+)?(?:/i\s+)?(?:(?:exist|defined|errorlevel|cmdextversion)\s+(?:\"[^\"]*\"|[^\s\"()]+)"
    r"|(?:\"[^\"]*\"|[^\s\"=()]+)\s{0,9}(?:==|\b(?:equ|neq|lss|leq|gtr|geq)\b)\s{0,9}(?:\"[^\"]*\"|[^\s\"()]+))",
    re.IGNORECASE,
)
_SAME_IN_SHELL = {
    **dict.fromkeys(("copy", "xcopy", "robocopy"), "cp"),
    **dict.fromkeys(("move", "ren", "rename"), "mv"),
    **dict.fromkeys(("del", "erase"), "rm"),
    **dict.fromkeys(("md", "mkdir"), "mkdir"),
    **dict.fromkeys(("rd", "rmdir"), "rmdir"),
    **dict.fromkeys(("chdir", "cd", "pushd"), "cd"),
    "type": "cat",
    "mklink": "ln",
}
_NOTHING = frozenset(
    (
        *(
            "@echo",
            "assoc",
            "break",
            "cls",
            "color",
            "echo",
            "else",
            "endlocal",
            "exit",
            "goto",
            "pause",
            "popd",
            "prompt",
        ),
        *("rem", "set", "setlocal", "shift", "title", "ver", "verify", "vol", "do", "date", "time", "dir", "ftype"),
    )
)
"""What cmd.exe does itself and what starts nothing; ``set`` is read before."""


@dataclass(slots=True)
class _Reading:
    """One pass over a text."""

    variables: Variables
    commands: list[Command] = field(default_factory=list)
    blinds: list[Blind] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    spent: int = 0

    def batch(self) -> Batch:
        """Give what was found."""
        redirects = (redirect for command in self.commands for redirect in command.redirects if redirect.writes)
        return Batch(
            commands=tuple(self.commands),
            blinds=tuple(dict.fromkeys(self.blinds)),
            environment=frozenset(self.variables.read),
            hosts=frozenset(self.hosts),
            writes=tuple(one.target for one in redirects if (one.target.literal or "").lower() != "nul"),
        )

    def read(self, line: str, number: int, depth: int = 0) -> None:
        """Read one line: loops first, since they give their variable its values, then as it is expanded."""
        if line.lstrip(" \t@").startswith((":", "rem ", "REM ")):
            return
        if len(line) > LONGEST_LINE or depth > NESTED or len(self.commands) > MOST_COMMANDS:
            self._blind(GapKind.TOO_LARGE, "a line that is too long, or too many of them", number)
            return
        line = self._loops(line, number, depth)
        before = len(self.variables.known)
        told = [text for text in self.variables.expand(line) if self._commands(text, number)]
        if told and len(self.variables.known) != before:  # what the line sets, ``call %%x%%`` in it expands
            for text in self.variables.expand(line):
                if text not in told:
                    self._commands(text, number)

    def _loops(self, line: str, number: int, depth: int) -> str:
        """Give a line without the heads of its loops; what they go through is noted, commands in it are read."""
        for match in list(_LOOP.finditer(line))[:MOST_LOOPS]:
            inside, flag, name = match["set"].strip(), (match["flag"] or "").lower(), f"%{match['name'].lower()}"
            if flag.startswith("/f") and inside[:1] in "'`":
                self.read(inside.strip("'`"), number, depth + 1)
                if any(finds_visual_studio(text) for text in self.variables.expand(inside.strip("'`"))):
                    self.variables.set(name, VISUAL_STUDIO)
            elif not flag and not set("*?") & set(inside):
                for value in inside.split()[:MOST_LOOPS]:
                    self.variables.set(name, value.strip('"'))
            elif flag.startswith("/f") and inside.startswith('"'):
                self.variables.set(name, inside.strip('"'))
        return _LOOP.sub("&", line)

    def _commands(self, text: str, number: int, depth: int = 0) -> bool:
        """Read the commands of an expanded line; a pipe gives each the index of the one before it."""
        self.spent += len(text)
        if self.spent > MOST_CHARACTERS:
            self._blind(GapKind.TOO_LARGE, "variables that grow, the rest is not read", 1)
            return False
        self.hosts |= hosts_in(text)
        start = len(self.commands)
        for raw in commands_in(_CONDITION.sub("&", text)):
            if raw.words[:1] and raw.words[0].lower() == "call" and "%" in raw.rest and depth < NESTED:
                for again in self.variables.expand(raw.rest):
                    self._commands(again, number, depth + 1)
                continue
            if not raw.piped:
                start = len(self.commands)
            self._command(raw, range(start, len(self.commands)) if raw.piped else range(0), number)
        return True

    def _command(self, raw: Raw, piped: range, number: int) -> None:
        words = _plain(raw)
        redirects = tuple(
            Redirect(operator=operator, target=_path(word_of(target))) for operator, target in raw.redirects
        )
        if words and words[0].lower() == "set":
            self._set(raw)
            words = []
        name = words[0].lower() if words else ""
        if (name in _NOTHING and name != "echo") or name.startswith("echo."):
            words = []
        if words and sets_up_compiler(words[0]):
            words = []
        if not words and not redirects:
            return
        for program, arguments in _programs(words):
            command = Command(program=program, arguments=arguments, redirects=redirects, piped=piped, line=number)
            self.commands.append(command)

    def _set(self, raw: Raw) -> None:
        """Read ``set X=VALUE`` and ``set "X=VALUE"``; what is computed or asked for is not known."""
        rest = raw.rest.strip()
        if rest[:2].lower() in {"/a", "/p"}:
            self.variables.known.pop(rest[2:].partition("=")[0].strip().lower(), None)
            return
        if rest.startswith('"'):
            rest = rest[1:].rpartition('"')[0] or rest[1:]
        name, sign, value = rest.partition("=")
        if sign:
            self.variables.set(name, re.sub(r"\^(.)", r"\1", value))

    def _blind(self, kind: GapKind, detail: str, line: int) -> None:
        self.blinds.append(Blind(kind=kind, detail=detail, line=line))


def _plain(raw: Raw) -> list[str]:
    """Leave out what stands before a command: ``else``, ``do``, ``call``; a call of a label is none."""
    words = raw.words
    while words and words[0].lower() in {"else", "do", "call"}:
        words = words[1:]
    titled = bool(words) and words[0].lower() == "start" and raw.rest.lstrip().startswith('"')
    return [] if words and words[0].startswith(":") else [words[0], *words[2:]] if titled else words


def _programs(words: list[str]) -> Iterator[tuple[Word, tuple[Word, ...]]]:
    """Give a command as a shell would name it; where its name holds what is not known, also as if that were empty."""
    if not words:
        yield literal(""), ()
        return
    name, arguments = words[0], words[1:]
    glued = re.fullmatch(r"([\w.-]+)(/\w)", name)  # ``cmd/c``
    if glued:
        name, arguments = glued[1], [glued[2], *arguments]
    same = _SAME_IN_SHELL.get(name.lower())
    if same is not None:
        kept = [one for one in arguments if not re.fullmatch(r"/[-\w:]+", one)]
        yield literal(same), tuple(_path(word_of(one)) for one in kept)
        return
    if name.lower() in {"start", "cmd", "cmd.exe"}:
        yield literal(name.lower()), tuple(word_of(one) for one in arguments)
        return
    plain = re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}", "", name)
    for one in dict.fromkeys((name, plain)) if plain else (name,):
        yield _program(word_of(one)), tuple(_path(word_of(argument)) for argument in arguments)


def _program(word: Word) -> Word:
    """Name a program: cmd.exe does not tell upper case from lower."""
    word = _path(word)
    text = word.literal
    if text is not None and re.match(r"[A-Za-z]:/", text):
        text = text.rpartition("/")[2]
    is_file = text is not None and ("/" in text or re.search(r"\.(?:bat|cmd|ps1|vbs)$", text, re.IGNORECASE))
    return word if text is None or is_file else literal(text.lower())


_PATH = re.compile(r"[^\\/\"'<>|*?\n]*(?:\\+[^\\/\"'<>|?\n]*)+")


def _path(word: Word) -> Word:
    """Write a path with ``/``; a text that is no path keeps its backslashes."""
    return Word(tuple(_slashed(part) if isinstance(part, str) else part for part in word.parts))


def _slashed(text: str) -> str:
    head = without_anchors(text)
    if head != text:  # a path of which it is known where it starts
        return re.sub(r"[\\/]+", "/", text)
    mixed = "\\" in head and "/" in head and " " not in head
    return re.sub(r"\\+", "/", text) if mixed or _PATH.fullmatch(head) else text
