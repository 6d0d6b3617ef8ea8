"""Paths that look as if they led out of a package, and end in the package itself: ``join(__dirname, "..", "generated")``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from functools import cached_property

from safe_install.model import Inspection, Language, ReachableFile
from safe_install.scan.match.seen import Sighting

NEIGHBOURS = "names-neighbour-packages"  # the signatures
ASKS = "asks-where-it-runs"
PROJECT = frozenset(("reads-project", "reaches-callers-project"))
_JOINED = re.compile(r",\s*[\"'`]((?:\.\./){1,4}[\w@./-]{1,160})[\"'`]")
_ANY = re.compile(r"[\"'`](?:\.\./){1,4}")
_ELSEWHERE = re.compile(r"\bcwd\b|\bINIT_CWD\b|\bprefix\b", re.IGNORECASE)

_HERE = r"(?:__dirname|import\.meta\.dirname)"
_FROM_HERE = re.compile(
    rf"\b(?:join|resolve)\(\s{{0,9}}{_HERE}((?:\s{{0,9}},\s{{0,9}}[\"'][\w@. /-]{{1,160}}[\"']){{1,9}})\s{{0,9}}\)"
)
"""A path of plain texts below, or above, the file's own directory; nothing else is joined to it."""
_BY_ADDRESS = re.compile(
    r"\bnew URL\(\s{0,9}[\"'](?P<named>\.|(?:\./)?[\w@][\w@. -]{0,80}(?:/[\w@. -]{1,80}){0,8}/?)[\"']\s{0,9},\s{0,9}import\.meta\.url\s{0,9}\)"
)
"""An address of a plain text beside, or below, the file itself; of addresses nothing but ``..`` leads upward."""
_AS_PATH = re.compile(r"\bdirname\b|\bfileURLToPath\b|\.pathname\b")
_TEXT = re.compile(r"[\"']([^\"']*)[\"']")
_SAID = re.compile(rf"{_HERE}\b")
_ASKED = re.compile(
    rf"{_HERE}\b|\bcwd\b|homedir|INIT_CWD|import\.meta|getcwd|\bPath\.|expanduser|\$\(|`pwd`|\b(?:PWD|HOME)\b"
)
_MODULE = re.compile(r"\b(?:require\(|import\(|from|import)\s{0,9}[\"']((?:\.\./){1,9}[\w@./-]{1,160})[\"']")
_ENDINGS = ("", ".js", ".cjs", ".mjs", ".ts", ".json", "/index.js")
_PROJECT = re.compile(r"\.\.|\b(?:INIT_CWD|PROJECT_CWD|npm_config_local_prefix)\b")
_PLAIN_LINE = re.compile(r"[\w\s$.,;:={}()'\"@/*-]*")
"""What puts no text together, and has no escapes: ``"INIT_" + "CWD"`` is meant where it is not said."""
_LINE_ENDS = re.compile(r"\r(?!\n)|[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What not everybody takes for the end of a line, so that another line may be meant."""
_UP = re.compile(r"(?<!\.)\.\.(?!\.)|%2e", re.IGNORECASE)
_TESTS = "includes|indexOf|startsWith|endsWith"
_LOOKED_FOR = re.compile(rf"\.(?:{_TESTS})\(\s{{0,9}}[\"']\.\.[\\/]?[\"']\s{{0,9}}\)")
"""``name.includes("..")``: an unpacker refuses such names; what the test answers is no text to go up with."""
_TESTS_OTHERWISE = re.compile(rf"(?<!\.)\b(?:{_TESTS})\b|\.(?:{_TESTS})\s{{0,9}}=(?!=)")
"""Such a test may be the file's own, which can keep what it is given."""
_OF_MODULES = re.compile(
    r"\b(?:const|let|var) __dirname = (?:path\.)?dirname\((?:url\.)?fileURLToPath\(import\.meta\.url\)\)"
)
_RENAMED = re.compile(
    r"__dirname\s{0,9}(?:=>|=(?!=)|[,}\]]?\s{0,9}[}\]]|[|&?]{2}=)|[{\[:]\s{0,9}__dirname\b|\.{3}\s{0,9}__dirname\b"
    r"|\bfunction\b[^()]{0,80}\([^()]{0,400}__dirname|\([^()]{0,400}__dirname[^()]{0,400}\)\s{0,9}(?:=>|\{)"
    r"|\bimport\b[^;'\"]{0,400}__dirname|\\u\{?0*(?:5f|[46][\da-f]|7[\da-e])",
    re.IGNORECASE,
)
"""Where ``__dirname`` may be something else than the file's directory; a letter may be written by its number."""


class OwnPlaces:
    """The places of one script's package that its files name by a way upward."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._members = inspection.script.package.members

    def has(self, sighting: Sighting, file: ReachableFile) -> bool:
        """Tell whether every path of a line that seems to leave the package stays in it.

        Either each text with ``../`` that is joined to a directory leads to a member, or each is joined to the file's own
        directory and ends below the package's, and no file of the package has any other way upward. A path that is not
        joined to anything starts at the working directory. The project is not meant where only own modules are loaded.
        """
        if sighting.printed or sighting.signature not in {NEIGHBOURS, ASKS, *PROJECT} or file.path not in self._members:
            return False
        if sighting.excerpt.startswith("[") or not self._inspection.script.package.brings(file.location):
            return False  # what a layer holds stands nowhere on the line
        if sighting.signature in PROJECT:
            return _loads_members(_line(sighting, file), file.path, self._members)
        if sighting.signature == NEIGHBOURS and _leads_to_members(sighting.excerpt, file.path, self._members):
            return True
        return _stays(sighting, file) and not (self._leaves_root if sighting.signature == NEIGHBOURS else self._climbs)

    @cached_property
    def _climbs(self) -> bool:
        """Tell whether a file that is reached may go up from a place that another one names."""
        return self._goes_up(root=False)

    @cached_property
    def _leaves_root(self) -> bool:
        """Tell the same where no file does so that names the package's own directory: that is nobody's beside it."""
        return self._goes_up(root=True)

    def _goes_up(self, *, root: bool) -> bool:
        own = (one for one in self._inspection.files if self._inspection.script.package.brings(one.location))
        texts = [(one.content.decode(errors="replace"), one.path) for one in own if one.language is not Language.JSON]
        tests_otherwise = any(_TESTS_OTHERWISE.search(text) for text, _ in texts)
        return any(
            goes_up(text if tests_otherwise else _LOOKED_FOR.sub("", text), path, root=root) for text, path in texts
        )


def _leads_to_members(line: str, path: str, members: Collection[str]) -> bool:
    if _ELSEWHERE.search(line):
        return False
    joined = _JOINED.findall(line)
    places = [posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in joined]
    return bool(places) and len(places) == len(_ANY.findall(line)) and all(one in members for one in places)


def _loads_members(line: str, path: str, members: Collection[str]) -> bool:
    """Tell whether a line has no way upward but the names of modules that the package has."""

    def kept(module: re.Match[str]) -> str:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), module[1]))
        return "" if any(f"{place}{ending}" in members for ending in _ENDINGS) else module[0]

    rest = _MODULE.sub(kept, line)
    return rest != line and _PROJECT.search(rest) is None and _PLAIN_LINE.fullmatch(rest) is not None


def _line(sighting: Sighting, file: ReachableFile) -> str:
    lines = file.content.decode(errors="replace").split("\n")
    return lines[sighting.line - 1] if 0 < sighting.line <= len(lines) else ".."


def _stays(sighting: Sighting, file: ReachableFile) -> bool:
    """Tell whether a line only names places below the package's directory."""
    content = file.content.decode(errors="replace")
    line = _line(sighting, file)
    named, addresses = list(_FROM_HERE.finditer(line)), list(_BY_ADDRESS.finditer(line))
    if not (named or addresses) or len(_ASKED.findall(line)) != len(named) + len(addresses):
        return False
    sure = not _RENAMED.search(_OF_MODULES.sub("", content)) and not _LINE_ENDS.search(content)
    sure &= not (addresses and (_AS_PATH.search(content) or any(".." in one["named"] for one in addresses)))
    return sure and all(_is_below(one[1], file.path) for one in named)


def goes_up(content: str, path: str, *, root: bool = False) -> bool:
    """Tell whether a file's text has a way upward that is neither a module's name nor ends below the package's directory.

    ``root``: nor at that directory itself.
    """
    below = _FROM_HERE.sub(lambda one: "" if _is_below(one[1], path, root=root) else one[0], content)
    return _UP.search(_MODULE.sub("", below)) is not None


def _is_below(joined: str, path: str, *, root: bool = False) -> bool:
    """Tell whether plain texts, joined to a file's directory, end in the package and in no package inside it.

    ``root``: the package's own directory is in it, too.
    """
    texts = _TEXT.findall(joined)
    place = posixpath.normpath("/".join((posixpath.dirname(path) or ".", *texts)))
    inside = (
        place != ".." and (root or place != ".") and not place.startswith(("../", "/")) and "node_modules" not in place
    )
    return inside and not any(text.startswith("/") for text in texts)
