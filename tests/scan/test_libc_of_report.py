"""Which lines take Node's report only to tell musl from glibc."""

from __future__ import annotations

import pytest

from safe_install.scan.match.libc_of_report import tells_libc

TAKES = "  const report = process.report.getReport();\n"
TAKES_IF = "  const report = typeof process.report.getReport === 'function' ? process.report.getReport() : null\n"
LATER = "  report = process.report.getReport()\n"
LOOKS = (
    "  if (!report) return null;\n"
    "  if (report.header && report.header.glibcVersionRuntime) return false;\n"
    "  return Array.isArray(report.sharedObjects) && report.sharedObjects.some(isFileMusl);\n"
)


def tells(takes: str, rest: str, before: str = "") -> bool:
    return tells_libc(f"function isMusl() {{\n{before}{takes}{rest}}}\n", takes.removesuffix("\n"))


@pytest.mark.parametrize(
    ("takes", "before"),
    [(TAKES, ""), (TAKES_IF, ""), (LATER, "  let report = null;\n  process.report.excludeNetwork = true;\n")],
)
def test_who_looks_at_glibc_and_the_libraries_takes_no_more(takes: str, before: str) -> None:
    assert tells(takes, LOOKS, before)


@pytest.mark.parametrize(
    "rest",
    [
        "  send(report);\n",
        "  send(report.environmentVariables);\n",
        "  send(report.header);\n",
        "  send(report[name]);\n",
        "  send({ report });\n",
        "  send(`${report}`);\n",
        "  send(JSON.stringify(report));\n",
        "  const { environmentVariables } = report;\n",
        "  const same = report;\n",
        "  for (const name in report) send(name);\n",
        "  send(r\\u0065port);\n",
        "  eval('send(rep' + 'ort)');\n",
        "  return report;\n",
        "  return report && report;\n",
    ],
)
def test_who_takes_more_is_seen(rest: str) -> None:
    assert not tells(TAKES, LOOKS + rest)


@pytest.mark.parametrize(
    "takes", ["  send(process.report.getReport());\n", "  const a = b, c = process.report.getReport();\n"]
)
def test_what_is_given_no_name_is_seen(takes: str) -> None:
    assert not tells(takes, LOOKS)


@pytest.mark.parametrize(
    ("names", "expected"), [("glibcVersionRuntime", True), ("glibcVersionRuntime, host", False), ("host", False)]
)
def test_the_version_alone_may_be_taken_out_of_the_head(names: str, *, expected: bool) -> None:
    assert tells(f"  const {{ {names} }} = process.report.getReport().header;\n", "") is expected


@pytest.mark.parametrize(
    "text",
    [
        "let report;\nsend(\n{});\n",
        "let report;\nconst all =\n{};\n",
        "let report;\nconst all = () =>\n{};\n",
        "export let report;\n{};\n",
        "{};\n",
        "function f() {{ let report; }}\n{};\n",
        "const own = {{ if (report) {{\n{};\nreturn arguments[0]; }} }};\n",
    ],
)
def test_what_somebody_else_is_given_on_the_way_is_seen(text: str) -> None:
    takes = "report = process.report.getReport()"
    assert not tells_libc(text.format(takes), takes)
    assert tells_libc(f"let report;\n{takes};\n", takes)
