"""A list that is known already is counted and not looked at: what is read, and how much work it was, is the same."""

from __future__ import annotations

import random

import pytest

from safe_install.scan.grammars import WORK
from safe_install.scan.javascript import listed
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.javascript import JavaScript, read_javascript
from tests.effort import chances

NAMES = "abcdef"
OF_ITSELF = f"let rows = ['x']; {'rows = rows.filter(a).concat(rows); ' * 14} for (const row of rows) require(row);"


def read(source: str) -> tuple[JavaScript, int]:
    """Read a file, and count the work."""
    before = WORK.done
    return read_javascript(source.encode(), "index.js"), WORK.done - before


def both(source: str, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[JavaScript, int], tuple[JavaScript, int]]:
    """Read with what is known of lists, and without it."""
    with_it = read(source)
    with monkeypatch.context() as patch:
        patch.setattr(listed, "_may_take", lambda *_: False)
        return with_it, read(source)


def an_expression(chance: random.Random, depth: int = 0) -> str:
    """Write a list in one of the ways in which it is put together."""
    name = chance.choice(NAMES)
    if depth > 2:
        return chance.choice((name, f"['{name}']", f"[...{name}]"))
    one, other = an_expression(chance, depth + 1), an_expression(chance, depth + 1)
    return chance.choice(
        (
            *(f"{name}.concat({one}, {other})", f"{name}.slice({chance.randint(0, 2)}).concat({one})", f"({one})"),
            *(f"{name}.filter(Boolean)", f"(x ? {one} : {other})", f"[...{name}, ...{one}]", f"['{name}', {other}[0]]"),
            *(f"f({one})", f"['{name}'].map(t => t + 'y')", f"{name}.slice({one}.length)", f"Object.keys({name})"),
        )
    )


def a_file(chance: random.Random) -> str:
    """Write a file whose lists are made of one another."""
    lines = [f"let {name} = {an_expression(chance)};" for name in NAMES]
    lines += [f"{chance.choice(NAMES)} = {an_expression(chance)};" for _ in range(chance.randint(0, 6))]
    lines += [f"{chance.choice(NAMES)}.push({an_expression(chance)});" for _ in range(chance.randint(0, 3))]
    lines.append(f"function f(...a) {{ return {an_expression(chance)}; }}")
    lines += [f"for (const y of {name}) require(y);" for name in chance.sample(NAMES, 3)]
    lines.append(f"require('child_process').spawn('node', {an_expression(chance)});")
    return "\n".join(lines)


def test_a_file_is_read_the_same_with_as_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[listed.Listed] = []
    take = listed._take

    def taking(constants: Constants, one: listed.Listed) -> None:
        known.append(one)
        take(constants, one)

    monkeypatch.setattr(listed, "_take", taking)
    for chance in chances(120):
        source = a_file(chance)
        with_it, without = both(source, monkeypatch)
        assert with_it == without, source
    assert len(known) > 100  # or nothing was compared


def test_what_reaches_the_limit_reaches_it_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it, without = both(OF_ITSELF, monkeypatch)
    assert with_it == without
    assert any("more expressions" in blind.detail for blind in without[0].blinds)
