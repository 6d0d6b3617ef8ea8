"""Calls of Node's functions that start, load or evaluate something: what each leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import line_of
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.members import hides
from safe_install.scan.javascript.values import unknown
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, joined, literal

Found = Iterator[Lead | Blind | Command]
_SHELL_SIGNS = re.compile(r"[;&|<>$`\n()]")
Reader = Callable[[Constants, Node, Sequence[Node]], Found]


def started(
    constants: Constants, symbol: str, call: Node, given: Sequence[Node]
) -> list[Lead | Blind | Command] | None:
    """Tell what calling a symbol leads to; None when it is not one of these functions."""
    reader = _READERS.get(symbol)
    return None if reader is None else list(reader(constants, call, given))


def _module(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``require(x)`` and ``import(x)``."""
    for word in _alternatives(constants, given):
        yield Lead(kind=Kind.MODULE, target=word, line=line_of(call))


def _text(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``exec(TEXT, {cwd})``."""
    for word in _alternatives(constants, given):
        directory = _directory(constants, given[1:])
        yield Lead(kind=Kind.SHELL_TEXT, target=word, line=line_of(call), directory=directory)


def _program(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``spawn(PROGRAM, [ARGUMENTS], {cwd, shell})``; with a shell the words are joined into its text."""
    arguments, options = _arguments_and_options(given)
    shell = _option(constants, options, "shell")
    columns = [constants.words(_at(given, 0)), *([] if arguments is None else constants.elements(arguments))]
    for program, *words in _variants(columns):
        directory = _directory(constants, options)
        text = joined((program, *words), " ")
        may_have_shell = shell is None and any(map(_elsewhere, options)) and _SHELL_SIGNS.search(text.shown)
        if may_have_shell or (shell is not None and shell.type != "false"):
            yield Lead(kind=Kind.SHELL_TEXT, target=text, line=line_of(call), directory=directory)
        if shell is None or shell.type == "false":
            yield Command(program=program, arguments=tuple(words), line=line_of(call), directory=directory)


def _fork(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``fork(FILE, [ARGUMENTS], {execArgv, execPath, cwd})``."""
    _, options = _arguments_and_options(given)
    path, flags = _option(constants, options, "execPath"), _option(constants, options, "execArgv")
    node = (literal("node"),) if path is None else constants.words(path)
    before = [] if flags is None else constants.elements(flags)
    for program, *words in _variants([node, *before, constants.words(_at(given, 0))]):
        directory = _directory(constants, options)
        yield Command(program=program, arguments=tuple(words), line=line_of(call), directory=directory)


def _worker(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``new Worker(FILE)`` and ``new Worker(TEXT, {eval: true})``."""
    evaluates = any(constants.option(one, "eval") is not None for one in given[1:])
    for word in _alternatives(constants, given):
        yield Lead(kind=Kind.JAVASCRIPT_TEXT if evaluates else Kind.MAIN, target=word, line=line_of(call))


def _evaluated(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``eval(TEXT)``, ``vm.runInThisContext(TEXT)``, ``new vm.Script(TEXT)``."""
    for word in _alternatives(constants, given):
        yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=word, line=line_of(call))


def _function(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``Function(PARAMETER, …, TEXT)``; every argument is text that runs."""
    for one in given:
        for word in constants.words(one):
            yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=word, line=line_of(call))


def _native(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    shown = constants.words(_at(given, 1))[0].shown
    yield Blind(kind=GapKind.NATIVE, detail=f"loads native code: {shown}", line=line_of(call))


def _webassembly(_: Constants, call: Node, __: Sequence[Node]) -> Found:
    yield Blind(kind=GapKind.BINARY, detail="runs WebAssembly", line=line_of(call))


def _directory_changed(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``process.chdir(PLACE)``, which moves everything that is relative later."""
    shown = constants.words(_at(given, 0))[0].shown
    yield Blind(kind=GapKind.DYNAMIC, detail=f"changes the working directory to {shown}", line=line_of(call))


def _created(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``createRequire(PLACE)``: from another place, other modules are found."""
    for word in constants.words(_at(given, 0)):
        if (word.literal or "").removeprefix("file://") != constants.file:
            detail = f"creates a require for {word.shown}, which is not this file"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


def _alternatives(constants: Constants, given: Sequence[Node]) -> list[Word]:
    """Give what the first argument can be; of those that are computed in part one is enough to tell."""
    words = constants.words(_at(given, 0))
    known = [word for word in words if word.literal is not None]
    unknowns = sorted((word for word in words if word.literal is None), key=lambda word: not word.is_known)
    return [*known, *unknowns[:1]]


def _taken(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``Reflect.get(OWNER, NAME)``: a member by another road. A computed name is common, as in ``a[b]``."""
    for word in constants.words(_at(given, 1)):
        if hides(word.literal or ""):
            detail = f"takes the member {word.shown} out of a value, which can run what is not seen here"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


def _at(given: Sequence[Node], index: int) -> Node | None:
    return given[index] if given and index < len(given) else None


def _arguments_and_options(given: Sequence[Node]) -> tuple[Node | None, Sequence[Node]]:
    """Tell a child's arguments from its options: both may be left out."""
    second = _at(given, 1)
    if second is None or second.type in {"object", "arrow_function", "function_expression"}:
        return None, given[1:]
    return second, given[2:]


def _option(constants: Constants, options: Sequence[Node], name: str) -> Node | None:
    return next((value for value in (constants.option(one, name) for one in options) if value is not None), None)


def _variants(columns: Sequence[tuple[Word, ...]]) -> list[tuple[Word, ...]]:
    """Give command lines in which every alternative of every word comes up once, the first of the others beside it."""
    rows = list(zip_longest(*columns))
    return [tuple(columns[at][0] if word is None else word for at, word in enumerate(row)) for row in rows]


def _directory(constants: Constants, options: Sequence[Node]) -> Word | None:
    """Give where a child runs: its ``cwd``; options that are written elsewhere may hold one."""
    value = _option(constants, options, "cwd")
    if value is not None:
        return constants.words(value)[0]
    elsewhere = next(filter(_elsewhere, options), None)
    return None if elsewhere is None else unknown(elsewhere, constants.source).words[0]


def _elsewhere(options: Node) -> bool:
    """Tell whether options are not, or not all, written where they are used."""
    if options.type == "object":
        return any(child.type == "spread_element" for child in options.named_children)
    return options.type not in {"array", "arrow_function", "function_expression"}


_READERS: dict[str, Reader] = {
    "require": _module,
    "process.getBuiltinModule": _module,
    "import": _module,
    "node:child_process.exec": _text,
    "node:child_process.execSync": _text,
    "node:child_process.execFile": _program,
    "node:child_process.execFileSync": _program,
    "node:child_process.spawn": _program,
    "node:child_process.spawnSync": _program,
    "node:child_process.fork": _fork,
    "node:worker_threads.Worker": _worker,
    "node:module.createRequire": _created,
    "node:vm.runInThisContext": _evaluated,
    "node:vm.runInNewContext": _evaluated,
    "node:vm.runInContext": _evaluated,
    "node:vm.compileFunction": _evaluated,
    "node:vm.Script": _evaluated,
    "eval": _evaluated,
    "Function": _function,
    "Reflect.get": _taken,
    "Object.getOwnPropertyDescriptor": _taken,
    "process.dlopen": _native,
    "process.chdir": _directory_changed,
    "WebAssembly.compile": _webassembly,
    "WebAssembly.compileStreaming": _webassembly,
    "WebAssembly.instantiate": _webassembly,
    "WebAssembly.instantiateStreaming": _webassembly,
    "WebAssembly.Module": _webassembly,
    "WebAssembly.Instance": _webassembly,
    "node:wasi.WASI": _webassembly,
}
