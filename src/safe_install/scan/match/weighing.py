"""What the signatures saw, weighed: what each sighting counts where it stands, and beside what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from safe_install.model import Confidence, Finding, Gap, GapKind, Inspection, Language, ReachableFile, Severity
from safe_install.scan.javascript.small_edits import edits_without_new_names
from safe_install.scan.match.checked_downloads import DOWNLOADS, checks_what_it_fetches
from safe_install.scan.match.digested import DIGESTS, only_digests, replaces_digests
from safe_install.scan.match.digested import FACTS as HOST_FACTS
from safe_install.scan.match.fed_unpackers import feeds_unpackers
from safe_install.scan.match.named_environment import is_read_by_names
from safe_install.scan.match.offered import Offered
from safe_install.scan.match.own_places import OwnPlaces
from safe_install.scan.match.own_writes import makes_links, writes_only_into_itself
from safe_install.scan.match.seen import Seen, Sighting
from safe_install.scan.match.taken_output import goes_onward, is_started_by_another
from safe_install.scan.match.uncalled import Uncalled
from safe_install.scan.match.waiting import Waiting
from safe_install.scan.shell.build_tools import RUNS_UNREAD

_REPLACES = "replaces-printing"  # the signatures
_REWRITES = "rewrites-other-packages"
_PLANTS = "plants-agent-orders"


class Matched(NamedTuple):
    """One file that was matched, whether it came with another package than the script did, and what was seen in it."""

    file: ReachableFile
    library: bool
    seen: Seen


class Weighing:
    """What the sightings in one script's files count, alone and for chains.

    In other packages a signature counts at most what ``in_libraries`` says by its id, and a capability nothing.
    """

    def __init__(self, inspection: Inspection, files: Sequence[Matched], in_libraries: Mapping[str, Severity]) -> None:
        self.uncalled = Uncalled(inspection)
        self._inspection = inspection
        self._in_libraries = in_libraries
        self._shown = {
            (file.location, file.package, one.signature) for file, _, seen in files for one in seen.matched.sightings
        }
        self._showing = _showing(inspection, files)
        self._own, self._waiting, self._offered = OwnPlaces(inspection), Waiting(inspection), Offered(inspection)

    def weighed(self, each: Matched) -> tuple[list[Finding], Seen]:
        """Give one file's findings, and what chains are told of it."""
        silent = {one for one in each.seen.matched.sightings if self._is_silent(one, each)}
        findings = [self._finding(one, each, silent=one in silent) for one in each.seen.matched.sightings]
        telling = self._telling(each, [one for one in each.seen.matched.sightings if one not in silent])
        return [one for one in findings if one is not None], telling

    def where(self, file: ReachableFile) -> str:
        """Name the package that a file is of, the script's own one with its version."""
        owner = self._inspection.script.package.artifact
        return owner.id if file.package == owner.name else file.package

    def _is_silent(self, one: Sighting, each: Matched) -> bool:
        """Tell whether a sighting stands in a text that is only shown to somebody, or reads by a name alone."""
        shows = (each.file.location, each.file.path) in self._showing
        return (shows and one.printed) or is_read_by_names(one, each.file, each.seen.matched, self._inspection)

    def _finding(self, one: Sighting, each: Matched, *, silent: bool) -> Finding | None:
        """Make a finding of a sighting; of a library's capability none."""
        file = each.file
        asking = replace(one, severity=Severity.INFO, worse_with=()) if silent else _asking(one, file, self._inspection)
        if each.library and asking.severity <= Severity.INFO:
            return None
        worse = any((file.location, file.package, other) in self._shown for other in asking.worse_with)
        severity = min(Severity.ERROR if worse else asking.severity, self._most(one, each))
        idle = severity > Severity.WARNING and self.uncalled.has(file.location, file.path, one.line)
        return Finding(
            signature=one.signature,
            severity=Severity.WARNING if idle else severity,
            confidence=one.confidence,
            message=one.message,
            where=self.where(file),
            path=file.path,
            line=one.line,
            excerpt=one.excerpt,
        )

    def _most(self, one: Sighting, each: Matched) -> Severity:
        """Say what a sighting counts at most; code that waits for a caller is less certain than what stands in it."""
        file = each.file
        most = self._in_libraries.get(one.signature, Severity.INFO) if each.library else Severity.ERROR
        waits = self._waiting.has(file.location or file.package, file.path, one.line)
        certain = one.confidence is Confidence.HIGH
        return min(most, Severity.WARNING) if waits and (not certain or self._offered.has(one, file)) else most

    def _telling(self, each: Matched, sightings: Sequence[Sighting]) -> Seen:
        """Leave out what our own reading knows to be nothing: the package's own place, and a stream into what only unpacks it.

        Of facts that only a digest is made of that is told instead.
        """
        file = each.file
        kept = tuple(
            one
            for one in sightings
            if not self._own.has(one, file) and not feeds_unpackers(one, file, self._inspection)
        )
        has_facts = any(one.signature in HOST_FACTS for one in kept)
        if has_facts and not file.inline and _only_digests(file, self._inspection):
            kept = tuple(replace(one, signature=DIGESTS) if one.signature in HOST_FACTS else one for one in kept)
        return Seen(replace(each.seen.matched, sightings=kept), each.seen.reading)


def _asking(one: Sighting, file: ReachableFile, inspection: Inspection) -> Sighting:
    """Leave it to a person to judge what changes another package, and gives it nothing to run that it had not.

    Orders for an agent that a package puts into its own directory are no more than a capability: it could have been delivered with them.
    """
    if one.signature == DOWNLOADS and file.language is Language.SHELL and not one.excerpt.startswith("["):
        checks = checks_what_it_fetches(file.content)
        return replace(one, severity=Severity.WARNING) if checks else one
    if file.language is not Language.JAVASCRIPT or file.inline:
        return one
    if one.signature in HOST_FACTS and one.worse_with and _only_digests(file, inspection):
        return replace(one, worse_with=())
    if one.severity < Severity.ERROR:
        return one
    if one.signature == _REWRITES and one.line in edits_without_new_names(file.content):
        return replace(one, severity=Severity.WARNING)
    is_own = one.signature == _PLANTS and writes_only_into_itself(file.content, file.path)
    return replace(one, severity=Severity.INFO) if is_own and not makes_links(inspection) else one


def _only_digests(file: ReachableFile, inspection: Inspection) -> bool:
    """Tell whether a file only makes digests of whose machine it is, and no other one changes what makes them."""
    others = (one.content for one in inspection.files if one.path != file.path or one.location != file.location)
    return only_digests(file.content) and not any(map(replaces_digests, others))


def _showing(inspection: Inspection, files: Sequence[Matched]) -> frozenset[tuple[str, str]]:
    """List the files of which what they print can reach nobody but a reader: all of it was read, and printing is as Node made it.

    Of a build that a file starts itself not everything can be read; but what the file prints does not reach that.
    """
    replaced = any(one.signature == _REPLACES for each in files for one in each.seen.matched.sightings)
    if replaced or goes_onward(inspection) or any(True for each in files for _ in each.seen.gaps):
        return frozenset()
    blind = {(gap.where, gap.path if _is_build(gap) else "") for gap in inspection.gaps}
    owner = inspection.script.package.artifact
    return frozenset(
        (file.location, file.path)
        for file, _, _ in files
        if (not blind or (blind == {(owner.id, file.path)} and file.location == owner.location and not file.inline))
        and not is_started_by_another(file, inspection)
    )


def _is_build(gap: Gap) -> bool:
    return gap.kind is GapKind.NATIVE and gap.detail.endswith(RUNS_UNREAD)
