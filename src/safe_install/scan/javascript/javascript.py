"""JavaScript → what it requires, starts, hides, reads from the environment, contacts and writes.

Two walks over the syntax tree, without recursion (see reading.py). What is computed while running becomes a `Blind`.
TypeScript is read with a grammar of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import (
    WORK,
    parse_javascript,
    parse_typescript,
)
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.harmless import only_prints
from safe_install.scan.javascript.literals import spelled
from safe_install.scan.javascript.plain_exports import ANY, exported, loose
from safe_install.scan.javascript.reading import MOST_TOLD, Reading
from safe_install.scan.javascript.skim import skim
from safe_install.scan.javascript.surroundings import NOWHERE, Export, Started, Surroundings
from safe_install.scan.javascript.uncalled_exports import only_exported
from safe_install.scan.javascript.unchosen import unchosen, without_spans
from safe_install.scan.javascript.unmet import Span, unmet
from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word

LONGEST = 524_288  # bytes that are parsed; the longest file that an honest script of 72 reached has 116 KB


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
    whole = reading = Reading(text, path, around)
    reading.read(root)
    WORK.done += reading.constants.steps
    without = unmet(root, reading.constants, around.held) if around.held is not None else ()
    other = _left_out(root, reading.constants, around.started) if around.started is not None else {}
    spared = tuple(sorted({*without, *other}))
    if spared:
        reading = Reading(text, path, around, spared)
        reading.read(root)
        WORK.done += root.descendant_count + reading.constants.steps
    return JavaScript(
        leads=tuple(one for one in reading.found if isinstance(one, Lead))[:MOST_TOLD],
        commands=tuple(one for one in reading.found if isinstance(one, Command))[:MOST_TOLD],
        blinds=tuple(dict.fromkeys(reading.blinds()))[:MOST_TOLD],
        environment=frozenset(whole.uses.environment),
        hosts=frozenset(whole.hosts),
        writes=tuple(reading.uses.writes.places[:MOST_TOLD]),
        fills=tuple(reading.uses.writes.filled[:MOST_TOLD]),
        copied=tuple((place, files) for place, files in reading.uses.writes.copied.items() if files is not None)[
            :MOST_TOLD
        ],
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
