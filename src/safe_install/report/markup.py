"""HTML as values: what is put into an element is text unless it is an element, so nothing foreign becomes markup."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import NamedTuple

_VOID = frozenset(("br", "hr", "img", "input", "link", "meta"))  # none of SVG: unclosed, they swallow what follows


class Markup(NamedTuple):
    """Finished HTML. Only `tag` and `ours` make it."""

    text: str


Child = Markup | str | None | Iterable["Child"]


def tag(name: str, /, *children: Child, **attributes: str | int | None) -> Markup:
    """Make an element; a trailing ``_`` of an attribute's name is dropped, other ``_`` become ``-``; None leaves it out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(_written(children))
    return Markup(f"<{name}{told}>" if name in _VOID else f"<{name}{told}>{inner}</{name}>")


def ours(text: str) -> Markup:
    """Take a text of our own as it is: a style sheet, a script."""
    return Markup(text)


def _written(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        match child:
            case None:
                pass
            case Markup():
                yield child.text
            case str():
                yield html.escape(child, quote=True)
            case _:
                yield from _written(child)
