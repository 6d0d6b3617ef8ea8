"""How much is seen, and how much is accused wrongly: the corpus through ``safe-install scan``, and through GuardDog.

``python benchmarks/detection/run.py`` unpacks the samples into a temporary directory, has them judged, prints the
tables and writes RESULTS.md. Nothing of a package is ever run. README.md says what counts.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import honest
import judging
from corpus import HERE, OTHERS, Sample, samples, unpack
from tables import Tool, document

RESULTS = Path(__file__).with_name("RESULTS.md")
OURS, GUARDDOG = "safe-install", "GuardDog"
AS_FOLDER, AS_DEPENDENCY = "the package's folder", "in a lockfile, as a dependency"


def main() -> None:
    """Measure, print and write."""
    options = arguments(sys.argv[1:])
    root = HERE / options.only if options.only else HERE
    chosen = [
        sample
        for sample in samples(root)
        if options.set in {sample.part, "all"} and options.half in {sample.half, None}
    ]
    if not chosen:
        sys.exit(f"no samples in the set {options.set}")
    with tempfile.TemporaryDirectory(prefix="detection-") as scratch:
        tools = list(measured(chosen, Path(scratch).resolve(), options))
    text = document(heading(options), chosen, tools, names=options.name_held_out)
    options.output.write_text(text, encoding="utf-8")
    print(f"{text}\nwritten to {options.output}")


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=["seen", "held-out", "all"], default="all")
    parser.add_argument("--only", choices=OTHERS, help="only the samples of that folder")
    parser.add_argument(
        "--half", choices=["open", "closed"], help="only that half, which seventh/README.md and eighth/README.md tell"
    )
    parser.add_argument("--guarddog", nargs="?", const=shutil.which("guarddog"), metavar="PROGRAM")
    parser.add_argument("--honest", type=Path, metavar="DIR", help="also the packages of honest.txt, kept in DIR")
    parser.add_argument("--name-held-out", action="store_true", help="name also held-out samples that were missed")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args(words)
    if "--guarddog" in words and not options.guarddog:
        parser.error("guarddog is not on PATH")
    return options


def measured(chosen: Sequence[Sample], scratch: Path, options: argparse.Namespace) -> Iterator[Tool]:
    """Have all tools judge the samples, and the honest packages where they were asked for."""
    packages = {sample.title: unpack(sample, scratch / "packages") for sample in chosen}
    honestly = honest.folders(options.honest) if options.honest else {}
    folders = [*packages.values(), *honestly.values()]
    cache = scratch / "cache"
    found = judging.ours(folders, cache)
    real = {AS_FOLDER: {name: found[folder] for name, folder in honestly.items()}} if honestly else {}
    if options.honest:
        real[AS_DEPENDENCY] = judging.as_dependencies(honest.lockfiles(options.honest), cache)
    yield Tool(name=OURS, samples={title: found[folder] for title, folder in packages.items()}, honest=real)
    if options.guarddog:
        found = judging.guarddog(options.guarddog, folders)
        real = {AS_FOLDER: {name: found[folder] for name, folder in honestly.items()}} if honestly else {}
        yield Tool(name=GUARDDOG, samples={title: found[folder] for title, folder in packages.items()}, honest=real)


def heading(options: argparse.Namespace) -> list[str]:
    """Say with what and how it was measured."""
    return [
        "# How much is seen",
        "",
        f"Written by `{command(options)}` on {datetime.now(UTC).date()}. README.md says what counts.",
        "",
        f"- {', '.join(versions(options))}",
        f"- machine: {platform.system()} {platform.machine()}",
    ]


def command(options: argparse.Namespace) -> str:
    """Write the command line without this machine's paths."""
    words = ["python benchmarks/detection/run.py", "--set", options.set]
    words += ["--only", options.only] if options.only else []
    words += ["--half", options.half] if options.half else []
    words += ["--guarddog", "guarddog"] if options.guarddog else []
    words += ["--honest", "DIR"] if options.honest else []
    return " ".join(words)


def versions(options: argparse.Namespace) -> Iterator[str]:
    """Name everything that takes part."""
    yield f"safe-install {version('safe-install-npm')}"
    yield f"semgrep {version('semgrep')}"
    yield f"Python {platform.python_version()}"
    if options.guarddog:
        said = subprocess.run([options.guarddog, "--version"], check=True, capture_output=True, text=True)
        yield f"GuardDog {said.stdout.split()[-1]}"


if __name__ == "__main__":
    main()
