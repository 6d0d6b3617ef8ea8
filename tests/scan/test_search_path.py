"""A PATH of the system's own places changes nothing; one with an empty directory does when that fills; any other is a gap."""

from __future__ import annotations

import pytest

from tests.builders import Files, a_manifest, a_package
from tests.scan.trees import inspect, kinds

ASKS = "require('child_process').execSync('ldconfig -p | sed s/a/b/')\n"


@pytest.mark.parametrize(
    "text",
    [
        "process.env.PATH = '...'",
        "process.env.PATH = '/usr/bin:/bin'",
        "process.env.PATH = process.env.PATH + ':/usr/local/sbin'",
        "process.env['PATH'] = `/opt/x/bin:${process.env.PATH}`",
    ],
)
def test_a_path_on_which_nothing_of_the_package_is_changes_nothing(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": f"{text}\n{ASKS}", "lib/x": ""})) == set()


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("process.env.PATH = 'tools'", {"tools/ldconfig": ""}),
        ("process.env.PATH = 'Tools'", {"lib/tools/ldconfig": ""}),
        ("process.env.PATH = '...'; require('fs').writeFileSync('.../ldconfig', x)", {}),
        ("process.env.PATH = '...'; require('fs').copyFileSync('x', '.../ldconfig')", {}),
        ("process.env.PATH = '...'; require('fs').writeFileSync(f(), x)", {}),
        ("process.env.PATH = '...'; require('fs').renameSync('lib', '...')", {}),
        ("process.env.PATH = '...'; require('child_process').execSync('tar xf x.tar')", {}),
        ("process.env.PATH = '...'; require('child_process').execSync('echo x > .../ldconfig')", {}),
        ("process.env.PATH = '...'; require('child_process').execSync('sed -n wx a')", {}),
        ("process.env.PATH = '...'; require('child_process').execSync('git checkout x')", {}),
        ("process.env.PATH = '.'", {}),
        ("process.env.PATH = '..'", {}),
        ("process.env.PATH = ''", {}),
        ("process.env.PATH = 'a/b'", {}),
        ("process.env.PATH = '~/x'", {}),
        ("process.env.PATH = '/usr/../tmp/x'", {}),
        ("process.env.PATH = '/tmp/x'", {}),
        ("process.env.PATH = '/home/x/bin'", {}),
        ("process.env.PATH = __dirname", {}),
        ("process.env.PATH = f()", {}),
        ("process.env.PATH = process.env.OTHER", {}),
        ("process.env.PATH += ':x'", {}),
        ("process.env.Path = '...'", {}),
        ("f({PATH: '...'})", {}),
        ("process.env.PATH = '...'; require('./b')", {"b.js": "process.env.PATH = f()"}),
    ],
)
def test_any_other_path_is_a_gap(text: str, files: Files) -> None:
    assert kinds(inspect("node a.js", {"a.js": f"{text}\n{ASKS}", **files}))


SETS = "process.env.PATH = '...'\nrequire('child_process').execSync('ldconfig -p')\n"
BUILDS = {"binding.gyp": "{'variables': {'x': '<!(node asks.js)'}}", "asks.js": SETS}
INSTALLS = "node-pre-gyp install --fallback-to-build"


def where_it_unpacks(path: object, command: str = INSTALLS) -> set[str]:
    """Inspect a build that sets the PATH, behind a helper that unpacks a library below a directory."""
    host = {"module_name": "x", "host": "https://github.com/x/x/releases"}
    package = a_package({"package.json": a_manifest("node-pre-gyp", bin={"node-pre-gyp": "b.js"}), "b.js": "1"})
    manifest = {"binary": {**host, "module_path": path}, "dependencies": {"node-pre-gyp": "1"}}
    return kinds(inspect(command, BUILDS, package, **manifest))


@pytest.mark.parametrize("path", ["build/Release", "./lib/binding/{platform}-{arch}/"])
def test_what_is_unpacked_below_where_builds_go_fills_no_directory_of_the_path(path: str) -> None:
    assert where_it_unpacks(path) == set()


@pytest.mark.parametrize("path", ["...", "./", "lib/...", "build/../...", "/tmp", "lib/{module_name}", "build", None])
def test_what_is_unpacked_elsewhere_may_fill_a_directory_of_the_path(path: object) -> None:
    assert "dynamic" in where_it_unpacks(path)
    assert "dynamic" in where_it_unpacks("build/Release", f"{INSTALLS} --module_path={path}")
