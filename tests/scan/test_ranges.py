"""A range admits the versions that npm's semver admits."""

from __future__ import annotations

import random

import pytest

from safe_install.scan.ranges import satisfies
from tests.scan.npm_itself import npm_itself


@pytest.mark.parametrize(
    ("wanted", "admitted"),
    [
        (">=18", True),
        (">= 18", True),
        ("^18 || ^20", True),
        ("^18.18.0 || ^20.9.0 || >=21.1.0", True),
        ("^22.20 || ^24.12 || >=25", False),
        ("20", True),
        ("20.x", True),
        ("20.9", False),
        ("=20.20.2", True),
        ("v20.20.2", True),
        ("~20.20", True),
        ("~>20.20.0", True),
        ("~20.19.0", False),
        ("<20", False),
        ("<=20", True),
        (">20", False),
        (">20.19 <21", True),
        ("18 - 20", True),
        ("18 - 20.1", False),
        ("*", True),
        ("", True),
        ("x", True),
        (">*", False),
        ("latest", False),
        (">=18 && <21", False),
        ("x.1", False),
        ("20.20.2-rc.1", False),
        (">=20.20.2-rc.1", True),
        ("020", False),
    ],
)
def test_node_20_20_2_in_a_range(wanted: str, admitted: bool) -> None:  # noqa: FBT001
    assert satisfies("20.20.2", wanted) is admitted


def test_what_is_no_version_is_in_no_range() -> None:
    assert not satisfies("twenty", "*")


def test_a_prerelease_comes_before_its_release() -> None:
    assert satisfies("21.0.0-nightly1", ">=20")
    assert not satisfies("21.0.0-nightly1", ">=21.0.0")


@pytest.mark.npm
def test_npm_itself_admits_the_same_versions() -> None:
    chance = random.Random(20)  # the same questions every time

    def number() -> str:
        return chance.choice(["0", "1", "2", "18", "20", "x", "*", "01"])

    def comparator() -> str:
        written = ".".join(number() for _ in range(chance.choice([1, 2, 3, 3])))
        return (
            chance.choice(["", "=", ">", ">=", "<", "<=", "~", "~> ", "^", ">= ", "v"])
            + written
            + chance.choice([""] * 9 + ["+b"])
        )

    def wanted() -> str:
        return chance.choice([" ", " - ", " || ", "||"]).join(comparator() for _ in range(chance.choice([1, 2, 2])))

    questions = [
        (chance.choice(["0.0.1", "0.1.0", "1.2.0", "2.0.2", "18.20.1", "20.20.2"]), wanted()) for _ in range(4_000)
    ]
    answers = npm_itself("scan/npm_readers.cjs", questions, "range")
    assert [
        question for question, answer in zip(questions, answers, strict=True) if satisfies(*question) is not answer
    ] == []
