"""The records of people's decisions, for people: a line for each in a list, and all of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from safe_install.judgement import Approval, Denial, Grants
from safe_install.report.changes import granted
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import count

_TONES = {"in-force": Tone.GOOD, "expired": Tone.CARE, "dated-ahead": Tone.BAD, "unsigned": Tone.BAD}
_WORDS = {
    "in-force": "in force",
    "expired": "out of time, so it does not count",
    "dated-ahead": "of a day yet to come, so it does not count: a clock is wrong, or it is forged",
    "unsigned": "not signed by a signer of the policy, so it does not count",
}


def listing(approvals: Iterable[tuple[Approval, str]], denials: Iterable[Denial]) -> Iterator[Line]:
    """List records, each approval with its standing."""
    told = [line for approval, standing in approvals for line in _approval(approval, standing)]
    told += [line for denial in denials for line in _denial(denial)]
    yield from told or [Line(text="Nobody has approved or denied anything here.", indent=0)]


def in_full(approval: Approval, standing: str) -> Iterator[Line]:
    """Show all of one record."""
    yield from _approval(approval, standing)
    yield Line(label="print", text=approval.fingerprint, whole=True)
    if approval.integrity:
        yield Line(label="archive", text=plain(approval.integrity), whole=True)
    for number, (package, integrity) in enumerate(approval.beside):
        yield Line(label="" if number else "beside", text=f"{plain_name(package)} {plain(integrity)}", whole=True)
    yield Line(label="signed", text="yes" if approval.signature else "no")
    yield BLANK


def terms(approval: Approval) -> Iterator[Line]:
    """Say what a record that is about to be written would give, and for how long."""
    yield Line(label="grants", text=granted(approval.grants) or "nothing but to run in its own folder")
    yield Line(label="until", text=str(approval.until) if approval.until else "its contents change")


def _approval(approval: Approval, standing: str) -> Iterator[Line]:
    name = f"{plain_name(approval.package)} {plain_name(approval.seen_in)} {approval.event}".replace("  ", " ")
    yield Line(label="yes", text=f"{name}: {_WORDS[standing]}", tone=_TONES[standing])
    yield from _by(approval)
    if approval.grants != Grants():
        yield Line(text=granted(approval.grants))


def _denial(denial: Denial) -> Iterator[Line]:
    what = "must not be installed" if denial.blocks else "no script of it runs"
    yield Line(label="no", text=f"{plain_name(denial.package)}: {what}", tone=Tone.CARE)
    yield from _by(denial)


def _by(record: Approval | Denial) -> Iterator[Line]:
    until = f" until {record.until}" if isinstance(record, Approval) and record.until else ""
    yield Line(text=f"{plain(record.by, limit=80)} on {record.on}{until}")
    if record.why:
        yield Line(text=f'"{plain(record.why)}"')


def done(word: str, names: Mapping[str, object], file: str) -> str:
    """Say what was recorded, in one sentence."""
    return f"{word} {', '.join(map(plain_name, names)) or count(0, 'record')} in {file}."
