"""`safe-install run`: a command gets no credentials but those that are named, and what it prints of them is masked."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

import safe_install
from safe_install.errors import SafeInstallError, UsageError
from safe_install.run import keychain
from safe_install.run.masking import Mask
from safe_install.run.redact import redacted
from safe_install.run.secrets import Secret, fetch, read_words

VALUE = "correct-horse-battery-staple"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project with a secret of its own, and a secret file beside it."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project/package.json").write_text("{}")
    (tmp_path / "project/.env").write_text("canary")
    (tmp_path / "value").write_text(VALUE + "\n")
    (tmp_path / "value").chmod(0o600)
    return tmp_path / "project"


def run(project: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run safe-install as a shell would."""
    path = str(Path(safe_install.__file__).parents[1])
    own = {**os.environ, "PYTHONPATH": path, "SAFE_INSTALL_CACHE": str(project.parent / "cache"), **env}
    command = [sys.executable, "-m", "safe_install", "run", *words]
    return subprocess.run(command, cwd=project, env=own, capture_output=True, text=True, check=False, timeout=120)


def test_of_the_callers_credentials_none_comes_through(project: Path) -> None:
    told = run(
        project,
        "--",
        "/usr/bin/env",
        NPM_TOKEN="canary",
        AWS_SECRET_ACCESS_KEY="canary",
        NODE_OPTIONS="canary",
        LANG="C",
    )
    assert told.returncode == 0, told.stderr
    assert "LANG=C" in told.stdout
    assert "canary" not in told.stdout


def test_exit_code_and_both_streams_are_the_commands_own(project: Path) -> None:
    told = run(project, "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (told.returncode, told.stdout, told.stderr) == (7, "out\n", "err\n")
    assert run(project, "--", "sh", "-c", "kill -TERM $$").returncode == 143


@pytest.mark.parametrize("source", ["file:../value", f"cmd:printf %s {VALUE}", "env:KEPT_AS"])
def test_a_named_secret_is_given_to_this_process_and_masked_in_what_it_prints(project: Path, source: str) -> None:
    script = 'test "$TOKEN" = "$0" && echo same; echo "it is $TOKEN."; echo "$TOKEN" | base64 >&2'
    told = run(project, "--secret", f"TOKEN={source}", "--", "sh", "-c", script, VALUE, KEPT_AS=VALUE)
    assert told.stdout == "same\nit is [TOKEN].\n"
    assert base64.b64encode(VALUE.encode()).decode()[:30] not in told.stderr
    log = (project.parent / "cache/secrets.log").read_text()
    assert '"secret": "TOKEN"' in log
    assert VALUE not in log
    assert (project.parent / "cache/secrets.log").stat().st_mode & 0o077 == 0


def test_a_value_is_never_among_anybodys_arguments(project: Path) -> None:
    script = "cat /proc/self/cmdline /proc/$PPID/cmdline | tr '\\0' ' '"
    told = run(project, "--secret", "TOKEN=file:../value", "--", "sh", "-c", script)
    assert "--secret TOKEN=file:../value" in told.stdout
    assert VALUE not in told.stdout
    assert "[TOKEN]" not in told.stdout


@pytest.mark.parametrize(
    "word", ["TOKEN", f"TOKEN={VALUE}", "TOKEN=file:", "1X=env:A", "=env:A", f"TOKEN=vault:{VALUE}"]
)
def test_a_word_that_names_no_source_is_refused_without_being_repeated(word: str) -> None:
    with pytest.raises(UsageError) as told:
        read_words([word])
    assert VALUE not in told.value.message


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "value"
    path.write_text(VALUE)
    path.chmod(mode)
    (secret,) = read_words([f"TOKEN=file:{path}"])
    with pytest.raises(SafeInstallError, match="read by others"):
        fetch(secret, {})


@pytest.mark.parametrize("source", ["env:NO_SUCH", "file:/no/such", "cmd:false", "cmd:/no/such", "cmd:'"])
def test_a_secret_that_cannot_be_had_runs_nothing(project: Path, source: str) -> None:
    told = run(project, "--secret", f"TOKEN={source}", "--", "sh", "-c", "echo ran")
    assert told.returncode == 1
    assert told.stdout == ""


@pytest.mark.sandbox
@pytest.mark.npm
def test_in_the_sandbox_it_sees_the_project_without_its_secrets_and_no_network(project: Path) -> None:
    (Path(os.environ["HOME"]) / ".npmrc").write_text("canary")
    script = f'echo "$TOKEN"; cat .env ~/.npmrc {os.environ["HOME"]}/.npmrc ../value; cat /proc/net/route | wc -l; echo made > made; exit 5'
    told = run(project, "--sandbox", "--secret", "TOKEN=file:../value", "--", "sh", "-c", script)
    assert told.returncode == 5
    assert told.stdout == "[TOKEN]\n1\n"
    assert (project / "made").read_text() == "made\n"


# ------------------------------------------------------------------ keychains


class Kept:
    """A keychain that works, for as long as a test does."""

    priority = 5

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.values.get(f"{service}/{name}")

    def set_password(self, service: str, name: str, value: str) -> None:
        self.values[f"{service}/{name}"] = value

    def delete_password(self, service: str, name: str) -> None:
        del self.values[f"{service}/{name}"]


def test_a_secret_is_kept_in_the_keychain_and_only_its_name_by_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = pytest.importorskip("keyring")
    kept = Kept()
    monkeypatch.setattr(keyring, "get_keyring", lambda: kept)
    keychain.keep("deploy", VALUE, tmp_path, production=True)
    assert fetch(Secret("TOKEN", read_words(["A=keychain:deploy"])[0].keeper, "deploy"), {}) == VALUE
    assert keychain.names(tmp_path) == {"deploy": True}
    assert VALUE not in "".join(path.read_text() for path in tmp_path.iterdir())
    keychain.forget("deploy", tmp_path)
    assert (keychain.names(tmp_path), kept.values) == ({}, {})


def test_a_keychain_that_only_pretends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    pretends = Kept()
    pretends.priority = 0
    monkeypatch.setattr(keyring, "get_keyring", lambda: pretends)
    with pytest.raises(SafeInstallError, match="plain text"):
        keychain.keep("deploy", VALUE, tmp_path, production=False)
    assert pretends.values == {}
    assert list(tmp_path.iterdir()) == []


def test_without_keyring_the_fix_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SafeInstallError) as told:
        keychain.value_of("deploy")
    assert "safe-install-npm[keychain]" in (told.value.hint or "")


def test_a_production_secret_asks_a_person_first(project: Path) -> None:
    (project.parent / "cache").mkdir()
    (project.parent / "cache/secrets.json").write_text('{"deploy": true}')
    told = run(project, "--secret", "TOKEN=keychain:deploy", "--", "sh", "-c", "echo ran")
    assert told.returncode == 1
    assert told.stdout == ""
    assert "for a person" in told.stderr


# ------------------------------------------------------------------ masks


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_value_is_masked_wherever_the_blocks_cut_it(size: int) -> None:
    text = f"a {VALUE} b {VALUE[:9]} c {base64.b64encode(VALUE.encode()).decode()} {VALUE}{VALUE}".encode()
    mask = Mask({"TOKEN": VALUE, "OTHER": "battery"})
    blocks = [mask.passed(text[at : at + size]) for at in range(0, len(text), size)]
    shown = b"".join((*blocks, mask.rest())).decode()
    assert VALUE not in shown
    assert shown.startswith(f"a [TOKEN] b {VALUE[:9]} c [TOKEN]")
    assert shown.endswith("[TOKEN][TOKEN]")


def test_a_script_may_not_say_a_secret_of_ours_aloud() -> None:
    env = {"NPM_TOKEN": VALUE, "LANG": "C.UTF-8-and-more", "GRANTED": "given-to-the-script", "SHORT_TOKEN": "abc"}
    text = f"{VALUE} C.UTF-8-and-more given-to-the-script abc"
    assert redacted(text, env, ("GRANTED",)) == "[NPM_TOKEN] C.UTF-8-and-more [GRANTED] abc"
