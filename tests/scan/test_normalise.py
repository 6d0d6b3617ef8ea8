"""The plain spelling of a script, and the way back to what the package wrote."""

from __future__ import annotations

import pytest

from safe_install.model import Language
from safe_install.scan import grammars
from safe_install.scan.match.normalise import Normalised, normalise


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
    "written", [r'"\x22 \u0027 \\x41 \n \x1b[0m \0"', r"`\x24{a} $\{b} \`c`", r"/\x2f\u0065\d/", r"// \u0065val"]
)
def test_an_escape_that_means_something_stays(written: str) -> None:
    assert plain(written) == written


@pytest.mark.parametrize("end", ["\r", "\u2028", "\u2029"])
def test_code_after_a_foreign_line_end_is_no_comment(end: str) -> None:
    assert plain(f"var q = 1 // remark{end}run()") == "var q = 1 // remark\nrun()"
    assert plain(f"#!/usr/bin/env node{end}run()").splitlines()[1] == "run()"
    assert plain(f"\ufeff#!/usr/bin/env node{end}run()").splitlines()[1] == "run()"


def test_a_line_end_inside_a_literal_stays() -> None:
    assert plain('"a\u2028b" + `c\rd`') == '"a\u2028b" + `c\rd`'


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
    monkeypatch.setattr(grammars, "SECONDS", 0.05)
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
    ],
)
def test_a_shell_word_in_pieces_becomes_whole(written: str, read: str) -> None:
    assert plain(written, Language.SHELL) == read


def test_a_shell_comment_is_a_whole_line() -> None:
    written = b"#!/bin/sh\n  # remark\nrun # remark"
    read = normalise(written, Language.SHELL)
    assert read.comments == ((10, 20),)


@pytest.mark.parametrize("language", [Language.PYTHON, Language.GYP, Language.JSON, Language.TEXT])
def test_other_languages_stay_as_they_are(language: Language) -> None:
    assert normalise(b'\xff x["y"]\r', language) == Normalised(content=b'\xff x["y"]\r')
