"""The sentences of which every page for people is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from safe_install.judgement import Decision, Reason, Verdict
from safe_install.model import Artifact, Behaviours, Boundary, BoundaryKind, Event, Gap, GapKind, Inspection, Source
from safe_install.report.words import count, does, gap_sentence, listed, place, standing, subject, unseen, walls
from safe_install.story import Confinement
from tests.builders import an_artifact, an_inspection
from tests.report.stories import a_file, a_script_of, allowed, an_approval, changed, denied, esbuild, skipped


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 packages"), (1, "1 package"), (2, "2 packages"), (1413, "1,413 packages")]
)
def test_things_are_counted(number: int, told: str) -> None:
    assert count(number, "package") == told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b and 2 more"),
        (["a"] * 100, "a, a and 98 more"),
    ],
)
def test_names_are_listed(names: Sequence[str], told: str) -> None:
    assert listed(names, most=3) == told


@pytest.mark.parametrize(
    ("where", "path", "line", "told"),
    [
        ("a@1.0.0", "x.js", 3, "x.js:3"),
        ("a@1.0.0", "x.js", 0, "x.js"),
        ("a@1.0.0", "", 0, "a@1.0.0"),
        ("b@2.0.0", "x.js", 3, "b@2.0.0 x.js:3"),
        ("package-lock.json", "", 7, "package-lock.json:7"),
        ("package-lock.json", "package-lock.json", 7, "package-lock.json:7"),
    ],
)
def test_a_place_names_the_package_unless_it_is_the_scripts_own(where: str, path: str, line: int, told: str) -> None:
    assert place(where, path, line, "a@1.0.0") == told


STANDINGS = {
    "never approved": replace(esbuild(), reasons=(Reason.NEVER_APPROVED,)),
    "approved by ana@example.test on 2026-01-14": allowed("a"),
    "unchanged since 0.9.0, approved by ana@example.test on 2026-01-14": allowed("a", seen_in="0.9.0"),
    'changed since 5.0.3, approved by ana@example.test on 2026-01-14 ("builds from source")': changed(),
    "changed since then, approved by ana@example.test on 2026-01-14": replace(
        changed(), previous=an_approval("addon", seen_in="")
    ),
    "approved by ana@example.test on 2026-01-14 until 2026-02-01, which is over": replace(
        changed(), reasons=(Reason.EXPIRED,), previous=an_approval("addon", until=date(2026, 2, 1))
    ),
    'denied by bob@example.test on 2026-02-01 ("only begs")': denied(),
    "only prints or exits": skipped(),
    "approved, but no approval overrides this": replace(esbuild(), decision=Decision.BLOCK, reasons=(Reason.FINDING,)),
}


@pytest.mark.parametrize(("told", "verdict"), STANDINGS.items(), ids=STANDINGS)
def test_how_a_script_stands_is_one_phrase(told: str, verdict: Verdict) -> None:
    assert standing(verdict) == told


def test_the_projects_own_script_has_a_subject_without_a_name() -> None:
    root = Artifact(location="", name="", version="", source=Source.ROOT)
    verdict = replace(esbuild(), inspection=Inspection(script=a_script_of(root, "husky", Event.PREPARE)))
    assert subject(verdict) == "this project prepare"


def test_a_script_that_tells_nothing_is_called_that() -> None:
    assert does(Inspection(script=a_script_of(an_artifact(), "x"))) == ("nothing that its text tells",)


def test_what_a_script_does_is_one_sentence_a_kind() -> None:
    artifact, other = an_artifact("a"), an_artifact("b")
    inspection = Inspection(
        script=a_script_of(artifact, "node x.js", implied=True),
        files=(a_file(artifact, "x.js"), a_file(artifact, "y.js"), a_file(other, "z.js"), a_file(other, "w.js")),
        behaviours=Behaviours(env=("HOME",), hosts=("h.test",), programs=("sh", "make"), writes=("build/",)),
        harmless=True,
    )
    assert does(inspection) == (
        "is implied: npm builds a package that has a binding.gyp and says nothing else",
        "runs x.js and y.js",
        "runs 2 files of b",
        "reads from the environment HOME",
        "contacts h.test",
        "starts sh and make",
        "writes build/",
        "only prints or exits",
    )


def test_two_places_of_one_package_are_two_packages() -> None:
    nested = an_artifact("a", location="node_modules/b/node_modules/a")
    inspection = Inspection(script=a_script_of(an_artifact("a"), "node x.js"), files=(a_file(nested, "x.js"),))
    assert does(inspection) == ("runs 1 file of a",)


def test_gaps_are_grouped_by_kind_and_told_once() -> None:
    gap = Gap(kind=GapKind.DYNAMIC, where="a@1.0.0", path="x.js", line=1, detail="require(x)")
    gaps = [
        Gap(kind=GapKind.BINARY, where="b@2.0.0", path="lib.so", detail="lib.so"),
        *(replace(gap, line=line) for line in (1, 2, 2, 3, 4)),
    ]
    assert unseen(gaps, "a@1.0.0") == (
        "decided only while running: x.js:1 (require(x)), x.js:2 (require(x)) and 2 more",
        "binary data: b@2.0.0 lib.so (lib.so)",
    )


def test_every_kind_of_gap_has_its_words() -> None:
    for kind in GapKind:
        assert gap_sentence(Gap(kind=kind, where="a@1.0.0", detail="404")).endswith(" (404)")
    assert gap_sentence(Gap(kind=GapKind.REFUSED, where="a@1", detail="")) == "a@1: an archive that breaks the rules"


@pytest.mark.parametrize(
    ("confinement", "told"),
    [
        (Confinement(writable=("a",)), "may write its own directory, no network, 600 seconds at most"),
        (
            Confinement(writable=("a", "b"), network=("h.test",), env=("CI",), time_limit=1),
            "may write a and b, may reach h.test, sees CI, 1 second at most",
        ),
    ],
)
def test_walls_are_told_whole(confinement: Confinement, told: str) -> None:
    assert walls(confinement) == told


def test_text_of_the_command_itself_is_not_told_as_a_file_that_runs() -> None:
    inspection = an_inspection(files=(replace(a_file(an_artifact(), ":command", "node install.js"), inline=True),))
    assert does(inspection) == ("nothing that its text tells",)


def test_the_environment_as_a_whole_is_told_apart_from_its_names() -> None:
    told = does(an_inspection(behaviours=Behaviours(env=("*", "HOME"))))
    assert told == ("reads the whole environment", "reads from the environment HOME")


def test_a_partly_computed_place_is_told_as_far_as_it_is_known() -> None:
    told = does(an_inspection(behaviours=Behaviours(writes=("lib/{name}.js", "{anywhere}/x"))))
    assert told == ("writes lib/{...}.js",)


def test_libraries_whose_edges_were_not_followed_are_told_in_one_line() -> None:
    ends = tuple(Boundary(kind=BoundaryKind.LIBRARY, where=f"{name}@1.0.0", detail="2 edges") for name in ("a", "b"))
    assert does(an_inspection(boundaries=ends)) == (
        "uses code of a@1.0.0 and b@1.0.0, not every edge of which was followed",
    )


def test_a_download_is_told_with_what_it_is_checked_against_or_that_it_is_not() -> None:
    end = Boundary(kind=BoundaryKind.DOWNLOADS, where="x", detail="downloads a library", host="h.test")
    assert does(an_inspection(boundaries=(end,)))[0].startswith(
        "downloads a library from h.test, checked against nothing"
    )
    checked = replace(end, verified="a digest")
    assert "checked against a digest" in does(an_inspection(boundaries=(checked,)))[0]
