"""Python → what it imports, starts, hides, reads from the environment, contacts and writes.

Read with Python's own parser, never evaluated. Names count for the whole file, whatever their scope. What only version 2
knows is read as version 3 writes it, see python_two.py; the rest is told as not understood.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from safe_install.model import GapKind
from safe_install.scan.hosts import hosts_in
from safe_install.scan.python.calls import argument, is_sharp, started
from safe_install.scan.python.names import Names
from safe_install.scan.python.values import Values
from safe_install.scan.python.written import written
from safe_install.scan.python_syntax import line_of, nodes, parse_python, shown
from safe_install.scan.python_two import as_version_three
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, literal

MOST = 500  # of each thing
STANDARD = sys.stdlib_module_names | frozenset(
    ("distutils", "imp", "asyncore", "asynchat", "smtpd", "cgi", "pipes", "telnetlib", "crypt", "six", "_winreg")
)
"""Modules that come with Python, in some version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Python:
    """What one text says; as `JavaScript` does: ``writes`` are all places it changes, ``fills`` those with new contents.

    A PYTHON_MODULE lead has ``.`` before its name for each level it starts above, its ``directory`` is where it is also looked
    for. It is ``optional`` when Python itself has a module of that name: a file beside the text would stand before it.
    """

    leads: tuple[Lead, ...] = ()
    commands: tuple[Command, ...] = ()
    blinds: tuple[Blind, ...] = ()
    environment: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    writes: tuple[Word, ...] = ()
    fills: tuple[Word, ...] = ()


def read_python(source: bytes, path: str | None = None) -> Python:
    """Read a file at ``path`` in its package, or a text that runs from the working directory; never raises."""
    text = _decoded(source)
    root = None if text is None else parse_python(text, "exec")
    former = as_version_three(text) if root is None and text is not None else None
    root = parse_python(former, "exec") if former is not None else root
    if root is None:
        blind = Blind(kind=GapKind.UNPARSED, detail="no Python as this program reads it, or a very large text")
        return Python(blinds=(blind,), hosts=frozenset(hosts_in(source.decode(errors="replace"))))
    reading = _Reading(path, Names() if former is None else Names.of_version_two())
    reading.read(root)
    return Python(
        leads=tuple(dict.fromkeys(reading.leads()))[:MOST],
        commands=tuple(one for one in reading.found if isinstance(one, Command))[:MOST],
        blinds=tuple(dict.fromkeys(reading.blinds()))[:MOST],
        environment=frozenset(reading.environment),
        hosts=frozenset(reading.hosts),
        writes=tuple(reading.writes[:MOST]),
        fills=tuple(reading.fills[:MOST]),
    )


def _decoded(source: bytes) -> str | None:
    """Decode a file as Python does: its first lines may name any encoding, UTF-7 too."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except (SyntaxError, UnicodeError, LookupError, ValueError):
        return None


_HIDING = frozenset(
    (
        *(
            "__subclasses__",
            "__globals__",
            "__code__",
            "__loader__",
            "__builtins__",
            "__bases__",
            "__mro__",
            "__reduce__",
        ),
        *("__reduce_ex__", "__closure__", "f_globals", "f_back", "gi_frame", "__getattribute__"),
    )
)
"""Members by which code reaches what it does not name."""
_ENVIRONMENT = frozenset(("os.environ", "os.environb"))
_GETTING = frozenset(("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault", "os.getenvb"))
_CONNECTING = frozenset(
    ("connect", "connect_ex", "create_connection", "sendto", "HTTPSConnection", "HTTPConnection", "FTP", "SMTP")
)


@dataclass(slots=True)
class _Reading:
    """The walk over one file: names first, then each node."""

    path: str | None
    names: Names = field(default_factory=Names)
    values: Values = field(init=False)
    found: list[Lead | Blind | Command] = field(default_factory=list)
    environment: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    writes: list[Word] = field(default_factory=list)
    fills: list[Word] = field(default_factory=list)
    added: list[Word] = field(default_factory=list)
    explained: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.values = Values(self.names, self.path)

    def read(self, root: ast.AST) -> None:
        """Walk a tree twice."""
        self.names.learn(root)
        for node in nodes(root):
            self._note(node)

    def leads(self) -> Iterator[Lead]:
        """Give the leads; a module may also stand where the file lets Python look."""
        for one in self.found:
            if isinstance(one, Lead):
                is_module = one.kind is Kind.PYTHON_MODULE
                yield replace(one, optional=True) if is_module and _is_standard(one.target.literal) else one
                if is_module:
                    yield from (replace(one, directory=place, optional=True) for place in self.added)

    def blinds(self) -> Iterator[Blind]:
        """Give what could not be seen."""
        yield from (one for one in self.found if isinstance(one, Blind))

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    self._imports(alias.name, node)
            case ast.ImportFrom(module=module, names=names, level=level):
                self._takes(module or "", [alias.name for alias in names], level, node)
            case ast.Call():
                self._call(node)
            case ast.Constant(value=str() as text):
                self.hosts |= hosts_in(text)
            case ast.Subscript(value=ast.Attribute() | ast.Name() as whole, slice=key) if (
                self.names.meaning(whole) in _ENVIRONMENT
            ):
                self._reads_variable(whole, key)
            case ast.Compare(left=key, comparators=[whole]) if self.names.meaning(whole) in _ENVIRONMENT:
                self._reads_variable(whole, key)
            case ast.Attribute() | ast.Name() if id(node) not in self.explained:
                self._use(node)
            case _:
                pass

    def _imports(self, name: str, node: ast.AST) -> None:
        self.found.append(Lead(kind=Kind.PYTHON_MODULE, target=literal(name), line=line_of(node)))

    def _takes(self, module: str, names: list[str], level: int, node: ast.AST) -> None:
        """Read ``from MODULE import NAME``, where a name may be a module too."""
        self._imports("." * level + module, node)
        for name in names if level else ():
            target = f"{'.' * level}{module}{'.' if module else ''}{name}"
            lead = Lead(kind=Kind.PYTHON_MODULE, target=literal(target), line=line_of(node), optional=True)
            self.found += [lead] if name != "*" else []

    def _call(self, call: ast.Call) -> None:
        meaning = self._callee(call.func)
        self._explain(call.func)
        found = None if self.names.is_own(meaning, call.lineno) else started(self.values, call, meaning)
        self.found += found or []
        if meaning in _GETTING and call.args:
            self._reads_variable(call.func, call.args[0])
        elif meaning.startswith("sys.path.") and call.args:
            self._looks_in(call.args[-1], call)
        elif meaning.rpartition(".")[2] in _CONNECTING:
            self._connects(call)
        writes, fills = written(self.values, call, meaning)
        self.writes += writes
        self.fills += fills

    def _callee(self, function: ast.expr) -> str:
        """Name what is called; a bare name may come from a module of which all was taken."""
        meaning = self.names.meaning(function) or ""
        starred = (f"{module}.{meaning}" for module in self.names.starred)
        method = f".{function.attr}" if isinstance(function, ast.Attribute) and not meaning else ""
        return next((name for name in starred if is_sharp(name)), meaning or method)

    def _explain(self, node: ast.AST) -> None:
        """Take a name and what it is a member of for understood."""
        while not (isinstance(node, ast.Attribute) and node.attr in _HIDING):
            self.explained.add(id(node))
            if not isinstance(node, ast.Attribute):
                return
            node = node.value

    def _reads_variable(self, whole: ast.expr, key: ast.expr) -> None:
        self._explain(whole)
        self.environment.add(self.values.word(key).literal or "*")

    def _looks_in(self, place: ast.expr, call: ast.Call) -> None:
        """Read ``sys.path.insert(0, PLACE)``."""
        word = self.values.word(place)
        if word.literal is None:
            detail = f"lets Python look for modules in {word.shown}"
            self.found.append(Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call)))
        else:
            self.added.append(word)

    def _connects(self, call: ast.Call) -> None:
        """Name the host that a socket is connected to: ``connect((HOST, PORT))``."""
        first = argument(call, 0, "host")
        first = first.elts[0] if isinstance(first, ast.Tuple) and first.elts else first
        host = self.values.word(first).literal
        if host and ("." in host or host == "localhost"):
            self.hosts.add(host.lower())

    def _use(self, node: ast.Attribute | ast.Name) -> None:
        """Tell where something that can run anything goes where it is not followed."""
        meaning = self.names.meaning(node) or ""
        if meaning in _ENVIRONMENT:
            self.environment.add("*")
        hiding = isinstance(node, ast.Attribute) and node.attr in _HIDING
        sharp = is_sharp(meaning) and id(node) not in self.names.aliases and isinstance(node.ctx, ast.Load)
        if hiding or sharp:
            detail = f"{shown(node)} goes where it cannot be followed"
            self.found.append(Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(node)))
        if not hiding:
            self._explain(node)


def _is_standard(name: str | None) -> bool:
    return name is not None and name.partition(".")[0] in STANDARD
