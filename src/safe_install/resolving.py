"""Let npm resolve what was asked in a staging copy: a project that says so, and the files that would change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from safe_install.arguments import Request
from safe_install.errors import NpmError
from safe_install.project import Project
from safe_install.run.calls import NpmResult, check_in_sync, resolve
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.scan.lock.npmrc import parse_npmrc
from safe_install.staging import changed_files, staged
from safe_install.tools import Tools

_NO_NETWORK = "Is the registry reachable? Look at `npm config get registry`, the proxy and the network."
_LATER = "The registry fails; try again later."
_FIXES = {
    "E401": "Log in with `npm login`.",
    "E403": "Check that the token in .npmrc may read this package.",
    "E404": "Check the name: `safe-install --help` lists the commands, and a private package needs `npm login`.",
    **dict.fromkeys(("E429", "E500", "E502", "E503", "E504"), _LATER),
    **dict.fromkeys(("ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT"), _NO_NETWORK),
    "ENOSPC": "Make room on the disk.",
    "ETARGET": "`npm view <package> versions` lists the versions that there are.",
    "EUSAGE": "`safe-install install` brings the lockfile in line with package.json, and inspects what comes in.",
}
"""What to do, by npm's own name for its trouble; of any other, its words must do."""
_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def resolved(
    project: Project, request: Request, tools: Tools, *, anew: bool = False
) -> tuple[Project, dict[str, bytes]]:
    """Give the project as it would be, and the new contents of each file that would change, by name.

    Nothing is resolved where the lockfile already says what is asked, unless ``anew``. NpmError carries npm's own
    words when it refuses; the project itself is never touched.
    """
    major = tools.npm.version.major
    if request.command == "ci":
        if anew or not _in_sync(project):
            _require_in_sync(project, request, tools)
        return project, {}
    if not (anew or request.changes_tree or project.lockfile is None or not _in_sync(project)):
        return project, {}
    tools.progress.begin("resolving in a staging copy", None)
    with staged(project, request.specs) as root:
        result = resolve(
            tools.npm,
            root,
            request.resolving,
            env=tools.env,
            npmrc=npm_settings(project, tools),
            cache=tools.resolving_cache,
            omit=request.omit,
        )
        _require(result, "npm could not resolve this", root, project)
        changes = changed_files(project, root)
    tools.progress.end()
    return project.with_files(changes, major), changes


def _in_sync(project: Project) -> bool:
    """Tell whether the root entry of the lockfile repeats package.json; what lies deeper, npm itself checks."""
    root = read_lockfile(project.lockfile_bytes, name=project.lockfile or "").root
    return all((root.get(table) or {}) == (project.manifest.get(table) or {}) for table in _TABLES)


def _require_in_sync(project: Project, request: Request, tools: Tools) -> None:
    """Stop with npm's own words when ``npm ci`` would not accept package.json and the lockfile together."""
    with staged(project) as root:
        _require(
            check_in_sync(
                tools.npm,
                root,
                env=tools.env,
                npmrc=npm_settings(project, tools),
                cache=tools.resolving_cache,
                omit=request.omit,
            ),
            "npm ci refuses this lockfile",
            root,
            project,
        )


def npm_settings(project: Project, tools: Tools) -> Mapping[str, str]:
    """Give npm the project's harmless settings and where to fetch from; a staging copy has no .npmrc of its own."""
    npmrc = project.npmrc
    own = parse_npmrc(npmrc, tools.env) if npmrc is not None else {}
    kept = {key: value for key, value in own.items() if not key.startswith("//")}
    return {**kept, **tools.registries(npmrc).as_npmrc()}


def _require(result: NpmResult, what: str, root: Path, project: Project) -> None:
    """Stop where npm said no; it speaks of the staging copy, and people of their project."""
    if result.exit_code != 0:
        words = npm_words(result.output).replace(str(root), str(project.directory))
        code = re.match(r"code (\w+)", words)
        hint = _FIXES.get(code[1] if code else "")
        raise NpmError(f"{what}; nothing was changed.", hint=hint, detail=words, refused=True)


def npm_words(output: str) -> str:
    """Keep what npm says of its failure: no prefixes, no help text, no way to a log that is already gone."""
    lines = [line.removeprefix("npm error").removeprefix("npm ERR!").strip() for line in output.splitlines()]
    if "Usage:" in lines:  # what follows is npm's own help, with the command's title one blank line above it
        lines = lines[: max(lines.index("Usage:") - 2, 0)]
    kept = [
        line
        for line in lines
        if line and "complete log of this run" not in line and not line.startswith(("npm notice", "npm warn"))
    ]
    return "\n".join(kept)
