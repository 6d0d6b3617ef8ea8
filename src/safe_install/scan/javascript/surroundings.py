"""What a text is told of where it runs, beyond its own words: how its package finds itself, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from safe_install.scan.javascript.held import Held
from safe_install.scan.shell.words import Computed, Word

ASKING = frozenset(("--version", "--help"))
"""Arguments by which a program is only asked what it is."""
PNP = "pnpapi"
"""A module that only another package manager provides, from inside itself: under npm requiring it fails."""
ABSENT = Computed("what only another package manager gives")
"""Stands for what such a module would give; no expression is written like this. Under npm it is never there."""
ABSENT_ALONE = (Word((ABSENT,)),)


@dataclass(frozen=True, slots=True)
class Export:
    """One name that a file exports: what it holds, or what calling it gives; ``words`` are all that may be.

    ``reads``: of a function, for each parameter, which members it reads by name; None where more may happen to what is given.
    """

    name: str
    words: tuple[Word, ...]
    called: bool
    reads: tuple[frozenset[str] | None, ...] = ()


PARSERS = frozenset(("minimist",))
"""Packages whose one function makes an object of a command line: ``--name value`` becomes its member ``name``."""
NEVER_SET = "npm_config_argv"
"""A variable of npm 6 and yarn 1: npm 7 and later say nothing of their command line in it."""


@dataclass(frozen=True, slots=True)
class Started:
    """What a text is started with, and which of `PARSERS` are, where it stands, the packages of that name.

    ``is_program``: it is started, and no text that was read so far loads it as a module.
    """

    arguments: tuple[str, ...]
    parsers: frozenset[str] = frozenset()
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``name`` and ``main``: by that name ``require.resolve`` finds that file of the package; empty where not certain.

    ``asked`` is the one argument that a text is started with, when it is one of `ASKING`, else empty. ``npm_only``: no
    package here is called `PNP`. ``is_own``: it stands in the package under inspection, of
    whose files it is told what they export. ``imports`` are what files of the package export, by the specifier that requires them.
    ``is_alone``: it is a file that runs as a module, so that no other text has its names.
    ``holds_undefined``: its package has a file whose path says what a name without a value is in a text.
    ``held`` is what the package holds, for a text that starts at its root and of which what never runs shall be left out.
    ``started``: what it is started with, where that is known and what another command line would do shall be left out.
    """

    name: str = ""
    main: str = ""
    asked: str = ""
    npm_only: bool = False
    is_own: bool = False
    is_alone: bool = False
    imports: tuple[tuple[str, tuple[Export, ...]], ...] = ()
    held: Held | None = None
    started: Started | None = None
    holds_undefined: bool = False


NOWHERE = Surroundings()
