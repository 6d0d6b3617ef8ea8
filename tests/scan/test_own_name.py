"""The name in the package's own manifest is a known word; where a text may change it, or it is no plain one, it is not."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, kinds

WRITES = "require('fs').writeFileSync(require('path').join(process.env.APPDATA, 'npm', NAME), x); require('./b')"
FILES: Files = {"b.js": "", "npm/evil.js": ""}


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("const name = require('./package.json').name;", "name"),
        ("const own = require('./package.json');", "own.name"),
        ("const {name} = require('./package.json');", "name"),
        ("", "require('./package.json').name"),
    ],
)
def test_what_is_called_like_the_package_is_none_of_its_files(before: str, name: str) -> None:
    text = f"{before} {WRITES.replace('NAME', name)}"
    assert kinds(inspect("node a", {"a.js": text, **FILES})) == set()


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("const own = require('./package.json'); own.name = f(); " + WRITES.replace("NAME", "own.name"), {}),
        ("require('./c'); " + WRITES.replace("NAME", "require('./package.json').name"), {"c.js": "CHANGE"}),
        (WRITES.replace("NAME", "require('./package.json').name") + "; require('./c')", {"c.js": "CHANGE"}),
        (WRITES.replace("NAME", "require('./package.json').main"), {}),
        (WRITES.replace("NAME", "require('./lib/package.json').name"), {"lib/package.json": "{}"}),
    ],
)
def test_a_name_that_may_be_another_is_a_gap(text: str, files: Files) -> None:
    changed = {path: str(one).replace("CHANGE", "require('./package.json').name = f()") for path, one in files.items()}
    assert kinds(inspect("node a", {"a.js": text, **FILES, **changed}))


def test_a_name_that_leads_elsewhere_is_a_gap() -> None:
    text = WRITES.replace("NAME", "require('./package.json').name")
    assert not inspect("node a", {"a.js": text, **FILES}, name="example").gaps
    assert inspect("node a", {"a.js": text, **FILES}, name="../../b.js").gaps


def test_a_file_that_is_called_like_the_package_may_be_replaced() -> None:
    text = WRITES.replace("NAME", "require('./package.json').name").replace("./b", "./npm/example")
    assert inspect("node a", {"a.js": text, "npm/example.js": ""}).gaps
