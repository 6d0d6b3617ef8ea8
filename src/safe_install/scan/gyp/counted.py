"""Commands of which it is certain that they write a number and nothing else, so that it may stand anywhere in a condition."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from safe_install.scan.python_syntax import nodes, parse_python
from safe_install.scan.python_two import as_version_three
from safe_install.scan.shell.program_names import PYTHONS, program_name
from safe_install.scan.shell.shell import read_command

LONGEST = 1_024  # characters of one command; an honest one has 86
_QUIETING = re.compile(r"2>\s*(?:&1|/dev/null)(?!\w)")
_COUNTS = re.compile(r"(?:[^|;&<>`$()\n]+\|)+\s*wc\s+-[clmw]\s*")
"""A pipe at whose end only numbers come out; nothing else in it writes to gyp."""
_ANSWERING = frozenset(("ctypes.util", "platform", "struct", "sysconfig", "time"))
"""Modules of Python's with functions that ask the machine, and write nothing to whoever reads the output."""
_NUMBERS = frozenset(("int", "len", "bool", "ord"))


def writes_number(command: str, own: Collection[str]) -> bool:
    """Tell whether a command ends with ``wc``, or is Python that prints an ``int(…)``; ``own`` are modules of the package.

    Those stand before Python's, and may print something themselves.
    """
    quiet = _QUIETING.sub("", command)
    return _COUNTS.fullmatch(quiet) is not None or (len(quiet) <= LONGEST and _python_counts(quiet, own))


def _python_counts(command: str, own: Collection[str]) -> bool:
    shell = read_command(command) if "python" in command else None
    if shell is None or shell.unread or len(shell.commands) != 1:
        return False
    (started,) = shell.commands
    plain = program_name(started) in PYTHONS and not (started.assignments or started.redirects)
    match [word.literal for word in started.arguments]:
        case ["-c", str() as text] if plain:
            root = parse_python(text, "exec") or parse_python(as_version_three(text) or "(", "exec")
            return isinstance(root, ast.Module) and _prints_number(root.body, own)
        case _:
            return False


def _prints_number(body: list[ast.stmt], own: Collection[str]) -> bool:
    """Read imports of what comes with Python and only answers, and one ``print`` after them."""
    *before, last = body or [ast.Pass()]
    taken = [_taken(one, own) for one in before]
    known = {name for names in taken for name in names or ()}
    called = [node.func for node in nodes(last) if isinstance(node, ast.Call)][1:]
    answers = all(ast.unparse(one).partition(".")[0] in known | _NUMBERS for one in called)
    return None not in taken and not known & {*_NUMBERS, "print", "*"} and _is_print(last) and answers


def _taken(statement: ast.stmt, own: Collection[str]) -> set[str] | None:
    """Name what a statement takes from such modules; None for any other statement. Of ``sys`` nothing may be called."""
    match statement:
        case ast.Import(names=names) if not any(one.asname for one in names):
            modules = [one.name for one in names]
        case ast.ImportFrom(module=str() as module, names=names, level=0):
            modules = [module]
        case _:
            return None
    is_own = {module.partition(".")[0] for module in modules} & set(own)
    if is_own or not {*_ANSWERING, "sys"}.issuperset(modules):
        return None
    of_sys = isinstance(statement, ast.ImportFrom) and modules == ["sys"]
    return set() if of_sys else {one.asname or one.name for one in names} - {"sys"}


def _is_print(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[ast.Call(func=ast.Name(id=name))], keywords=[])):
            return name in _NUMBERS
        case _:
            return False
