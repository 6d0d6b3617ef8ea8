"""The nouns of the evidence, in the order they come into being; those of the judgement are in judgement.py.

Every type is a frozen value: a new fact makes a new value. This module imports nothing of ours, so every
room may speak these words and none needs another room to do so. Paths inside a package are POSIX text
relative to the package's root; digests are lower-case hexadecimal sha-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import NewType

PackageId = NewType("PackageId", str)
"""``name@version``, from the lockfile and never from what a package says of itself."""
Digest = NewType("Digest", str)
"""sha-256, 64 lower-case hexadecimal digits."""

NOTHING: Mapping[str, str] = MappingProxyType({})


def sha256(content: bytes) -> Digest:
    """Give the digest by which this program names contents."""
    return Digest(hashlib.sha256(content).hexdigest())


# ------------------------------------------------------------------ promises and deliveries


class Source(StrEnum):
    """Where an artifact's files come from."""

    REGISTRY = "registry"
    REMOTE = "remote"  # an https tarball that no registry serves
    FILE = "file"  # a tarball on disk
    GIT = "git"
    LINK = "link"  # a directory on disk, linked into node_modules
    WORKSPACE = "workspace"
    BUNDLED = "bundled"  # carried inside another package's tarball
    ROOT = "root"  # the project itself


OF_THE_PROJECT = frozenset({Source.LINK, Source.WORKSPACE, Source.ROOT})
"""The sources that are directories of the user's own, read where they are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """A promise: what one lockfile entry says will be installed, where, from where, with which integrity.

    ``location`` is the lockfile key (``node_modules/a/node_modules/b``; a linked directory's own path; empty
    for the root). ``name`` is the registry's name, which for an alias is not the folder's. ``resolved`` and
    ``integrity`` are the entry's text as written. ``line`` is 1-based, 0 when there is no lockfile.
    ``bundler`` is the location of the package whose tarball carries a bundled one. ``says_scripts`` is what the lockfile says,
    which proves nothing: it only chooses what of an unchanged tree is read again. ``dependencies`` holds every name
    that npm looks for, ``optional_dependencies`` those of them that may be absent, and ``kinds`` how a name is wanted
    when it is not plainly: npm's words ``dev``, ``optional``, ``peer``, ``peerOptional``.
    """

    location: str
    name: str
    version: str
    source: Source
    resolved: str | None = None
    integrity: str | None = None
    line: int = 0
    dev: bool = False
    optional: bool = False
    dev_optional: bool = False
    peer: bool = False
    os: tuple[str, ...] = ()
    cpu: tuple[str, ...] = ()
    libc: tuple[str, ...] = ()
    engines: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    bin: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    dependencies: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    optional_dependencies: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    kinds: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    has_shrinkwrap: bool = False
    says_scripts: bool = False
    bundler: str | None = None

    @property
    def is_for_machines(self) -> bool:
        """Tell whether npm installs it on some systems only."""
        return bool(self.os or self.cpu or self.libc)

    @property
    def id(self) -> PackageId:
        """Name the package and version that the lockfile promises."""
        return PackageId(f"{self.name}@{self.version}" if self.version else self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One regular file of a delivery, by what it holds. ``executable`` is any x bit in the archive."""

    digest: Digest
    size: int
    executable: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """A delivery: the verified bytes' members, never extracted.

    ``members`` knows every file; ``files`` reads one (bytes), lazily, and raises `KeyError` for a path that
    is not a member. ``manifest`` is the tarball's package.json as npm parses it, ``{}`` when there is none.
    """

    artifact: Artifact
    manifest: Mapping[str, object]
    members: Mapping[str, Member]
    files: Mapping[str, bytes] = field(repr=False, compare=False)

    def brings(self, location: str) -> bool:
        """Tell whether what lies at a location is this package, or one that its delivery bundles."""
        home = self.artifact.location
        inside = location.removeprefix(f"{home}/")
        return location == home or (inside != location and f"{inside}/package.json" in self.members)


# ------------------------------------------------------------------ what would run


class Event(StrEnum):
    """A lifecycle event of ``npm install``, in npm's order."""

    PREDEPENDENCIES = "predependencies"
    DEPENDENCIES = "dependencies"
    POSTDEPENDENCIES = "postdependencies"
    PREINSTALL = "preinstall"
    INSTALL = "install"
    POSTINSTALL = "postinstall"
    PREPUBLISH = "prepublish"
    PREPREPARE = "preprepare"
    PREPARE = "prepare"
    POSTPREPARE = "postprepare"


@dataclass(frozen=True, kw_only=True, slots=True)
class LifecycleScript:
    """One command npm would run for one package at one event; ``implied`` when no manifest declares it."""

    package: Package
    event: Event
    command: str
    implied: bool = False


# ------------------------------------------------------------------ what was seen, and what could not be


class Language(StrEnum):
    """How a reached file will be read by what runs it; the value is the suffix of its staged copy."""

    JAVASCRIPT = "js"
    TYPESCRIPT = "ts"
    SHELL = "sh"
    BATCH = "bat"
    POWERSHELL = "ps1"
    PYTHON = "py"
    GYP = "gyp"
    JSON = "json"
    TEXT = "txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReachableFile:
    """A file the script can cause to run or read as code, and the chain that leads there.

    ``via`` starts with the command and ends just before this file. ``path`` is inside the package named
    ``package``, which is installed at ``location``; ``inline`` text stands in the command itself, under a name that
    only shows it. The manifest of a package is reached by many scripts for its version alone, so its ``identity`` leaves out
    what every release changes; any other file's identity is its digest. ``for_machines``: it comes in another package that is
    for some systems only.
    """

    package: str
    path: str
    content: bytes = field(repr=False)
    language: Language
    location: str = ""
    via: tuple[str, ...] = ()
    inline: bool = False
    for_machines: bool = False

    @property
    def digest(self) -> Digest:
        """Name the file's contents."""
        return sha256(self.content)

    @property
    def identity(self) -> Digest:
        """Name what an approval binds of this file."""
        return manifest_identity(self.content) if self.path == "package.json" else self.digest


_RELEASE_NOISE = ("version", "gitHead")
_RANGES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def manifest_identity(content: bytes) -> Digest:
    """Digest a package.json without its version and its dependencies' ranges, which every release changes."""
    kept = bound_manifest(content)
    return sha256(content) if kept is None else sha256(json.dumps(kept, sort_keys=True).encode())


def bound_manifest(content: bytes) -> dict[str, object] | None:
    """Give what an approval binds of a package.json; None when it is no JSON object, and bound whole."""
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict):
        return None
    kept = {key: value for key, value in manifest.items() if key not in _RELEASE_NOISE}
    for key in _RANGES:
        if isinstance(kept.get(key), dict):
            kept[key] = sorted(kept[key])
    return kept


class GapKind(StrEnum):
    """Why something could not be seen."""

    NOT_FETCHED = "not-fetched"  # the bytes could not be had or did not match their integrity
    REFUSED = "refused"  # the archive breaks the strict rules
    NO_INTEGRITY = "no-integrity"  # nothing to verify the bytes against
    DYNAMIC = "dynamic"  # the edge is computed while running
    OUTSIDE = "outside-package"
    MISSING = "missing"  # named, but not in the package
    DOWNLOADED = "downloaded"  # comes from the network while running
    BINARY = "binary"
    NATIVE = "native-code"
    TOO_LARGE = "too-large"
    UNPARSED = "unparsed"
    UNMATCHED = "unmatched"  # the signatures were not, or not wholly, matched
    UNKNOWN_PROGRAM = "unknown-program"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Something that could not be seen. ``where`` is a package id or a file of the project."""

    kind: GapKind
    where: str
    detail: str
    path: str = ""
    line: int = 0


class BoundaryKind(StrEnum):
    """How a script leaves text behind."""

    COMPILES = "compiles"  # builds native code from sources in the package; what it builds is not run by it
    DOWNLOADS = "downloads"  # fetches a program or a library, and keeps it
    INSTALLS = "installs"  # lets a package manager fetch further packages
    LIBRARY = "library"  # code of other packages: read and matched where it is here, but not every edge in it
    LOADS_NATIVE = "loads-native-code"
    RUNS_NATIVE = "runs-native-code"  # starts a program that is no text


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundary:
    """Where text ends in a way that is known: described instead of read.

    No `Gap`, for nothing is hidden: what happens is said, and only what a program or a library holds is not. It keeps
    a script from being skipped, and alone it is no flag: of 131 honest install scripts 89 end like this. ``host`` is
    where something comes from when that is known, ``verified`` how it is checked in words, empty for not at all.
    """

    kind: BoundaryKind
    where: str
    detail: str
    path: str = ""
    line: int = 0
    host: str = ""
    verified: str = ""


class Severity(IntEnum):
    """How bad a finding is; semgrep's three."""

    INFO = 1
    WARNING = 2
    ERROR = 3


class Confidence(StrEnum):
    """How sure a finding is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """What bad looks like, as its file says it; ``effect`` is the folder's name, ``own`` a project's and not ours.

    A chain is no pattern of its own: ``steps`` are the signatures and facts that must come together, any one of each.
    ``in_libraries`` is the most that it counts in another package whose module or program a script uses: a library that
    finds browsers knows where they keep their profiles.
    """

    id: str
    effect: str
    severity: Severity
    confidence: Confidence
    message: str
    why: str
    innocent_when: tuple[str, ...]
    look_at: str
    since: str
    references: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    steps: tuple[tuple[str, ...], ...] = ()
    in_libraries: Severity = Severity.INFO
    own: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that was seen: which signature, where, and the excerpt, as the package wrote it."""

    signature: str
    severity: Severity
    message: str
    where: str
    path: str = ""
    line: int = 0
    excerpt: str = ""
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviours:
    """What reached code does, as far as its text tells: names, hosts, programs and paths, sorted.

    ``writes`` are places below the package or the working directory, ``writes_outside`` any others; ``fills_outside`` are
    those of them that get new contents.
    """

    env: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    writes_outside: tuple[str, ...] = ()
    fills_outside: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)  # without slots: its fingerprint is kept
class Inspection:
    """The evidence on one script. ``harmless``: the reach is complete and only prints or exits.

    ``links`` say which file leads to which, each as (location, path); `via` tells but the shortest way to a file. ``put_off``
    are spans of lines, by location and path, that the installation of a very large package loads and does not run, ``unneeded``
    lines of makefiles that no goal needs which ``make`` is given. ``done_by`` are the behaviours again, by
    the file of the script's own package that shows them.
    ``exposed`` are files, as (package, path, digest), that count as reached because a gap stands before them, or because
    they are native libraries of a package that loads one of its own.
    """

    script: LifecycleScript
    files: tuple[ReachableFile, ...] = ()
    gaps: tuple[Gap, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    findings: tuple[Finding, ...] = ()
    behaviours: Behaviours = Behaviours()
    exposed: tuple[tuple[str, str, Digest], ...] = ()
    links: frozenset[tuple[tuple[str, str], tuple[str, str]]] = frozenset()
    put_off: tuple[tuple[str, str, int, int], ...] = ()
    unneeded: tuple[tuple[str, str, int], ...] = ()
    done_by: tuple[tuple[tuple[str, str], Behaviours], ...] = ()
    harmless: bool = False

    @cached_property
    def fingerprint(self) -> Digest:
        """Name exactly what a person approves: event, command and every reached file, without the version.

        An edge that could not be followed may end in any file of its package, so where there is a gap `exposed` counts
        too: otherwise a payload behind a computed ``require`` could change under a standing approval. A gap that
        only matching finds (``unmatched``) hides nothing of what was reached.

        What comes in another package for some systems only (``os``, ``cpu``, ``libc``) is read, matched and told wherever it is
        there, but does not count: npm puts only one of esbuild's 26 on a machine, and an approval would hold on that
        kind alone. Texts that are no files count by what they say, for their numbers depend on what else was read.
        """
        bound = [file for file in self.files if not file.for_machines]
        named = {(file.package, ":text" if file.inline else file.path, file.identity) for file in bound}
        reached = named | set(self.exposed)
        told = [self.script.event.value, self.script.command, sorted(reached)]  # of two versions of a package both
        return sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode())
