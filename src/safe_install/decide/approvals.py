"""What people decided: the text of safe-install.approvals.json to values and back, and what covers a script today.

Only a script's package name, event and fingerprint are compared; who, when and why are for people. The file is
committed, so it is written to be read in a diff: sorted, one field a line, one record one block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from safe_install.decide.grants import grant_fields, read_grants
from safe_install.decide.strict import (
    Reader,
    WrongError,
    a_day,
    a_day_or_none,
    a_list,
    a_name,
    a_text,
    a_yes,
    parse,
    record,
    refuse_repeats,
)
from safe_install.errors import ApprovalsError
from safe_install.judgement import Approval, Denial
from safe_install.model import Digest, Event, Inspection

SCHEMA = 1
NAME = "safe-install.approvals.json"
ROOT = "."  # how a project without a name is called in a record

Key = tuple[str, Event, Digest]
"""What a record is about: package, event, fingerprint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Approvals:
    """Every yes and every no of a project.

    ``unproven`` are the keys of those that must be signed and are not, or not by a signer of the policy: they do not count.
    """

    approvals: tuple[Approval, ...] = ()
    denials: tuple[Denial, ...] = ()
    unproven: frozenset[Key] = frozenset()

    def with_approval(self, approval: Approval) -> Approvals:
        """Add a yes: it takes the place of one to the same contents, and lifts a no to its package."""
        others = tuple(other for other in self.approvals if key_of(other) != key_of(approval))
        lifted = tuple(denial for denial in self.denials if denial.package != approval.package)
        return replace(self, approvals=(*others, approval), denials=lifted)

    def with_denial(self, denial: Denial) -> Approvals:
        """Add a no: it takes the place of an earlier one, and of every yes to its package."""
        others = tuple(other for other in self.denials if other.package != denial.package)
        kept = tuple(approval for approval in self.approvals if approval.package != denial.package)
        return replace(self, approvals=kept, denials=(*others, denial))

    def without(self, package: str, version: str | None = None) -> Approvals:
        """Take back what was said of a package: every yes and no, or only each yes given to one version."""
        kept = tuple(one for one in self.approvals if one.package != package or version not in {None, one.seen_in})
        denials = tuple(one for one in self.denials if one.package != package or version is not None)
        return replace(self, approvals=kept, denials=denials)

    def denial(self, inspection: Inspection) -> Denial | None:
        """Find the no to a script's package."""
        return next((denial for denial in self.denials if denial.package == package_of(inspection)), None)

    def exact(self, inspection: Inspection) -> Approval | None:
        """Find the yes to exactly this script and everything it reaches, in force or not."""
        wanted = (package_of(inspection), inspection.script.event, inspection.fingerprint)
        return next((approval for approval in self.approvals if key_of(approval) == wanted), None)

    def latest(self, inspection: Inspection) -> Approval | None:
        """Find the newest yes to this package and event, whatever the contents were."""
        wanted = (package_of(inspection), inspection.script.event)
        told = [approval for approval in self.approvals if (approval.package, approval.event) == wanted]
        return max(told, key=lambda approval: (approval.on, approval.fingerprint), default=None)


def package_of(inspection: Inspection) -> str:
    """Name a script's package as records do: by the lockfile, never by its own manifest; a nameless project is ``.``."""
    return inspection.script.package.artifact.name or ROOT


def in_force(approval: Approval, today: date) -> bool:
    """Tell whether a record holds; its first and its last day are included.

    One from a day that is yet to come was given under another clock, or was forged: either way it does not count.
    """
    return not is_ahead(approval, today) and (approval.until is None or today <= approval.until)


def is_ahead(record: Approval | Denial, today: date) -> bool:
    """Tell whether a record is dated after today (UTC, as every record is)."""
    return record.on > today


def read_approvals(text: str, *, name: str = NAME) -> Approvals:
    """Read the records, strictly: a file that is half understood decides nothing.

    A project without the file has `Approvals()`. ApprovalsError names the place in the file and the fix.
    """
    _refuse_conflict(text, name)
    try:
        top = record(parse(text), _FILE, "")
        approvals = tuple(
            Approval(**record(item, _APPROVAL, place, maybe=_APPROVAL_LATER))
            for place, item in _places("approvals", top)
        )
        denials = tuple(
            Denial(**record(item, _DENIAL, place, maybe=_DENIAL_LATER)) for place, item in _places("denials", top)
        )
        refuse_repeats("approvals", [key_of(approval) for approval in approvals])
        refuse_repeats("denials", [denial.package for denial in denials])
    except WrongError as wrong:
        raise ApprovalsError(f"{name}: {wrong}.", hint=_REPAIR) from wrong
    return Approvals(approvals=approvals, denials=denials)


def write_approvals(approvals: Approvals) -> str:
    """Write the records: the same ones always give the same text, whatever their order."""
    told = {
        "schema": SCHEMA,
        "approvals": [approval_fields(approval) for approval in sorted(approvals.approvals, key=key_of)],
        "denials": [denial_fields(denial) for denial in sorted(approvals.denials, key=lambda denial: denial.package)],
    }
    text = json.dumps(told, indent=2, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text) + "\n"


def key_of(approval: Approval) -> Key:
    """Give what a record is about; two of the same would contradict each other."""
    return approval.package, approval.event, approval.fingerprint


def approval_fields(approval: Approval) -> dict[str, object]:
    """Give a record as it is written: what is empty, and came later than the format, is left out."""
    told: dict[str, object] = {
        "package": approval.package,
        "event": approval.event.value,
        "fingerprint": approval.fingerprint,
        "seen_in": approval.seen_in,
        "by": approval.by,
        "on": approval.on.isoformat(),
        "why": approval.why,
        "until": approval.until.isoformat() if approval.until else None,
    }
    later: dict[str, object] = {
        "grants": grant_fields(approval.grants),
        "integrity": approval.integrity,
        "beside": dict(sorted(approval.beside)),
        "signature": approval.signature,
    }
    return told | {key: value for key, value in later.items() if value}


def signed_text(approval: Approval) -> bytes:
    """Give what a signature is made of: the whole record but the signature, and the format's number."""
    told = {"schema": SCHEMA, **approval_fields(replace(approval, signature=""))}
    return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def denial_fields(denial: Denial) -> dict[str, object]:
    """Give a denial as it is written."""
    told: dict[str, object] = {
        "package": denial.package,
        "by": denial.by,
        "on": denial.on.isoformat(),
        "why": denial.why,
    }
    return {**told, "blocks": True} if denial.blocks else told


# ------------------------------------------------------------------ reading, with the place in every refusal

_REPAIR = "Take the file from the last commit, or remove the record and approve again."
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})(\s|$)", re.MULTILINE)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_INTEGRITY = re.compile(r"sha[0-9]{1,3}-[A-Za-z0-9+/]{20,128}={0,2}(\s+sha[0-9]{1,3}-[A-Za-z0-9+/]{20,128}={0,2}){0,5}")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{86}==")
_BESIDE = re.compile(r".+@[^@]+")
_MOST_BESIDE = 500


def _refuse_conflict(text: str, name: str) -> None:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        raise ApprovalsError(
            f"{name}:{line}: a merge conflict is not resolved.",
            hint="Keep the whole records of both sides; their order does not matter.",
        )


def _places(key: str, top: Mapping[str, list[object]]) -> list[tuple[str, object]]:
    return [(f"{key}[{number}]", item) for number, item in enumerate(top[key])]


def _schema(value: object) -> int:
    if type(value) is not int or value != SCHEMA:
        raise ValueError(f"{SCHEMA}, which is all that this version of safe-install reads")
    return value


def _event(value: object) -> Event:
    try:
        return Event(a_text(value))
    except ValueError as error:
        raise ValueError(f"one of {', '.join(Event)}") from error


def _fingerprint(value: object) -> Digest:
    if not _FINGERPRINT.fullmatch(a_text(value)):
        raise ValueError("64 lower-case hexadecimal digits")
    return Digest(a_text(value))


def _integrity(value: object) -> str:
    if not _INTEGRITY.fullmatch(a_text(value)):
        raise ValueError("an integrity as a lockfile has it")
    return a_text(value)


def _signature(value: object) -> str:
    if not _SIGNATURE.fullmatch(a_text(value)):
        raise ValueError("an Ed25519 signature in base64")
    return a_text(value)


def _beside(value: object) -> tuple[tuple[str, str], ...]:
    """Read integrities by name@version."""
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_BESIDE or not all(map(_BESIDE.fullmatch, value)):
        raise ValueError("integrities by name@version")
    return tuple(sorted((package, _integrity(integrity)) for package, integrity in value.items()))


_FILE: Mapping[str, Reader] = {"schema": _schema, "approvals": a_list, "denials": a_list}
_DENIAL: Mapping[str, Reader] = {"package": a_name, "by": a_name, "on": a_day, "why": a_text}
_DENIAL_LATER: Mapping[str, Reader] = {"blocks": a_yes}
_APPROVAL: Mapping[str, Reader] = {
    "package": a_name,
    "event": _event,
    "fingerprint": _fingerprint,
    "seen_in": a_text,
    "by": a_name,
    "on": a_day,
    "why": a_text,
    "until": a_day_or_none,
}
_APPROVAL_LATER: Mapping[str, Reader] = {
    "grants": read_grants,
    "integrity": _integrity,
    "beside": _beside,
    "signature": _signature,
}
