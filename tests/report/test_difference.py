"""The lines by which a file differs: few where little differs, and never long in coming."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safe_install.judgement import Change, FileChange
from safe_install.model import Behaviours, Gap, GapKind
from safe_install.report.changes import about_change
from safe_install.report.difference import counted, difference, differences


def a_change(before: bytes | None, after: bytes | None, path: str = "install.js") -> FileChange:
    return FileChange(package="example", path=path, before=before, after=after)


def said(change: Change, *, whole: bool = False) -> str:
    return "\n".join(f"{line.label} {line.text}" for line in about_change(change, "example@2.0.0", 80, whole=whole))


def test_only_what_differs_and_a_little_around_it_is_told() -> None:
    lines = [f"line {number}" for number in range(1, 101)]
    rows = difference(a_change("\n".join(lines).encode(), "\n".join([*lines[:49], "new", *lines[50:]]).encode()))
    assert [(row.mark, row.line, row.text) for row in rows] == [
        (" ", 48, "line 48"),
        (" ", 49, "line 49"),
        ("-", 50, "line 50"),
        ("+", 50, "new"),
        (" ", 51, "line 51"),
        (" ", 52, "line 52"),
    ]


def test_a_new_file_is_told_whole() -> None:
    rows = difference(a_change(None, b"a\nb\n"))
    assert [(row.mark, row.text) for row in rows] == [("+", "a"), ("+", "b")]


def test_in_a_minified_line_only_the_statements_that_differ_are_told() -> None:
    before = "".join(f"function f{number}(a,b){{return a+b+{number}}};" for number in range(5_000))
    rows = difference(a_change(before.encode(), before.replace("b+2500}", "b+steal()}").encode()))
    assert counted(rows) == (1, 1)
    assert "steal()" in next(row.text for row in rows if row.mark == "+")


def test_of_a_manifest_only_what_an_approval_binds_is_compared() -> None:
    before = b'{"version": "1.0.0", "dependencies": {"a": "^1.0.0"}, "bin": "a.js"}'
    after = b'{"version": "2.0.0", "dependencies": {"a": "^2.0.0", "b": "1"}, "bin": "b.js"}'
    rows = difference(a_change(before, after, "package.json"))
    assert {row.line for row in rows} == {0}  # nobody wrote these lines so
    assert [(row.mark, row.text.strip()) for row in rows if row.mark in "+-"] == [
        ("-", '"a"'),
        ("+", '"a",'),
        ("+", '"b"'),
        ("-", '"bin": "a.js"'),
        ("+", '"bin": "b.js"'),
    ]


def test_what_is_no_text_is_told_by_its_size() -> None:
    (row,) = difference(a_change(b"\x7fELF\x00", b"\x7fELF\x00\x00"))
    assert row.text == "not text: 5 bytes before, 6 after"


def test_thousands_of_alike_lines_that_all_differ_come_apart_and_whole() -> None:
    before = b"\n".join(b"x%d" % (number % 7) for number in range(20_000))
    after = b"\n".join(b"x%d" % (number % 5) for number in range(20_000))
    come, went = counted(difference(a_change(before, after)))
    assert come > 19_000
    assert went > 19_000


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a machine with eight test runs at once
@given(
    st.lists(st.sampled_from(["a", "b", "", "c;"]), max_size=12), st.lists(st.sampled_from(["a", "b", ""]), max_size=12)
)
def test_the_lines_that_came_and_went_are_those_of_the_two_sides(before: list[str], after: list[str]) -> None:
    rows = difference(a_change("\n".join(before).encode(), "\n".join(after).encode()), around=10_000)
    old = [row.text for row in rows if row.mark in " -"]
    new = [row.text for row in rows if row.mark in " +"]
    if any(row.mark != " " for row in rows):
        assert "\n".join(old).rstrip("\n") == "\n".join(before).rstrip("\n")
        assert "\n".join(new).rstrip("\n") == "\n".join(after).rstrip("\n")


def test_what_is_new_stands_above_the_files() -> None:
    gap = Gap(kind=GapKind.DYNAMIC, where="example@2.0.0", detail="require of a variable", path="install.js", line=4)
    page = said(
        Change(
            before="1.0.0",
            after="2.0.0",
            commands=("node a.js", "node b.js"),
            gaps=(gap,),
            behaviours=Behaviours(hosts=("b.test",)),
            gone=Behaviours(env=("HOME",)),
            files=(a_change(b"a", b"b"),),
        )
    )
    assert page.index("was node a.js") < page.index("unseen: decided only while running") < page.index("+1 -1 lines")
    assert "contacts b.test" in page
    assert "gone reads from the environment HOME" in page


def test_a_hostile_line_cannot_steer_the_terminal_or_hide() -> None:
    page = said(Change(before="1", after="2", files=(a_change(b"", b"\x1b[2J\xe2\x80\xae//::add-path::x"),)))
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert r"\u{202e}" in page
    assert "::add-path" not in page


def test_a_report_counts_the_lines_that_it_leaves_out_and_approving_shows_them() -> None:
    change = Change(before="1", after="2", files=(a_change(None, b"\n".join(b"line %d;" % n for n in range(200))),))
    assert "more changed lines" in said(change)
    assert "line 150;" not in said(change)
    assert "line 150;" in said(change, whole=True)


def test_of_very_many_files_the_first_are_shown_line_by_line_and_the_others_named() -> None:
    files = tuple(a_change(b"a", b"\n".join(b"line %d" % n for n in range(900)), f"{number}.js") for number in range(9))
    shown = list(differences(files, most_rows=2_000))
    assert [rows is not None for _, rows in shown] == [True] * 3 + [False] * 6
    page = said(Change(before="1", after="2", files=files), whole=True)
    assert "8.js: differs" in page


def test_files_behind_a_gap_are_told_as_such() -> None:
    file = FileChange(package="example", path="x.js", before=b"a", after=b"b", behind_gap=True)
    page = said(Change(before="1", after="2", files=(file,), unread=("other lib.js",)))
    assert "behind an edge that could not be followed" in page
    assert "1 file that differ and are not shown: other lib.js" in page


def test_why_nothing_can_be_shown_is_said() -> None:
    assert "cannot be shown: it is gone" in said(Change(before="1", after="2", unseen="it is gone"))
