"""``make fuzz``: every property here under atheris, which chooses inputs by what of our code they reach.

``python -m tests.fuzz.by_coverage [SECONDS [NAME…]]``: so long for each property, in a process of its own; what it found
interesting stays in .fuzz/, where the next run begins. Ends with 1 when an input broke a property.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

ROOMS = ("documents", "scripts", "answers", "tarballs", "output")
KEPT = Path(".fuzz")
USUAL = 60  # seconds for one property


def main(words: list[str]) -> int:
    """Fuzz the named properties, all without a name, one after the other."""
    if words[:1] == ["--one"]:
        _fuzz(words[1], int(words[2]))
    seconds = int(words[0]) if words else USUAL
    broken = [name for name in words[1:] or _names() if not _holds(name, seconds)]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(
        f"{(spent.ru_utime + spent.ru_stime) / 3600:.2f} CPU hours; broken: {', '.join(broken) or 'none'}\n"
    )
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
    command = [sys.executable, "-m", "tests.fuzz.by_coverage", "--one", name, str(seconds)]
    return subprocess.run(command, check=False).returncode == 0


def _fuzz(name: str, seconds: int) -> None:
    """Hand libFuzzer's bytes to the property: hypothesis makes of them what it would have drawn."""
    import atheris

    with atheris.instrument_imports(include=["safe_install"]):
        room, _, test = name.partition(":")
        module = _module(room)
    property_: Callable[[bytes], object] = getattr(module, test).hypothesis.fuzz_one_input
    corpus = KEPT / name.replace(":", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    flags = (
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=120",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=0",
    )
    atheris.Setup(
        [sys.argv[0], *flags, f"-artifact_prefix={corpus}/", str(corpus)], lambda data: property_(bytes(data))
    )
    os.environ.setdefault("PYTHONHASHSEED", "0")
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
