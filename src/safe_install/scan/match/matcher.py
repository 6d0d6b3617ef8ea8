"""The door to matching: which signatures there are and which engine, told at once; the rest is read when it is needed.

A second look, of which everything is remembered, needs no more than these two names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from safe_install.model import Inspection, Signature, sha256
from safe_install.scan.match.semgrep import find_engine, signatures_directory
from safe_install.scan.match.signature_texts import texts_of
from safe_install.scan.remembered import Results

if TYPE_CHECKING:  # grammars, YAML and everything that reads code: a fifth of a second
    from safe_install.scan.match.matching import Matching


class Matcher:
    """Matches the signatures below one directory or several, ours first; ``remembered`` is what earlier runs found.

    ``time_limit`` is in seconds, for one start of semgrep; a quarter of a second is added for each file, and on a machine that is
    busy with other programs all takes longer, up to ten minutes. ``digest`` names
    all that the signatures say. Raises `SemgrepError` when there are no signatures, one is broken, or there is no semgrep;
    what is wrong with those that come with this program is told when they are first needed, for tests see to them. ``before``
    gives words to put before the engine's command. Without ``use_known`` nothing is taken from the results that come with this program.
    """

    def __init__(
        self,
        signatures: Path | Sequence[Path],
        remembered: Results | None,
        *,
        jobs: int | None = None,
        time_limit: int = 60,
        before: Callable[[], Sequence[str]] = tuple,
        use_known: bool = True,
    ) -> None:
        directories = [signatures] if isinstance(signatures, Path) else [*signatures]
        self._texts = texts_of(directories)
        told = sorted(text for texts in self._texts for text in texts.values())
        self.digest = sha256(json.dumps(told).encode())
        self._engine = find_engine()
        self._remembered = remembered
        self._jobs = jobs or max(1, min(8, os.cpu_count() or 1))
        self._time_limit = time_limit
        self._before = before
        self._use_known = use_known
        if directories != [signatures_directory()]:
            _ = self._matching

    @property
    def engine(self) -> str:
        """Name the engine and its version."""
        return f"semgrep {self._engine.version}"

    @property
    def version(self) -> str:
        """Name all that the result for a content depends on, beside that content."""
        return self._matching.version

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """Give the signatures as people are told of them."""
        return self._matching.library.signatures

    def match(self, inspections: Sequence[Inspection]) -> tuple[Inspection, ...]:
        """Add to each inspection, in order, what its files show, and a gap for each that was not wholly matched.

        Raises `SemgrepError` when nothing can be matched at all.
        """
        return tuple(inspection for inspection, _ in self.match_wholly(inspections))

    def match_wholly(self, inspections: Sequence[Inspection]) -> tuple[tuple[Inspection, bool], ...]:
        """Match as `match` does, and tell of each whether all its files were matched to the end, those of libraries too."""
        return self._matching.match(inspections)

    @cached_property
    def _matching(self) -> Matching:
        from safe_install.scan.match.matching import Matching
        from safe_install.scan.match.signatures import library_of

        return Matching(
            library_of(self._texts),
            self._engine,
            self._remembered,
            jobs=self._jobs,
            time_limit=self._time_limit,
            before=self._before,
            use_known=self._use_known,
        )
