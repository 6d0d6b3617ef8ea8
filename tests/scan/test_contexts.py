"""Which files a name may mean: those that a directory lists, and those that Node would find instead of another."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, reached

LOADS = "const fs = require('fs'); const path = require('path');\nfor (const name of {of}) require(path.join(__dirname, 'parts', name));"
PARTS: Files = {"parts/a.js": "", "parts/b.json": "{}"}


def test_all_files_of_a_listed_directory_are_reached_and_nothing_is_hidden() -> None:
    inspection = inspect(
        "node a.js", {"a.js": LOADS.format(of="fs.readdirSync(path.join(__dirname, 'parts'))"), **PARTS}
    )
    assert not inspection.gaps
    assert {"parts/a.js", "parts/b.json"} <= reached(inspection)


@pytest.mark.parametrize(
    "of",
    [
        "fs.readdirSync(__dirname).map(turn)",
        "turn(fs.readdirSync(__dirname))",
        "fs.readdirSync(__dirname) + turn()",
        "fs.readFileSync('x').toString().split(' ')",
    ],
)
def test_what_code_makes_of_a_list_may_lead_anywhere(of: str) -> None:
    assert inspect("node a.js", {"a.js": LOADS.format(of=of), **PARTS}).gaps


WRITES = "require('fs').writeFileSync(__dirname + '/NAME', '1'); require('./b')"


@pytest.mark.parametrize("name", ["b.json", "b.node", "b.mjs"])
def test_what_node_looks_for_later_takes_no_files_place(name: str) -> None:
    assert not inspect("node a.js", {"a.js": WRITES.replace("NAME", name), "b.js": ""}).gaps


@pytest.mark.parametrize(
    ("name", "there"), [("b", "b.js"), ("b.js", "b.js"), ("b.js", "b.json"), ("b.js", "b/index.js")]
)
def test_what_node_looks_for_first_takes_a_files_place(name: str, there: str) -> None:
    assert inspect("node a.js", {"a.js": WRITES.replace("NAME", name), there: "1"}).gaps
