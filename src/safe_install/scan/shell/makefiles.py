"""Makefiles → the commands in them, as shell text.

Read line by line: every recipe counts that a goal may need, and so do the commands that run while the file is only read.
Variables are put in where what they may be is known; the others stand in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from safe_install.model import NOTHING, GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.makefile_goals import unneeded, with_machine
from safe_install.scan.shell.makefile_lists import as_patterns
from safe_install.scan.shell.makefile_variables import (
    SHELL_CALL,
    SHELL_SET,
    Variables,
    balanced,
    values_of,
    variables_of,
)
from safe_install.scan.shell.words import STAND_IN, literal

LONGEST = 262_144  # characters of one file; what automake writes has 100 KB and more
MOST = 500  # commands of one file
MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
Found = Iterator[Lead | Blind]
_PREFIX = ".RECIPEPREFIX"
_INCLUDE = re.compile(r"^[-s]?include\s+(.+)$")


def read_makefile(
    text: str, goals: Sequence[str] = (), *, set_by: Mapping[str, str] = NOTHING, names_have_blanks: bool = False
) -> list[Lead | Blind]:
    """Read a makefile; a recipe's lines become one text each, as make gives them to a shell.

    Of recipes that none of the ``goals`` needs nothing is told; without goals every one counts. ``set_by`` are the variables
    that the command line sets. ``names_have_blanks``: there are files whose names make takes for several.
    """
    if len(text) > LONGEST:
        return [Blind(kind=GapKind.TOO_LARGE, detail=f"a makefile of {len(text):,} characters")]
    lines = list(_logical(text))
    variables = variables_of(lines, set_by)
    found = [one for text in set_by.values() for one in _while_read(text, variables, 1)]
    found += _in_makefile(lines, variables, _unneeded(lines, goals, variables, names_have_blanks=names_have_blanks))
    if _PREFIX in text:
        found.append(Blind(kind=GapKind.UNPARSED, detail="a makefile whose recipes start otherwise than with a tab"))
    return [*found[:MOST], *too_many(found)]


def unneeded_lines(
    text: str, goals: Sequence[str], *, set_by: Mapping[str, str] = NOTHING, names_have_blanks: bool = False
) -> frozenset[int]:
    """List the lines of the recipes that none of the goals needs; none where that is not certain."""
    lines = list(_logical(text)) if goals and len(text) <= LONGEST else []
    rules = _unneeded(lines, goals, variables_of(lines, set_by), names_have_blanks=names_have_blanks)
    found: set[int] = set()
    is_unneeded = False
    for number, line in lines:
        is_unneeded = is_unneeded and line.startswith("\t")
        found |= {number} if is_unneeded else set()
        is_unneeded |= number in rules
    return frozenset(found)


def _unneeded(
    lines: list[tuple[int, str]], goals: Sequence[str], variables: Variables, *, names_have_blanks: bool
) -> Collection[int]:
    listed = partial(as_patterns, names_have_blanks=names_have_blanks)
    named = {name: tuple(listed(with_machine(one)) for one in values) for name, values in variables.items()}
    return unneeded(lines, goals, lambda one: values_of(listed(one), named))


def too_many(found: list[Lead | Blind]) -> list[Blind]:
    """Tell of more commands than are read."""
    more = len(found) > MOST
    return [Blind(kind=GapKind.TOO_LARGE, detail=f"more than {MOST} commands, the rest is not read")] if more else []


_SETS = re.compile(r"\s*(?:(?:export|override)\s+)*[\w.-]+\s*(?:[+!?]|:{1,3})?=")
_CHOOSES = re.compile(r"\s*(?:(?:ifn?eq|ifn?def|else|endif)\b|#|$)")


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines; before the first that may be a rule a tab begins no recipe, and is left out."""
    before = True
    for number, line in _continued(text):
        before &= _SETS.match(line) is not None or _CHOOSES.match(line) is not None
        yield number, line.lstrip("\t") if before else line


def _continued(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers, those that a backslash continues in one."""
    start, waiting = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        start = start if waiting else number
        if line.endswith("\\"):
            waiting += line[:-1] + " "
            continue
        yield start, waiting + line.rstrip("\r")
        waiting = ""
    if waiting:
        yield start, waiting


def _in_makefile(lines: list[tuple[int, str]], variables: Variables, unneeded: Collection[int]) -> Found:
    in_definition = is_unneeded = False
    names: dict[str, str] = {}
    for number, line in lines:
        if line.strip() and not line.startswith("\t"):
            names = _names_in(line, variables)
        is_unneeded = number in unneeded or (is_unneeded and line.startswith("\t"))
        in_definition = (in_definition or line.startswith("define ")) and not line.startswith("endef")
        if not is_unneeded:
            yield from _while_read(line, variables, number)
            yield from _of_line(_with_names(line, names), variables, number, in_definition=in_definition)


def _while_read(line: str, variables: Variables, number: int) -> Found:
    """Tell of ``$(shell …)``, which runs while the file is only read."""
    for match in islice(SHELL_CALL.finditer(line), MOST):
        inside = balanced(line, match.end())
        if inside is None:
            yield endless(number)
            return
        yield from _shell(inside, variables, number)


def _of_line(line: str, variables: Variables, number: int, *, in_definition: bool) -> Found:
    included, rule, given = _INCLUDE.match(line), _recipe_of(line), SHELL_SET.match(line)
    if line.startswith("\t") or in_definition:
        text = line.strip().lstrip("@-+").strip()
        if text and not text.startswith(("#", "define ")):
            yield from _shell(text, variables, number)
    elif given:
        yield from _shell(given[2], variables, number)
    elif included:
        for name in (name for text in values_of(included[1], variables) for name in text.split()):
            optional = line[0] != "i" or STAND_IN in name
            yield Lead(kind=Kind.MAKEFILE, target=literal(name), line=number, optional=optional)
    elif rule:
        yield from _shell(rule, variables, number)


def _names_in(line: str, variables: Variables) -> dict[str, str]:
    """Say what ``$@`` is in the recipe of a rule that names one target, and ``$<`` and ``$^`` where it needs plain files."""
    rules = list(values_of(line, variables))
    targets = {rule.partition(":")[0].strip() for rule in rules if ":" in rule}
    target = next(iter(targets)) if len(targets) == 1 else ""
    if not target or not _is_plain(target):
        return {}
    own = {"$@": target.split()[0]}
    needed = rules[0].partition(":")[2].partition(";")[0].partition("|")[0].lstrip(":").split()
    if len(rules) > 1 or not all(map(_is_plain, needed)):
        return own
    return {**own, "$<": needed[0] if needed else "", "$^": " ".join(needed)}


def _is_plain(word: str) -> bool:
    return not set("%$*?()=") & set(word)


def _with_names(recipe: str, names: Mapping[str, str]) -> str:
    """Write what a rule names into its recipe; ``$$<`` is the shell's own sign."""
    if not recipe.startswith("\t"):
        return recipe
    return re.sub(r"(?<!\$)\$[@<^]", lambda match: names.get(match[0], match[0]), recipe)


def _recipe_of(line: str) -> str:
    """Give the recipe that stands in a rule's own line: ``target: other; recipe``."""
    target, colon, rest = line.partition(":")
    is_rule = colon and not set("=#\t") & set(target) and not rest.startswith("=")
    return rest.partition(";")[2].strip().lstrip("@-+") if is_rule else ""


def _shell(text: str, variables: Variables, line: int) -> Iterator[Lead]:
    for value in values_of(text, variables):
        yield Lead(kind=Kind.SHELL_TEXT, target=literal(value), line=line)


def endless(line: int) -> Blind:
    """Tell of a bracket that nothing closes."""
    return Blind(kind=GapKind.UNPARSED, detail="a bracket that is not closed, the rest is not read", line=line)
