"""Signatures matched against everything that scripts reach: one start of semgrep for all that is new.

Semgrep gets copies that we wrote, an environment that we made and no network (see `staging` for what that stops).
What it left out, half parsed or did not finish is a gap; what it finished is remembered by content.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from safe_install.errors import SemgrepError
from safe_install.model import Digest, Inspection, Language, sha256
from safe_install.scan.match import normalise, readings, staging
from safe_install.scan.match.evidence import is_library, matched_files, unreached_manifest, with_evidence
from safe_install.scan.match.known import known_results
from safe_install.scan.match.readings import reading
from safe_install.scan.match.seen import Content, Matched, Seen, read_back, written
from safe_install.scan.match.semgrep import FIX, HARDENED, QUICK, Ended, Engine, environment, run
from safe_install.scan.match.sightings import matches
from safe_install.scan.match.signatures import Library
from safe_install.scan.match.sparing import Sparing
from safe_install.scan.match.staging import File, Stage, staged
from safe_install.scan.remembered import Key, Results
from safe_install.scan.unfold import unfold

_PER_FILE = 0.25  # seconds beside the time limit; 0.05 measured
_BUSIEST = 4.0  # times as long on a busy machine, at most
_LONGEST = 600.0  # seconds of one start, for however many files
_AGAIN = 300.0  # seconds for all further starts, after one that was brought down


class Matching:
    """Matches a library of signatures; ``remembered`` is what earlier runs found.

    ``jobs``, ``time_limit``, ``before`` and ``use_known`` are as for `Matcher`. What a hostile file breaks costs the others another start, and not
    their evidence.
    """

    def __init__(
        self,
        library: Library,
        engine: Engine,
        remembered: Results | None,
        *,
        jobs: int,
        time_limit: int,
        before: Callable[[], Sequence[str]],
        use_known: bool,
    ) -> None:
        self.library = library
        self.version = f"{_digest_of(_written(library.rules))} {engine.version}"
        self._engine = engine
        self._remembered = remembered
        self._jobs = jobs
        self._time_limit = time_limit
        self._before = before
        self._use_known = use_known
        self._front_end: tuple[str, ...] = QUICK

    @cached_property
    def _sparing(self) -> Sparing:
        return Sparing(self.library.rules)

    def match(self, inspections: Sequence[Inspection]) -> tuple[tuple[Inspection, bool], ...]:
        """Match as `Matcher.match_wholly` does."""
        keys = [_keys(each) for each in inspections]
        files = {key: content for its in keys for key, content in its.items()}
        readings = {key: reading(content, key[1], library=key[2]) for key, content in files.items()}
        contents = {Content(key[0], readings[key].language, readings[key].library): one for key, one in files.items()}
        matched = self._recall(contents)
        matched |= self._known({key: content for key, content in contents.items() if key not in matched})
        matched |= self._match({key: content for key, content in contents.items() if key not in matched})
        seen = {key: Seen(matched[Content(key[0], how.language, how.library)], how) for key, how in readings.items()}
        chains, libraries = self.library.chains, {one.id: one.in_libraries for one in self.library.signatures}
        return tuple(
            (with_evidence(each, seen, chains, libraries), not any(seen[key].matched.doubts for key in its))
            for each, its in zip(inspections, keys, strict=True)
        )

    def _recall(self, contents: Iterable[Content]) -> dict[Content, Matched]:
        """Give what earlier runs found in these very contents, with these signatures and this engine."""
        if self._remembered is None:
            return {}
        keys = {self._key(content): content for content in contents}
        found = {keys[key]: read_back(text) for key, text in self._remembered.get(keys).items()}
        return {content: matched for content, matched in found.items() if matched is not None}

    def _known(self, contents: Mapping[Content, bytes]) -> dict[Content, Matched]:
        """Give what comes with this program, unless all is to be matched here."""
        return known_results(self.version, self.library.rules).recall(contents) if contents and self._use_known else {}

    def _match(self, contents: Mapping[Content, bytes]) -> dict[Content, Matched]:
        """Match what is new, and remember what of it is complete."""
        if not contents:
            return {}
        patience = patience_for(len(contents), self._time_limit, busyness())
        files = [File(content, language, library) for (_, language, library), content in contents.items()]
        results = self._batch(files, patience, time.monotonic() + min(4 * patience, patience + _AGAIN))
        matched = dict(zip(contents, results, strict=True))
        if self._remembered is not None:
            complete = {key: result for key, result in matched.items() if not result.doubts}
            self._remembered.put({self._key(key): written(result) for key, result in complete.items()})
        return matched

    def _key(self, content: Content) -> Key:
        return Key(content.about, content.digest, self.version)

    def _batch(self, files: Sequence[File], patience: float, until: float) -> list[Matched]:
        """Match files in one start; when something brings that down, in halves, until the culprit stands alone."""
        if (left := until - time.monotonic()) <= 0:
            return [Matched(doubts="there was no time left to match it")] * len(files)
        with staged(files, self._sparing.mark) as stage:
            answer = self._ask(stage, min(patience, left))
            if not isinstance(answer, str):
                found = matches(answer, stage, self.library.places)
                return [found[number] for number in range(len(files))]
        if len(files) == 1:
            return [Matched(doubts=answer)]
        half = len(files) // 2
        return [
            *self._batch(files[:half], patience / 2, until),
            *self._batch(files[half:], patience / 2, until),
        ]

    def _ask(self, stage: Stage, patience: float) -> dict[str, Any] | str:
        """Run semgrep over a stage. Give its answer, or in words why these files brought it down."""
        ended = self._run(stage, patience)
        if "unknown option" in ended.errors and not ended.output:
            self._front_end = ()
            ended = self._run(stage, patience)
        if ended.code is None:
            return ended.errors
        answer = _decoded(ended.output)
        if answer is None:
            self._see_that_it_works(ended)
            return f"semgrep broke down on it (exit {ended.code})"
        if answer.get("version") != self._engine.version:
            raise SemgrepError(f"semgrep calls itself {answer.get('version')}, not {self._engine.version}", hint=FIX)
        return answer

    def _see_that_it_works(self, ended: Ended) -> None:
        """Blame the files only if semgrep works without them."""
        with staged([File(b"", Language.TEXT)], self._sparing.mark) as empty:
            if _decoded(self._run(empty, self._time_limit).output) is None:
                last = (ended.errors.strip().splitlines() or ["no word"])[-1]
                raise SemgrepError(f"semgrep does not work (exit {ended.code}): {last[:300]}", hint=FIX)

    def _run(self, stage: Stage, patience: float) -> Ended:
        config = stage.home / "rules.json"
        config.write_bytes(_written(self._sparing.rules))
        command = [
            *(*self._before(), str(self._engine.executable), "scan", *self._front_end, *HARDENED),
            *(f"--jobs={self._jobs}", f"--config={config}", "."),
        ]
        return run(command, stage, environment(self._engine.executable, stage.home), patience)


def patience_for(count: int, time_limit: int, busy: float) -> float:
    """Say how many seconds one start may take for so many files, on a machine that is so many times as busy as it can be."""
    return min((time_limit + _PER_FILE * count) * busy, _LONGEST)


def busyness() -> float:
    """Say how many programs want each processor, from 1 to `_BUSIEST`.

    Incident: with 20 programs on two processors 460 honest files were not matched in time, and so were gaps.
    """
    wanted = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1.0, min(wanted / (os.cpu_count() or 1), _BUSIEST))


def _keys(inspection: Inspection) -> dict[Content, bytes]:
    """Give the contents that are matched for an inspection."""
    return {
        Content(file.digest, file.language, is_library(inspection, file)): file.content
        for file in (*matched_files(inspection), *unreached_manifest(inspection))
    }


def _written(rules: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rules as semgrep reads them, with which JSON will do for YAML."""
    return json.dumps({"rules": rules}, default=str).encode()


def _digest_of(rules: bytes) -> Digest:
    """Name everything on our side that a result depends on: the rules, and how we spell, read and unfold files."""
    versions = (normalise.VERSION, readings.VERSION, staging.VERSION, unfold.VERSION)
    return sha256(json.dumps([*versions, sha256(rules)]).encode())


def _decoded(output: bytes) -> dict[str, Any] | None:
    """Read semgrep's JSON, which need not be UTF-8 where a file is not."""
    try:
        answer = json.loads(output.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
