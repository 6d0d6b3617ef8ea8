"""Which command names the promised tree would put in front of the system's, or give to two packages at once.

Every ``node_modules/.bin`` stands before the system's directories on the PATH of every script, npm's own shell
included: one package with a bin named ``sh`` runs inside the scripts of all others, under npm's default deny too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from safe_install.model import Artifact, Finding, Severity, Source
from safe_install.scan.unpack.manifest import bins

_SHELLS = ("sh", "bash", "dash", "zsh", "env", "cmd", "powershell", "pwsh")
_BUILDERS = ("make", "gmake", "cmake", "cc", "c++", "gcc", "g++", "clang", "clang++", "ld", "ar")
_PYTHONS = ("python", "python2", "python3", "py")
_OWNERS = {"node": "node", "npm": "npm", "npx": "npm", "node-gyp": "node-gyp"}  # command → the package that is it
_STARTED = frozenset({*_SHELLS, *_BUILDERS, *_PYTHONS, *_OWNERS, "git"})
_TOOLS: Mapping[str, tuple[str, ...]] = {
    "tsc": ("typescript",),
    "tsserver": ("typescript",),
    "eslint": ("eslint",),
    "prettier": ("prettier",),
    "jest": ("jest", "jest-cli"),
    "vitest": ("vitest",),
    "mocha": ("mocha",),
    "babel": ("@babel/cli", "babel-cli"),
    "webpack": ("webpack", "webpack-cli", "webpack-command"),
    "vite": ("vite", "vite-plus", "rolldown-vite"),
    "rollup": ("rollup",),
    "esbuild": ("esbuild", "esbuild-wasm"),
    "tsx": ("tsx",),
    "ts-node": ("ts-node",),
    "husky": ("husky",),
    "rimraf": ("rimraf",),
    "cross-env": ("cross-env",),
    "patch-package": ("patch-package",),
    "prebuild-install": ("prebuild-install",),
    "node-gyp-build": ("node-gyp-build",),
    "node-pre-gyp": ("node-pre-gyp", "@mapbox/node-pre-gyp"),
    "cmake-js": ("cmake-js",),
    "yarn": ("yarn", "@yarnpkg/cli-dist"),
    "pnpm": ("pnpm", "@pnpm/exe"),
    "pnpx": ("pnpm", "@pnpm/exe"),
    "bun": ("bun",),
    "bunx": ("bun",),
    "deno": ("deno",),
    "corepack": ("corepack",),
    "nx": ("nx",),
    "prisma": ("prisma",),
}
"""Tools that scripts call by name, and the packages that are they: none of 1,880 real archives brings another one's."""
_SUFFIX = re.compile(r"\.(exe|cmd|bat|com|ps1)$")


def shadowing_bins(artifacts: Iterable[Artifact], system_programs: Collection[str]) -> tuple[Finding, ...]:
    """Find bins named like a program on the base PATH or one that npm starts, and bins that two packages provide.

    A name that npm or a build starts is an ERROR, another program's or another tool's a WARNING. INFO: the package of that very name
    provides it (``which``, the one case in two real lockfiles), which for the first kind goes for node, npm and
    node-gyp only; and two packages of different names provide one bin (ansi-html and jest, there). Case does not
    count, as on some file systems. An artifact's bin is the lockfile's, since that is what npm links.
    """
    programs = {_plain(program) for program in system_programs}
    providers: dict[str, dict[str, Artifact]] = {}
    for artifact in artifacts:
        for command in bins({"name": artifact.name, "bin": artifact.bin}):
            providers.setdefault(command, {}).setdefault(artifact.id, artifact)
    findings: list[Finding] = []
    for command, by_id in sorted(providers.items()):
        findings += (told for artifact in by_id.values() for told in _shadow(command, artifact, programs))
        findings += _collision(command, list(by_id.values()))
    return tuple(findings)


def _shadow(command: str, artifact: Artifact, programs: Collection[str]) -> Iterator[Finding]:
    name = _plain(command)
    if name in _TOOLS:
        yield from _other_tool(command, artifact, _TOOLS[name])
        return
    if name not in _STARTED and name not in programs:
        return
    worst = Severity.ERROR if name in _STARTED else Severity.WARNING
    owner = _OWNERS.get(name) if name in _STARTED else name
    is_owner = artifact.source is Source.REGISTRY and artifact.name == owner
    yield Finding(
        signature="package/bin-shadows-program",
        severity=Severity.INFO if is_owner else worst,
        message=f"its bin {command} comes before the program of that name in every package's scripts",
        where=artifact.id,
        line=artifact.line,
        excerpt=command,
    )


def _other_tool(command: str, artifact: Artifact, owners: Sequence[str]) -> Iterator[Finding]:
    if artifact.source is Source.REGISTRY and artifact.name not in owners:
        yield Finding(
            signature="package/bin-takes-tool-name",
            severity=Severity.WARNING,
            message=f"its bin {command} has the name of a tool that other scripts call, which is the package {owners[0]}",
            where=artifact.id,
            line=artifact.line,
            excerpt=command,
        )


def _collision(command: str, artifacts: Sequence[Artifact]) -> Iterator[Finding]:
    """Tell once per command; where two are linked into one directory, the first by depth and path wins."""
    names = sorted({artifact.name for artifact in artifacts})
    if len(names) > 1:
        other = next(artifact for artifact in artifacts if artifact.name != artifacts[0].name)
        yield Finding(
            signature="package/bin-provided-twice",
            severity=Severity.INFO,
            message=f"the bin {command} is provided by {len(names)} packages: {', '.join(names)}",
            where=other.id,
            line=other.line,
            excerpt=command,
        )


def _plain(program: str) -> str:
    return _SUFFIX.sub("", program.lower())
