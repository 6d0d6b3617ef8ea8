"""JavaScript → what it requires, starts, hides, reads from the environment, contacts and writes.

Two walks over the syntax tree, without recursion: for the names, then for each use of what is Node's. What is
computed while running becomes a `Blind`. TypeScript is read with a grammar of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import (
    WORK,
    Place,
    first_error,
    kinds,
    line_of,
    parse_javascript,
    parse_typescript,
    places,
)
from safe_install.scan.hosts import hosts_in
from safe_install.scan.javascript.bindings import NOTED, Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.endings import Seen, downloads
from safe_install.scan.javascript.harmless import only_prints
from safe_install.scan.javascript.inherited import replaces
from safe_install.scan.javascript.literals import fragments, name_of, spelled
from safe_install.scan.javascript.members import computed_call, member_indexed, member_named
from safe_install.scan.javascript.name_uses import TYPES
from safe_install.scan.javascript.node_builtins import EVERYBODYS
from safe_install.scan.javascript.plain_exports import ANY, exported, loose
from safe_install.scan.javascript.scopes import KINDS as SCOPING
from safe_install.scan.javascript.scopes import MARK
from safe_install.scan.javascript.skim import skim
from safe_install.scan.javascript.surroundings import NOWHERE, Export, Started, Surroundings
from safe_install.scan.javascript.uncalled_exports import only_exported
from safe_install.scan.javascript.unchosen import unchosen, without_spans
from safe_install.scan.javascript.unmet import Span, unmet
from safe_install.scan.javascript.uses import Uses, imported_modules
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, excerpt

LONGEST = 524_288  # bytes that are parsed; the longest file that an honest script of 72 reached has 116 KB
LONGEST_LINE = 100_000  # bytes a person, and the signatures' engine, can be asked to look at; prisma's has 25,285
MOST_TOLD = 500
MOST_KEPT = 60_000  # nodes, which take 200 bytes each; a file of 116 KB has 45,000


@dataclass(frozen=True, kw_only=True, slots=True)
class JavaScript:
    """What one text says.

    ``writes`` are all places that it changes, ``fills`` those that get new contents. ``prints``: it does nothing but
    print, exit and look at what is harmless to look at.
    """

    leads: tuple[Lead, ...] = ()
    commands: tuple[Command, ...] = ()
    blinds: tuple[Blind, ...] = ()
    environment: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    writes: tuple[Word, ...] = ()
    fills: tuple[Word, ...] = ()
    copied: tuple[tuple[Word, tuple[Word, ...]], ...] = ()
    """Of places that get new contents, those of which it is known which files these are."""
    endings: tuple[Ending, ...] = ()
    sets: frozenset[str] = frozenset()
    """Names of the environment that it may give another value; ``*`` for any."""
    exports: tuple[Export, ...] = ()
    loose: frozenset[str] = frozenset()
    """Specifiers of modules that it requires and may change: see plain_exports.py."""
    prints: bool = False
    unmet: bool = False
    """Whether something was left out that never runs, as the package is delivered: see unmet.py."""
    unchosen: frozenset[str] = frozenset()
    """What has to stay as it is, where something was left out that another command line would run: see unchosen.py."""
    rest: str = ""
    """Of such a text what is left."""
    changes_windows: bool = False
    """Whether a child may be given other values of what Windows itself sets: see child_environment.py."""
    touches: bool = False
    """Whether something of Node's is used that may make a file, or remove one: see files_left_alone.py."""


def read_javascript(source: bytes, path: str | None = None, around: Surroundings = NOWHERE) -> JavaScript:
    """Read a file at ``path`` in its package, or a text that runs from the working directory; never raises."""
    text = spelled(source)
    if len(text) > LONGEST:
        return _skimmed(text, f"{len(text):,} bytes")
    root = _parsed(text, path or "")
    if root is None:
        return _skimmed(text, "takes too long to parse")
    whole = reading = _Reading(text, path, around)
    reading.read(root)
    WORK.done += reading.constants.steps
    without = unmet(root, reading.constants, around.held) if around.held is not None else ()
    other = _left_out(root, reading.constants, around.started) if around.started is not None else {}
    spared = tuple(sorted({*without, *other}))
    if spared:
        reading = _Reading(text, path, around, spared)
        reading.read(root)
        WORK.done += root.descendant_count + reading.constants.steps
    return JavaScript(
        leads=tuple(one for one in reading.found if isinstance(one, Lead))[:MOST_TOLD],
        commands=tuple(one for one in reading.found if isinstance(one, Command))[:MOST_TOLD],
        blinds=tuple(dict.fromkeys(reading.blinds()))[:MOST_TOLD],
        environment=frozenset(whole.uses.environment),
        hosts=frozenset(whole.hosts),
        writes=tuple(reading.uses.writes[:MOST_TOLD]),
        fills=tuple(reading.uses.fills[:MOST_TOLD]),
        copied=tuple((place, files) for place, files in reading.uses.copied.items() if files is not None)[:MOST_TOLD],
        endings=tuple(dict.fromkeys(reading.endings()))[:MOST_TOLD],
        sets=frozenset(reading.uses.sets),
        exports=exported(root, whole.constants) if around.is_own and path is not None else (),
        loose=loose(root, whole.constants) if around.is_own else frozenset(),
        prints=whole.may_print_only() and only_prints(root, text),
        unmet=bool(without),
        unchosen=frozenset(other.values()),
        rest=without_spans(text, spared) if other else "",
        touches=reading.uses.touches,
        changes_windows=reading.uses.changes_windows,
    )


def _left_out(root: Node, constants: Constants, started: Started) -> Mapping[Span, str]:
    """Give what never runs because of how a file is started, each with what has to stay as it is."""
    exported_alone = only_exported(root, constants) if started.is_program else {}
    return {**unchosen(root, constants, started), **exported_alone}


def _parsed(text: bytes, path: str) -> Node | None:
    """Parse by what the name says: Node, tsx, bun and deno take types for types by it, too."""
    if path.endswith((".ts", ".mts", ".cts", ".tsx")):
        return parse_typescript(text, jsx=path.endswith(".tsx"))
    return parse_javascript(text)


def _skimmed(text: bytes, why: str) -> JavaScript:
    seen = skim(text)
    return JavaScript(
        leads=seen.leads,
        blinds=(Blind(kind=GapKind.TOO_LARGE, detail=f"not read whole: {why}"),),
        environment=seen.environment,
        hosts=seen.hosts,
        loose=frozenset((ANY,)),
    )


DEEPEST = 1_000  # how far outward a function is looked for
_HTML_COMMENT = b"<!--"
_WITH_ARGUMENTS = kinds(
    "function_declaration function_expression generator_function generator_function_declaration method_definition"
    " class_static_block field_definition"
)


@dataclass(slots=True)
class _Reading:
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
        return all(found) and not self.uses.writes and not self.constants.gave_up and "*" not in self.uses.environment

    def endings(self) -> Iterator[Ending]:
        """Give the edges that end in a known way."""
        yield from (one for one in self.found if isinstance(one, Ending))
        found = downloads(self.source, self.uses, self.found, self.hosts)
        if found is not None:
            yield found

    def blinds(self) -> Iterator[Blind]:
        """Give what could not be seen, what concerns the whole file last."""
        yield from (one for one in self.found if isinstance(one, Blind))
        if max(len(self.found), len(self.uses.writes)) > MOST_TOLD or self.constants.gave_up:
            yield Blind(kind=GapKind.TOO_LARGE, detail="more expressions than are looked into")
        longest = max(map(len, self.source.split(b"\n")))
        if longest > LONGEST_LINE:
            yield Blind(kind=GapKind.TOO_LARGE, detail=f"a line of {longest:,} bytes, which nobody can look at")


def _identifier(reading: _Reading, place: Place) -> None:
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


def _import_call(reading: _Reading, place: Place) -> None:
    outer = place.above.above if place.above is not None else None
    if outer is not None and outer.kind in TYPES:
        return  # ``typeof import("x")`` is a type
    reading.uses.follow(place, frozenset(("import",)))


def _import_meta(reading: _Reading, place: Place) -> None:
    """Follow ``import.meta.resolve``; the other members are words."""
    above = place.above
    if above is not None:
        reading.uses.follow(above, reading.constants.value(above.node).symbols)


def _this(reading: _Reading, place: Place) -> None:
    reading.uses.follow(place, frozenset(("this",)))


def _statement(reading: _Reading, place: Place) -> None:
    reading.found += imported_modules(place.node, reading.constants)


def _text(reading: _Reading, place: Place) -> None:
    reading.hosts |= hosts_in(fragments(place.node, reading.source))


def _property(reading: _Reading, place: Place) -> None:
    if place.field == "key" and place.above is not None and place.above.kind == "pair":
        reading.uses.sets.add(name_of(place.node, reading.source))  # maybe of a child's environment
    reading.found += member_named(reading.constants, place)


def _index(reading: _Reading, place: Place) -> None:
    reading.found += member_indexed(reading.constants, place)


def _call(reading: _Reading, place: Place) -> None:
    reading.found += computed_call(reading.constants, place)
    reading.uses.write_by_name(place.node)


def _less(reading: _Reading, place: Place) -> None:
    """Tell of ``<!--``: to a script it starts a comment, to a module it does not."""
    start = place.node.start_byte
    if place.kind == "html_comment" or reading.source[start : start + 4] == _HTML_COMMENT:
        reading.found.append(
            _blind(GapKind.UNPARSED, "an HTML comment, which not every reader takes for one", place.node)
        )


def _jsx(reading: _Reading, place: Place) -> None:
    """Tell of an element: Node runs no JSX, so where the grammar sees one, the two disagree about the text."""
    if not (reading.path or "").endswith((".jsx", ".tsx")):
        reading.found.append(_blind(GapKind.UNPARSED, "JSX, which is no JavaScript that Node runs", place.node))


def _with(reading: _Reading, place: Place) -> None:
    reading.found.append(_blind(GapKind.DYNAMIC, "with changes what every name in it means", place.node))


def _blind(kind: GapKind, detail: str, node: Node) -> Blind:
    return Blind(kind=kind, detail=detail, line=line_of(node))


_LOOKERS: dict[str, Callable[[_Reading, Place], None]] = {
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
