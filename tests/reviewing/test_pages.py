"""What a person sees, as rows of a screen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from safe_install.judgement import Change, FileChange, Verdict
from safe_install.model import Behaviours, Gap, GapKind, Language, ReachableFile
from safe_install.report.plain import plain
from safe_install.reviewing.keys import Key
from safe_install.reviewing.state import State, View, begin, code
from tests.builders import an_artifact
from tests.report.stories import ESCAPES, changed, esbuild, hostile
from tests.reviewing.screens import drawn, opened, rows, shown, typed

SIZES = [(80, 24), (40, 12), (57, 15), (132, 50), (300, 80)]
EVERY_PAGE = [
    [],
    [Key.ENTER],
    [Key.ENTER, "f"],
    [Key.ENTER, "f", Key.ENTER],
    [Key.ENTER, "g"],
    [Key.ENTER, "n"],
    [Key.ENTER, "D"],
    ["?"],
    ["s", "w"],
    [Key.ENTER, "a", "n", *"because", Key.ENTER, "w"],
]


def with_change() -> Verdict:
    """Compare the script of addon with what was approved of it."""
    before = b"const a = 1\nconst b = 2\nconst c = 3\nbuild(a)\n"
    after = b"const a = 1\nconst b = 2\nconst c = 4\nbuild(a)\nfetch('https://new.example.test')\n"
    gap = Gap(kind=GapKind.DYNAMIC, where="addon@5.1.0", path="gyp/find.js", line=5, detail="fetch")
    change = Change(
        before="5.0.3",
        after="5.1.0",
        commands=("node-gyp rebuild", "node-gyp rebuild"),
        files=(FileChange(package="addon", path="gyp/find.js", before=before, after=after),),
        gaps=(gap,),
        behaviours=Behaviours(hosts=("new.example.test",)),
        gone=Behaviours(programs=("make",)),
    )
    return replace(changed(), change=change)


def with_hostile_files(verdict: Verdict) -> Verdict:
    """Let a script reach files whose names and texts try to act."""
    text = f"// {ESCAPES}\nrun('{ESCAPES}')\n\x1b[2J\x9b1A\r\x08[red]x[/red]\t{'x' * 5000}\n\u202e" + "\ufeff" * 40
    file = ReachableFile(
        package=ESCAPES, path=f"{ESCAPES}.js", content=text.encode(errors="replace"), language=Language.JAVASCRIPT
    )
    change = Change(
        before=ESCAPES,
        after=ESCAPES,
        commands=(ESCAPES, "b"),
        files=(FileChange(package=ESCAPES, path=ESCAPES, before=b"one\n", after=text.encode(errors="replace")),),
        findings=verdict.inspection.findings,
        gaps=verdict.inspection.gaps,
        behaviours=verdict.inspection.behaviours,
        unseen="",
    )
    return replace(verdict, inspection=replace(verdict.inspection, files=(file,)), change=change, advice=ESCAPES)


def test_the_list_says_how_many_of_each_there_are() -> None:
    told = shown(opened())
    assert "1 changed, 1 new, 1 only moved; 0 decided" in told
    assert "new: never approved" in told
    assert "changed since approved" in told
    assert "esbuild 0.25.1 postinstall (1 finding, 3 gaps, 2 places)" in told


def test_a_script_has_its_command_what_it_does_what_was_found_and_what_was_not_seen() -> None:
    told = shown(typed(opened(esbuild()), Key.ENTER), (80, 60))
    for part in (
        "node install.js",
        "runs install.js",
        "fetches-an-executable",
        "native code: bin/esbuild",
        "never approved",
    ):
        assert part in told


def test_a_script_says_what_brings_it_in() -> None:
    way = (an_artifact("app", "1.0.0", location=""), an_artifact("vite", "5.0.0"), an_artifact("esbuild", "0.25.1"))
    state = begin([esbuild()], {"node_modules/esbuild": way})
    assert "this project > vite 5.0.0 > esbuild 0.25.1" in shown(typed(state, Key.ENTER), (80, 60))


def test_every_gap_and_every_finding_is_on_the_page() -> None:
    state = typed(opened(*hostile().reviews[0].verdicts), Key.ENTER)
    inspection = state.item.verdict.inspection
    told = shown(state, (100, 400))
    assert len(set(inspection.gaps)) == told.count("left-pad@9.9.9 ")
    for finding in inspection.findings:
        assert f":{finding.line}" in told


def test_its_own_files_are_read_first() -> None:
    verdict = esbuild()
    files = (
        ReachableFile(
            package="other", path="o.js", content=b"", language=Language.JAVASCRIPT, location="node_modules/o"
        ),
        ReachableFile(package="esbuild", path=":command", content=b"", language=Language.SHELL, inline=True),
        *verdict.inspection.files,
    )
    files = tuple(replace(file, location=file.location or "node_modules/esbuild") for file in files)
    state = opened(replace(verdict, inspection=replace(verdict.inspection, files=files)))
    assert [file.path for file in state.item.files] == ["install.js", "lib/npm/node-platform.js", ":command", "o.js"]


def test_our_advice_is_labelled_as_ours() -> None:
    state = typed(opened(replace(esbuild(), advice="it checks something; can be skipped")), Key.ENTER)
    assert "advice it checks something; can be skipped (ours, as once measured: advice, no evidence)" in shown(
        state, (80, 60)
    )


def test_a_change_tells_the_news_first_and_then_the_lines() -> None:
    told = rows(typed(opened(with_change()), Key.ENTER), (80, 40))
    text = "\n".join(told)
    assert text.index("contacts new.example.test") < text.index("gyp/find.js changed")
    assert "no longer  starts make" in text
    assert "    3 - const c = 3" in told
    assert "    3 + const c = 4" in told
    assert "    4   build(a)" in told


def test_a_file_whose_bytes_differ_is_never_called_the_same() -> None:
    file = FileChange(package="addon", path="a.js", before=b"a(\xfe)\n", after=b"a(\xff)\n")
    change = Change(before="1.0.0", after="2.0.0", files=(file,))
    assert "its bytes differ" in shown(typed(opened(replace(changed(), change=change)), Key.ENTER))


def test_a_change_that_is_too_large_to_show_whole_says_which_files_are_not_shown() -> None:
    files = tuple(
        FileChange(package="addon", path=name, before=None, after=b"a()\n" * 25_000) for name in ("a.js", "b.js")
    )
    state = typed(opened(replace(changed(), change=Change(before="1", after="2", files=files))), Key.ENTER, Key.END)
    assert "addon: b.js is new too much differs to show this too" in shown(state)


def test_what_differs_and_cannot_be_shown_is_named() -> None:
    file = FileChange(package="addon", path="a.js", before=b"a\n", after=b"b\n", behind_gap=True)
    change = Change(before="1.0.0", after="2.0.0", files=(file,), unread=("addon/big.bin",), exact=False)
    told = shown(typed(opened(replace(changed(), change=change)), Key.ENTER), (80, 40))
    assert "behind an edge that could not be followed" in told
    assert "1 more file that differ cannot be shown: addon/big.bin" in told
    assert "read differently today" in told


def test_a_change_that_cannot_be_shown_says_why() -> None:
    gone = replace(changed(), change=Change(before="1.0.0", after="2.0.0", unseen="the registry no longer has it"))
    assert "the registry no longer has it" in shown(typed(opened(gone), Key.ENTER))


def test_the_last_page_shows_every_decision_and_the_code() -> None:
    state = typed(opened(), Key.ENTER, "a", "g", "j", " ", "q", "n", *"read it", Key.ENTER, " ", "d", "w")
    told = shown(state)
    assert "approve addon 5.1.0 install, fingerprint" in told
    assert "with hosts: builds.example.test" in told
    assert 'because "read it"' in told
    assert "deny esbuild, at any version: it may not be installed" in told
    assert f"Type {code(state)} to record this" in told


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", EVERY_PAGE, ids=lambda keys: "-".join(keys) or "list")
@pytest.mark.parametrize("story", ["ordinary", "change", "hostile"])
def test_no_row_is_wider_and_no_page_higher_than_the_screen(story: str, keys: list[str], size: tuple[int, int]) -> None:
    told = {
        "ordinary": opened(),
        "change": opened(with_change()),
        "hostile": opened(*map(with_hostile_files, hostile().reviews[0].verdicts)),
    }
    seen = rows(typed(told[story], *keys), size)
    assert len(seen) == size[1]
    assert max(map(cell_len, seen)) <= size[0]


@pytest.mark.parametrize("keys", EVERY_PAGE, ids=lambda keys: "-".join(keys) or "list")
def test_nothing_that_a_package_wrote_reaches_the_terminal_as_more_than_text(keys: list[str]) -> None:
    state = opened(*map(with_hostile_files, hostile().reviews[0].verdicts))
    for top in (0, 20, 60, 200):
        head, *others = rows(replace(typed(state, *keys), top=top), (100, 60))
        assert plain(re.sub(" +", " ", head), limit=1000) == re.sub(" +", " ", head)
        for row in others:
            assert plain(row, limit=1000) == row


def test_markup_of_a_package_is_shown_as_it_stands() -> None:
    state = typed(opened(*map(with_hostile_files, hostile().reviews[0].verdicts)), Key.ENTER, "f", Key.ENTER)
    assert "[red]x[/red]" in "".join(rows(state, (100, 60)))


def test_code_has_colours_and_no_colours_where_they_are_not_wanted() -> None:
    file = ReachableFile(package="esbuild", path="a.js", content=b"const a = 'x'\n", language=Language.JAVASCRIPT)
    verdict = esbuild()
    state = typed(
        opened(replace(verdict, inspection=replace(verdict.inspection, files=(file,)))), Key.ENTER, "f", Key.ENTER
    )
    assert "const a = 'x'" in shown(state)
    assert "\x1b[3" in drawn(state, colours=True).text
    assert "\x1b[3" not in drawn(state).text


def test_a_large_file_says_how_much_of_it_is_not_shown() -> None:
    file = ReachableFile(package="esbuild", path="a.js", content=b"a()\n" * 150_000, language=Language.JAVASCRIPT)
    verdict = esbuild()
    state = typed(
        opened(replace(verdict, inspection=replace(verdict.inspection, files=(file,)))), Key.ENTER, "f", Key.ENTER
    )
    assert "200,000 more bytes are not shown here" in shown(typed(state, Key.END))


def test_a_window_that_is_too_small_says_so() -> None:
    assert "Make this window larger" in shown(opened(), (30, 10))


def test_the_chosen_line_of_a_long_list_is_always_seen() -> None:
    many = [esbuild(f"0.{number}.0") for number in range(60)]
    state = opened(*many)
    for step in (0, 30, 59):
        at: State = replace(state, at=step)
        assert any(row.startswith(">") for row in rows(at)), step


def test_what_concerns_no_script_is_told_beside() -> None:
    assert "also the lockfile has a gap" in shown(begin([esbuild()], {}, aside=("the lockfile has a gap",)))


def test_the_view_of_help_names_every_key() -> None:
    told = shown(typed(opened(), "?"), (80, 40))
    assert typed(opened(), "?").view is View.HELP
    for word in ("approve:", "skip for ever", "deny:", "grants:", "note:", "files:", "difference", "record it"):
        assert word in told
