"""Batch text is read for the commands in it, and what its variables spell is unfolded first."""

from __future__ import annotations

import pytest

from safe_install.scan.shell.leads import Lead
from safe_install.scan.shell.programs import leads
from safe_install.scan.windows.batch import Batch, differs_on_windows, read_batch

LETTERS = 'set "al=abcdefghijklmnopqrstuvwxyz. /"\r\n'


def shown(text: str, **variables: str) -> list[str]:
    return [command.shown for command in read_batch(text, "bin/x.bat", variables).commands]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@echo off\r\nrem node x.js\r\n:: node y.js\r\n:label\r\ngoto label\r\nexit /b 0", ["echo off"]),
        ("node x.js & node y.js && node z.js || node w.js", ["node x.js", "node y.js", "node z.js", "node w.js"]),
        ("start /B node x.js & node x.js", ["start /B node x.js", "node x.js"]),
        ('start "a title" node x.js', ["start node x.js"]),
        ("call node x.js", ["node x.js"]),
        ("NODE.EXE x.js", ["node.exe x.js"]),
        (r"node scripts\x.js", ["node scripts/x.js"]),
        (r'node "%~dp0x.js"', ["node bin/x.js"]),
        (r'node "%~dp0\x.js"', ["node bin/x.js"]),
        ("n^o^d^e x.js", ["node x.js"]),
        ("node ^\r\nx.js", ["node x.js"]),
        ('node -e "a & b"', ["node -e a & b"]),
        ("if not exist build (\r\n  node x.js\r\n) else (\r\n  node y.js\r\n)", ["node x.js", "node y.js"]),
        ('if /i "%A%"=="b c" node x.js', ["node x.js"]),
        ("if %A% EQU 1 node x.js", ["node x.js"]),
        ("if errorlevel 1 exit /b 1", []),
        ("for %%f in (x.js y.js) do node %%f", ["node y.js", "node x.js"]),
        ("for /f \"tokens=*\" %%i in ('node x.js') do echo %%i", ["node x.js", "echo %i%"]),
        ("set X=node\r\n%X% x.js", ["node x.js"]),
        ('set "X=x.js"\r\nnode %X%', ["node x.js"]),
        ("set X=node& call %%X%% x.js", ["node x.js"]),
        ("setlocal enabledelayedexpansion\r\nset X=node\r\n!X! x.js", ["node x.js"]),
        (f"{LETTERS}%al:~13,1%%al:~14,1%%al:~3,1%%al:~4,1% x.js", ["node x.js"]),
        (f"{LETTERS}%al:~-3,1%%al:~-1%%al:~0,2%", ["./ab"]),
        ("set X=nZdZ\r\n%X:Z=o% x.js", ["nodo x.js"]),
        ("%PUBLIC:~-4,1%", ["b"]),
        (r"%comspec% /c node x.js", ["cmd.exe /c node x.js"]),
        ("cmd/c node x.js", ["cmd /c node x.js"]),
        ("n%nothing%ode x.js", ["n%nothing%ode x.js", "node x.js"]),
        (r"copy /Y a b\c", ["cp a b/c"]),
        ("%npm_package_config_x%", ["node x.js"]),
    ],
)
def test_commands_are_found(text: str, expected: list[str]) -> None:
    assert shown(text, npm_package_config_x="node x.js") == expected


def test_a_variable_that_is_set_twice_may_have_either_value() -> None:
    assert {"node a", "node b"} <= set(shown("set X=a\r\nif exist c set X=b\r\nnode %X%"))


def test_more_values_than_are_kept_leave_a_variable_open() -> None:
    text = "set X=a\r\n" + "".join(f"if exist c set X=b{i}\r\n" for i in range(9)) + "node %X%"
    assert "node %x%" in shown(text)


def test_a_pipe_gives_a_program_its_text() -> None:
    commands = read_batch("type x.txt | node").commands
    found = [one for command in commands for one in leads(command, commands)]
    assert "javascript x.txt" in [f"{one.kind} {one.target.shown}" for one in found if isinstance(one, Lead)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cmd /c x.bat", "batch-text x.bat"),
        (r"powershell -NoProfile -ExecutionPolicy Bypass -File scripts\x.ps1", "powershell scripts/x.ps1"),
        ("powershell -w hidden -enc bgBvAGQAZQAgAHgALgBqAHMA", "powershell-text node x.js"),
        ('powershell -Command "node x.js"', "powershell-text node x.js"),
        (r"regsvr32 /s lib\x.dll", "! native-code"),
        ('cmd /c "cd a && x.bat %X%"', "batch-text cd a && x.bat $computed"),
        ("rundll32 x.dll,Start", "! native-code"),
        ("certutil -urlcache -f https://a.test/x y", "! downloaded"),
        ("bitsadmin /transfer a https://a.test/x y", "! downloaded"),
    ],
)
def test_programs_of_windows(text: str, expected: str) -> None:
    commands = read_batch(text).commands
    found = [one for command in commands for one in leads(command, commands)]
    assert expected in [f"{one.kind} {one.target.shown}" if isinstance(one, Lead) else f"! {one.kind}" for one in found]


def test_names_hosts_and_writes_are_told() -> None:
    said = read_batch("curl https://a.test/x?u=%USERNAME% > out.txt 2>nul")
    assert said.environment == {"USERNAME"}
    assert said.hosts == {"a.test"}
    assert [word.shown for word in said.writes] == ["out.txt"]


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("node install.js", False),
        ("node-gyp rebuild", False),
        ('node -e "console.log(1)" || exit 0', False),
        (r"node scripts\x.js", True),
        ("start /B node x.js", True),
        ("%npm_package_config_x%", True),
        ("if exist x node y", True),
        ("cmd /c x.bat", True),
    ],
)
def test_a_command_line_is_read_for_windows_where_that_differs(text: str, *, differs: bool) -> None:
    assert differs_on_windows(text) is differs


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "a & " * 40_000,
        "%x%" * 2_700,
        "for %%a in (b) do " * 400,
        "set a=%a%%a%x\r\n" * 200,
        "if exist a " * 700,
        '"' * 8_000,
        "^" * 8_000,
        "\x01\x02" * 100,
    ],
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert isinstance(read_batch(text), Batch)


def test_a_text_that_is_too_long_is_told() -> None:
    assert [blind.kind for blind in read_batch("a" * 200_000).blinds] == ["too-large"]
    assert [blind.kind for blind in read_batch("a" * 9_000).blinds] == ["too-large"]


WHERE = r'"%ProgramFiles(x86)%\Microsoft Visual Studio\Installer\vswhere.exe" -latest -property installationPath'
COMPILER = 'for /f "usebackq tokens=*" %%i in (`{where}`) do set VS=%%i\r\ncall "%VS%\\{tool}" x64\r\ncl x.c'
SETS_UP = r"VC\Auxiliary\Build\vcvarsall.bat"


def set_up(where: str = WHERE, tool: str = SETS_UP, before: str = "") -> str:
    return " | ".join(shown(before + COMPILER.replace("{where}", where).replace("{tool}", tool)))


def test_what_sets_up_the_compiler_where_its_installer_says_is_the_systems() -> None:
    assert "vcvarsall" not in set_up()
    assert "vcvars64" not in set_up(tool=r"VC\Auxiliary\Build\vcvars64.bat")
    assert set_up().endswith("cl x.c")


@pytest.mark.parametrize(
    "how",
    [
        {"where": WHERE.replace('"', "").replace(r"%ProgramFiles(x86)%\Microsoft Visual Studio\Installer" + "\\", "")},
        {"where": WHERE.replace("%ProgramFiles(x86)%", "%~dp0")},
        {"where": WHERE.replace("installationPath", "displayName")},
        {"where": f"{WHERE} & echo x"},
        {"tool": r"..\..\x\VC\Auxiliary\Build\vcvarsall.bat"},
        {"tool": r"VC\Auxiliary\Build\x.bat"},
        {"before": 'set "ProgramFiles(x86)=%~dp0"\r\n'},
    ],
)
def test_what_only_looks_like_it_is_told(how: dict[str, str]) -> None:
    assert ".bat" in set_up(**how)
