"""What Windows itself sets is taken for known in a batch file, unless a text of the package may set it otherwise."""

from __future__ import annotations

import pytest

from tests.scan.trees import inspect

COMPILER = r'call "%ProgramFiles%\Microsoft Visual Studio\2022\Community\VC\Auxiliary\Build\vcvars64.bat"' + "\r\n"
START = "require('child_process').execFileSync('b.bat', [], "


def told(text: str) -> bool:
    """Tell whether the batch file's own variables count as another's."""
    gaps = inspect("node a.js", {"a.js": text, "b.bat": COMPILER}).gaps
    return any("takes what Windows sets for known" in gap.detail for gap in gaps)


@pytest.mark.parametrize(
    "options",
    [
        "{}",
        "{cwd: '.'}",
        "{env: {...process.env, MODE: '1'}}",
        "{env: Object.assign({}, process.env, {MODE: '1'})}",
    ],
)
def test_an_environment_that_leaves_windows_its_own_is_no_gap(options: str) -> None:
    assert not told(f"{START}{options})")


@pytest.mark.parametrize(
    "text",
    [
        f"{START}{{env: {{...process.env, ProgramFiles: 'here'}}}})",
        f"{START}{{env: {{...process.env, ['PROGRAM' + 'FILES']: 'here'}}}})",
        f"{START}{{env: {{...process.env, ProgramFiles: process.env.HERE}}}})",
        f"{START}{{env: {{...x}}}})",
        f"const env = {{...process.env}}; env.ProgramFiles = 'here'; {START}{{env}})",
        f"process.env.PROGRAMFILES = 'here'; {START}{{}})",
    ],
)
def test_a_text_that_may_say_what_windows_sets_makes_a_batch_file_a_gap(text: str) -> None:
    assert told(text)


def test_arguments_with_a_name_are_no_environment() -> None:
    start = "const [file, words] = x ? ['cmd', ['/c', 'b.bat']] : ['make', []]; require('child_process').spawnSync(file, words, "
    assert not told(f"{start}{{cwd: __dirname}})")
    assert told(f"{start}{{cwd: __dirname, env: {{...x}}}})")


def test_another_batch_file_and_a_shell_may_say_it_too() -> None:
    files = {"a.bat": "set ProgramFiles=here\r\ncall b.bat\r\n", "b.bat": COMPILER, "a.js": f"{START}{{}})"}
    for command in ("a.bat", "ProgramFiles=here node a.js", "export ProgramFiles=here; node a.js"):
        assert any("takes what Windows sets" in gap.detail for gap in inspect(command, files).gaps)
