"""``function load(name) { try { return require(name) } catch … }``: the modules that the callers in a package name.

Only where all of a package's own code is so plain that its words tell every use of the function and of the file that has it;
any other spelling, escape or road to either leaves the module unknown. vue-demi 0.14.10 loads ``vue`` so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from safe_install.model import Package
from safe_install.scan.reach.resolve import Target, resolve_module
from safe_install.scan.unpack.manifest import MANIFEST, declared_scripts

MOST = 64  # files of code in the package
LARGEST = 131_072  # bytes of all of them
_CODE = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts")
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_FUNCTION = re.compile(
    r"^function (?P<function>[A-Za-z_]\w{0,60})\s?\((?P<name>[A-Za-z_]\w{0,60})\) ?\{\s{1,20}try \{\s{1,20}"
    r"return require\((?P=name)\);?\s{1,20}\} ?catch(?: ?\(\w{1,20}\))? ?\{",
    re.MULTILINE | re.ASCII,
)
_REQUIRED = re.compile(
    r"(?P<names>\bconst \{(?: ?[A-Za-z_]\w{0,60},?){1,20} ?\} = )?\brequire\(['\"](?P<path>[\w@./:-]{1,200})['\"]\)",
    re.ASCII,
)
_REQUIRE = re.compile(r"\brequire\b")
_OTHER_ROADS = re.compile(
    r"\\[ux]|\bimport\s*[({]|\bimport\.|\bimport\s+[*\w]|\b(?:eval|Function|module\.(?!exports\b))"
)
_ITSELF = re.compile(
    r"\bthis\b|(?<!const )\bexports\b(?!\.join\(|\.[A-Za-z_]\w* = [A-Za-z_]\w*;?$| = \{[\w, ]{1,600}\};?$)",
    re.MULTILINE,
)
"""What a file of CommonJS gives, by other names than those it gives one by one."""
_MODULE = re.compile(r"(?:@[\w.-]{1,100}/)?[\w.-]{1,100}", re.ASCII)


def named_by_callers(package: Package, name: str, home: str) -> tuple[str, ...]:
    """List the modules that ``require(name)`` of a function in a directory's files may mean; nothing where that is not certain."""
    texts = _code_of(package)
    here = {
        path: text for path, text in texts.items() if posixpath.dirname(path) == home and f"require({name})" in text
    }
    if not _NAME.fullmatch(name) or len(here) != 1:
        return ()
    ((path, text),) = here.items()
    functions = list(_FUNCTION.finditer(text))
    if (
        len(functions) != 1
        or functions[0]["name"] != name
        or any(_OTHER_ROADS.search(_without_imports(package, said)) for said in texts.values())
    ):
        return ()
    called: list[str] = []
    for one, said in texts.items():
        found = _calls_in(said.replace(functions[0][0], "", 1) if one == path else said, functions[0]["function"])
        if found is None or not _requires_plainly(package, one, said, path, name):
            return ()
        called += found
    return tuple(dict.fromkeys(called))


def _code_of(package: Package) -> Mapping[str, str]:
    """Read all text of a package that could run, its scripts among it; none where it is too much."""
    paths = [path for path in package.members if _could_run(package, path)]
    if len(paths) > MOST or sum(package.members[path].size for path in paths) > LARGEST:
        return {}
    scripts = {_SCRIPTS: "\n".join(declared_scripts(package.manifest).values())}
    return {path: package.files[path].decode(errors="replace") for path in paths} | scripts


_SCRIPTS = ":scripts"
_PROSE = (b"# ", b"<")


def _could_run(package: Package, path: str) -> bool:
    """Tell whether a file is code by its name, or names what loads code and does not start as only prose may."""
    if path.endswith(_CODE):
        return not path.endswith(".d.ts")
    content = package.files[path] if package.members[path].size <= LARGEST else b"require"
    return path != MANIFEST and b"require" in content and not content.startswith(_PROSE)


def _calls_in(text: str, function: str) -> list[str] | None:
    """List what a text calls a function with; None where it does anything else with it than to pass its name on."""
    found: list[str] = []
    calls = re.compile(rf"(?<![\w$.]){function}\(['\"]([^'\"\\]{{1,200}})['\"]\)")
    for match in calls.finditer(text):
        if not _MODULE.fullmatch(match[1]):
            return None
        found.append(match[1])
    rest = calls.sub("", text)
    rest = re.sub(rf"\b(?:module\.)?exports\.{function} = {function}\b", "", rest)
    rest = re.sub(r"\bmodule\.exports = \{(?: ?[A-Za-z_]\w{0,60},?){1,20} ?\}", "", rest)
    rest = re.sub(r"\bconst \{(?: ?[A-Za-z_]\w{0,60},?){1,20} ?\} = (?=require\()", "", rest)
    return None if re.search(rf"(?<![\w$]){function}(?![\w$])", rest) else found


_IMPORT = re.compile(
    r"^(?:im|ex)port [\w*{}, $]{0,200}from ['\"](?P<path>[\w@][\w@/.-]{1,200})['\"];?$", re.MULTILINE | re.ASCII
)


def _without_imports(package: Package, text: str) -> str:
    """Leave out of a text what it imports of other packages, by name."""
    return _IMPORT.sub(lambda match: match[0] if any(_meant(package, match["path"], "")) else "", text)


def _requires_plainly(package: Package, path: str, text: str, holder: str, name: str) -> bool:
    """Tell whether a text loads only what it names, takes what it wants of the function's file by name, and gives it no other way."""
    plain = list(_REQUIRED.finditer(text))
    own = 1 if path == holder else 0
    if len(_REQUIRE.findall(text)) != len(plain) + own or (own and text.count(f"require({name})") != 1):
        return False
    if path == holder and _ITSELF.search(text):
        return False
    return all(one["names"] or holder not in _meant(package, one["path"], posixpath.dirname(path)) for one in plain)


def _meant(package: Package, specifier: str, home: str) -> Iterator[str]:
    return (one.name for one in resolve_module(package, specifier, home) if one.target is Target.OWN)
