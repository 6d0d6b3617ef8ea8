"""What a file does with what is Node's: each use is followed outward until it is understood or lost.

``require("child_process").exec("x")`` starts at ``require``, is called, becomes a module, a member, is called
again. A value that could hide code and goes where this cannot follow, such as into a function's argument, an
object or another file, is told as lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import Place, kinds, line_of
from safe_install.scan.javascript.call_values import READING, unwraps
from safe_install.scan.javascript.child_environment import may_change_windows
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.endings import Seen, addresses, asks_network
from safe_install.scan.javascript.files_left_alone import leaves_alone, may_write_by_members, starts_as_usual
from safe_install.scan.javascript.handing import only_looks
from safe_install.scan.javascript.inherited import sets_members
from safe_install.scan.javascript.name_uses import AROUND, DECLARING, NAMING, TYPES
from safe_install.scan.javascript.named_reads import read_by_names
from safe_install.scan.javascript.node_builtins import (
    EVERYBODYS,
    can_hide,
    is_put_there,
    member,
    steered_module,
    steers,
)
from safe_install.scan.javascript.patterns import gives_own_names
from safe_install.scan.javascript.standing import (
    flows,
    is_assigned,
    is_let_go,
    is_tagged,
    is_tried,
    may_fill,
    only_shown,
    shown_constant,
)
from safe_install.scan.javascript.started import started
from safe_install.scan.javascript.values import arguments_in, unknown
from safe_install.scan.javascript.writes import Writes
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import Word

STEPS = 64  # from a name outward; real chains are under 10
_PATTERNS = 8  # in one another
_ENVIRONMENT = "process.env"
_WHOLE_ENVIRONMENT = "*"

_AROUND = AROUND | {"await_expression"}
_ENDING = kinds(
    "expression_statement if_statement while_statement do_statement for_statement switch_statement switch_case"
    " unary_expression update_expression template_substitution program statement_block labeled_statement"
)
"""Where a value is only looked at, or dropped."""
_MEMBERS = frozenset(("member_expression", "subscript_expression"))
_ASSIGNING = frozenset(("assignment_expression", "augmented_assignment_expression"))
_TARGETS = kinds(
    "array_pattern assignment_pattern for_in_statement object_assignment_pattern pair_pattern rest_pattern"
)
"""Where a member gets a value, beside assignments: ``({x: process.env.Y} = z)``, ``for (process.env.Y of z)``."""
_APPENDING = frozenset(("push", "splice", "unshift"))


@dataclass(slots=True)
class Uses:
    """What was found in one file."""

    constants: Constants
    found: list[Seen] = field(default_factory=list)
    environment: set[str] = field(default_factory=set)
    writes: Writes = field(init=False)
    asked: list[int] = field(default_factory=list)
    """The lines of the calls that fetch something from the network."""
    addresses: list[Word] = field(default_factory=list)
    """What these calls ask, but for where an answer sends them."""
    sets: set[str] = field(default_factory=set)
    """Names of the environment that are given another value."""
    touches: bool = False
    """Whether something of Node's is used that may make a file, or remove one: see files_left_alone.py."""
    changes_windows: bool = False
    """Whether a child may be given other values of what Windows itself sets: see child_environment.py."""
    shown: frozenset[bytes] | None = None
    """Names of which only the text is taken, once that is asked."""

    def __post_init__(self) -> None:
        self.writes = Writes(self.constants)

    def follow(self, place: Place, symbols: frozenset[str]) -> None:
        """Follow one use outward from where it stands."""
        for _ in range(STEPS):
            above = place.above
            self.touches = self.touches or not all(map(leaves_alone, symbols))
            if above is None or not symbols:
                return
            outcome = self._step(place, above, symbols)
            if outcome is None:
                return
            place, symbols = outcome
        self._lost(place, symbols)

    def _step(self, place: Place, above: Place, symbols: frozenset[str]) -> tuple[Place, frozenset[str]] | None:
        """Go one node outward: to where the value is then and what it is, or None when nothing follows."""
        kind, part = above.kind, place.field
        if kind in _AROUND or (kind == "optional_chain"):
            return above, symbols
        if kind in {"member_expression", "subscript_expression"}:
            return self._member(above, symbols) if part == "object" else None
        if kind in {"call_expression", "new_expression"} and part in {"function", "constructor"}:
            return self._called(above, symbols)
        if kind == "arguments" and above.above is not None:
            return self._argument(above.above, place, symbols)
        if kind == "template_substitution" and is_tagged(above):
            self._lost(place, symbols)
            return None
        if kind in _ENDING or kind in DECLARING or kind in TYPES or (kind, part) in NAMING:
            self._assigned_to(place, above, symbols)
            return None
        onward = flows(place, above)
        if onward is None:
            self._lost(place, symbols)
        elif kind in {"variable_declarator", "assignment_expression", "assignment_pattern"}:
            return self._given_to(place, above, symbols)
        return (above, symbols) if onward else None

    def _member(self, above: Place, symbols: frozenset[str]) -> tuple[Place, frozenset[str]] | None:
        """Take a member; one whose name is computed can be any."""
        node = above.node
        index = node.child_by_field_name("property") or node.child_by_field_name("index")
        name = None if index is None else self.constants.key(index)
        if name is None:
            self._lost(above, symbols, fills=above.above is not None and above.above.kind == "update_expression")
            if _ENVIRONMENT in symbols and is_assigned(above):
                self.sets.add(_WHOLE_ENVIRONMENT)
                self.found.append(_dynamic("sets a variable of the environment that only running names", node))
            return None
        if _ENVIRONMENT in symbols:
            self.environment.add(name)
        return above, frozenset(member(symbol, name) for symbol in symbols)

    def _called(self, above: Place, symbols: frozenset[str]) -> tuple[Place, frozenset[str]] | None:
        """Tell what a call leads to; its own value may be followed further."""
        call = above.node
        arguments = call.child_by_field_name("arguments")
        if arguments is not None and arguments.type == "template_string":  # a tagged template
            self._lost(above, symbols)
            return None
        if asks_network(symbols):
            self.asked.append(line_of(call))
            self.addresses += addresses(self.constants, arguments_in(arguments))
        for symbol in sorted(symbols):
            self._call(symbol, above, arguments_in(arguments))
        result = self.constants.value(call).symbols
        return (above, result) if result else None

    def _call(self, symbol: str, above: Place, given: list[Node]) -> None:
        call = above.node
        base, _, method = symbol.rpartition(".")
        if method == "call" and base:
            symbol, given = base, given[1:]
        self.touches = self.touches or not starts_as_usual(symbol, given, self.constants.source)
        self.changes_windows = self.changes_windows or may_change_windows(self.constants, symbol, given)
        if method in _APPENDING and steers(base):
            self.found.append(_dynamic(f"changes {base}, and with it what runs", call))
        if symbol == "Function" and (is_let_go(above) or self._is_only_shown(above)):
            return  # a text that is no program raises, and one that is one never runs
        leads = started(self.constants, symbol, call, given)
        if leads is not None:
            optional = is_tried(above)
            self.found += [replace(lead, optional=optional) if isinstance(lead, Lead) else lead for lead in leads]
        elif method in {"bind", "apply"} and can_hide(base):
            self.found.append(_dynamic(f"{base} is used through {method}", call))
        elif can_hide(symbol):
            self.found.append(
                _dynamic(f"calls {symbol.removeprefix('node:')}, which can run what is not seen here", call)
            )
        if symbol in READING and given:
            words = self.constants.words(given[0])
            self.found += [Lead(kind=Kind.DATA, target=one, line=line_of(call)) for one in words if one.literal]
        self.found += self.writes.by_symbol(symbol, given)

    def _is_only_shown(self, call: Place) -> bool:
        """Tell whether a function that is made has a name in its module, which only gives its text."""
        name = shown_constant(call, self.constants.source) if self.constants.path is not None else b""
        if name and self.shown is None:
            self.shown = only_shown(self.constants.source)
        return bool(name) and self.shown is not None and name in self.shown

    def _argument(self, call: Place, place: Place, symbols: frozenset[str]) -> tuple[Place, frozenset[str]] | None:
        """Look through the functions that only wrap what they are given."""
        callee = call.node.child_by_field_name("function")
        if callee is not None and unwraps(self.constants, callee):
            return call, symbols
        names = read_by_names(self.constants, call.node, place.node) if symbols == {_ENVIRONMENT} else None
        if names is not None:
            self.environment |= names
            return None
        for symbol in filter(steered_module, sorted(symbols)):
            if sets_members(self.constants, call.node, place.node):
                self.found.append(
                    _dynamic(f"changes members of {symbol.removeprefix('node:')}, and with it what runs", call.node)
                )
        self._lost(place, symbols, fills=not only_looks(self.constants, call.node, place.node))
        return None

    def _given_to(self, place: Place, above: Place, symbols: frozenset[str]) -> tuple[Place, frozenset[str]] | None:
        """Follow a value into a name: its uses are followed from where the name stands."""
        target = above.node.child_by_field_name("name") or above.node.child_by_field_name("left")
        if target is None or target.type not in {"identifier", "object_pattern"}:
            self._lost(place, symbols)
        elif target.type == "object_pattern":
            self._destructured(place, target, symbols)
            if above.kind == "assignment_expression" and not gives_own_names(target, self.constants.bindings):
                self._lost(place, frozenset(filter(can_hide, symbols)))
        return (above, symbols) if above.kind == "assignment_expression" else None

    def _destructured(self, place: Place, pattern: Node, symbols: frozenset[str], depth: int = 0) -> None:
        """Take members by a pattern; the uses of the names in it are followed where they stand."""
        for child in pattern.named_children:
            inner = child.child_by_field_name("left") if child.type == "object_assignment_pattern" else child
            key = (inner.child_by_field_name("key") or inner) if inner is not None else child
            unnamed = child.type == "rest_pattern" or key.type == "computed_property_name" or depth > _PATTERNS
            name = None if unnamed else self._pattern_key(key)
            value = child.child_by_field_name("value")
            if name is None:
                self._lost(place, symbols)
                continue
            if _ENVIRONMENT in symbols:
                self.environment.add(name)
            if value is not None and value.type == "object_pattern":
                self._destructured(place, value, frozenset(member(symbol, name) for symbol in symbols), depth + 1)

    def _pattern_key(self, key: Node) -> str | None:
        if key.type == "shorthand_property_identifier_pattern":
            return self.constants.source[key.start_byte : key.end_byte].decode(errors="replace")
        return self.constants.key(key)

    def _assigned_to(self, place: Place, above: Place, symbols: frozenset[str]) -> None:
        """Tell what happens when something of Node's is replaced; a pattern may put a value anywhere, too."""
        is_member = place.kind in _MEMBERS
        if above.kind in _ASSIGNING or (is_member and above.kind in _TARGETS):
            for symbol in sorted(symbols):
                if is_member and symbol.startswith(f"{_ENVIRONMENT}."):
                    self.sets.add(symbol.removeprefix(f"{_ENVIRONMENT}."))
                is_everybodys = is_member and symbol.removeprefix("globalThis.") in EVERYBODYS
                if is_everybodys or (
                    "." in symbol and ((can_hide(symbol) and not is_put_there(symbol)) or steers(symbol))
                ):
                    self.found.append(_dynamic(f"replaces {symbol.removeprefix('node:')}", above.node))

    def _lost(self, place: Place, symbols: frozenset[str], *, fills: bool = True) -> None:
        """Tell that a value goes where it cannot be followed; ``fills``: and where its members may be given other values."""
        if _ENVIRONMENT in symbols:
            self.environment.add(_WHOLE_ENVIRONMENT)
            self.sets |= {_WHOLE_ENVIRONMENT} if fills and may_fill(place) else set()
        self.touches = self.touches or any(map(may_write_by_members, symbols))
        for symbol in sorted(symbols):
            if can_hide(symbol) and not is_put_there(symbol):
                around = unknown((place.above or place).node, self.constants.source).words[0].shown
                self.found.append(
                    _dynamic(f"{symbol.removeprefix('node:')} goes where it cannot be followed: {around}", place.node)
                )


def _dynamic(detail: str, node: Node) -> Blind:
    return Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(node))
