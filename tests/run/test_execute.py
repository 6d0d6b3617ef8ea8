"""Approved scripts run in order, each only if it is still what was inspected, with nothing to steal and nobody to fool."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install.model import Event
from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.execute import REFUSED
from safe_install.run.npm import Npm
from safe_install.run.sandbox import Unconfined
from safe_install.story import Step
from tests.builders import a_manifest
from tests.run.runner import Runner, codes
from tests.run.site import Place, a_step, unpacked, write_files

pytestmark = [pytest.mark.npm, pytest.mark.sandbox]

A, B, C = "node_modules/a", "node_modules/b", "node_modules/c"


def test_steps_run_in_the_order_they_come(runner: Runner) -> None:
    steps = [
        a_step("echo 1 > one", location=B, event=Event.PREINSTALL),
        a_step("cat ../b/one", location=A),
        a_step("cat one", location=B),
    ]
    outcomes = runner.run(*steps)
    assert [outcome.output for outcome in outcomes] == ["", "1\n", "1\n"]
    assert [outcome.step for outcome in outcomes] == steps
    assert runner.begun == [B, A, B]


def test_a_script_works_in_its_packages_folder_with_what_npm_would_set(runner: Runner) -> None:
    told = runner.run(a_step('pwd; echo "$npm_lifecycle_event $npm_package_name $npm_command"', location=A))[0].output
    assert told == f"{runner.project}/{A}\npostinstall a ci\n"


def test_a_script_that_fails_stops_what_comes_after(runner: Runner) -> None:
    outcomes = runner.run(a_step("true", location=A), a_step("exit 7", location=B), a_step("true", location=C))
    assert codes(outcomes) == [0, 7]
    assert not outcomes[1].tolerated


def test_a_script_that_takes_too_long_stops_what_comes_after(runner: Runner) -> None:
    outcomes = runner.run(a_step("sleep 60", location=A, time_limit=1), a_step("true", location=B))
    assert codes(outcomes) == [None]


# ------------------------------------------------------------------ the moment before


@pytest.mark.parametrize("change", ["other", None])
def test_a_reached_file_that_changed_or_vanished_since_refuses_the_step_and_the_rest(
    runner: Runner, change: str | None
) -> None:
    step = a_step("node install.js", {"install.js": "1", "other.js": "1"}, location=A, reached=["install.js"])
    unpacked(runner.project, {A: step.verdict.inspection.script.package})
    if change is None:
        (runner.project / A / "install.js").unlink()
    else:
        write_files(runner.project / A, {"install.js": change})
    outcomes = runner.run(step, a_step("true", location=B))
    assert codes(outcomes) == [REFUSED]
    assert outcomes[0].output == "Not run: node_modules/a/install.js is not the file that was inspected.\n"
    assert runner.begun == []


def test_a_file_of_another_package_that_is_reached_is_checked_as_well(runner: Runner) -> None:
    other = a_step("true", {"index.js": "1"}, location=B, reached=["index.js"])
    first = a_step("node -e 'require(\"b\")'", location=A)
    inspection = first.verdict.inspection
    reaching = _with(first, files=(*inspection.files, *other.verdict.inspection.files))
    assert codes(runner.run(other, reaching)) == [0, 0]
    write_files(runner.project / B, {"index.js": "2"})
    assert codes(runner.run(reaching)) == [REFUSED]


def test_what_no_approval_is_about_may_change(runner: Runner) -> None:
    step = a_step("true", {"install.js": "1", "other.js": "1"}, location=A, reached=["install.js"])
    unpacked(runner.project, {A: step.verdict.inspection.script.package})
    write_files(runner.project / A, {"other.js": "2"})
    assert codes(runner.run(step)) == [0]


def test_where_there_is_a_gap_every_file_of_the_package_is_checked(runner: Runner) -> None:
    step = a_step("true", {"install.js": "1", "other.js": "1"}, location=A, reached=["install.js"], gap=True)
    assert codes(runner.run(step)) == [0]
    write_files(runner.project / A, {"other.js": "2"})
    assert codes(runner.run(step)) == [REFUSED]


def test_a_script_that_changes_what_the_next_one_was_approved_for_is_noticed(runner: Runner) -> None:
    files = {"install.js": "1"}
    first = a_step("echo evil > install.js", files, location=A, event=Event.PREINSTALL)
    second = a_step("node install.js", files, location=A, event=Event.INSTALL, reached=["install.js"])
    assert codes(runner.run(first, second)) == [0, REFUSED]


def test_a_link_in_place_of_a_reached_file_or_a_package_refuses_the_step(runner: Runner, tmp_path: Path) -> None:
    step = a_step("true", {"install.js": "1"}, location=A, reached=["install.js"])
    unpacked(tmp_path / "elsewhere", {A: step.verdict.inspection.script.package})
    unpacked(runner.project, {A: step.verdict.inspection.script.package})
    (runner.project / A / "install.js").unlink()
    (runner.project / A / "install.js").symlink_to(tmp_path / "elsewhere" / A / "install.js")
    assert codes(runner.run(step)) == [REFUSED]
    (runner.project / A).rename(runner.project / B)
    (runner.project / A).symlink_to(tmp_path / "elsewhere" / A)
    assert "is a link" in runner.run_as_it_is(step)[0].output


def test_a_first_line_that_npm_mended_is_no_change(runner: Runner) -> None:
    step = a_step("true", {"cli.js": "#!/bin/sh\r\n1\r\n"}, location=A, reached=["cli.js"], gap=True)
    unpacked(runner.project, {A: step.verdict.inspection.script.package})
    write_files(runner.project / A, {"cli.js": "#!/bin/sh\n1\r\n"})
    assert codes(runner.run(step)) == [0]


def test_the_projects_own_files_are_those_of_the_moment_but_for_what_was_reached(runner: Runner) -> None:
    files = {"package.json": a_manifest("project"), "build.js": "1", "other.js": "1"}
    write_files(runner.project, files)
    step = a_step("true", files, location="", reached=["build.js"], gap=True)
    write_files(runner.project, {"other.js": "2"})
    assert codes(runner.run(step)) == [0]
    write_files(runner.project, {"build.js": "2"})
    assert codes(runner.run(step)) == [REFUSED]


# ------------------------------------------------------------------ optional packages


def test_an_optional_package_that_fails_goes_with_its_set_and_the_rest_goes_on(runner: Runner) -> None:
    optional = {"optional": True}
    steps = [
        a_step("exit 1", location=A, artifact=optional),
        a_step("true", location=B, artifact=optional),
        a_step("true", location=C),
    ]
    outcomes = runner.run(*steps, optional_set=lambda location: {B} if location == A else ())
    assert [(outcome.step.location, outcome.tolerated) for outcome in outcomes] == [(A, True), (C, False)]
    assert [(runner.project / at).exists() for at in (A, B, C)] == [False, False, True]


def test_an_optional_package_that_is_not_what_was_inspected_is_not_tolerated(runner: Runner) -> None:
    step = a_step("true", {"x.js": "1"}, location=A, reached=["x.js"], artifact={"optional": True})
    unpacked(runner.project, {A: step.verdict.inspection.script.package})
    write_files(runner.project / A, {"x.js": "2"})
    assert [(outcome.exit_code, outcome.tolerated) for outcome in runner.run(step)] == [(REFUSED, False)]


# ------------------------------------------------------------------ nothing to steal, nobody to fool


def test_no_secret_is_seen_by_a_script(runner: Runner) -> None:
    home = Path(os.environ["HOME"])
    write_files(home, {".npmrc": "canary-home", ".ssh/id_rsa": "canary-home"})
    write_files(
        runner.project,
        {".npmrc": "canary-npmrc", ".env": "canary-env", ".git/config": "canary-git", "src/app.js": "canary-src"},
    )
    look = f"env; cat /proc/*/environ; cat ~/.npmrc {home}/.npmrc {home}/.ssh/id_rsa; cat ../../.npmrc ../../.env ../../.git/config ../../src/app.js; find / -name '*canary*'"
    told = runner.run(a_step(look, location=A), NPM_TOKEN="canary-token", AWS_SECRET_ACCESS_KEY="canary-aws")[0].output
    assert "npm_lifecycle_event" in told
    assert "canary" not in told.replace(look, "")


def test_what_was_granted_and_what_only_sounds_secret_is_shown_by_its_name(runner: Runner) -> None:
    command = 'echo "$FLAVOUR"; echo "$FLAVOUR" | base64; printf %s canary-; echo token-of-ours'
    step = a_step(command, location=A, env=("FLAVOUR",))
    (outcome,) = runner.run(step, FLAVOUR="vanilla-but-mine", NPM_TOKEN="canary-token-of-ours")
    assert outcome.output.startswith("[FLAVOUR]\n[FLAVOUR]")
    assert outcome.output.endswith("[NPM_TOKEN]\n")


def test_the_projects_own_script_sees_its_sources_and_still_no_secret(runner: Runner) -> None:
    write_files(runner.project, {".npmrc": "canary", ".env": "canary", ".git/config": "canary", "src/app.js": "source"})
    told = runner.run(
        a_step("cat src/app.js; cat .npmrc .env .git/config; ls -A .git; echo built > out.js", location="")
    )[0]
    assert told.output.startswith("source")
    assert "canary" not in told.output
    assert (runner.project / "out.js").read_text() == "built\n"


def test_the_projects_own_script_cannot_approve_anything(runner: Runner) -> None:
    write_files(runner.project, {"safe-install.approvals.json": "{}", "safe-install.toml": ""})
    runner.run(a_step("echo evil > safe-install.approvals.json; rm -f safe-install.toml", location=""))
    assert (runner.project / "safe-install.approvals.json").read_text() == "{}"
    assert (runner.project / "safe-install.toml").exists()


def test_a_package_cannot_change_another(runner: Runner) -> None:
    write_files(runner.project, {f"{A}/node_modules/nested/index.js": "kept"})
    evil = "echo evil > ../b/package.json; echo evil > ../../package.json; echo evil > node_modules/nested/index.js; mkdir ../evil; true"
    before = a_manifest("b")
    write_files(runner.project, {f"{B}/package.json": before})
    assert codes(runner.run(a_step(evil, location=A))) == [0]
    assert (runner.project / B / "package.json").read_text() == before
    assert (runner.project / A / "node_modules/nested/index.js").read_text() == "kept"
    assert not (runner.project / "node_modules/evil").exists()


@pytest.mark.parametrize("unconfined", [False, True])
def test_programs_of_a_package_do_not_take_the_place_of_ours(runner: Runner, npm: Npm, unconfined: bool) -> None:  # noqa: FBT001 - a case
    names = ["sh", "bash", "node", "npm", "npx", "node-gyp", "env", "python3", "make", "cc", "gmake", "clang"]
    for name in names:
        write_files(runner.project, {f"node_modules/evil/{name}": "#!/bin/sh\necho EVIL\n"})
        (runner.project / "node_modules/evil" / name).chmod(0o755)
        (runner.project / "node_modules/.bin").mkdir(exist_ok=True)
        (runner.project / "node_modules/.bin" / name).symlink_to(f"../evil/{name}")
    runner.sandbox = Unconfined() if unconfined else runner.sandbox
    command = "node -p process.execPath; sh -c 'echo shell'; npm --version; npx --version; node-gyp --version; env true"
    command += "; for tool in bash python3 make cc gmake clang; do $tool --version; done"
    outcome = runner.run(a_step(command, location=A))[0]
    assert "EVIL" not in outcome.output
    assert outcome.output.splitlines()[:2] == [str(npm.node), "shell"]
    assert str(npm.version) in outcome.output.splitlines()


def test_a_program_of_a_dependency_is_still_found(runner: Runner) -> None:
    write_files(runner.project, {"node_modules/tool/cli.js": "#!/usr/bin/env node\nconsole.log('tool')\n"})
    (runner.project / "node_modules/tool/cli.js").chmod(0o755)
    (runner.project / "node_modules/.bin").mkdir()
    (runner.project / "node_modules/.bin/prebuild").symlink_to("../tool/cli.js")
    assert runner.run(a_step("prebuild || exit 1", location=A))[0].output == "tool\n"


def test_a_program_that_would_run_as_its_owner_is_not_left_behind(runner: Runner) -> None:
    outcomes = runner.run(a_step("cp /bin/sh shell && chmod 4755 shell && cp shell d && chmod 2755 d", location=A))
    assert codes(outcomes) == [0]
    assert not [path for path in (runner.project / A).rglob("*") if path.stat().st_mode & 0o6000]
    assert f"{A}/shell" in outcomes[0].output


def test_without_walls_the_environment_is_still_clean_and_home_is_its_own(runner: Runner) -> None:
    runner.sandbox = Unconfined()
    told = runner.run(a_step("env; echo x > ~/file && ls ~", location=A), NPM_TOKEN="canary")[0]
    assert told.exit_code == 0
    assert "canary" not in told.output
    assert not (Path(os.environ["HOME"]) / "file").exists()


# ------------------------------------------------------------------ real packages through real npm


def an_approved(place: Place, location: str, command: str, event: Event = Event.INSTALL, **more: Any) -> Step:  # noqa: ANN401
    """Approve a script of a package that npm unpacked."""
    package = place.packages()[location]
    return _with(a_step(command, location=location, event=event, **more), package=package)


def test_a_native_package_is_built_without_a_network(place: Place, sandbox: Bubblewrap) -> None:
    gyp = '{"targets": [{"target_name": "addon", "sources": ["addon.c"]}]}'
    code = "#include <node_api.h>\nNAPI_MODULE_INIT() { napi_value n; napi_create_int32(env, 42, &n); return n; }\n"
    if not Path("/usr/include/node/node_version.h").exists() or not Path("/usr/bin/make").exists():
        pytest.skip("needs node's headers and a compiler below /usr")
    place.registry.publish("native", "1.0.0", {"binding.gyp": gyp, "addon.c": code})
    place.lock(dependencies={"native": "1.0.0"})
    assert place.install().exit_code == 0
    runner = Runner(place.project, place.npm, sandbox)
    step = an_approved(place, "node_modules/native", "node-gyp rebuild", gap=True, time_limit=300)
    check = an_approved(
        place, "node_modules/native", "node -p 'require(\"./build/Release/addon.node\")'", Event.POSTINSTALL
    )
    outcomes = runner.run_as_it_is(step, check)
    assert codes(outcomes) == [0, 0], outcomes[0].output
    assert outcomes[1].output == "42\n"


def _with(step: Step, **changes: Any) -> Step:  # noqa: ANN401
    """Give a step whose inspection, or whose package, is another."""
    verdict = step.verdict
    if "package" in changes:
        changes = {"script": replace(verdict.inspection.script, package=changes["package"])}
    return replace(step, verdict=replace(verdict, inspection=replace(verdict.inspection, **changes)))
