"""What names in Python text stand for: modules, functions, and values that are assigned once."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field

from safe_install.scan.python_syntax import nodes

DEEPEST = 40  # members of members
_BUILTIN = frozenset(("exec", "eval", "compile", "__import__", "open", "getattr", "globals", "locals", "vars"))
_IMPORTING = frozenset(("__import__", "builtins.__import__", "importlib.import_module", "importlib.__import__"))
_FORMER = {"file": "open"}
"""What version 2 calls otherwise."""
INPUT = "version 2's input"
_MEMBERS = frozenset(("vars", "globals", "locals"))


@dataclass(slots=True)
class Main:
    """``def main(argv)``, the usual way to take what a file is started with, and every use of its name."""

    places: list[int] = field(default_factory=list)
    called: list[ast.expr | None] = field(default_factory=list)
    named: int = 0
    taken: int = 0

    def learn(self, node: ast.AST) -> None:
        """Take note of one node of a file."""
        match node:
            case ast.FunctionDef(name="main", args=ast.arguments(args=parameters)):
                self.places += [at for at, one in enumerate(parameters) if one.arg == "argv"]
                self.taken += 1
            case ast.Call(func=ast.Name(id="main"), args=given):
                at = self.places[0] if self.places else 0
                self.called.append(given[at] if at < len(given) else None)
            case ast.Name(id="main"):
                self.named += 1
            case ast.Name(id="argv", ctx=ast.Store() | ast.Del()):
                self.taken += 1
            case _:
                pass

    @property
    def given(self) -> list[ast.expr | None]:
        """List what the parameter ``argv`` is given, where nobody but the callers of ``main`` can say."""
        sure = len(self.places) == self.taken == 1 and self.named == len(self.called)
        return self.called if sure else []


@dataclass(slots=True)
class Names:
    """The names of one file, whatever their scope: ``meanings`` are dotted names of modules and functions."""

    meanings: dict[str, str] = field(default_factory=dict)
    starred: list[str] = field(default_factory=list)
    values: dict[str, ast.expr] = field(default_factory=dict)
    stored: Counter[str] = field(default_factory=Counter)
    aliases: set[int] = field(default_factory=set)
    defined: dict[str, int] = field(default_factory=dict)
    main: Main = field(default_factory=Main)

    @classmethod
    def of_version_two(cls) -> Names:
        """Begin a file of Python 2, whose ``input`` evaluates what it reads."""
        return cls(meanings={"input": INPUT})

    def learn(self, root: ast.AST) -> None:
        """Take note of every import and assignment, wherever it stands."""
        for one in root.body if isinstance(root, ast.Module) else ():
            if isinstance(one, ast.FunctionDef):
                self.defined.setdefault(one.name, one.lineno)
        for node in nodes(root):
            self.main.learn(node)
            match node:
                case ast.Import(names=names):
                    self._imported(names)
                case ast.ImportFrom(module=str() as module, names=names, level=0):
                    self._taken(module, names)
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._assigned(target, value)
                case (
                    ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value)
                ):
                    self._assigned(target, value)
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                    self.stored[name] += 1
                case _:
                    pass

    def _imported(self, names: list[ast.alias]) -> None:
        for alias in names:
            first = alias.name.partition(".")[0]
            self.meanings[alias.asname or first] = alias.name if alias.asname else first

    def _taken(self, module: str, names: list[ast.alias]) -> None:
        for alias in names:
            if alias.name == "*":
                self.starred.append(module)
            else:
                self.meanings[alias.asname or alias.name] = f"{module}.{alias.name}"

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if not isinstance(target, ast.Name):
            return
        self.values[target.id] = value
        meaning = self.meaning(value)
        if meaning is not None and ("." in meaning or meaning in _BUILTIN or meaning in self.meanings.values()):
            self.meanings.setdefault(target.id, meaning)
            self.aliases.add(id(value))

    def is_own(self, name: str, line: int) -> bool:
        """Tell whether a line stands below a function of the file's own that has taken a builtin's name for good."""
        return not self.stored[name] and self.defined.get(name, line) < line

    def value(self, name: str) -> ast.expr | None:
        """Give what a name is, when that is said in one place only."""
        return self.values.get(name) if self.stored[name] == 1 else None

    def meaning(self, node: ast.AST) -> str | None:
        """Give what an expression names, as ``os.system`` or ``subprocess.run``; None when it is no name."""
        members: list[str] = []
        for _ in range(DEEPEST):
            step = self._inward(node)
            if step is None:
                return None
            inner, name = step
            if inner is None:
                whole = ".".join([name, *reversed(members)])
                plain = whole.removeprefix("builtins.").removeprefix("__builtins__.").removeprefix("__builtin__.")
                return _FORMER.get(plain, plain)
            node = inner
            members += [name] if name else []
        return None

    def _inward(self, node: ast.AST) -> tuple[ast.AST | None, str] | None:
        """Go from a member to what it is a member of; (None, name) at the end."""
        match node:
            case ast.Attribute(value=inner, attr=name):
                return inner, "" if name == "__dict__" else name
            case ast.Name(id=name):
                return None, self.meanings.get(name, name)
            case ast.Call(func=ast.Name(id="getattr"), args=[inner, key, *_]):
                return _found(inner, self.text(key))
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _MEMBERS:
                return inner, ""
            case ast.Call(func=ast.Name(id="globals" | "locals"), args=[]):
                return None, "builtins"
            case ast.Subscript(value=ast.Attribute(attr="__dict__" | "modules") | ast.Call() as inner, slice=key):
                return self._looked_up(inner, key)
            case ast.Call(func=function, args=[module, *_]) if self.meaning(function) in _IMPORTING:
                return _found(None, self.text(module))
            case _:
                return None

    def _looked_up(self, inner: ast.AST, key: ast.expr) -> tuple[ast.AST | None, str] | None:
        """Read ``vars(os)["system"]``, ``os.__dict__["system"]``, ``sys.modules["os"]``."""
        name = self.text(key)
        if name is None:
            return None
        if isinstance(inner, ast.Attribute) and inner.attr == "modules":
            return None, name
        return inner, name

    def text(self, node: ast.AST) -> str | None:
        """Give a short constant text that names something, put together with ``+``."""
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.BinOp(
                left=ast.Constant(value=str() as left), op=ast.Add(), right=ast.Constant(value=str() as right)
            ):
                return left + right
            case ast.Name(id=name):
                value = self.value(name)
                return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
            case _:
                return None


def _found(inner: ast.AST | None, name: str | None) -> tuple[ast.AST | None, str] | None:
    return None if name is None else (inner, name)
