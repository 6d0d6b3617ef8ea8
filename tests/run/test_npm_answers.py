"""What npm answered is not asked again, and not believed once anything could make it answer otherwise."""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from safe_install.run.npm import Npm, ask_npm
from safe_install.run.npm_answers import Answer, Answers
from safe_install.run.process import run_to_end
from tests.run.site import write_files

pytestmark = pytest.mark.npm

REGISTRY = "https://registry.example.test/"
OTHER = "https://other.example.test/"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the starts of node."""
    started: list[str] = []

    def noting(argv: Any, **named: Any) -> Any:  # noqa: ANN401
        started.append(argv[1])
        return run_to_end(argv, **named)

    monkeypatch.setattr("safe_install.run.npm.run_to_end", noting)
    return started


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home with an .npmrc in which nothing has changed for longer than anybody waits."""
    monkeypatch.setattr("safe_install.run.npm_answers._SETTLED", -3600.0)
    home = tmp_path / "at" / "home"
    write_files(home, {".npmrc": f"registry={REGISTRY}\n"})
    return home


def told(home: Path, **more: str) -> Mapping[str, object]:
    """Ask as a command does, with a file to remember in."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), **more}
    return ask_npm(env, remembered(home))[1]


def remembered(home: Path) -> Path:
    return home.parent / "npm-answers.json"


def test_the_same_question_is_asked_once_and_answered_alike(home: Path, asked: list[str]) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(home)}
    first = ask_npm(env, remembered(home))
    assert len(asked) == 2
    assert ask_npm(env, remembered(home)) == first == ask_npm(env)
    assert len(asked) == 4  # by the last, which remembers nothing
    assert stat.S_IMODE(remembered(home).stat().st_mode) == 0o600


def test_a_changed_npmrc_of_the_user_is_never_missed(home: Path) -> None:
    assert told(home)["registry"] == REGISTRY
    before = (home / ".npmrc").stat()
    (home / ".npmrc").write_text(f"registry={OTHER}\n".ljust(before.st_size)[: before.st_size])
    os.utime(home / ".npmrc", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert str(told(home)["registry"]).startswith("https://other")
    (home / ".npmrc").unlink()
    assert told(home)["registry"] not in {REGISTRY, OTHER}
    (home / ".npmrc").write_text(f"registry={REGISTRY}\nomit=dev\n")
    assert (told(home)["registry"], told(home)["omit"]) == (REGISTRY, ["dev"])


def test_an_npmrc_that_comes_to_the_global_place_is_not_missed(home: Path) -> None:
    prefix = home / "prefix"
    assert told(home, npm_config_prefix=str(prefix))["registry"] == REGISTRY
    (home / ".npmrc").write_text("omit=dev\n")
    told(home, npm_config_prefix=str(prefix))
    write_files(prefix, {"etc/npmrc": f"registry={OTHER}\n"})
    assert told(home, npm_config_prefix=str(prefix))["registry"] == OTHER


def test_the_npmrc_that_lies_in_npm_itself_is_not_missed(home: Path, npm: Npm, asked: list[str]) -> None:
    bins = home.parent / "npm" / "bin"
    shutil.copytree(npm.folder, bins.parent, ignore=shutil.ignore_patterns("docs", "man"), symlinks=True)
    (bins / "npm-cli.js").chmod(0o755)
    (bins / "npm").unlink(missing_ok=True)
    (bins / "npm").symlink_to("npm-cli.js")
    (bins / "node").symlink_to(npm.node)
    (home / ".npmrc").unlink()
    assert told(home, PATH=str(bins))["registry"] not in {REGISTRY, OTHER}
    (bins.parent / "npmrc").write_text(f"registry={OTHER}\n")
    assert told(home, PATH=str(bins))["registry"] == OTHER
    asked.clear()
    definitions = bins.parent / "node_modules" / "@npmcli" / "config" / "lib" / "definitions" / "definitions.js"
    definitions.write_text(definitions.read_text() + "\n")
    told(home, PATH=str(bins))
    assert len(asked) == 2


@pytest.mark.parametrize("name", ["npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_@corp:registry"])
def test_a_setting_in_the_environment_is_not_missed(home: Path, name: str) -> None:
    before = told(home)
    after = told(home, **{name: OTHER})
    assert OTHER in after.values()
    assert OTHER not in before.values()
    assert told(home) == before


def test_another_file_for_the_user_is_another_question(home: Path) -> None:
    told(home)
    write_files(home, {"another": f"registry={OTHER}\n"})
    assert told(home, npm_config_userconfig=str(home / "another"))["registry"] == OTHER


def test_what_is_filled_in_is_filled_in_anew(home: Path, asked: list[str]) -> None:
    (home / ".npmrc").write_text("registry=https://${CORP_HOST}/\n")
    assert told(home, CORP_HOST="one.example.test")["registry"] == "https://one.example.test/"
    assert told(home, CORP_HOST="two.example.test")["registry"] == "https://two.example.test/"
    assert len(asked) == 2


def test_what_changed_while_npm_was_asked_is_not_remembered(
    home: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.npm_answers._SETTLED", 2.0)
    told(home)
    assert not remembered(home).exists()
    long_ago = time.time() - 86_400
    os.utime(home / ".npmrc", (long_ago, long_ago))  # which anybody can say
    told(home)
    assert not remembered(home).exists()
    assert len(asked) == 4


def test_a_shim_is_asked_each_time(home: Path, npm: Npm, asked: list[str]) -> None:
    bins = home.parent / "shims"
    write_files(bins, {"node": f'#!/bin/sh\nexec {npm.node} "$@"\n'})
    (bins / "node").chmod(0o755)
    (bins / "npm").symlink_to(npm.cli)
    for _ in range(2):
        told(home, PATH=str(bins))
    assert len(asked) == 4


@pytest.mark.parametrize(
    "line",
    [
        "registry=https://me:hunter2@registry.example.test/",
        "https-proxy=http://me:hunter2@proxy.example.test:8080",
        "//registry.example.test/:_authToken=hunter2",
        "my-own-token=hunter2",
        "key=hunter2",
        "_auth=hunter2",
    ],
)
def test_no_secret_is_written_down(home: Path, line: str) -> None:
    (home / ".npmrc").write_text(f"{line}\n")
    told(home)
    assert "hunter2" not in (remembered(home).read_text() if remembered(home).exists() else "")


@pytest.mark.parametrize(
    ("of", "text"),
    [(None, ""), (None, "{"), (None, "[]"), ("about", "{}"), ("config", "1"), ("files", "1"), ("about", '{"node": 1}')],
)
def test_what_was_not_written_by_us_is_not_believed(home: Path, of: str | None, text: str, asked: list[str]) -> None:
    first = told(home)
    if of is None:
        remembered(home).write_text(text)
    else:
        entries = json.loads(remembered(home).read_text())
        remembered(home).write_text(json.dumps({key: {**one, of: json.loads(text)} for key, one in entries.items()}))
    asked.clear()
    assert told(home) == first
    assert len(asked) == 2


def test_a_link_to_what_never_ends_is_not_read(home: Path, asked: list[str]) -> None:
    remembered(home).symlink_to("/dev/zero")
    told(home)
    assert len(asked) == 2
    assert remembered(home).is_file()


@pytest.mark.parametrize(("user", "kept"), [("", True), ("me:hunter2@", False)])
def test_an_address_with_a_password_is_not_written_down_even_where_npm_tells_it(
    home: Path, npm: Npm, user: str, *, kept: bool
) -> None:
    places = {name: str(home / name) for name in ("userconfig", "globalconfig")}
    told = Answer(about={"node": str(npm.node)}, config={**places, "https-proxy": f"http://{user}proxy.example.test"})
    env = {"HOME": str(home)}
    Answers(path=remembered(home), node=npm.node, cli=npm.cli, env=env, asks="").put(told, time.time())
    assert remembered(home).exists() is kept
