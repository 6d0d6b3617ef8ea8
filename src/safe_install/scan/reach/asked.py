"""What a gyp file asks the package's own code, and puts as a key into a question to data: sharp 0.34.5 does.

``<!(node -p "require('./lib').platform()")`` may give any text, and one with a quotation mark in it would end the string it is put
into. So it counts as a word only where the function can give nothing else.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from safe_install.model import GapKind, Package, ReachableFile
from safe_install.scan.javascript.exported import results_of
from safe_install.scan.javascript.values import Variable
from safe_install.scan.reach.known_programs import is_declared
from safe_install.scan.reach.readings import Reading
from safe_install.scan.reach.resolve import Target, resolve_path
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.tools import setting
from safe_install.scan.shell.words import STAND_IN, Word, literal

_DATA = re.compile(
    r"""node\s+-p\s+"require\('(?:\.{1,2}/)+[\w/-]+\.json'\)(?:\.\w+)?\['[\w@/.-]*(?P<asked>\$computed_asked\d+_)[\w@/.-]*'\]\""""
)
"""A question to data alone, which is printed."""
_PLAIN = re.compile(r"[\w.-]*", re.ASCII)
_SAID_BY_NODE = re.compile(r"process\.(?:platform|arch)")
_SAID_OF_LIBRARY = re.compile(r"detectLibc\.familySync\(\)")
_LIBRARY = re.compile(rb"\b(?:const|var|let)\s+detectLibc\s*=\s*require\(['\"]detect-libc['\"]\)")
_OF_NPM = "npm_package_"


@dataclass(slots=True)
class Asked:
    """The variables of the environment that such words are made of, and where: nobody in the package may set them."""

    made_of: dict[str, ReachableFile] = field(default_factory=dict)

    def settled(self, reading: Reading, package: Package, file: ReachableFile) -> Reading:
        """Put a plain word where a function of the package gives one and it only chooses among data."""
        if not reading.asked:
            return reading
        plain: dict[str, str] = {}
        for index, (path, name) in enumerate(reading.asked):
            variables = _variables_in(package, file.path, path, name)
            if variables is not None:
                plain[f"{STAND_IN}_asked{index}_"] = "word"
                self.made_of |= dict.fromkeys(variables, file)
        return replace(reading, leads=tuple(_put_in(lead, plain) for lead in reading.leads))

    def set_by(self, files: Iterable[ReachableFile], sets: Iterable[str]) -> Iterator[tuple[ReachableFile, Blind]]:
        """Tell where one of those variables may be set."""
        texts = [file.content.decode(errors="replace") for file in files] if self.made_of else []
        known = set(sets)
        for name, file in self.made_of.items():
            if name in known or "*" in known or any(map(setting((name,)).search, texts)):
                detail = f"puts what the package's code makes of {name} into a command, and may set it"
                yield file, Blind(kind=GapKind.DYNAMIC, detail=detail)


def _put_in(lead: Lead, plain: Mapping[str, str]) -> Lead:
    text = lead.target.literal or ""
    found = _DATA.fullmatch(text) if lead.kind is Kind.SHELL_TEXT else None
    if found is None or found["asked"] not in plain:
        return lead
    return replace(lead, target=literal(text.replace(found["asked"], plain[found["asked"]])))


def _variables_in(package: Package, asking: str, path: str, name: str) -> frozenset[str] | None:
    """Name the variables that a function's words are made of, None where they may be no plain words."""
    found = resolve_path(package, path, posixpath.dirname(asking))
    if found.target is not Target.OWN:
        return None
    source = package.files[found.name]
    words = results_of(source, found.name, name)
    knows_library = _LIBRARY.search(source) is not None and is_declared("detect-libc", package.manifest)
    if not words or not all(_is_plain(word, knows_library=knows_library) for word in words):
        return None
    return frozenset(part.name for word in words for part in word.parts if isinstance(part, Variable))


def _is_plain(word: Word, *, knows_library: bool) -> bool:
    for part in word.parts:
        if isinstance(part, str):
            known = _PLAIN.fullmatch(part) is not None
        elif isinstance(part, Variable):
            known = not part.name.lower().startswith(_OF_NPM)
        else:
            of_library = knows_library and _SAID_OF_LIBRARY.fullmatch(part.source) is not None
            known = of_library or _SAID_BY_NODE.fullmatch(part.source) is not None
        if not known:
            return False
    return True
