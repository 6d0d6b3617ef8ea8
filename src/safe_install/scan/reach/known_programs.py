"""Build helpers that honest packages start by name, and what each of them does, as read in its own code.

Their code is long, and takes every path from the machine it runs on; what they do is short. So they are described:
what a description says is a boundary, and what a package steers them by (a test to load, a host, a command) is
followed. Only the registry's package of exactly that name is meant: a bin of the same name in any other package, or
in the package under inspection, is code like any other.

Read in 2026: node-gyp-build 4.8.4, prebuild-install 7.1.3, @mapbox/node-pre-gyp 2.0.3, node-pre-gyp 0.17.0,
install-artifact-from-github 1.8.1, pkg-prebuilds 1.1.0, napi-postinstall 0.3.8, cmake-js 8.0.0, prebuildify 6.0.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from safe_install.model import OF_THE_PROJECT, BoundaryKind, GapKind, Package, Source
from safe_install.scan.reach.installed import is_registrys_own
from safe_install.scan.reach.releases import download, github_host, option
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.words import PACKAGE_ROOT, Word, literal

Told = Iterator[Ending | Lead | Blind]


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownProgram:
    """One helper: its package, its bins, and what it does to the package that starts or requires it.

    ``started`` is given the arguments and that package; so is ``required``, without arguments.
    """

    package: str
    bins: tuple[str, ...] = ()
    started: Callable[[tuple[Word, ...], Package], Told]
    required: Callable[[tuple[Word, ...], Package], Told]


def known_program(package: Package) -> KnownProgram | None:
    """Recognise an installed package; an alias, an address or a bundled copy is none of these."""
    return _BY_PACKAGE.get(package.artifact.name) if is_registrys_own(package) else None


def promised_program(name: str, manifest: Mapping[str, object]) -> KnownProgram | None:
    """Recognise a bin by the dependency that a manifest declares for it, where no package is here to provide it."""
    return next((one for one in _KNOWN if name in one.bins and is_declared(one.package, manifest)), None)


def promised_module(name: str, manifest: Mapping[str, object]) -> KnownProgram | None:
    """Recognise a module likewise."""
    return _BY_PACKAGE.get(name) if is_declared(name, manifest) else None


_SETTINGS = ".prebuild-installrc"
_TABLES = ("dependencies", "optionalDependencies", "peerDependencies")
_RANGE = re.compile(r"[\w.^~<>=|*+ -]{1,200}", re.ASCII)
"""A range or a tag, which the registry answers; an alias, an address, a path has a colon, a slash or a number sign."""


def is_declared(name: str, manifest: Mapping[str, object]) -> bool:
    """Tell whether a manifest wants the registry's package of a name, and nothing else by that name."""
    tables = (manifest.get(table) for table in _TABLES)
    wanted = [table[name] for table in tables if isinstance(table, Mapping) and name in table]
    return bool(wanted) and all(isinstance(one, str) and _RANGE.fullmatch(one) for one in wanted)


# ------------------------------------------------------------------ what each of them does


def _nothing(_: tuple[Word, ...], __: Package) -> Told:
    """Print, look at the machine, or tell where headers lie."""
    yield from ()


def _loads(_: tuple[Word, ...], package: Package) -> Told:
    """Load the library that was built or delivered for this machine."""
    detail = f"loads the native library that is built for {package.artifact.name}, or lies in its prebuilds"
    yield Ending(kind=BoundaryKind.LOADS_NATIVE, detail=detail)


def _builds(_: tuple[Word, ...], __: Package) -> Told:
    """Start node-gyp in the working directory."""
    yield Lead(kind=Kind.GYP, target=literal("binding.gyp"))


def _node_gyp_build(words: tuple[Word, ...], package: Package) -> Told:
    """Load the prebuilt library once, or the test that ``prebuild.test`` names; if that fails, build.

    Its two arguments, commands before and after the build, are leads of the command that starts it.
    """
    yield from _loads(words, package)
    prebuild = package.manifest.get("prebuild")
    test = prebuild.get("test") if isinstance(prebuild, Mapping) else None
    if test:
        yield Lead(kind=Kind.MAIN, target=literal(f"./{test}"))
    yield from _builds(words, package)


def _prebuild_install(words: tuple[Word, ...], package: Package) -> Told:
    """Download an archive, unpack it over the package, and load the library in it once."""
    told = option(words, "--download", "-d")
    if not _reads_quietly(package):
        detail = "prebuild-install reads .prebuild-installrc here, which can change where from and what it fetches"
        yield Blind(kind=GapKind.DYNAMIC, detail=detail)
    binary = package.manifest.get("binary")
    if told is None and not (isinstance(binary, Mapping) and "host" in binary):
        yield from _of_github("prebuild-install", package)
    else:
        yield from download("prebuild-install", _binary_host(package) if told is None else told.literal)
    yield from _loads(words, package)


_ON_GITHUB = re.compile(r"\bgithub.com[:/][^/\"]+/[^/\"]+")


def _of_github(program: str, package: Package) -> Told:
    """Describe a download from what github-from-package 0.0.0 finds in a manifest: a repository there, or nothing at all."""
    if _ON_GITHUB.search(json.dumps(package.manifest, default=str)):
        yield from download(program, "https://github.com")
    else:
        detail = f"{program} finds no release to download, unless npm is configured to have one"
        yield Ending(kind=BoundaryKind.DOWNLOADS, detail=detail)


def _reads_quietly(package: Package) -> bool:
    """Tell whether the settings beside a package.json change nothing but the name of what is downloaded."""
    if _SETTINGS not in package.members:
        return True
    try:
        settings = json.loads(package.files[_SETTINGS])
    except (ValueError, RecursionError):
        return False
    return isinstance(settings, dict) and settings.keys() <= {"tag-prefix", "runtime", "target", "arch"}


def _node_pre_gyp(words: tuple[Word, ...], package: Package) -> Told:
    """Download an archive from ``binary.host`` and unpack it; or build, and load what was built once."""
    verbs = {word.literal for word in words}
    if not verbs.isdisjoint(("install", "reinstall", "testbinary", None)):
        yield from download("node-pre-gyp", _binary_host(package))
        yield from _loads(words, package)
    if not verbs.isdisjoint(("build", "rebuild", "configure", "install", "reinstall", "--fallback-to-build", None)):
        yield from _builds(words, package)


def _install_from_cache(words: tuple[Word, ...], package: Package) -> Told:
    """Download one library; then run the script ``verify-build`` or ``test``, and where that fails ``rebuild``."""
    host = option(words, "--host")
    yield from download("install-from-cache", github_host(package) if host is None else host.literal)
    agent = option(words, "--agent")
    if agent is not None:
        yield Lead(kind=Kind.MAIN, target=agent)
    scripts = package.manifest.get("scripts")
    declared = scripts if isinstance(scripts, Mapping) else {}
    for name in ("verify-build" if declared.get("verify-build") else "test", "rebuild"):
        if declared.get(name):
            yield Lead(kind=Kind.SCRIPT, target=literal(name))


def _pkg_prebuilds_verify(words: tuple[Word, ...], _: Package) -> Told:
    """Load the options it is given, and look whether a library is there."""
    yield from (Lead(kind=Kind.MAIN, target=word) for word in words[:1])


def _napi_postinstall(words: tuple[Word, ...], package: Package) -> Told:
    """Have npm fetch the package's own binding for this platform where it is missing."""
    name = words[0].literal if words else package.artifact.name
    if name != package.artifact.name:
        detail = f"napi-postinstall fetches packages for {words[0].shown}, which is not this one"
        yield Blind(kind=GapKind.DOWNLOADED, detail=detail)
    else:
        yield Ending(kind=BoundaryKind.INSTALLS, detail="has npm fetch its binding for this platform if it is missing")


def _cmake(words: tuple[Word, ...], _: Package) -> Told:
    """Configure and build with CMake, whose project files can run commands."""
    yield Lead(kind=Kind.CMAKE, target=literal(""), directory=option(words, "-d", "--directory"))
    yield Ending(kind=BoundaryKind.COMPILES, detail="builds native code with CMake")


def _patches(_: tuple[Word, ...], package: Package) -> Told:
    """Change files of other packages by the patches that lie there: the project's own right, and nobody else's."""
    if package.artifact.source not in OF_THE_PROJECT and not _is_private_directory(package):
        yield Blind(kind=GapKind.DYNAMIC, detail="changes files of other packages, as only a project may")
        return
    patches = sorted(path for path in package.members if path.endswith(".patch"))
    if patches:
        yield Ending(
            kind=BoundaryKind.LIBRARY, detail=f"changes files of other packages by {len(patches)} patches of its own"
        )
    yield from (Lead(kind=Kind.OTHER, target=literal(f"{PACKAGE_ROOT}/{path}")) for path in patches[:_MOST_PATCHES])
    if len(patches) > _MOST_PATCHES:
        yield Blind(kind=GapKind.TOO_LARGE, detail=f"more than {_MOST_PATCHES} patches, the rest is not read")


_MOST_PATCHES = 100


def _is_private_directory(package: Package) -> bool:
    """Tell whether a package is a directory that the user named, which says that it is not to be published.

    Whatever came as an archive has an integrity, or a gap for the want of one.
    """
    artifact = package.artifact
    is_named = artifact.source is Source.REGISTRY and artifact.integrity is None and artifact.resolved is None
    return is_named and package.manifest.get("private") is True


def _binary_host(package: Package) -> str | None:
    binary = package.manifest.get("binary")
    host = binary.get("host") if isinstance(binary, Mapping) else None
    return host if isinstance(host, str) else None


_PRINTING = {
    "cross-env": ("cross-env", "cross-env-shell"),
    "husky": ("husky",),
    "is-ci": ("is-ci",),
    "only-allow": ("only-allow",),
    "opencollective": ("opencollective", "oc"),
    "opencollective-postinstall": ("opencollective-postinstall",),
    "@nuxt/opencollective": ("opencollective",),
}
HEADERS = (
    "bindings",
    "detect-libc",
    "nan",
    "napi-build-utils",
    "napi-macros",
    "node-abi",
    "node-addon-api",
    "node-api-headers",
)
"""Modules of headers and of facts on the machine."""


def _entry(package: str, bins: tuple[str, ...], does: Callable[[tuple[Word, ...], Package], Told]) -> KnownProgram:
    return KnownProgram(package=package, bins=bins, started=does, required=does)


_KNOWN = (
    *(_entry(package, bins, _nothing) for package, bins in _PRINTING.items()),
    *(_entry(package, (), _loads if package == "bindings" else _nothing) for package in HEADERS),
    *(
        KnownProgram(
            package=name, bins=(name, f"{name}-test", f"{name}-optional"), started=_node_gyp_build, required=_loads
        )
        for name in ("node-gyp-build", "node-gyp-build-optional-packages")
    ),
    *(
        KnownProgram(package=name, bins=("node-pre-gyp",), started=_node_pre_gyp, required=_loads)
        for name in ("@mapbox/node-pre-gyp", "node-pre-gyp")
    ),
    KnownProgram(
        package="pkg-prebuilds", bins=("pkg-prebuilds-verify",), started=_pkg_prebuilds_verify, required=_loads
    ),
    _entry("node-gyp", (), _builds),
    _entry("prebuild-install", ("prebuild-install",), _prebuild_install),
    _entry("install-artifact-from-github", ("install-from-cache",), _install_from_cache),
    _entry("napi-postinstall", ("napi-postinstall",), _napi_postinstall),
    _entry("cmake-js", ("cmake-js",), _cmake),
    _entry("prebuildify", ("prebuildify",), _builds),
    _entry("prebuild", ("prebuild",), _builds),
    _entry("patch-package", ("patch-package",), _patches),
)
_BY_PACKAGE = {one.package: one for one in _KNOWN}
