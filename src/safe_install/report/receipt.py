"""The receipt of an installation: what ran, behind which walls, what it asked for and wrote, and what did not run.

It is data, made from a report once and read back later; `pages` tells it to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from safe_install.judgement import Decision, Verdict
from safe_install.report.json import what_it_did
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import count, listed
from safe_install.story import Outcome, Report, Step

SCHEMA = 1

Receipt = Mapping[str, Any]


def receipt_of(report: Report, omit: Iterable[str] = ()) -> Receipt:
    """Make the receipt of a report in which npm has run; ``omit`` names the kinds of dependency that were left out."""
    done = report.execution
    outcomes = done.outcomes if done else ()
    earlier = done.already_run if done else ()
    told = {id(outcome.step.verdict) for outcome in outcomes} | {id(step.verdict) for step in earlier}
    verdicts = [verdict for review in report.reviews for verdict in review.verdicts if id(verdict) not in told]
    return {
        "schema": SCHEMA,
        "at": report.at.isoformat(timespec="seconds"),
        "version": report.version,
        "signatures": report.signatures,
        "omit": sorted(omit),
        "npm_exit_code": done.npm_exit_code if done else None,
        "confined_by": done.confined_by if done else "",
        "scripts": [
            *(_ran(outcome) for outcome in outcomes),
            *(_earlier(step) for step in earlier),
            *(_not_run(verdict) for verdict in verdicts),
        ],
    }


def _ran(outcome: Outcome) -> dict[str, Any]:
    return {
        **_script(outcome.step.verdict),
        "what": "ran",
        "exit_code": outcome.exit_code,
        "seconds": round(outcome.seconds, 3),
        "failed": outcome.failed,
        "tolerated": outcome.tolerated,
        "denied": outcome.denied,
        **what_it_did(outcome),
    }


def _earlier(step: Step) -> dict[str, Any]:
    return {**_script(step.verdict), "what": "earlier"}


def _not_run(verdict: Verdict) -> dict[str, Any]:
    names = {
        Decision.ALLOW: "not reached",
        Decision.SKIP: "skipped",
        Decision.REVIEW: "waits",
        Decision.BLOCK: "refused",
    }
    reasons = [reason.value for reason in verdict.reasons]
    return {**_script(verdict), "what": names[verdict.decision], "reasons": reasons}


def _script(verdict: Verdict) -> dict[str, Any]:
    script = verdict.inspection.script
    artifact = script.package.artifact
    return {
        "package": artifact.name,
        "version": artifact.version,
        "location": artifact.location,
        "event": script.event.value,
        "command": script.command,
        "fingerprint": verdict.inspection.fingerprint,
        "integrity": artifact.integrity or "",
    }


# ------------------------------------------------------------------ for people

_TONES = {"ran": Tone.GOOD, "refused": Tone.BAD, "waits": Tone.CARE, "not reached": Tone.CARE}


def pages(receipt: Receipt) -> Iterator[Line]:
    """Tell a receipt that was found to be our own."""
    scripts = receipt["scripts"]
    held = receipt["confined_by"] or ("nothing" if any(one["what"] == "ran" for one in scripts) else "")
    walls = f", walls: {plain(held)}" if held else ""
    told = f"{plain(receipt['at'])}, safe-install {plain(receipt['version'])}{walls}: {count(len(scripts), 'script')}"
    yield Line(text=told, indent=0, tone=Tone.STRONG)
    for one in scripts:
        yield BLANK
        yield from _page(one)


def _page(one: Mapping[str, Any]) -> Iterator[Line]:
    name = f"{plain_name(one['package'])} {plain_name(str(one['version'] or ''))} {plain(one['event'])}"
    what = "FAILED" if one.get("failed") else one["what"]
    tone = Tone.BAD if one.get("failed") else _TONES.get(one["what"], Tone.TEXT)
    end = f" (exit {one['exit_code']}, {one['seconds']:.1f} s)" if what in {"ran", "FAILED"} else ""
    why = f": {listed(map(plain, one.get('reasons', ())))}" if one.get("reasons") else ""
    yield Line(label=what, text=f"{name}: {plain(one['command'], limit=160)}{end}{why}", tone=tone)
    yield Line(label="", text=f"fingerprint {plain(one['fingerprint'])}", tone=Tone.QUIET)
    for label, texts in _details(one).items():
        if texts:
            yield Line(label=label, text=listed(texts, most=12))
    if one.get("denied") and not one.get("failed"):
        yield Line(label="doubt", text="it ended with 0, and may not have worked: something was denied", tone=Tone.CARE)


def _details(one: Mapping[str, Any]) -> dict[str, list[str]]:
    hosts, written = one.get("hosts", ()), one.get("written", ())
    return {
        "walls": [plain(text) for text in one.get("walls", ())],
        "hosts": [
            f"{plain_name(host['name'])} ({plain(host['refused']) or str(host['received']) + ' bytes in'})"
            for host in hosts
        ],
        "written": [f"{plain(each['path'], limit=120)} ({each['how']})" for each in written if not each["dropped"]],
        "dropped": [
            f"{plain(each['path'], limit=120)} ({plain(each['dropped'])})" for each in written if each["dropped"]
        ],
        "code": [plain(each["path"], limit=120) for each in written if each["code"]],
        "decoys": [plain(name) for name in one.get("touched", ())],
        "LEAKED": [plain(place) for place in one.get("leaked", ())],
    }
