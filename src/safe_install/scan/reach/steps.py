"""The steps from a text to what it leads to: each lead is followed, and what it comes to is noted, or waits to be read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from safe_install.model import BoundaryKind, Language, LifecycleScript, Package
from safe_install.scan.reach.arguments import Given, given_by
from safe_install.scan.reach.build_files_followed import directories_of
from safe_install.scan.reach.evidence import Evidence
from safe_install.scan.reach.follow import follow, places_of
from safe_install.scan.reach.inline_names import InlineNames
from safe_install.scan.reach.installed import Installed, Places, Spot, is_registrys_own
from safe_install.scan.reach.lookup import only_while_running
from safe_install.scan.reach.outcomes import Outcome, Scene, ToEnd, ToFile, ToText
from safe_install.scan.reach.texts import Text, without_nul
from safe_install.scan.reach.unread import Unread
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.words import without_anchors

JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
_KEYWORDS = (
    "as async await case class const default delete do else export extends from function get import in instanceof let new"
    " of return set static throw typeof using var void yield"
)
_BEHIND_ONE = "|".join(rf"(?<=\b{word} process)" for word in _KEYWORDS.split())
_PROCESS_ALONE = re.compile(rf"process(?<!\wprocess)(?:(?<!\w process)|{_BEHIND_ONE})\b(?!\s*[.])")
"""Node's ``process``, or one that a text puts in its place, where no member of it follows.

Behind any other word it stands in a sentence: no syntax has two names with a blank between them.
"""
_STARTING = frozenset((Kind.FILE, Kind.MAIN))
"""Leads to a file that runs in a process of its own."""
_AS_TYPED = frozenset((Language.SHELL, Language.BATCH))  # their readers know the signs of words.py
_WITH_HOME = JAVASCRIPT | {Language.PYTHON, Language.GYP}


@dataclass(slots=True)
class Steps:
    """The steps of one trace; what waits to be read is in ``unread``."""

    script: LifecycleScript
    installed: Installed
    evidence: Evidence
    unread: Unread = field(default_factory=Unread)
    names: InlineNames = field(default_factory=InlineNames)
    using: list[Text] = field(default_factory=list)
    """Own texts that load modules of other packages, until they were looked through for what they hand to those."""

    def is_own(self, text: Text) -> bool:
        """Tell whether a text came with the script's own package, or with no registry's."""
        return self.script.package.brings(text.file.location) or not is_registrys_own(text.owner)

    def follow(self, found: Iterable[Lead | Blind | Ending], text: Text, places: Places) -> None:
        """Follow what a text leads to."""
        has_home = text.origin is not None and text.file.language in _WITH_HOME
        home = posixpath.dirname(text.origin or "") if has_home else None
        renames = text.file.language not in JAVASCRIPT or _PROCESS_ALONE.search(text.content) is not None
        scene = Scene(installed=self.installed, owner=text.owner, places=places, home=home, renames=renames)
        for one in found:
            if isinstance(one, Lead) and text.program and (one.target.literal is None or one.kind is Kind.SCRIPT):
                self.go(only_while_running(one), text, places)
            elif isinstance(one, Lead):
                there = places_of(one, scene)
                for outcome in follow(one, scene):
                    self._note_order(one, outcome, text)
                    self.go(outcome, text, there, given_by(one, text.file.language, text.given))
            else:
                self.go(ToEnd(ending=one) if isinstance(one, Ending) else one, text, places)

    def _note_order(self, lead: Lead, outcome: Outcome, text: Text) -> None:
        """Note which file leads to which, and at which line when it loads it; and which own text uses a library."""
        away = isinstance(outcome, ToFile) and outcome.package is not self.script.package
        unread = isinstance(outcome, ToEnd) and outcome.ending.kind is BoundaryKind.LIBRARY
        if (away or unread) and text.owner is self.script.package and (not self.using or self.using[-1] is not text):
            self.using.append(text)
        if isinstance(outcome, ToFile):
            here, there = (text.file.location, text.file.path), (outcome.package.artifact.location, outcome.path)
            self.evidence.order.parents.setdefault(there, here)
            if lead.kind is Kind.MODULE:
                self.evidence.order.note_load(here, there, lead.line)
            elif lead.kind in _STARTING:
                self.evidence.order.started.add(there)

    def go(self, outcome: Outcome, text: Text, places: Places, given: Given = None) -> None:
        """Take one step: note a gap or an end, or a file or text that is to be read."""
        if isinstance(outcome, Blind):
            self.evidence.add_gap(text.file, outcome, text.program)
        elif isinstance(outcome, ToEnd):
            if not text.program:
                self.evidence.add_boundary(text.file, outcome.ending, outcome.program)
        elif isinstance(outcome, ToFile):
            self._to_file(outcome, text, places, given)
        else:
            self._to_text(outcome, text)

    def _to_file(self, outcome: ToFile, text: Text, places: Places, given: Given) -> None:
        package, via = outcome.package, (*text.file.via, text.called)
        content = package.files[outcome.path]
        file = self.evidence.add_file(package, outcome.path, content, outcome.language, via)
        self.evidence.order.note_link(text.file, file)
        self.evidence.note_unneeded(file, outcome.unneeded)
        if outcome.language is Language.GYP:
            places = frozenset(Spot(package.artifact.location, one) for one in directories_of(package, outcome.path))
        said = without_nul(content.decode(errors="replace"))
        self._wait(
            Text(
                owner=package,
                file=file,
                called=self.installed.called(file),
                content=said,
                places=places,
                origin=outcome.path,
                program=self._covering(package, outcome.program or text.program),
                asked=outcome.asked,
                shared=outcome.shared,
                given=given if package is self.script.package else None,
            )
        )

    def _to_text(self, outcome: ToText, text: Text) -> None:
        owner = outcome.owner
        stays = text.file.language in JAVASCRIPT and outcome.language in JAVASCRIPT
        origin = text.origin if stays else None
        content = without_anchors(outcome.text).encode(errors="replace")
        via = (*text.file.via, text.called)
        file = self.evidence.add_file(owner, self.names.inline(outcome, origin), content, outcome.language, via)
        self.evidence.order.note_link(text.file, file)
        said = outcome.text if outcome.language in _AS_TYPED else outcome.text.replace("\0", "\\0")
        self._wait(
            Text(
                owner=owner,
                file=file,
                called=self.installed.called(file),
                content=said,
                places=outcome.places,
                origin=origin,
                program=text.program if owner is text.owner else "",
                by_cmd=outcome.by_npm or text.file.language in JAVASCRIPT,
            )
        )

    def _covering(self, package: Package, program: str) -> str:
        """Keep a known program's cover over its own code and its dependencies'; never over the script's package."""
        covers = program and package is not self.script.package and is_registrys_own(package)
        return program if covers else ""

    def _wait(self, text: Text) -> None:
        self.unread.add(text, is_own=self.is_own(text))
