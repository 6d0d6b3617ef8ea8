"""What a large load costs: `python benchmarks/load.py` measures, and writes the table in LOAD.md; cases that are not asked for keep their row.

Each case is a process of its own, with a registry on loopback in ours: CPU seconds and peak memory are its own. Bounded: some
minutes, 2 GB of disk below the temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.builders import a_manifest, a_tarball  # noqa: E402
from tests.loopback import LoopbackRegistry  # noqa: E402
from tests.world import World  # noqa: E402

ENTRIES, LARGE_LOCKFILE, FILES, SCRIPTS = 20_000, 250_000, 100_000, 5_000
DIFFERENT = 500
MEGABYTES = 300
RUNS = 1_000
READ = "import sys; from safe_install.scan.lock.lockfile import read_lockfile; print(len(read_lockfile(open(sys.argv[1], 'rb').read()).artifacts))"
AGAIN = """
import gc, json, os, resource, sys
from contextlib import redirect_stdout, redirect_stderr
from io import StringIO
from safe_install import cli
def now():
    kilobytes = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() >> 10
    threads = os.listdir("/proc/self/task")
    processes = sum(len(open(f"/proc/self/task/{one}/children").read().split()) for one in threads)
    return kilobytes, len(os.listdir("/proc/self/fd")), len(os.listdir(os.environ["TMPDIR"])), len(threads), processes
codes, seen = set(), []
for run in range(int(sys.argv[1])):
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        codes.add(cli.run(["gate", "--base", "HEAD"]))
    if run + 1 in (int(sys.argv[1]) // 10, int(sys.argv[1])):
        gc.collect()
        seen.append(now())
print(json.dumps([sorted(codes), seen]))
"""


@dataclass(frozen=True)
class Cost:
    """What a command took: exit code, CPU and wall seconds, MB at the peak of its largest process; what it printed."""

    code: int
    cpu: float
    wall: float
    peak: int
    said: str


def cost(world: World, *words: str) -> Cost:
    """Run a command in a project and measure it, with all its children."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured = "import json,resource,subprocess,sys; r=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.STDOUT,text=True); u=resource.getrusage(resource.RUSAGE_CHILDREN); print(json.dumps([r.returncode,u.ru_maxrss>>10,r.stdout[-2000:]]))"
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", measured, sys.executable, *words],
        cwd=world.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    code, peak, said = json.loads(ran.stdout)
    cpu = after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime
    return Cost(code, cpu, wall, peak, said)


@contextmanager
def a_world() -> Iterator[World]:
    """Give a project, a registry and a user of their own."""
    with tempfile.TemporaryDirectory(prefix="load-") as place, LoopbackRegistry() as registry:
        home, app, temporary = (Path(place, name) for name in ("home", "app", "temporary"))
        for folder in (home, app, temporary):
            folder.mkdir()
        (home / ".npmrc").write_text(f"registry={registry.url}\nfetch-retries=0\n")
        os.environ |= {"HOME": str(home), "SAFE_INSTALL_CACHE": f"{place}/cache", "TMPDIR": str(temporary)}
        os.environ["PYTHONPATH"] = str(ROOT / "src")
        yield World(app, registry)


PROGRAM = ("-m", "safe_install")


def entries(world: World) -> tuple[str, Cost]:
    """Judge a lockfile of 20,000 packages."""
    world.lock()
    for n in range(ENTRIES):
        published = world.registry.publish(f"p{n}", "1.0.0", {"index.js": str(n)})
        world.locked[f"node_modules/p{n}"] = world.registry.lock_entry(published)
    world.write_lock()
    return f"`scan` of a lockfile of {ENTRIES:,} packages, all fetched", cost(world, *PROGRAM, "scan")


def lockfile(world: World) -> tuple[str, Cost]:
    """Read a well-formed lockfile of 250,000 entries."""
    digest = "sha512-" + "A" * 86 + "=="
    world.locked = {"": {"name": "app", "version": "1.0.0"}}
    for n in range(LARGE_LOCKFILE):
        address = f"{world.registry.url}p{n}/-/p{n}-1.0.0.tgz"
        world.locked[f"node_modules/p{n}"] = {"version": "1.0.0", "resolved": address, "integrity": digest}
    world.write_lock()
    size = (world.folder / "package-lock.json").stat().st_size >> 20
    return f"reading a lockfile of {LARGE_LOCKFILE:,} entries, {size} MB", cost(world, "-c", READ, "package-lock.json")


def large(world: World) -> tuple[str, Cost]:
    """Install one package of 300 MB, as random bytes that do not shrink."""
    block = os.urandom(1 << 20)
    world.lock(world.registry.publish("large", "1.0.0", {f"{n}.bin": block for n in range(MEGABYTES)}))
    size = len(world.registry.packages["large"]["1.0.0"].tarball) >> 20
    return f"`ci` of a package of {MEGABYTES} MB ({size} MB packed)", cost(world, *PROGRAM, "ci")


def files(world: World) -> tuple[str, Cost]:
    """Install one package of nearly 100,000 files, which is the most that is read."""
    world.lock(world.registry.publish("files", "1.0.0", {f"{n // 500}/{n}.js": "" for n in range(FILES - 10)}))
    return f"`ci` of a package of {FILES - 10:,} files", cost(world, *PROGRAM, "ci")


def scripts(world: World) -> tuple[str, Cost]:
    """Judge 5,000 packages that have a script each, of 500 different ones."""
    world.lock()
    for n in range(SCRIPTS):
        contents = {
            "package.json": a_manifest(f"s{n}", scripts={"postinstall": "node i.js"}),
            "i.js": f"run({n % DIFFERENT})\n",
        }
        published = world.registry.publish(f"s{n}", "1.0.0", contents, tarball=a_tarball(contents))
        world.locked[f"node_modules/s{n}"] = world.registry.lock_entry(published)
    world.write_lock()
    return f"`scan` of {SCRIPTS:,} packages with a script each, {DIFFERENT} of them different", cost(
        world, *PROGRAM, "scan", "--json"
    )


def runs(world: World) -> tuple[str, Cost]:
    """Run the gate many times in one process."""
    script = world.registry.publish("x", "1.0.0", {"i.js": "f()"}, scripts={"postinstall": "node i.js"})
    world.lock()
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.test"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "before"]):
        subprocess.run([*git, *words], cwd=world.folder, check=True)
    world.lock(script)
    number = os.environ["RUNS"]
    return f"{int(number):,} runs of `gate` in one process", cost(world, "-c", AGAIN, number)


CASES: dict[str, Callable[[World], tuple[str, Cost]]] = {
    "entries": entries, "lockfile": lockfile, "large": large, "files": files, "scripts": scripts, "runs": runs,
}  # fmt: skip


def main() -> None:
    """Measure the cases that are named, or all, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[[], *CASES], help="all without any")
    parser.add_argument("--runs", type=int, default=RUNS, help="of the gate")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("LOAD.md"))
    asked = parser.parse_args()
    os.environ["RUNS"] = str(asked.runs)
    rows = measured_before(asked.output)
    for name in asked.cases or CASES:
        with a_world() as world:
            what, took = CASES[name](world)
        told = leak(took.said) if name == "runs" else f"exit {took.code}"
        rows[name] = f"| {name} | {what} | {took.cpu:.1f} s | {took.wall:.1f} s | {took.peak:,} MB | {told} |"
        print(rows[name], flush=True)
        write(asked.output, rows)


def measured_before(output: Path) -> dict[str, str]:
    """Read the row of each case in a table that was written before."""
    rows = output.read_text().splitlines() if output.exists() else []
    return {name: row for name in CASES for row in rows if row.startswith(f"| {name} |")}


def write(output: Path, rows: dict[str, str]) -> None:
    """Write the table as far as it was measured."""
    head = f"# Under load\n\n`make load` (benchmarks/load.py; `ARGS=runs` for one case), Python {platform.python_version()}, {os.cpu_count()} processors, registry on loopback.\n"
    head += "CPU is of all processes together, memory the peak of the largest one; the wall seconds depend on what else the machine does.\n\n"
    table = "| case | what | CPU | wall | memory | came of it |\n|---|---|---:|---:|---:|---|\n"
    output.write_text(head + table + "\n".join(rows[name] for name in CASES if name in rows) + "\n")


def leak(said: str) -> str:
    """Say what was held after a tenth of the runs and after all."""
    codes, (early, late) = json.loads(said.splitlines()[-1])
    names = ("KB of memory", "handles", "temporary files", "threads", "processes")
    kept = ", ".join(f"{name} {one:,} → {other:,}" for name, one, other in zip(names, early, late, strict=True))
    return f"exit {codes}; from a tenth of the runs to all: {kept}"


if __name__ == "__main__":
    main()
