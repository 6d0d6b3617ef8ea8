"""What changed between two inspections: the files that an approval binds, and what of the evidence is new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from safe_install.decide import changes
from safe_install.decide.changes import compare
from safe_install.judgement import FileChange
from safe_install.model import (
    Behaviours,
    Boundary,
    BoundaryKind,
    Digest,
    Event,
    Finding,
    Gap,
    GapKind,
    Inspection,
    Language,
    LifecycleScript,
    ReachableFile,
    Severity,
)
from tests.builders import a_manifest, a_package, an_artifact


def at(version: str, files: dict[str, str], *, command: str = "node install.js", **more: Any) -> Inspection:  # noqa: ANN401
    """Inspect a package in which every file is reached."""
    package = a_package({"package.json": a_manifest(version=version), **files}, an_artifact(version=version))
    reached = tuple(
        ReachableFile(package="example", path=path, content=text.encode(), language=Language.JAVASCRIPT)
        for path, text in files.items()
        if path not in more.get("unreached", ())
    )
    more.pop("unreached", None)
    return Inspection(
        script=LifecycleScript(package=package, event=Event.POSTINSTALL, command=command), files=reached, **more
    )


def found(where: str, line: int, excerpt: str = "send(token)") -> Finding:
    return Finding(
        signature="sends-data",
        severity=Severity.WARNING,
        message="it sends",
        where=where,
        path="install.js",
        line=line,
        excerpt=excerpt,
    )


def test_exactly_the_files_that_differ_are_told_with_both_contents() -> None:
    change = compare(
        at("1.0.0", {"install.js": "a", "lib.js": "same", "old.js": "x"}),
        at("1.0.1", {"install.js": "b", "lib.js": "same", "new.js": "y"}),
    )
    assert (change.before, change.after) == ("1.0.0", "1.0.1")
    assert change.files == (
        FileChange(package="example", path="install.js", before=b"a", after=b"b"),
        FileChange(package="example", path="new.js", before=None, after=b"y"),
        FileChange(package="example", path="old.js", before=b"x", after=None),
    )


def test_the_packages_own_files_come_before_those_of_others() -> None:
    def reaching(version: str, text: bytes) -> Inspection:
        files = tuple(
            ReachableFile(package=package, path="a.js", content=text, language=Language.JAVASCRIPT)
            for package in ("another", "example")
        )
        return replace(at(version, {}), files=files)

    change = compare(reaching("1.0.0", b"1"), reaching("1.0.1", b"2"))
    assert [file.package for file in change.files] == ["example", "another"]


def test_a_manifest_in_which_only_the_version_differs_is_no_change() -> None:
    change = compare(
        at("1.0.0", {"package.json": a_manifest(version="1.0.0")}),
        at("1.0.1", {"package.json": a_manifest(version="1.0.1")}),
    )
    assert change.files == ()


def test_a_new_command_is_told_beside_the_old_one() -> None:
    change = compare(at("1.0.0", {}), at("1.0.1", {}, command="node other.js"))
    assert change.commands == ("node install.js", "node other.js")


def test_a_finding_that_only_moved_is_not_new() -> None:
    change = compare(
        at("1.0.0", {}, findings=(found("example@1.0.0", 3),)), at("1.0.1", {}, findings=(found("example@1.0.1", 30),))
    )
    assert change.findings == ()


def test_a_second_finding_like_the_first_is_new() -> None:
    second = found("example@1.0.1", 30)
    change = compare(
        at("1.0.0", {}, findings=(found("example@1.0.0", 3),)),
        at("1.0.1", {}, findings=(found("example@1.0.1", 3), second)),
    )
    assert change.findings == (second,)


def test_gaps_boundaries_and_behaviours_that_were_not_there_are_new_and_others_gone() -> None:
    gap = Gap(kind=GapKind.DYNAMIC, where="example@2.0.0", detail="require of a variable", path="install.js", line=4)
    end = Boundary(kind=BoundaryKind.DOWNLOADS, where="example@2.0.0", detail="downloads a tool", host="b.test")
    change = compare(
        at("1.0.0", {}, behaviours=Behaviours(hosts=("a.test",), env=("HOME",))),
        at("2.0.0", {}, behaviours=Behaviours(hosts=("b.test",), env=("HOME",)), gaps=(gap,), boundaries=(end,)),
    )
    assert change.gaps == (gap,)
    assert change.boundaries == (end,)
    assert change.behaviours == Behaviours(hosts=("b.test",))
    assert change.gone == Behaviours(hosts=("a.test",))


def test_a_version_that_names_itself_is_nothing_new() -> None:
    def downloads(version: str) -> Inspection:
        end = Boundary(
            kind=BoundaryKind.DOWNLOADS, where=f"example@{version}", detail=f"fetches tool-{version}.tgz", host="a.test"
        )
        return at(version, {}, boundaries=(end,), behaviours=Behaviours(writes=(f"bin/tool-{version}",)))

    change = compare(downloads("1.0.0"), downloads("1.0.1"))
    assert change.boundaries == ()
    assert change.behaviours == Behaviours()


def test_a_file_behind_a_gap_that_differs_is_told_as_one() -> None:
    def exposing(version: str, text: str) -> Inspection:
        one = at(version, {"install.js": "require(x)", "payload.js": text}, unreached=("payload.js",))
        digest = one.script.package.members["payload.js"].digest
        return at(
            version,
            {"install.js": "require(x)", "payload.js": text},
            unreached=("payload.js",),
            exposed=(("example", "payload.js", digest), ("other", "lib.js", digest)),
        )

    change = compare(exposing("1.0.0", "1"), exposing("1.0.1", "2"))
    assert change.files == (FileChange(package="example", path="payload.js", before=b"1", after=b"2", behind_gap=True),)
    assert change.unread == ("other lib.js",)


def test_a_file_that_is_reached_and_stands_behind_a_gap_is_told_once() -> None:
    def both(version: str, text: str) -> Inspection:
        digest = at(version, {"install.js": text}).script.package.members["install.js"].digest
        return at(version, {"install.js": text}, exposed=(("example", "install.js", digest),))

    change = compare(both("1.0.0", "1"), both("1.0.1", "2"))
    assert [(file.path, file.behind_gap) for file in change.files] == [("install.js", False)]


def test_of_very_much_behind_a_gap_the_rest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ROOM", 10)

    def exposing(version: str, text: str) -> Inspection:
        files = {f"{name}.js": text for name in "abc"}
        members = at(version, files).script.package.members
        exposed = tuple(("example", path, members[path].digest) for path in files)
        return at(version, files, unreached=tuple(files), exposed=exposed)

    change = compare(exposing("1.0.0", "1" * 5), exposing("1.0.1", "2" * 5))
    assert [file.path for file in change.files] == ["a.js"]
    assert change.unread == ("example b.js", "example c.js")


def test_nothing_is_different_between_the_same() -> None:
    same = at("1.0.0", {"install.js": "a"}, findings=(found("example@1.0.0", 1),))
    change = compare(same, same)
    assert not any((change.files, change.unread, change.findings, change.gaps, change.boundaries))


def test_of_very_many_files_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_FILES", 2)
    names = ("a.js", "b.js", "c.js")
    change = compare(at("1.0.0", dict.fromkeys(names, "1")), at("1.0.1", dict.fromkeys(names, "2")))
    assert [file.path for file in change.files] == ["a.js", "b.js"]
    assert change.unread == ("1 more file",)
    assert compare(at("1.0.0", dict.fromkeys(names[:2], "1")), at("1.0.1", dict.fromkeys(names[:2], "2"))).unread == ()


def test_a_file_behind_a_gap_that_came_or_went_is_told_with_one_side() -> None:
    def exposing(version: str, *paths: str) -> Inspection:
        seen = at(version, dict.fromkeys(paths, "x"), unreached=paths)
        return replace(seen, exposed=tuple(("example", path, Digest(f"digest of {path}")) for path in paths))

    change = compare(exposing("1.0.0", "old.js", "same.js"), exposing("1.0.1", "new.js", "same.js"))
    assert change.files == (
        FileChange(package="example", path="new.js", before=None, after=b"x", behind_gap=True),
        FileChange(package="example", path="old.js", before=b"x", after=None, behind_gap=True),
    )
    assert change.unread == ()


def test_a_short_version_is_part_of_too_many_words_to_be_left_out() -> None:
    before, after = found("example@1", 1, "send(1)"), found("example@2", 1, "send(2)")
    change = compare(at("1", {}, findings=(before,)), at("2", {}, findings=(after,)))
    assert change.findings == (after,)
