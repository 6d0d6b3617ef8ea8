"""Project files of Xcode → the shell texts that a build runs, and what else in them could run something.

A ``project.pbxproj`` is a property list in its oldest form: ``{ key = value; }``, ``( value, )``, words, quoted texts and
comments. ``xcodebuild`` compiles what its targets name, and runs their script phases and rules. What is not known to be one
or the other is told, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import literal

LONGEST = 1 << 20  # characters; the project of one honest program has 24 KB
MOST_TOKENS = 200_000
DEEPEST = 32
FILE = "project.pbxproj"
Value = str | dict[str, "Value"] | list["Value"]
_TOKEN = re.compile(
    r"\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|(?P<word>[\w./$:+-]++)|\"(?P<text>(?:[^\"\\]|\\.)*+)\"|(?P<sign>[{}()=;,])|(?P<other>.)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r"}
_PHASES = "Frameworks Headers Resources Sources CopyFiles"
_KNOWN = frozenset(
    (
        *(f"PBX{phase}BuildPhase" for phase in _PHASES.split()),
        *("PBXBuildFile", "PBXFileReference", "PBXGroup", "PBXVariantGroup", "PBXNativeTarget", "PBXAggregateTarget"),
        *("PBXProject", "PBXTargetDependency", "PBXContainerItemProxy", "XCConfigurationList", "XCBuildConfiguration"),
        "PBXShellScriptBuildPhase",
    )
)
"""Objects that are compiled, linked, copied or only name others; a rule or a legacy target starts any program."""
_BRINGS = frozenset(
    ("baseConfigurationReference", "packageReferences", "packageProductDependencies", "projectReferences", "buildRules")
)
"""What has others say how to build: settings in a file, packages of Swift with their plug-ins, other projects, rules."""
_SETTING = re.compile(
    r"(?:ALWAYS|CLANG_(?:ANALYZER|CXX|ENABLE|WARN)|CODE_SIGN|COMBINE|COPY|DEAD_CODE|DEBUG_INFORMATION|DEVELOPMENT_TEAM|DYLIB"
    r"|ENABLE|FRAMEWORK_SEARCH|GCC_(?:C_|CW_|DYNAMIC|ENABLE|INLINES|NO|OPTIMIZATION|PRECOMPILE|PREPROCESSOR|SYMBOLS|TREAT|WARN)"
    r"|HEADER_SEARCH|INFOPLIST_FILE|INSTALL_PATH|IPHONEOS|LD_RUNPATH|LIBRARY_SEARCH|MACH_O_TYPE|MACOSX_DEPLOYMENT|MTL_ENABLE"
    r"|ONLY_ACTIVE|PRODUCT|SDKROOT|SKIP_INSTALL|SWIFT_(?:OPTIMIZATION|VERSION)|TARGETED|USER_HEADER|VALID_ARCHS"
    r"|OTHER_LDFLAGS|OTHER_CFLAGS|OTHER_CPLUSPLUSFLAGS)\w*(?:\[[\w=*.]+\])?"
)
"""Settings that say what is compiled and how; others name compilers, linkers, tool chains and their plug-ins."""
_PLAIN_FLAG = re.compile(
    r"\$\(inherited\)|-(?:framework|weak_framework|ObjC|all_load|O\w?|g|W[\w=+-]*|[DIFL][^@`$]*|l(?!to_lib)[\w.+-]+|sectcreate|f(?!plugin|pass-plugin)[\w=-]+|std=[\w+]+"
    r"|mmacosx-version-min=[\d.]+)|[\w./][\w./-]*"
)
_OF_PROJECT = re.compile(r"\$(?:\{(?:PROJECT_DIR|SRCROOT)\}|\((?:PROJECT_DIR|SRCROOT)\)|(?:PROJECT_DIR|SRCROOT)\b)")
_SHELLS = frozenset(("/bin/sh", "/bin/bash", "/bin/zsh"))


def read_xcode(text: str) -> list[Lead | Blind]:
    """Read a project file; never raises. Its texts run in the directory of the project."""
    said = _read(text) if len(text) <= LONGEST else None
    objects = said.get("objects") if isinstance(said, Mapping) else None
    if not isinstance(objects, Mapping):
        return [Blind(kind=GapKind.UNPARSED, detail="a project of Xcode's that is not understood, or a very large one")]
    return list(dict.fromkeys(one for each in objects.values() for one in _of_object(each)))


def _of_object(each: Value) -> Iterator[Lead | Blind]:
    isa = each.get("isa") if isinstance(each, Mapping) else None
    if not isinstance(each, Mapping) or isa not in _KNOWN:
        yield Blind(kind=GapKind.NATIVE, detail=f"a project of Xcode's has a {isa}, which may run anything")
        return
    for key in sorted(_BRINGS & each.keys()):
        if each[key]:
            yield Blind(kind=GapKind.NATIVE, detail=f"{key} says how a project of Xcode's is built, and is not read")
    if isa == "PBXShellScriptBuildPhase":
        script, shell = each.get("shellScript", ""), each.get("shellPath", "/bin/sh")
        if shell in _SHELLS and isinstance(script, str):
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(_OF_PROJECT.sub(".", script)))
        else:
            yield Blind(kind=GapKind.UNPARSED, detail=f"a project of Xcode's runs a text of {shell}")
    settings = each.get("buildSettings", {})
    for name, value in settings.items() if isinstance(settings, Mapping) else ():
        if not is_plain_setting(name, value):
            yield Blind(
                kind=GapKind.DYNAMIC, detail=f"a project of Xcode's sets {name}, which may change what a build runs"
            )


def is_plain_setting(name: str, value: Value) -> bool:
    """Tell whether a setting says only what is compiled and how."""
    if _SETTING.fullmatch(name) is None:
        return False
    if name.startswith("SDKROOT") and not str(value).isalnum():
        return False
    flags = [one for text in (value if isinstance(value, list) else [value]) for one in str(text).split()]
    return not name.startswith("OTHER_") or all(_PLAIN_FLAG.fullmatch(one) for one in flags)


def _read(text: str) -> Value | None:
    """Read a property list, without recursion; None where it is none."""
    whole: list[Value] = []
    open_ones: list[tuple[Value, str]] = [(whole, "")]  # what is being filled, and the key that waits for a value
    for count, match in enumerate(_TOKEN.finditer(text)):
        kind, sign = match.lastgroup, match["sign"]
        holder, key = open_ones[-1]
        if kind == "other" or count > MOST_TOKENS or len(open_ones) > DEEPEST:
            return None
        if kind in {"word", "text"} or sign in {"{", "("}:
            value: Value = {} if sign == "{" else [] if sign == "(" else _text(match)
            if isinstance(holder, list):
                holder.append(value)
            elif key and isinstance(holder, dict) and key not in holder:
                holder[key], key = value, ""
            elif not key and isinstance(value, str) and value:
                key = value
            else:
                return None  # a key that is said twice, or is none
            open_ones[-1] = (holder, key)
            open_ones += [(value, "")] if not isinstance(value, str) else []
        elif sign in {"}", ")"}:
            if len(open_ones) == 1 or key or isinstance(holder, list) != (sign == ")"):
                return None
            open_ones.pop()
    return whole[0] if len(whole) == 1 == len(open_ones) else None


def _text(match: re.Match[str]) -> str:
    if match["word"] is not None:
        return match["word"]
    return _ESCAPED.sub(lambda one: _NAMED.get(one[1], one[1]), match["text"])
