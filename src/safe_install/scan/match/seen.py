"""What matching saw in one file's contents, whoever's file that is, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import NamedTuple

from safe_install.model import Confidence, Digest, GapKind, Language, Severity
from safe_install.scan.match.readings import Reading


class Content(NamedTuple):
    """Names what semgrep is given: a digest, the language it is read as, and whether it is a library's."""

    digest: Digest
    language: Language
    library: bool

    @property
    def about(self) -> str:
        """Say what kind of text it is."""
        return f"{self.language}{'-library' if self.library else ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one signature saw in one file's contents, whoever's file that is.

    ``worse_with`` names signatures that make this an ERROR when the same script shows them in the same package.
    ``of_manifest``: it is about a package's manifest, and about no other file that looks like one.
    ``printed``: it stands in a text that is only shown to somebody, as far as its file tells.
    """

    signature: str
    severity: Severity
    confidence: Confidence
    message: str
    line: int
    excerpt: str
    worse_with: tuple[str, ...] = ()
    of_manifest: bool = False
    printed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """The result for one file's contents; ``doubts`` is why it is not complete, in words, or empty.

    ``layers`` are the texts that it hides: the line where each begins, and how it was hidden.
    """

    sightings: tuple[Sighting, ...] = ()
    doubts: str = ""
    layers: tuple[tuple[int, str], ...] = ()


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


def written(matched: Matched) -> bytes:
    """Write a complete result for the store."""
    told = {"sightings": [asdict(sighting) for sighting in matched.sightings], "layers": matched.layers}
    return json.dumps(told).encode()


def read_back(text: bytes) -> Matched | None:
    """Read what `written` wrote; None for anything else."""
    try:
        told = json.loads(text)
        sightings = tuple(
            Sighting(
                **{
                    **row,
                    "severity": Severity(row["severity"]),
                    "confidence": Confidence(row["confidence"]),
                    "worse_with": tuple(row["worse_with"]),
                }
            )
            for row in told["sightings"]
        )
        layers = tuple((int(line), str(how)) for line, how in told["layers"])
    except (ValueError, TypeError, KeyError):
        return None
    return Matched(sightings=sightings, layers=layers)
