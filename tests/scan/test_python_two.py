"""Text of Python 2 is read as version 3 writes it; what is not certain of it is not read."""

from __future__ import annotations

import ast

import pytest

from safe_install.scan.gyp.gyp import read_gyp
from safe_install.scan.python_two import as_version_three
from tests.scan.test_gyp import told as told_of_gyp
from tests.scan.test_python_text import told

NUMBER = "from ctypes.util import find_library;print int(find_library('a')!=None)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print 'x'", []),
        ("import sys\nif 1: print >>sys.stderr, 'x' % 0777,; print\nelse: print 10L, 1 <> 2", []),
        ("try:\n  pass\nexcept (OSError, IOError), e:\n  raise ValueError, 'x'", []),
        ("print 'x'\nimport os; os.system('node x.js')", ["shell-text node x.js"]),
        ("import os\nprint 'a', os.popen('node x.js').read(),", ["shell-text node x.js"]),
        ("import commands as c\nprint c.getoutput('node x.js')", ["shell-text node x.js"]),
        ("import popen2\nprint popen2.popen3('node x.js')", ["shell-text node x.js"]),
        ("import __builtin__\nprint 'x'\n__builtin__.eval('a()')", ["python-text a()"]),
        ("exec 'import os' in {}", ["python-text import os"]),
        ("exec a.decode('hex')", ["! dynamic"]),
        ("exec(a) in b", ["! dynamic"]),
        ("print 'x'\nexecfile('a.py')", ["python a.py"]),
        ("execfile('a.py')", ["python a.py"]),
        ("print 'x'\ninput()", ["! dynamic"]),
        ("import os\n'''a' \\''' 'b'''; print 'x'; os.system('''node x.js''')", ["shell-text node x.js"]),
        ("import os\nprint ur'\\\\'; os.system('node x.js')  # '", ["shell-text node x.js"]),
        ("import os\nprint '#'; os.system('node x.js')", ["shell-text node x.js"]),
        ("import os\nprint 'a' \\\n  'b'; os.system('node x.js')", ["shell-text node x.js"]),
        ("print `x`", ["! unparsed"]),
        ("print 'x", ["! unparsed"]),
        ("def f((a, b)): print a", ["! unparsed"]),
        ("function f() { echo a; }", ["! unparsed"]),
    ],
)
def test_what_a_text_of_python_two_leads_to(text: str, expected: list[str]) -> None:
    assert [one for one in told(text) if not one.startswith("python-module")] == expected


@pytest.mark.parametrize("text", ["print.x = 1", "exec (a)", "print", "raise", "print >>f, a"])
def test_what_both_versions_know_stays(text: str) -> None:
    assert ast.dump(ast.parse(as_version_three(text) or "")) == ast.dump(ast.parse(text))


@pytest.mark.parametrize(
    "text", ["x = '" + "\\'" * 60_000, '"""' + '\\"""' * 30_000, "print " * 20_000 + "`", "exec (" * 20_000]
)
def test_what_is_no_python_at_all_is_told_soon(text: str) -> None:
    assert told(text) == ["! unparsed"]


def test_before_the_path_of_a_loaded_file_stands_its_name() -> None:
    assert "python b.py" in told("import imp\nimp.load_source('a', 'b.py')")


def conditioned(python: str) -> str:
    """Write a gyp file with a condition that is a number which Python prints."""
    command = f"<!(python -c '{python}')".replace('"', r"\"").replace("'a'", r"\"a\"").replace("'", r"\'")
    return f"{{'variables': {{'x': '{command}'}}, 'conditions': [['<(x)==1', {{}}]]}}"


@pytest.mark.parametrize("python", [NUMBER, "import sys, platform; print(int(platform.machine() == sys.platform))"])
def test_a_number_that_python_prints_is_no_code_of_a_condition(python: str) -> None:
    assert [one for one in told_of_gyp(conditioned(python)) if one.startswith("!")] == []


@pytest.mark.parametrize(
    "python",
    [
        "print x",
        NUMBER.replace("print int", "print str"),
        NUMBER.replace("import find_library", "import find_library as int"),
        f"{NUMBER};print 'a'",
        NUMBER.replace("find_library('a')", "print('a')"),
        NUMBER.replace("find_library('a')", "find_library(exec('a'))"),
        "import os;print int(os.system('a'))",
        "import sys;print int(sys.stdout.write('a') or 1)",
        "from sys import displayhook;print int(displayhook('a') or 1)",
        "from ctypes.util import *;print int(1)",
        "import evil;print int(1)",
    ],
)
def test_anything_else_that_python_prints_may_be_code_of_a_condition(python: str) -> None:
    assert "! dynamic" in told_of_gyp(conditioned(python))


def test_a_module_of_the_package_stands_before_python_s() -> None:
    blinds = read_gyp(conditioned(NUMBER), own=("ctypes",)).blinds
    assert [one.kind.value for one in blinds] == ["dynamic"]
