"""The formats of a report, by the word that ``--format`` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

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


def renderer(form: Format) -> Callable[[Report], str]:
    """Give the function that writes a format; KeyError for ``terminal``."""
    from safe_install.report import ci, html, json, markdown, sarif

    writers: Mapping[Format, Callable[[Report], str]] = {
        Format.JSON: json.render,
        Format.HTML: html.render,
        Format.SARIF: sarif.render,
        Format.MARKDOWN: markdown.render,
        Format.GITHUB: ci.github,
        Format.GITLAB: ci.gitlab,
        Format.JUNIT: ci.junit,
    }
    return writers[form]
