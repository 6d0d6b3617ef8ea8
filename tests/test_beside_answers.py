"""What npm answered is remembered for a day, for a bounded number of questions, and never believed when it is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safe_install import beside_answers
from safe_install.beside_answers import Answers

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
QUESTION = {"wanted": {"dependencies": {"a": "^1"}}}


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(folder=tmp_path / "beside", now=NOON)


def test_an_answer_is_found_by_its_question_alone(answers: Answers) -> None:
    answers.put(QUESTION, b"{}")
    assert answers.get(QUESTION) == b"{}"
    assert answers.get({**QUESTION, "npm": "12"}) is None


@pytest.mark.parametrize("passed", [timedelta(days=1), timedelta(seconds=-1)])
def test_an_answer_of_another_day_is_forgotten(answers: Answers, passed: timedelta) -> None:
    answers.put(QUESTION, b"{}")
    assert replace(answers, now=NOON + passed).get(QUESTION) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"at": 1}', b'{"at": "2026-01-02"}', b"\xff"])
def test_a_broken_answer_is_none(answers: Answers, content: bytes) -> None:
    answers.put(QUESTION, b"{}")
    (path,) = answers.folder.iterdir()
    path.write_bytes(content)
    assert answers.get(QUESTION) is None


def test_the_oldest_is_forgotten_where_there_are_too_many(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside_answers, "MOST", 3)
    for number in range(9):
        answers.put({"number": number}, b"{}")
    assert len(list(answers.folder.iterdir())) == 3
    assert answers.get({"number": 8}) == b"{}"


def test_a_folder_that_cannot_be_made_loses_nothing_but_time(answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "beside").write_text("a file")
    answers.put(QUESTION, b"{}")
    assert answers.get(QUESTION) is None
