"""``make fuzz``: every property here under atheris, which chooses inputs by what of our code they reach.

``python -m tests.fuzz.by_coverage [SECONDS [NAME…]]``: so long for each property, in a process of its own; what it found
interesting stays in .fuzz/, where the next run begins. Ends with 1 when an input broke a property. What it counts as
tried are the strings of bytes that were an input: of the others there was less than the property reads.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

Property = Callable[[bytes], bytes | None]  # None: no input
ROOMS = ("documents", "scripts", "answers", "tarballs", "output")
KEPT = Path(".fuzz")
USUAL = 60  # seconds for one property
BEGINNINGS = 100  # inputs; from nothing libFuzzer comes to a few bytes, and half of those are no input
LONGEST = 4096  # bytes that are made an input


def main(words: list[str]) -> int:
    """Fuzz the named properties, all without a name, one after the other."""
    if words[:1] == ["--one"]:
        _fuzz(words[1], int(words[2]))
    seconds = int(words[0]) if words else USUAL
    broken = [name for name in words[1:] or _names() if not _holds(name, seconds)]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    inputs = sum(int(_tally(name).read_text()) for name in words[1:] or _names())
    hours = (spent.ru_utime + spent.ru_stime) / 3600
    sys.stdout.write(f"{inputs:,} inputs in {hours:.2f} CPU hours; broken: {', '.join(broken) or 'none'}\n")
    return 1 if broken else 0


def _names() -> list[str]:
    """Name every property as ``room:test``."""
    return [f"{room}:{name}" for room in ROOMS for name in vars(_module(room)) if name.startswith("test_")]


def _module(room: str) -> object:
    return import_module(f"tests.fuzz.test_{room}")


def _holds(name: str, seconds: int) -> bool:
    """Fuzz one property in a process of its own, which libFuzzer ends."""
    sys.stdout.write(f"=== {name}\n")
    sys.stdout.flush()
    KEPT.mkdir(exist_ok=True)
    _tally(name).write_text("0")
    command = [sys.executable, "-m", "tests.fuzz.by_coverage", "--one", name, str(seconds)]
    return subprocess.run(command, check=False).returncode == 0


def _fuzz(name: str, seconds: int) -> None:
    """Hand libFuzzer's bytes to the property: hypothesis makes of them what it would have drawn."""
    import atheris

    os.environ.setdefault("PYTHONHASHSEED", "0")
    with atheris.instrument_imports(include=["safe_install"]):
        room, _, test = name.partition(":")
        module = _module(room)
    property_: Property = getattr(module, test).hypothesis.fuzz_one_input
    corpus = KEPT / name.replace(":", "-")
    _begin(corpus, property_)
    flags = (
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-len_control=0",
        "-timeout=120",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=0",
    )
    atheris.Setup([sys.argv[0], *flags, f"-artifact_prefix={corpus}/", str(corpus)], _counted(name, property_))
    atheris.Fuzz()


def _begin(corpus: Path, property_: Property) -> None:
    """Put some random inputs into an empty corpus, each as long as it was read."""
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for number in range(BEGINNINGS):
            if read := property_(random.Random(number).randbytes(LONGEST)):
                (corpus / f"beginning-{number}").write_bytes(read)


def _counted(name: str, property_: Property) -> Callable[[bytes], None]:
    """Try the property, and write down how often each time: libFuzzer ends the process without a word to Python."""
    tally = _tally(name).open("r+b", buffering=0)
    tried = 0

    def once(data: bytes) -> None:
        nonlocal tried
        tried += property_(bytes(data)) is not None
        tally.seek(0)
        tally.write(str(tried).encode())

    return once


def _tally(name: str) -> Path:
    return KEPT / f"{name.replace(':', '-')}.tried"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
