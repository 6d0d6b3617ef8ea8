"""An .npmrc means to us what it means to npm."""

from __future__ import annotations

import pytest

from safe_install.scan.lock.npmrc import expand, parse_npmrc
from tests.scan.npm_itself import npm_itself

ENV = {"A": "a", "EMPTY": "", "NPM_TOKEN": "t0ken"}

SETTINGS = {
    "registry=https://registry.example.test/": {"registry": "https://registry.example.test/"},
    "  registry  =  x  ": {"registry": "x"},
    "a=1\nb=2\r\nc=3\rd=4\n\n": {"a": "1", "b": "2", "c": "3", "d": "4"},
    "a=b=c": {"a": "b=c"},
    "a": {"a": "true"},
    "a=": {"a": ""},
    "; a=1\n# b=2\n  ;c=3": {},
    "a=1;2\nb=1#2\nc=1\\;2\nd=1\\#2\ne=1\\2\nf=1\\\\2\ng=1\\": {
        "a": "1",
        "b": "1",
        "c": "1;2",
        "d": "1#2",
        "e": "1\\2",
        "f": "1\\2",
        "g": "1\\",
    },
    "a;b=1": {"a": "1"},
    'a="1;2"\nb=\'1#2\'\nc="\\n"\nd="open': {"a": "1;2", "b": "1#2", "c": "", "d": '"open'},
    "\"script-shell\"=x\n'git'=y": {"script-shell": "x", "git": "y"},
    "'[\"script-shell\"]'=x\n'[[\"git\"]]'=y": {"script-shell": "x", "git": "y"},
    "a='123'\nb='[1,null,[2]]'\nc='{\"d\":1}'\ne='true'": {"a": "123", "b": "1\n\nnull\n\n2", "e": "true"},
    "ca[]=one\nca[]=two": {"ca": "one\n\ntwo"},
    "ca=one\nca[]=two\nca=three": {"ca": "one\n\ntwo\n\nthree"},
    "[]=1": {"[]": "1"},
    "a=1\na=2": {"a": "2"},
    "a=1\n[section]\na=2\nb=3": {"a": "1"},
    "[section] \nb=3": {},
    "[not] = a section": {"[not]": "a section"},
    "__proto__=1": {},
    "a.b=null\nc=null": {"c": "null"},
    "\ufeffa=1": {"a": "1"},
    "a=\u00a01\u00a0": {"a": "1"},
    "a=1\u2028b": {},
    "a\u2028=1": {"a": "1"},
    "a=${A}\n${A}=b": {"a": "b"},
    "b=x${A}y${A}": {"b": "xaya"},
    "b=${UNSET}\nc=${UNSET?}\nd=${A?}\ne=${EMPTY}": {"b": "${UNSET}", "c": "", "d": "a", "e": ""},
    "b=\\${A}\nc=\\\\\\\\${A}": {"b": "${A}", "c": "\\a"},
    "b=${A\nc=$A\nd=${}\ne=${A-x}": {"b": "${A", "c": "$A", "d": "${}", "e": "${A-x}"},
    "//registry.example.test/:_authToken=${NPM_TOKEN}": {"//registry.example.test/:_authToken": "t0ken"},
    "@s:registry=https://x.example.test": {"@s:registry": "https://x.example.test"},
}


@pytest.mark.parametrize(("text", "settings"), SETTINGS.items())
def test_settings_are_read_as_npm_reads_them(text: str, settings: dict[str, str]) -> None:
    assert parse_npmrc(text, ENV) == settings


@pytest.mark.npm
def test_npm_itself_reads_the_same_settings() -> None:
    answers = npm_itself("scan/npm_readers.cjs", [[text, ENV] for text in SETTINGS], "npmrc")
    assert [dict(answer) for answer in answers] == list(SETTINGS.values())


@pytest.mark.parametrize(
    ("text", "expanded"), [("\\${A}", "${A}"), ("\\\\${A}", "\\a"), ("\\\\\\${A}", "\\${A}"), ("${${A}}", "${a}")]
)
def test_a_backslash_keeps_a_variable(text: str, expanded: str) -> None:
    assert expand(text, ENV) == expanded
