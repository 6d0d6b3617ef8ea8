"""Programs that run a text they are given: as a file, as an argument, or through their input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.node_command import node_command
from safe_install.scan.shell.program_names import NETWORK, is_flag, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import joined, literal

Found = Iterator[Lead | Blind | Command]


def node(command: Command, text: Sequence[Command]) -> Found:
    """Read ``node FILE``, ``node -e TEXT`` and a node that reads its input."""
    found, reads_input = node_command(command.arguments)
    yield from found
    if reads_input:
        yield from _standard_input(command, text, Kind.JAVASCRIPT, Kind.JAVASCRIPT_TEXT)


def shell(command: Command, text: Sequence[Command]) -> Found:
    """Read ``sh FILE``, ``sh -c TEXT`` and a shell that reads its input."""
    words = list(command.arguments)
    given = False
    while words and is_flag(words[0], "-+"):
        flag = words.pop(0).literal or ""
        if flag in {"--rcfile", "--init-file"} and words:
            yield Lead(kind=Kind.SHELL, target=words.pop(0))
        elif not flag.startswith("--"):
            given |= "c" in flag
            del words[: flag.count("o") + flag.count("O")]  # -o NAME
        if flag in {"-", "--"}:
            break
    if words:
        yield Lead(kind=Kind.SHELL_TEXT if given else Kind.SHELL, target=words[0])
    if not words or any("s" in (word.literal or "") for word in command.arguments if is_flag(word)):
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
    """Read ``python FILE`` and ``python -c TEXT``; what they import is not followed."""
    yield Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} runs Python, whose imports are not followed")
    words = [word for word in command.arguments if word.literal not in {"-u", "-s", "-E", "-B", "-I"}]
    if words and words[0].literal == "-c":
        yield from (Lead(kind=Kind.PYTHON_TEXT, target=word) for word in words[1:2])
    elif words and not is_flag(words[0]):
        yield Lead(kind=Kind.PYTHON, target=words[0])
    elif not words:
        yield from _standard_input(command, text, Kind.PYTHON, Kind.PYTHON_TEXT)


def other_language(command: Command, _: Sequence[Command]) -> Found:
    """Name the files given to an interpreter whose language is not read."""
    yield Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} runs a language that is not read")
    yield from (Lead(kind=Kind.OTHER, target=word, optional=True) for word in command.arguments if not is_flag(word))


def other_runtime(command: Command, _: Sequence[Command]) -> Found:
    """Follow what another JavaScript runtime runs as if node ran it; that it is another one is told elsewhere."""
    words = [word for word in command.arguments if not is_flag(word) and word.literal != "run"]
    yield from (Lead(kind=Kind.MAIN, target=word) for word in words[:1])


def _standard_input(command: Command, text: Sequence[Command], file: Kind, told: Kind) -> Found:
    """Follow what an interpreter reads as its program: a file, a here-document, or what writes into its pipe."""
    reading = [redirect for redirect in command.redirects if redirect.reads]
    for redirect in reading:
        yield Lead(kind=told if redirect.gives_text else file, target=redirect.target)
    if reading:
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
    elif name == "echo" and not any("\\" in (word.literal or "\\") or is_flag(word) for word in writer.arguments):
        yield Lead(kind=told, target=joined(writer.arguments, " "))
    else:
        kind = GapKind.DOWNLOADED if name in NETWORK else GapKind.DYNAMIC
        yield Blind(kind=kind, detail=f"{command.shown} runs what {writer.shown} writes")
