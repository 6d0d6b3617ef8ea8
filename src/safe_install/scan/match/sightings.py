"""What semgrep says, read as evidence: what it saw, and which files it cannot vouch for.

Its exit code proves nothing: without ``--strict`` it is 0 for a skipped file, a time-out, a half-parsed file and a
file with too many matches. A file counts as matched only if it is among the scanned ones and nothing was said
against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from safe_install.errors import SemgrepError
from safe_install.model import Confidence, Severity
from safe_install.scan.match.lines import Lines
from safe_install.scan.match.seen import Matched, Sighting
from safe_install.scan.match.semgrep import FIX
from safe_install.scan.match.staging import Copy, Stage

MOST_PER_SIGNATURE = 50
"""Findings of one signature in one file; more of them tell nobody more."""

_NOT_SHOWN = "addressed to a reader, not shown"
_NEAR = 3  # lines
_BROKEN_RULE = ("Rule parse error", "Pattern parse error", "PatternParseError", "Invalid YAML", "SemgrepError")
_FAILED = "analysis_failed_parser_or_internal_error"
_UNPARSED = "semgrep could not parse all of it"
_WORDS = {
    "PartialParsing": _UNPARSED,
    "Syntax error": _UNPARSED,
    "Lexical error": _UNPARSED,
    "Timeout": "semgrep ran out of time on it",
    "Too many matches": "it holds more matches than semgrep reports",
    "Out of memory": "semgrep ran out of memory on it",
    "Fixpoint timeout": "semgrep gave up following its data",
}


def matches(output: Mapping[str, Any], stage: Stage, places: Mapping[str, Path]) -> dict[int, Matched]:
    """Read semgrep's answer about every staged file; ``places`` are the signatures' files.

    Raises `SemgrepError` when a signature is broken, whose file is named, and when the answer has not semgrep's form.
    """
    try:
        doubts = _doubts(output, stage, places)
        seen = _sightings(output.get("results", ()), stage)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise SemgrepError(f"semgrep's answer is not of its form ({type(error).__name__})", hint=FIX) from error
    return {
        file: Matched(
            sightings=seen.get(file, ()),
            doubts="; ".join(doubts.get(file, ())),
            layers=tuple((layer.line, layer.how) for layer in layers),
        )
        for file, layers in stage.layers.items()
    }


def _doubts(output: Mapping[str, Any], stage: Stage, places: Mapping[str, Path]) -> dict[int, list[str]]:
    """Collect, per file, everything that was said against it; that a guess at a language was wrong is nothing."""
    doubts: dict[int, list[str]] = {}

    def doubt(path: object, why: str) -> None:
        copy = stage.copies.get(PurePath(str(path)).name)
        guessed = copy is not None and copy.guessed and why == _UNPARSED
        if copy is not None and not guessed and why not in doubts.setdefault(copy.file, []):
            doubts[copy.file].append(why)

    for error in output.get("errors", ()):
        _refuse_broken_rule(error, places)
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
    for file in stage.hurried:
        doubts.setdefault(file, []).append("there was no time left to look below its surface")
    return doubts


def _words(kind: object) -> str:
    name = str(kind[0] if isinstance(kind, list) and kind else kind)
    return _WORDS.get(name, f"semgrep failed on it ({name})")


def _refuse_broken_rule(error: Mapping[str, Any], places: Mapping[str, Path]) -> None:
    if error.get("type") in _BROKEN_RULE:
        rule = str(error.get("rule_id") or "unknown").rpartition(".")[2]
        path = places.get(rule, "the signatures")
        raise SemgrepError(
            f"the signature {rule} is broken: {' '.join(str(error.get('message', '')).split())[:300]} ({path})",
            hint=f"correct or remove {path}, or install safe-install anew",
        )


def _sightings(results: Iterable[Mapping[str, Any]], stage: Stage) -> dict[int, tuple[Sighting, ...]]:
    """Read the findings, each signature once per line of the original."""
    lines: dict[int, Lines] = {}
    seen: dict[int, dict[tuple[str, int], Sighting]] = {}
    count: Counter[tuple[int, str, bool]] = Counter()  # shown texts apart, or a flood of them would hide the rest
    for result in sorted(results, key=lambda result: (result["path"], result["start"]["offset"])):
        copy = stage.copies.get(PurePath(result["path"]).name)
        if copy is None or _is_comment(result, copy):
            continue
        if id(copy.original) not in lines:  # the parts of one text share it
            lines[id(copy.original)] = Lines(copy.original)
        where = lines[id(copy.original)]
        known = seen.setdefault(copy.file, {})
        key = (_signature(result), _line(result, copy, where))
        told = _sighting(result, copy, where)
        if key in known:
            known[key] = told if known[key].printed and not told.printed else known[key]
        elif count[copy.file, key[0], told.printed] < MOST_PER_SIGNATURE:
            known[key] = told
            count[copy.file, key[0], told.printed] += 1
    return {file: tuple(sorted(_quietened(known.values()), key=_order)) for file, known in seen.items()}


def _quietened(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    """Show nothing of the lines around a text that gives orders to its reader, whatever else was seen in them."""
    told = list(sightings)
    hidden = [one.line for one in told if one.excerpt.endswith(_NOT_SHOWN)]
    for one in told:
        is_near = any(abs(one.line - line) <= _NEAR for line in hidden) and not one.excerpt.endswith(_NOT_SHOWN)
        yield replace(one, excerpt=f"a line beside words {_NOT_SHOWN}") if is_near else one


def _order(sighting: Sighting) -> tuple[int, str]:
    return sighting.line, sighting.signature


def _is_comment(result: Mapping[str, Any], copy: Copy) -> bool:
    """Tell whether a signature that reads text saw only a comment, which does not run."""
    if result["extra"]["metadata"].get("reads") != "text":
        return False
    return copy.spelling.in_comment(copy.origin(result["start"]["offset"]))


def _is_printed(result: Mapping[str, Any], copy: Copy) -> bool:
    """Tell whether a signature that reads text saw only what is shown to somebody; see `printed`."""
    if result["extra"]["metadata"].get("reads") != "text" or copy.layer is not None:
        return False
    return copy.spelling.in_printed(*(copy.origin(result[edge]["offset"]) for edge in ("start", "end")))


def _signature(result: Mapping[str, Any]) -> str:
    return str(result["check_id"]).rpartition(".")[2]


def _line(result: Mapping[str, Any], copy: Copy, lines: Lines) -> int:
    return lines.number(copy.origin(result["start"]["offset"])) if copy.layer is None else copy.layer.line


def _sighting(result: Mapping[str, Any], copy: Copy, lines: Lines) -> Sighting:
    extra, offset = result["extra"], copy.origin(result["start"]["offset"])
    metadata = extra["metadata"]
    quiet = metadata.get("quiet-excerpt") is True
    excerpt = _described(result, copy) if quiet else lines.excerpt(offset)
    return Sighting(
        signature=_signature(result),
        severity=Severity[extra["severity"]],
        confidence=Confidence(metadata.get("confidence", Confidence.LOW)),
        message=extra["message"],
        line=_line(result, copy, lines),
        excerpt=excerpt if copy.layer is None else f"[{copy.layer.how}] {excerpt}",
        worse_with=tuple(metadata.get("worse-with", ())),
        of_manifest=metadata.get("reads") == "manifest",
        printed=_is_printed(result, copy),
    )


def _described(result: Mapping[str, Any], copy: Copy) -> str:
    """Say how much was seen instead of what: text that gives orders to its reader must not reach one through us."""
    start, end = (copy.origin(result[edge]["offset"]) for edge in ("start", "end"))
    words = len(copy.original[start : max(start, end)].split())
    return f"{words} {'word' if words == 1 else 'words'} {_NOT_SHOWN}"
