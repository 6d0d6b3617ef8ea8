"""The texts that a file hides, and those that these hide: each with the place of the outermost one in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safe_install.model import Language
from safe_install.scan.unfold.unfold import Layer, unfold

DEEPEST = 4  # layers in one another
MOST = 60  # layers of one file that are matched on their own; the rest are matched together, as text
MOST_ALL = 400
_MOST_BYTES = 2 << 20


def layers_of(content: bytes, language: Language, texts: Sequence[tuple[int, bytes]] = ()) -> tuple[Layer, ...]:
    """Unfold a file, layer below layer, each text once.

    ``texts`` are those that its expressions come to, and where they stand: pieces that were scattered are whole in them.
    A layer's `how` tells the whole way from the outside in.
    """
    found: list[Layer] = []
    seen = {content}
    size = 0
    for layer in _level_by_level([*unfold(content, language), *_of_texts(content, texts)]):
        if layer.content in seen:
            continue
        seen.add(layer.content)
        size += len(layer.content)
        if len(found) >= MOST_ALL or size > _MOST_BYTES:
            break
        found.append(layer)
    return (*found[:MOST], *_together(found[MOST:]))


def _of_texts(content: bytes, texts: Sequence[tuple[int, bytes]]) -> Iterator[Layer]:
    """Unfold the known texts of a file, one on each line."""
    distinct = {text: start for start, text in texts if text not in content}
    starts = list(distinct.values())
    for layer in unfold(b"\n".join(distinct), Language.TEXT) if distinct else ():
        line = content.count(b"\n", 0, starts[min(layer.line, len(starts)) - 1]) + 1
        yield Layer(content=layer.content, language=layer.language, line=line, how=layer.how)


def _level_by_level(level: Sequence[Layer]) -> Iterator[Layer]:
    for _ in range(DEEPEST):
        yield from level
        level = [
            Layer(content=inner.content, language=inner.language, line=layer.line, how=f"{layer.how}; {inner.how}")
            for layer in level[:MOST]
            for inner in unfold(layer.content, layer.language)
        ]


def _together(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Put what is left into one text, so that a flood of layers hides none."""
    if layers:
        content = b"\n".join(layer.content for layer in layers)
        yield Layer(content=content, language=Language.TEXT, line=layers[0].line, how="many encodings")
