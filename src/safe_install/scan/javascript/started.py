"""Calls of Node's functions that start, load or evaluate something: what each leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import line_of
from safe_install.scan.javascript import children
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.data_addresses import in_address
from safe_install.scan.javascript.endings import Seen
from safe_install.scan.javascript.given import alternatives, nth
from safe_install.scan.javascript.hiding_names import hides
from safe_install.scan.javascript.literals import decoded
from safe_install.scan.javascript.node_builtins import GLOBALS
from safe_install.scan.javascript.of_packages import of_packages
from safe_install.scan.javascript.scopes import plain
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import computed

Found = Iterator[Seen]
Reader = Callable[[Constants, Node, Sequence[Node]], Found]


def started(constants: Constants, symbol: str, call: Node, given: Sequence[Node]) -> list[Seen] | None:
    """Tell what calling a symbol leads to; None when it is not one of these functions."""
    reader = _READERS.get(symbol)
    if reader is None:
        return None
    return [other for one in reader(constants, call, given) for other in of_packages(one)]


def _module(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``require(x)`` and ``import(x)``; an address can hold the text itself."""
    for word in alternatives(constants, given, but=() if _imports(call) else (_NULL,)):
        yield Lead(kind=Kind.MODULE, target=word, line=line_of(call))
        text = in_address(word)
        if text is not None:
            yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=text, line=line_of(call))


_NULL = computed("null")
"""What ``require`` is given for nothing: it raises, where ``import`` looks for a package of that name."""


def _imports(call: Node) -> bool:
    callee = call.child_by_field_name("function")
    return callee is None or callee.type == "import"


def _worker(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``new Worker(FILE)`` and ``new Worker(TEXT, {eval: true})``."""
    evaluates = any(constants.option(one, "eval") is not None for one in given[1:])
    for word in alternatives(constants, given):
        text = in_address(word)
        if text is not None:
            yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=text, line=line_of(call))
        kind = Kind.JAVASCRIPT_TEXT if evaluates else Kind.MAIN
        arguments = (computed("what its options say"),)
        yield Lead(kind=kind, target=word, line=line_of(call), arguments=arguments)


def _evaluated(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``eval(TEXT)``, ``vm.runInThisContext(TEXT)``, ``new vm.Script(TEXT)``."""
    for word in alternatives(constants, given):
        yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=word, line=line_of(call))


def _evaluated_here(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``eval(TEXT)``, which has the names around it: the text is read by itself, and does not say what they stand for."""
    for lead in _evaluated(constants, call, given):
        yield lead
        text = lead.target.literal if isinstance(lead, Lead) and lead.target is not None else None
        said = frozenset(_NAME.findall(decoded(text or "")))
        for name in _nodes_own(constants, said):
            detail = f"evaluates a text that says {name}, which stands for something of Node's around it"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


def _nodes_own(constants: Constants, said: frozenset[str]) -> list[str]:
    """List which of these names the file gives something of Node's, in whatever function, but for what only makes paths.

    A text that evaluates another one may say any.
    """
    names = {key: plain(key) for key in constants.bindings.names}
    keys = [key for key, name in names.items() if (name in said or "eval" in said) and name not in GLOBALS]
    meant = {names[key]: symbol for key in keys for symbol in constants.named(key).symbols}
    return sorted(name for name, symbol in meant.items() if not symbol.startswith(_PATHS))


_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PATHS = "node:path"


def _timer(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``setTimeout(TEXT)``: Node refuses a text, other runtimes evaluate it."""
    if given and given[0].type in {"string", "template_string", "binary_expression"}:
        yield from _evaluated(constants, call, given)


def _function(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``Function(PARAMETER, …, TEXT)``; every argument is text that runs."""
    for one in given:
        for word in constants.words(one):
            yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=word, line=line_of(call))


def _native(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    shown = constants.words(nth(given, 1))[0].shown
    yield Blind(kind=GapKind.NATIVE, detail=f"loads native code: {shown}", line=line_of(call))


def _webassembly(_: Constants, call: Node, __: Sequence[Node]) -> Found:
    yield Blind(kind=GapKind.BINARY, detail="runs WebAssembly", line=line_of(call))


def _compiled(_: Constants, __: Node, ___: Sequence[Node]) -> Found:
    """Read ``new WebAssembly.Module(BYTES)``, and what it needs and gives: nothing of it runs before there is an instance."""
    yield from ()


def _directory_changed(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``process.chdir(PLACE)``, which moves everything that is relative later."""
    words = constants.words(nth(given, 0))
    moves = words[0] if len(words) == 1 and words[0].literal else None
    detail = f"changes the working directory to {words[0].shown}"
    yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call), moves=moves, is_move=True)


def _created(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``createRequire(PLACE)``: from another place, other modules are found."""
    for word in constants.words(nth(given, 0)):
        if (word.literal or "").removeprefix("file://") != constants.file:
            detail = f"creates a require for {word.shown}, which is not this file"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


def _registered(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``module.register(FILE, …)``: what it names is loaded, and then says what every later import gets."""
    yield from _module(constants, call, given[:1])
    detail = "calls module.register, which can run what is not seen here"
    yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


_INTERNAL = frozenset(("async_wrap", "config", "constants", "natives", "uv"))
"""Parts of Node's inside that tell something, or count tasks, and start and load nothing."""


def _inside(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``process.binding(NAME)``."""
    for word in constants.words(nth(given, 0)):
        if word.literal not in _INTERNAL:
            detail = "calls process.binding, which can run what is not seen here"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


def _taken(constants: Constants, call: Node, given: Sequence[Node]) -> Found:
    """Read ``Reflect.get(OWNER, NAME)``: a member by another road. A computed name is common, as in ``a[b]``."""
    for word in constants.words(nth(given, 1)):
        if hides(word.literal or ""):
            detail = f"takes the member {word.shown} out of a value, which can run what is not seen here"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


_READERS: dict[str, Reader] = {
    "require": _module,
    "process.getBuiltinModule": _module,
    "import": _module,
    "node:child_process.exec": children.text,
    "node:child_process.execSync": children.text,
    "node:child_process.execFile": children.program,
    "node:child_process.execFileSync": children.program,
    "node:child_process.spawn": children.program,
    "node:child_process.spawnSync": children.program,
    "node:child_process.fork": children.fork,
    "node:worker_threads.Worker": _worker,
    "node:module.createRequire": _created,
    "node:module.register": _registered,
    "node:vm.runInThisContext": _evaluated,
    "node:vm.runInNewContext": _evaluated,
    "node:vm.runInContext": _evaluated,
    "node:vm.compileFunction": _evaluated,
    "node:vm.Script": _evaluated,
    "eval": _evaluated_here,
    "Function": _function,
    "Reflect.get": _taken,
    "Object.getOwnPropertyDescriptor": _taken,
    "process.binding": _inside,
    "process.dlopen": _native,
    "process.chdir": _directory_changed,
    "WebAssembly.instantiate": _webassembly,
    "WebAssembly.instantiateStreaming": _webassembly,
    **dict.fromkeys(("WebAssembly.Module", "WebAssembly.Module.exports", "WebAssembly.Module.imports"), _compiled),
    "WebAssembly.Module.customSections": _webassembly,  # where text may lie that nothing else here holds
    "WebAssembly.Instance": _webassembly,
    "node:wasi.WASI": _webassembly,
    "setTimeout": _timer,
    "setInterval": _timer,
}
