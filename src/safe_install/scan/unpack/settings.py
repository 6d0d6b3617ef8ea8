"""Settings of other programs that a package brings: read by whatever is started in its directory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safe_install.model import Finding, Package, Severity
from safe_install.scan.unpack.names import fold

_LARGEST = 256 * 1024  # bytes of a file of settings that are read
_COMMANDING = re.compile(
    r"""(?mix)^[ \t"']{0,8}(?:
      git | script-shell | shell | editor | viewer | init-module | onload-script | node-options | node_options
      | (?:@[\w.-]{1,100}:)?registry | //[^\n=]{1,200} | ignore-scripts | allow-scripts | prefix | globalconfig | userconfig
      | https?-proxy | proxy | cafile | ca | strict-ssl | cache
    )(?:\[\])?["']?[ \t]{0,8}=""",
)
"""The keys of an .npmrc that start programs, say where packages come from, or what npm trusts."""
_QUIET = re.compile(r"""(?P<key>[a-z-]+)(?:\[\])?[ \t]*=[ \t]*["']?[\w@.*^~:/ -]*["']?""", re.ASCII)
"""A line of an .npmrc of which nothing is put in while it is read."""
_TELLING = frozenset(
    """audit audit-level auto-install-peers color enable-pre-post-scripts engine-strict fetch-retries fetch-timeout fund hoist
    hoist-pattern legacy-peer-deps link-workspace-packages lockfile lockfile-version loglevel maxsockets message package-lock
    prefer-dedupe prefer-offline prefer-online prefer-workspace-packages progress provenance public-hoist-pattern resolution-mode
    save save-exact save-prefix save-workspace-protocol shamefully-hoist shared-workspace-lockfile sign-git-commit sign-git-tag
    strict-peer-dependencies strict-peer-deps tag-version-prefix timing unicode update-notifier""".split()  # noqa: SIM905
)
"""Keys that say what a client writes down, prints or refuses, and not where it goes or what it starts: fewer than are no harm to a project."""
_STARTING = {
    ".yarnrc.yml": re.compile(r"(?m)^[ \t]{0,8}(?:yarnPath|plugins|npmRegistryServer|nodeLinkerHooks)[ \t]{0,8}:"),
    ".yarnrc": re.compile(r"(?m)^[ \t]{0,8}\"?(?:yarn-path|registry|script-shell)\"?[ \t]"),
    "bunfig.toml": re.compile(r"(?m)^[ \t]{0,8}(?:preload|registry)[ \t]{0,8}="),
    ".pnpmfile.cjs": re.compile(r"\S"),
    ".gitconfig": re.compile(r"\S"),
}
"""What starts programs, or says where packages come from, in the settings of others."""

_NAMES = (".npmrc", ".semgrepignore", *_STARTING)


def told_by_settings(package: Package) -> Iterator[Finding]:
    """Tell of an .npmrc (an ERROR when it says what npm starts or trusts), of others' settings, and of a scanner's ignore list.

    None of 1,880 real archives has an .npmrc; one has a .yarnrc.yml, which starts nothing.
    """
    everything = fold("\n".join(package.members))  # no name holds a line's end, and nearly no package any of these
    if not any(name in everything for name in _NAMES):
        return
    by_name: dict[str, str] = {}
    for path in package.members:
        by_name.setdefault(fold(path).rpartition("/")[2], path)
    for path in [path for path in package.members if fold(path).rpartition("/")[2] == ".npmrc"][:1]:
        yield from _npmrc(package, path)
    for name, starting in _STARTING.items():
        if name in by_name and starting.search(_text(package, by_name[name])):
            message = f"a program started in this package's directory obeys the {name} that it brings"
            yield _finding(package, "ships-tool-settings", Severity.WARNING, message, by_name[name])
    if ".semgrepignore" in by_name:
        message = "it brings a list of what scanners shall leave out; safe-install does not heed it"
        yield _finding(package, "ships-ignore-list", Severity.INFO, message, by_name[".semgrepignore"])


def _npmrc(package: Package, path: str) -> Iterator[Finding]:
    match = _COMMANDING.search(_text(package, path))
    message = "an npm started in this package's directory obeys the .npmrc that it brings"
    if match:
        message += ", which says what npm starts, trusts or where packages come from"
    severity = Severity.ERROR if match else Severity.INFO if _says_little(package, path) else Severity.WARNING
    yield _finding(package, "ships-npmrc", severity, message, path, match[0].strip() if match else "")


def _says_little(package: Package, path: str) -> bool:
    """Tell whether every line of an .npmrc is a comment or one of the settings that everybody may have."""
    if package.members[path].size > _LARGEST:
        return False
    lines = (line.strip() for line in _text(package, path).split("\n"))
    return all(
        not line or line[0] in ";#" or ((said := _QUIET.fullmatch(line)) and said["key"] in _TELLING) for line in lines
    )


def _text(package: Package, path: str) -> str:
    """Read a file of settings; the comment signs of all of them stand at a line's start, where no key does."""
    if package.members[path].size > _LARGEST:
        return ""
    return package.files[path].decode("utf-8-sig", errors="replace").replace("\r", "\n")


def _finding(
    package: Package, signature: str, severity: Severity, message: str, path: str, excerpt: str = ""
) -> Finding:
    return Finding(
        signature=f"package/{signature}",
        severity=severity,
        message=message,
        where=package.artifact.id,
        path=path,
        excerpt=excerpt,
    )
