"""A native library is a known end where the package's own sources give it, and is bound by its digest; any other is a gap."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from tests.builders import Files
from tests.scan.test_reach import ELF, inspect, kinds

MACH = b"\xcf\xfa\xed\xfe" + b"\0" * 28
WINDOWS = b"MZ" + b"\0" * 62
GYP = "{'targets': [{'target_name': 'thing', 'sources': ['src/thing.cc']}]}"
LOADS = "require('path').join; module.exports = require(`./bin/${process.platform}-${process.arch}-108/thing`)"
BUILT: Files = {
    "a.js": LOADS,
    "binding.gyp": GYP,
    "src/thing.cc": "",
    "bin/linux-x64-108/thing.node": ELF,
    "bin/darwin-x64-108/thing.node": MACH,
    "bin/win32-x64-108/thing.node": WINDOWS,
}


def without(*paths: str, **more: str | bytes) -> Files:
    """Leave files out, and put others in; ``__`` is a slash, ``_`` a dot."""
    added = {name.replace("__", "/").replace("_", "."): text for name, text in more.items()}
    return {**{path: text for path, text in BUILT.items() if path not in paths}, **added}


def test_a_library_that_the_packages_sources_give_is_a_known_end() -> None:
    inspection = inspect("node a.js", BUILT)
    assert kinds(inspection) == set()
    assert BoundaryKind.LOADS_NATIVE in {one.kind for one in inspection.boundaries}


@pytest.mark.parametrize(
    "files",
    [
        without("binding.gyp"),
        without("src/thing.cc"),
        without("bin/win32-x64-108/thing.node"),
        without(binding_gyp=GYP.replace("'thing'", "'other'")),
        without(binding_gyp=GYP.replace("['src/thing.cc']", "[]")),
        without(binding_gyp=f"{GYP} if 1 else 2"),
        {**BUILT, "bin/linux-x64-108/thing.node": WINDOWS},
        {**BUILT, "bin/linux-x64-108/thing.node": "text"},
        {**BUILT, "a.js": "require('./lib/thing.node')", "lib/thing.node": ELF},
        {**BUILT, "a.js": "require('./bin/linux-x64-108/other.node')", "bin/linux-x64-108/other.node": ELF},
        {**BUILT, "bin/linux-x64-108/thing.js/index.node": ELF, "a.js": "require('./bin/linux-x64-108/thing.js')"},
        {**BUILT, "a.js": LOADS.replace("process.arch", "f(process.arch)")},
        {**BUILT, "a.js": "require('child_process').spawn('./bin/linux-x64-108/thing.node')"},
        {path.replace("bin/", ".bin/"): text for path, text in BUILT.items()} | {"a.js": LOADS.replace("bin", ".bin")},
    ],
)
def test_any_other_library_is_a_gap(files: Files) -> None:
    assert kinds(inspect("node a.js", files))


@pytest.mark.parametrize("path", ["bin/linux-x64-108/thing.node", "lib/more.so.1", "x.DLL"])
def test_a_changed_library_changes_the_fingerprint(path: str) -> None:
    before = inspect("node a.js", {**BUILT, path: ELF})
    after = inspect("node a.js", {**BUILT, path: ELF + b"\1"})
    assert not before.gaps
    assert not after.gaps
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize("version", [r"/[0-9]+\.[0-9]+/.exec(process.versions.node)[0]", "process.versions.modules"])
def test_a_part_of_nodes_version_names_files_for_certain(version: str) -> None:
    files = {"a.js": f"require('./lib/for-' + {version} + '/x')", "lib/for-20/x.js": "", "lib/for-18/x.js": ""}
    assert kinds(inspect("node a.js", files)) == set()


@pytest.mark.parametrize("version", ["/.*/.exec(x)[0]", r"/[0-9.\/]+/.exec(process.versions.node)[0]", "/1/.exec(f())"])
def test_a_part_of_anything_else_does_not(version: str) -> None:
    files = {"a.js": f"require('./lib/for-' + {version} + '/x')", "lib/for-20/x.js": ""}
    assert kinds(inspect("node a.js", files))


@pytest.mark.parametrize(
    "text",
    [
        "if (process.thing) module.exports = process.thing; else process.thing = module.exports = f()",
        "process.binding('async_wrap').setup()",
        "process._tickCallback()",
        "if (process.versions.electron) require('electron').app.quit()",
    ],
)
def test_what_hides_nothing_is_no_gap(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": text})) == set()


@pytest.mark.parametrize(
    "text",
    [
        "process.thing = require; process.thing(x)",
        "process.thing = process.binding; f(process.thing)",
        "process.thing('x')",
        "module.exports = process.execve",
        "module.exports = process.mainModule",
        "process.binding('spawn_sync').spawn(x)",
        "process.binding(x)",
        "f(process.binding)",
        "process.reallyExit = f",
    ],
)
def test_what_may_hide_something_is_a_gap(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": text}))


@pytest.mark.parametrize(
    ("command", "gap"),
    [
        ("ldd --version 2>&1 | head -n1 | grep musl | wc -l", False),
        ("echo evil", True),
        ("echo evil; ls | wc -l", True),
        ("echo evil & ls | wc -l", True),
        ("ls | wc -l; echo evil", True),
        ("ls | wc -l | sed s/./evil/", True),
        ("ls | wc --files0-from=x", True),
        ("echo `f` | wc -l", True),
    ],
)
def test_a_condition_may_count_and_never_evaluate_what_a_command_writes(command: str, gap: bool) -> None:  # noqa: FBT001 - a table
    text = f"{{'variables': {{'n': '<!({command})'}}, 'conditions': [['<(n) == 1', {{}}]]}}"
    assert (
        "a condition evaluates"
        in "".join(one.detail for one in inspect("node-gyp rebuild", {"binding.gyp": text}).gaps)
    ) is gap
