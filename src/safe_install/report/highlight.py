"""Colours for code that is shown: pygments' tokens as spans with a class, text as text."""

from __future__ import annotations

from collections.abc import Iterator

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token

from safe_install.model import Language
from safe_install.report.markup import Child, tag

_LEXERS = {
    Language.JAVASCRIPT: "javascript",
    Language.TYPESCRIPT: "typescript",
    Language.SHELL: "bash",
    Language.BATCH: "batch",
    Language.POWERSHELL: "powershell",
    Language.PYTHON: "python",
    Language.GYP: "python",
    Language.JSON: "json",
}
_CLASSES = (
    (Comment, "c"),
    (String, "s"),
    (Number, "n"),
    (Keyword, "k"),
    (Name.Builtin, "b"),
    (Name.Function, "f"),
    (Operator, "o"),
)
_MOST = 60_000
"""Characters that are coloured; some of pygments' lexers are slow on one long line, and nobody reads more."""


def highlighted(text: str, language: Language) -> Iterator[Child]:
    """Colour a text that was made plain; longer ones, and languages without a lexer, stay as they are."""
    if language not in _LEXERS or len(text) > _MOST or max(map(len, text.split("\n"))) > 2_000:  # noqa: PLR2004
        yield text
        return
    for kind, value in get_lexer_by_name(_LEXERS[language], stripnl=False, ensurenl=False).get_tokens(text):
        known = next((name for wanted, name in _CLASSES if kind in wanted), None) if kind is not Token.Text else None
        yield tag("span", value, class_=known) if known else value
