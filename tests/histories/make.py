"""Make the snapshots anew: ``python -m tests.histories.make [--again] [NAME…]``. Needs the registry that npm is configured for.

``--again`` tells what was gathered then in today's words, and needs nothing.

Takes the lockfiles as they are committed here, asks `diff` for what differs between two of them, and writes the report in every
format. What names this machine or this day is taken out.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from safe_install import gate
from safe_install.doors.doorway import make_tools_here
from safe_install.doors.telling import exit_code
from safe_install.report import terminal
from safe_install.report.formats import Format, renderer
from safe_install.story import Report
from tests.histories.values import keep, recall

HERE = Path(__file__).parent
HISTORIES = {"patch-releases": ("before", "large"), "majors": ("large", "after")}
"""By the name of a patch: from which state to which; ``large`` is committed, the other one is what the patch leads from or to."""
VALUES = "values.json.gz"
FILES = {
    Format.TERMINAL: "report.txt",
    Format.JSON: "report.json",
    Format.HTML: "report.html",
    Format.SARIF: "report.sarif",
    Format.MARKDOWN: "report.md",
    Format.GITHUB: "annotations.txt",
    Format.GITLAB: "code-quality.json",
    Format.JUNIT: "junit.xml",
}


def main() -> None:
    """Make those that are named, or all."""
    words = sys.argv[1:]
    for name in [word for word in words if word in HISTORIES] or HISTORIES:
        if "--again" not in words:
            (HERE / name).mkdir(exist_ok=True)
            keep(diffed(name), HERE / name / VALUES)
        report = recall(HERE / name / VALUES)
        for form, file in FILES.items():
            (HERE / name / file).write_text(told(report, form), encoding="utf-8")


def diffed(name: str) -> Report:
    """Compare the two states of one history, as a project's working tree against a commit."""
    with tempfile.TemporaryDirectory() as folder:
        project = states(name, Path(folder))
        report = gate.diff(project, "HEAD", None, make_tools_here(quiet=True))
    against = tuple(replace(review, against="HEAD") for review in report.reviews)
    report = replace(report, reviews=against, project="fixture-large", at=datetime(2026, 11, 22, tzinfo=UTC))
    return replace(report, exit_code=int(exit_code(report)))


def states(name: str, folder: Path) -> Path:
    """Make a repository whose commit is the earlier state, and whose working tree is the later one."""
    project = folder / "fixture-large"
    shutil.copytree(HERE / "large", project)
    backwards = HISTORIES[name][0] == "before"
    apply = ("git", "apply", "-p0", str(HERE / f"{name}.patch"))
    _run(project, "git", "init", "-q", "-b", "main")
    if backwards:
        _run(project, *apply, "-R")
    _run(project, "git", "add", "-A")
    _run(project, "git", "-c", "user.name=a", "-c", "user.email=a@example.test", "commit", "-qm", "state")
    _run(project, *apply)
    return project


def told(report: Report, form: Format) -> str:
    """Tell a report in one format; the terminal has 100 columns and no colours."""
    if form is not Format.TERMINAL:
        return renderer(form)(report)
    paper = io.StringIO()
    terminal.render(report, Console(file=paper, width=100, color_system=None, highlight=False, legacy_windows=False))
    return paper.getvalue()


def _run(folder: Path, *words: str) -> None:
    subprocess.run(words, cwd=folder, check=True)


if __name__ == "__main__":
    main()
