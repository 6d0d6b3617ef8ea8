"""Which lines are in functions that nothing a script reaches can call, though it loads them, and in recipes that no goal needs.

A hook that loads a tool's modules for one of their functions does nothing that the others could do. Code gets at a function
of another module by a name that it says, unless it lets the whole module out of its hands, makes up names while it runs, or
starts what we cannot follow: then nothing is known to be uncalled, see `_TELLS_ALL` and `javascript.held_apart`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cached_property

from safe_install.model import Inspection, Language, ReachableFile
from safe_install.scan.grammars import kinds
from safe_install.scan.javascript.callers import Code, Part, callers_of
from safe_install.scan.javascript.held_apart import RE_EXPORTING
from safe_install.scan.javascript.own_members import ANYTHING, MODULE
from safe_install.scan.javascript.taken_modules import STARTS

_MOST_FILES = 200
_MOST_BYTES = 2 << 20  # of them together; 256 KiB take a second at most
_MOST_ROUNDS = 50  # functions that call one another; what calls more is taken to call all
_COMMAND = re.compile(r"node +((?:\./)?[\w@][\w@./-]*)((?: +[\w.=:@-]+)*) *")
"""Where nothing but this starts, no other program loads a module and calls what it exports."""
_TELLS_ALL = RE_EXPORTING | kinds(
    "eval Function constructor valueOf toLocaleString __proto__ prototype Reflect Proxy arguments callee caller mainModule"
    " getBuiltinModule binding _linkedBinding dlopen prepareStackTrace getThis getFunction createRequire _load"
    " getOwnPropertyDescriptor getOwnPropertyDescriptors getPrototypeOf setPrototypeOf Symbol __lookupGetter__"
    " __defineGetter__ WebAssembly"
)
_STARTING = kinds("spawn spawnSync fork execFile execFileSync execSync execve")
_WRITING = re.compile(
    r"(?:write(?=[A-Zv])|append|copy|cp|rename|link|symlink|createWrite|open|promises|rm|unlink|truncate|exchange)\w*"
)

_NONE = range(0)
_ALL = 1 << 30  # more lines than a file has
Codes = dict[tuple[str, str], Code]
Lines = Mapping[tuple[str, str], Container[int]]
"""By location and path."""


class Uncalled:
    """The lines of one script's files that nothing can call; worked out when first asked."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._unneeded = frozenset(inspection.unneeded)

    def has(self, location: str, path: str, line: int) -> bool:
        """Tell whether a line is in such functions, and all that it says is."""
        name = self._inspection.script.package.artifact.name
        places = {location, "" if location == name else location}
        return any((one, path, line) in self._unneeded or line in self._lines.get((one, path), _NONE) for one in places)

    @cached_property
    def _lines(self) -> Lines:
        started = _COMMAND.fullmatch(self._inspection.script.command)
        codes = self._codes(started) if started else None
        if codes is None:
            return {}
        live = _live(codes)
        if _may_call_all(codes, live):
            return {}
        lines: dict[tuple[str, str], Container[int]] = {
            (one.location, one.path): range(_ALL) for one in self._inspection.files if _is_started(one)
        }
        lines |= {place: _dead_rows(code, live) for place, code in codes.items()}
        hidden = any(_hides(one.path, one.line, lines) for one in self._inspection.gaps)
        hidden |= any(_hides(one.path, one.line, lines) for one in self._inspection.boundaries)
        return {} if hidden else lines

    def _codes(self, started: re.Match[str]) -> Codes | None:
        """Take all files apart; None where one cannot be read."""
        codes: Codes = {}
        files = [one for one in self._inspection.files if not (_is_nothing_run(one) or _is_started(one))]
        if len(files) > _MOST_FILES or sum(len(one.content) for one in files) > _MOST_BYTES:
            return None
        for file in files:
            entry = file.path == started[1].removeprefix("./") and self._is_own(file)
            known = file.language is Language.JAVASCRIPT and not file.inline
            code = callers_of(file.content, tuple(started[2].split()) if entry else ()) if known else None
            if code is None or ".json" in file.path:
                return None
            codes[file.location, file.path] = code
        return codes

    def _is_own(self, file: ReachableFile) -> bool:
        return file.location == self._inspection.script.package.artifact.location


def _may_call_all(codes: Codes, live: set[Part]) -> bool:
    """Tell whether something that runs can get at functions by names that it does not say."""
    prunes = any("\0" in part.names for code in codes.values() for part in code.parts)
    argv = sum(part.says["argv"] for part in live)
    tables = {part.table for code in codes.values() for part in code.parts} | {MODULE, ANYTHING}
    return (prunes and argv != 1) or any(
        _lets_out(code, [one for one in code.parts if one in live], tables) for code in codes.values()
    )


def _hides(path: str, line: int, lines: Lines) -> bool:
    """Tell whether something that runs, and was not read, may stand behind an end of what was; data are nothing that runs."""
    at = [places for (_, own), places in lines.items() if own == path]
    return not all(line in places for places in at) if at else not path.endswith(".json")


def _is_nothing_run(file: ReachableFile) -> bool:
    """Tell whether a file is data, or the script's own command, which `_COMMAND` reads."""
    return file.language is Language.JSON or (file.inline and file.path == ":command")


def _is_started(file: ReachableFile) -> bool:
    """Tell whether a text is for a shell that code starts: none where nothing that runs starts a program, see `_STARTING`."""
    return file.inline and file.language is Language.SHELL and file.path != ":command"


def _live(codes: Codes) -> set[Part]:
    """Give what runs: what loading does, and each function whose name something that runs says."""
    aliases: dict[str, set[str]] = {}
    for name, behind in (pair for code in codes.values() for pair in code.aliases):
        aliases.setdefault(name, set()).add(behind)
    waiting = {part for code in codes.values() for part in code.parts}
    live: set[Part] = set()
    said: set[str] = set()
    loose: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        called = [one for one in waiting if not one.names or one.names & said or (one.table and one.table in loose)]
        if not called:
            return live
        live.update(called)
        waiting.difference_update(called)
        for part in called:
            said.update(part.says)
            loose |= part.loose
        said |= _behind(said, aliases)
    return live | waiting


def _behind(said: set[str], aliases: Mapping[str, set[str]]) -> set[str]:
    """Give the names that stand behind others that are said."""
    found, new = set(said), set(said)
    while new:
        new = {behind for name in new for behind in aliases.get(name, ())} - found
        found |= new
    return found


def _lets_out(code: Code, running: list[Part], tables: set[str]) -> bool:
    """Tell whether what runs of a file lets a whole module out of its hands, makes names up, starts programs or writes files."""
    modules = code.modules.keys()
    says = {name for part in running for name in part.says}
    starts = _STARTING | {"exec"} if STARTS in code.loads else _STARTING
    loose = {name for part in running for name in part.loose}
    gives = code.open_tables().union(*(part.gives for part in running)) - {""}
    return (
        any(part.opaque for part in running)
        or bool(gives & (modules | tables | code.offers))
        or bool(modules & (loose | code.offers))
        or bool(says & (_TELLS_ALL | starts))
        or any(_WRITING.fullmatch(name) for name in says)
    )


def _dead_rows(code: Code, live: set[Part]) -> set[int]:
    """List the lines on which something is said, and nothing that runs."""
    return set(_rows(part for part in code.parts if part not in live)) - set(
        _rows(part for part in code.parts if part in live)
    )


def _rows(parts: Iterator[Part]) -> Iterator[int]:
    return (row for part in parts for row in part.rows)
