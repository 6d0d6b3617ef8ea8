"""A name that is asked for before it is used is not ``undefined`` where it is used; any doubt keeps that meaning."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, reached

FINDS = "function find(path) {\n  try { return require.resolve(path) } catch (error) { return undefined }\n}\n"
RUNS = "require('child_process').execFileSync(process.execPath, [tool, 'build'])"
B: Files = {"b.js": "", "build/x": ""}


def gaps(text: str, files: Files = B) -> list[str]:
    return [gap.detail for gap in inspect("node a", {"a.js": FINDS + text, **files}).gaps]


@pytest.mark.parametrize("asks", ["tool === undefined", "tool == null", "!tool", "tool == undefined"])
def test_what_ends_without_a_tool_runs_only_the_tool(asks: str) -> None:
    text = f"function main() {{ let tool = find('./b'); if ({asks}) {{ throw new Error('x') }} {RUNS} }}\nmain()"
    assert not gaps(text)
    assert reached(inspect("node a", {"a.js": FINDS + text, **B})) == {"a.js", "b.js"}


@pytest.mark.parametrize(
    "text",
    [
        f"let tool = find('./b'); {RUNS}",
        f"let tool = find('./b'); if (tool === undefined) {{ log() }} {RUNS}",
        f"let tool = find('./b'); if (tool !== undefined) {{ throw 1 }} {RUNS}",
        f"let tool = find('./b'); if (other === undefined) {{ throw 1 }} {RUNS}",
        f"let tool = find('./b'); if (tool === undefined) {{ throw 1 }} tool = find('./b'); {RUNS}",
        f"let tool = find('./b'); function f() {{ tool = undefined }} if (!tool) throw 1; f(); {RUNS}",
        f"let tool = find('./b'); (() => {{ if (!tool) return }})(); {RUNS}",
        f"let tool = find('./b'); if (x) {{ if (!tool) throw 1 }} {RUNS}",
    ],
)
def test_any_other_tool_may_be_undefined(text: str) -> None:
    assert gaps(text)


def test_a_package_that_holds_a_file_called_undefined_is_read_with_that_meaning() -> None:
    text = f"let tool = find('./b'); if (!tool) throw 1; {RUNS}"
    assert not gaps(text)
    assert gaps(text, {**B, "undefined.js": ""})
