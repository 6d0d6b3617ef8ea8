"""A child's directory is the one its options name where nothing else may name another; elsewhere what it starts is not known."""

from __future__ import annotations

import pytest

from tests.scan.trees import inspect, reached

FILES = {"lib/b.js": "", "b.js": ""}
START = "require('child_process').execSync('node b.js', "


@pytest.mark.parametrize(
    "text",
    [
        f"{START}{{cwd: 'lib'}})",
        f"{START}{{...x, cwd: 'lib'}})",
        f"const o = {{cwd: 'lib', stdio: 'inherit'}}; {START}o); {START}o)",
    ],
)
def test_a_directory_that_is_named_once_is_known(text: str) -> None:
    inspection = inspect("node a.js", {"a.js": text, **FILES})
    assert reached(inspection) == {"a.js", "lib/b.js"}
    assert not inspection.gaps


@pytest.mark.parametrize(
    "text",
    [
        f"{START}{{cwd: 'lib', ...{{cwd: '.'}}}})",
        f"{START}{{cwd: 'lib', [x]: '.'}})",
        f"{START}{{cwd: x ? 'lib' : '.'}})",
        f"const o = {{cwd: 'lib'}}; o.cwd = '.'; {START}o)",
        f"const o = {{cwd: 'lib'}}; delete o.cwd; {START}o)",
        f"const o = {{cwd: 'lib'}}; Object.assign(o, {{cwd: '.'}}); {START}o)",
        f"const o = {{cwd: 'lib'}}; (p => {{ p.cwd = '.' }})(o); {START}o)",
        f"let o = {{cwd: 'lib'}}; o = {{}}; {START}o)",
    ],
)
def test_a_directory_that_may_be_another_is_an_edge(text: str) -> None:
    inspection = inspect("node a.js", {"a.js": text, **FILES})
    assert "b.js" in reached(inspection) or any("known only while running" in gap.detail for gap in inspection.gaps)
