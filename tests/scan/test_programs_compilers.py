"""Compilers end a text; what they are told to load, or to start, does not."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from tests.scan.trees import inspect

FILES = {"x.swift": "", "a.rs": "", "a.c": "", "link.sh": "node payload.js", "x.dylib": "\0"}


@pytest.mark.parametrize("command", ["swiftc -O x.swift -o x", "clang-cl /c a.c", "rustc -O a.rs"])
def test_a_compiler_ends_a_text(command: str) -> None:
    inspection = inspect(command, FILES)
    assert not inspection.gaps
    assert {end.kind for end in inspection.boundaries} == {BoundaryKind.COMPILES}


@pytest.mark.parametrize(
    "command",
    [
        "swiftc -frontend -interpret x.swift",
        "swiftc -load-plugin-library ./x.dylib x.swift",
        "swiftc -plugin-path . x.swift",
        "swiftc -use-ld=./link.sh x.swift",
        "swiftc -tools-directory . x.swift",
        "swiftc -Xcc -fplugin=./x.dylib x.swift",
        "rustc -C linker=./link.sh a.rs",
        "rustc -Clinker=./link.sh a.rs",
        "rustc --extern x=./x.dylib a.rs",
        "nvcc -ccbin ./link.sh a.c",
        "ld --plugin ./x.dylib a.o",
        "ld -plugin ./x.dylib a.o",
    ],
)
def test_a_compiler_that_is_told_to_load_or_start_something_is_a_gap(command: str) -> None:
    assert inspect(command, FILES).gaps


@pytest.mark.parametrize("command", ["getcap /usr/bin/node", "nvidia-smi --query-gpu=name", "lscpu -J", "strings a.c"])
def test_a_program_that_only_tells_something_runs_nothing(command: str) -> None:
    assert not inspect(command, FILES).gaps


@pytest.mark.parametrize("command", ["setcap cap_net_raw+eip x", "getcap $(node payload.js)", "lsnothing -J"])
def test_another_one_is_a_gap(command: str) -> None:
    assert inspect(command, FILES).gaps
