"""Approving is for people at a terminal."""

from __future__ import annotations

import sys

import pexpect
import pytest

from safe_install.errors import ApprovalsError
from safe_install.person import AGENT_NAMES, CI_NAMES, require_person


@pytest.mark.parametrize("name", AGENT_NAMES)
def test_a_shell_that_an_agent_has_marked_is_refused_by_name(name: str) -> None:
    with pytest.raises(ApprovalsError, match=name):
        require_person({name: "1"}, doing="Approving")


@pytest.mark.parametrize("name", CI_NAMES)
def test_a_runner_that_does_not_say_ci_is_refused_by_its_own_name(name: str) -> None:
    with pytest.raises(ApprovalsError, match=f"{name} is set"):
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


def test_what_is_typed_comes_from_the_controlling_terminal_and_not_from_a_pipe() -> None:
    program = "from safe_install.person import typed; print('got', typed('code? '))"
    child = pexpect.spawn(
        "/bin/sh", ["-c", f'echo piped | {sys.executable} -c "{program}"'], encoding="utf-8", timeout=30
    )
    child.expect("code\\? ")
    child.sendline("abc123")
    child.expect("got abc123")
    child.expect(pexpect.EOF)


def test_who_hangs_up_has_typed_nothing() -> None:
    program = "from safe_install.person import typed; print('got', repr(typed('code? ')))"
    child = pexpect.spawn(sys.executable, ["-c", program], encoding="utf-8", timeout=30)
    child.expect("code\\? ")
    child.sendeof()
    child.expect("got ''")
    child.expect(pexpect.EOF)
