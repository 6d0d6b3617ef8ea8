"""The programs that stand first on every script's PATH, whatever a package's ``.bin`` offers under the same name."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from safe_install.run.npm import Npm
from safe_install.run.paths import SYSTEM_PATH, find_in, system_path, system_program

_BUILD_TOOLS = ("bash", "env", "python", "python3", "make", "gmake", "cmake", "pkg-config")
_COMPILERS = ("cc", "c++", "gcc", "g++", "clang", "clang++", "ar", "as", "ld", "strip")


def write_shims(folder: Path, npm: Npm, env: Mapping[str, str]) -> None:
    """Fill a private folder with the trusted node, sh, npm, npx and node-gyp, and the system's build tools.

    A bin named ``node``, ``make`` or ``python3`` belongs to any package of the tree, and `node-gyp rebuild` of an
    approved one must not start it: a build tool that the system does not have is not found at all.
    """
    folder.mkdir(parents=True)
    (folder / "node").symlink_to(npm.node)
    (folder / "sh").symlink_to(system_program("sh"))
    for name, script in {"npm": npm.cli, "npx": npm.cli.with_name("npx-cli.js"), "node-gyp": npm.node_gyp}.items():
        _write(folder / name, f'exec {shlex.join((str(npm.node), str(script)))} "$@"')
    for name in (*_BUILD_TOOLS, *_COMPILERS):
        if found := find_in(name, SYSTEM_PATH):
            (folder / name).symlink_to(found)
        elif found := find_in(name, system_path(env)):
            _write(folder / name, f'exec {shlex.quote(str(found))} "$@"')  # a sandbox may not show where that is
        else:
            _write(folder / name, f"echo '{name}: not found on this system' >&2; exit 127")


def _write(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
