"""A text that is evaluated where it stands has the names around it, which it does not say what they are."""

from __future__ import annotations

import pytest

from tests.evasions.packages import Seen, codes
from tests.scan.trees import inspect, kinds

RUNS = "const { execFileSync: run } = require('child_process');"


@pytest.mark.parametrize(
    "text",
    [
        f"{RUNS} eval('run(\"./b\")')",
        f"{RUNS} (0, eval)('ru' + 'n(\"./b\")')",
        f"{RUNS} eval('r\\\\u0075n(\"./b\")')",
        f"{RUNS} eval('eval(atob(\"cnVuKCIuL2IiKQ==\"))')",
        f"{RUNS} const e = eval; e('run(\"./b\")')",
        f"function f() {{ {RUNS} eval('run(\"./b\")') }}",
        "import { execFileSync as run } from 'node:child_process'; eval('run(\"./b\")')",
        "const all = process.env; eval('send(all)')",
        "const load = require; eval('load(\"./b\")')",
    ],
)
def test_a_text_that_says_a_name_of_nodes_around_it_is_a_gap(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": text, "b": "", "b.js": ""})) == {"dynamic"}


@pytest.mark.parametrize(
    "text",
    [
        f"{RUNS} eval('1 + 1')",
        f"{RUNS} module.exports = eval('require')('./b')",
        "const path = require('path'); eval('path.sep')",
        "const answer = 42; eval('answer + 1')",
    ],
)
def test_a_text_that_says_none_is_read_by_itself(text: str) -> None:
    assert not inspect("node a.js", {"a.js": text, "b.js": ""}).gaps


@pytest.mark.semgrep
@codes({"data/b": "x"}, named=f'{RUNS}\neval(\'run("./data/b", ["--now"])\');\n')
def test_so_it_is_not_taken_for_a_script_that_was_seen_whole(seen: Seen) -> None:
    assert seen.flagged
