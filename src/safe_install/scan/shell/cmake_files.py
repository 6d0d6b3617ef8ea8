"""CMake's project files → the commands in them, as shell text.

Every branch counts, and so do the commands that run while a file is only read. Variables are put in where they are set
to one plain value; the others stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.makefile_variables import balanced
from safe_install.scan.shell.makefiles import LONGEST, MOST, endless, too_many
from safe_install.scan.shell.words import STAND_IN, literal

PROJECT = "CMakeLists.txt"
MOST_INVOKED = 1_000  # of CMake's own commands in one file
Found = Iterator[Lead | Blind]


def read_cmake(text: str) -> list[Lead | Blind]:
    """Read a project file of CMake: ``COMMAND`` words, files it includes and projects below it."""
    if len(text) > LONGEST:
        return [Blind(kind=GapKind.TOO_LARGE, detail=f"a project file of {len(text):,} characters")]
    found = list(_in_cmake(text))
    return [*found[:MOST], *too_many(found)]


_OF_CMAKE = {
    "CMAKE_COMMAND": "cmake",
    "CMAKE_CTEST_COMMAND": "ctest",
    "CMAKE_AR": "ar",
    "CMAKE_RANLIB": "ranlib",
    "CMAKE_LINKER": "ld",
    "CMAKE_STRIP": "strip",
    "CMAKE_C_COMPILER": "cc",
    "CMAKE_CXX_COMPILER": "c++",
    "GIT_EXECUTABLE": "git",
    "PYTHON_EXECUTABLE": "python3",
    "Python_EXECUTABLE": "python3",
    "Python3_EXECUTABLE": "python3",
    "PERL_EXECUTABLE": "perl",
    "NODE_EXECUTABLE": "node",
}
"""Programs that CMake looks for, unless a project says otherwise."""
_INVOKED = re.compile(
    r"\b(find_program|execute_process|exec_program|add_custom_command|add_custom_target|externalproject_add|include|add_subdirectory|set"
    r"|file|find_package|find_dependency|load_cache|try_run|fetchcontent_declare)\s*\(",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"\[\[(.*?)\]\]|\"((?:[^\"\\]|\\.)*)\"|([^\s\"()]+)", re.DOTALL)
_STARTS = re.compile(r"(?:\w*_)?COMMAND|TEST_COMMAND")
_ENDS = frozenset(
    (
        *(
            "WORKING_DIRECTORY",
            "OUTPUT_VARIABLE",
            "RESULT_VARIABLE",
            "ERROR_VARIABLE",
            "OUTPUT_QUIET",
            "ERROR_QUIET",
            "DEPENDS",
        ),
        *(
            "COMMENT",
            "VERBATIM",
            "OUTPUT_STRIP_TRAILING_WHITESPACE",
            "TIMEOUT",
            "BYPRODUCTS",
            "OUTPUT",
            "MAIN_DEPENDENCY",
        ),
        *(
            "ERROR_STRIP_TRAILING_WHITESPACE",
            "COMMAND_ERROR_IS_FATAL",
            "INPUT_FILE",
            "OUTPUT_FILE",
            "URL",
            "GIT_REPOSITORY",
        ),
        *("PRE_BUILD", "POST_BUILD", "TARGET", "ALL", "SOURCES", "USES_TERMINAL", "ARGS", "RESULTS_VARIABLE"),
    )
)


def _in_cmake(text: str) -> Found:
    text = re.sub(r"(?m)^\s*#(?!\[)[^\n]*$", "", text)
    variables = dict(_OF_CMAKE)
    for count, match in enumerate(_INVOKED.finditer(text)):
        if count == MOST_INVOKED:
            yield Blind(kind=GapKind.TOO_LARGE, detail=f"more than {MOST_INVOKED:,} commands of CMake's")
            return
        line = text.count("\n", 0, match.start()) + 1
        inside = balanced(text, match.end())
        if inside is None:
            yield endless(line)
            return
        words = [next(part for part in one if part is not None) for one in _arguments(inside)]
        words = [_cmake_value(word, variables) for word in words]
        yield from _invoked(match[1].lower(), words, line, variables)


def _invoked(name: str, words: list[str], line: int, variables: dict[str, str]) -> Found:
    """Read one of CMake's own commands."""
    match name:
        case "set" if len(words) > 1:
            _set(variables, words[0], words[1])
        case "find_program" if len(words) > 1:
            elsewhere = {"PATHS", "HINTS", "NO_DEFAULT_PATH"} & set(words)
            plain = [word for word in words[1:] if word not in {"NAMES", "NAMES_PER_DIR"}]
            _set(variables, words[0], STAND_IN if elsewhere or not plain else plain[0])
        case "include" | "find_package" | "find_dependency" if words:
            yield from _included(name, words[0], line)
        case "add_subdirectory" if words:
            yield Lead(
                kind=Kind.CMAKE, target=literal(f"{words[0]}/{PROJECT}"), line=line, optional=STAND_IN in words[0]
            )
        case "file" if words and words[0].upper() == "DOWNLOAD":
            yield Blind(kind=GapKind.DOWNLOADED, detail=f"CMake downloads {' '.join(words[1:3])}", line=line)
        case "externalproject_add" | "fetchcontent_declare":
            yield Blind(kind=GapKind.DOWNLOADED, detail=f"CMake fetches {' '.join(words[:4])}", line=line)
            yield from _commands(words, line)
        case "exec_program" if words:
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(" ".join(words)), line=line)
        case _:
            yield from _commands(words, line)


def _included(by: str, name: str, line: int) -> Found:
    """Lead to a file by its path, or to a module by its name: the package may have one, though most are CMake's own."""
    if by != "include":
        for module in (f"Find{name}", f"{name}Config", f"{name}-config"):
            yield Lead(kind=Kind.CMAKE_MODULE, target=literal(module), line=line)
    elif "/" in name or name.endswith(".cmake"):
        yield Lead(kind=Kind.CMAKE, target=literal(name), line=line, optional=STAND_IN in name)
    else:
        yield Lead(kind=Kind.CMAKE_MODULE, target=literal(name), line=line)


def _set(variables: dict[str, str], name: str, value: str) -> None:
    """Take note of a value; of a variable that is set to several, on one branch or another, none is known."""
    before = variables.get(name)
    is_first = before is None or before == _OF_CMAKE.get(name)
    variables[name] = value if is_first or before == value else STAND_IN


def _arguments(text: str) -> list[tuple[str | None, ...]]:
    return [match.groups() for match in _ARGUMENT.finditer(text)]


def _cmake_value(word: str, variables: Mapping[str, str]) -> str:
    word = re.sub(r"\$\{CMAKE_(?:CURRENT_)?(?:SOURCE|LIST)_DIR\}", ".", word)
    word = re.sub(r"\$\{(\w+)\}", lambda match: variables.get(match[1], STAND_IN), word)
    return re.sub(r"\$(?:ENV|CACHE)?[{<][^{}<>]*[}>]", STAND_IN, word)


def _commands(words: list[str], line: int) -> Found:
    """Give the words behind each ``COMMAND``, quoted as a shell wants them."""
    current: list[str] | None = None
    for word in [*words, "COMMAND"]:
        if _STARTS.fullmatch(word) or word in _ENDS:
            if current:
                yield Lead(kind=Kind.SHELL_TEXT, target=literal(" ".join(map(_quoted, current))), line=line)
            current = [] if _STARTS.fullmatch(word) else None
        elif current is not None:
            current.append(word)


def _quoted(word: str) -> str:
    return word if word.startswith(STAND_IN) else "'" + word.replace("'", "'\\''") + "'"
