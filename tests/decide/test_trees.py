"""What differs between two lockfiles."""

from __future__ import annotations

from typing import Any

from safe_install.decide.trees import OTHER_CONTENTS, on_contents, tree_changes
from safe_install.model import Artifact, Severity, Source
from safe_install.story import TreeKind
from tests.builders import an_artifact


def _at(location: str, version: str = "1.0.0", **more: Any) -> Artifact:  # noqa: ANN401 - fields
    name = location.rpartition("node_modules/")[2]
    return an_artifact(name, version, location=location, **more)


def _told(before: list[Artifact], after: list[Artifact]) -> list[tuple[str, str, str, str]]:
    return [(one.kind.value, one.name, one.before, one.after) for one in tree_changes(before, after)]


A, B = "node_modules/a", "node_modules/b"


def test_nothing_differs_between_a_tree_and_itself() -> None:
    assert tree_changes([_at(A), _at(B)], [_at(B), _at(A)]) == ()


def test_packages_are_added_removed_and_updated() -> None:
    assert _told([_at(A)], [_at(A, "2.0.0"), _at(B)]) == [
        ("updated", "a", "1.0.0", "2.0.0"),
        ("added", "b", "", "1.0.0"),
    ]
    assert _told([_at(A), _at(B)], [_at(A)]) == [("removed", "b", "1.0.0", "")]


def test_a_version_at_another_place_has_moved_and_another_version_there_is_an_update() -> None:
    deep = "node_modules/b/node_modules/a"
    assert _told([_at(A)], [_at(deep)]) == [("moved", "a", "1.0.0", "1.0.0")]
    assert _told([_at(A)], [_at(deep, "3.0.0")]) == [("updated", "a", "1.0.0", "3.0.0")]


def test_another_package_in_a_place_is_said() -> None:
    (change,) = tree_changes([_at(A)], [an_artifact("evil", "1.0.0", location=A)])
    assert change.kind is TreeKind.UPDATED
    assert change.remarks == ("another package in the place of a",)


def test_the_same_version_with_other_contents_is_a_finding() -> None:
    before, after = _at(A, integrity="sha512-AAA"), _at(A, integrity="sha512-BBB", line=7)
    (change,) = tree_changes([before], [after])
    assert change.kind is TreeKind.REPLACED
    assert OTHER_CONTENTS in change.remarks
    (finding,) = on_contents([change])
    assert (finding.severity, finding.line) == (Severity.WARNING, 7)


def test_another_algorithm_says_nothing_about_contents() -> None:
    assert tree_changes([_at(A, integrity="sha1-AAA")], [_at(A, integrity="sha512-BBB")]) == ()
    assert tree_changes([_at(A, integrity="sha1-A sha512-B")], [_at(A, integrity="sha512-B")]) == ()


def test_where_a_package_comes_from_is_compared() -> None:
    before = _at(A, resolved="https://one.example.test/a.tgz", integrity="sha512-A")
    (moved,) = tree_changes([before], [_at(A, resolved="https://two.example.test/a.tgz", integrity="sha512-A")])
    assert moved.remarks == ("comes from two.example.test now, and came from one.example.test",)
    (bare,) = tree_changes([before], [_at(A, resolved="https://one.example.test/a.tgz", integrity=None)])
    assert bare.remarks == ("has no integrity any more",)
    (git,) = tree_changes([before], [_at(A, source=Source.GIT, integrity="sha512-A")])
    assert git.remarks[0] == "comes from git now, and came from registry"


def test_the_projects_own_folders_are_no_packages() -> None:
    assert tree_changes([], [an_artifact("app", location="", source=Source.ROOT)]) == ()


def test_a_package_that_lost_its_address_or_never_had_one_comes_from_nowhere_else() -> None:
    here = _at(A, resolved="https://one.test/a.tgz", integrity="sha512-A")
    assert tree_changes([here], [_at(A, integrity="sha512-A")]) == ()
    assert tree_changes([_at(A, integrity="sha512-A")], [here]) == ()


def test_an_update_has_other_contents_and_that_is_no_finding() -> None:
    changes = tree_changes([_at(A, integrity="sha512-AAA")], [_at(A, "2.0.0", integrity="sha512-BBB")])
    assert [change.remarks for change in changes] == [()]
    assert on_contents(changes) == ()
