"""npm resolves, checks and installs, and nothing but npm runs; with npm 10, 11 and 12."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import NpmError
from safe_install.run import calls
from safe_install.run.calls import as_npmrc
from safe_install.run.flags import hardened
from safe_install.run.npm import Npm
from safe_install.run.process import run_to_end
from tests.builders import a_manifest
from tests.loopback import LoopbackRegistry
from tests.run.site import Place, write_files

MAJORS = [11, pytest.param(10, marks=pytest.mark.registry), pytest.param(12, marks=pytest.mark.registry)]

PROGRAMS = """\
ignore-scripts=false
script-shell={evil}/run.sh
node-options=--require={evil}/run.js
git={evil}/run.sh
dangerously-allow-all-scripts=true
allow-scripts=a,b
init-module={evil}/run.js
python={evil}/run.sh
nodedir={evil}
ignore-extension=false
rebuild-bundle=true
foreground-scripts=true
allow-git=all
unknown-key=${{SECRET}}
"""
ADDRESSES = """\
registry=http://127.0.0.1:9/${{SECRET}}/
@s:registry=http://127.0.0.1:9/${{SECRET}}/
proxy=http://127.0.0.1:9/
https-proxy=http://127.0.0.1:9/
cafile={evil}/ca.pem
strict-ssl=false
replace-registry-host=always
cache={evil}/cache
userconfig={evil}/userconfig
globalconfig={evil}/globalconfig
logs-dir={evil}/logs
logs-max=10
timing=true
heading=::error::
json=true
loglevel=silly
color=always
"""
NOT_AS_LOCKED = """\
force=true
dry-run=true
package-lock=false
install-strategy=linked
bin-links=false
omit[]=dev
omit[]=optional
prefer-offline=true
install-links=true
umask=0777
global=true
location=global
save=false
allow-remote=none
"""
NOT_INSTALLED = """\
usage=true
package-lock-only=true
only=production
production=true
optional=false
global-style=true
legacy-bundling=true
legacy-peer-deps=true
workspaces=false
include-workspace-root=false
offline=false
prefer-online=true
cache-max=0
os=win32
cpu=arm
libc=musl
lockfile-version=1
before=1999-01-01
"""
HOSTILE = {name: PROGRAMS + ADDRESSES + more for name, more in (("a", NOT_AS_LOCKED), ("b", NOT_INSTALLED))}

pytestmark = pytest.mark.npm


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """Give a folder with programs that say so when they run."""
    folder = tmp_path / "evil"
    program = f"touch {folder}/ran-$$\n"
    write_files(
        folder, {"run.sh": f"#!/bin/sh\n{program}", "run.js": f"require('fs').writeFileSync('{folder}/ran', '')"}
    )
    (folder / "run.sh").chmod(0o755)
    return folder


def publish(registry: LoopbackRegistry, evil: Path) -> None:
    """Publish packages whose every script would say so."""
    scripts = dict.fromkeys(("preinstall", "install", "postinstall", "prepare"), f"{evil}/run.sh")
    registry.publish("c", "1.0.0", {"index.js": "1"}, os=["linux", "darwin"], cpu=["x64", "arm64"])
    registry.publish(
        "a", "1.0.0", {"cli.js": "#!/usr/bin/env node\n"}, bin="cli.js", dependencies={"c": "^1.0.0"}, scripts=scripts
    )
    gyp = {"binding.gyp": "{'x': '<!(touch ran)'}"}
    registry.publish("@s/b", "1.0.0", gyp, scripts=scripts, os=["linux", "darwin"], cpu=["x64", "arm64"])
    registry.publish("d", "1.0.0", {"index.js": "1"})


def manifest(evil: Path, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Depend on all of them, in every way."""
    scripts = dict.fromkeys(("preinstall", "install", "postinstall", "prepare", "dependencies"), f"{evil}/run.sh")
    wanted = {"dependencies": {"a": "^1.0.0"}, "devDependencies": {"d": "*"}, "optionalDependencies": {"@s/b": "*"}}
    return {"scripts": scripts, "workspaces": ["packages/*"], **wanted, **more}


@pytest.fixture
def ready(place: Place, evil: Path, npm_of: Callable[[int], Npm]) -> Callable[[int], Place]:
    """Give the project of this test, locked and cached, for npm of one major version."""

    def of(major: int) -> Place:
        publish(place.registry, evil)
        prepare = {"prepare": f"{evil}/run.sh"}
        place.write({"packages/ws/package.json": a_manifest("ws", scripts=prepare)})
        place.npm = npm_of(major)
        told = place.lock(**manifest(evil))
        assert told.exit_code == 0, told.output
        return place

    return of


def has_run(evil: Path) -> list[str]:
    """List what evil left behind."""
    return sorted(path.name for path in evil.iterdir() if not path.name.startswith("run."))


@pytest.mark.parametrize("major", MAJORS)
def test_everything_is_unpacked_and_linked_offline_and_no_script_runs(
    ready: Callable[[int], Place], evil: Path, major: int
) -> None:
    place = ready(major)
    asked = len(place.registry.requests)
    assert place.install().exit_code == 0
    assert place.tree()["node_modules/.bin/a"] == "../a/cli.js"
    assert {
        "node_modules/c/index.js",
        "node_modules/d/index.js",
        "node_modules/@s/b/binding.gyp",
    } <= place.tree().keys()
    assert place.registry.requests[asked:] == []
    assert has_run(evil) == []


@pytest.mark.parametrize(
    ("major", "command", "which"),
    [
        *((11, command, which) for command in ("ci", "install") for which in HOSTILE),
        *(
            pytest.param(major, *how, marks=pytest.mark.registry)
            for major in (10, 12)
            for how in (("ci", "a"), ("install", "b"))
        ),
    ],
)
def test_a_hostile_project_configuration_changes_nothing(
    ready: Callable[[int], Place], evil: Path, major: int, command: str, which: str
) -> None:
    place = ready(major)
    place.install(command)
    expected, modes = place.tree(), place.modes()
    lock = (place.project / "package-lock.json").read_bytes()
    asked = len(place.registry.requests)
    place.write({".npmrc": HOSTILE[which].format(evil=evil)})
    place.env["SECRET"] = "canary"
    shutil.rmtree(place.project / "node_modules")
    told = place.install(command)
    assert told.exit_code == 0, told.output
    assert place.tree() == expected
    assert place.modes() == modes
    assert (place.project / "package-lock.json").read_bytes() == lock
    assert place.registry.requests[asked:] == []
    assert has_run(evil) == []
    assert not [sign for sign in ("canary", "::error::", "\x1b", "silly", '"added"') if sign in told.output]


@pytest.mark.parametrize("left_out", [("ignore-scripts",), ("script-shell", "dangerously-allow-all-scripts")])
def test_each_of_two_walls_before_the_scripts_stands_alone(
    ready: Callable[[int], Place], evil: Path, left_out: tuple[str, ...]
) -> None:
    place = ready(11)
    place.write({".npmrc": PROGRAMS.format(evil=evil)})
    place.npm = replace(place.npm, settings=place.npm.settings - set(left_out))
    assert place.install().exit_code == 0
    assert has_run(evil) == []


@pytest.mark.parametrize("major", MAJORS)
def test_npm_knows_every_flag_it_gets(npm_of: Callable[[int], Npm], tmp_path: Path, major: int) -> None:
    npm = npm_of(major)
    assert all(flag.removeprefix("--").partition("=")[0] in npm.settings for flag in hardened(npm))
    place = tmp_path / "project"
    write_files(place, {"package.json": a_manifest("project")})
    told = calls.resolve(npm, place, ("install",), env=os.environ, npmrc={}, cache=tmp_path / "cache")
    assert "nknown" not in told.output
    assert "npm warn config" not in told.output


@pytest.mark.parametrize("left_out", ["git", "allow-git"])
@pytest.mark.parametrize("major", MAJORS)
def test_a_git_dependency_starts_no_git(ready: Callable[[int], Place], evil: Path, major: int, left_out: str) -> None:
    place = ready(major)
    if left_out == "git" and major == 10:
        pytest.skip("npm 10 has but one wall here")
    place.npm = replace(place.npm, settings=place.npm.settings - {left_out})
    shutil.copy(evil / "run.sh", evil / "git")
    place.env["PATH"] = f"{evil}{os.pathsep}{place.env['PATH']}"
    told = place.lock(**manifest(evil, dependencies={"g": "git+file:///no/such/repository"}))
    assert told.exit_code != 0
    assert has_run(evil) == ["git"]


def test_without_the_cache_nothing_is_fetched_and_npm_says_so(ready: Callable[[int], Place]) -> None:
    place = ready(11)
    shutil.rmtree(place.cache)
    asked = len(place.registry.requests)
    told = place.install()
    assert told.exit_code != 0
    assert "ENOTCACHED" in told.output
    assert place.registry.requests[asked:] == []


def test_what_is_omitted_stays_away(ready: Callable[[int], Place]) -> None:
    place = ready(11)
    assert place.install(omit=["dev", "optional"]).exit_code == 0
    assert not [path for path in place.tree() if path.startswith(("node_modules/d/", "node_modules/@s/b/"))]
    assert "node_modules/a/cli.js" in place.tree()


def test_package_json_and_lockfile_stay_as_they_are(ready: Callable[[int], Place]) -> None:
    place = ready(11)
    before = {name: (place.project / name).read_bytes() for name in ("package.json", "package-lock.json")}
    write_files(place.project, {"package-lock.json": before["package-lock.json"].replace(b"\n", b"\n ")})
    indented = (place.project / "package-lock.json").read_bytes()
    assert place.install("install").exit_code == 0
    assert (place.project / "package.json").read_bytes() == before["package.json"]
    assert (place.project / "package-lock.json").read_bytes() == indented


# ------------------------------------------------------------------ resolving


def settings(place: Place, **more: str) -> Mapping[str, str]:
    """Configure npm for the registry of this test."""
    return {"registry": place.registry.url, **more}


def test_a_new_package_is_resolved_in_the_copy_and_no_script_runs(ready: Callable[[int], Place], evil: Path) -> None:
    place = ready(11)
    place.registry.publish("new", "2.0.0", {"index.js": "1"}, scripts={"install": f"{evil}/run.sh"})
    told = calls.resolve(
        place.npm, place.project, ("install", "new", "-D"), env=place.env, npmrc=settings(place), cache=place.cache
    )
    assert told.exit_code == 0
    assert "node_modules/new" in place.entries()
    assert json.loads((place.project / "package.json").read_text())["devDependencies"]["new"] == "^2.0.0"
    assert not (place.project / "node_modules").exists()
    assert has_run(evil) == []


def test_a_token_reaches_its_registry_and_is_nowhere_afterwards(
    ready: Callable[[int], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ready(11)
    place.registry.publish("new", "2.0.0", {"index.js": "1"})
    place.registry.tokens = {"a;b#c=${HOME}"}
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    token = {f"//{place.registry.host}/:_authToken": "a;b#c=${HOME}"}
    npmrc = {**settings(place), **token}
    told = calls.resolve(place.npm, place.project, ("install", "new"), env=place.env, npmrc=npmrc, cache=place.cache)
    assert told.exit_code == 0, told.output
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "a b",
        " padded ",
        "a;b",
        "a#b",
        "a=b",
        "[x]",
        '"quoted"',
        "${HOME}",
        "\\${HOME}",
        "\\\\${HOME}",
        "a\nb=c",
    ],
)
def test_a_value_is_read_back_by_npm_as_it_was_given(npm: Npm, tmp_path: Path, value: str) -> None:
    write_files(tmp_path, {"npmrc": as_npmrc({"init-author-name": value})})
    ran = run_to_end(
        (*npm.argv, "config", "get", "init-author-name", f"--userconfig={tmp_path}/npmrc"),
        cwd=tmp_path,
        env={"HOME": str(tmp_path)},
        time_limit=60,
        complaints=False,
    )
    assert ran.output.removesuffix("\n") == value.strip()


@pytest.mark.parametrize("key", ["a=b", "a\nscript-shell", "[section]", "", ";x", "#x"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(NpmError, match="no npm setting"):
        as_npmrc({key: "x"})


# ------------------------------------------------------------------ in sync?


def test_a_lockfile_in_sync_is_accepted_without_a_request(ready: Callable[[int], Place]) -> None:
    place = ready(11)
    asked = len(place.registry.requests)
    told = calls.check_in_sync(place.npm, place.project, env=place.env, npmrc=settings(place), cache=place.cache)
    assert told.exit_code == 0
    assert place.registry.requests[asked:] == []
    assert not (place.project / "node_modules").exists()


@pytest.mark.parametrize("major", MAJORS)
def test_a_lockfile_out_of_sync_is_refused_in_npms_own_words(
    ready: Callable[[int], Place], evil: Path, major: int
) -> None:
    place = ready(major)
    place.registry.publish("new", "2.0.0", {"index.js": "1"})
    wanted = {"dependencies": {"a": "^1.0.0", "new": "^2.0.0"}}
    place.write({"package.json": a_manifest("project", **{**manifest(evil), **wanted})})
    before = (place.project / "package-lock.json").read_bytes()
    told = calls.check_in_sync(place.npm, place.project, env=place.env, npmrc=settings(place), cache=place.cache)
    assert told.exit_code != 0
    assert "Missing: new@2.0.0 from lock file" in told.output
    assert (place.project / "package-lock.json").read_bytes() == before
    assert has_run(evil) == []
