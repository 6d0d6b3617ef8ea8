"""Results that come with this program, so that a first look at what everybody uses rarely starts semgrep.

known-results.json.gz holds what our signatures show in the files that the install scripts of much used packages reach; it
is made by benchmarks/known_results.py, from nothing but what matching said. A result holds for one content (128 bits of its
SHA-256; a second text with the same would have to be found), and as long as the signatures, everything of ours that a result depends on,
and the engine are those it was made with: one changed signature, also a project's own, and none of them is believed.

No line of anybody's package is in it. A sighting is kept as the place where it was seen, and the line is shown from the
content at hand; what cannot be told from that alone is not kept.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from safe_install.model import Confidence, Severity
from safe_install.scan.match.lines import Lines
from safe_install.scan.match.seen import Content, Matched, Sighting
from safe_install.scan.match.staging import original_of

FILE = "known-results.json.gz"
SCHEMA = 1
_LENGTH = 32  # hexadecimal digits of a digest

Places = tuple[tuple[str, int, bool], ...]
"""Where something was seen: the signature, the offset in the text, and whether that is only shown to somebody."""


@dataclass(frozen=True, slots=True)
class KnownResults:
    """What is known of contents, by what they are and the beginning of their digest; the rest is ``told`` of signatures."""

    places: Mapping[tuple[str, str], Places]
    told: Mapping[str, Mapping[str, Any]]

    def recall(self, contents: Mapping[Content, bytes]) -> dict[Content, Matched]:
        """Give the results of those contents that are known."""
        found = ((content, self.places.get(known_key(content))) for content in contents)
        return {
            content: self._matched(places, contents[content], content)
            for content, places in found
            if places is not None
        }

    def _matched(self, places: Places, data: bytes, content: Content) -> Matched:
        if not places:
            return Matched()
        lines = Lines(original_of(data, content.language))
        return Matched(sightings=tuple(sighting(self.told[name], lines, at, printed) for name, at, printed in places))


def known_results(version: str, rules: Iterable[Mapping[str, Any]]) -> KnownResults:
    """Give the results that were made by this version of who looks, or none."""
    made_by, places = _shipped()
    return KnownResults(places if made_by == version else {}, {str(rule["id"]): rule for rule in rules})


def sighting(rule: Mapping[str, Any], lines: Lines, offset: int, printed: bool) -> Sighting:  # noqa: FBT001 - as it is kept
    """Tell what a signature saw at a place, as `sightings` reads it out of semgrep's answer."""
    metadata = rule.get("metadata", {})
    return Sighting(
        signature=str(rule["id"]),
        severity=Severity[rule["severity"]],
        confidence=Confidence(metadata.get("confidence", Confidence.LOW)),
        message=str(rule["message"]),
        line=lines.number(offset),
        excerpt=lines.excerpt(offset),
        worse_with=tuple(metadata.get("worse-with", ())),
        of_manifest=metadata.get("reads") == "manifest",
        printed=printed,
    )


def written(version: str, results: Mapping[Content, Places]) -> bytes:
    """Write results for shipping, the same results always in the same bytes."""
    told = {
        " ".join(known_key(content)): [[name, at, int(printed)] for name, at, printed in places]
        for content, places in results.items()
    }
    text = json.dumps({"schema": SCHEMA, "made_by": version, "results": told}, sort_keys=True, indent=0)
    return gzip.compress(text.encode(), mtime=0)


def read(packed: bytes) -> tuple[str, dict[tuple[str, str], Places]]:
    """Read what `written` wrote: who made it, and the results."""
    told = json.loads(gzip.decompress(packed))
    results = {}
    for key, places in told["results"].items():
        about, _, digest = key.partition(" ")
        results[about, digest] = tuple((str(name), int(at), bool(printed)) for name, at, printed in places)
    return str(told["made_by"]), results


@cache
def _shipped() -> tuple[str, Mapping[tuple[str, str], Places]]:
    """Read the file once; an installation without it, or with half of it, only takes longer."""
    try:
        return read(files("safe_install.scan.match").joinpath(FILE).read_bytes())
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error):
        return "", {}


def known_key(content: Content) -> tuple[str, str]:
    """Give what a content's result is found by."""
    return content.about, content.digest[:_LENGTH]
