"""Makefiles and CMake's project files → the commands in them, as shell text.

Read line by line, whatever target is asked for: every recipe counts, and so do the commands that run while the file is only
read. Variables are put in where they are set once to a plain value; the others stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import STAND_IN, literal

LONGEST = 262_144  # characters of one file; what automake writes has 100 KB and more
MOST_INVOKED = 1_000  # of CMake's own commands in one file
MOST = 500  # commands of one file
WINDOW = 8_192  # characters of one command; the longest honest one has 900
ROUNDS = 4
MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
PROJECT = "CMakeLists.txt"
Found = Iterator[Lead | Blind]
_SET = re.compile(r"^(?:export\s+|override\s+)*([\w.-]+)\s*(?:\+|:{1,3}|\?)?=\s*(.*)$")
_SHELL_SET = re.compile(r"^([\w.-]+)\s*!=\s*(.*)$")
_VARIABLE = re.compile(r"\$[({]([\w.-]+)[)}]")
_CALL = re.compile(r"\$[({]\s*shell\s+")
_INCLUDE = re.compile(r"^[-s]?include\s+(.+)$")


def read_makefile(text: str) -> list[Lead | Blind]:
    """Read a makefile; a recipe's lines become one text each, as make gives them to a shell."""
    if len(text) > LONGEST:
        return [Blind(kind=GapKind.TOO_LARGE, detail=f"a makefile of {len(text):,} characters")]
    lines = list(_logical(text))
    variables = _variables(lines)
    found = list(_in_makefile(lines, variables))
    return [*found[:MOST], *_too_many(found)]


def read_cmake(text: str) -> list[Lead | Blind]:
    """Read a project file of CMake: ``COMMAND`` words, files it includes and projects below it."""
    if len(text) > LONGEST:
        return [Blind(kind=GapKind.TOO_LARGE, detail=f"a project file of {len(text):,} characters")]
    found = list(_in_cmake(text))
    return [*found[:MOST], *_too_many(found)]


def _too_many(found: list[Lead | Blind]) -> list[Blind]:
    more = len(found) > MOST
    return [Blind(kind=GapKind.TOO_LARGE, detail=f"more than {MOST} commands, the rest is not read")] if more else []


def _logical(text: str) -> Iterator[tuple[int, str]]:
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


_OF_MAKE = {"SHELL": "sh", "MAKE": "make", "CC": "cc", "CXX": "c++", "AR": "ar", "RM": "rm -f"}
"""What make sets where a makefile does not."""
_LOOKED_FOR = re.compile(r"\$[({]\s*shell\s+(?:command\s+-v|which|type\s+-p)\s+([\w.+-]+)[^()]*[)}]")
"""A program that make is told to look for; the first of several stands for all."""


def _variables(lines: list[tuple[int, str]]) -> dict[str, str]:
    """List the variables that are set to one plain value only."""
    found: dict[str, set[str]] = {}
    for _, line in lines:
        match = _SET.match(line) if not line.startswith("\t") else None
        if match:
            found.setdefault(match[1], set()).add(_LOOKED_FOR.sub(r"\1", match[2].strip()))
    return _OF_MAKE | {name: values.pop() for name, values in found.items() if len(values) == 1}


def _in_makefile(lines: list[tuple[int, str]], variables: Mapping[str, str]) -> Found:
    in_definition = False
    names: dict[str, str] = {}
    for number, line in lines:
        for match in islice(_CALL.finditer(line), MOST):
            inside = _balanced(line, match.end())
            if inside is None:
                yield _endless(number)
                break
            yield _shell(inside, variables, number)
        included, rule, given = _INCLUDE.match(line), _recipe_of(line), _SHELL_SET.match(line)
        names = names if line.startswith("\t") or not line.strip() else _names_in(_put_in(line, variables))
        in_definition = (in_definition or line.startswith("define ")) and not line.startswith("endef")
        if line.startswith("\t") or in_definition:
            text = _with_names(line.strip().lstrip("@-+").strip(), names)
            if text and not text.startswith(("#", "define ")):
                yield _shell(text, variables, number)
        elif given:
            yield _shell(given[2], variables, number)
        elif included:
            for name in _put_in(included[1], variables).split():
                target = literal(name)
                yield Lead(kind=Kind.MAKEFILE, target=target, line=number, optional=line[0] != "i" or STAND_IN in name)
        elif rule:
            yield _shell(rule, variables, number)


def _names_in(rule: str) -> dict[str, str]:
    """Say what ``$@``, ``$<`` and ``$^`` are in the recipe of a rule that names one target and plain files."""
    target, colon, rest = rule.partition(":")
    needed = rest.partition(";")[0].partition("|")[0].lstrip(":").split()
    if not colon or not target.strip() or any(set("%$*?()=") & set(word) for word in (target, *needed)):
        return {}
    return {"$@": target.split()[0], "$<": needed[0] if needed else "", "$^": " ".join(needed)}


def _with_names(recipe: str, names: Mapping[str, str]) -> str:
    """Write what a rule names into its recipe; ``$$<`` is the shell's own sign."""
    return re.sub(r"(?<!\$)\$[@<^]", lambda match: names.get(match[0], match[0]), recipe)


def _recipe_of(line: str) -> str:
    """Give the recipe that stands in a rule's own line: ``target: other; recipe``."""
    target, colon, rest = line.partition(":")
    is_rule = colon and not set("=#\t") & set(target) and not rest.startswith("=")
    return rest.partition(";")[2].strip().lstrip("@-+") if is_rule else ""


def _shell(text: str, variables: Mapping[str, str], line: int) -> Lead:
    return Lead(kind=Kind.SHELL_TEXT, target=literal(_put_in(text, variables)), line=line)


def _put_in(text: str, variables: Mapping[str, str]) -> str:
    """Write make's variables as the shell will see them; ``$$`` is the shell's own ``$``."""
    for _ in range(ROUNDS):
        before, text = text, _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)[:WINDOW]
        if text == before:
            break
    text = text.replace("$$", "\x01")
    text = re.sub(r"\$[({][^(){}]*[)}]|\$[@<^*?+%]", STAND_IN, text)
    return text.replace("\x01", "$")


_BRACKET = re.compile(r"[(){}]")


def _balanced(text: str, start: int) -> str | None:
    """Give what stands before the bracket that closes; None where none does within reason."""
    depth = 1
    for match in _BRACKET.finditer(text, start, start + WINDOW):
        depth += 1 if match[0] in "({" else -1
        if depth == 0:
            return text[start : match.start()]
    return None


def _endless(line: int) -> Blind:
    return Blind(kind=GapKind.UNPARSED, detail="a bracket that is not closed, the rest is not read", line=line)


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
    r"|file|load_cache|try_run|fetchcontent_declare)\s*\(",
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
        inside = _balanced(text, match.end())
        if inside is None:
            yield _endless(line)
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
        case "include" if words and ("/" in words[0] or words[0].endswith(".cmake")):
            yield Lead(kind=Kind.CMAKE, target=literal(words[0]), line=line, optional=STAND_IN in words[0])
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
