"""Directories where a program would be looked for, and whether anything is there or may come there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from safe_install.model import Package
from safe_install.scan.reach.rewritten import Write
from safe_install.scan.shell.program_names import BUILTINS, CONVERTERS, ON_DEMAND, SHELLS, program_name
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import FOUND, Pattern, Word

_LOOKING = BUILTINS | frozenset(
    (
        "node",
        "node-gyp",
        "prebuild-install",
        "ldconfig",
        "pkg-config",
        "pkgconf",
        "grep",
        "which",
        "where",
        "uname",
        "ldd",
        *(
            "basename",
            "cat",
            "cut",
            "date",
            "dirname",
            "echo",
            "expr",
            "getconf",
            "head",
            "hostname",
            "id",
            "ls",
            "mkdir",
        ),
        *("nproc", "readlink", "realpath", "sleep", "sort", "tail", "test", "tr", "wc", "whoami", "chmod", "rm"),
    )
)
"""Programs that put nothing anywhere but where builds are."""


def may_fill(place: str, package: Package, writes: Iterable[Write], commands: Iterable[Command]) -> bool:
    """Tell whether a directory of this name may hold something while a script runs.

    Whatever writes to a place that is not known may, and so may any program of which that is not known.
    """
    name = place.casefold()
    lies = any(name in path.casefold().split("/")[:-1] for path in package.members)
    written = (write.target.literal for write in writes)
    comes = any(text is None or name in text.casefold() for text in written)
    return lies or comes or not all(_only_looks(one) or _puts_below(one, name, package) for one in commands)


_BUILT = re.compile(
    r"(?:\./)?(?:build|lib)(?:/(?:[\w-][\w.-]*|\{(?:platform|arch|node_abi|napi_build_version|configuration|libc)\})+)+/?"
)


def _puts_below(command: Command, place: str, package: Package) -> bool:
    """Tell whether a command only fills a directory where builds go, and no place of this name on the way to it.

    node-pre-gyp unpacks a library below ``binary.module_path``, and builds where there is none.
    """
    binary = package.manifest.get("binary")
    path = binary.get("module_path") if isinstance(binary, Mapping) else None
    if program_name(command) != "node-pre-gyp" or not isinstance(path, str) or not _BUILT.fullmatch(path):
        return False
    return place not in path.casefold().split("/") and "module" not in command.shown


_DOING = re.compile(r"-(?:delete|exec(?:dir)?|fls|fprint[0f]?|ok(?:dir)?)")
"""What find is told to do with what it finds."""
_OF_NPM = re.compile(r"npm_config_", re.IGNORECASE)
_READ_OTHERWISE = CONVERTERS | ON_DEMAND | SHELLS | {"npx", "pnpx"}
"""Programs that put nothing where others are looked for, or of which it is read what they start."""


def is_the_systems(
    program: str, package: Package, writes: Sequence[Write], commands: Sequence[Command], sets: Collection[str]
) -> bool:
    """Tell whether no text may put a program where a shell, or npx, looks for one of this name.

    ``commands`` are all that are started, ``sets`` the variables of the environment that texts give a value, ``*`` for any.
    """
    steered = not {"*", "PATH"}.isdisjoint(sets) or any(map(_OF_NPM.match, sets)) or any(map(_configures_npm, commands))
    itself = {program, f"{FOUND}/{program}"}
    others = [one for one in commands if program_name(one) not in _READ_OTHERWISE | itself]
    return not steered and not any(may_fill(place, package, writes, others) for place in (".bin", program))


def _configures_npm(command: Command) -> bool:
    """Tell whether a command sets a variable that npm obeys: where npx looks for a program, for one."""
    names = [name for name, _ in command.assignments]
    return any(map(_OF_NPM.match, (*names, *(word.shown for word in command.arguments))))


def _only_looks(command: Command) -> bool:
    """Tell whether a command puts nothing anywhere; what a shell is given is read for itself, and sed has commands and flags that write, and none is without w, W or i."""
    name = program_name(command)
    said = [word.literal for word in command.arguments]
    filters = name == "sed" and all(one is not None and not set("wWi") & set(one) for one in said)
    searches = name == "find" and all(map(_only_says_where, command.arguments))
    is_none = name is not None and name.startswith("-")  # what stands first where a program before it is not there
    return name in _LOOKING or name in SHELLS or filters or searches or is_none


def _only_says_where(word: Word) -> bool:
    """Tell whether a word that find is given is a place, or a test, and nothing to do."""
    first = word.parts[0] if word.parts else ""
    said = first.start if isinstance(first, Pattern) else first
    return isinstance(said, str) and _DOING.fullmatch(said) is None
