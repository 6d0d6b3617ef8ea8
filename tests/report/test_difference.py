"""What is different between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safe_install.report.difference import MOST, difference


def told(before: str | None, after: str | None) -> list[str]:
    """Write each piece as a diff does."""
    pieces = difference(None if before is None else before.encode(), None if after is None else after.encode())
    return [f"{one.sign}{one.text}" for one in pieces]


def test_the_same_text_has_no_difference() -> None:
    assert told("a\nb\n", "a\nb\n") == []


def test_a_changed_line_stands_between_its_neighbours_with_its_number() -> None:
    before, after = "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"
    assert told(before, after) == [" 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"]
    assert [piece.number for piece in difference(before.encode(), after.encode())] == [2, 3, 4, 5, 5, 6, 7, 8]


def test_what_is_the_same_between_two_changes_is_only_counted() -> None:
    middle = "".join(f"{number}\n" for number in range(20))
    assert "@… 14 lines are the same" in told(f"a\n{middle}b\n", f"A\n{middle}B\n")


def test_a_file_that_is_new_or_gone_is_told_whole() -> None:
    assert told(None, "a\nb\n") == ["+a", "+b"]
    assert told("a\nb\n", None) == ["-a", "-b"]


def test_one_changed_statement_of_a_bundle_is_one_piece() -> None:
    start, end = "a();" * 400, "z();" * 400
    found = told(f"{start}safe();{end}", f"{start}evil();{end}")
    assert [line for line in found if line[0] in "+-"] == ["-safe();", "+evil();"]


def test_too_much_is_not_compared_and_that_is_said() -> None:
    (only,) = told("\n".join(map(str, range(MOST + 1))), "\n".join(map(str, range(-MOST - 1, 0))))
    assert only.startswith("@")
    assert "too much to compare" in only


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_what_came_and_went_are_exactly_the_lines_that_differ(before: list[str], after: list[str]) -> None:
    pieces = difference(
        "".join(f"{line}\n" for line in before).encode(), "".join(f"{line}\n" for line in after).encode()
    )
    new = {piece.number: piece.text for piece in pieces if piece.sign in {"+", " "}}
    gone = {piece.number for piece in pieces if piece.sign == "-"}
    assert all(after[number - 1] == text for number, text in new.items() if text and number <= len(after))
    assert len(before) - len(gone) == len(after) - sum(piece.sign == "+" for piece in pieces)
