"""How a tree differs, in few lines: what moved together is one, and nothing remarkable hides among it."""

from __future__ import annotations

from safe_install.report.formats import Format, renderer
from safe_install.report.tree import tree_rows
from safe_install.story import Review, TreeChange, TreeKind
from tests.report.stories import hostile_change


def a_bump(name: str, *remarks: str, after: str = "2.0.0") -> TreeChange:
    return TreeChange(kind=TreeKind.UPDATED, name=name, before="1.0.0", after=after, location="x", remarks=remarks)


def said(*changes: TreeChange) -> list[str]:
    return [row.text for row in tree_rows(Review(target="package-lock.json", tree=changes))]


def test_packages_of_one_scope_that_move_together_are_one_line() -> None:
    told = said(*(a_bump(f"@tool/{system}") for system in ("a", "b", "c", "d", "e")), a_bump("tool"))
    assert told == ["5 packages of @tool 1.0.0 → 2.0.0: a, b, c and 2 more", "tool 1.0.0 → 2.0.0"]


def test_one_that_is_remarkable_or_comes_to_another_version_stands_alone() -> None:
    others = [a_bump(f"@tool/{system}") for system in ("a", "b", "c", "d")]
    told = said(*others, a_bump("@tool/odd", after="2.0.1"), a_bump("@tool/bad", "comes from elsewhere"))
    assert told[0] == "@tool/bad 1.0.0 → 2.0.0; comes from elsewhere"
    assert "@tool/odd 1.0.0 → 2.0.1" in told
    assert any(line.startswith("4 packages of @tool") for line in told)


def test_names_without_a_scope_are_told_one_by_one() -> None:
    assert len(said(*(a_bump(name) for name in "abcdefgh"))) == 8


def test_a_comment_tells_what_is_new_in_a_script_and_which_lines_differ() -> None:
    told = renderer(Format.MARKDOWN)(hostile_change("x"))
    assert "- new: reads from the environment x" in told
    assert "```diff\n-old\n+x" in told
