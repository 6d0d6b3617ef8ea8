"""Data that is replaced while a script runs hides nothing where it is only looked at."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

UPDATE = "const fs = require('fs'); const was = fs.readFileSync(__dirname + '/x.json'); fs.writeFileSync(__dirname + '/x.json', now);"
RUN = "require('child_process').execSync"


def test_data_that_is_only_looked_at_may_be_replaced() -> None:
    assert not inspect("node a.js", {"a.js": UPDATE, "x.json": '{"a": "b"}'}).gaps


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (f"{UPDATE} {RUN}(require('./x.json').a)", {}),
        (f"{UPDATE} const x = require('./x.json'); {RUN}(x.a)", {}),
        (f"{UPDATE} {RUN}(JSON.parse(was).a)", {}),
        (f"{UPDATE} {RUN}(fs.readFileSync(__dirname + '/x.json') + '')", {}),
        (f"{UPDATE} eval(fs.readFileSync(__dirname + '/x.json', 'utf8'))", {}),
        (f"{UPDATE} {RUN}('node-gyp rebuild')", {"binding.gyp": "{}"}),
        (f"{UPDATE.replace('x.json', 'b/package.json')} require('./b')", {"b/package.json": "{}", "b/index.js": ""}),
    ],
)
def test_data_that_says_what_runs_may_not(text: str, more: Files) -> None:
    assert kinds(inspect("node a.js", {"a.js": text, "x.json": '{"a": "echo b"}', **more})) & {"dynamic"}


def test_data_that_a_library_may_look_at_too_may_not_be_replaced() -> None:
    reader = beside("reader", {"index.js": "require(x)"})
    files = {"a.js": f"{UPDATE} require('reader')()", "x.json": "{}"}
    assert kinds(inspect("node a.js", files, reader, dependencies={"reader": "2"})) == {"dynamic"}


TABLE: Files = {"d.json": '{"run": "node x.js", "deep": {"run": "node x.js"}}', "x.js": "", "evil.js": ""}


def test_a_table_that_one_place_requires_is_known() -> None:
    inspection = inspect("node a.js", {**TABLE, "a.js": f"const d = require('./d.json'); {RUN}(d.run)"})
    assert reached(inspection) == {"a.js", "d.json", "x.js"}
    assert not inspection.gaps


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (f"require('./d.json').run = 'node evil.js'; {RUN}(require('./d.json').run)", ""),
        (f"const d = require('./d.json'); require('./b'); {RUN}(d.run)", "require('./d.json').run = 'node evil.js'"),
        (f"const d = require('./d.json'); require('./b'); {RUN}(d.deep.run)", "require('./d.json').deep['run'] = x"),
        (
            f"const d = require('./d.json'); require('./b'); {RUN}(d.run)",
            "require(`./d.${'json'}`).run = 'node evil.js'",
        ),
        (
            f"const d = require('./d.json'); require('./b'); {RUN}(d.run)",
            "require(__dirname + '/d').run = 'node evil.js'",
        ),
    ],
)
def test_a_table_that_two_places_require_may_be_what_one_of_them_makes_of_it(text: str, other: str) -> None:
    assert kinds(inspect("node a.js", {**TABLE, "a.js": text, "b.js": other})) == {"dynamic"}
