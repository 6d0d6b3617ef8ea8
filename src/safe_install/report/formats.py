"""The formats of a report, by the word that ``--format`` takes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module

from safe_install.story import Report


class Format(StrEnum):
    """What a report is written as; ``terminal`` is for people and is no text of its own."""

    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"
    SARIF = "sarif"
    MARKDOWN = "markdown"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


_WRITERS = {
    Format.JSON: "json.render",
    Format.HTML: "html.render",
    Format.SARIF: "sarif.render",
    Format.MARKDOWN: "markdown.render",
    Format.GITHUB: "ci.github",
    Format.GITLAB: "ci.gitlab",
    Format.JUNIT: "ci.junit",
}


def renderer(form: Format) -> Callable[[Report], str]:
    """Give the function that writes a format, and read the code of no other; KeyError for ``terminal``."""
    module, _, name = _WRITERS[form].partition(".")
    writer: Callable[[Report], str] = getattr(import_module(f"safe_install.report.{module}"), name)
    return writer
