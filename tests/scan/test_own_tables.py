"""What a table of a file's own functions calls is read here; any other member that only running names may be anything."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.javascript import read_javascript

TABLE = "var t = {1: (m) => { m.exports = 2 }, 'b-c': function (m) { return m }, d: (m) => m};\n"


def hidden(text: str) -> list[str]:
    """Say what of a text cannot be followed."""
    return [blind.detail for blind in read_javascript(text.encode(), "a.js").blinds]


def test_a_bundlers_table_calls_only_what_stands_in_it() -> None:
    assert not hidden(
        f"{TABLE}function load(n) {{ const o = {{}}; return t[n](o, o.exports, load), o.exports }} load(1)"
    )


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("d: (m) => m", "d: f"),
        TABLE.replace("d: (m) => m", "d: x.y"),
        TABLE.replace("d: (m) => m", "...x"),
        TABLE.replace("d: (m) => m", "[x]: (m) => m"),
        TABLE.replace("d: (m) => m", "__proto__: (m) => m"),
        TABLE.replace("d: (m) => m", "'__proto\\u005f_': (m) => m"),
        TABLE.replace("d: (m) => m", "d: function (m) { this[m] = m }"),
        TABLE.replace("d: (m) => m", "get d() { return eval }"),
        f"{TABLE}t.d = x;",
        f"{TABLE}t[x] = x;",
        f"{TABLE}t = x;",
        f"{TABLE}Object.assign(t, x);",
        f"{TABLE}x(t);",
        f"{TABLE}x.y = t;",
        f"{TABLE}module.exports = {{t}};",
        f"export {TABLE}",
        f"{TABLE}eval(x);",
        "var t = x;",
        "function load(t) {}",
        "var t = [() => 1];",
    ],
)
def test_any_other_table_may_call_anything(text: str) -> None:
    assert any("calls a member that only running names" in one for one in hidden(f"{text}\nt[n](o)"))


def test_what_a_function_in_a_table_does_is_seen() -> None:
    text = TABLE.replace("m.exports = 2", "m.exports = require('child_process')")
    assert any("child_process goes where it cannot be followed" in one for one in hidden(f"{text} t[n]({{}})"))
