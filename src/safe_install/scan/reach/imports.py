"""Files of a package that a text requires by name, for what they export."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from safe_install.model import Language, Package
from safe_install.scan.javascript.plain_exports import ANY
from safe_install.scan.javascript.surroundings import Export, Surroundings
from safe_install.scan.lock.tree import folder_name
from safe_install.scan.reach.readings import Reading, read
from safe_install.scan.reach.resolve import Target, is_path, resolve_module
from safe_install.scan.reach.texts import Text, without_nul
from safe_install.scan.shell.leads import Kind
from safe_install.scan.shell.words import Word, literal
from safe_install.scan.unpack.manifest import MANIFEST

MOST = 20  # files that one text requires
LARGEST = 262_144  # bytes of one
_CODE = (".js", ".cjs")
_PLAIN_NAME = re.compile(r"(?:@[\w-]{1,100}/)?\w[\w-]{0,100}", re.ASCII)


@dataclass(slots=True)
class Imports:
    """What the files of one script's package give one another."""

    script: Package
    loose: set[str] = field(default_factory=set)
    """Own files by path whose exports some text may change; see `loosened`."""
    taking: dict[str, list[tuple[Text, Reading]]] = field(default_factory=dict)
    """Own files by path whose exports were taken for known: the texts that do, and what they say without."""

    def reread(self, text: Text, reading: Reading, around: Surroundings) -> Reading:
        """Read a text once more with what others of the package give it, where something in it is computed."""
        home = posixpath.dirname(text.origin or "")
        self.loose |= loosened(reading, text, home, self.script)
        if text.origin is None or text.owner is not self.script or not is_open(reading):
            return reading
        imports = list(self._own_name(text, reading, home))
        if imports:
            self.taking.setdefault(MANIFEST, []).append((text, reading))
        for specifier, path in required_files(reading, text.owner, home):
            content = without_nul(text.owner.files[path].decode(errors="replace"))
            other = read(content, Language.JAVASCRIPT, path, {}, replace(around, asked="", held=None, started=None))
            if other is not None and other.exports:
                imports.append((specifier, other.exports))
                self.taking.setdefault(path, []).append((text, reading))
        around = replace(around, imports=tuple(imports))
        again = read(text.content, text.file.language, text.origin, {}, around) if imports else None
        return reading if again is None else again

    def _own_name(self, text: Text, reading: Reading, home: str) -> Iterator[tuple[str, tuple[Export, ...]]]:
        """Give the name in the package's manifest, by each specifier that means that: a plain one leads nowhere else."""
        name = text.owner.manifest.get("name")
        if isinstance(name, str) and _PLAIN_NAME.fullmatch(name):
            for specifier in _specifiers(reading):
                if specifier.endswith(f"/{MANIFEST}") and file_of(specifier, text.owner, home) == MANIFEST:
                    yield specifier, (Export("name", (literal(name),), called=False),)

    def taken_back(self) -> list[tuple[Text, Reading]]:
        """Give what texts say without the exports that turned out to be changeable, each once."""
        changed = [path for path in self.taking if path in self.loose or ANY in self.loose]
        return [one for path in changed for one in self.taking.pop(path)]


def is_open(reading: Reading) -> bool:
    """Tell whether a program, a file or a place is computed in a text, or the whole environment is handed to somebody."""
    if "*" in reading.environment:
        return True
    words: list[Word] = [*reading.fills, *(lead.target for lead in reading.leads)]
    words += [word for command in reading.commands for word in (command.program, *command.arguments)]
    return any(word.literal is None for word in words)


def required_files(reading: Reading, package: Package, home: str) -> Iterator[tuple[str, str]]:
    """List the specifiers of own code that a text requires, and the paths that they mean."""
    for specifier in _specifiers(reading):
        path = file_of(specifier, package, home)
        if path is not None and path.endswith(_CODE) and package.members[path].size <= LARGEST:
            yield specifier, path


def _specifiers(reading: Reading) -> list[str]:
    """List the paths by which a text requires something beside it."""
    specifiers = dict.fromkeys(
        lead.target.literal for lead in reading.leads if lead.kind is Kind.MODULE and lead.target.literal is not None
    )
    return [one for one in specifiers if is_path(one) and "\0" not in one][:MOST]


def loosened(reading: Reading, text: Text, home: str, script: Package) -> set[str]:
    """Name the files of the script's package whose exports a text may change, `ANY` where it may be any's.

    Another package's text may where it names the script's package at all.
    """
    if text.owner is script:
        return {ANY if one == ANY else file_of(one, script, home) or one for one in reading.loose}
    return {ANY} if folder_name(script.artifact.location) in text.content else set()


def file_of(specifier: str, package: Package, home: str) -> str | None:
    """Give the one file of a package that a specifier means."""
    found = [one.name for one in resolve_module(package, specifier, home) if one.target is Target.OWN]
    return found[0] if len(found) == 1 else None
