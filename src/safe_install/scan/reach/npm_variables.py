"""What npm tells a script about its package through the environment, from @npmcli/run-script's package-envs.js.

Any text may tell the others something else, before or after that one is read that takes it for known: ``a.sh`` starts with
``export npm_package_config_run=…``, and ``b.sh`` is ``$npm_package_config_run``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from safe_install.model import Language, LifecycleScript
from safe_install.scan.reach.texts import Text

_TOLD = ("name", "version", "config", "engines", "bin")
_ODD = re.compile(r"[^a-zA-Z0-9_]")
MOST = 1_000
_DEEPEST = 8


def told_by_npm(script: LifecycleScript) -> dict[str, str]:
    """Give names and values of ``npm_package_…``, in which a command can lie: objects and lists are taken apart."""
    manifest = script.package.manifest
    told = {"npm_lifecycle_event": script.event.value, "npm_lifecycle_script": script.command}
    for key in _TOLD:
        for name, value in _flat(f"npm_package_{key}", manifest.get(key), _DEEPEST):
            if len(told) < MOST:
                told[name] = value
    return told


def _flat(name: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping | list) and depth:
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, inner in pairs:
            yield from _flat(f"{name}_{_ODD.sub('_', str(key))}", inner, depth - 1)
    elif isinstance(value, bool):
        yield name, str(value).lower() if value else ""
    elif isinstance(value, str | int | float):
        yield name, str(value)


_NAME = re.compile(r"\bnpm_(?:package|lifecycle)_\w+", re.IGNORECASE)
_GIVEN = re.compile(r"(?<![$%{!])\bnpm_(?:package|lifecycle)_\w+|\$\{npm_\w+:?=", re.IGNORECASE)
"""Where a text names a variable and does not only put in what it is."""
_GIVEN_BY_NAME = re.compile(
    r"\b(?:export|declare|typeset|local|readonly|env|read|printf\s+-v)\b[^\n;|&=]{0,200}[$`]|\bset\s+[^\n=%]{0,20}%[^\n=]{1,80}=",
    re.IGNORECASE,
)
"""Where the name itself is computed."""
_READ_ELSEWHERE = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.JSON, Language.TEXT))
"""Languages whose readers say what they set, or that set nothing."""


@dataclass(slots=True)
class ToldByNpm:
    """What npm tells one script, and the texts that were read with it; ``sets`` are names that other languages than JavaScript set."""

    values: Mapping[str, str]
    taking: list[tuple[Text, frozenset[str]]] = field(default_factory=list)
    sets: set[str] = field(default_factory=set)

    def known(self, sets: Collection[str]) -> Mapping[str, str]:
        """Give what no text tells otherwise; ``sets`` are the names that JavaScript sets, ``*`` for any."""
        changed = self.sets.union(sets)
        return {} if "*" in changed else {name: self.values[name] for name in self.values.keys() - changed}

    def note(self, text: Text, sets: Collection[str]) -> None:
        """Take note of what a text in a shell's language or Python's sets, and of what is taken for known in one of a shell's."""
        if text.file.language in _READ_ELSEWHERE:
            return
        self.sets |= {found[0].strip("${:=") for found in _GIVEN.finditer(text.content)}
        self.sets |= {"*"} if _GIVEN_BY_NAME.search(text.content) else set()
        names = frozenset(_NAME.findall(text.content)) & self.known(sets).keys()
        if names:
            self.taking.append((text, names))

    def taken_back(self, sets: Collection[str]) -> list[Text]:
        """Give the texts that took for known what turned out to be set, each once."""
        known = self.known(sets).keys()
        changed = [one for one in self.taking if not one[1] <= known]
        self.taking = [one for one in self.taking if one[1] <= known]
        return [text for text, _ in changed]
