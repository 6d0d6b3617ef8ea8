"""Files of a package that a text requires by name, for what they export."""

from __future__ import annotations

from collections.abc import Iterator

from safe_install.model import Package
from safe_install.scan.javascript.exported import ANY
from safe_install.scan.lock.tree import folder_name
from safe_install.scan.reach.readings import Reading
from safe_install.scan.reach.resolve import Target, is_path, resolve_module
from safe_install.scan.shell.leads import Kind
from safe_install.scan.shell.words import Word

MOST = 20  # files that one text requires
LARGEST = 262_144  # bytes of one
_CODE = (".js", ".cjs")


def is_open(reading: Reading) -> bool:
    """Tell whether a program, a file or a place is computed in a text."""
    words: list[Word] = [*reading.fills, *(lead.target for lead in reading.leads)]
    words += [word for command in reading.commands for word in (command.program, *command.arguments)]
    return any(word.literal is None for word in words)


def required_files(reading: Reading, package: Package, home: str) -> Iterator[tuple[str, str]]:
    """List the specifiers of own code that a text requires, and the paths that they mean."""
    specifiers = dict.fromkeys(
        lead.target.literal for lead in reading.leads if lead.kind is Kind.MODULE and lead.target.literal is not None
    )
    for specifier in [one for one in specifiers if is_path(one) and "\0" not in one][:MOST]:
        path = file_of(specifier, package, home)
        if path is not None and path.endswith(_CODE) and package.members[path].size <= LARGEST:
            yield specifier, path


def loosened(reading: Reading, package: Package, home: str, script: Package) -> set[str]:
    """Name the files of the script's package whose exports a text may change, `ANY` where it may be any's."""
    if package is script:
        return {ANY if one == ANY else file_of(one, package, home) or one for one in reading.loose}
    own = folder_name(script.artifact.location)
    return {ANY} if any(own in one for one in reading.loose) else set()


def file_of(specifier: str, package: Package, home: str) -> str | None:
    """Give the one file of a package that a specifier means."""
    found = [one.name for one in resolve_module(package, specifier, home) if one.target is Target.OWN]
    return found[0] if len(found) == 1 else None
