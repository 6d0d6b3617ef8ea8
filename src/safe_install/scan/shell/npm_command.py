"""The command lines of npm, npx and the clients that copy them: which script, bin or download they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, joined, literal

Found = Iterator[Lead | Blind | Command]

_RUN = frozenset(("run", "run-script", "rum", "urn"))
_SCRIPTS = frozenset(("test", "tst", "t", "start", "stop", "restart"))
_EVERYWHERE = frozenset(("-r", "--recursive", "-ws", "--workspaces"))
_EXEC = frozenset(("exec", "x", "dlx"))
_FETCHING = frozenset(
    (
        *(
            "install",
            "i",
            "in",
            "add",
            "ci",
            "clean-install",
            "install-test",
            "it",
            "isntall",
            "update",
            "up",
            "upgrade",
        ),
        *("link", "ln", "pack", "view", "info", "show", "audit", "ping", "search", "create", "init", "dedupe", "ddp"),
    )
)
_INSTALLING = frozenset(
    ("install", "i", "in", "ci", "clean-install", "install-test", "it", "isntall", "install-ci-test", "cit")
)
_WITHOUT_SCRIPTS = frozenset(("--ignore-scripts", "--ignore-scripts=true"))
_ELSEWHERE = frozenset(("--prefix", "-C", "--dir", "--cwd"))
_TELLING = frozenset(("prefix", "root", "bin", "version", "help", "ls", "list", "ll", "la", "explain", "query"))
_TOLD_BY_FLAG = frozenset(("--version", "-v", "--help", "-h"))
_STEERING = (
    "--prefix",
    "-C",
    "--workspace",
    "-w",
    "--script-shell",
    "--node-options",
    "--dir",
    "--cwd",
    "--userconfig",
)


def npm_command(command: Command, name: str) -> Found:
    """Read ``npm …``, ``yarn …`` or ``pnpm …``; ``name`` says which."""
    words, steering = _without_flags(command.arguments)
    if steering:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} changes where or how its script runs")
    verb = words[0].literal if words else ""
    if verb is None:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} is known only while running")
    elif verb in _RUN | _SCRIPTS and _says_more_than_a_word(command.arguments):
        yield Blind(
            kind=GapKind.DYNAMIC, detail=f"{command.shown} gives its script settings that a shell may take for more"
        )
    if verb is None:
        return
    if verb in _EXEC:
        after = [word.literal for word in command.arguments].index(verb) + 1
        yield from npx_command(command, command.arguments[after:])
    elif verb in _RUN:
        flags = {word.literal for word in command.arguments}
        yield from _script(words[1:], everywhere=bool(flags & _EVERYWHERE), if_present="--if-present" in flags)
    elif verb in _SCRIPTS or (name != "npm" and verb and verb not in _FETCHING | _TELLING):
        yield from _script(words)
    else:
        yield from _own_work(command, verb, name)
        if len(words) <= 1:
            yield from _of_folder(command, verb, name)


def _own_work(command: Command, verb: str, name: str) -> Found:
    """Read what a client does itself, without a script of this package's."""
    if verb == "explore":
        yield Blind(kind=GapKind.OUTSIDE, detail=f"{command.shown} runs a command in another package")
        words = [word for word in command.arguments if word.literal not in {"explore", "--"}]
        yield Lead(kind=Kind.SHELL_TEXT, target=joined(words[1:], " "))
    elif not verb and _only_tells(command):
        return
    elif verb in _FETCHING or (not verb and name != "npm"):
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} fetches and may install packages")
    elif verb == "config" and any(word.literal == "get" for word in command.arguments):
        return
    elif verb and verb not in _TELLING:
        yield Blind(kind=GapKind.UNKNOWN_PROGRAM, detail=f"{command.shown} is not known here")


def _of_folder(command: Command, verb: str, name: str) -> Found:
    """Lead to the scripts of the folder that a client installs, where it is told no package and not to leave them out."""
    there = _folder(command.arguments)
    runs_scripts = not any(word.literal in _WITHOUT_SCRIPTS for word in command.arguments)
    installs = verb in _INSTALLING or (not verb and name != "npm" and not _only_tells(command))
    if installs and runs_scripts and there.literal is not None:
        yield Lead(kind=Kind.FOLDER, target=there)


def _folder(words: Sequence[Word]) -> Word:
    """Say where a client installs: where it is started, or where a flag sends it."""
    for word, after in zip(words, [*words[1:], literal("")], strict=False):
        flag, equals, value = (word.literal or "").partition("=")
        if flag in _ELSEWHERE:
            return literal(value) if equals else after
    return literal(".")


def _only_tells(command: Command) -> bool:
    return bool({word.literal for word in command.arguments} & _TOLD_BY_FLAG)


def _script(words: Sequence[Word], *, everywhere: bool = False, if_present: bool = False) -> Found:
    """Read ``run NAME …``; without a name it only lists them. ``everywhere``: in each package of the project, too."""
    for kind in (Kind.SCRIPT, Kind.SCRIPTS_BELOW) if words and everywhere else (Kind.SCRIPT,) if words else ():
        is_maybe = if_present or everywhere
        yield Lead(kind=kind, target=words[0], arguments=tuple(words[1:]), optional=is_maybe)


_QUIET = frozenset(
    ("-y", "--yes", "-n", "--no", "--no-install", "-q", "--quiet", "-s", "--silent", "-d", "-dd", "-ddd")
)
"""Flags of npx's that change what it asks and prints, and not what it runs; ``-w`` and ``--registry`` do."""


def npx_command(command: Command, words: Sequence[Word]) -> Found:
    """Read ``npx [flags] NAME …`` and ``npx -c TEXT``; a named package or version is fetched."""
    waiting = list(words)
    while waiting:
        text = waiting[0].literal
        if text is None or not text.startswith("-"):
            break
        waiting.pop(0)
        if text in {"-c", "--call"} and waiting:
            yield Lead(kind=Kind.SHELL_TEXT, target=waiting.pop(0))
        elif text.startswith(("-p", "--package")):
            yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} fetches a package and runs it")
            del waiting[: 0 if "=" in text else 1]
        elif text == "--":
            break
        elif text not in _QUIET:
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} changes where or how its program is found")
    if waiting:
        yield _fetched_or_found(command, waiting[0], tuple(waiting[1:]))


def _fetched_or_found(command: Command, word: Word, arguments: tuple[Word, ...]) -> Lead | Blind | Command:
    """Run a program that is installed, as a shell would; anything with a version or an address is fetched."""
    name = word.literal
    if name is None:
        return Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} is known only while running")
    if "@" in name.lstrip("@") or ":" in name or "/" in name:
        return Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} fetches a package and runs it")
    return Command(program=literal(name), arguments=arguments, subshell=command.subshell, line=command.line)


_SIGNS = re.compile(r"[\s;&|<>$`(){}'\"\\]")


def _says_more_than_a_word(words: Sequence[Word]) -> bool:
    """Tell whether a flag has a value that is more than a plain word: npm makes ``npm_config_arch`` of ``--arch "; x"``."""
    before = ""
    for word in words:
        start = word.parts[0] if word.parts and isinstance(word.parts[0], str) else ""
        if word.literal == "--":
            return False
        is_value = start.startswith("--") or (before.startswith("--") and "=" not in before)
        if is_value and (word.literal is None or _SIGNS.search(word.literal)):
            return True
        before = start
    return False


def _without_flags(words: Sequence[Word]) -> tuple[list[Word], bool]:
    """Take npm's own flags away; what follows ``--`` belongs to the script. Tell whether one steers it."""
    kept: list[Word] = []
    waiting = list(words)
    steering = False
    while waiting:
        word = waiting.pop(0)
        text = word.literal or ""
        if text == "--":
            return [*kept, *waiting], steering
        if text.partition("=")[0] in _STEERING:
            steering = True
            del waiting[: "=" not in text]
        elif not text.startswith("-"):
            kept.append(word)
    return kept, steering
