"""Make the results that come with safe-install, or check them: what its signatures show in the reach of much used packages.

``python benchmarks/known_results.py`` scans the packages of known_packages.txt, as they and what they depend on are today, and writes
src/safe_install/scan/match/known-results.json.gz. With ``--check`` it writes nothing, and compares: every shipped result must be
what matching says now. Both tell which of these packages, all of them honest, are blocked, and take semgrep through everything
once: a quarter of an hour on two processors. ``--cache DIR`` goes on where an earlier run ended. known_packages.txt names packages
with install scripts that very many projects have, each in the newest release of its last major lines.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safe_install.errors import SafeInstallError
from safe_install.gathering import Evidence
from safe_install.judgement import Decision
from safe_install.model import Language
from safe_install.pipeline import examine
from safe_install.report.progress import Progress
from safe_install.scan.match.evidence import matched_files, unreached_manifest
from safe_install.scan.match.known import FILE, Places, known_key, read, sighting, written
from safe_install.scan.match.lines import Lines
from safe_install.scan.match.seen import Content, Matched, Sighting, read_back
from safe_install.scan.match.semgrep import signatures_directory
from safe_install.scan.match.signature_texts import texts_of
from safe_install.scan.match.signatures import library_of
from safe_install.scan.match.staging import original_of
from safe_install.scan.remembered import Key
from safe_install.tools import Tools, make_tools

HERE = Path(__file__).parent
PACKAGES = HERE / "known_packages.txt"
PLACE = HERE.parent / "src" / "safe_install" / "scan" / "match" / FILE
AT_ONCE = 8  # packages in one look, which starts semgrep once
BEFORE = 40  # bytes of a long line that are shown before what was seen
SHIFT = 8  # bytes that such a part may lose at its edge

Found = Mapping[Content, Places | None]
"""What was seen where; None where the text alone does not tell it."""


def main() -> int:
    """Scan, and write or compare what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with what is shipped, and write nothing")
    parser.add_argument("--cache", type=Path, help="a folder for what is fetched and found; it is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="known-") as scratch:
        cache = str((options.cache or Path(scratch, "cache")).resolve())
        env = {**os.environ, "SAFE_INSTALL_CACHE": cache, "SAFE_INSTALL_KNOWN_RESULTS": "no"}
        tools = make_tools(env, Progress.silent(), datetime.now(UTC))
        found = scan(PACKAGES.read_text(encoding="utf-8").split(), tools, Path(scratch))
    said = {content: places for content, places in found.items() if places is not None}
    print(f"{len(found)} contents, of which {len(said)} can be told from their own text")
    if options.check:
        return compare(said, tools.matcher.version)
    PLACE.write_bytes(written(tools.matcher.version, said))
    print(f"{PLACE.name}: {PLACE.stat().st_size / 1000:.0f} kB")
    return 0


def scan(packages: Sequence[str], tools: Tools, scratch: Path) -> Found:
    """Scan packages by name and version, a few at a time, and say what was seen in all that they reach."""
    folder = scratch / "nowhere"
    folder.mkdir()
    rules = {str(rule["id"]): rule for rule in library_of(texts_of([signatures_directory()])).rules}
    found: dict[Content, Places | None] = {}
    blocked: list[str] = []
    for number in range(0, len(packages), AT_ONCE):
        some = packages[number : number + AT_ONCE]
        try:
            report, evidence = examine(folder, some, tools)
        except SafeInstallError as error:
            print(f"not scanned: {' '.join(some)}: {error.message}", file=sys.stderr)
            continue
        for target, gap in ((review.target, gap) for review in report.reviews for gap in review.gaps):
            print(f"not scanned: {target}: {gap.detail}", file=sys.stderr)
        found |= dict(remembered(evidence, tools, rules))
        blocked += [one.target for one in report.reviews if any(it.decision is Decision.BLOCK for it in one.verdicts)]
        print(f"{number + len(some)} of {len(packages)}: {len(found)} contents", file=sys.stderr)
    print(f"blocked, and should not be: {len(blocked)} of {len(packages)}: {', '.join(blocked) or 'none'}")
    return found


def remembered(
    evidence: Sequence[Evidence], tools: Tools, rules: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Content, Places | None]]:
    """Read what matching said of everything that was reached, whatever language it was read as."""
    inspections = [inspection for one in evidence for inspection in one.inspections]
    texts = {
        file.digest: file.content
        for inspection in inspections
        for file in (*matched_files(inspection), *unreached_manifest(inspection))
    }
    if tools.memory is None:
        raise SystemExit("nothing is remembered in this folder: name another for --cache")
    wanted = {
        Key(content.about, content.digest, tools.matcher.version): content
        for digest in texts
        for language in Language
        for content in (Content(digest, language, library=False), Content(digest, language, library=True))
    }
    for key, result in tools.memory.store.get(wanted).items():
        matched, content = read_back(result), wanted[key]
        if matched is not None:
            yield content, places(texts[content.digest], content, matched, rules)


def places(data: bytes, content: Content, matched: Matched, rules: Mapping[str, Mapping[str, Any]]) -> Places | None:
    """Give the places of all that was seen, or None where that cannot be told again exactly from the text."""
    text = original_of(data, content.language)
    found = [place(one, text, rules.get(one.signature)) for one in matched.sightings]
    exact = tuple(one for one in found if one is not None)
    return exact if len(exact) == len(found) and not matched.layers else None


def place(one: Sighting, text: bytes, rule: Mapping[str, Any] | None) -> tuple[str, int, bool] | None:
    """Find an offset from which the same is told."""
    lines = Lines(text)
    if rule is None or not 0 < one.line <= lines.count:
        return None
    offsets = around(one, text, *lines.span(one.line))
    return next(
        ((one.signature, at, one.printed) for at in offsets if sighting(rule, lines, at, printed=one.printed) == one),
        None,
    )


def around(one: Sighting, text: bytes, start: int, end: int) -> Iterator[int]:
    """Guess offsets in a line from which just this part of it is shown; of a short line each will do."""
    yield start
    if (found := text.find(one.excerpt.strip("…").encode(), start, end)) >= 0:
        yield from (found + BEFORE - shift for shift in range(SHIFT))
    yield max(start, end - 1)


def compare(said: Mapping[Content, Places], version: str) -> int:
    """Say how what is shipped differs from what was found."""
    made_by, shipped = read(PLACE.read_bytes())
    now = {known_key(content): at for content, at in said.items()}
    both = shipped.keys() & now.keys()
    wrong = sorted(key for key in both if shipped[key] != now[key])
    print(f"shipped {len(shipped)}, of which {len(both)} were found again, {len(wrong)} of them otherwise")
    if made_by != version:
        print("what is shipped was made by other signatures or another engine, and is not used")
    for about, digest in wrong:
        print(f"otherwise: {about} {digest}")
    return int(bool(wrong) or made_by != version)


if __name__ == "__main__":
    sys.exit(main())
