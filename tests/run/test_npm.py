"""Finding npm, and asking it what holds everywhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from packaging.version import Version

from safe_install.errors import NpmError
from safe_install.run.npm import Npm, ask_npm, find_npm, npm_config
from tests.run.site import write_files

pytestmark = pytest.mark.npm


def only(*folders: Path) -> dict[str, str]:
    """Make an environment whose PATH is this."""
    return {"PATH": os.pathsep.join(map(str, folders)), "HOME": os.environ["HOME"]}


@pytest.fixture
def bins(tmp_path: Path, npm: Npm, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a bin directory with this machine's node, and no other directory to look into."""
    folder = tmp_path / "prefix" / "bin"
    folder.mkdir(parents=True)
    (folder / "node").symlink_to(npm.node)
    monkeypatch.setattr("safe_install.run.paths.SYSTEM_PATH", ())
    return folder


def an_npm(bins: Path, version: str) -> None:
    """Install something that says it is npm."""
    folder = bins.parent / "lib" / "node_modules" / "npm"
    write_files(folder, {"package.json": json.dumps({"name": "npm", "version": version}), "bin/npm-cli.js": "//"})
    (bins / "npm").symlink_to(folder / "bin" / "npm-cli.js")
    (folder / "bin" / "npm-cli.js").chmod(0o755)


def test_npm_is_started_by_absolute_paths_alone(npm: Npm) -> None:
    assert npm.node.is_absolute()
    assert npm.cli.is_absolute()
    assert npm.cli.name == "npm-cli.js"
    assert npm.argv == (str(npm.node), str(npm.cli))


def test_npm_knows_its_version_its_platform_and_its_settings(npm: Npm) -> None:
    assert npm.version >= Version("10")
    assert npm.platform in {"linux", "darwin"}
    assert npm.node_gyp.is_file()
    assert {"ignore-scripts", "script-shell", "registry"} <= npm.settings
    assert "no-such-setting" not in npm.settings


def test_a_dependency_called_node_or_npm_is_not_found(tmp_path: Path, npm: Npm) -> None:
    evil = tmp_path / "project" / "node_modules" / ".bin"
    write_files(evil, {"node": "#!/bin/sh\ntouch ran\n", "npm": "#!/bin/sh\ntouch ran\n"})
    for program in evil.iterdir():
        program.chmod(0o755)
    env = {**os.environ, "PATH": f"{evil}{os.pathsep}{os.environ['PATH']}"}
    assert find_npm(env) == npm


def test_a_version_switchers_shim_leads_to_the_npm_beside_the_node_it_is_for(bins: Path, npm: Npm) -> None:
    (bins / "npm").write_text("#!/bin/sh\nexit 1\n")
    (bins / "npm").chmod(0o755)
    if not (npm.prefix / "lib" / "node_modules" / "npm").is_dir():
        pytest.skip("this machine's npm does not stand beside its node")
    assert find_npm(only(bins)).cli == npm.cli


def test_without_node_or_npm_the_fix_is_told(bins: Path) -> None:
    with pytest.raises(NpmError, match="npm was not found") as told:
        find_npm(only(bins))
    assert "Install Node" in (told.value.hint or "")
    (bins / "node").unlink()
    with pytest.raises(NpmError, match="node was not found"):
        find_npm(only(bins))


@pytest.mark.parametrize(("version", "what"), [("9.9.4", "too old"), ("6.14.18", "too old"), ("13.0.0", "not known")])
def test_an_npm_whose_flags_are_not_known_is_refused(bins: Path, version: str, what: str) -> None:
    an_npm(bins, version)
    with pytest.raises(NpmError, match=what) as told:
        find_npm(only(bins))
    assert "npm install --global npm@" in (told.value.hint or "")


def test_an_npm_that_cannot_be_loaded_is_refused(bins: Path) -> None:
    an_npm(bins, "11.0.0")
    with pytest.raises(NpmError, match="cannot load npm"):
        find_npm(only(bins))


def test_an_npm_without_a_version_is_refused(bins: Path) -> None:
    an_npm(bins, "eleven")
    with pytest.raises(NpmError, match="does not say which version"):
        find_npm(only(bins))


def test_the_users_configuration_is_read(npm: Npm, tmp_path: Path) -> None:
    write_files(
        tmp_path, {"userrc": "registry=https://registry.example.test/\n@corp:registry=https://corp.example.test/\n"}
    )
    config = npm_config(npm.argv, {**os.environ, "npm_config_userconfig": str(tmp_path / "userrc")})
    assert config["registry"] == "https://registry.example.test/"
    assert config["@corp:registry"] == "https://corp.example.test/"


def test_the_environments_configuration_is_read_whatever_its_case(npm: Npm) -> None:
    env = {**os.environ, "NPM_CONFIG_REGISTRY": "https://registry.example.test/", "npm_config_legacy_peer_deps": "true"}
    config = npm_config(npm.argv, env)
    assert config["registry"] == "https://registry.example.test/"
    assert config["legacy-peer-deps"] is True


def test_a_variable_in_the_users_own_file_is_filled_in(npm: Npm, tmp_path: Path) -> None:
    write_files(tmp_path, {"userrc": "registry=https://${CORP_HOST}/${NO_SUCH?}\n"})
    env = {**os.environ, "npm_config_userconfig": str(tmp_path / "userrc"), "CORP_HOST": "corp.example.test"}
    assert npm_config(npm.argv, env)["registry"] == "https://corp.example.test/"


def test_a_project_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {".npmrc": "registry=https://evil.invalid/\n", "package.json": '{"workspaces": ["*"]}'})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _, config, registry = ask_npm(os.environ)
    assert "evil.invalid" not in f"{config['registry']} {registry}"


def test_the_registry_npm_was_shipped_with_is_not_the_users(npm: Npm, tmp_path: Path) -> None:
    write_files(tmp_path, {"userrc": "registry=https://registry.example.test/\n"})
    env = {**os.environ, "npm_config_userconfig": str(tmp_path / "userrc")}
    _, config, shipped = ask_npm(env)
    assert config["registry"] == "https://registry.example.test/"
    assert shipped == npm.registry
    assert shipped.startswith("https://")
    assert "example.test" not in shipped


def test_a_configuration_that_npm_cannot_read_is_told(npm: Npm) -> None:
    with pytest.raises(NpmError, match="does not tell its configuration"):
        npm_config(npm.argv, {**os.environ, "npm_config_userconfig": os.devnull, "npm_config_globalconfig": os.devnull})


def test_a_program_in_the_environment_is_not_started_by_asking(tmp_path: Path) -> None:
    write_files(tmp_path, {"evil.js": f"require('fs').writeFileSync('{tmp_path}/ran', '')"})
    env = {**os.environ, "NODE_OPTIONS": f"--require={tmp_path}/evil.js"}
    ask_npm(env)
    assert not (tmp_path / "ran").exists()
