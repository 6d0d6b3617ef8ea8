"""Commands of which nothing is computed but words that mean nothing: what Node says of itself, names that Node made, a person's options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from safe_install.model import GapKind
from safe_install.scan.javascript.values import Variable
from safe_install.scan.reach.lookup import said
from safe_install.scan.reach.outcomes import Scene
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import Computed, Scratch, Word

_COMMANDS = frozenset((Kind.POWERSHELL_TEXT, Kind.SHELL_TEXT))


def is_known_but_for_words(lead: Lead, scene: Scene) -> bool:
    """Tell whether all that is computed in a command's text are words that mean nothing, wherever they stand: facts on the machine, or names of directories that Node made."""
    if lead.kind is Kind.SHELL_TEXT and not scene.renames and _is_known_but_for_facts(lead.target):
        return True
    return lead.kind in _COMMANDS and _is_known_but_for_scratch(
        lead.target.parts, quoted=lead.kind is not Kind.SHELL_TEXT
    )


_GOING = re.compile(
    r"(?:^|[\s;&|(])(?:cd|chdir|pushd|Set-Location|i|ci|install|add)\s{1,9}(?:-\S{1,40}\s{1,9}){0,4}[\"']?$"
)
"""What begins to work in a directory, so that every name behind it is one of that, or has a manager run what lies there."""


def _is_known_but_for_scratch(parts: Sequence[str | Computed], *, quoted: bool) -> bool:
    """Tell whether such names stand in a text and nothing else that is computed; ``quoted``: each where a quote begins, since PowerShell runs a bare one."""
    computed = [at for at, part in enumerate(parts) if isinstance(part, Computed)]
    before = [parts[at - 1] if at else "" for at in computed]
    opens = all(isinstance(one, str) and (one.endswith("'") or not quoted) for one in before)
    goes_there = any(isinstance(one, str) and _GOING.search(one) for one in before)
    is_scratch = all(isinstance(parts[at], Scratch) for at in computed)
    return 0 < len(computed) < len(parts) and opens and not goes_there and is_scratch


_FACT = re.compile(r"(?:/\^?\\d\+/\.exec\()?process\.(?:version|versions\.\w+|platform|arch|pid)(?:\)\[0\])?")
"""What Node says of itself and of the machine, or the first number in it: words without blanks or signs of a shell's."""


_OPTIONS = re.compile(
    r"(?!npm_(?!config_))\w*(?:ARCH|ARGS|FLAGS|JOBS|OPTIONS|OPTS|PARALLEL|TARGET|THREADS|VERSION)", re.IGNORECASE
)
"""Variables by which a person says how something is to be built, with npm's help too; no place, and nothing that a machine sets by itself."""


def _is_known_but_for_facts(word: Word) -> bool:
    """Tell whether nothing is computed in a text but what Node says of itself, or a person of a build; there it stands in an argument."""
    facts = [part for part in word.parts if isinstance(part, Computed)]
    start = word.parts[0] if word.parts and isinstance(word.parts[0], str) else ""
    return bool(facts and start) and all(
        _FACT.fullmatch(part.source) or (_is_option(part) and " " in start.lstrip()) for part in facts
    )


def _is_option(part: Computed) -> bool:
    return isinstance(part, Variable) and _OPTIONS.fullmatch(part.name) is not None


def of_options(lead: Lead) -> Iterator[Blind]:
    """Tell of the variables in a command's text; whether only a person sets them is known when everything was read."""
    for name in dict.fromkeys(part.name for part in lead.target.parts if isinstance(part, Variable)):
        detail = f"{said(lead)} {lead.target.shown}, known only while running: {name} of the environment"
        yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=lead.line, variable=name)
