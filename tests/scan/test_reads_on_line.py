"""What calls of one line read of what they are given, where that is all that the line does."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.reads_on_line import read_on_line

AROUND = "const one = (env) => env.A, all = (env) => env;\nmodule.exports = (env = process.env) => [\n"


def read(line: str, around: str = AROUND) -> frozenset[str] | None:
    return read_on_line(f"{around}{line}\n];".encode(), around.count("\n") + 1)


@pytest.mark.parametrize("line", ["one(env)", "{ a: one(env) }", "one(process.env), one(env)", "`${one(env)}`"])
def test_what_is_read_by_its_name_is_told(line: str) -> None:
    assert read(line) == frozenset("A")


@pytest.mark.parametrize(
    "line",
    [
        *("env", "...env", "all(env)", "one(env), env", "one(env), all()", "one(env)[env]", "one(env).concat(env)"),
        *("new one(env)", "x.one(env)", "one(...env)", "one(env, env)", "one", "'text'", "one(env), this", "{ env }"),
    ],
)
def test_anything_else_on_the_line_is_not_known(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize(
    "around",
    [
        f"// \r{AROUND}",  # the end of a line for some
        f"{AROUND}eval(text),\n",
        f"one = all;\n{AROUND}",
        AROUND + "(" * 9,  # no JavaScript
    ],
)
def test_so_is_a_line_of_a_file_that_can_be_told_in_no_way(around: str) -> None:
    assert read("one(env)", around) is None
