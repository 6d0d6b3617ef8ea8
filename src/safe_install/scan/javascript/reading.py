"""The walk over one JavaScript file: the names first, then each use of what is Node's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import Place, first_error, kinds, line_of, places
from safe_install.scan.hosts import hosts_in
from safe_install.scan.javascript.bindings import NOTED, Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.endings import Seen, downloads
from safe_install.scan.javascript.imported import imported_modules
from safe_install.scan.javascript.inherited import replaces
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.members import computed_call, member_indexed, member_named
from safe_install.scan.javascript.name_uses import TYPES
from safe_install.scan.javascript.node_builtins import EVERYBODYS
from safe_install.scan.javascript.scopes import KINDS as SCOPING
from safe_install.scan.javascript.scopes import MARK
from safe_install.scan.javascript.surroundings import NOWHERE, Surroundings
from safe_install.scan.javascript.unmet import Span
from safe_install.scan.javascript.uses import Uses
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.words import excerpt

MOST_TOLD = 500
MOST_KEPT = 60_000  # nodes, which take 200 bytes each; a file of 116 KB has 45,000
LONGEST_LINE = 100_000  # bytes a person, and the signatures' engine, can be asked to look at; prisma's has 25,285
DEEPEST = 1_000  # how far outward a function is looked for
_HTML_COMMENT = b"<!--"
_WITH_ARGUMENTS = kinds(
    "function_declaration function_expression generator_function generator_function_declaration method_definition"
    " class_static_block field_definition"
)


@dataclass(slots=True)
class Reading:
    """The walk over one file: names first, then each use of what is Node's."""

    source: bytes
    path: str | None
    around: Surroundings = NOWHERE
    spared: Sequence[Span] = ()
    """Pieces that are left out, sorted."""
    found: list[Seen] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    bindings: Bindings = field(init=False)
    constants: Constants = field(init=False)
    uses: Uses = field(init=False)

    def __post_init__(self) -> None:
        self.bindings = Bindings(self.source)
        self.constants = Constants(self.source, self.path, self.bindings, self.around)
        self.uses = Uses(self.constants, self.found)

    def read(self, root: Node) -> None:
        """Look thrice at the places of a tree; a large one is walked each time, for its places would take 370 MB."""
        tokens = _HTML_COMMENT in self.source
        kept: list[Place] | None = None
        if root.descendant_count < MOST_KEPT and not tokens:
            kept = list(places(root, of=_KEPT))
        self.bindings.scopes.read(places(root, of=SCOPING) if kept is None else kept)
        for place in places(root, of=NOTED) if kept is None else kept:
            if place.kind in NOTED and not (self.spared and self._is_spared(place.node)):
                self.bindings.note(place)
        for place in places(root, tokens=tokens, of=_LOOKERS) if kept is None else kept:
            if place.kind in _LOOKERS and not (self.spared and self._is_spared(place.node)):
                _LOOKERS[place.kind](self, place)
        error = first_error(root)
        if error is not None:
            shown = excerpt(self.source[error.start_byte : error.start_byte + 80].decode(errors="replace"), 60)
            self.found.append(_blind(GapKind.UNPARSED, f"not JavaScript as this program reads it: {shown}", error))

    def _is_spared(self, node: Node) -> bool:
        return any(start <= node.start_byte and node.end_byte <= end for start, end in self.spared)

    def may_print_only(self) -> bool:
        """Tell whether nothing was found that printing does not need, before that is looked at closely."""
        found = (isinstance(one, Lead) and one.kind is Kind.MODULE for one in self.found)
        return (
            all(found)
            and not self.uses.writes.places
            and not self.constants.gave_up
            and "*" not in self.uses.environment
        )

    def endings(self) -> Iterator[Ending]:
        """Give the edges that end in a known way."""
        yield from (one for one in self.found if isinstance(one, Ending))
        found = downloads(self.source, self.uses, self.found, self.hosts) if self.uses.writes.filled else None
        if found is not None:
            yield found

    def blinds(self) -> Iterator[Blind]:
        """Give what could not be seen, what concerns the whole file last."""
        yield from (one for one in self.found if isinstance(one, Blind))
        if max(len(self.found), len(self.uses.writes.places)) > MOST_TOLD or self.constants.gave_up:
            yield Blind(kind=GapKind.TOO_LARGE, detail="more expressions than are looked into")
        longest = max(map(len, self.source.split(b"\n")))
        if longest > LONGEST_LINE:
            yield Blind(kind=GapKind.TOO_LARGE, detail=f"a line of {longest:,} bytes, which nobody can look at")


def _identifier(reading: Reading, place: Place) -> None:
    key = reading.bindings.key(place.node)
    name = name_of(place.node, reading.source) if MARK in key else key
    symbols = reading.constants.named(key).symbols
    if place.kind == "shorthand_property_identifier":
        reading.uses.sets.add(name)  # maybe of a child's environment
    if name in EVERYBODYS:
        reading.found += replaces(reading.constants, place, name)
    if symbols:
        reading.uses.follow(place, symbols)
    elif name == "arguments" and not _in_function(place):
        reading.found.append(_blind(GapKind.DYNAMIC, "takes require from the arguments of its own module", place.node))


def _in_function(place: Place) -> bool:
    """Tell whether a place has arguments of its own; when it is too deep to tell it has none."""
    above = place.above
    for _ in range(DEEPEST):
        if above is None or above.kind in _WITH_ARGUMENTS:
            return above is not None
        above = above.above
    return False


def _import_call(reading: Reading, place: Place) -> None:
    outer = place.above.above if place.above is not None else None
    if outer is not None and outer.kind in TYPES:
        return  # ``typeof import("x")`` is a type
    reading.uses.follow(place, frozenset(("import",)))


def _import_meta(reading: Reading, place: Place) -> None:
    """Follow ``import.meta.resolve``; the other members are words."""
    above = place.above
    if above is not None:
        reading.uses.follow(above, reading.constants.value(above.node).symbols)


def _this(reading: Reading, place: Place) -> None:
    reading.uses.follow(place, frozenset(("this",)))


def _statement(reading: Reading, place: Place) -> None:
    reading.found += imported_modules(place.node, reading.constants)


def _text(reading: Reading, place: Place) -> None:
    reading.hosts |= hosts_in(fragments(place.node, reading.source))


def _property(reading: Reading, place: Place) -> None:
    if place.field == "key" and place.above is not None and place.above.kind == "pair":
        reading.uses.sets.add(name_of(place.node, reading.source))  # maybe of a child's environment
    reading.found += member_named(reading.constants, place)


def _index(reading: Reading, place: Place) -> None:
    reading.found += member_indexed(reading.constants, place)


def _call(reading: Reading, place: Place) -> None:
    reading.found += computed_call(reading.constants, place)
    reading.found += reading.uses.writes.by_name(place.node)


def _less(reading: Reading, place: Place) -> None:
    """Tell of ``<!--``: to a script it starts a comment, to a module it does not."""
    start = place.node.start_byte
    if place.kind == "html_comment" or reading.source[start : start + 4] == _HTML_COMMENT:
        reading.found.append(
            _blind(GapKind.UNPARSED, "an HTML comment, which not every reader takes for one", place.node)
        )


def _jsx(reading: Reading, place: Place) -> None:
    """Tell of an element: Node runs no JSX, so where the grammar sees one, the two disagree about the text."""
    if not (reading.path or "").endswith((".jsx", ".tsx")):
        reading.found.append(_blind(GapKind.UNPARSED, "JSX, which is no JavaScript that Node runs", place.node))


def _with(reading: Reading, place: Place) -> None:
    reading.found.append(_blind(GapKind.DYNAMIC, "with changes what every name in it means", place.node))


def _blind(kind: GapKind, detail: str, node: Node) -> Blind:
    return Blind(kind=kind, detail=detail, line=line_of(node))


_LOOKERS: dict[str, Callable[[Reading, Place], None]] = {
    "<": _less,
    "html_comment": _less,
    "call_expression": _call,
    "export_statement": _statement,
    "identifier": _identifier,
    "jsx_element": _jsx,
    "jsx_self_closing_element": _jsx,
    "import": _import_call,
    "import_statement": _statement,
    "meta_property": _import_meta,
    "new_expression": _call,
    "property_identifier": _property,
    "shorthand_property_identifier": _identifier,
    "shorthand_property_identifier_pattern": _property,
    "string": _text,
    "subscript_expression": _index,
    "template_string": _text,
    "this": _this,
    "with_statement": _with,
}
_KEPT = SCOPING | NOTED | _LOOKERS.keys()
