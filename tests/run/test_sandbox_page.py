"""docs/sandbox.md promises nothing that no test shows."""

from __future__ import annotations

import re
from pathlib import Path

from safe_install.run import limits
from safe_install.run.passing import Budget

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "sandbox.md").read_text()


def test_every_test_that_the_page_names_is_there() -> None:
    written = "\n".join(path.read_text() for path in (*TESTS.glob("run/test_*.py"), TESTS / "test_receipts.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 30
    assert [name for name in sorted(named) if f"def {name}(" not in written] == []


def test_every_promise_names_a_test() -> None:
    rows = [
        line for line in PAGE.partition("## Reduced")[0].partition("## Promises")[2].splitlines() if line[:2] == "| "
    ]
    assert [row for row in rows[1:] if "`test_" not in row] == []


def test_the_bounds_on_the_page_are_those_of_the_code() -> None:
    for told in (
        f"{Budget.MOST_SENT // 2**20} MiB",
        f"{Budget.MOST_RECEIVED // 2**30} GiB, over all",
        f"{limits.PROCESSES} processes",
        f"{limits.MEMORY // 2**30} GiB of memory",
        f"a file of {limits.FILE // 2**30} GiB",
        f"{limits.DISK // 2**30} GiB of disk",
    ):
        assert told in PAGE
