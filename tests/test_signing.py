"""Signed approvals: made with a key of the keychain, counted by the policy's signers, and void when somebody edits them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import keyring
import pexpect
import pytest
from keyring.backends import fail, null

from safe_install.decide.approvals import Approvals, key_of
from safe_install.errors import ApprovalsError, SafeInstallError, UsageError
from safe_install.judgement import Approval, Grants, Policy, Signer
from safe_install.model import Digest, Event
from safe_install.signing import create_key, public_key, signed_for, unsigned_of, with_proof
from tests.keychain import Keychain
from tests.test_consent import at_a_terminal
from tests.world import World

YES = Approval(
    package="builds", event=Event.INSTALL, fingerprint=Digest("9e" * 32), seen_in="1.0.0", by="ana", on=date(2026, 1, 1)
)
SOMEBODY = Signer(name="bob", key="qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=")


@pytest.fixture(autouse=True)
def keychain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give this test an empty keychain, and every program that it starts the same."""
    monkeypatch.setenv("TEST_KEYCHAIN", str(tmp_path / "keychain.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keychain.Keychain")
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent))
    before = keyring.get_keyring()
    keyring.set_keyring(Keychain())
    yield
    keyring.set_keyring(before)


def requiring(*signers: Signer) -> Policy:
    return Policy(signers=signers, require_signed=True)


def test_a_record_that_is_signed_by_a_signer_counts() -> None:
    policy = requiring(SOMEBODY, Signer(name="ana", key=create_key()))
    signed = signed_for(policy, [YES])
    assert signed[0].signature
    assert with_proof(Approvals(approvals=signed), policy).unproven == frozenset()


@pytest.mark.parametrize(
    "edit",
    [
        {"grants": Grants(hosts=("a.test",))},
        {"fingerprint": Digest("8d" * 32)},
        {"until": date(2999, 1, 1)},
        {"by": "bob"},
        {"on": date(2025, 1, 1)},
        {"signature": ""},
        {"signature": f"{'A' * 86}=="},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_a_record_that_somebody_edited_does_not_count(edit: dict[str, Any]) -> None:
    policy = requiring(Signer(name="ana", key=create_key()))
    (signed,) = signed_for(policy, [YES])
    edited = replace(signed, **edit)
    assert with_proof(Approvals(approvals=(edited,)), policy).unproven == {key_of(edited)}


def test_a_signature_of_somebody_else_does_not_count() -> None:
    signed = signed_for(Policy(signers=(Signer(name="ana", key=create_key()),)), [YES])
    assert unsigned_of(signed, [SOMEBODY]) == signed


def test_without_the_wish_for_signatures_every_record_counts_and_none_is_signed() -> None:
    assert with_proof(Approvals(approvals=(YES,)), Policy()).unproven == frozenset()
    create_key()
    assert signed_for(Policy(), [YES]) == (YES,)


def test_who_cannot_sign_what_must_be_signed_is_told_what_to_do() -> None:
    with pytest.raises(ApprovalsError, match="there is no signing key here"):
        signed_for(requiring(SOMEBODY), [YES])
    create_key()
    with pytest.raises(ApprovalsError, match="none of the policy's signers"):
        signed_for(requiring(SOMEBODY), [YES])


def test_a_key_is_made_once() -> None:
    made = create_key()
    assert public_key() == made
    with pytest.raises(UsageError, match="already"):
        create_key()


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()], ids=["none", "nowhere"])
def test_without_a_keychain_no_key_is_made_and_none_is_kept_in_a_file(tmp_path: Path, backend: Any) -> None:  # noqa: ANN401
    keyring.set_keyring(backend)
    with pytest.raises(SafeInstallError, match="never kept in a plain file"):
        create_key()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.npm
@pytest.mark.semgrep
def test_in_a_project_that_wants_signatures_an_unsigned_yes_waits_and_a_signed_one_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parent.parent}:{os.environ.get('PYTHONPATH', '')}")
    files = {"install.js": "require('fs').mkdirSync('made')"}
    world.lock(world.registry.publish("builds", "1.0.0", files, scripts={"install": "node install.js"}))
    world.approve("builds")
    child = at_a_terminal(world, "key", "create")
    child.expect(r'(\{ name = "[^"]+", key = "[^"]+" \})')
    world.write("safe-install.toml", f"signers = [{child.match[1]}]\nrequire-signed = true\n")
    child.expect(pexpect.EOF)
    said = world.run("scan", "--json")
    assert [verdict["reasons"] for verdict in said.report["verdicts"]] == [["unsigned"]]
    assert "not signed by a signer of the policy" in " ".join(world.run("scan").out.split())
    assert "does not count" in " ".join(world.run("approvals", "list").out.split())
    child = at_a_terminal(world, "approve", "builds")
    child.expect(r"Type ([0-9a-f]{6}) to approve")
    child.sendline(child.match[1])
    child.expect("Approved builds@1.0.0")
    child.expect(pexpect.EOF)
    assert json.loads(world.read("safe-install.approvals.json"))["approvals"][0]["signature"]
    assert world.run("scan", "--json").verdicts == {"builds install": "allow"}


@pytest.mark.npm
def test_without_a_person_no_key_is_made(world: World) -> None:
    world.lock()
    said = world.run("key", "create")
    assert said.code == 1
    assert "is for a person" in said.err
