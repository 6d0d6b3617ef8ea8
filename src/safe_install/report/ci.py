"""What CI systems read: GitHub's annotations, GitLab's code quality, JUnit's XML. Each is short, and says what it left out."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from safe_install.judgement import Decision
from safe_install.model import Severity
from safe_install.report.concerns import Concern, concerns
from safe_install.report.plain import plain
from safe_install.report.words import subject
from safe_install.story import Report

_KIND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_GITLAB = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}
MOST_ANNOTATIONS = 10
"""Of one kind; GitHub drops further ones of a step without a word."""


def github(report: Report) -> str:
    """Write workflow commands: at most `MOST_ANNOTATIONS` a kind, the last one saying how many more there are."""
    lines: list[str] = []
    found = concerns(report)
    for severity, kind in _KIND.items():
        alike = [concern for concern in found if _shown_as(concern) is severity]
        shown = alike if len(alike) <= MOST_ANNOTATIONS else alike[: MOST_ANNOTATIONS - 1]
        lines += [_annotation(kind, concern) for concern in shown]
        if len(alike) > len(shown):
            lines.append(f"::{kind} title=safe-install::and {len(alike) - len(shown)} more; the report has them all")
    lines = lines or ["::notice title=safe-install::nothing that somebody must look at"]
    room = MOST_ANNOTATIONS - sum(line.startswith("::notice") for line in lines)
    lines += [f"::notice title=safe-install::{_data(plain(note, limit=400))}" for note in report.notes[:room]]
    return "\n".join(lines)


def between_stop_commands(text: str) -> str:
    """Print text that a package had a part in so that GitHub's runner takes nothing in it for a command."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}\n::{token}::"


def _shown_as(concern: Concern) -> Severity:
    return Severity.ERROR if concern.blocks else min(concern.severity, Severity.WARNING)


def _annotation(kind: str, concern: Concern) -> str:
    within = f" (in {concern.within})" if concern.within else ""
    place = f"file={_property(concern.file)},line={max(concern.line, 1)},title={_property(concern.rule)}"
    return f"::{kind} {place}::{_data(f'{concern.about}: {concern.message}{within}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab(report: Report) -> str:
    """Write a code quality report: a JSON list, as ``artifacts:reports:codequality`` takes it."""
    told = [
        {
            "description": f"{concern.about}: {concern.message}",
            "check_name": concern.rule,
            "fingerprint": concern.key,
            "severity": "blocker" if concern.blocks else _GITLAB[concern.severity],
            "location": {"path": concern.file, "lines": {"begin": max(concern.line, 1)}},
        }
        for concern in concerns(report)
    ]
    notes = [
        {
            "description": plain(note, limit=400),
            "check_name": "note",
            "fingerprint": hashlib.sha256(plain(note, limit=400).encode()).hexdigest(),
            "severity": "info",
            "location": {"path": "package-lock.json", "lines": {"begin": 1}},
        }
        for note in report.notes
    ]
    return json.dumps([*told, *notes], indent=2, ensure_ascii=True)


def junit(report: Report) -> str:
    """Write JUnit's XML: a test case for each script, failed when it waits or is blocked, and one for each other concern."""
    scripts = list(_scripts(report))
    known = {name for name, _, _ in scripts}
    loose = [concern for concern in concerns(report) if concern.about not in known]
    suite = ET.Element("testsuite", name="safe-install", tests=str(len(scripts) + len(loose)))
    for name, decision, told in scripts:
        case = ET.SubElement(suite, "testcase", classname="lifecycle scripts", name=name)
        if decision in {Decision.BLOCK, Decision.REVIEW}:
            ET.SubElement(case, "failure", type=decision.value, message=f"{name}: {decision.value}").text = told
    for concern in loose:
        case = ET.SubElement(suite, "testcase", classname=concern.rule, name=concern.about)
        ET.SubElement(case, "failure", type=concern.rule, message=concern.message)
    failures = sum(1 for case in suite if len(case))
    if report.notes:
        ET.SubElement(suite, "system-out").text = "\n".join(plain(note, limit=400) for note in report.notes)
    suite.set("failures", str(failures))
    suite.set("errors", "0")  # Jenkins' schema wants it; a run that could not work writes no report
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def _scripts(report: Report) -> Iterator[tuple[str, Decision, str]]:
    """Give each script once, with what there is to say of it."""
    by_script: dict[str, list[str]] = {}
    for concern in concerns(report):
        told = f"{concern.rule}: {concern.message}{f' (in {concern.within})' if concern.within else ''}"
        by_script.setdefault(concern.about, []).append(told)
    seen: set[str] = set()
    for review in report.reviews:
        for verdict in review.verdicts:
            name = subject(verdict)
            if name not in seen:
                seen.add(name)
                yield name, verdict.decision, "\n".join(by_script.get(name, []))
