"""Advice on scripts that were measured: one line, ours, and never a decision."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from safe_install.advise.known_scripts import advice, known_script
from safe_install.model import Event, LifecycleScript, Source
from tests.builders import a_package, a_script, an_artifact
from tests.world import World

MEASURED = json.loads(files("safe_install.advise").joinpath("known-scripts.json").read_text())["scripts"]


def test_a_script_that_was_measured_has_advice_in_one_line() -> None:
    told = advice(a_script("node install.js", name="esbuild"))
    assert told == "it checks that the package for this platform is there; can be skipped"


def test_what_can_wait_names_the_command_that_does_it_later() -> None:
    told = advice(a_script("node dist/index.js --exec install", name="cypress"))
    assert "`npx cypress install` does it later" in told
    assert "needs a network (download.cypress.io, cdn.cypress.io), a cache" in told


def test_hosts_that_belong_together_have_one_word_and_are_all_known() -> None:
    script = a_script("prebuild-install || node-gyp rebuild --release", name="better-sqlite3", event=Event.INSTALL)
    known = known_script(script)
    assert known
    assert {"github.com", "nodejs.org"} < set(known.hosts)
    assert "GitHub releases, Node headers" in advice(script)


@pytest.mark.parametrize(
    "script",
    [
        a_script("node other.js", name="esbuild"),
        a_script("node install.js", name="esbuild", event=Event.PREINSTALL),
        a_script("node install.js", name="esbuild-lookalike"),
    ],
    ids=["another command", "another event", "another package"],
)
def test_nothing_is_said_of_any_other_script(script: LifecycleScript) -> None:
    assert advice(script) == ""


def test_nothing_is_said_of_a_package_that_only_has_the_name() -> None:
    elsewhere = a_package({}, an_artifact("esbuild", source=Source.REMOTE))
    assert advice(LifecycleScript(package=elsewhere, event=Event.POSTINSTALL, command="node install.js")) == ""


def test_a_version_in_the_command_may_be_another_one() -> None:
    package = a_package({}, an_artifact("unrs-resolver", "1.7.3"))
    script = LifecycleScript(
        package=package, event=Event.POSTINSTALL, command="napi-postinstall unrs-resolver 1.7.3 check"
    )
    assert "can be skipped" in advice(script)


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: f"{one['package']} {one['seen_in']}")
def test_every_entry_gives_a_line_for_the_script_that_it_was_made_from(one: dict[str, str]) -> None:
    command = one["command"].replace("{version}", one["seen_in"])
    package = a_package({}, an_artifact(one["package"], one["seen_in"]))
    told = advice(LifecycleScript(package=package, event=Event(one["event"]), command=command))
    assert told.startswith("it ")
    assert told.isprintable()
    assert len(told) <= 200


@pytest.mark.npm
@pytest.mark.semgrep
def test_advice_stands_in_the_waiting_list_and_approves_nothing(world: World) -> None:
    files = {"install.js": "require('child_process').execSync('make')\n"}
    world.lock(world.registry.publish("esbuild", "0.28.2", files, scripts={"postinstall": "node install.js"}))
    said = world.run("scan")
    assert said.code == 10
    assert "advice" in said.out
    assert "can be skipped" in said.out
    assert "REVIEW" in said.out
