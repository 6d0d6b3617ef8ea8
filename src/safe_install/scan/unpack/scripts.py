"""Package → the commands npm would run for it, and what its files do to add to them or to hide them.

Sources: @npmcli/arborist's rebuild.js and reify.js, npm's ci.js and @npmcli/run-script of npm 11.19, checked by
running them. What registry metadata or a lockfile says about scripts is not asked: the delivered files are the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safe_install.errors import TarballError
from safe_install.model import Artifact, Event, Finding, LifecycleScript, Package, Severity, Source
from safe_install.scan.unpack.concealed import told_by_command, told_by_manifest
from safe_install.scan.unpack.manifest import MANIFEST, declared_scripts, read_manifest
from safe_install.scan.unpack.names import fold
from safe_install.scan.unpack.nested import BIN, carve, homes
from safe_install.scan.unpack.requirements import told_by_requirements
from safe_install.scan.unpack.settings import told_by_settings

NODE_GYP = "node-gyp rebuild"
DIRECTORIES = frozenset({Source.ROOT, Source.WORKSPACE, Source.LINK})

_GYP = "binding.gyp"
_NPM_12 = 12  # never runs bundled packages' scripts, and runs the root's preinstall before anything else
_NPM_11 = 11
_LOOKED_INTO = 20  # undeclared packages in one archive; each may cost inflating it
_DELIVERED = (Event.PREINSTALL, Event.INSTALL, Event.POSTINSTALL)
_LINKED = (Event.PREINSTALL, Event.PREPARE, Event.INSTALL, Event.POSTINSTALL)
_ROOT = (
    *(Event.PREDEPENDENCIES, Event.DEPENDENCIES, Event.POSTDEPENDENCIES),  # when the tree changed
    *_DELIVERED,
    *(Event.PREPUBLISH, Event.PREPREPARE, Event.PREPARE, Event.POSTPREPARE),
)


def lifecycle_scripts(package: Package, *, npm_major: int) -> tuple[LifecycleScript, ...]:
    """List every command this npm would run for the package when it is installed, in npm's order.

    A ``binding.gyp`` without install and preinstall script means ``node-gyp rebuild``, also where the manifest says
    ``gypfile: false``: npm looks for that in the lockfile, which does not keep it, and so does build. Only the root's
    own is heeded. The file's name counts in any case, since there are file systems on which it does.
    Bundled packages' scripts run under npm 10 and 11, and never under npm 12.
    """
    source = package.artifact.source
    if source is Source.BUNDLED and npm_major >= _NPM_12:
        return ()
    commands = declared_scripts(package.manifest)
    implied = not commands.keys() & {Event.INSTALL, Event.PREINSTALL} and _is_built(package)
    if implied:
        commands[Event.INSTALL] = NODE_GYP
    return tuple(
        LifecycleScript(
            package=package,
            event=event,
            command=commands[event],
            implied=implied and event is Event.INSTALL,
        )
        for event in _events(source, npm_major)
        if event in commands
    )


def nested_packages(
    package: Package, declared: Mapping[str, Artifact]
) -> tuple[tuple[Package, ...], tuple[Finding, ...]]:
    """Give the bundled packages that the lockfile declares (by location), and findings for what hides beside them.

    Undeclared packages are told when they bring commands: npm runs those at the next bare ``npm rebuild``. That is a
    WARNING, since safe-install runs none of them. A ``node_modules/.bin`` is an ERROR: it comes first on the PATH of
    the package's own scripts, where any program may then go by the name ``node``. None of 1,689 real archives has
    either.
    """
    found = _homes(package)
    known = {home: declared[place] for home in found if (place := f"{package.artifact.location}/{home}") in declared}
    known = {
        home: artifact for home, artifact in known.items() if artifact.bundler in {None, package.artifact.location}
    }
    programs = [home for home in found if fold(home).endswith(f"/{BIN}")]
    hidden = [home for home in found if home not in known and home not in programs]
    findings = [_hidden_bin(package, found[home]) for home in programs[:1]]
    findings += (finding for home in hidden[:_LOOKED_INTO] for finding in _hidden_package(package, home))
    if len(hidden) > _LOOKED_INTO:
        findings.append(_hidden(package, hidden[_LOOKED_INTO], f"{len(hidden)} packages"))
    return tuple(_nested(package, home, artifact) for home, artifact in known.items()), tuple(findings)


def package_findings(package: Package) -> tuple[Finding, ...]:
    """Tell what no honest packer puts into a package, and what hides a command that would run.

    None of 1,689 real archives has any of it. The package.json is read again only where it has commands.
    """
    found: list[Finding] = []
    if package.artifact.source not in DIRECTORIES:
        found += _told_by_names(package)
        found += _told_by_identity(package)
        found += told_by_settings(package)
        found += told_by_requirements(package)
    scripts = lifecycle_scripts(package, npm_major=_NPM_11)
    for script in scripts:
        found += told_by_command(script)
    if scripts and MANIFEST in package.members:
        found += told_by_manifest(package.artifact.id, package.files[MANIFEST])
    return tuple(found)


# ------------------------------------------------------------------ commands


def _events(source: Source, npm_major: int) -> tuple[Event, ...]:
    match source:
        case Source.ROOT if npm_major >= _NPM_12:
            return (Event.PREINSTALL, *(event for event in _ROOT if event is not Event.PREINSTALL))
        case Source.ROOT | Source.GIT:  # npm prepares a git dependency as the root of its clone
            return _ROOT
        case Source.WORKSPACE | Source.LINK:
            return _LINKED
        case _:
            return _DELIVERED


def _is_built(package: Package) -> bool:
    """Say whether npm would find a binding.gyp; in a directory the file system itself is asked about case."""
    source = package.artifact.source
    if source in DIRECTORIES:
        heeded = source is Source.ROOT and package.manifest.get("gypfile") is False
        return _GYP in package.members and not heeded
    return any("/" not in path and fold(path) == _GYP for path in package.members)


# ------------------------------------------------------------------ packages inside


def _homes(package: Package) -> Mapping[str, str]:
    """Leave a directory's own node_modules alone: it is no part of it, npm fills it from the lockfile."""
    return {} if package.artifact.source in DIRECTORIES else homes(package.members)


def _nested(package: Package, home: str, artifact: Artifact) -> Package:
    manifest, _ = _nested_manifest(package, home)
    return carve(package, home, artifact, manifest)


def _nested_manifest(package: Package, home: str) -> tuple[Mapping[str, object], str]:
    """Read the manifest as npm does, to which a broken one is empty; and say what is wrong with it."""
    path = f"{home}/{MANIFEST}"
    try:
        return (read_manifest(package.files[path]) if path in package.members else {}), ""
    except TarballError as error:
        return {}, error.message


def _hidden_package(package: Package, home: str) -> Iterator[Finding]:
    manifest, wrong = _nested_manifest(package, home)
    scripts = lifecycle_scripts(carve(package, home, package.artifact, manifest), npm_major=_NPM_11)
    if scripts or wrong:
        yield _hidden(package, home, scripts[0].command if scripts else wrong)


def _hidden(package: Package, home: str, excerpt: str) -> Finding:
    return Finding(
        signature="package/hidden-package",
        severity=Severity.WARNING,
        message="the archive carries a package that the lockfile does not know, and npm rebuild would run its scripts",
        where=package.artifact.id,
        path=f"{home}/{MANIFEST}",
        excerpt=excerpt,
    )


def _hidden_bin(package: Package, path: str) -> Finding:
    return Finding(
        signature="package/hidden-bin",
        severity=Severity.ERROR,
        message="the archive carries programs that would run in place of node and others in its own scripts",
        where=package.artifact.id,
        path=path,
    )


# ------------------------------------------------------------------ what no packer puts there


def _told_by_names(package: Package) -> Iterator[Finding]:
    if ".git" not in fold("\n".join(package.members)):
        return
    git = next((path for path in package.members if ".git" in fold(path).split("/")), None)
    if git is not None:
        yield Finding(
            signature="package/ships-git-directory",
            severity=Severity.ERROR,
            message="git, and every prompt or editor that asks it, obeys the .git that this package brings",
            where=package.artifact.id,
            path=git,
        )


def _told_by_identity(package: Package) -> Iterator[Finding]:
    """Compare names only where the lockfile's is the registry's; a package from elsewhere names itself."""
    artifact, name = package.artifact, package.manifest.get("name")
    if artifact.source is Source.REGISTRY and name is not None and name != artifact.name:
        yield Finding(
            signature="package/other-name",
            severity=Severity.WARNING,
            message="its package.json gives another name, by which its scripts and npm rebuild would know it",
            where=artifact.id,
            path=MANIFEST,
            excerpt=str(name)[:200],
        )
