"""The order of versions and the ranges of records."""

from __future__ import annotations

import pytest

from safe_install.advise.versions import order, within

ASCENDING = [
    "0",
    "0.0.0-a",
    "0.0.0",
    "1.0.0-1",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0-a",
    "1.0.0-a.1",
    "1.0.0-b",
    "1.0.0",
    "1.0.1",
    "1.10.0",
]


def test_versions_are_sorted_as_semver_says() -> None:
    orders = [order(version) for version in ASCENDING]
    assert None not in orders
    assert sorted(filter(None, reversed(orders))) == orders


@pytest.mark.parametrize(
    ("version", "events", "inside"),
    [
        ("9.9.9", [{"introduced": "0"}], True),
        ("0.0.0-beta", [{"introduced": "0"}], True),
        ("1.0.0", [{"introduced": "1.0.1"}], False),
        ("1.0.1", [{"introduced": "1.0.1"}, {"fixed": "1.0.2"}], True),
        ("1.0.2", [{"introduced": "1.0.1"}, {"fixed": "1.0.2"}], False),
        ("1.0.2", [{"introduced": "1.0.1"}, {"last_affected": "1.0.2"}], True),
        ("1.0.3", [{"introduced": "1.0.1"}, {"last_affected": "1.0.2"}], False),
        ("2.5.0", [{"introduced": "0"}, {"fixed": "1.0.0"}, {"introduced": "2.0.0"}, {"fixed": "3.0.0"}], True),
        ("1.5.0", [{"introduced": "0"}, {"fixed": "1.0.0"}, {"introduced": "2.0.0"}, {"fixed": "3.0.0"}], False),
        ("not-one", [{"introduced": "5.0.0"}], True),
        ("1.0.0", [{"introduced": "later"}], True),
        ("1.0.0", ["nonsense"], True),
    ],
)
def test_a_version_lies_in_a_range_or_not_and_what_cannot_be_compared_does(
    version: str, events: list[object], *, inside: bool
) -> None:
    assert within(version, events) is inside
