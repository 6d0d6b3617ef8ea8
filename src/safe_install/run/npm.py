"""Which npm there is, and what it says of itself and of its configuration; nothing of a project takes part.

npm is always started as ``node npm-cli.js``, both by absolute path: a PATH lookup inside a project would find
whatever program a package calls ``node``.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from safe_install.errors import NpmError
from safe_install.run.npm_answers import Answer, Answers, used
from safe_install.run.npm_environment import npm_environment
from safe_install.run.paths import find_program
from safe_install.run.process import run_to_end

OLDEST, NEWEST = 10, 12
"""The major versions of npm whose flags and weaknesses are known to flags.py."""
_PATIENCE = 60  # seconds for a question that takes 0.2
_ABOUT = """
const { createRequire } = require("node:module")
const load = createRequire(process.argv[1])
const { definitions } = load("@npmcli/config/lib/definitions")
const told = {
  node: process.execPath, node_version: process.version, platform: process.platform, arch: process.arch,
  settings: Object.keys(definitions), registry: definitions.registry.default,
  libc: load("npm-install-checks/lib/current-env.js").libc(process.platform) ?? null,
  node_gyp: load.resolve("node-gyp/bin/node-gyp.js"),
}
console.log(JSON.stringify(told))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Npm:
    """One npm on one node: absolute real paths, versions, the platform as npm computes it.

    ``settings`` are the names of the configuration keys this npm knows; npm 12 refuses any other flag.
    ``registry`` is the one npm was shipped with, whatever is configured. ``loaded`` has node load something before npm.
    """

    node: Path
    cli: Path
    node_gyp: Path
    version: Version
    node_version: Version
    platform: str
    arch: str
    libc: str | None
    settings: frozenset[str]
    registry: str
    loaded: tuple[str, ...] = ()

    @property
    def prefix(self) -> Path:
        """Give the folder node is installed under, the one that holds ``bin/node``."""
        return self.node.parent.parent

    @property
    def folder(self) -> Path:
        """Give npm's own package folder."""
        return self.cli.parent.parent

    @property
    def argv(self) -> tuple[str, ...]:
        """Give the words that start npm."""
        return str(self.node), *self.loaded, str(self.cli)


def ask_npm(env: Mapping[str, str], remembered: Path | None = None) -> tuple[Npm, Mapping[str, object], str]:
    """Find npm, and ask it for its configuration as far as that is `USED`; the last is the registry it was shipped with.

    ``remembered`` is a file of ours with what npm answered before: nothing is asked again as long as it would say the same.
    """
    node, cli, version = _npm_here(env)
    answers = Answers(path=remembered, node=node, cli=cli, env=env, asks=_ABOUT) if remembered else None
    known = answers.get() if answers else None
    if known is None:
        began = time.time()
        known = _asked(node, cli, env)
        if answers:
            answers.put(known, began)
    npm = _npm_of(cli, version, known.about)
    return npm, _all_filled(known.config, env), npm.registry


def _asked(node: Path, cli: Path, env: Mapping[str, str]) -> Answer:
    with ThreadPoolExecutor(1) as beside:  # two starts of node, which know nothing of each other
        config = beside.submit(_told_config, (str(node), str(cli)), env)
        about = _ask_node(node, cli, env)
        return Answer(about=about, config=used(config.result()))


def find_npm(env: Mapping[str, str]) -> Npm:
    """Find node and npm in the trusted part of PATH; raise `NpmError` with the fix when that fails."""
    node, cli, version = _npm_here(env)
    return _npm_of(cli, version, _ask_node(node, cli, env))


def _npm_here(env: Mapping[str, str]) -> tuple[Path, Path, Version]:
    """Find node, npm's command line and its version, without starting anything."""
    launcher, node = find_program("npm", env), find_program("node", env)
    if node is None or launcher is None:
        raise NpmError(
            f"{'node' if node is None else 'npm'} was not found.",
            hint="Install Node.js 20 or newer, which brings npm, and make sure that both are on PATH.",
        )
    cli = _command_line_of(launcher, node)
    version = _version_of(cli)
    if not OLDEST <= version.major <= NEWEST:
        raise NpmError(
            f"npm {version} at {launcher} is {'too old' if version.major < OLDEST else 'not known to this version'}: "
            f"npm {OLDEST} to {NEWEST} are supported.",
            hint=f"`npm install --global npm@{NEWEST - 1}` gives one that is.",
        )
    return node, cli, version


def _npm_of(cli: Path, version: Version, told: Mapping[str, Any]) -> Npm:
    """Put together what node said of itself, and of the npm it would run."""
    return Npm(
        node=Path(os.path.realpath(told["node"])),
        cli=cli,
        node_gyp=Path(os.path.realpath(told["node_gyp"])),
        version=version,
        node_version=Version(told["node_version"]),
        platform=told["platform"],
        arch=told["arch"],
        libc=told["libc"],
        settings=frozenset(told["settings"]),
        registry=told["registry"],
    )


def npm_config(argv: tuple[str, ...], env: Mapping[str, str]) -> Mapping[str, object]:
    """Give the configuration that holds everywhere: built in, global, the user's, and ``npm_config_*`` of env; ``argv`` starts npm.

    No project's .npmrc takes part. Secrets (``_authToken`` and the like) are not in it: npm does not tell them.
    ``${NAME}`` that npm left as it was, because the scrubbed environment has no such name, is filled in from env.
    """
    return _all_filled(_told_config(argv, env), env)


def _told_config(argv: tuple[str, ...], env: Mapping[str, str]) -> dict[str, object]:
    """Let npm tell its configuration."""
    with tempfile.TemporaryDirectory(prefix="safe-install-") as folder:
        # npm takes the nearest folder with a package.json, or a workspace root above that, for the project.
        Path(folder, "package.json").write_text("{}")
        quiet = ("--update-notifier=false", f"--logs-dir={folder}", "--logs-max=0")
        aside = ("--workspaces=false", "--global=false", *quiet)
        ran = run_to_end(
            (*argv, "config", "ls", "-l", "--json", *aside),
            cwd=Path(folder),
            env=npm_environment(env, configured=True),
            time_limit=_PATIENCE,
            complaints=False,
        )
    try:
        return dict(json.loads(ran.output))
    except (ValueError, TypeError):
        raise NpmError("npm does not tell its configuration.", hint="`npm config ls -l` says what is wrong.") from None


def _all_filled(settings: Mapping[str, object], env: Mapping[str, str]) -> Mapping[str, object]:
    return {key: _filled(value, env) if isinstance(value, str) else value for key, value in settings.items()}


def _command_line_of(launcher: Path, node: Path) -> Path:
    """Find npm-cli.js: what ``npm`` is a link to, else (a version switcher's shim) what stands beside node."""
    real = Path(os.path.realpath(launcher))
    beside = Path(os.path.realpath(node)).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for path in (real, real.with_name("npm-cli.js"), beside):
        if path.name == "npm-cli.js" and path.is_file():
            return path
    raise NpmError(
        f"{launcher} is not npm itself, and npm was not found beside node.",
        hint="Put the bin directory of the Node.js version in use first on PATH.",
    )


def _version_of(cli: Path) -> Version:
    manifest = cli.parent.parent / "package.json"
    try:
        return Version(json.loads(manifest.read_bytes())["version"])
    except (OSError, ValueError, KeyError, TypeError, InvalidVersion) as error:
        raise NpmError(f"{manifest} does not say which version of npm it is.", hint="Install npm again.") from error


def _ask_node(node: Path, cli: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Ask for the real node behind a shim, the platform, and the settings this npm knows, in one start."""
    argv = (str(node), "-e", _ABOUT, "--", str(cli))
    ran = run_to_end(argv, cwd=Path("/"), env=npm_environment(env), time_limit=_PATIENCE, complaints=False)
    try:
        told = json.loads(ran.output)
        if ran.exit_code == 0 and isinstance(told, dict):
            return told
    except ValueError:
        pass
    raise NpmError(f"{node} cannot load npm at {cli.parent.parent}.", hint="Install Node.js and npm again.")


_EXPANSION = re.compile(r"(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}")


def _filled(text: str, env: Mapping[str, str]) -> str:
    """Expand ``${NAME}`` and ``${NAME?}`` as npm does (@npmcli/config/lib/env-replace.js)."""

    def value(match: re.Match[str]) -> str:
        escapes, name, optional = match[1], match[2], match[3]
        if len(escapes) % 2:
            return match[0][(len(escapes) + 1) // 2 :]
        return escapes[len(escapes) // 2 :] + env.get(name, "" if optional else f"${{{name}}}")

    return _EXPANSION.sub(value, text)
