"""Programs that run another command, which stands in their own arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.program_names import is_flag, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import STAND_IN, Pattern, Word, computed, joined, literal

Found = Iterator[Lead | Blind | Ending | Command]

_ASSIGNING = frozenset(("env", "cross-env", "cross-env-shell", "sudo"))
_WITH_VALUE = frozenset(
    (
        "-u",
        "-n",
        "-k",
        "-s",
        "-o",
        "-g",
        "-C",
        "-S",
        "--unset",
        "--chdir",
        "--split-string",
        "--signal",
        "--user",
        "--sdk",
        "-sdk",
    )
)
_STARTING = frozenset(("-exec", "-execdir", "-ok", "-okdir"))
_ON_ANY = frozenset(("basename", "chmod", "dirname", "echo", "file", "grep", "ls", "rm", "rmdir", "stat", "wc"))
"""Programs that start nothing and write no contents, whichever files they are given."""
_WRITING = ("-fprint", "-fls", "-files0-from")
_OUTSIDE = re.compile(r"/|(?:.*/)?\.\.(?:/|$)")
_DURATION = re.compile(r"[\d.]+[smhd]?")


def wrapper(command: Command, _: Sequence[Command]) -> Found:
    """Read ``nohup X``, ``env A=1 X``, ``timeout 5 X``, ``cross-env A=1 X``."""
    name = program_name(command) or ""
    words = list(command.arguments)
    if name == "command" and words and words[0].literal in {"-v", "-V"}:  # says where a program lies
        return
    assigned: list[tuple[str, Word]] = []
    while words:
        said = words[0].literal or ""
        if name == "xcrun" and said.startswith(("--find", "-f", "-find", "--show", "-show")):
            return
        if is_flag(words[0]):
            yield from _flag(name, words)
        elif "=" in said and name in _ASSIGNING:
            variable, _sign, value = said.partition("=")
            assigned.append((variable, literal(value)))
        elif not (name == "timeout" and _DURATION.fullmatch(said)):
            break
        del words[:1]
    if name == "cross-env-shell":
        yield Lead(kind=Kind.SHELL_TEXT, target=joined(words, " "))
    else:
        yield _inner(command, words, tuple(assigned))


def _flag(name: str, words: list[Word]) -> Found:
    """Read a wrapper's flag; ``env -u NAME`` and the like take the next word with them."""
    flag = words[0].literal or ""
    if name == "env" and flag.startswith(("-S", "--split-string")):
        text = flag.removeprefix("--split-string").removeprefix("-S").removeprefix("=")
        yield Lead(kind=Kind.SHELL_TEXT, target=joined([*([literal(text)] if text else []), *words[1:]], " "))
        del words[1:]
    elif flag.startswith(("-C", "--chdir")):
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{name} {flag} changes the directory")
    if flag in _WITH_VALUE and len(words) > 1:
        del words[1]


def searching(command: Command, _: Sequence[Command]) -> Found:
    """Read ``xargs X`` and ``find … -exec X``: what they add to the command is found while running."""
    name = program_name(command)
    words = list(command.arguments)
    at = next((index for index, word in enumerate(words) if word.literal in _STARTING), None)
    if name == "find" and any((word.literal or "").startswith(_WRITING) for word in words):
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} writes into a file, or takes names out of one")
    if name == "find" and at is None and not any(map(_may_start, words)):
        return
    if name != "find" or at is None or not _is_the_same_for_any(words[:at], words[at + 1 :]):
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} runs a command on what it finds")
    rest = words[at + 1 :] if at is not None else [word for word in words if not is_flag(word)]
    if rest and (at is not None or name == "xargs"):
        yield replace(_inner(command, [*rest, computed("what it finds")]), piped=range(0), redirects=())


def _may_start(word: Word) -> bool:
    """Tell whether a word of ``find`` that is not known may be one behind which a command stands."""
    if word.literal is not None:
        return False
    match word.parts:
        case (Pattern(start=start, end=end),):
            return any(one.startswith(start) and one.endswith(end) for one in _STARTING)
        case _:
            return True


def _is_the_same_for_any(before: Sequence[Word], words: Sequence[Word]) -> bool:
    """Tell whether ``find`` starts only what deletes or describes, whatever it finds."""
    programs = [
        word.literal
        for word, start in zip(words, [True, *(one.literal in _STARTING for one in words)], strict=False)
        if start
    ]
    starts_outside = any(word.literal is None or _OUTSIDE.match(word.literal) for word in before)
    return not starts_outside and not any(map(_may_start, words)) and all(one in _ON_ANY for one in programs)


def windows(command: Command, _: Sequence[Command]) -> Found:
    """Read what Windows' ``start`` and ``cmd`` run."""
    words = list(command.arguments)
    while words and re.fullmatch(r"/\w+(?::\w+)?", words[0].literal or ""):
        flag = (words.pop(0).literal or "").lower()
        if flag == "/d" and words and program_name(command) == "start":
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} changes the directory")
            del words[0]
    if program_name(command) == "cmd":
        told = ["".join(part if isinstance(part, str) else STAND_IN for part in word.parts) for word in words]
        yield Lead(kind=Kind.BATCH_TEXT, target=literal(" ".join(told)))
    elif words and words[0].parts:
        yield _inner(command, words)
    elif len(words) > 1:  # an empty title stands first
        yield _inner(command, words[1:])


def build_helper(command: Command, _: Sequence[Command]) -> Found:
    """Read ``node-gyp-build "node before.js" "node after.js"``: each argument is a command."""
    yield from (Lead(kind=Kind.SHELL_TEXT, target=word) for word in command.arguments if not is_flag(word))


def _inner(command: Command, words: Sequence[Word], assignments: tuple[tuple[str, Word], ...] = ()) -> Command:
    program = words[0] if words else literal("")
    return replace(command, program=program, arguments=tuple(words[1:]), assignments=assignments)
