"""``node_modules/.safe-install.json``: what approved scripts made of the packages that npm had unpacked.

npm keeps the folders of node_modules from one ``npm install`` to the next, and a script's output with them. The
record tells that output from tampering: per location, which fingerprints ran, and what stood there afterwards. It is
sealed with a key that lies outside of the project, so that a folder that somebody else filled (a checkout, a shared
cache, a script that may write to the whole project) explains nothing.
"""

from __future__ import annotations

import errno
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from safe_install.errors import SafeInstallError
from safe_install.model import NOTHING, Digest, Package, sha256
from safe_install.run.compare import Difference, compare
from safe_install.run.files import digest_file, entries_of
from safe_install.run.promises import is_in_node_modules
from safe_install.run.remove import remove
from safe_install.story import Outcome, Step
from safe_install.whole_files import alone_with, replace_file, write_beside

RECORD = "node_modules/.safe-install.json"
_SCHEMA = 1
_KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """What became of one location: the digest of its promise, the digest of what stood there, and what had run."""

    promised: Digest
    tree: Digest
    ran: tuple[Digest, ...] = ()


Builts = Mapping[str, Built]


def own_key(directory: Path) -> bytes:
    """Read the key of this user's records, or make it; ``directory`` is outside of every project."""
    path = directory / "record.key"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (key := _whole_key(path)) is not None:
            return key
        with alone_with(directory):
            return _whole_key(path) or _new_key(path)
    except OSError as error:
        raise SafeInstallError(f"{path} cannot be read or written: {error.strerror}.") from error


def _whole_key(path: Path) -> bytes | None:
    """Read a key that is whole, None for anything else: by half a one, or an empty one, anybody could seal records."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP}:
            return None
        raise
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return None
        key = file.read(_KEY_BYTES + 1)
    return key if len(key) == _KEY_BYTES else None


def _new_key(path: Path) -> bytes:
    """Make a key and give the one that counts: where nothing can be locked, the first's of several that make one at once."""
    fresh = write_beside(path, secrets.token_bytes(_KEY_BYTES))
    try:
        os.link(fresh, path)
    except OSError:  # there is one by now, or a broken one, or a file system without links
        if _whole_key(path) is None:
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_bytes()


def recall(project: Path, key: bytes) -> Builts:
    """Read the record; empty when there is none, or when it was not sealed here for this project."""
    try:
        told = json.loads((project / RECORD).read_bytes())
        if told["schema"] != _SCHEMA or not hmac.compare_digest(told["seal"], _seal(project, told["built"], key)):
            return {}
        return {
            location: Built(promised=Digest(one["promised"]), tree=Digest(one["tree"]), ran=tuple(one["ran"]))
            for location, one in told["built"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def unexplained(
    project: Path, packages: Mapping[str, Package], differences: Iterable[Difference], builts: Builts
) -> tuple[Difference, ...]:
    """Keep the differences that no record explains: the tree is not what approved scripts left there."""
    chosen = tuple(differences)
    locations = {difference.location for difference in chosen}
    explained = {location for location in locations if _is_as_left(project, packages, builts, location)}
    return tuple(difference for difference in chosen if difference.location not in explained)


def has_run(project: Path, packages: Mapping[str, Package], step: Step, builts: Builts) -> bool:
    """Tell whether exactly this script has run on exactly what stands there now.

    What lies outside of node_modules is the project's own, whose scripts npm runs at every install: never.
    """
    if step.verdict.inspection.fingerprint not in getattr(builts.get(step.location), "ran", ()):
        return False
    return is_in_node_modules(step.location) and _is_as_left(project, packages, builts, step.location)


def remember(
    project: Path,
    packages: Mapping[str, Package],
    links: Mapping[str, str] = NOTHING,
    *,
    outcomes: Sequence[Outcome],
    already_run: Sequence[Step] = (),
    key: bytes,
) -> None:
    """Record what the scripts of this run left behind, over what was recorded before.

    A package with a script that failed is not recorded. One that a script was granted to write to is. A script of the project's own may have written to any
    package, so after one every difference in node_modules is recorded as its work.
    """
    ran = _ran_by_location(outcomes, already_run)
    ran = {**{location: [] for location in _granted_elsewhere(outcomes, packages)}, **ran}
    kept = {
        location: built
        for location, built in recall(project, key).items()
        if built.promised == _promise(packages, location)
    }
    if any(not is_in_node_modules(location) for location in ran):
        ran |= {
            difference.location: []
            for difference in compare(project, packages, links)
            if difference.location not in ran
        }
    fresh = {
        location: Built(promised=_promise(packages, location), tree=tree, ran=tuple(sorted(set(fingerprints))))
        for location, fingerprints in ran.items()
        if is_in_node_modules(location) and (tree := _tree(project, packages, location))
    }
    _write(project, {**kept, **fresh}, key)


def restore(project: Path, differences: Iterable[Difference]) -> tuple[str, ...]:
    """Remove every place that differs, so that the next ``npm install`` unpacks it again; give those removed."""
    return remove(project, {difference.location for difference in differences})


# ------------------------------------------------------------------ digests


def _ran_by_location(outcomes: Sequence[Outcome], already_run: Sequence[Step]) -> dict[str, list[Digest]]:
    steps = [*already_run, *(outcome.step for outcome in outcomes)]
    failed = {outcome.step.location for outcome in outcomes if outcome.failed}
    ran: dict[str, list[Digest]] = {step.location: [] for step in steps if step.location not in failed}
    for step in steps:
        if step.location in ran:
            ran[step.location].append(step.verdict.inspection.fingerprint)
    return ran


def _granted_elsewhere(outcomes: Sequence[Outcome], packages: Mapping[str, Package]) -> Iterator[str]:
    """Yield the packages that lie in, or around, an output that was granted to a script of another one."""
    for outcome in outcomes:
        for output in () if outcome.failed else outcome.step.confinement.outputs:
            inside = f"{output.rstrip('/')}/"
            yield from (at for at in packages if f"{at}/".startswith(inside) or (at and inside.startswith(f"{at}/")))


def _is_as_left(project: Path, packages: Mapping[str, Package], builts: Builts, location: str) -> bool:
    built = builts.get(location)
    return (
        built is not None
        and built.promised == _promise(packages, location)
        and built.tree == _tree(project, packages, location)
    )


def _promise(packages: Mapping[str, Package], location: str) -> Digest:
    """Digest what is promised at a location; nothing is a promise too."""
    package = packages.get(location)
    members = sorted((path, member.digest) for path, member in package.members.items()) if package else []
    return sha256(json.dumps(members).encode())


def _tree(project: Path, packages: Mapping[str, Package], location: str) -> Digest | None:
    """Digest every file and link at a location, without the packages nested in it; None when nothing is there."""
    found = sorted(_entries(project / location, location, packages))
    return sha256(json.dumps(found).encode()) if found else None


def _entries(path: Path, name: str, packages: Mapping[str, Package]) -> Iterator[tuple[str, str, str]]:
    """Yield name, kind and content of what is there; folders count by what is in them."""
    ahead = [(path, name)]
    while ahead:
        path, name = ahead.pop()
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue
        if stat.S_ISDIR(mode):
            inside = [(Path(entry.path), f"{name}/{entry.name}") for entry in entries_of(path)]
            ahead += [(entry, below) for entry, below in inside if below not in packages]
        elif stat.S_ISLNK(mode):
            yield name, "link", os.readlink(path)  # noqa: PTH115 - a Path would normalise the text
        else:
            yield name, oct(mode), _content(path) if stat.S_ISREG(mode) else ""


def _content(path: Path) -> str:
    try:
        return digest_file(path)[1] or ""
    except PermissionError:
        return "unreadable"


# ------------------------------------------------------------------ the file


def _write(project: Path, builts: Builts, key: bytes) -> None:
    path = project / RECORD
    if not builts:
        path.unlink(missing_ok=True)
        return
    told = {location: asdict(built) for location, built in builts.items()}
    text = json.dumps({"schema": _SCHEMA, "seal": _seal(project, told, key), "built": told}, indent=1, sort_keys=True)
    try:
        replace_file(path, f"{text}\n".encode(), 0o644)
    except OSError as error:
        raise SafeInstallError(f"{RECORD} could not be written: {error.strerror}.") from error


def _seal(project: Path, told: object, key: bytes) -> str:
    text = json.dumps([os.path.realpath(project), told], sort_keys=True)
    return hmac.new(key, text.encode(), "sha256").hexdigest()
