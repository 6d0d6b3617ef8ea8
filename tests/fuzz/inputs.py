"""Valid inputs with mutations: the strategies of every property here."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

SEEDS = Path(__file__).with_name("seeds")
HOUSE = Path(__file__).parent.parent.parent
OVER_AND_OVER = 20_000  # characters of a piece that is repeated: what a parser is slow at, it is slow at in bulk
MOST = 4_000  # characters of a seed: longer ones hide what a mutation does
HOSTILE = (
    *(
        "\x00",
        "\x1b[2J",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\u2028",
        "::add-path::/x",
        "##vso[task]x",
        "<script>",
    ),
    *("__proto__", "../", "\\", "'", '"', "`", "$(", "${", "%", "\n", "\r", "\t", " " * 40, "é", "\u212a", "[" * 50),
    *(
        "(" * 200,
        "{" * 200,
        "[" * 20_000,
        "a" * 5_000,
        "0",
        "-1",
        "1e999",
        "NaN",
        "99999999999999999999",
        "null",
        "true",
    ),
)
"""What is put in anywhere."""
ODD_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        2**70,
        "",
        " ",
        "x",
        [],
        {},
        [[]],
        [None],
        {"": None},
        "x" * 5_000,
        "\ud800",
        "\x1b]8;;x",
    ),
    *({"__proto__": {"scripts": {"install": "x"}}}, ["a", 1, None, {}], "../../x", "::error::x", "<img src=x>"),
)
"""What a member of a document becomes."""


@cache
def seeds(*patterns: str) -> tuple[str, ...]:
    """Read the texts that patterns below the repository name, the short ones."""
    paths = sorted(path for pattern in patterns for path in HOUSE.glob(pattern) if path.is_file())
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    found = tuple(text for text in texts if len(text) <= MOST)
    assert found, patterns
    return found


@st.composite
def mutated(draw: st.DrawFn, texts: tuple[str, ...], tokens: tuple[str, ...] = ()) -> str:
    """Draw a text, and change it at a few places: less, more, twice, over and over, something odd, or a piece of another one."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 1, 2, 5, 20, 200))))
        text = draw(st.sampled_from(_CHANGES))(draw, text, start, end, texts, (*tokens, *HOSTILE))
    return text


Change = Callable[[st.DrawFn, str, int, int, tuple[str, ...], tuple[str, ...]], str]


def _less(_: st.DrawFn, text: str, start: int, end: int, *__: object) -> str:
    return text[:start] + text[end:]


def _twice(_: st.DrawFn, text: str, start: int, end: int, *__: object) -> str:
    return text[:end] + text[start:end] + text[end:]


def _over_and_over(_: st.DrawFn, text: str, start: int, end: int, *__: object) -> str:
    return text[:start] + text[start:end] * (OVER_AND_OVER // max(1, end - start)) + text[end:]


def _cut(_: st.DrawFn, text: str, start: int, *__: object) -> str:
    return text[:start]


def _odd(draw: st.DrawFn, text: str, start: int, end: int, _: tuple[str, ...], tokens: tuple[str, ...]) -> str:
    return text[:start] + draw(st.sampled_from(tokens)) + text[end:]


def _any(draw: st.DrawFn, text: str, start: int, end: int, *_: object) -> str:
    return text[:start] + draw(st.text(st.characters(exclude_categories=()), max_size=8)) + text[end:]


def _spliced(draw: st.DrawFn, text: str, start: int, end: int, texts: tuple[str, ...], _: tuple[str, ...]) -> str:
    other = draw(st.sampled_from(texts))
    at = draw(st.integers(0, len(other)))
    return text[:start] + other[at : at + 300] + text[end:]


_CHANGES: tuple[Change, ...] = (_less, _twice, _over_and_over, _cut, _odd, _odd, _any, _spliced)


@st.composite
def documents(draw: st.DrawFn, texts: tuple[str, ...]) -> str:
    """Draw a JSON document and change some of its members; sometimes the text of it too."""
    document = json.loads(draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(0, 4))):
        holders = list(_holders(document))
        if not holders:
            break
        holder = draw(st.sampled_from(holders))
        _change(draw, holder)
    text = json.dumps(document, indent=draw(st.sampled_from((None, 2))))
    return draw(mutated((text,))) if draw(st.booleans()) else text


def _holders(document: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            yield one
            waiting += one.values() if isinstance(one, dict) else one


def _change(draw: st.DrawFn, holder: Any) -> None:  # noqa: ANN401 - JSON
    keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key = draw(st.sampled_from(keys))
    kind = draw(st.sampled_from(("value", "value", "gone", "renamed", "copied")))
    if kind == "value":
        holder[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
    elif kind == "gone":
        del holder[key]
    elif isinstance(holder, dict):
        other = draw(st.sampled_from((*HOSTILE[:12], f"{key} ", key.upper(), draw(st.sampled_from(keys)))))
        holder[other] = copy.deepcopy(holder[key])
        if kind == "renamed" and other != key:
            del holder[key]
    else:
        holder.append(copy.deepcopy(holder[key]))
