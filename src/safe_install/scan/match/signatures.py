"""Folders of signatures → rules for semgrep, chains for us, and what a person is told of each.

A file has one top key: ``rules:``, as semgrep knows it, or ``chain:``, which says what must come together. Every rule
is checked here before semgrep sees it, so that a mistake is told with its file, and its line where that is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from safe_install.model import BoundaryKind, Confidence, GapKind, Severity, Signature
from safe_install.scan.match.signature_texts import texts_of, wrong

LANGUAGES = frozenset(("js", "javascript", "ts", "typescript", "bash", "python", "json", "regex", "generic", "yaml"))
"""What a rule may read; a staged copy is in one of these."""
FACTS = (
    "env-secret", "env-whole", "contacts:", "starts-programs", "starts:", "writes-outside", "boundary:", "gap:", "decoded-layer",
    "evaluates-unseen", "evaluates-assembled", "fetches-by-tool", "gives-global-away", "hides-code", "hides-global", "calls-unnamed", "loads-from-temp", "loads-unseen", "makes-code", "makes-hidden-code", "replaces-node", "runs-disguised", "runs-download",
    "runs-unseen-command", "runs-webassembly", "writes-to:",
    "changes-names", "installs-from-address", "listens-to-lines", "loads-hidden-builtin", "makes-modules", "runs-hidden-name", "sets-manager-settings", "runs-windows-installer", "calls-global-by-name",
    "requires-elsewhere", "runs-by-cluster", "takes-from:", "pushes-by-git", "runs-decoded", "runs-its-input", "runs-unseen-program",
    "acts-unseen", "digests-host-facts", "keeps-own-home-folder", "names-disguised-program", "writes-elsewhere",
)  # fmt: skip
"""What a chain's step may name besides signatures, as ``fact:NAME``; see facts.py."""
ACROSS = ("file", "package", "reach")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_RULE = ("id", "languages", "severity", "message")
_CHAIN = ("id", "severity", "message", "steps")
_CHAIN_KEYS = frozenset((*_CHAIN, "metadata", "unless", "across", "ordered", "keeps-severity", "less-sure"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """What must come together: for each of ``steps`` one of the signatures or facts it names, and none of ``unless``.

    ``across`` is how near: in one ``file``, in one ``package``, or anywhere in the ``reach``, which is one severity
    lower where the steps are shown by different packages, unless ``keeps_severity``. ``less_sure`` has names of steps that are one
    severity lower in a file that shows any of these others.
    """

    id: str
    severity: Severity
    confidence: Confidence
    message: str
    steps: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...] = ()
    across: str = "package"
    ordered: bool = False
    keeps_severity: bool = False
    less_sure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """All signatures: as a person is told of them, as semgrep takes them, and the chains.

    ``places`` is the path of each id.
    """

    signatures: tuple[Signature, ...]
    rules: tuple[Mapping[str, Any], ...]
    chains: tuple[Chain, ...]
    places: Mapping[str, Path]


def read_signatures(directories: Sequence[Path]) -> tuple[Signature, ...]:
    """Read the signatures below these directories, ours first; those of the others are a project's own.

    Raises `SemgrepError` that names the file, and its line, of anything that cannot be used.
    """
    return library_of(texts_of(directories)).signatures


def library_of(texts: Sequence[Mapping[Path, str]]) -> Library:
    """Read the texts of one directory or several with all that matching needs; see `read_signatures`."""
    told: list[Signature] = []
    rules: list[Mapping[str, Any]] = []
    chains: list[Chain] = []
    places: dict[str, Path] = {}
    for number, files in enumerate(texts):
        for path, text in files.items():
            for one, is_chain in _entries(path, text):
                signature = _signature(one, path, own=number > 0)
                if signature.id in places:
                    raise wrong(path, f"{signature.id} is the name of {places[signature.id]} too")
                places[signature.id] = path
                told.append(signature)
                if is_chain:
                    chains.append(_chain(one, path))
                else:
                    rules.append(one)
    _check_steps(chains, places)
    return Library(signatures=tuple(told), rules=tuple(rules), chains=tuple(chains), places=places)


def _entries(path: Path, text: str) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Give the rules, or the chain, of a file, each a mapping with the keys it must have."""
    try:
        content = YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise wrong(path, f"it is no YAML: {error.problem or error.context}", line) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise wrong(path, f"it is no YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(content, dict) or len(content.keys() & {"rules", "chain"}) != 1:
        raise wrong(path, "it has neither rules: nor chain: at its top", 1)
    is_chain = "chain" in content
    entries = [content["chain"]] if is_chain else content["rules"]
    if not isinstance(entries, list) or not entries:
        raise wrong(path, "its rules: are no list", _line_of(text, "rules"))
    for entry in entries:
        _check_entry(entry, path, text, _CHAIN if is_chain else _RULE)
        yield entry, is_chain


def _line_of(text: str, key: str) -> int | None:
    """Find the line on which a key stands, for a person who must correct it."""
    match = re.search(rf"(?:^|[\s{{,-]){re.escape(key)}:", text, re.MULTILINE)
    return text.count("\n", 0, match.end()) + 1 if match else None


def _check_entry(entry: object, path: Path, text: str, needed: Sequence[str]) -> None:
    if not isinstance(entry, dict):
        raise wrong(path, "a rule is no mapping", 1)
    for key in needed:
        if key not in entry:
            raise wrong(path, f"it has no {key}:", 1)
    if not isinstance(entry["id"], str) or not _ID.fullmatch(entry["id"]):
        raise wrong(path, f"its id {entry['id']!r} is not in kebab-case", _line_of(text, "id"))
    if entry["severity"] not in Severity.__members__:
        known = ", ".join(Severity.__members__)
        raise wrong(path, f"its severity {entry['severity']!r} is none of {known}", _line_of(text, "severity"))
    if not isinstance(entry["message"], str):
        raise wrong(path, "its message is no text", _line_of(text, "message"))
    _check_metadata(entry.get("metadata", {}), path, text)
    languages = entry.get("languages", [])
    if not isinstance(languages, list) or not LANGUAGES.issuperset(map(str, languages)):
        known = ", ".join(sorted(LANGUAGES))
        raise wrong(path, f"its languages are not among {known}", _line_of(text, "languages"))


def _check_metadata(metadata: object, path: Path, text: str) -> None:
    if not isinstance(metadata, dict):
        raise wrong(path, "its metadata is no mapping", _line_of(text, "metadata"))
    for key, known in (("confidence", Confidence), ("in-libraries", Severity)):
        if key in metadata and metadata[key] not in known.__members__:
            raise wrong(path, f"its {key} {metadata[key]!r} is unknown", _line_of(text, key))


def _signature(entry: Mapping[str, Any], path: Path, *, own: bool) -> Signature:
    metadata = entry.get("metadata", {})
    return Signature(
        id=entry["id"],
        effect=path.parent.name,
        severity=Severity[entry["severity"]],
        confidence=Confidence(metadata.get("confidence", Confidence.LOW)),
        message=entry["message"].strip(),
        why=str(metadata.get("why", "")),
        innocent_when=_texts(metadata.get("innocent-when")),
        look_at=str(metadata.get("look-at", "")),
        since=str(metadata.get("since", "")),
        references=_texts(metadata.get("references")),
        languages=_texts(entry.get("languages")),
        steps=tuple(_texts(step) for step in entry["steps"]) if isinstance(entry.get("steps"), list) else (),
        in_libraries=Severity[metadata.get("in-libraries", _in_libraries(entry))],
        own=own,
    )


def _in_libraries(entry: Mapping[str, Any]) -> str:
    """Count a rule that is sure of the worst a step lower in a library, and anything else for nothing there."""
    sure = entry["severity"] == "ERROR" and entry.get("metadata", {}).get("confidence") == "HIGH"
    return "WARNING" if sure and "steps" not in entry else "INFO"


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else () if value is None else (str(value),)


def _chain(entry: Mapping[str, Any], path: Path) -> Chain:
    if unknown := sorted(map(str, entry.keys() - _CHAIN_KEYS)):
        raise wrong(path, f"a chain has no {', '.join(unknown)}:")
    steps = tuple(_texts(step) for step in entry["steps"]) if isinstance(entry["steps"], list) else ()
    if not steps or not all(steps):
        raise wrong(path, "its steps: are no list of lists of names")
    if entry.get("across", "package") not in ACROSS:
        raise wrong(path, f"across: is none of {', '.join(ACROSS)}")
    if not isinstance(entry.get("less-sure", {}), dict):
        raise wrong(path, "its less-sure: is no mapping")
    metadata = entry.get("metadata", {})
    return Chain(
        id=entry["id"],
        severity=Severity[entry["severity"]],
        confidence=Confidence(metadata.get("confidence", Confidence.LOW)),
        message=entry["message"].strip(),
        steps=steps,
        unless=_texts(entry.get("unless")),
        across=entry.get("across", "package"),
        ordered=bool(entry.get("ordered", False)),
        keeps_severity=bool(entry.get("keeps-severity", False)),
        less_sure={str(name): _texts(others) for name, others in dict(entry.get("less-sure", {})).items()},
    )


def _check_steps(chains: Sequence[Chain], places: Mapping[str, Path]) -> None:
    """See that every step names a signature that is there, or a fact that is known."""
    own = {chain.id for chain in chains}
    for chain in chains:
        softened = (name for others in chain.less_sure.items() for name in (others[0], *others[1]))
        for name in (*(name for step in chain.steps for name in step), *chain.unless, *softened):
            fact = name.removeprefix("fact:")
            known = _is_fact(fact) if name != fact else name in places and name not in own
            if not known:
                raise wrong(places[chain.id], f"{name} is no signature and no fact")


def _is_fact(fact: str) -> bool:
    """Tell whether a fact is one that is told, or one of a kind whose rest is a name: a chain that waits for another one would wait forever."""
    kind, colon, rest = fact.partition(":")
    ends = {"gap": GapKind, "boundary": BoundaryKind}.get(kind)
    known = f"{kind}{colon}" in FACTS and bool(rest or not colon)
    return known and (ends is None or rest in {one.value for one in ends} or "*" in rest)
