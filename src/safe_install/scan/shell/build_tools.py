"""Programs that build native code: what they build is a known end of text, what they are told to run on the way is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from safe_install.model import BoundaryKind, GapKind
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.program_names import is_flag, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, literal
from safe_install.scan.shell.xcode import is_plain_setting

Found = Iterator[Lead | Blind | Ending | Command]

_LOADING = re.compile(
    r"-f(?:pass-)?plugin(?:-[\w-]+)?=|-Xclang$|-load$|-specs?=|-wrapper$|-B[./\w]|-fuse-ld=[./]|--ld-path=|-Wl,-+plugin[,=]|@(?!loader_path/|executable_path/|rpath/)\S"
    r"|--?plugin(?:=|$)|-ccbin|--compiler-bindir|(?:-C)?linker=|-Zcodegen-backend|codegen-backend=|--extern"
    r"|-frontend$|-interpret$|-Xfrontend$|-Xcc$|-load-plugin|-(?:external-)?plugin-path|-in-process-plugin|-tools-directory"
    r"|-(?:ld-path|use-ld)=[./]"
)
"""Flags with which a compiler loads code, starts other programs, or reads further flags from a file."""
_TOOL = re.compile(r"(?:CC|CXX|CPP|LD|AR|SHELL|MAKE|RM|CMAKE_\w*(?:COMPILER|LAUNCHER|LINKER|MAKE_PROGRAM)\w*(?::\w+)?)")


def compiler(command: Command, _: Sequence[Command]) -> Found:
    """Read ``gcc …``: an end of text, unless a flag has the compiler run something else."""
    loading = [word.shown for word in command.arguments if _LOADING.match(word.shown)]
    if loading:
        yield Blind(kind=GapKind.NATIVE, detail=f"{program_name(command)} is given {loading[0]}")
    if not _only_tells(command):
        yield Ending(kind=BoundaryKind.COMPILES, detail=command.shown)


def builder(command: Command, _: Sequence[Command]) -> Found:
    """Read ``cargo build`` and the like: their builds run code of the package that is in no language read here."""
    if _only_tells(command):
        return
    if program_name(command) == "xcodebuild" and not command.assignments and _builds_project(command.arguments):
        named = value_of(command.arguments, "-project")
        yield Lead(kind=Kind.XCODE, target=named or literal(""), arguments=command.arguments)
        return
    if program_name(command) == "go" and not command.assignments and _asks_go(command):
        yield from _of_other_go(command)
        return
    crate = _crate(command) if program_name(command) == "cargo" and not command.assignments else None
    if crate is not None:
        yield Lead(kind=Kind.CARGO, target=crate, arguments=command.arguments)
    elif program_name(command) == "go" and not command.assignments and _compiles_what_is_here(command):
        yield Ending(kind=BoundaryKind.COMPILES, detail=command.shown)
    else:
        yield Blind(kind=GapKind.NATIVE, detail=f"{command.shown} {RUNS_UNREAD}")


_OF_XCODE = frozenset(("-alltargets", "-quiet", "-verbose", "-hideShellScriptEnvironment", "build", "clean"))
_XCODE_VALUES = frozenset(("-project", "-target", "-configuration", "-sdk", "-arch", "-jobs"))


def _builds_project(words: Sequence[Word]) -> bool:
    """Tell whether xcodebuild is told nothing but which project to build; a scheme or a workspace has actions of its own."""
    rest = iter(words)
    for word in rest:
        said = word.literal
        name, sign, value = (said or "").partition("=")
        if said in _XCODE_VALUES:
            after = next(rest, None)
            if after is None or after.literal is None or (said == "-sdk" and not after.literal.isalnum()):
                return False
        elif said not in _OF_XCODE and not (sign and is_plain_setting(name, value)):
            return False
    return True


RUNS_UNREAD = "builds native code, and runs code that is not read"
_CARGO_FLAGS = frozenset(
    ("--release", "--locked", "--offline", "--frozen", "--lib", "-r", "-q", "--quiet", "-v", "--verbose")
)


def _crate(command: Command) -> Word | None:
    """Give the manifest of what cargo is told to build by no other settings: ``--config`` and ``+toolchain`` name some."""
    words = list(command.arguments)
    named = value_of(words, _MANIFEST)
    if named is not None:
        at = next(at for at, word in enumerate(words) if (word.literal or "").startswith(_MANIFEST))
        del words[at : at + (2 if words[at].literal == _MANIFEST else 1)]
    builds = bool(words) and words[0].literal == "build"
    return named or literal("Cargo.toml") if builds and _CARGO_FLAGS.issuperset(_without_values(words[1:])) else None


def _without_values(words: Sequence[Word]) -> Iterator[str | None]:
    """Leave out the settings that only say how to compile and into which folder, with what they are set to."""
    rest = iter(words)
    for word in rest:
        pattern = _CARGO_VALUES.get(word.literal or "")
        after = next(rest, None) if pattern is not None else None
        if pattern is None or after is None or not pattern.fullmatch(after.shown):
            yield word.literal


_MANIFEST = "--manifest-path"
_CARGO_VALUES = {"--profile": re.compile(r"[a-z]{1,20}"), "--target-dir": re.compile(r"(?:[^~]*/)?target")}


_GO_NAME = re.compile(r"GO[A-Z0-9]{2,20}|CGO_ENABLED")


def _asks_go(command: Command) -> bool:
    """Read ``go env GOROOT``: it only tells; ``go env -w`` sets what later builds start."""
    verb, *words = [word.literal for word in command.arguments] or [""]
    return verb == "version" or (verb == "env" and all(word and _GO_NAME.fullmatch(word) for word in words))


def _of_other_go(command: Command) -> Iterator[Blind]:
    """Tell of the variables by which even ``go version`` fetches another toolchain first, and starts that."""
    for name in ("GOTOOLCHAIN", "GOENV", "GOPROXY"):
        detail = f"{command.shown} {RUNS_UNREAD}: which go is started, {name} of the environment says"
        yield Blind(kind=GapKind.DYNAMIC, detail=detail, variable=name)


_GO_FLAGS = frozenset(("-mod=vendor", "-v", "-x", "-trimpath", "-a", "-o"))


def _compiles_what_is_here(command: Command) -> bool:
    """Tell whether go builds from the package's own copies of all modules: it runs nothing of them, unlike ``go run``.

    ``-toolexec``, ``-overlay`` and the like are not among the flags that are known.
    """
    words = [word.literal for word in command.arguments]
    flags = {word for word in words if word is not None and word.startswith("-")}
    is_vendored = words[:1] == ["build"] and "-mod=vendor" in flags
    return is_vendored and flags <= _GO_FLAGS and None not in words


def make(command: Command, _: Sequence[Command]) -> Found:
    """Read ``make -C PLACE -f FILE CC=X``: its makefile's recipes are shell text."""
    if _only_tells(command):
        return
    yield Ending(kind=BoundaryKind.COMPILES, detail=command.shown)
    directory = value_of(command.arguments, "-C", "--directory")
    files = [
        one for one in (value_of(command.arguments, "-f", "--file"), value_of(command.arguments, "--makefile")) if one
    ]
    for file in files or [literal("")]:
        yield Lead(kind=Kind.MAKEFILE, target=file, directory=directory, arguments=command.arguments)
    for word in command.arguments:
        name, sign, value = (word.literal or "").partition("=")
        if sign and _TOOL.fullmatch(name):
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(value), directory=directory)
        elif name == "--eval":
            yield Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} evaluates a text of make's")


def cmake(command: Command, _: Sequence[Command]) -> Found:
    """Read ``cmake``: its project files run commands while they are read; ``-P`` runs one, ``-E`` is cmake's own shell."""
    words = command.arguments
    if _only_tells(command):
        return
    if words and words[0].literal == "-E":
        yield from _own_shell(command, words[1:])
        return
    yield Ending(kind=BoundaryKind.COMPILES, detail=command.shown)
    script, start, cache = value_of(words, "-P"), value_of(words, "-S"), value_of(words, "-C")
    for file in (script, cache):
        yield from [Lead(kind=Kind.CMAKE, target=file)] if file is not None else ()
    if script is None and not any(word.literal in {"--build", "--install", "--open"} for word in words):
        plain = [word for word in words if not is_flag(word)]
        yield Lead(kind=Kind.CMAKE, target=literal(""), directory=start or (plain[-1] if plain else None))
    for word in words:
        name, sign, value = (word.literal or "").removeprefix("-D").partition("=")
        if sign and _TOOL.fullmatch(name):
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(value))


def _own_shell(command: Command, words: Sequence[Word]) -> Found:
    """Read ``cmake -E env A=1 COMMAND``; its other verbs copy, make and remove."""
    if words and words[0].literal in {"env", "time", "chdir"}:
        rest = list(words[2:] if words[0].literal == "chdir" else words[1:])
        while rest and (is_flag(rest[0]) or "=" in (rest[0].literal or "")):
            del rest[0]
        if rest:
            yield replace(command, program=rest[0], arguments=tuple(rest[1:]))


def value_of(words: Sequence[Word], *flags: str) -> Word | None:
    """Give a flag's value, in the next word or its own."""
    for at, word in enumerate(words):
        text = word.literal or ""
        for flag in flags:
            if text == flag and at + 1 < len(words):
                return words[at + 1]
            if text.startswith(f"{flag}=") or (len(flag) == len("-C") and text.startswith(flag) and text != flag):
                return literal(text.removeprefix(flag).removeprefix("="))
    return None


def _only_tells(command: Command) -> bool:
    words = {word.literal for word in command.arguments}
    return bool(words) and words <= {
        "--version",
        "-version",
        "-v",
        "-V",
        "-dumpversion",
        "-dumpmachine",
        "--help",
        "-print-prog-name",
    }
