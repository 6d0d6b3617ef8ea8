"""The benchmarks' own parts that go stale without anybody running them."""

from __future__ import annotations

import ast
import functools
import importlib
from pathlib import Path

import pytest

STAGES = Path(__file__).parents[1] / "benchmarks" / "stages.py"


def stages() -> dict[str, tuple[str, ...]]:
    tree = ast.parse(STAGES.read_text(encoding="utf-8"))
    (value,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "STAGES"
    )
    told: dict[str, tuple[str, ...]] = ast.literal_eval(value)
    return told


@pytest.mark.parametrize("stage", stages())
def test_what_the_clock_of_stages_counts_is_there(stage: str) -> None:
    module, *names = stages()[stage]
    for name in names:
        assert callable(functools.reduce(getattr, name.split("."), importlib.import_module(module)))
