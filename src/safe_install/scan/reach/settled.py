"""What becomes known when everything was read: who sets a variable, and how what lies at a place comes to lie there.

A program that is not in the package, and that a script puts there and asks for its version, hides what a download hides
and nothing more; so it is told as what it is, where the script says where it is from: a dependency that npm installs, or a
download from where packages and releases lie.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from safe_install.model import BoundaryKind, Language, ReachableFile
from safe_install.scan.javascript.endings import OF_VARIABLE
from safe_install.scan.javascript.values import Variable
from safe_install.scan.reach.installed import Installed, Spot
from safe_install.scan.reach.installs import DECLARED
from safe_install.scan.reach.known_programs import is_declared
from safe_install.scan.reach.natives import native_file
from safe_install.scan.reach.releases import is_store
from safe_install.scan.reach.resolve import split_name
from safe_install.scan.reach.rewritten import Write
from safe_install.scan.shell.leads import Ending
from safe_install.scan.shell.words import PACKAGE_ROOT, Word

_DEEPEST = 4  # places that are filled from one another
_INSTALLED = re.compile(r"(?:^|/)node_modules/(?P<name>(?:@[^/]+/)?[^/@]+)/")
_READ_AS_JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
_MANIFEST = "package.json"
_BY_COMPUTED_NAME = re.compile(rb"\b(?:export|declare|typeset|env)\b[^\n;|&=]{0,200}[$`]")
_BESIDE = f"{PACKAGE_ROOT}/../"
_OF_PERSON = re.compile(r"(?!npm_)\w+_(?:PATH|FILE|BINARY|DESTINATION|DEST|OUTPUT)", re.IGNORECASE)
"""Variables by which a person names a file; of those that a machine sets by itself none is called so."""


@dataclass(slots=True)
class Settled:
    """What was gathered of one script; ``boundaries`` by location, path and ending, ``sets`` names of variables."""

    installed: Installed
    writes: Sequence[Write]
    files: Mapping[tuple[str, str, Language], ReachableFile]
    boundaries: Collection[tuple[str, str, Ending]]
    sets: Collection[str]
    _by_place: dict[Spot, list[Write]] = field(default_factory=dict)
    _open: list[Write] = field(default_factory=list)
    _known: dict[Spot, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for write in self.writes:
            text = write.target.literal
            if text is None:
                self._open.append(write)
            for start in write.places if text is not None else ():
                spot = self.installed.step(text or "", start, write.by.location)
                if spot is not None:
                    self._by_place.setdefault(spot, []).append(write)

    def is_left_to_a_person(self, variable: str) -> bool:
        """Tell whether nothing that was read may set a variable; in a language without names of its own it may stand anywhere."""
        if variable in self.sets or "*" in self.sets:
            return False
        members = self.installed.script.members
        said = re.compile(rb"(?<!process\.env\.)" + re.escape(variable.encode()))  # what Node reads its own text sets
        elsewhere = [
            one.content
            for one in self.files.values()
            if one.language not in _READ_AS_JAVASCRIPT and one.path.rpartition("/")[2] != _MANIFEST
        ]
        of_npm = variable.lower().startswith("npm_config_")
        settings = (".env", ".npmrc") if of_npm else (".env",)
        return not any(path.rpartition("/")[2].startswith(settings) for path in members) and not any(
            said.search(content) or _BY_COMPUTED_NAME.search(content) for content in elsewhere
        )

    def goes_where_a_person_says(self, write: Write) -> bool:
        """Tell whether a write goes to what a variable of the environment says, whole, and nobody here sets that.

        Who installs may say ``SASS_BINARY_PATH``; npm's own variables and the system's directories lead to where packages lie.
        """
        match write.target.parts:
            case (Variable(name=name),):
                return _OF_PERSON.fullmatch(name) is not None and self.is_left_to_a_person(name)
            case _:
                return False

    def is_known(self, spot: Spot, depth: int = 0) -> bool:
        """Tell whether all that may come to lie at a place of a package comes from where that is told."""
        if spot not in self._known:
            self._known[spot] = False  # while it is looked at
            self._known[spot] = depth < _DEEPEST and self._is_filled_knowingly(spot, depth)
        return self._known[spot]

    def _is_filled_knowingly(self, spot: Spot, depth: int) -> bool:
        if any(_may_be(write.target, spot, write.by.location) for write in self._open):
            return False
        package = self.installed.at(spot.location)
        carried = package is not None and spot.directory in package.members
        writes = self._by_place.get(spot, [])
        if depth and (carried or not writes):
            return not carried and self._is_installed(spot)
        return bool(writes) and all(self._comes_from_known(write, depth) for write in writes)

    def _comes_from_known(self, write: Write, depth: int) -> bool:
        if write.sources is None:
            return self._is_trusted_download(write.by)
        return all(self._is_known_source(source, write, depth) for source in write.sources)

    def _is_known_source(self, source: Word, write: Write, depth: int) -> bool:
        """Tell whether a copied file is another package's that is described, or lies at a place of which that is known."""
        text = source.literal
        if text is None:
            return False
        if text.startswith(_BESIDE):
            return self._is_of_package(text.removeprefix(_BESIDE), write)
        spots = {self.installed.step(text, start, write.by.location) for start in write.places}
        return bool(spots) and all(spot is not None and self.is_known(spot, depth + 1) for spot in spots)

    def _is_of_package(self, path: str, write: Write) -> bool:
        """Tell whether a file of another package was reached, is a program that is described, or its package is declared."""
        name, inside = split_name(path)
        owner = self.installed.at(write.by.location)
        package = self.installed.module(owner, name) if owner is not None else None
        if owner is None or not is_declared(name, owner.manifest):
            return False
        if package is None or inside not in package.members:  # then nothing is copied
            return True
        location = package.artifact.location
        is_reached = any((location, inside, language) in self.files for language in Language)
        return is_reached or isinstance(native_file(package, inside, self.installed.script, starts=True), Ending)

    def _is_installed(self, spot: Spot) -> bool:
        """Tell whether a place is where npm puts a dependency that the script has it install."""
        found = _INSTALLED.search(f"/{spot.directory}")
        owner = self.installed.at(spot.location)
        return bool(found and owner and is_declared(found["name"], owner.manifest)) and any(
            _is_of_dependency(ending) and location == spot.location for location, _, ending in self.boundaries
        )

    def _is_trusted_download(self, by: ReachableFile) -> bool:
        """Tell whether a text fetches for certain from nowhere but where packages and releases lie.

        A checksum that stands beside it is nothing: whoever writes the one writes the other.
        """
        owner = self.installed.at(by.location)
        resolved = urlsplit((owner.artifact.resolved if owner is not None else None) or "").hostname
        downloads = [
            ending
            for location, path, ending in self.boundaries
            if ending.kind is BoundaryKind.DOWNLOADS and (location, path) == (by.location, by.path)
        ]
        registries = {self.installed.registry, resolved} - {"", None}
        return bool(downloads) and all(
            any(not host.startswith(OF_VARIABLE) for host in ending.asked)
            and all(host in registries or is_store(host) or self._is_mirror_of_person(host) for host in ending.asked)
            for ending in downloads
        )

    def _is_mirror_of_person(self, host: str) -> bool:
        """Tell whether a host is what a variable says that nobody here sets; npm says what the package does in its own."""
        variable = host.removeprefix(OF_VARIABLE)
        of_package = variable.lower().startswith("npm_package_")
        return variable != host and not of_package and self.is_left_to_a_person(variable)


def _is_of_dependency(ending: Ending) -> bool:
    return ending.kind is BoundaryKind.INSTALLS and ending.detail.endswith(DECLARED)


def _may_be(target: Word, spot: Spot, location: str) -> bool:
    """Tell whether a place of which a part is computed may be a certain one of the package that its text stands in."""
    start, end = target.parts[0], target.parts[-1]
    if spot.location != location or (isinstance(start, str) and start.startswith(("/", "~"))):
        return False
    known = start.removeprefix(f"{PACKAGE_ROOT}/") if isinstance(start, str) and start.startswith(PACKAGE_ROOT) else ""
    fits_start = ".." in known or spot.directory.startswith(known)
    return fits_start and (not isinstance(end, str) or f"/{spot.directory}".endswith(end))
