"""What ``npm audit --json`` answers, as findings: known flaws are told, known malice is an error.

Source: npm-audit-report 5+ (``auditReportVersion`` 2) and npm's own lib/commands/audit.js; an advisory of malice is told by its CWE.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from safe_install.advise.records import SIGNATURE as MALICIOUS
from safe_install.advise.records import UnavailableError
from safe_install.model import Artifact, Finding, Severity

SIGNATURE = "npm-audit"
_EMBEDDED_MALICE = "CWE-506"
_GRAVE = {"high", "critical"}
_MOST_ADVISORIES = 20  # of one package
_LONGEST = 200


def read_audit(output: str, artifacts: Sequence[Artifact]) -> tuple[Finding, ...]:
    """Give a finding for each advisory and each lockfile entry that it is about; UnavailableError when this is no answer."""
    told = _json(output)
    vulnerabilities = told.get("vulnerabilities")
    if told.get("auditReportVersion") != 2 or not isinstance(vulnerabilities, dict):  # noqa: PLR2004 - npm's number
        raise UnavailableError(_reason(told))
    places = {artifact.location: artifact for artifact in artifacts}
    return tuple(dict.fromkeys(one for each in vulnerabilities.values() for one in _of_package(each, places)))


def _json(output: str) -> Mapping[str, object]:
    """Find npm's JSON in what it wrote, warnings around it or not."""
    start, end = output.find("{"), output.rfind("}")
    try:
        told = json.loads(output[start : end + 1]) if start >= 0 else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise UnavailableError("npm gave no answer that can be read")
    return told


def _reason(told: Mapping[str, object]) -> str:
    """Say in npm's words why there is no answer."""
    error = told.get("error")
    words = [told.get("message"), *(error.values() if isinstance(error, dict) else ())]
    said = next((one for one in words if isinstance(one, str) and one), "npm gave no audit report")
    return said.splitlines()[0][:_LONGEST]


def _of_package(told: object, places: Mapping[str, Artifact]) -> Iterator[Finding]:
    if not isinstance(told, dict):
        raise UnavailableError("npm gave no answer that can be read")
    advisories = [one for one in _list(told.get("via")) if isinstance(one, dict)][:_MOST_ADVISORIES]
    nodes = [location for location in _list(told.get("nodes")) if isinstance(location, str)]
    for artifact in (places[location] for location in nodes if location in places):
        yield from (_finding(advisory, artifact) for advisory in advisories)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _finding(advisory: Mapping[str, object], artifact: Artifact) -> Finding:
    cwe = advisory.get("cwe")
    malice = isinstance(cwe, list) and _EMBEDDED_MALICE in cwe
    grave = str(advisory.get("severity")) in _GRAVE
    severity = Severity.ERROR if malice else Severity.WARNING if grave else Severity.INFO
    title, url = (str(advisory.get(key) or "")[:_LONGEST] for key in ("title", "url"))
    return Finding(
        signature=MALICIOUS if malice else SIGNATURE,
        severity=severity,
        message=f"{title or 'an advisory without a title'} ({str(advisory.get('severity'))[:20]}) {url}".rstrip(),
        where=artifact.id,
        line=artifact.line,
        excerpt=str(advisory.get("source") or "")[:_LONGEST],
    )
