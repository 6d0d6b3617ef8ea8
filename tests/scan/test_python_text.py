"""Python is read for what it imports, starts, hides, reads, contacts and writes."""

from __future__ import annotations

import pytest

from safe_install.scan.python.python import Python, read_python
from safe_install.scan.shell.words import PACKAGE_ROOT


def read(text: str, path: str | None = "scripts/x.py") -> Python:
    return read_python(text.encode(), path)


def told(text: str) -> list[str]:
    """Write what a text leads to, without the modules that come with Python."""
    python = read(text)
    leads = [f"{lead.kind} {lead.target.shown}" for lead in python.leads if not lead.optional]
    return [*leads, *(f"$ {one.shown}" for one in python.commands), *(f"! {one.kind}" for one in python.blinds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print('hello')", []),
        ("import json, sys\nprint(json.dumps(sys.argv))", []),
        ("import helper", ["python-module helper"]),
        ("from . import a", ["python-module ."]),
        ("from .a import b", ["python-module .a"]),
        ("__import__('helper')", ["python-module helper"]),
        ("import importlib\nimportlib.import_module('a.b')", ["python-module a.b"]),
        ("import os\nos.system('node x.js')", ["shell-text node x.js"]),
        ("from os import system as s\ns('node ' + 'x.js')", ["shell-text node x.js"]),
        ("from os import *\nsystem('node x.js')", ["shell-text node x.js"]),
        ("import os as o\nf = o.popen\nf('node %s' % 'x.js')", ["shell-text node x.js"]),
        ("getattr(__import__('os'), 'sys' + 'tem')('node x.js')", ["shell-text node x.js"]),
        ("import os\nvars(os)['system']('node x.js')", ["shell-text node x.js"]),
        ("import sys\nsys.modules['os'].system('node x.js')", ["shell-text node x.js"]),
        ("import subprocess\nsubprocess.run(['node', 'x.js'])", ["$ node x.js"]),
        ("import subprocess as s\ns.check_output('node x.js', shell=True)", ["shell-text node x.js"]),
        ("import subprocess\nargs = ['node', 'x.js']\nsubprocess.Popen(args)", ["$ node x.js"]),
        ("import subprocess\nsubprocess.call(['sh', '-c', 'node {}'.format('x.js')])", ["$ sh -c node x.js"]),
        ("import os\nos.execvp('node', ['node', 'x.js'])", ["$ node x.js"]),
        ("import os\nos.spawnl(os.P_WAIT, 'node', 'node', 'x.js')", ["$ node x.js"]),
        ("exec('import helper')", ["python-text import helper"]),
        ("exec(compile(open('a.txt').read(), 'a', 'exec'))", ["python a.txt"]),
        ("import base64\nexec(base64.b64decode('cHJpbnQoMSk='))", ["python-text print(1)"]),
        ("exec(bytes.fromhex('7072696e74').decode() + '(1)')", ["python-text print(1)"]),
        ("exec(')1(tnirp'[::-1])", ["python-text print(1)"]),
        ("eval(''.join(map(chr, [120, 49])))", ["python-text x1"]),
        ("eval(''.join(chr(c) for c in [120, 49]))", ["python-text x1"]),
        ("import runpy\nrunpy.run_path('a.txt')", ["python a.txt"]),
        ("exec(x)", ["! dynamic"]),
        ("import urllib.request as u\nexec(u.urlopen('https://a.test/x').read())", ["! downloaded"]),
        ("import pickle\npickle.loads(x)", ["! dynamic"]),
        ("import marshal\nmarshal.loads(x)", ["! dynamic"]),
        ("import ctypes\nctypes.CDLL('./x.so')", ["! native-code"]),
        ("list(map(eval, x))", ["! dynamic"]),
        ("().__class__.__base__.__subclasses__()", ["! dynamic"]),
        ("import os\ngetattr(os, x)('a')", ["! dynamic"]),
        ("import re\nre.compile('x')", []),
        ("def compile(x):\n  return x\n\ncompile('x')", []),
        ("compile('x', 'a', 'exec')\ndef compile(x):\n  return x", ["python-text x"]),
    ],
)
def test_what_a_text_leads_to(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_paths_from_the_file_itself_start_at_the_package_s_root() -> None:
    text = "import os, runpy\nHERE = os.path.dirname(os.path.abspath(__file__))\nrunpy.run_path(os.path.join(HERE, '..', 'a.py'))"
    assert [lead.target.literal for lead in read(text).leads][-1] == f"{PACKAGE_ROOT}/scripts/../a.py"


def test_a_file_beside_the_text_may_stand_before_python_s_own_module() -> None:
    lead = read("import json").leads[0]
    assert lead.target.literal == "json"
    assert lead.optional


def test_a_place_added_to_the_path_is_looked_in() -> None:
    leads = read("import sys\nsys.path.insert(0, 'lib')\nimport json").leads
    assert [lead.directory.literal for lead in leads if lead.directory is not None] == ["lib", "lib"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import os\nos.environ['A']", {"A"}),
        ("import os\nos.environ.get('A', '')", {"A"}),
        ("import os\nos.getenv('A')", {"A"}),
        ("import os\n'A' in os.environ", {"A"}),
        ("from os import environ as e\ne['A']", {"A"}),
        ("import os\nprint(dict(os.environ))", {"*"}),
        ("import os\nfor k in os.environ: pass", {"*"}),
    ],
)
def test_names_of_the_environment(text: str, names: set[str]) -> None:
    assert read(text).environment == names


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("x = 'https://a.test/y'", "a.test"),
        ("import socket\nsocket.socket().connect(('a.test', 443))", "a.test"),
        ("import http.client\nhttp.client.HTTPSConnection('a.test')", "a.test"),
    ],
)
def test_hosts(text: str, host: str) -> None:
    assert read(text).hosts == {host}


@pytest.mark.parametrize(
    ("text", "writes", "fills"),
    [
        ("open('a', 'w')", ["a"], ["a"]),
        ("open('a')", [], []),
        ("open('a', mode)", ["a"], ["a"]),
        ("import shutil\nshutil.copy('a', 'b')", ["b"], ["b"]),
        ("import os\nos.remove('a')", ["a"], []),
        ("from pathlib import Path\nPath('a').write_text('x')", ["a"], ["a"]),
    ],
)
def test_writes(text: str, writes: list[str], fills: list[str]) -> None:
    said = read(text)
    assert [word.shown for word in said.writes] == writes
    assert [word.shown for word in said.fills] == fills


def test_an_encoding_that_the_file_names_is_undone() -> None:
    hidden = "# coding: utf-7\nimport os\nos+AC4-system('node x.js')\n"
    assert [lead.target.shown for lead in read_python(hidden.encode(), None).leads][-1] == "node x.js"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "x=" + "-" * 100_000 + "1",
        "x=" + "+".join(["a"] * 50_000),
        "a0='x'\n" + "\n".join(f"a{i + 1}=a{i}+a{i}" for i in range(60)) + "\nexec(a60)",
        "x" + ".y" * 50_000,
        "#" * 600_000,
        "\0",
        "# coding: nowhere\nx",
    ],
)
def test_hostile_text_ends_in_a_blind(text: str) -> None:
    assert read(text).blinds
