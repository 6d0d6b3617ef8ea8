"""Evasions 25 to 32: JavaScript that no reader and no tool is meant to recognise."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.evasions.packages import THEFT, Seen, codes, hooked, packages

pytestmark = pytest.mark.semgrep

B: Files = {"b.js": THEFT}
"""A file that is only reached by whoever understands the install.js beside it."""


@codes(
    nosemgrep=f"{THEFT} // nosemgrep",
    nosem=f"// nosem\n{THEFT} // nosem: sends-environment",
    block=f"/* nosemgrep */ {THEFT} /* eslint-disable */",
)
def test_a_comment_switches_no_signature_off(seen: Seen) -> None:
    """25: marks that ask for silence are not obeyed."""
    assert "sends-environment" in seen.errors_in("install.js")


@packages(
    **{
        name: hooked(f"node {path}", {path: THEFT, ".semgrepignore": "*\n", ".gitignore": "*\n", ".npmignore": "*\n"})
        for name, path in {
            "dist": "dist/a.js",
            "tests": "test/a.spec.js",
            "vendored": "vendor/a.js",
            "minified": "a.min.js",
            "hidden": ".cache/a.js",
            "build": "build/a.js",
        }.items()
    }
)
def test_no_ignore_rule_hides_a_file(seen: Seen) -> None:
    """26: copies under our own names are matched, wherever the file stood."""
    assert len(seen.errors) > 0
    assert len({one["path"] for one in seen.findings if one["severity"] == "ERROR"}) == 1


@codes(
    behind_padding=f"/* {'x' * 1_200_000} */\n{THEFT}",
    behind_code="var a = 1;\n" * 50_000 + THEFT,
    one_line="var a=1;" * 68_000 + THEFT,
    long_literal=f"var a = '{'y' * 540_000}';{THEFT}",
)
def test_a_large_file_is_matched_as_text_and_told(seen: Seen) -> None:
    """27: what is too large to be followed and matched as code is two gaps, and no hiding place."""
    assert seen.told("not read whole")
    assert seen.told("too much to be read")
    assert seen.errors_in("install.js")


@codes(
    hashbang=f"#!/usr/bin/env node\n{THEFT}",
    mark=f"\ufeff{THEFT}",
    labels=f"a: b: for (;;) {{ {THEFT}; break a }}",
    regular_expressions=f"let a = 4, g = 2; let b = a /2/ g; let c = /[/]\\/(?<!x)/u; {THEFT}",
)
def test_odd_syntax_that_node_runs_is_read(seen: Seen) -> None:
    """28: nothing that every parser takes is lost."""
    assert "sends-environment" in seen.errors_in("install.js")
    assert not seen.gaps


@codes(
    html=f"<!-- a comment in a script\n{THEFT}\n--> and another",
    html_between=f"let b = 1, a = b <!--b;\n{THEFT}",
    html_after_code=f"let a = 1; <!-- b\n/* */--> c\n{THEFT}",
)
def test_a_comment_that_not_every_parser_knows_is_told(seen: Seen) -> None:
    """28: to a script it is a comment and to a module it is none, so what it hides is matched, and it is a gap."""
    assert "sends-environment" in seen.errors_in("install.js")
    assert ("install.js", "unparsed") in seen.blind_at


@codes(
    odd_loop=f"for (async of => {{}}; false;) {{}}\n{THEFT}",
    odd_template=f"String.raw`\\unicode`;\n{THEFT}",  # only our grammar stumbles over it
)
def test_a_text_that_our_grammar_does_not_take_is_told(seen: Seen) -> None:
    """28: Node runs it, so it is a gap for whoever follows it and for whoever matches it, and is matched all the same."""
    assert seen.errors_in("install.js")
    assert seen.blind_at >= {("install.js", "unparsed"), ("install.js", "unmatched")}


@codes(
    brackets=f"{'[' * 20_000}{']' * 20_000};{THEFT}",
    calls=f"{'(' * 5_000}0{')' * 5_000};{THEFT}",
    templates=f"{'`${' * 2_000}0{'}`' * 2_000};{THEFT}",
    sums=f"let a = {'1+' * 50_000}1;{THEFT}",
)
def test_nesting_stops_no_inspection(seen: Seen) -> None:
    """28: what a parser gives up on is matched all the same, within a bounded time."""
    assert seen.errors_in("install.js")


@codes(
    line_separator=f"var q = 1 // a remark\u2028{THEFT}",
    paragraph_separator=f"var q = 1 // a remark\u2029{THEFT}",
    carriage_return=f"var q = 1 // a remark\r{THEFT}",
    line_separator_after_hashbang=f"#!/usr/bin/env node\u2028{THEFT}",
    carriage_return_after_hashbang=f"#!/usr/bin/env node\r{THEFT}",
)
def test_code_behind_a_foreign_line_end_is_code(seen: Seen) -> None:
    """29: the line ends of JavaScript are known, not only those of an editor."""
    assert "sends-environment" in seen.errors_in("install.js")


@codes(
    spaces=f"module.exports = 1;{' ' * 3_000}{THEFT}",
    tabs=f"module.exports = 1;{chr(9) * 900}{THEFT}",
    lines=f"module.exports = 1;{chr(10) * 5_000}{THEFT}",
)
def test_code_pushed_out_of_sight_is_read(seen: Seen) -> None:
    """30: blanks are no end of a line."""
    assert seen.errors_in("install.js")


BLANKS = "".join("\t" if bit == "1" else " " for byte in b"require('./b')" for bit in f"{byte:08b}")
ZERO_WIDTH = "\u200b\u200c" * 200
SELECTORS = "".join(chr(0xE0100 + byte) for byte in b"require('./b')")
DECODE_BLANKS = (
    "eval(String.fromCharCode(...s.match(/.{8}/g).map((b) => parseInt(b.replace(/ /g, 0).replace(/\\t/g, 1), 2))))"
)
DECODE_SELECTORS = "eval([...s].map((c) => String.fromCharCode(c.codePointAt(0) - 0xe0100)).join(''))"


@codes(
    B,
    tabs_and_blanks=f"const s = '{BLANKS}'; {DECODE_BLANKS}",
    variation_selectors=f"const s = '{SELECTORS}'; {DECODE_SELECTORS}",
    zero_width=f"const s = '{ZERO_WIDTH}'; run(s)",
)
def test_a_text_that_nobody_sees_blocks(seen: Seen) -> None:
    """30 and 31: a hidden alphabet, and evaluating what it spells, are signs of their own."""
    assert seen.errors & {"evaluates-hidden-code", "hides-invisible-text"}


@codes(
    identifier=r"\u0065val(require('fs').readFileSync('x.txt', 'utf8'))",
    braces=r"\u{65}val(require('fs').readFileSync('x.txt', 'utf8'))",
)
def test_evaluation_under_an_escaped_name_is_evaluation(seen: Seen) -> None:
    """31: escapes are undone before a file is followed, and are a sign by themselves."""
    assert seen.told("runs x.txt, which is not in the package")
    assert "hides-behind-escapes" in seen.errors


@codes(
    property=THEFT.replace("process.env", r"process.\u0065nv"),
    string=THEFT.replace("process.env", r"process['\x65nv']"),
    module=THEFT.replace("'https'", r"'\x68\u0074tps'"),
    homoglyph=f"const рrocess = process; {THEFT.replace('process', 'рrocess')}",  # noqa: RUF001 - the first letter is Cyrillic
    bidirectional=f"/*\u202e }} \u2066if (admin)\u2069 \u2066 */ {THEFT} /* \u202e \u2066*/",
)
def test_no_escape_or_look_alike_hides_code(seen: Seen) -> None:
    """31: escapes are undone before matching; letters that only look alike change nothing."""
    assert "sends-environment" in seen.errors_in("install.js")


ENV = "JSON.stringify(process.env)"


@codes(
    subscript=THEFT.replace("process.env", "process['env']"),
    concatenated=THEFT.replace("process.env", "process['e' + 'nv']"),
    joined=THEFT.replace("process.env", "process[['e', 'n', 'v'].join('')]"),
    reversed=THEFT.replace("process.env", "process['vne'.split('').reverse().join('')]"),
    char_codes=THEFT.replace("process.env", "process[String.fromCharCode(101, 110, 118)]"),
    template=THEFT.replace("process.env", "process[`${'e'}nv`]"),
    constant=f"const key = 'env'; {THEFT.replace('process.env', 'process[key]')}",
    table=f"const names = {{a: 'env'}}; {THEFT.replace('process.env', 'process[names.a]')}",
    listed=f"const names = ['x', 'env']; {THEFT.replace('process.env', 'process[names[1]]')}",
    sliced=THEFT.replace("process.env", "process['xenvx'.slice(1, 4)]"),
    replaced=THEFT.replace("process.env", "process['e-nv'.replace('-', '')]"),
    from_base64=THEFT.replace("process.env", "process[Buffer.from('ZW52', 'base64').toString()]"),
    from_hex=THEFT.replace("process.env", "process[Buffer.from('656e76', 'hex').toString('utf8')]"),
    at_of_base64=THEFT.replace("process.env", "process[atob('ZW52')]"),
    unescaped=THEFT.replace("process.env", "process[unescape('%65%6e%76')]"),
    destructured=f"const {{env}} = process; {THEFT.replace('process.env', 'env')}",
    renamed=f"const {{env: e}} = process; {THEFT.replace('process.env', 'e')}",
    by_global=THEFT.replace("process.env", "globalThis['process']['env']"),
)
def test_a_computed_name_is_the_name_it_is(seen: Seen) -> None:
    """32: constants are folded before a file is matched."""
    assert "sends-environment" in seen.errors_in("install.js")


@codes(by_reflection=THEFT.replace("process.env", "Reflect.get(process, 'env')"))
def test_a_member_that_another_function_takes_blocks(seen: Seen) -> None:
    """32: ``Reflect.get`` takes it from the whole process, and what is sent is known by that."""
    assert seen.errors_in("install.js")


@codes(
    radix=THEFT.replace("process.env", "process[(19399).toString(36).slice(0) && k]"),
    proxy=f"const p = new Proxy(process, {{get: (o, k) => o[k.slice(1)]}}); {THEFT.replace('process.env', 'p.xenv')}",
    tagged=f"const t = ([a]) => process[a]; {THEFT.replace('process.env', 't`env`')}",
    by_number=f"{THEFT.replace('process.env', 'process[Object.keys(process)[30]]')}",
    by_search=f"const k = Object.keys(process).find((n) => /^e.v$/.test(n)); {THEFT.replace('process.env', 'process[k]')}",
)
def test_a_name_that_is_computed_while_running_is_told(seen: Seen) -> None:
    """32: taking any member of ``process`` by a name nobody can know, and sending it, is told."""
    assert seen.errors_in("install.js") or ("install.js", "dynamic") in seen.blind_at
