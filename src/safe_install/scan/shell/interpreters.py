"""Programs that run a text they are given: as a file, as an argument, or through their input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.node_command import node_command
from safe_install.scan.shell.outputs import output_of
from safe_install.scan.shell.program_names import NETWORK, is_flag, program_name
from safe_install.scan.shell.shell import Command, stage
from safe_install.scan.shell.words import Computed, Word, joined, literal

Found = Iterator[Lead | Blind | Ending | Command]


def node(command: Command, text: Sequence[Command]) -> Found:
    """Read ``node FILE``, ``node -e TEXT`` and a node that reads its input; ``node $npm_execpath`` is npm."""
    if command.arguments and _is_npm(command.arguments[0]):
        yield replace(command, program=literal("npm"), arguments=command.arguments[1:])
        return
    found, reads_input = node_command(command.arguments)
    yield from found
    if reads_input:
        yield from _standard_input(command, text, Kind.JAVASCRIPT, Kind.JAVASCRIPT_TEXT)


_NPM_ITSELF = frozenset(("$npm_execpath", "${npm_execpath}", "process.env.npm_execpath"))


def _is_npm(word: Word) -> bool:
    """Tell whether a word is the file of the npm that runs the script; a text that sets it says so elsewhere."""
    return len(word.parts) == 1 and isinstance(word.parts[0], Computed) and word.parts[0].source in _NPM_ITSELF


def shell(command: Command, text: Sequence[Command]) -> Found:
    """Read ``sh FILE``, ``sh -c TEXT`` and a shell that reads its input."""
    words = list(command.arguments)
    given = typed = False
    while words and is_flag(words[0], "-+"):
        flag = words.pop(0).literal or ""
        if flag in {"--rcfile", "--init-file"} and words:
            yield Lead(kind=Kind.SHELL, target=words.pop(0))
        elif not flag.startswith("--"):
            given |= "c" in flag
            typed |= "s" in flag  # what stands behind the file's name is the file's own
            del words[: flag.count("o") + flag.count("O")]  # -o NAME
        if flag in {"-", "--"}:
            break
    if words:
        yield Lead(kind=Kind.SHELL_TEXT if given else Kind.SHELL, target=words[0])
    if not words or typed:
        yield from _standard_input(command, text, Kind.SHELL, Kind.SHELL_TEXT)


def source(command: Command, _: Sequence[Command]) -> Found:
    """Read ``. FILE``."""
    yield from (Lead(kind=Kind.SHELL, target=word) for word in command.arguments[:1])


def evaluate(command: Command, _: Sequence[Command]) -> Found:
    """Read ``eval TEXT …``."""
    yield Lead(kind=Kind.SHELL_TEXT, target=joined(command.arguments, " "))


def trap(command: Command, _: Sequence[Command]) -> Found:
    """Read ``trap TEXT SIGNAL``."""
    yield from (Lead(kind=Kind.SHELL_TEXT, target=word) for word in command.arguments[:1] if not is_flag(word))


def alias(command: Command, _: Sequence[Command]) -> Found:
    """Read ``alias NAME=TEXT``, as if the text ran."""
    for word in command.arguments:
        text = word.literal
        yield Lead(kind=Kind.SHELL_TEXT, target=word if text is None else literal(text.partition("=")[2]))


def python(command: Command, text: Sequence[Command]) -> Found:
    """Read ``python FILE``, ``python -c TEXT``, ``python -m MODULE`` and a python that reads its input."""
    words = list(command.arguments)
    while words and is_flag(words[0]):
        flag = words.pop(0).literal or ""
        if flag in {"-c", "-m"}:
            kind = Kind.PYTHON_TEXT if flag == "-c" else Kind.PYTHON_MODULE
            yield from (Lead(kind=kind, target=word, arguments=tuple(words[1:])) for word in words[:1])
            return
        if flag in {"-", "--version", "-V", "--help", "-h"}:
            yield from _standard_input(command, text, Kind.PYTHON, Kind.PYTHON_TEXT) if flag == "-" else ()
            return
        del words[: flag in {"-W", "-X"}]
    if words:
        yield Lead(kind=Kind.PYTHON, target=words[0], arguments=tuple(words[1:]))
    else:
        yield from _standard_input(command, text, Kind.PYTHON, Kind.PYTHON_TEXT)


def other_language(command: Command, _: Sequence[Command]) -> Found:
    """Name the files given to an interpreter whose language is not read."""
    telling = {"-v", "-V", "--version", "-version" if program_name(command) == "java" else "-v"}
    if all(word.literal in telling for word in command.arguments):
        return
    yield Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} runs a language that is not read")
    yield from (Lead(kind=Kind.OTHER, target=word, optional=True) for word in command.arguments if not is_flag(word))


def other_runtime(command: Command, _: Sequence[Command]) -> Found:
    """Follow what another JavaScript runtime runs as if node ran it; that it is another one is told elsewhere."""
    found, rest = _runtime_flags(command.arguments)
    yield from found
    if rest and rest[0].literal in {"run", "x", "watch"}:
        found, rest = _runtime_flags(rest[1:])
        yield from found
    elif rest and rest[0].literal in _FETCHING:
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} fetches and may install packages")
        return
    if rest and (rest[0].literal or "").startswith(("http:", "https:", "npm:", "jsr:")):
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} fetches what it runs")
    elif rest:
        yield Lead(kind=Kind.MAIN, target=rest[0], arguments=tuple(rest[1:]))


_FETCHING = frozenset(("add", "create", "i", "install", "upgrade", "update"))
_LOADING = frozenset(("-r", "--require", "--import", "--loader", "--preload", "--tsconfig", "--config", "--import-map"))
_RUNNING = frozenset(("-e", "--eval", "-p", "--print", "-pe"))


def _runtime_flags(words: Sequence[Word]) -> tuple[list[Lead], list[Word]]:
    """Read the flags before a program that load or evaluate something."""
    found: list[Lead] = []
    waiting = list(words)
    while waiting and (is_flag(waiting[0]) or waiting[0].literal == "eval"):
        flag, sign, value = (waiting.pop(0).literal or "").partition("=")
        if flag in _LOADING | _RUNNING | {"eval"} and (sign or waiting):
            target = literal(value) if sign else waiting.pop(0)
            found.append(Lead(kind=Kind.MODULE if flag in _LOADING else Kind.JAVASCRIPT_TEXT, target=target))
    return found, waiting


def _standard_input(command: Command, text: Sequence[Command], file: Kind, told: Kind) -> Found:
    """Follow what an interpreter reads as its program: a file, a here-document, or what writes into its pipe."""
    reading = [redirect for redirect in command.redirects if redirect.reads]
    for redirect in reading:
        yield Lead(kind=told if redirect.gives_text else file, target=redirect.target)
    if reading:
        return
    stages = [stage(text[index]) for index in command.piped]
    said = output_of([one for one in stages if one is not None]) if stages and None not in stages else None
    if said is not None:
        yield Lead(kind=told, target=literal(said.removesuffix("\n")))
        return
    for index in command.piped:
        yield from _written(text[index], command, file, told)
    if not command.piped:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} reads its program from its input")


def _written(writer: Command, command: Command, file: Kind, told: Kind) -> Found:
    """Follow what a command writes into an interpreter's input."""
    name = program_name(writer)
    if name == "cat":
        yield from (Lead(kind=file, target=word) for word in writer.arguments if not is_flag(word))
        for redirect in writer.redirects:
            if redirect.reads:
                yield Lead(kind=told if redirect.gives_text else file, target=redirect.target)
    else:
        kind = GapKind.DOWNLOADED if name in NETWORK else GapKind.DYNAMIC
        yield Blind(kind=kind, detail=f"{command.shown} runs what {writer.shown} writes")
