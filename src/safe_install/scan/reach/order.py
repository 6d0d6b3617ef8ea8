"""Which modules were loaded before a file writes anything: those that its first statements, and its callers', require."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.model import Language, ReachableFile
from safe_install.scan.grammars import kinds, line_of, parse_javascript
from safe_install.scan.lock.tree import folder_name

Key = tuple[str, str]
"""Location and path of a file."""
LONGEST = 262_144  # bytes of a file that is looked at
MOST_NODES = 50_000
_FUNCTIONS = kinds(
    "function_declaration function_expression arrow_function generator_function generator_function_declaration"
    " method_definition class class_declaration"
)
_QUIET = re.compile(
    r"require|(?:util\.)?promisify|(?:path\.)?(?:join|resolve|dirname|basename)|Object\.(?:defineProperty|freeze)"
    r"|(?:url\.)?fileURLToPath|(?:module\.)?createRequire|Symbol(?:\.for)?"
)
_WRITING = re.compile(
    rb"\b(?:write|append|copy|rename|link|symlink|pipe|createWrite|extract|cp|unzip|untar)\w*\b", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """How a file begins: the lines that load modules before any other code runs; whether it defines, and does nothing else."""

    lines: frozenset[int] = frozenset()
    only_defines: bool = False


@dataclass(slots=True)
class Order:
    """Who loads whom: ``loads`` has lines and targets by file, ``parents`` who led to a file first."""

    files: Mapping[tuple[str, str, Language], ReachableFile]
    loads: dict[Key, list[tuple[int, Key]]] = field(default_factory=dict)
    parents: dict[Key, Key] = field(default_factory=dict)
    started: set[Key] = field(default_factory=set)
    """Files that are started in a process of their own."""
    links: set[tuple[Key, Key]] = field(default_factory=set)
    """Which file leads to which, however it does."""
    _beginnings: dict[Key, Beginning] = field(default_factory=dict)

    def note_load(self, by: Key, target: Key, line: int = 0) -> None:
        """Note that a file loads another one, at a line when that is known."""
        self.loads.setdefault(by, []).append((line, target))

    def note_link(self, by: ReachableFile, to: ReachableFile) -> None:
        """Note that a file or text leads to another one."""
        self.links.add(((by.location, by.path), (to.location, to.path)))

    def is_alone(self, key: Key) -> bool:
        """Tell whether a file only runs in processes of its own: started, and loaded by no other text."""
        loaded = any(target == key for targets in self.loads.values() for _, target in targets)
        return key in self.started and not loaded

    def settled(self, writer: Key) -> set[Key]:
        """List the modules that were loaded before a file writes, whatever place that is.

        What the file requires first is; and where the file only defines functions, what those who lead to it require
        first. A module that is loaded later, or by another process, is not listed.
        """
        waiting = [writer]
        above: Key | None = writer
        while self._of(writer).only_defines and above is not None and above in self.parents:
            above = self.parents[above]
            if above in waiting:
                break
            waiting.append(above)
        found: set[Key] = set()
        while waiting:
            one = waiting.pop()
            for line, target in self.loads.get(one, ()):
                if target not in found and line in self._of(one).lines:
                    found.add(target)
                    waiting.append(target)
        return found

    def _of(self, key: Key) -> Beginning:
        if key not in self._beginnings:
            file = self.files.get((*key, Language.JAVASCRIPT))
            own = folder_name(key[0])
            self._beginnings[key] = beginning(file.content, own) if file is not None else Beginning()
        return self._beginnings[key]


def beginning(source: bytes, own: str = "") -> Beginning:
    """Read the statements of a file of the package ``own`` up to the first that calls something that may not be quiet."""
    root = parse_javascript(source) if len(source) <= LONGEST else None
    if root is None:
        return Beginning()
    helpers = _helpers(root.named_children)
    lines: set[int] = set()
    crowded: set[int] = set()
    begins, defines = True, True
    for statement in root.named_children:
        calls = list(_calls(statement, crowded))
        quiet = begins and all(_is_quiet(call, helpers, own) for call in calls)
        if quiet:
            lines.update(line_of(call) for call in calls if _callee(call) == "require")
        if statement.type == "import_statement":
            lines.add(line_of(statement))
        begins &= quiet
        defines &= not any(_WRITING.search(call.text or b"") for call in calls)
    return Beginning(lines=frozenset(lines - crowded), only_defines=defines)


def _helpers(statements: Sequence[Node]) -> frozenset[str]:
    """Name the functions of a file that call nothing themselves, such as what compilers put around a ``require``."""
    found = set()
    for statement in statements:
        name = statement.child_by_field_name("name") if statement.type == "function_declaration" else None
        if name is not None and not any(True for _ in _calls(statement, set(), inside=True)):
            found.add((name.text or b"").decode(errors="replace"))
        for declarator in statement.named_children if statement.type == "variable_declaration" else ():
            target = declarator.child_by_field_name("name")
            if target is not None and not any(True for _ in _calls(declarator, set(), inside=True)):
                found.add((target.text or b"").decode(errors="replace"))
    return frozenset(found)


def _calls(top: Node, crowded: set[int], *, inside: bool = False) -> Iterator[Node]:
    """Yield what is called while a statement runs; a function's body runs later, and its lines are told as crowded."""
    waiting = [(top, inside)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node, counts = waiting.pop()
        later = node.type in _FUNCTIONS and not counts
        if node.type in {"call_expression", "new_expression"}:
            yield node
        if later:
            crowded.update(range(node.start_point.row + 1, node.end_point.row + 2))
        else:
            waiting += [(child, counts) for child in node.named_children]
    yield top  # too long to be quiet


def _is_quiet(call: Node, helpers: frozenset[str], own: str) -> bool:
    name = _callee(call)
    known = name in helpers or _QUIET.fullmatch(name) is not None or _tells_another_package(call, name, own)
    return call.type == "call_expression" and known


_REQUIRES_PACKAGE = re.compile(r"""require\((?P<quote>["'])(?P<name>@?\w[\w./-]*)(?P=quote)\)""")


def _tells_another_package(call: Node, name: str, own: str) -> bool:
    """Read ``require("debug")("cli")``: another package's function that is told texts has no way to this one's."""
    found = _REQUIRES_PACKAGE.fullmatch(name)
    given = call.child_by_field_name("arguments")
    is_other = found is not None and found["name"] != own and not found["name"].startswith(f"{own}/")
    return is_other and given is not None and all(one.type in {"string", "comment"} for one in given.named_children)


def _callee(call: Node) -> str:
    function = call.child_by_field_name("function")
    return "" if function is None else (function.text or b"").decode(errors="replace")
