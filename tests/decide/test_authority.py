"""What a change does to the rules by which it is judged; that the base's rules are read and hold is in tests/test_authority.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from safe_install.decide.approvals import Approvals
from safe_install.decide.authority import authority_changed
from safe_install.judgement import Approval, Denial, Policy
from safe_install.model import Digest, Event, Severity

YES = Approval(
    package="a", event=Event.POSTINSTALL, fingerprint=Digest("0" * 64), seen_in="1.0.0", by="ana", on=date(2026, 1, 2)
)
NO = Denial(package="b", by="ana", on=date(2026, 1, 2))
WITH_YES, WITH_NO, NOTHING = Approvals(approvals=(YES,)), Approvals(denials=(NO,)), Approvals()


def told(base: Approvals, own: Approvals) -> str:
    """Say how the records differ."""
    (finding,) = authority_changed((Policy(), base), (Policy(), own))
    assert (finding.signature, finding.severity) == ("authority-changed", Severity.WARNING)
    assert finding.path == "safe-install.approvals.json"
    return finding.message.removeprefix("this change differs from its base in what is allowed: ").partition(";")[0]


@pytest.mark.parametrize(
    ("base", "own", "words"),
    [
        (NOTHING, WITH_YES, "a yes to a 1.0.0"),
        (WITH_YES, NOTHING, "no more yes to a 1.0.0"),
        (WITH_YES, Approvals(approvals=(replace(YES, until=date(2027, 1, 1)),)), "other terms for a 1.0.0"),
        (NOTHING, WITH_NO, "a no to b"),
        (WITH_NO, Approvals(denials=(replace(NO, blocks=True),)), "a no to b"),
        (WITH_NO, NOTHING, "no more no to b"),
    ],
)
def test_each_record_that_is_new_gone_or_not_the_same_is_named(base: Approvals, own: Approvals, words: str) -> None:
    assert told(base, own) == words


def test_the_same_rules_are_no_news() -> None:
    both = Policy(auto_approve=True), Approvals(approvals=(YES,), denials=(NO,))
    assert authority_changed(both, both) == ()


def test_exactly_the_settings_that_differ_are_named_as_they_are_written() -> None:
    (finding,) = authority_changed((Policy(), NOTHING), (Policy(auto_approve=True, time_limit=7), NOTHING))
    assert "what is allowed: auto-approve, time-limit; the base's" in finding.message
    assert finding.path == "safe-install.toml"


def test_each_of_the_projects_own_signatures_that_differs_is_a_finding() -> None:
    both = Policy(), NOTHING
    findings = authority_changed(both, both, {"rules/b.yml": "is gone", "rules/a.yml": "is new"})
    assert [(one.path, one.message.split(": ")[1].partition(";")[0]) for one in findings] == [
        ("rules/a.yml", "is new"),
        ("rules/b.yml", "is gone"),
    ]


def test_of_very_many_differences_the_rest_is_counted() -> None:
    def yes_to(number: int) -> Approvals:
        return Approvals(approvals=tuple(replace(YES, package=f"p{place}") for place in range(number)))

    assert told(NOTHING, yes_to(8)).endswith("a yes to p7 1.0.0")
    assert told(NOTHING, yes_to(10)).endswith("a yes to p7 1.0.0, 2 more")
