"""Functions of Python's library that start, load, evaluate, write or contact something: what each leads to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import chain

from safe_install.model import GapKind
from safe_install.scan.python.names import INPUT
from safe_install.scan.python.values import Values
from safe_install.scan.python_syntax import line_of, shown
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, joined

Found = Iterator[Lead | Blind | Command]
Reader = Callable[[Values, ast.Call, str], Found]


def started(values: Values, call: ast.Call, meaning: str) -> list[Lead | Blind | Command] | None:
    """Tell what calling a function leads to; None when it is not one of these."""
    reader = _READERS.get(meaning)
    return None if reader is None else list(reader(values, call, meaning))


def is_sharp(meaning: str) -> bool:
    """Tell whether a function runs what it is given, so that its way has to be followed."""
    return meaning in _READERS and meaning not in _TOLD_ONLY


def argument(call: ast.Call, at: int, name: str = "") -> ast.expr | None:
    """Give an argument by its place or its name."""
    named = next((one.value for one in call.keywords if one.arg == name and name), None)
    return call.args[at] if at < len(call.args) else named


def _text(values: Values, call: ast.Call, _: str) -> Found:
    """Read ``os.system(TEXT)``."""
    given = argument(call, 0, "cmd") or argument(call, 0, "command")
    yield Lead(kind=Kind.SHELL_TEXT, target=values.word(given), line=line_of(call))


def _process(values: Values, call: ast.Call, _: str) -> Found:
    """Read ``subprocess.run(WORDS_OR_TEXT, shell=…, cwd=…, executable=…)``."""
    given = argument(call, 0, "args")
    words = values.words(given)
    shell = argument(call, 8, "shell")
    program = argument(call, 2, "executable")
    place = argument(call, 9, "cwd")
    directory = values.word(place) if place is not None else None
    plain = shell is None or (isinstance(shell, ast.Constant) and not shell.value)
    if words and plain:
        first = values.word(program) if program is not None else words[0]
        yield Command(program=first, arguments=tuple(words[1:]), line=line_of(call), directory=directory)
    else:
        text = joined(words, " ") if words else values.word(given)
        yield Lead(kind=Kind.SHELL_TEXT, target=text, line=line_of(call), directory=directory)


def _executed(values: Values, call: ast.Call, meaning: str) -> Found:
    """Read ``os.execv(PATH, WORDS)``, ``os.execl(PATH, *WORDS)`` and ``os.spawn…(MODE, …)``."""
    given = call.args[1:] if ".spawn" in meaning else call.args
    if not given:
        return
    listed = values.words(given[1]) if len(given) > 1 else None
    words = listed if listed is not None else [values.word(one) for one in given[1:]]
    yield Command(program=values.word(given[0]), arguments=tuple(words[1:]), line=line_of(call))


def _arguments(values: Values, call: ast.Call, _: str) -> Found:
    """Read ``asyncio.create_subprocess_exec(PROGRAM, *WORDS)``."""
    words = [values.word(one) for one in call.args]
    yield from [Command(program=words[0], arguments=tuple(words[1:]), line=line_of(call))] if words else []


def _opened(values: Values, call: ast.Call, _: str) -> Found:
    """Read ``os.startfile(PATH)``."""
    yield Command(program=values.word(argument(call, 0, "path")), line=line_of(call))


def _evaluated(values: Values, call: ast.Call, meaning: str) -> Found:
    """Read ``exec(TEXT)``; ``exec(open(PATH).read())`` runs a file, and what is fetched is another matter."""
    given = argument(call, 0, "source")
    if given is None:
        return
    path = _read_from(values, given)
    if path is not None:
        yield Lead(kind=Kind.PYTHON, target=path, line=line_of(call))
        return
    if isinstance(given, ast.Call) and values.names.meaning(given.func) == "compile":
        return  # told where it is compiled
    word = values.word(given)
    if word.literal is not None:
        yield Lead(kind=Kind.PYTHON_TEXT, target=word, line=line_of(call))
    else:
        kind = GapKind.DOWNLOADED if _is_fetched(values, given) else GapKind.DYNAMIC
        yield Blind(kind=kind, detail=f"{meaning} runs {word.shown}", line=line_of(call))


def _read_from(values: Values, node: ast.expr) -> Word | None:
    """Give the path of ``open(PATH).read()`` and ``Path(PATH).read_text()``."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=function, args=[path, *_]), attr="read" | "read_text" | "read_bytes")
        ):
            known = values.names.meaning(function) in {"open", "io.open", "codecs.open", "pathlib.Path"}
            return values.word(path) if known else None
        case ast.Call(func=ast.Attribute(value=inner, attr="decode" | "encode" | "strip")):
            return _read_from(values, inner)
        case _:
            return None


def _is_fetched(values: Values, node: ast.expr) -> bool:
    """Tell whether something that is fetched stands in an expression."""
    meanings = (values.names.meaning(one.func) or "" for one in ast.walk(node) if isinstance(one, ast.Call))
    return any(meaning.startswith(("urllib", "requests.", "httpx.", "http.")) for meaning in meanings)


def _module(values: Values, call: ast.Call, _: str) -> Found:
    """Read ``importlib.import_module(NAME)``."""
    yield Lead(kind=Kind.PYTHON_MODULE, target=values.word(argument(call, 0, "name")), line=line_of(call))


def _path_run(values: Values, call: ast.Call, meaning: str) -> Found:
    """Read ``runpy.run_path(PATH)``."""
    at, name = _PATHS.get(meaning, (1, "pathname"))
    yield Lead(kind=Kind.PYTHON, target=values.word(argument(call, at, name)), line=line_of(call))


_PATHS = {
    "runpy.run_path": (0, "path_name"),
    "importlib.util.spec_from_file_location": (1, "location"),
    "importlib.machinery.SourceFileLoader": (1, "path"),
    "imp.load_module": (2, "pathname"),
}
"""Which argument is the path; before it stands the module's name."""


def _file_run(values: Values, call: ast.Call, _: str) -> Found:
    """Read version 2's ``execfile(PATH)``."""
    yield Lead(kind=Kind.PYTHON, target=values.word(argument(call, 0, "filename")), line=line_of(call))


def _native(_: Values, call: ast.Call, __: str) -> Found:
    yield Blind(kind=GapKind.NATIVE, detail=f"loads native code: {shown(call)}", line=line_of(call))


def _revived(_: Values, call: ast.Call, meaning: str) -> Found:
    yield Blind(kind=GapKind.DYNAMIC, detail=f"{meaning} may run what it reads: {shown(call)}", line=line_of(call))


def _looked_up(values: Values, call: ast.Call, _: str) -> Found:
    """Read ``getattr(MODULE, NAME)`` with a name that only running would tell."""
    owner = values.names.meaning(call.args[0]) if call.args else None
    known = owner in values.names.meanings.values() or owner in {"builtins", "__builtins__"}
    if known and values.names.meaning(call) is None:
        yield Blind(
            kind=GapKind.DYNAMIC, detail=f"takes a member by a computed name: {shown(call)}", line=line_of(call)
        )


def _changed_directory(values: Values, call: ast.Call, _: str) -> Found:
    word = values.word(argument(call, 0, "path"))
    yield Blind(kind=GapKind.DYNAMIC, detail=f"changes the working directory to {word.shown}", line=line_of(call))


_TABLE: tuple[tuple[Reader, str], ...] = (
    (_text, "os.system os.popen os.popen2 os.popen3 os.popen4 subprocess.getoutput subprocess.getstatusoutput"),
    (
        _text,
        "commands.getoutput commands.getstatusoutput asyncio.create_subprocess_shell popen2.popen2 popen2.popen3 popen2.popen4",
    ),
    (
        _process,
        "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen pty.spawn",
    ),
    (_arguments, "asyncio.create_subprocess_exec"),
    (_executed, "os.execv os.execve os.execvp os.execvpe os.execl os.execle os.execlp os.execlpe os.posix_spawn"),
    (
        _executed,
        "os.posix_spawnp os.spawnv os.spawnve os.spawnvp os.spawnvpe os.spawnl os.spawnle os.spawnlp os.spawnlpe",
    ),
    (_opened, "os.startfile"),
    (_file_run, "execfile"),
    (_evaluated, "exec eval compile code.InteractiveInterpreter.runsource timeit.timeit"),
    (_module, "__import__ importlib.import_module importlib.__import__ runpy.run_module pkgutil.get_loader"),
    (
        _path_run,
        "runpy.run_path importlib.util.spec_from_file_location importlib.machinery.SourceFileLoader imp.load_source imp.load_module imp.load_compiled",
    ),
    (_native, "ctypes.CDLL ctypes.PyDLL ctypes.WinDLL ctypes.OleDLL ctypes.cdll.LoadLibrary ctypes.windll.LoadLibrary"),
    (_native, "ctypes.windll.kernel32.VirtualAlloc ctypes.CFUNCTYPE ctypes.memmove imp.load_dynamic cffi.FFI.dlopen"),
    (
        _revived,
        "pickle.load pickle.loads cPickle.loads marshal.load marshal.loads shelve.open dill.loads types.CodeType",
    ),
    (_revived, "types.FunctionType code.interact zipimport.zipimporter"),
    (_looked_up, "getattr"),
    (_changed_directory, "os.chdir"),
)
_READERS: dict[str, Reader] = {
    **dict(chain.from_iterable(((name, reader) for name in names.split()) for reader, names in _TABLE)),
    INPUT: _revived,
}
_TOLD_ONLY = frozenset(("getattr", "os.chdir", "shelve.open"))
