"""What following a lead comes to, and the scene in which it is followed."""

from __future__ import annotations

from dataclasses import dataclass, field

from safe_install.model import Language, Package
from safe_install.scan.reach.installed import Installed, Places
from safe_install.scan.shell.leads import Blind, Ending
from safe_install.scan.shell.words import Word


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Where a lead stands: in a text of the package ``owner``, which runs at ``places``.

    ``home`` is its file's directory, None for a text that has none and runs where it is. ``nested`` counts the files
    that were followed on the way to this lead without being told first, ``included`` those that were read so, and how: each is
    once, or files that include one another would never end. ``renames``: the text may call something else ``process``.
    """

    installed: Installed
    owner: Package
    places: Places
    home: str | None = None
    nested: int = 0
    included: set[tuple[str, str, Places, tuple[Word, ...]]] = field(default_factory=set, compare=False)
    renames: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ToFile:
    """A file of a package, and how it is read. ``program`` names the known program whose own code it is.

    ``asked``: the argument that it is started with, when that only asks what it is. ``shared``: its text may run among another's,
    as what it says its names are. ``unneeded`` are the lines of a makefile that its goals do not need; None for any other way to
    read a file.
    """

    package: Package
    path: str
    language: Language
    program: str = ""
    asked: str = ""
    shared: bool = False
    unneeded: frozenset[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToText:
    """A text of the package ``owner`` that runs at ``places``; ``by_npm``: as npm runs the scripts of a manifest."""

    text: str
    language: Language
    places: Places
    owner: Package
    by_npm: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ToEnd:
    """The end of text; ``program`` names the known program that ends there."""

    ending: Ending
    program: str = ""


Outcome = ToFile | ToText | ToEnd | Blind
