"""What a package's script gets to see of the world."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safe_install.run.environment import script_environment
from safe_install.run.npm import Npm
from safe_install.story import Step
from tests.builders import a_manifest
from tests.run.site import a_step

pytestmark = pytest.mark.npm

SECRETS_NAMES = "ANTHROPIC_API_KEY OPENAI_API_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"
SECRETS_NAMES += " GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN CI_JOB_TOKEN NPM_TOKEN NODE_AUTH_TOKEN npm_config__auth"
SECRETS_NAMES += " npm_config__authToken npm_config_otp npm_config_https_proxy DATABASE_URL REDIS_URL"
SECRETS_NAMES += " GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_SECRET VAULT_TOKEN SSH_AUTH_SOCK GPG_AGENT_INFO"
SECRETS_NAMES += " DBUS_SESSION_BUS_ADDRESS DOCKER_HOST KUBECONFIG HTTPS_PROXY all_proxy SLACK_WEBHOOK_URL"
SECRETS_NAMES += " ACTIONS_RUNTIME_TOKEN HF_TOKEN SENTRY_DSN"
SECRETS = {name: f"canary-{name}" for name in SECRETS_NAMES.split()}
STEERING_NAMES = "NODE_OPTIONS NODE_PATH LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES BASH_ENV ENV PYTHONPATH"
STEERING_NAMES += " PYTHONSTARTUP PERL5OPT RUBYOPT JAVA_TOOL_OPTIONS GIT_SSH_COMMAND npm_config_script_shell"
STEERING_NAMES += " npm_config_node_options npm_execpath npm_config_userconfig INIT_CWD NODE npm_package_json"
STEERING_NAMES += " XDG_CONFIG_HOME TMPDIR HOME SHELL EDITOR"
STEERING = {name: f"canary-{name}" for name in STEERING_NAMES.split()}


def environment(step: Step, npm: Npm, project: Path, **parent: str) -> dict[str, str]:
    """Make the environment of a step."""
    folders = {"shims": Path("/private/bin"), "scratch": Path("/scratch")}
    return script_environment(step, npm, project, npm_command="ci", parent={"PATH": "/usr/bin", **parent}, **folders)


def test_of_thirty_secrets_and_as_many_ways_to_steer_none_comes_through(npm: Npm, tmp_path: Path) -> None:
    assert len(SECRETS) >= 30
    assert "canary" not in str(environment(a_step("true"), npm, tmp_path, **SECRETS, **STEERING))


def test_what_was_granted_comes_through_and_nothing_beside_it(npm: Npm, tmp_path: Path) -> None:
    step = a_step("true", env=("SENTRY_DSN", "NO_SUCH_NAME"))
    env = environment(step, npm, tmp_path, **SECRETS)
    assert [value for value in env.values() if "canary" in value] == ["canary-SENTRY_DSN"]
    assert "NO_SUCH_NAME" not in env


@pytest.mark.parametrize("name", STEERING)
def test_what_chooses_the_code_that_runs_cannot_be_granted(npm: Npm, tmp_path: Path, name: str) -> None:
    assert "canary" not in str(environment(a_step("true", env=(name,)), npm, tmp_path, **STEERING))


def test_compilers_and_language_are_copied(npm: Npm, tmp_path: Path) -> None:
    kept = {"CC": "clang", "CFLAGS": "-O1", "LC_ALL": "C", "TZ": "UTC", "npm_config_build_from_source": "true"}
    assert kept.items() <= environment(a_step("true"), npm, tmp_path, **kept).items()


def test_npms_own_variables_are_as_npm_sets_them(npm: Npm, tmp_path: Path) -> None:
    manifest = a_manifest("a", "1.2.3", config={"port": 1})
    artifact = {"version": "1.2.3", "resolved": "https://registry.example.test/a.tgz", "integrity": "sha512-x"}
    step = a_step("node x.js", {"package.json": manifest}, location="node_modules/a", artifact=artifact)
    assert {
        "npm_lifecycle_event": "postinstall",
        "npm_lifecycle_script": "node x.js",
        "npm_package_json": f"{tmp_path}/node_modules/a/package.json",
        "npm_package_name": "a",
        "npm_package_version": "1.2.3",
        "npm_package_config_port": "1",
        "npm_package_resolved": "https://registry.example.test/a.tgz",
        "npm_package_integrity": "sha512-x",
        "npm_package_optional": "",
        "npm_command": "ci",
        "npm_execpath": str(npm.cli),
        "npm_node_execpath": str(npm.node),
        "npm_config_node_gyp": str(npm.node_gyp),
        "NODE": str(npm.node),
        "INIT_CWD": str(tmp_path),
    }.items() <= environment(step, npm, tmp_path).items()


def test_a_password_in_an_address_is_not_told(npm: Npm, tmp_path: Path) -> None:
    step = a_step("true", artifact={"resolved": "https://me:canary@registry.example.test/a.tgz"})
    assert environment(step, npm, tmp_path)["npm_package_resolved"] == "https://registry.example.test/a.tgz"


def test_the_project_itself_is_no_dependency(npm: Npm, tmp_path: Path) -> None:
    assert "npm_package_resolved" not in environment(a_step("true", location=""), npm, tmp_path)


def test_home_and_every_cache_are_in_the_scratch_folder(npm: Npm, tmp_path: Path) -> None:
    env = environment(a_step("true"), npm, tmp_path, HOME="/home/me", XDG_CACHE_HOME="/home/me/.cache")
    private = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "npm_config_cache", "npm_config_userconfig", "npm_config_devdir")
    assert all(env[name].startswith("/scratch/") for name in private)


def test_path_starts_with_what_we_trust_and_goes_no_higher_than_the_project(npm: Npm, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for folder in ("..", ".", "node_modules/a", "node_modules/a/node_modules/b", "node_modules/c"):
        (project / folder / "node_modules" / ".bin").mkdir(parents=True)
    env = environment(a_step("true", location="node_modules/a/node_modules/b"), npm, project)
    nested = [project / "node_modules/a/node_modules/b", project / "node_modules/a", project]
    bins = [str(folder / "node_modules" / ".bin") for folder in nested]
    assert env["PATH"].split(":")[: len(bins) + 1] == ["/private/bin", *bins]
    assert str(tmp_path / "node_modules" / ".bin") not in env["PATH"].split(":")


def test_headers_beside_node_spare_a_build_its_download(npm: Npm, tmp_path: Path) -> None:
    major, minor, patch = npm.node_version.release
    header = (
        f"#define NODE_MAJOR_VERSION {major}\n#define NODE_MINOR_VERSION {minor}\n#define NODE_PATCH_VERSION {patch}\n"
    )
    with_headers = replace(npm, node=tmp_path / "bin" / "node")
    (tmp_path / "include" / "node").mkdir(parents=True)
    assert "npm_config_nodedir" not in environment(a_step("true"), with_headers, tmp_path)
    (tmp_path / "include" / "node" / "node_version.h").write_text(header)
    assert environment(a_step("true"), with_headers, tmp_path)["npm_config_nodedir"] == str(tmp_path)


def test_headers_of_another_version_are_no_help(npm: Npm, tmp_path: Path) -> None:
    (tmp_path / "include" / "node").mkdir(parents=True)
    (tmp_path / "include" / "node" / "node_version.h").write_text("#define NODE_MAJOR_VERSION 4\n")
    assert "npm_config_nodedir" not in environment(
        a_step("true"), replace(npm, node=tmp_path / "bin" / "node"), tmp_path
    )
