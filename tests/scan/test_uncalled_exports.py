"""What a program's file only exports nobody calls, where it loads nothing; any road to it has it read."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds

LOAD = "function load(path) { return require(path) }\n"
MAIN = "const fs = require('fs');\nif (require.main === module) fs.existsSync('x')\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{LOAD}{MAIN}exports.load = load;",
        f"{LOAD}{MAIN}module.exports = {{ load }};",
        f"{LOAD}{MAIN}module.exports = {{ other: load }};",
        f"{LOAD}{MAIN}module.exports = load;",
        f"{LOAD}function twice(a) {{ load(a); load(a) }}\n{MAIN}exports.twice = twice; exports.load = load;",
        f"{LOAD}{MAIN}// what this file is for\nexports.load = load;",
    ],
)
def test_a_function_that_a_program_only_exports_hides_nothing(text: str) -> None:
    assert not inspect("node a", {"a.js": text}).gaps


@pytest.mark.parametrize(
    "text",
    [
        f"{LOAD}{MAIN}exports.load = load; load(x)",
        f"{LOAD}{MAIN}exports.load = load; exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; exports['lo' + 'ad'](x)",
        f"{LOAD}{MAIN}exports.load = load; module.exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; const own = exports; own.load(x)",
        f"{LOAD}{MAIN}exports.load = load; const own = module; own.exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; this.load(x)",
        f"{LOAD}{MAIN}exports.load = load; require.main.exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; require/**/.main.exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; process.mainModule.exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; require.cache[__filename].exports.load(x)",
        f"{LOAD}{MAIN}exports.load = load; arguments[0].load(x)",
        f"{LOAD}{MAIN}exports.load = load; eval('load(x)')",
        f"{LOAD}{MAIN}exports.load = load; setTimeout(load, 1)",
        f"{LOAD}{MAIN}exports.load = load; const o = {{ load }}; o.load(x)",
        f"{LOAD}{MAIN}exports.load = load; module.exports = {{ f: (load)(x) }}",
        f"{LOAD}{MAIN}exports.load = load; f(module)",
        f"{LOAD}{MAIN}exports.load = load; require('tool')",
        f"{LOAD}{MAIN}exports.load = load; require('./b')",
        f"{LOAD}{MAIN}exports.load = load; const r = require; r('./b')",
        f"let load = require('./b'); {LOAD.replace('load', 'other')}{MAIN}exports.load = load = other; load(x)",
    ],
)
def test_a_function_that_somebody_may_call_is_read(text: str) -> None:
    files: Files = {"a.js": text, "b.js": "module.parent.exports.load(x)"}
    assert kinds(inspect("node a", files, beside("tool", {"index.js": "module.exports = 1"})))


@pytest.mark.parametrize(
    ("command", "other"),
    [
        ("node a && node b", "require('./a').load(x)"),
        ("node -r ./b a", "setTimeout(() => process.mainModule.exports.load('x'))"),
        ("node -r ./b a", "setTimeout(() => require.main.exports.load('x'))"),
        ("node -r ./b a", "setTimeout(() => require.cache[f()].exports.load('x'))"),
        ("node -r ./b a", "require('./a').load('x')"),
        ("node -r ./a b", ""),
        ("node -e \"require('./a').load(x)\"", ""),
    ],
)
def test_a_file_that_another_text_may_reach_is_read_whole(command: str, other: str) -> None:
    assert kinds(inspect(command, {"a.js": f"{LOAD}{MAIN}exports.load = load;", "b.js": other}))
