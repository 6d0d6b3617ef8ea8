"""Approving is for people at a terminal."""

from __future__ import annotations

import sys

import pexpect
import pytest

from safe_install.errors import ApprovalsError
from safe_install.person import AGENT_NAMES, require_person


@pytest.mark.parametrize("name", AGENT_NAMES)
def test_a_shell_that_an_agent_has_marked_is_refused_by_name(name: str) -> None:
    with pytest.raises(ApprovalsError, match=name):
        require_person({name: "1"}, doing="Approving")


@pytest.mark.parametrize("value", ["1", "true", "woodpecker"])
def test_ci_is_refused(value: str) -> None:
    with pytest.raises(ApprovalsError, match="CI is set"):
        require_person({"CI": value}, doing="Approving")


def test_without_a_terminal_nobody_can_be_asked() -> None:
    with pytest.raises(ApprovalsError, match="no terminal"):
        require_person({}, doing="Approving")


def test_with_a_terminal_a_person_can_be_asked() -> None:
    program = "from safe_install.person import require_person; require_person({'CI': 'false'}, doing='x'); print('yes')"
    child = pexpect.spawn(sys.executable, ["-c", program], encoding="utf-8", timeout=30)
    child.expect("yes")
    child.expect(pexpect.EOF)
