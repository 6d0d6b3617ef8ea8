"""Files to match, and what the matcher said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safe_install.model import Event, Inspection, Language, LifecycleScript, ReachableFile
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.remembered import Remembered
from tests.builders import a_package, an_artifact, an_inspection, as_bytes

RULES = Path(__file__).parent / "rules"
"""Signatures of these tests' own, so that they say what the matcher does and not what is shipped."""
THEFT = "const all = JSON.stringify(process.env);"
COLLECTOR = 'const host = "https://webhook.site/x";'


def a_file(content: str | bytes, path: str = "install.js", **more: Any) -> ReachableFile:  # noqa: ANN401
    more = {"package": "example", "language": Language.JAVASCRIPT, **more}
    return ReachableFile(path=path, content=as_bytes(content), **more)


def match(*files: ReachableFile, remembered: Remembered | None = None, **more: Any) -> Inspection:  # noqa: ANN401
    """Match files as those of one script of a package that has no manifest, which would be matched too."""
    package = a_package({}, an_artifact())
    script = LifecycleScript(package=package, event=Event.POSTINSTALL, command="node install.js")
    (inspection,) = Matcher(RULES, remembered, **more).match([an_inspection(script=script, files=files)])
    return inspection


def signatures(inspection: Inspection) -> set[tuple[str, int]]:
    return {(finding.signature, finding.line) for finding in inspection.findings}


def write_rule(path: Path, pattern: str, name: str | None = None) -> None:
    path.write_text(
        f"rules:\n  - {{id: {name or path.stem}, languages: [js], severity: ERROR, message: Calls f.,"
        f' metadata: {{confidence: HIGH, reads: code}}, pattern: "{pattern}"}}\n'
    )
