"""What our own reading found on a script, as facts that chains can name; computed when asked, never remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from safe_install.model import Behaviours, Gap, GapKind, Inspection
from safe_install.scan.match.disguised import DISGUISE, disguised_programs
from safe_install.scan.match.only_json import writes_only_json
from safe_install.scan.match.own_home import OWN_HOME, keeps_to_own_folder
from safe_install.scan.match.places import kinds_of
from safe_install.scan.match.seen import Seen

_SECRET = re.compile(
    r"(?:^|_)(?:TOKENS?|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_KEY(?:_ID)?|PRIVATE_KEY|AUTH|PAT)(?:_|$)",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"npm_(?:config|package|lifecycle)_|.*_proxy$|SSH_AUTH_SOCK$", re.IGNORECASE)
_WHOLE = "*"
_READS_HOME = "reads-home"  # the signature
_BELOW_HOME = re.compile(r"~/(?!.*(?:\.\.|node_modules|/\.?$))[\w.@/ -]+")
"""A place in the home directory that is known to its end, and in which no packages lie."""
_WRITES = re.compile(r"writes .*, which may be a file that runs later$", re.DOTALL)


class Shown(NamedTuple):
    """A signature or fact, and where it was shown; what is known of the whole script counts for its own package."""

    name: str
    location: str | None
    where: str
    path: str
    line: int


def is_secret(name: str) -> bool:
    """Tell whether a variable's name says that it holds a secret; npm's own settings and proxies are none."""
    return _SECRET.search(name) is not None and _NO_SECRET.match(name) is None


def facts_of(inspection: Inspection, seen: Mapping[tuple[str, str], tuple[str, Seen]]) -> Iterator[Shown]:
    """Give the facts on one script; ``seen`` has the package's id and what matching saw, by location and path."""
    owner = inspection.script.package.artifact
    home = owner.location or owner.name
    placed = {name for _, told in inspection.done_by for name in _done(told, inspection)}
    for (location, path), told in inspection.done_by:
        for name in _done(told, inspection):
            yield Shown(f"fact:{name}", location or home, owner.id, path, 0)
    for name in _done(inspection.behaviours, inspection):
        if name not in placed:
            yield Shown(f"fact:{name}", home, owner.id, "", 0)
    for (location, path), (where, each) in seen.items():
        for line, _ in each.matched.layers:
            yield Shown("fact:decoded-layer", location, where, path, line)
    yield from _ends(inspection, seen, home)
    yield from _own_homes(inspection, seen)
    for location, path, line in disguised_programs(inspection):
        yield Shown(f"fact:{DISGUISE}", location or home, owner.id, path, line)


def _ends(inspection: Inspection, seen: Mapping[tuple[str, str], tuple[str, Seen]], home: str) -> Iterator[Shown]:
    """Tell of gaps and boundaries, and what they say; those of a package that is not reached stand in ``home``."""
    owner = inspection.script.package.artifact
    places = {(where, path): location for (location, path), (where, _) in seen.items()}
    for prefix, found in (("gap", inspection.gaps), ("boundary", inspection.boundaries)):
        for one in found:
            whose = one.where if one.where == owner.id else one.where.rpartition("@")[0]
            place = places.get((whose, one.path), home if whose == owner.id else whose)
            yield Shown(f"fact:{prefix}:{one.kind.value}", place, one.where, one.path, one.line)
            for name in _said_by(one.kind, one.detail) if isinstance(one, Gap) else ():
                yield Shown(f"fact:{name}", place, one.where, one.path, one.line)
            if one.kind is GapKind.DYNAMIC and not (_WRITES.match(one.detail) and writes_only_json(inspection)):
                yield Shown("fact:acts-unseen", place, one.where, one.path, one.line)


def _own_homes(inspection: Inspection, seen: Mapping[tuple[str, str], tuple[str, Seen]]) -> Iterator[Shown]:
    """Tell of the files that keep to a folder of their own in the home directory."""
    name = inspection.script.package.artifact.name
    for file in inspection.files:
        location = file.location or file.package
        where, each = seen.get((location, file.path), ("", None))
        signatures = [one.signature for one in each.matched.sightings] if each is not None else []
        if _READS_HOME in signatures and keeps_to_own_folder(file, name, signatures):
            yield Shown(f"fact:{OWN_HOME}", location, where, file.path, 0)


def _written(behaviours: Behaviours, inspection: Inspection) -> list[str]:
    """List the kinds of places that are written outside the package."""
    return _kinds(
        inspection, [*behaviours.fills_outside, *(one for one in behaviours.writes if one.startswith(".git/"))]
    )


def _taken(behaviours: Behaviours, inspection: Inspection) -> list[str]:
    """List the kinds of places outside the package that are changed and get nothing new: deleted, emptied or cut off."""
    filled = inspection.behaviours.fills_outside
    return _kinds(
        inspection,
        [
            place
            for place in behaviours.writes_outside
            if not any(one == place or one.startswith(f"{place.rstrip('/')}/") for one in filled)
        ],
    )


def _kinds(inspection: Inspection, places: Iterable[str]) -> list[str]:
    package = inspection.script.package
    own = package.artifact.name
    bins = {own.rpartition("/")[2], *(one for one in _bins(package.manifest) if isinstance(one, str))}
    return sorted({kind for place in places for kind in kinds_of(place, own, bins)})


def _bins(manifest: Mapping[str, object]) -> Iterable[object]:
    declared = manifest.get("bin")
    return declared if isinstance(declared, dict) else ()


_DISGUISED = re.compile(
    r"(?:runs|loads) native code: (?:.*/)?(?:[^/]*\.(?:[cm]?jsx?|[cm]?tsx?|json|txt|md|png|jpe?g|gif|ico|svg|webp|woff2?|ttf|otf|dat|data|css|html?|map"
    r"|log|db|cfg|ini|conf|lock|ya?ml|xml|csv|tsv|py|sh|pdf|wasm|snap|license)"
    r"|\.(?!bin/)[^/]+(?:/.*)?|(?:assets|fonts?|images?|img|icons|locales?|i18n|docs?|tests?|fixtures|samples|data|models?)/(?:.*/)?[^/]*), an? "
    r"|loads native code: (?:.*/)?[^/]*\.(?!node$|so(?:\.[\d.]+)?$|dll$|dylib$|bundle$)[A-Za-z]\w{0,7}$",
    re.IGNORECASE,
)
_DECODERS = (
    r"openssl|gpg2?|age|base(?:32|64)|xxd|od|uudecode|gunzip|gzip|zcat|xz|xzcat|unxz|lzma|bzip2|bzcat|bunzip2|zstd|zstdcat|lz4|brotli"
    r"|7za?|unzip|bsdtar|tar|rev|tac|tr|dd|tail|strings|iconv"
)
"""Programs that write what nobody can read in what they are given."""
_SAYING = (
    (
        "calls-global-by-name",
        {GapKind.DYNAMIC},
        re.compile(r".{0,200}\bglobalThis\[(?!['\"`]\w+['\"`]\]).* calls a member that only running names"),
    ),
    ("calls-unnamed", {GapKind.DYNAMIC}, re.compile(r".* calls a member that only running names")),
    ("changes-names", {GapKind.DYNAMIC}, re.compile(r"with changes what every name")),
    ("evaluates-assembled", {GapKind.DYNAMIC}, re.compile(r"evaluates .*known in part only while running")),
    (
        "evaluates-unseen",
        {GapKind.DYNAMIC},
        re.compile(r"evaluates .*(?:known only while running|computed or fetched)"),
    ),
    ("evaluates-unseen", {GapKind.DYNAMIC}, re.compile(r"(?:eval|Function) is used through ")),
    ("fetches-by-tool", {GapKind.DOWNLOADED}, re.compile(r"(?!(?:sudo )?certutil\b)")),
    (
        "gives-global-away",
        {GapKind.DYNAMIC},
        re.compile(r"globalThis goes where it cannot be followed: "),
    ),
    (
        "hides-code",
        {GapKind.DYNAMIC},
        re.compile(r".* can run what is not seen here|.* goes where it cannot be followed"),
    ),
    (
        "hides-global",
        {GapKind.DYNAMIC},
        re.compile(r"globalThis goes where it cannot be followed: .{0,200}\bglobalThis\[(?!['\"`]\w+['\"`]\])"),
    ),
    (
        "installs-from-address",
        {GapKind.DOWNLOADED},
        re.compile(
            r"(?:npm|npx|pnpm|pnpx|yarn|bun|bunx)\b.{0,200}(?:[ =@](?:git\+\w+:|git:|github:|gitlab:|gist:)|[ =]https?://[^ ]+(?:\.tgz|\.tar\.gz|\.git)\b)"
            r".* (?:fetches|installs)"
        ),
    ),
    ("listens-to-lines", {GapKind.DYNAMIC}, re.compile(r"calls repl\.(?:start|REPLServer)")),
    ("loads-hidden-builtin", {GapKind.DYNAMIC}, re.compile(r"requires node:.*known only while running")),
    ("loads-unseen", {GapKind.DYNAMIC}, re.compile(r"requires .*known only while running")),
    ("loads-from-temp", {GapKind.DYNAMIC, GapKind.OUTSIDE}, re.compile(r"requires (?:/tmp/|/var/tmp/|/dev/shm/)")),
    (
        "makes-modules",
        {GapKind.DYNAMIC},
        re.compile(r"calls module(?:\.\w{1,40}){0,4}, which can run what is not seen here"),
    ),
    ("makes-code", {GapKind.DYNAMIC}, re.compile(r".*\bconstructor can run what is not seen here")),
    (
        "makes-hidden-code",
        {GapKind.DYNAMIC},
        re.compile(r"(?!this\.).*\bconstructor can run what is not seen here|takes constructor out of a value"),
    ),
    (
        "requires-elsewhere",
        {GapKind.DYNAMIC},
        re.compile(r"creates a require for (?!.*(?:INIT_CWD|cwd\(|/package\.json, )).*, which is not this file"),
    ),
    (
        "pushes-by-git",
        {GapKind.DOWNLOADED},
        re.compile(r"(?:\S{0,200}/)?git (?:-[Cc] \S{1,200} |-\S{1,200} ){0,8}push "),
    ),
    ("replaces-node", {GapKind.DYNAMIC}, re.compile(r"replaces (?:child_process|module|net|tls)\b")),
    ("runs-decoded", {GapKind.DYNAMIC}, re.compile(rf".* runs what (?:\S{{0,200}}/)?(?:{_DECODERS})\b.* writes$")),
    ("runs-disguised", {GapKind.BINARY, GapKind.NATIVE}, _DISGUISED),
    (
        "runs-download",
        {GapKind.DOWNLOADED},
        re.compile(r".* runs what .* writes$|requires https?:|runs what it downloads"),
    ),
    ("runs-by-cluster", {GapKind.DYNAMIC}, re.compile(r"calls cluster\.setup\w+,")),
    (
        "runs-its-input",
        {GapKind.DYNAMIC, GapKind.UNPARSED},
        re.compile(r".* (?:reads its program from its input|- runs a language that is not read)$"),
    ),
    (
        "runs-unseen-program",
        {GapKind.DYNAMIC},
        re.compile(r"runs (?!the command ).*, known only while running$"),
    ),
    ("runs-unseen-program", {GapKind.MISSING}, re.compile(r"runs \$computed/.*, which is not in the package$")),
    ("runs-webassembly", {GapKind.DYNAMIC}, re.compile(r"(?:runs the command|evaluates) .*\bWebAssembly\.")),
    (
        "runs-hidden-name",
        {GapKind.UNKNOWN_PROGRAM},
        re.compile(r"runs (?:\S{0,200}/)?\.[\w-][^/ ]{0,60}, which is not known here"),
    ),
    (
        "sets-manager-settings",
        {GapKind.UNKNOWN_PROGRAM},
        re.compile(
            r"(?:npm|pnpm|yarn) (?:config|c) set .{0,200}(?:registry|_auth|strict-ssl|cafile|proxy|script-shell)\b"
            r"|git (?:.{0,120} )?config (?:.{0,80} )?"
            r"(?:core\.(?:sshCommand|fsmonitor|gitProxy|askPass)|include\.path|includeIf|alias\.|credential\.|filter\.)"
        ),
    ),
    ("runs-unseen-command", {GapKind.DYNAMIC}, re.compile(r"runs the command .*known only while running")),
    ("runs-windows-installer", {GapKind.NATIVE}, re.compile(r"msiexec\b.* runs native code")),
    ("runs-webassembly", {GapKind.BINARY}, re.compile(r"runs WebAssembly")),
    ("runs-download", {GapKind.DOWNLOADED}, re.compile(r".* fetches what it runs")),
)
"""What gaps say, by the fact that it comes to; see lookup.py, uses.py and interpreters.py."""


def _said_by(kind: GapKind, detail: str) -> Iterator[str]:
    yield from {name: None for name, kinds, form in _SAYING if kind in kinds and form.match(detail)}


def _done(behaviours: Behaviours, inspection: Inspection) -> list[str]:
    """Name what a file or a script does."""
    return [
        *(["env-secret"] if any(map(is_secret, behaviours.env)) else ()),
        *(["env-whole"] if _WHOLE in behaviours.env else ()),
        *(f"contacts:{host}" for host in behaviours.hosts),
        *(["starts-programs"] if behaviours.programs else ()),
        *(f"starts:{program}" for program in behaviours.programs),
        *(["writes-outside"] if behaviours.writes_outside else ()),
        *(["writes-elsewhere"] if not all(map(_BELOW_HOME.fullmatch, behaviours.writes_outside)) else ()),
        *(f"writes-to:{kind}" for kind in _written(behaviours, inspection)),
        *(f"takes-from:{kind}" for kind in _taken(behaviours, inspection)),
    ]


def matches(wanted: str, name: str) -> bool:
    """Tell whether what was shown is what a chain wants: the same name, or any with ``*`` at either end of its last part."""
    if wanted == name:
        return True
    head, sign, tail = wanted.partition("*")
    return bool(sign) and wanted.startswith("fact:") and name.startswith(head) and name.endswith(tail)
