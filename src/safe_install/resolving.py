"""Let npm resolve what was asked in a staging copy: a project that says so, and the files that would change."""

from __future__ import annotations

from collections.abc import Mapping

from safe_install.arguments import Request
from safe_install.errors import NpmError
from safe_install.project import Project
from safe_install.run.calls import NpmResult, check_in_sync, resolve
from safe_install.scan.lockfile import read_lockfile
from safe_install.scan.npmrc import parse_npmrc
from safe_install.staging import changed_files, staged
from safe_install.tools import Tools

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
            npmrc=_settings(project, tools),
            cache=tools.resolving_cache,
            omit=request.omit,
        )
        _require(result, "npm could not resolve this")
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
                npmrc=_settings(project, tools),
                cache=tools.resolving_cache,
                omit=request.omit,
            ),
            "npm ci refuses this lockfile",
        )


def _settings(project: Project, tools: Tools) -> Mapping[str, str]:
    """Give npm the project's harmless settings and where to fetch from; a staging copy has no .npmrc of its own."""
    npmrc = project.npmrc
    own = parse_npmrc(npmrc, tools.env) if npmrc is not None else {}
    kept = {key: value for key, value in own.items() if not key.startswith("//")}
    return {**kept, **tools.registries(npmrc).as_npmrc()}


def _require(result: NpmResult, what: str) -> None:
    if result.exit_code != 0:
        raise NpmError(f"{what}; nothing was changed.", detail=npm_words(result.output), refused=True)


def npm_words(output: str) -> str:
    """Keep what npm says of its failure: without its prefixes and without the way to a log that is already gone."""
    lines = [line.removeprefix("npm error").removeprefix("npm ERR!").strip() for line in output.splitlines()]
    kept = [
        line
        for line in lines
        if line and "complete log of this run" not in line and not line.startswith(("npm notice", "npm warn"))
    ]
    return "\n".join(kept)
