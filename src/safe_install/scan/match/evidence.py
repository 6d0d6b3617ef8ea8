"""Evidence: to each script's inspection is added what its files show, alone and together, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from safe_install.model import Confidence, Finding, Gap, GapKind, Inspection, Language, ReachableFile, Severity
from safe_install.scan.javascript.small_edits import edits_without_new_names
from safe_install.scan.match.chains import chained
from safe_install.scan.match.checked_downloads import DOWNLOADS, checks_what_it_fetches
from safe_install.scan.match.digested import DIGESTS, only_digests, replaces_digests
from safe_install.scan.match.digested import FACTS as HOST_FACTS
from safe_install.scan.match.fed_unpackers import feeds_unpackers
from safe_install.scan.match.named_environment import is_read_by_names
from safe_install.scan.match.offered import Offered
from safe_install.scan.match.own_places import OwnPlaces
from safe_install.scan.match.own_writes import makes_links, writes_only_into_itself
from safe_install.scan.match.seen import Content, Seen, Sighting
from safe_install.scan.match.signatures import Chain
from safe_install.scan.match.taken_output import goes_onward, is_started_by_another
from safe_install.scan.match.uncalled import Uncalled
from safe_install.scan.match.waiting import Waiting
from safe_install.scan.shell.build_tools import RUNS_UNREAD

_MANIFEST = "package.json"
_REPLACES = "replaces-printing"  # the signatures
_REWRITES = "rewrites-other-packages"
_PLANTS = "plants-agent-orders"
_DECODED = "decoded-"  # how reach calls what a text hides, after colons; only reach makes inline files


def with_evidence(
    inspection: Inspection,
    seen: Mapping[Content, Seen],
    chains: Sequence[Chain],
    in_libraries: Mapping[str, Severity],
) -> Inspection:
    """Add to an inspection what its files show, each and together, and what could not be seen in them.

    In other packages a signature counts at most what ``in_libraries`` says by its id, and a capability nothing: what a
    library can do is its purpose. Their code is matched as text: 300 files of them stand behind an honest browser's
    installer. A gap there is covered by the boundary that names the library (see reach).
    """
    matched = [(file, is_library(inspection, file)) for file in matched_files(inspection)]
    files = [
        (file, library, _of(file, seen[Content(file.digest, file.language, library)])) for file, library in matched
    ]
    alone = unreached_manifest(inspection)
    files += [
        (file, False, _of(file, seen[Content(file.digest, file.language, library=False)], alone=True)) for file in alone
    ]
    shown = {(file.location, file.package, one.signature) for file, _, each in files for one in each.matched.sightings}
    owner = inspection.script.package.artifact
    findings, gaps = list(inspection.findings), list(inspection.gaps)
    showing = _showing(inspection, [(file, each) for file, _, each in files])
    places: dict[tuple[str, str], tuple[str, Seen]] = {}
    waiting, own, offered = Waiting(inspection), OwnPlaces(inspection), Offered(inspection)
    uncalled = Uncalled(inspection)
    for file, library, each in files:
        where = owner.id if file.package == owner.name else file.package
        shows = (file.location, file.path) in showing
        places[file.location or file.package, file.path] = (where, _telling(inspection, file, each, own, shows=shows))
        gaps += [
            Gap(kind=kind, where=where, detail=detail, path=file.path) for kind, detail in each.gaps if not library
        ]
        for one in each.matched.sightings:
            harmless = (shows and one.printed) or is_read_by_names(one, file, each.matched, inspection)
            sighting = (
                replace(one, severity=Severity.INFO, worse_with=()) if harmless else _asking(one, file, inspection)
            )
            waits = waiting.has(file.location or file.package, file.path, one.line) and (
                one.confidence is not Confidence.HIGH or offered.has(one, file)
            )
            worse = any((file.location, file.package, other) in shown for other in sighting.worse_with)
            if not library or sighting.severity > Severity.INFO:
                most = in_libraries.get(sighting.signature, Severity.INFO) if library else Severity.ERROR
                most = min(most, Severity.WARNING) if waits else most
                found = _finding(sighting, where, file.path, worse=worse, most=most)
                idle = found.severity > Severity.WARNING and uncalled.has(file.location, file.path, one.line)
                findings.append(replace(found, severity=Severity.WARNING) if idle else found)
    known = replace(inspection, findings=tuple(findings), gaps=tuple(gaps))
    return replace(known, findings=(*findings, *chained(known, places, chains, in_libraries, uncalled)))


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


def _showing(inspection: Inspection, files: Sequence[tuple[ReachableFile, Seen]]) -> frozenset[tuple[str, str]]:
    """List the files of which what they print can reach nobody but a reader: all of it was read, and printing is as Node made it.

    Of a build that a file starts itself not everything can be read; but what the file prints does not reach that.
    """
    replaced = any(one.signature == _REPLACES for _, each in files for one in each.matched.sightings)
    if replaced or goes_onward(inspection) or any(True for _, each in files for _ in each.gaps):
        return frozenset()
    blind = {(gap.where, gap.path if _is_build(gap) else "") for gap in inspection.gaps}
    owner = inspection.script.package.artifact
    return frozenset(
        (file.location, file.path)
        for file, _ in files
        if (not blind or (blind == {(owner.id, file.path)} and file.location == owner.location and not file.inline))
        and not is_started_by_another(file, inspection)
    )


def _is_build(gap: Gap) -> bool:
    return gap.kind is GapKind.NATIVE and gap.detail.endswith(RUNS_UNREAD)


def _telling(inspection: Inspection, file: ReachableFile, each: Seen, own: OwnPlaces, *, shows: bool) -> Seen:
    """Leave out what was seen only in texts that are shown to somebody, and what our own reading knows to be nothing.

    That is the package's own place, what is read by its name alone, and a stream into what only unpacks it. Of facts that only a
    digest is made of that is told instead.
    """
    kept = tuple(
        one
        for one in each.matched.sightings
        if not (shows and one.printed)
        and not own.has(one, file)
        and not is_read_by_names(one, file, each.matched, inspection)
        and not feeds_unpackers(one, file, inspection)
    )
    if any(one.signature in HOST_FACTS for one in kept) and not file.inline and _only_digests(file, inspection):
        kept = tuple(replace(one, signature=DIGESTS) if one.signature in HOST_FACTS else one for one in kept)
    return Seen(replace(each.matched, sightings=kept), each.reading)


def is_library(inspection: Inspection, file: ReachableFile) -> bool:
    """Tell whether a file came with another package than the script did."""
    return file.location != "" and not inspection.script.package.brings(file.location)


def matched_files(inspection: Inspection) -> tuple[ReachableFile, ...]:
    """Give the files that are matched: all but the decoded texts, which are matched as layers of the files they stand in.

    A library's data says nothing of what a script does: its manifest holds its makers' own commands.
    """
    return tuple(file for file in inspection.files if not _is_decoded(file) and not _is_foreign_data(inspection, file))


def _is_decoded(file: ReachableFile) -> bool:
    return file.inline and file.path.lstrip(":").startswith(_DECODED)


def _is_foreign_data(inspection: Inspection, file: ReachableFile) -> bool:
    return file.language is Language.JSON and is_library(inspection, file)


def unreached_manifest(inspection: Inspection) -> tuple[ReachableFile, ...]:
    """Give the manifest of the script's own package where no step leads to it: it says what is installed beside it."""
    package = inspection.script.package
    place = package.artifact.location
    if _MANIFEST not in package.members or any(
        (file.location, file.path) == (place, _MANIFEST) and file.language is Language.JSON for file in inspection.files
    ):
        return ()
    content = package.files[_MANIFEST]
    name = package.artifact.name
    return (ReachableFile(package=name, path=_MANIFEST, content=content, language=Language.JSON, location=place),)


def _of(file: ReachableFile, each: Seen, *, alone: bool = False) -> Seen:
    """Keep of what was seen what this file can show: of an unreached manifest only what is said of manifests."""
    is_manifest = file.path.rpartition("/")[2] == _MANIFEST
    kept = [one for one in each.matched.sightings if (is_manifest if one.of_manifest else not alone)]
    matched = replace(each.matched, sightings=tuple(kept), layers=() if alone else each.matched.layers)
    return Seen(matched, each.reading)


def _finding(sighting: Sighting, where: str, path: str, *, worse: bool, most: Severity) -> Finding:
    return Finding(
        signature=sighting.signature,
        severity=min(Severity.ERROR if worse else sighting.severity, most),
        confidence=sighting.confidence,
        message=sighting.message,
        where=where,
        path=path,
        line=sighting.line,
        excerpt=sighting.excerpt,
    )
