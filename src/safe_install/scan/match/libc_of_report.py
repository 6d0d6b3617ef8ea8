"""Node's report on itself, which holds the environment, where only the version of glibc and its libraries are looked at.

So the loaders of prebuilt addons tell musl from glibc.
"""

from __future__ import annotations

import re

_TAKEN = re.compile(
    r"\s*(?:(?:const|let|var)\s)?\s{0,9}(?P<name>[\w$]{1,60})\s{0,9}=\s{0,9}"
    r"(?:typeof process\.report(?:\?\.|\.)getReport === [\"']function[\"']\s{0,9}\?\s{0,9})?"
    r"process\.report(?:\?\.|\.)getReport\(\)(?:\s{0,9}:\s{0,9}(?:null|undefined))?\s{0,9};?\s*"
)
"""A line that does nothing but give a name to the report."""
_OF_HEAD = re.compile(
    r"\s*(?:const|let|var) \{ ?glibcVersionRuntime(?:: ?[\w$]{1,60})? ?\} = process\.report(?:\?\.|\.)getReport\(\)\.header;?\s*"
)
_ESCAPED = re.compile(r"\\u|\beval\b|\bwith\s{0,9}\(")


def tells_libc(content: str, line: str) -> bool:
    """Tell whether a line gives the report a name by which nothing in the file takes more of it than the libraries and glibc's version."""
    if _OF_HEAD.fullmatch(line):
        return True
    taken = _TAKEN.fullmatch(line)
    if taken is None or _ESCAPED.search(content):
        return False
    name = re.escape(taken["name"])
    rest = content.replace(line, "")
    said = len(re.findall(rf"(?<![\w$]){name}(?![\w$])", rest))
    harmless = re.findall(
        rf"\bprocess\.{name}(?![\w$])"
        rf"|(?<![\w$.]){name}\??\.(?:sharedObjects\b|header(?:\??\.glibcVersionRuntime\b|(?=\s{{0,9}}&&)))"
        rf"|!{name}(?=\s{{0,9}}[)&|?])"
        rf"|\bif \({name}(?=\s{{0,9}}(?:\)|&&))"
        rf"|\b(?:let|var) {name}(?: = null)?\s{{0,9}}[;\n]",
        rest,
    )
    return said == len(harmless)
