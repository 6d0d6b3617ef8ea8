"""What a module gives away may be called with anything, and a function that reads by names keeps what it is given."""

from __future__ import annotations

import pytest

from tests.scan.trees import inspect


@pytest.mark.parametrize(
    "value", ["(x => import(x))", "(0, x => import(x))", "1 ? x => import(x) : 0", "x => import(x)"]
)
def test_a_function_that_is_exported_is_called_by_others(value: str) -> None:
    files = {"a.mjs": "import {f} from './b.mjs'; f(y)", "b.mjs": f"export const f = {value};"}
    assert any("x, known only while running" in gap.detail for gap in inspect("node a.mjs", files).gaps)


def test_a_function_of_a_module_that_nobody_calls_is_given_nothing() -> None:
    assert not inspect("node a.mjs", {"a.mjs": "const f = (x => import(x));"}).gaps


READS = "function f(env) { g(); return env.PATH }\n"


@pytest.mark.parametrize(
    "text",
    [
        "function g() { send(f.arguments[0]) }",
        "function g() { send(f['arguments'][0]) }",
        "function g() { send(g.caller.arguments[0]) }",
        "Error.prepareStackTrace = (e, s) => s; function g() { send(new Error().stack[1].getFunction()) }",
    ],
)
def test_a_function_that_another_one_looks_into_may_lose_the_environment(text: str) -> None:
    assert "*" in inspect("node a.js", {"a.js": f"{READS}{text}; f(process.env)"}).behaviours.env


def test_a_function_that_reads_by_names_takes_only_these() -> None:
    assert set(inspect("node a.js", {"a.js": f"{READS}function g() {{}} f(process.env)"}).behaviours.env) == {"PATH"}


@pytest.mark.parametrize(
    "text",
    [
        "function f(env = process.env) { return env.PATH }",
        "exports.f = (env = process.env) => env.PATH",
        "const f = (x, env = process.env) => g(env); const g = (all) => all.PATH",
        "const ROWS = [{ f: (env) => env.PATH }]; exports.f = (env = process.env) => { for (const r of ROWS) r.f(env) }",
    ],
)
def test_what_a_parameter_gets_by_default_is_followed(text: str) -> None:
    assert set(inspect("node a.js", {"a.js": text}).behaviours.env) == {"PATH"}


@pytest.mark.parametrize(
    "text",
    [
        "exports.f = (env = process.env) => env",
        "exports.f = (env = process.env) => send(env)",
        "exports.f = ({ env = process.env }) => env.PATH",
        "exports.f = ([env = process.env]) => env.PATH",
        "const ROWS = [{ f: (env) => env.PATH }, { f: send }]; exports.f = (env = process.env) => { for (const r of ROWS) r.f(env) }",
        "const ROWS = [{ f: (env) => env.PATH }]; const one = R\\u004fWS[0]; one.f = send; for (const r of ROWS) r.f(process.env)",
        "const ROWS = [{ f: (env) => env.PATH }]; for (const r of ROWS) { [r.f] = [send]; r.f(process.env) }",
        "const ROWS = [{ f: (env) => env.PATH, ['f']: send }]; for (const r of ROWS) r.f(process.env)",
        "const ROWS = [{ f: (env) => env.PATH }, more]; exports.f = (env = process.env) => { for (const r of ROWS) r.f(env) }",
    ],
)
def test_where_it_cannot_be_followed_the_whole_is_lost(text: str) -> None:
    assert "*" in inspect("node a.js", {"a.js": text}).behaviours.env


@pytest.mark.parametrize(
    "text",
    [
        "function f({ exec } = require('child_process')) { exec(x) }",
        "for (const [run = require('child_process')] of y) run.exec(x)",
        "function f(run = require('child_process')) { run.exec(x) }",
        "class A { f(run = require('child_process')) { run.exec(x) } }",
    ],
)
def test_no_default_hides_what_starts_a_program(text: str) -> None:
    assert inspect("node a.js", {"a.js": text}).gaps
