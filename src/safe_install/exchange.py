"""Good neighbours: the lists of other tools read from a project's files, their denials taken over, our records written out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from safe_install.decide.approvals import Approvals, in_force, key_of
from safe_install.decide.neighbours import Entry, Neighbour, broader, entries, flags_for, merged
from safe_install.errors import UsageError
from safe_install.judgement import Approval
from safe_install.model import sha256
from safe_install.project import read_json, write_atomically
from safe_install.report.plain import plain_name
from safe_install.report.words import listed

_MANIFEST, _WORKSPACE = "package.json", "pnpm-workspace.yaml"
_INDENT = re.compile(r'\n([ \t]+)"')
_PLAIN_KEY = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
_TOP_LEVEL = re.compile(r"[^\s#-]")
_CODE_LENGTH = 6
_LARGEST = 1 << 20  # bytes of a pnpm-workspace.yaml


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """One file as another tool reads it, before and after; ``code`` is what a person types who has read both."""

    path: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)

    @property
    def code(self) -> str:
        """Derive the code from everything that would be written."""
        return sha256(self.after)[:_CODE_LENGTH]

    def write(self) -> None:
        """Write the file, unless somebody else did since it was read."""
        now = self.path.read_bytes() if self.path.exists() else None
        if now != self.before:
            raise UsageError(f"{self.path.name} was changed meanwhile; nothing was written.", hint="Type it again.")
        write_atomically(self.path, self.after)


def native_entries(root: Path) -> tuple[Entry, ...]:
    """Read the lists of other tools in a project; a file that cannot be read has none, and its own tool will say so."""
    try:
        workspace = _workspace(root)
    except UsageError:
        workspace = {}
    return entries(read_json(root / _MANIFEST), workspace)


def broader_notes(root: Path, approvals: Approvals) -> tuple[str, ...]:
    """Say which lists of other tools let more run than people here have read."""
    found = broader(native_entries(root), approvals.approvals)
    told: dict[Neighbour, list[str]] = {}
    for one in found:
        told.setdefault(one.of, []).append(plain_name("@".join([one.name, *filter(None, [" || ".join(one.versions)])])))
    return tuple(
        f"{of.value}'s own list lets {listed(names)} run whatever is in them; this program does not go by it"
        for of, names in told.items()
    )


def export(root: Path, to: Neighbour, approvals: Approvals, today: date) -> Export:
    """Give the file of another tool with our records in it; only those that count today are written out."""
    flags = flags_for(to, _counting(approvals, today), approvals.denials)
    path = root / (_WORKSPACE if to is Neighbour.PNPM else _MANIFEST)
    before = path.read_bytes() if path.exists() else None
    if to is Neighbour.PNPM:
        after = _with_block(before or b"", merged(flags, _workspace(root).get("allowBuilds")))
    else:
        after = _with_key(before, path, to, flags)
    return Export(path=path, before=before, after=after)


def _counting(approvals: Approvals, today: date) -> tuple[Approval, ...]:
    return tuple(one for one in approvals.approvals if key_of(one) not in approvals.unproven and in_force(one, today))


def _with_key(before: bytes | None, path: Path, to: Neighbour, flags: Mapping[str, bool]) -> bytes:
    """Write our keys into package.json, with the indent that it has."""
    if before is None:
        raise UsageError("There is no package.json here.", hint="Run this in a project.")
    try:
        text = before.decode("utf-8-sig")
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path.name} is not JSON.", hint="Mend it first; nothing was changed.") from error
    if not isinstance(manifest, dict):
        raise UsageError(f"{path.name} holds no object.", hint="Mend it first; nothing was changed.")
    if to is Neighbour.NPM:
        manifest["allowScripts"] = merged(flags, manifest.get("allowScripts"))
    elif to is Neighbour.LAVAMOAT:
        there = manifest.get("lavamoat")
        own = there if isinstance(there, dict) else {}
        manifest["lavamoat"] = {**own, "allowScripts": merged(flags, own.get("allowScripts"))}
    else:
        there = manifest.get("trustedDependencies")
        trusted = {name for name in there if isinstance(name, str)} if isinstance(there, list) else set()
        denied = {name for name, yes in flags.items() if not yes}
        manifest["trustedDependencies"] = sorted((trusted | {name for name, yes in flags.items() if yes}) - denied)
    indent = found[1] if (found := _INDENT.search(text)) else "  "
    end = "\n" if text.endswith("\n") else ""
    written = json.dumps(manifest, indent=indent, ensure_ascii=False) + end
    try:
        return written.encode()
    except UnicodeEncodeError:  # half a surrogate, which a JSON text can spell and UTF-8 cannot
        return (json.dumps(manifest, indent=indent) + end).encode()


def _with_block(before: bytes, flags: Mapping[str, object]) -> bytes:
    """Write ``allowBuilds`` into pnpm-workspace.yaml and leave every other line as it is."""
    lines = before.decode("utf-8-sig").splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if re.match(r"[\"']?allowBuilds[\"']?\s*:", line)), len(lines))
    ends = (at for at in range(start + 1, len(lines)) if _TOP_LEVEL.match(lines[at]))
    end = next(ends, len(lines)) if start < len(lines) else start
    if start and not lines[start - 1].endswith("\n"):
        lines[start - 1] += "\n"
    block = ["allowBuilds:\n", *(f"  {_yaml_key(key)}: {json.dumps(value)}\n" for key, value in flags.items())]
    return "".join([*lines[:start], *block, *lines[end:]]).encode()


def _yaml_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else json.dumps(key)


def _workspace(root: Path) -> Mapping[str, object]:
    """Read pnpm-workspace.yaml; UsageError when it is no YAML."""
    path = root / _WORKSPACE
    if not path.is_file():
        return {}
    from ruamel.yaml import YAML  # late: few projects have such a file
    from ruamel.yaml.error import YAMLError

    try:
        content = path.read_bytes()
        told = YAML(typ="safe", pure=True).load(content) if len(content) <= _LARGEST else None
    except (YAMLError, ValueError, RecursionError, OSError) as error:
        raise UsageError(f"{_WORKSPACE} cannot be read.", hint="Mend it first; nothing was changed.") from error
    return told if isinstance(told, dict) else {}
