"""What people decided: the text of safe-install.approvals.json to values and back, and what covers a script today.

Only a script's package name, event and fingerprint are compared; who, when and why are for people. The file is
committed, so it is written to be read in a diff: sorted, one field a line, one record one block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from safe_install.errors import ApprovalsError
from safe_install.judgement import Approval, Denial
from safe_install.model import Digest, Event, Inspection

SCHEMA = 1
NAME = "safe-install.approvals.json"
ROOT = "."  # how a project without a name is called in a record


@dataclass(frozen=True, kw_only=True, slots=True)
class Approvals:
    """Every yes and every no of a project."""

    approvals: tuple[Approval, ...] = ()
    denials: tuple[Denial, ...] = ()

    def with_approval(self, approval: Approval) -> Approvals:
        """Add a yes: it takes the place of one to the same contents, and lifts a no to its package."""
        others = tuple(other for other in self.approvals if _key(other) != _key(approval))
        lifted = tuple(denial for denial in self.denials if denial.package != approval.package)
        return Approvals(approvals=(*others, approval), denials=lifted)

    def with_denial(self, denial: Denial) -> Approvals:
        """Add a no: it takes the place of an earlier one, and of every yes to its package."""
        others = tuple(other for other in self.denials if other.package != denial.package)
        kept = tuple(approval for approval in self.approvals if approval.package != denial.package)
        return replace(self, approvals=kept, denials=(*others, denial))

    def denial(self, inspection: Inspection) -> Denial | None:
        """Find the no to a script's package."""
        return next((denial for denial in self.denials if denial.package == package_of(inspection)), None)

    def exact(self, inspection: Inspection) -> Approval | None:
        """Find the yes to exactly this script and everything it reaches, in force or not."""
        wanted = (package_of(inspection), inspection.script.event, inspection.fingerprint)
        return next((approval for approval in self.approvals if _key(approval) == wanted), None)

    def latest(self, inspection: Inspection) -> Approval | None:
        """Find the newest yes to this package and event, whatever the contents were."""
        wanted = (package_of(inspection), inspection.script.event)
        told = [approval for approval in self.approvals if (approval.package, approval.event) == wanted]
        return max(told, key=lambda approval: (approval.on, approval.fingerprint), default=None)


def package_of(inspection: Inspection) -> str:
    """Name a script's package as records do: by the lockfile, never by its own manifest; a nameless project is ``.``."""
    return inspection.script.package.artifact.name or ROOT


def in_force(approval: Approval, today: date) -> bool:
    """Tell whether a record still holds; its last day is included."""
    return approval.until is None or today <= approval.until


def read_approvals(text: str, *, name: str = NAME) -> Approvals:
    """Read the records, strictly: a file that is half understood decides nothing.

    A project without the file has `Approvals()`. ApprovalsError names the place in the file and the fix.
    """
    try:
        top = _record(_parse(text, name), _FILE, "")
        approvals = tuple(Approval(**_record(item, _APPROVAL, place)) for place, item in _places("approvals", top))
        denials = tuple(Denial(**_record(item, _DENIAL, place)) for place, item in _places("denials", top))
        _refuse_repeats("approvals", [_key(approval) for approval in approvals])
        _refuse_repeats("denials", [denial.package for denial in denials])
    except _WrongError as wrong:
        raise ApprovalsError(f"{name}: {wrong}.", hint=_REPAIR) from wrong
    return Approvals(approvals=approvals, denials=denials)


def write_approvals(approvals: Approvals) -> str:
    """Write the records: the same ones always give the same text, whatever their order."""
    told = {
        "schema": SCHEMA,
        "approvals": [_approval_fields(approval) for approval in sorted(approvals.approvals, key=_key)],
        "denials": [_denial_fields(denial) for denial in sorted(approvals.denials, key=lambda denial: denial.package)],
    }
    text = json.dumps(told, indent=2, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text) + "\n"


def _key(approval: Approval) -> tuple[str, Event, Digest]:
    return approval.package, approval.event, approval.fingerprint


def _approval_fields(approval: Approval) -> dict[str, object]:
    return {
        "package": approval.package,
        "event": approval.event.value,
        "fingerprint": approval.fingerprint,
        "seen_in": approval.seen_in,
        "by": approval.by,
        "on": approval.on.isoformat(),
        "why": approval.why,
        "until": approval.until.isoformat() if approval.until else None,
    }


def _denial_fields(denial: Denial) -> dict[str, object]:
    return {"package": denial.package, "by": denial.by, "on": denial.on.isoformat(), "why": denial.why}


# ------------------------------------------------------------------ reading, with the place in every refusal

_REPAIR = "Take the file from the last commit, or remove the record and approve again."
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})(\s|$)", re.MULTILINE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_TOLD = 60  # characters of a wrong value that are worth showing


class _WrongError(Exception):
    """What is wrong, at which place; the file's name is added by whom it concerns."""


def _parse(text: str, name: str) -> object:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        raise ApprovalsError(
            f"{name}:{line}: a merge conflict is not resolved.",
            hint="Keep the whole records of both sides; their order does not matter.",
        )
    try:
        return json.loads(text, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise _WrongError(f"not JSON ({reason})") from error


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise _WrongError(f"the key {key!a} stands twice in one object")
        fields[key] = value
    return fields


def _record(value: object, fields: Mapping[str, Callable[[object], Any]], place: str) -> dict[str, Any]:
    """Read an object that has exactly these keys."""
    if not isinstance(value, dict):
        raise _WrongError(f"{place or 'the file'}: expected an object, found {_told(value)}")
    for key in sorted(value.keys() ^ fields.keys()):
        raise _WrongError(f"{place or 'the file'}: {'unknown' if key in value else 'missing'} key {_told(key)}")
    record = {}
    for key, read in fields.items():
        try:
            record[key] = read(value[key])
        except ValueError as expected:
            where = f"{place}.{key}".lstrip(".")
            raise _WrongError(f"{where}: expected {expected}, found {_told(value[key])}") from expected
    return record


def _places(key: str, top: Mapping[str, list[object]]) -> list[tuple[str, object]]:
    return [(f"{key}[{number}]", item) for number, item in enumerate(top[key])]


def _refuse_repeats(key: str, records: list[Any]) -> None:
    first: dict[Any, int] = {}
    for number, record in enumerate(records):
        if first.setdefault(record, number) != number:
            raise _WrongError(f"{key}[{number}]: repeats {key}[{first[record]}]; keep one of them")


def _told(value: object) -> str:
    return ascii(value)[:_TOLD]


# ------------------------------------------------------------------ one reader per kind of field; ValueError says what was expected


def _schema(value: object) -> int:
    if type(value) is not int or value != SCHEMA:
        raise ValueError(f"{SCHEMA}, which is all that this version of safe-install reads")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("a list")  # noqa: TRY004 - every reader refuses in the same way
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text")  # noqa: TRY004 - likewise
    return value


def _name(value: object) -> str:
    if not _text(value):
        raise ValueError("a name")
    return _text(value)


def _event(value: object) -> Event:
    try:
        return Event(_text(value))
    except ValueError as error:
        raise ValueError(f"one of {', '.join(Event)}") from error


def _fingerprint(value: object) -> Digest:
    if not _FINGERPRINT.fullmatch(_text(value)):
        raise ValueError("64 lower-case hexadecimal digits")
    return Digest(_text(value))


def _day(value: object) -> date:
    """Read a day in the one form that is written: Python takes others, which would not come back the same."""
    expected = "a day, as in 2026-01-31"
    if not _DAY.fullmatch(_text(value)):
        raise ValueError(expected)
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError(expected) from error


def _day_or_none(value: object) -> date | None:
    return None if value is None else _day(value)


_FILE: Mapping[str, Callable[[object], Any]] = {"schema": _schema, "approvals": _list, "denials": _list}
_DENIAL: Mapping[str, Callable[[object], Any]] = {"package": _name, "by": _name, "on": _day, "why": _text}
_APPROVAL: Mapping[str, Callable[[object], Any]] = {
    "package": _name,
    "event": _event,
    "fingerprint": _fingerprint,
    "seen_in": _text,
    "by": _name,
    "on": _day,
    "why": _text,
    "until": _day_or_none,
}
