"""The environment of a package's script: what npm would set, made anew, and nothing of the caller's but an allow-list.

Sources: @npmcli/run-script (make-spawn-args, package-envs, set-path), @npmcli/config (set-envs) and arborist's
rebuild.js of npm 11.19; which names real install scripts read was measured on 64 of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from safe_install.model import Artifact
from safe_install.run.npm import Npm
from safe_install.run.paths import system_path
from safe_install.run.promises import is_in_node_modules
from safe_install.run.variables import package_variables
from safe_install.story import Step

_SPEECH = frozenset({"LANG", "LANGUAGE", "TZ", "TERM", "NO_COLOR", "FORCE_COLOR", "NODE_ENV", "SOURCE_DATE_EPOCH"})
_TOOLCHAIN = frozenset({"CC", "CXX", "CPP", "AR", "LD", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "PKG_CONFIG_PATH"})
_BUILD = frozenset({"MAKEFLAGS", "JOBS", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET"})
_TARGET = frozenset({"arch", "platform", "libc", "target", "target_arch", "target_platform", "target_libc", "runtime"})
_COPIED = _SPEECH | _TOOLCHAIN | _BUILD | {f"npm_config_{key}" for key in (*_TARGET, "build_from_source", "loglevel")}
_LOADERS = ("NODE_OPTIONS", "NODE_PATH", "LD_", "DYLD_", "npm_config_script_shell", "npm_config_node_options", "GIT_")
_INTERPRETERS = ("BASH_", "PYTHON", "PERL5", "RUBY", "JAVA_TOOL_OPTIONS")
_NEVER = (*_LOADERS, *_INTERPRETERS)
"""Beginnings of names that choose which code runs; not even an approval passes them on."""
_AUTHORITIES = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR")
_SET = {
    "USER": "sandbox",
    "LOGNAME": "sandbox",
    "SHELL": "/bin/sh",
    "EDITOR": "vi",
    "COLOR": "0",
    "CI": "true",
    "ADBLOCK": "1",
    "DISABLE_OPENCOLLECTIVE": "1",
    "npm_config_update_notifier": "false",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_globalconfig": os.devnull,
    "npm_config_noproxy": "",
}


def script_environment(
    step: Step,
    npm: Npm,
    project: Path,
    *,
    npm_command: str,
    shims: Path,
    scratch: Path,
    parent: Mapping[str, str],
) -> dict[str, str]:
    """Make the whole environment of one step.

    ``shims`` stands first on PATH; ``scratch`` becomes its home, its temporary folder and its caches. Of the
    parent come only names of an allow-list, and those that the step's confinement grants.
    """
    script = step.verdict.inspection.script
    folder = project / step.location
    granted = {name for name in step.confinement.env if not name.startswith(_NEVER) and name != "ENV"}
    return {
        **copied(parent),
        **{name: value for name, value in parent.items() if name in granted},
        **_SET,
        **_private(scratch),
        **package_variables(script.package.manifest),
        **_of_artifact(script.package.artifact),
        **_of_npm(npm, project, npm_command),
        **({name: str(path) for name, path in authorities(parent).items()} if step.confinement.network else {}),
        "PATH": os.pathsep.join((str(shims), *_bins_between(folder, project), *system_path(parent))),
        "npm_lifecycle_event": script.event.value,
        "npm_lifecycle_script": script.command,
        "npm_package_json": str(folder / "package.json"),
    }


def copied(parent: Mapping[str, str]) -> dict[str, str]:
    """Give what may be copied from any environment: language, compilers, npm's target; no value that opens a door."""
    return {name: value for name, value in parent.items() if name in _COPIED or name.startswith("LC_")}


def authorities(parent: Mapping[str, str]) -> dict[str, Path]:
    """Give the caller's own certificate authorities that exist, by the variable that names them, as real paths.

    A company's proxy may need one; a script that has no network does not.
    """
    named = {name: parent.get(name, "") for name in _AUTHORITIES}
    real = {name: Path(os.path.realpath(value)) for name, value in named.items() if value.startswith("/")}
    home = Path(os.path.realpath(parent.get("HOME") or "/"))
    return {
        name: path
        for name, path in real.items()
        if path.is_file() or (path.is_dir() and path not in (home, *home.parents))
    }


def _private(scratch: Path) -> dict[str, str]:
    home = scratch / "home"
    return {
        "HOME": str(home),
        "TMPDIR": str(scratch / "tmp"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "npm_config_cache": str(home / ".npm"),
        "npm_config_devdir": str(home / ".cache" / "node-gyp"),
        "npm_config_userconfig": str(home / ".npmrc"),
        "npm_config_init_module": str(home / ".npm-init.js"),
    }


def _of_npm(npm: Npm, project: Path, command: str) -> dict[str, str]:
    agent = f"npm/{npm.version} node/v{npm.node_version} {npm.platform} {npm.arch} workspaces/false"
    return {
        "NODE": str(npm.node),
        "INIT_CWD": str(project),
        "npm_command": command,
        "npm_execpath": str(npm.cli),
        "npm_node_execpath": str(npm.node),
        "npm_config_node_gyp": str(npm.node_gyp),
        "npm_config_npm_version": str(npm.version),
        "npm_config_user_agent": agent,
        "npm_config_local_prefix": str(project),
        "npm_config_prefix": str(npm.prefix),
        "npm_config_global_prefix": str(npm.prefix),
        **({"npm_config_nodedir": str(npm.prefix)} if _has_headers(npm) else {}),
    }


def _of_artifact(artifact: Artifact) -> dict[str, str]:
    """Tell a dependency's script where it came from, without a password that an address may hold."""
    if not is_in_node_modules(artifact.location):
        return {}
    told = {
        "npm_package_resolved": _without_password(artifact.resolved or ""),
        "npm_package_integrity": artifact.integrity or "",
        "npm_package_optional": "1" if artifact.optional else "",
        "npm_package_dev": "1" if artifact.dev else "",
        "npm_package_peer": "1" if artifact.peer else "",
        "npm_package_dev_optional": "1" if artifact.dev_optional else "",
    }
    return {name: value for name, value in told.items() if "\0" not in value}


def _without_password(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _bins_between(folder: Path, project: Path) -> Iterator[str]:
    """Yield the ``.bin`` folders from the package up to the project, and none above: anybody may own those."""
    inside = [parent for parent in (folder, *folder.parents) if parent.is_relative_to(project)] or [folder]
    for parent in inside:
        bins = parent / "node_modules" / ".bin"
        if parent.name != "node_modules" and bins.is_dir():
            yield str(bins)


def _has_headers(npm: Npm) -> bool:
    """Tell whether node's own headers, of exactly this version, lie beside it: then a build needs no download."""
    try:
        text = (npm.prefix / "include" / "node" / "node_version.h").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    told = dict(re.findall(r"#define NODE_(MAJOR|MINOR|PATCH)_VERSION (\d+)", text))
    return f"{told.get('MAJOR')}.{told.get('MINOR')}.{told.get('PATCH')}" == str(npm.node_version)
