"""Evidence: to each script's inspection is added what its files show, alone and together, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from safe_install.model import Gap, Inspection, Language, ReachableFile, Severity
from safe_install.scan.match.chains import chained
from safe_install.scan.match.seen import Content, Seen
from safe_install.scan.match.signatures import Chain
from safe_install.scan.match.weighing import Matched, Weighing

_MANIFEST = "package.json"
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
    files = _matched(inspection, seen)
    weighing = Weighing(inspection, files, in_libraries)
    findings, gaps = list(inspection.findings), list(inspection.gaps)
    places: dict[tuple[str, str], tuple[str, Seen]] = {}
    for each in files:
        file, where = each.file, weighing.where(each.file)
        found, telling = weighing.weighed(each)
        findings += found
        places[file.location or file.package, file.path] = (where, telling)
        gaps += [
            Gap(kind=kind, where=where, detail=detail, path=file.path)
            for kind, detail in each.seen.gaps
            if not each.library
        ]
    known = replace(inspection, findings=tuple(findings), gaps=tuple(gaps))
    return replace(known, findings=(*findings, *chained(known, places, chains, in_libraries, weighing.uncalled)))


def _matched(inspection: Inspection, seen: Mapping[Content, Seen]) -> list[Matched]:
    """List the files of a script with what was seen in each; a manifest that no step leads to is not a step's."""
    reached = [(file, is_library(inspection, file), False) for file in matched_files(inspection)]
    alone = [(file, False, True) for file in unreached_manifest(inspection)]
    return [
        Matched(file, library, _of(file, seen[Content(file.digest, file.language, library)], alone=is_alone))
        for file, library, is_alone in (*reached, *alone)
    ]


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


def _of(file: ReachableFile, each: Seen, *, alone: bool) -> Seen:
    """Keep of what was seen what this file can show: of an unreached manifest only what is said of manifests."""
    is_manifest = file.path.rpartition("/")[2] == _MANIFEST
    kept = [one for one in each.matched.sightings if (is_manifest if one.of_manifest else not alone)]
    matched = replace(each.matched, sightings=tuple(kept), layers=() if alone else each.matched.layers)
    return Seen(matched, each.reading)
