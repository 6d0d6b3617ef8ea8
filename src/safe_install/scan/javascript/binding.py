"""What is known of one name in a file: what it is given, and what is done with what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from safe_install.scan.grammars import Place


@dataclass(frozen=True, slots=True)
class Parameter:
    """A place among a function's parameters: ``name`` is what the function is called by, ``given`` one set of arguments.

    ``index`` counts from the first, ``rest`` takes all from there on; ``path`` are the members taken of it.
    """

    name: str
    given: Node | None
    index: int
    rest: bool
    path: tuple[str, ...]


@dataclass(slots=True)
class Binding:
    """What one name can be: expressions, each with the members taken from it; symbols; or anything."""

    values: list[tuple[Node, tuple[str, ...]]] = field(default_factory=list)
    symbols: set[tuple[str, ...]] = field(default_factory=set)
    anything: bool = False
    picked: bool = False
    """Whether a pattern takes it of a value by a name that only running tells: ``const {[name]: x} = y``."""
    parameters: list[Parameter] = field(default_factory=list)
    elements: list[tuple[Node, bool, tuple[str, ...]]] = field(default_factory=list)
    """What it loops over; whether over the keys; the members taken."""
    calls: list[Node] = field(default_factory=list)
    """The arguments it is called with."""
    pushed: list[Place] = field(default_factory=list)
    """The calls that append to it."""
    handed: list[tuple[Node, Node]] = field(default_factory=list)
    """The calls that are given it, and where it stands there."""
    altered: bool = False
    """Whether what it holds may be changed, or called, where this file does not say how."""
    asked: bool = False
    """Whether a member of it is called by its name, which changes what it holds unless all of them are functions written there."""
    indexed: bool = False
    """Whether a member is called that an index names."""
    unset: bool = False
    """Whether it is declared without a value."""
    shortened: int = 0
    """How many places take an element off one of its ends."""
    declared: bool = False
    """Whether its only value is given where it is declared."""
    owned: bool = False
    """Whether it is declared here; what is not is everybody's."""

    def lose(self) -> None:
        """Note that what it holds may be changed, or called, elsewhere."""
        self.altered = True

    @property
    def let_go(self) -> bool:
        """Tell whether what it holds may be changed for any other reason than that a member is called which an index names."""
        return self.altered or self.asked

    @property
    def changed(self) -> bool:
        """Tell whether what it holds may be changed, as far as nothing is known of its members."""
        return self.altered or self.asked or self.indexed

    @property
    def bound(self) -> bool:
        """Tell whether the file gives the name anything, or only uses it."""
        return bool(self.owned or self.anything or self.values or self.symbols or self.parameters or self.elements)
