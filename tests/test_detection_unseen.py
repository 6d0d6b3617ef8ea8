"""What benchmarks/detection/unseen.py counts: packages that were not looked at, split by their names alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
HERE = BENCHMARKS / "detection"
if not HERE.is_dir():
    pytest.skip("the benchmarks are no part of the source distribution", allow_module_level=True)
sys.path.insert(0, str(HERE))

import honest  # noqa: E402
import unseen  # noqa: E402

LINES = [line for line in unseen.LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
PLACES = honest.names(unseen.LIST.read_text(encoding="utf-8"))
FOUND = unseen.Found(scripts=1, blocked=True, why=("a-signature (ERROR)",))


def test_none_of_the_unseen_is_a_package_that_was_looked_at() -> None:
    lists = (HERE / "honest.txt", BENCHMARKS / "known_packages.txt")
    looked_at = {one.rpartition("@")[0] for path in lists for one in honest.names(path.read_text(encoding="utf-8"))}
    assert not looked_at & {line.partition("# ")[2].rpartition("@")[0] for line in LINES}


def test_each_line_names_a_commit_and_none_comes_twice() -> None:
    assert all(unseen.PLACE.fullmatch(place) for place in PLACES)
    assert len(set(PLACES)) == len(PLACES) > 100


def test_both_halves_are_about_a_half() -> None:
    assert {unseen.half_of(place) for place in PLACES} == set(unseen.HALVES)
    assert 0.4 < sum(unseen.half_of(place) == "open" for place in PLACES) / len(PLACES) < 0.6


def test_the_closed_half_is_told_in_numbers_only() -> None:
    assert list(unseen.told("closed", {PLACES[0]: FOUND})) == [
        "closed: 1 with scripts, 1 flagged (100.0%), 1 blocked, 0 not judged"
    ]
    assert f"  BLOCKED {PLACES[0]}: a-signature (ERROR)" in unseen.told("open", {PLACES[0]: FOUND})


def test_what_could_not_be_judged_counts_as_neither() -> None:
    assert list(unseen.told("open", {PLACES[0]: None})) == [
        "open: 0 with scripts, 0 flagged (0.0%), 0 blocked, 1 not judged"
    ]


def test_what_a_report_says_of_another_package_is_not_counted() -> None:
    report = {
        "verdicts": [
            {"target": "a", "decision": "review", "findings": [], "gaps": [{"kind": "dynamic"}]},
            {"target": "b", "decision": "block", "findings": [{"severity": "ERROR", "signature": "s"}], "gaps": []},
        ],
        "findings": [{"target": "a", "severity": "INFO", "signature": "t"}],
        "gaps": [],
    }
    assert unseen.found(report, "a") == unseen.Found(scripts=1, blocked=False, why=("gap dynamic",))
