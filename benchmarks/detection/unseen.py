"""How often honest packages are accused that nobody here had looked at: those of unseen.txt, in an open and a closed half.

``python benchmarks/detection/unseen.py --repositories DIR --packed DIR`` packs each at its commit (npm runs no script of it), has
safe-install judge the archives, and prints both halves: the open one with reasons, the closed one in numbers only.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import honest
import judging

LIST = Path(__file__).with_name("unseen.txt")
HALVES = ("open", "closed")
PLACE = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40})(?::(?P<folder>[\w./-]+))?", re.ASCII)


def main() -> None:
    """Pack, judge and print."""
    options = arguments(sys.argv[1:])
    os.environ["SAFE_INSTALL_KNOWN_RESULTS"] = "no"  # what is shipped must not answer for what is measured
    for half in HALVES if options.half == "both" else (options.half,):
        chosen = [place for place in honest.names(LIST.read_text(encoding="utf-8")) if half_of(place) == half]
        archives = dict(packed(chosen, options.repositories.resolve(), options.packed.resolve()))
        results = dict(zip(archives, judged(list(archives.values()), options.cache.resolve()), strict=True))
        print(*told(half, results), sep="\n", flush=True)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--half", choices=[*HALVES, "both"], default="both")
    parser.add_argument("--repositories", type=Path, required=True, metavar="DIR", help="clones, as owner+name")
    parser.add_argument("--packed", type=Path, required=True, metavar="DIR", help="where the archives are kept")
    parser.add_argument("--cache", type=Path, required=True, metavar="DIR", help="safe-install's cache")
    return parser.parse_args(words)


def half_of(place: str) -> str:
    """Draw a line's half: open when the SHA-256 of its text is even."""
    return HALVES[hashlib.sha256(place.encode()).digest()[-1] % 2]


def packed(places: Sequence[str], clones: Path, kept: Path) -> Iterator[tuple[str, Path]]:
    """Give the archive of each place; say which cannot be had, and give the others."""
    for place in places:
        try:
            yield place, archive_of(place, clones, kept / hashlib.sha256(place.encode()).hexdigest()[:16])
        except (subprocess.CalledProcessError, tarfile.TarError, OSError, ValueError) as error:
            print(f"left out: {place}: {error}", file=sys.stderr)


def archive_of(place: str, clones: Path, kept: Path) -> Path:
    """Pack one commit's folder as ``npm publish`` would, with scripts off; raises ValueError for a line of another form."""
    match = PLACE.fullmatch(place)
    if match is None:
        raise ValueError("no repository@commit")
    if not list(kept.glob("*.tgz")):
        kept.mkdir(parents=True, exist_ok=True)
        clone = clone_of(match["repository"], clones)
        files = subprocess.run([*GIT, clone, "archive", match["commit"]], check=True, capture_output=True).stdout
        with (
            tempfile.TemporaryDirectory(prefix="unseen-") as scratch,
            tarfile.open(fileobj=io.BytesIO(files)) as archive,
        ):
            archive.extractall(scratch, filter="data")
            folder = Path(scratch, match["folder"] or ".").resolve()
            honest.npm(folder, "pack", "--pack-destination", str(kept))
    (found,) = kept.glob("*.tgz")
    return found


GIT = ("git", "-c", "safe.directory=*", "-C")


def clone_of(repository: str, clones: Path) -> Path:
    """Give the bare clone of a repository, cloned where it is not there yet."""
    clone = clones / repository.replace("/", "+")
    if not clone.is_dir():
        command = ["git", "clone", "--quiet", "--bare", f"https://github.com/{repository}.git", str(clone)]
        subprocess.run(command, check=True, capture_output=True)
    return clone


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was said of one package: how many scripts, whether one is blocked, and what asks for attention."""

    scripts: int
    blocked: bool
    why: tuple[str, ...]


def judged(archives: Sequence[Path], cache: Path) -> Iterator[Found | None]:
    """Have safe-install judge archives, many in one process; None for one that it could not judge."""
    for start in range(0, len(archives), judging.AT_ONCE):
        some = archives[start : start + judging.AT_ONCE]
        together = judging.scan(some, cache)
        for archive in some:
            report = together or judging.scan([archive], cache)
            yield found(report, str(archive)) if report else None
        print(f"{start + len(some)} of {len(archives)}", file=sys.stderr)


def found(report: judging.Report, target: str) -> Found:
    """Read what schema 1 says of one target."""
    verdicts = [verdict for verdict in report["verdicts"] if verdict["target"] == target]
    tables = [
        *verdicts,
        *({kind: [one]} for kind in ("findings", "gaps") for one in report[kind] if one["target"] == target),
    ]
    findings = [one for table in tables for one in table.get("findings", ()) if one["severity"] in judging.SERIOUS]
    gaps = [one for table in tables for one in table.get("gaps", ())]
    why = [f"{one['signature']} ({one['severity']})" for one in findings] + [f"gap {one['kind']}" for one in gaps]
    return Found(
        scripts=len(verdicts),
        blocked=any(verdict["decision"] == "block" for verdict in verdicts),
        why=tuple(dict.fromkeys(why)),
    )


def told(half: str, results: Mapping[str, Found | None]) -> Iterator[str]:
    """Count one half; of the open one, name whoever is accused and of what."""
    some = {place: one for place, one in results.items() if one and one.scripts}
    flagged = {place: one for place, one in some.items() if one.why}
    blocked = sum(one.blocked for one in some.values())
    share = f"{len(flagged) / max(len(some), 1):.1%}"
    failed = sum(one is None for one in results.values())
    yield f"{half}: {len(some)} with scripts, {len(flagged)} flagged ({share}), {blocked} blocked, {failed} not judged"
    for place, one in flagged.items() if half == "open" else ():
        yield f"  {'BLOCKED' if one.blocked else 'flagged'} {place}: {', '.join(one.why)}"


if __name__ == "__main__":
    main()
