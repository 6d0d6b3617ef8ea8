"""What semgrep says, read as evidence: what it saw, and which files it cannot vouch for.

Its exit code proves nothing: without ``--strict`` it is 0 for a skipped file, a time-out, a half-parsed file and a
file with too many matches. A file counts as matched only if it is among the scanned ones and nothing was said
against it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath
from typing import Any, NamedTuple

from safe_install.errors import SemgrepError
from safe_install.model import Confidence, Digest, Finding, Gap, GapKind, Inspection, Language, Severity
from safe_install.scan.match.staging import Copy, Lines, Reading, Stage

MOST_PER_SIGNATURE = 50
"""Findings of one signature in one file; more of them tell nobody more."""

_BROKEN_RULE = ("Rule parse error", "Pattern parse error", "PatternParseError", "Invalid YAML", "SemgrepError")
_FAILED = "analysis_failed_parser_or_internal_error"
_WORDS = {
    "PartialParsing": "semgrep could not parse all of it",
    "Syntax error": "semgrep could not parse all of it",
    "Lexical error": "semgrep could not parse all of it",
    "Timeout": "semgrep ran out of time on it",
    "Too many matches": "it holds more matches than semgrep reports",
    "Out of memory": "semgrep ran out of memory on it",
    "Fixpoint timeout": "semgrep gave up following its data",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one signature saw in one file's contents, whoever's file that is.

    ``worse_with`` names signatures that make this an ERROR when the same script shows them in the same package.
    """

    signature: str
    severity: Severity
    confidence: Confidence
    message: str
    line: int
    excerpt: str
    worse_with: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """The result for one file's contents; ``doubts`` is why it is not complete, in words, or empty."""

    sightings: tuple[Sighting, ...] = ()
    doubts: str = ""


class Seen(NamedTuple):
    """What is known of one file as it is reached: what semgrep made of it, and how it had to be read."""

    matched: Matched
    reading: Reading

    @property
    def gaps(self) -> Iterator[tuple[GapKind, str]]:
        """Say what keeps the result from being complete."""
        if self.reading.gap is not None:
            yield self.reading.gap
        if self.matched.doubts:
            yield GapKind.UNMATCHED, self.matched.doubts


def with_evidence(inspection: Inspection, seen: Mapping[tuple[Digest, Language], Seen]) -> Inspection:
    """Add to an inspection what its files show, and what could not be seen in them."""
    files = [(file, seen[file.digest, file.language]) for file in inspection.files]
    shown = {(file.package, sighting.signature) for file, each in files for sighting in each.matched.sightings}
    owner = inspection.script.package.artifact
    findings, gaps = list(inspection.findings), list(inspection.gaps)
    for file, each in files:
        where = owner.id if file.package == owner.name else file.package
        gaps += [Gap(kind=kind, where=where, detail=detail, path=file.path) for kind, detail in each.gaps]
        for sighting in each.matched.sightings:
            worse = any((file.package, other) in shown for other in sighting.worse_with)
            findings.append(_finding(sighting, where, file.path, worse=worse))
    return replace(inspection, findings=tuple(findings), gaps=tuple(gaps))


def _finding(sighting: Sighting, where: str, path: str, *, worse: bool) -> Finding:
    return Finding(
        signature=sighting.signature,
        severity=Severity.ERROR if worse else sighting.severity,
        confidence=sighting.confidence,
        message=sighting.message,
        where=where,
        path=path,
        line=sighting.line,
        excerpt=sighting.excerpt,
    )


def matches(output: Mapping[str, Any], stage: Stage) -> dict[int, Matched]:
    """Read semgrep's answer about every staged file.

    Raises `SemgrepError` when a signature is broken, whose file is named.
    """
    doubts = _doubts(output, stage)
    seen = _sightings(output.get("results", ()), stage)
    files = {copy.file for copy in stage.copies.values()}
    return {file: Matched(sightings=seen.get(file, ()), doubts="; ".join(doubts.get(file, ()))) for file in files}


def _doubts(output: Mapping[str, Any], stage: Stage) -> dict[int, list[str]]:
    """Collect, per file, everything that was said against it."""
    doubts: dict[int, list[str]] = {}

    def doubt(path: object, why: str) -> None:
        copy = stage.copies.get(PurePath(str(path)).name)
        if copy is not None and why not in doubts.setdefault(copy.file, []):
            doubts[copy.file].append(why)

    for error in output.get("errors", ()):
        _refuse_broken_rule(error)
        doubt(error.get("path"), _words(error.get("type")))
    for timeout in output.get("time", {}).get("fixpoint_timeouts", ()):
        doubt(timeout.get("location", {}).get("path"), _WORDS["Fixpoint timeout"])
    paths = output.get("paths", {})
    scanned = {PurePath(path).name for path in paths.get("scanned", ())}
    for name in stage.copies.keys() - scanned:
        doubt(name, "semgrep did not read it")
    for skipped in paths.get("skipped", ()):  # every error stands here again, and says less
        if skipped.get("reason") != _FAILED:
            doubt(skipped.get("path"), f"semgrep left it out ({skipped.get('reason')})")
    for file in stage.unwhole:
        doubts.setdefault(file, []).append("it is not JavaScript as our grammar knows it")
    return doubts


def _words(kind: object) -> str:
    name = str(kind[0] if isinstance(kind, list) and kind else kind)
    return _WORDS.get(name, f"semgrep failed on it ({name})")


def _refuse_broken_rule(error: Mapping[str, Any]) -> None:
    if error.get("type") in _BROKEN_RULE:
        rule = error.get("rule_id") or PurePath(error.get("path") or "").stem or "unknown"
        raise SemgrepError(
            f"the signature {rule} is broken: {' '.join(str(error.get('message', '')).split())[:300]}",
            hint=f"correct or remove {rule}.yaml, or install safe-install anew",
        )


def _sightings(results: Iterable[Mapping[str, Any]], stage: Stage) -> dict[int, tuple[Sighting, ...]]:
    """Read the findings, each signature once per line of the original."""
    lines: dict[int, Lines] = {}
    seen: dict[int, dict[tuple[str, int], Sighting]] = {}
    count: Counter[tuple[int, str]] = Counter()
    for result in results:
        copy = stage.copies.get(PurePath(result["path"]).name)
        if copy is None or _is_comment(result, copy):
            continue
        where = lines.setdefault(copy.file, Lines(copy.original))
        sighting = _sighting(result, copy, where)
        known = seen.setdefault(copy.file, {})
        key = (sighting.signature, sighting.line)
        if key not in known and count[copy.file, sighting.signature] < MOST_PER_SIGNATURE:
            known[key] = sighting
            count[copy.file, sighting.signature] += 1
    return {file: tuple(sorted(known.values(), key=_order)) for file, known in seen.items()}


def _order(sighting: Sighting) -> tuple[int, str]:
    return sighting.line, sighting.signature


def _is_comment(result: Mapping[str, Any], copy: Copy) -> bool:
    """Tell whether a signature that reads text saw only a comment, which does not run."""
    if result["extra"]["metadata"].get("reads") != "text":
        return False
    return copy.normalised.in_comment(copy.origin(result["start"]["offset"]))


def _sighting(result: Mapping[str, Any], copy: Copy, lines: Lines) -> Sighting:
    extra, offset = result["extra"], copy.origin(result["start"]["offset"])
    return Sighting(
        signature=result["check_id"].rpartition(".")[2],
        severity=Severity[extra["severity"]],
        confidence=Confidence(extra["metadata"].get("confidence", Confidence.LOW)),
        message=extra["message"],
        line=lines.number(offset),
        excerpt=lines.excerpt(offset),
        worse_with=tuple(extra["metadata"].get("worse-with", ())),
    )


def written(matched: Matched) -> str:
    """Write a complete result for the store."""
    return json.dumps([asdict(sighting) for sighting in matched.sightings], ensure_ascii=False)


def read_back(text: str) -> Matched | None:
    """Read what `written` wrote; None for anything else."""
    try:
        rows = json.loads(text)
        sightings = tuple(
            Sighting(
                **{
                    **row,
                    "severity": Severity(row["severity"]),
                    "confidence": Confidence(row["confidence"]),
                    "worse_with": tuple(row["worse_with"]),
                }
            )
            for row in rows
        )
    except (ValueError, TypeError, KeyError):
        return None
    return Matched(sightings=sightings)
