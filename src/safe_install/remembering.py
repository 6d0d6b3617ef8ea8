"""What earlier runs found out about packages and scripts, so that a second look reads a lockfile and one small store.

Of a script two things are remembered: what it asked of the tree around it, and what it showed. The first is enough to know
that it is the same in another tree (narrowing.py), the second spares tracing and matching where it is to be judged.

Every memory is bound to what its truth depends on: what an archive holds to its integrity; what a script shows to the
archive, to every answer that the tree around it gave while it was traced, to the signatures and the engine that matched
it; and both to the code of this program. What is not whole is not remembered: neither what was short of time, nor what a
directory holds, of which no digest says that it is still the same.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from safe_install.errors import SafeInstallError
from safe_install.model import (
    Artifact,
    Behaviours,
    Boundary,
    Digest,
    Finding,
    Gap,
    Inspection,
    Language,
    LifecycleScript,
    Package,
    ReachableFile,
    Source,
    sha256,
)
from safe_install.scan.fetch.integrity import read_promise
from safe_install.scan.own_code import code_digest
from safe_install.scan.reach.on_demand import promise
from safe_install.scan.reach.tree import INCOMPLETE, Question, Tree
from safe_install.scan.remembered import Key, Remembered
from safe_install.scan.unpack.recalled import read_back, written
from safe_install.scan.values import read, told

_QUICK = 1  # zlib's level
_ARCHIVE, _ASKED, _SCRIPT, _FILE = "archive", "asked", "script", "file"
_MOST_KEPT = 16_384  # digests of files that this process need not keep again
_VARIANTS = 4  # of a script: in the tree of this system and of all, before a change and after, in two projects
_FETCHED = frozenset((Source.REGISTRY, Source.REMOTE, Source.FILE))
_UNSAID = frozenset(("line", "bundler", "dev", "optional", "dev_optional", "peer"))
"""What a lockfile says of an artifact that no evidence on a script depends on: where, by which other entry, and who wants it."""

Recall = Callable[[Artifact, Callable[[], bytes]], Package | None]
Asked = Mapping[Question, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    """A reached file without its content, which is kept once for all scripts that reach it."""

    package: str
    path: str
    digest: str
    language: Language
    location: str
    via: tuple[str, ...]
    inline: bool
    for_machines: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """Everything that an inspection says, but the script itself."""

    files: tuple[_File, ...]
    gaps: tuple[Gap, ...]
    boundaries: tuple[Boundary, ...]
    findings: tuple[Finding, ...]
    behaviours: Behaviours
    exposed: tuple[tuple[str, str, Digest], ...]
    links: frozenset[tuple[tuple[str, str], tuple[str, str]]]
    put_off: tuple[tuple[str, str, int, int], ...]
    unneeded: tuple[tuple[str, str, int], ...]
    done_by: tuple[tuple[tuple[str, str], Behaviours], ...]
    harmless: bool


class Memory:
    """What a store knows of archives and of scripts; ``seeing`` names the signatures and the engine."""

    def __init__(self, store: Remembered, seeing: str) -> None:
        self.store = store
        self._kept: set[Digest] = set()
        self._seeing = f"{seeing} {code_digest()}"

    # -------------------------------------------------------------- archives

    def archives(self, wanted: Iterable[Artifact]) -> Recall:
        """Look up what these archives hold; the function gives the package of one that is known."""
        known = self.store.get({_archive_key(one) for one in wanted if is_bound(one)})

        def recall(artifact: Artifact, reread: Callable[[], bytes]) -> Package | None:
            text = known.get(_archive_key(artifact)) if is_bound(artifact) else None
            return read_back(artifact, text, reread) if text is not None else None

        return recall

    def keep_archives(self, packages: Iterable[Package]) -> None:
        """Remember what archives hold."""
        texts = {_archive_key(one.artifact): written(one) for one in packages if is_bound(one.artifact)}
        self.store.put({key: text for key, text in texts.items() if text is not None})

    # -------------------------------------------------------------- scripts

    def inspections(self, scripts: Sequence[LifecycleScript], tree: Tree, about: str) -> list[Inspection | None]:
        """Give what these scripts showed when the tree answered as it does now; ``about`` is what else tracing was told."""
        keys = [self._script_key(script, tree, about) for script in scripts]
        variants = self._variants(keys)
        places = [
            _place(key, asked) if key is not None and (asked := _same(known, tree)) is not None else None
            for key, known in zip(keys, variants, strict=True)
        ]
        rows = self.store.get({place for place in places if place is not None})
        shown = [_read(rows[place]) if place in rows else None for place in places]
        contents = self._contents({file.digest for one in shown if one is not None for file in one.files})
        return [
            _inspection(script, one, contents) if one is not None else None
            for script, one in zip(scripts, shown, strict=True)
        ]

    def asked(self, scripts: Sequence[LifecycleScript], trees: Sequence[Tree], about: str) -> list[Asked | None]:
        """Give what each script asked when one of these trees answered as it does now; None for one that never was in one.

        The script's own package must be the same in all of them.
        """
        variants = self._variants([self._script_key(script, trees[0], about) for script in scripts])
        return [
            next((asked for tree in trees if (asked := _same(known, tree)) is not None), None) for known in variants
        ]

    def keep_asked(self, inspection: Inspection, tree: Tree, about: str) -> None:
        """Remember what was asked for a whole inspection; ``tree`` is the one it was traced in."""
        if (key := self._whole_key(inspection, tree, about)) is not None:
            self.store.put({key: self._with_variant(key, tree.asked)})

    def keep_inspection(self, inspection: Inspection, tree: Tree, about: str) -> None:
        """Remember a whole inspection, and what was asked for it; ``tree`` is the one it was traced in."""
        if (key := self._whole_key(inspection, tree, about)) is None:
            return
        text = json.dumps(told(_shown(inspection)), separators=(",", ":")).encode()
        new = {file.digest: file.content for file in inspection.files if file.digest not in self._kept}
        files = {Key(_FILE, digest, ""): _packed(content) for digest, content in new.items()}
        self._kept = (self._kept if len(self._kept) < _MOST_KEPT else set()) | new.keys()
        self.store.put({**files, _place(key, tree.asked): _packed(text), key: self._with_variant(key, tree.asked)})

    def _whole_key(self, inspection: Inspection, tree: Tree, about: str) -> Key | None:
        """Name a script of which all that it depends on is bound, and that was traced to its end."""
        bound = is_whole(inspection) and not is_unbound(tree.asked)
        return self._script_key(inspection.script, tree, about) if bound else None

    def _variants(self, keys: Sequence[Key | None]) -> list[list[Asked]]:
        """Read what scripts asked of the trees that they were traced in, with the answers."""
        known = self.store.get({key for key in keys if key is not None})
        return [_variants(known[key]) if key in known else [] for key in keys]

    def _with_variant(self, key: Key, asked: Asked) -> bytes:
        others = [one for one in _variants(self.store.get([key]).get(key, b"")) if one != asked]
        return _packed(json.dumps([_listed(one) for one in (asked, *others)][:_VARIANTS]).encode())

    def _contents(self, digests: Iterable[str]) -> dict[str, bytes]:
        packed = self.store.get({Key(_FILE, digest, "") for digest in digests})
        found = ((key.content, _unpacked(text)) for key, text in packed.items())
        return {digest: content for digest, content in found if sha256(content) == digest}

    def _script_key(self, script: LifecycleScript, tree: Tree, about: str) -> Key | None:
        own = tree.answer(Question("at", script.package.artifact.location))
        if CHANGES in own:
            return None
        named = [own, script.package.artifact.location, script.event.value, script.command, script.implied, about]
        return Key(_ASKED, sha256(json.dumps(named).encode()), self._seeing)


CHANGES = "?"
"""The identity of what no digest binds."""


def is_unbound(asked: Asked) -> bool:
    """Tell whether any answer rests on what no digest binds."""
    return any(CHANGES in answer for answer in asked.values())


def is_bound(artifact: Artifact) -> bool:
    """Tell whether an artifact's integrity allows exactly one content, whoever made it."""
    promise = read_promise(artifact.integrity) if artifact.source in _FETCHED else None
    return promise is not None and len(promise.digests) == 1 and not promise.weak


def noting(packages: Mapping[str, Package]) -> Tree:
    """Give a tree that notes what is asked of it, by what the lockfile says of a package and its archive's integrity."""
    known: dict[str, str] = {}

    def identity(location: str) -> str:
        artifact = promise(packages, location)
        if artifact is None:  # not there, or no longer: it could not be had
            return ""
        if location not in known:
            known[location] = _identity(artifact, promise(packages, artifact.bundler) if artifact.bundler else artifact)
        return known[location]

    return Tree(packages, identity)


def _identity(artifact: Artifact, carrier: Artifact | None) -> str:
    if carrier is None or not is_bound(carrier):
        return CHANGES
    said = [getattr(artifact, field.name) for field in fields(artifact) if field.name not in _UNSAID]
    plain = [sorted(one.items()) if isinstance(one, Mapping) else one for one in said]
    return sha256(repr([plain, carrier.integrity]).encode(errors="surrogatepass"))


def _archive_key(artifact: Artifact) -> Key:
    return Key(_ARCHIVE, artifact.integrity or "", code_digest())


def is_whole(inspection: Inspection) -> bool:
    """Tell whether neither time nor a defect of ours cut the trace short."""
    return bool(inspection.files) and not any(
        path.lstrip(":") == INCOMPLETE.lstrip(":") for _, path, _ in inspection.exposed
    )


def _shown(inspection: Inspection) -> _Shown:
    given = {field.name: getattr(inspection, field.name) for field in fields(_Shown)}
    names = [field.name for field in fields(_File)]
    files = tuple(_File(**{name: getattr(file, name) for name in names}) for file in inspection.files)
    return _Shown(**{**given, "files": files})


def _variants(packed: bytes) -> list[Asked]:
    """Read what a script asked of the trees it was traced in, with their answers; nothing where that was not written by us."""
    try:
        return [
            {Question(*map(str, asked)): str(answer) for *asked, answer in one} for one in json.loads(_unpacked(packed))
        ]
    except (ValueError, TypeError):
        return []


def _same(known: Sequence[Asked], tree: Tree) -> Asked | None:
    """Find the variant of a script to which a tree gives the same answers now."""
    try:
        return next((asked for asked in known if agrees(asked, tree)), None)
    except (SafeInstallError, KeyError, OSError):  # of a folder that cannot be read: tracing will tell
        return None


def agrees(asked: Asked, tree: Tree) -> bool:
    """Tell whether a tree gives the same answers; those that no digest binds are never the same."""
    return not is_unbound(asked) and all(tree.answer(question) == answer for question, answer in asked.items())


def _listed(asked: Asked) -> list[list[str]]:
    return [[*question, answer] for question, answer in asked.items()]


def _place(key: Key, asked: Asked) -> Key:
    return Key(_SCRIPT, sha256(json.dumps([key.content, _listed(asked)]).encode()), key.version)


def _read(packed: bytes) -> _Shown | None:
    try:
        return read(_Shown, json.loads(_unpacked(packed)))
    except (ValueError, TypeError, KeyError):
        return None


def _inspection(script: LifecycleScript, shown: _Shown, contents: Mapping[str, bytes]) -> Inspection | None:
    """Put a script's files together again; None where a content is no longer there."""
    if any(file.digest not in contents for file in shown.files):
        return None
    return Inspection(
        script=script,
        files=tuple(_reached(file, contents[file.digest]) for file in shown.files),
        **{field.name: getattr(shown, field.name) for field in fields(shown) if field.name != "files"},
    )


def _reached(file: _File, content: bytes) -> ReachableFile:
    given = {field.name: getattr(file, field.name) for field in fields(file) if field.name != "digest"}
    return ReachableFile(content=content, **given)


def _packed(content: bytes) -> bytes:
    return zlib.compress(content, _QUICK)


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error as error:
        raise ValueError("not what was written") from error
