"""What `diff` told of two real histories, told again from its values: a changed word in any format is seen in review.

``python -m tests.histories.make`` makes them anew from the real packages, with ``--again`` from the values.
"""

from __future__ import annotations

import json
import re

import pytest

from safe_install.report.formats import Format
from tests.histories.make import FILES, HERE, HISTORIES, VALUES, told
from tests.histories.values import recall

REGISTRIES = re.compile(r"npmjs\.(org|com)|npmmirror|yarnpkg\.com")
LARGEST = 2 << 20


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_told_as_it_was_last_read_by_a_person(name: str, form: Format) -> None:
    """When a change is meant: ``python -m tests.histories.make --again``, and read the difference."""
    kept = (HERE / name / FILES[form]).read_text(encoding="utf-8")
    assert told(recall(HERE / name / VALUES), form) == kept
    assert not REGISTRIES.search(kept)


def test_the_histories_are_of_the_large_lockfile_and_have_what_a_reviewer_asks_for() -> None:
    report = json.loads((HERE / "majors" / FILES[Format.JSON]).read_text())
    (comparison,) = report["comparisons"]
    assert {change["kind"] for change in comparison["tree"]} >= {"added", "removed", "updated"}
    assert comparison["unchanged"] >= 1
    assert any(verdict["change"]["files"] for verdict in report["verdicts"])


def test_the_snapshots_stay_small() -> None:
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file()) < LARGEST
