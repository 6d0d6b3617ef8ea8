"""SARIF 2.1.0 for GitHub code scanning and its like.

GitHub shows an alert on a pull request only where its line is in the diff, takes the first location alone, knows an alert
again by ``primaryLocationLineHash``, and wants ``security-severity`` as a text (docs.github.com, "SARIF support for code
scanning"). At most 5,000 results are kept there, so the worst come first, and it is said how many were left out.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from safe_install.model import Severity
from safe_install.report.concerns import Concern, concerns
from safe_install.report.plain import plain
from safe_install.story import Report

_MOST = 5_000
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCORE = {Severity.ERROR: "8.9", Severity.WARNING: "5.0", Severity.INFO: "1.0"}
_OURS = {
    "unreviewed-script": "A lifecycle script that nobody approved as it is",
    "unseen": "Something that could not be inspected",
}

_HELP = {
    "unreviewed-script": "`safe-install review` shows it to a person, who decides.",
    "unseen": "What could not be inspected is never clean: fetch it, or look at it by hand.",
}


def render(report: Report) -> str:
    """Give a report as one SARIF log."""
    all_found = concerns(report)
    found = all_found[:_MOST]
    rules = sorted({concern.rule for concern in found})
    notes = _notes(report, len(all_found) - len(found))
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "safe-install",
                        "semanticVersion": report.version,
                        "rules": [_rule(rule, found) for rule in rules],
                    }
                },
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
                "automationDetails": {"id": "safe-install/lockfile/"},
                "columnKind": "unicodeCodePoints",
                "results": [_result(concern, rules) for concern in found],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=True)


def _notes(report: Report, left_out: int) -> list[dict[str, Any]]:
    cut = f"{left_out:,} further results are left out, for no more than {_MOST:,} are kept; other formats have them all"
    told = [*([cut] if left_out else []), *(plain(note, limit=400) for note in report.notes)]
    return [{"level": "note", "message": {"text": text}} for text in told]


def _rule(rule: str, found: tuple[Concern, ...]) -> dict[str, Any]:
    """Describe one rule by the first concern that it gave."""
    first = next(concern for concern in found if concern.rule == rule)
    worst = max(concern.severity for concern in found if concern.rule == rule)
    told = _OURS.get(rule, first.message)
    return {
        "id": rule,
        "name": "".join(word.capitalize() for word in rule.replace("_", "-").split("-")),
        "shortDescription": {"text": told},
        "fullDescription": {"text": told},
        "help": {"text": _help(first)},
        "defaultConfiguration": {"level": _LEVEL[worst]},
        "properties": {"tags": ["security", "supply-chain"], "security-severity": _SCORE[worst]},
    }


def _help(concern: Concern) -> str:
    if concern.explained:
        return f"`safe-install explain {concern.rule}` tells why, and when it is innocent."
    return _HELP.get(concern.rule, "It concerns the lockfile, a setting or a whole package, and no single script.")


def _result(concern: Concern, rules: list[str]) -> dict[str, Any]:
    within = f" (in {concern.within})" if concern.within else ""
    return {
        "ruleId": concern.rule,
        "ruleIndex": rules.index(concern.rule),
        "level": _LEVEL[concern.severity],
        "message": {"text": f"{concern.about}: {concern.message}{within}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(concern.file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": max(concern.line, 1)},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{concern.key[:16]}:1", "safeInstall/v1": concern.key},
    }
