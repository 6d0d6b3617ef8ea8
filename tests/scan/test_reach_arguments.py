"""What a text is started with is put where it takes it; who changes that, or does not say it, is told."""

from __future__ import annotations

import pytest

from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.test_reach import inspect, kinds, reached

ASKING = (
    "const query = process.argv[2]\n"
    "require('child_process').execSync('ldconfig -p | grep -E \"lib' + query + '.+(so|dylib)\"')\n"
)
REBUILDING = (
    "const args = process.argv.slice(2).filter(function (arg) { return arg !== '-f' })\n"
    "require('child_process').spawn('node-gyp', ['rebuild'].concat(args), {shell: true})\n"
)
SAVING = (
    "const at = process.argv.indexOf('--artifact')\nrequire('fs').writeFileSync(process.argv[at + 1], x)\n"
    "require('./later')\n"
)
TAKING = "const [, , source, target] = process.argv\nif (source) require('fs').writeFileSync(target, x)\n"
STARTING = "const [, , tool, file] = process.argv\nrequire('child_process').spawnSync(tool, [file])\n"
TABLE = "import sys\ndef main(argv):\n    open(argv[2], 'w').write(x)\nif __name__ == '__main__':\n    main(sys.argv)\n"


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("node a.js jpeg", {"a.js": ASKING}),
        ("node a.js jpeg; node a.js gif", {"a.js": ASKING}),
        ("node a.js jpeg", {"a.js": "const { argv } = process\n" + ASKING.replace("process.argv", "argv")}),
        ("node a.js", {"a.js": REBUILDING, "binding.gyp": "{}"}),
        ("node a.js", {"a.js": "require('./b')", "b.js": REBUILDING, "binding.gyp": "{}"}),
        ("node a.js --artifact build/x.node", {"a.js": SAVING, "later.js": ""}),
        ("node a.js in.ttf map.json; node b.js", {"a.js": TAKING, "b.js": ""}),
        ("python3 a.py in.txt table.json; node b.js", {"a.py": TABLE, "b.js": ""}),
        ("python3 a.py in.txt table.json; node b.js", {"a.py": "import sys\nopen(sys.argv[2], 'w')", "b.js": ""}),
    ],
)
def test_known_arguments_are_read_in_their_place(command: str, files: Files) -> None:
    assert kinds(inspect(command, files)) == set()


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("node a.js '\"; node evil.js; \"'", {"a.js": ASKING}),
        ("node a.js jpeg; node a.js '\"; node evil.js; \"'", {"a.js": ASKING}),
        ("node a.js '; node evil.js'", {"a.js": REBUILDING}),
        ("node a.js node evil.js", {"a.js": STARTING}),
        ("node a.js node y", {"a.js": STARTING.replace("argv", "argv.reverse()")}),
        ("node a.js node y", {"a.js": STARTING.replace("argv", "argv = ['', '', '', 'evil.js']")}),
        ("node a.js node y", {"a.js": STARTING.replace("argv", "argv\n.fill('evil.js')")}),
        ("node a.js '; node evil.js'", {"a.js": "require('./b')", "b.js": REBUILDING}),
        ("node a.js x; node a.js '; node evil.js'", {"a.js": "require('./b')", "b.js": REBUILDING}),
        ("node a.js", {"a.js": REBUILDING.replace("require", "args.push('; node evil.js'); require")}),
        ("node a.js evil.js", {"a.js": "require('child_process').spawn('node', process.argv.slice(2))"}),
        (
            "node a.js node evil.js",
            {"a.js": "const a = process.argv.slice(2)\nrequire('child_process').spawn(a.shift(), a)"},
        ),
    ],
)
def test_a_command_in_an_argument_is_followed_or_told(command: str, files: Files) -> None:
    inspection = inspect(command, {**files, "evil.js": ""})
    assert "evil.js" in reached(inspection) or kinds(inspection)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("node a.js $X", {"a.js": ASKING}),
        ("node a.js $(cat b)", {"a.js": ASKING}),
        ("node a.js jpeg", {"a.js": "process.argv[2] = f();" + ASKING}),
        ("node a.js jpeg", {"a.js": "process.argv.splice(2, 1, f());" + ASKING}),
        ("node a.js jpeg", {"a.js": "const a = process.argv; a[2] = f();" + ASKING}),
        ("node a.js jpeg", {"a.js": "const {argv} = process; argv[2] = f();" + ASKING}),
        ("node a.js jpeg", {"a.js": "const { argv } = process; f(argv);" + ASKING}),
        ("node a.js jpeg", {"a.js": "process['argv'][2] = f();" + ASKING}),
        ("node a.js jpeg", {"a.js": "require('./b');" + ASKING, "b.js": "process.argv = f()"}),
        ("node a.js jpeg", {"a.js": ASKING.replace("(", "(f(), ", 1), "b.js": "process.argv.length = 0"}),
        (
            "node a.js",
            {"a.js": "new (require('worker_threads').Worker)(__dirname + '/b.js', {argv: x})", "b.js": ASKING},
        ),
        ("echo x | xargs node a.js", {"a.js": ASKING}),
        ("node a.js", {"a.js": REBUILDING.replace("args)", "args, f())")}),
        ("node a.js", {"a.js": REBUILDING.replace("require", "args[0] = f(); require")}),
        ("node a.js", {"a.js": REBUILDING.replace("slice(2)", "slice(1)")}),
        ("node a.js", {"a.js": REBUILDING.replace(".filter", ".map")}),
        ("node a.js --artifact later.js", {"a.js": SAVING, "later.js": ""}),
        ("node a.js", {"a.js": SAVING.replace("'--artifact'", "__filename"), "later.js": ""}),
        ("python3 a.py in.txt b.js; node b.js", {"a.py": TABLE, "b.js": ""}),
        ("python3 a.py in.txt t; node b.js", {"a.py": TABLE + "    main([0, 1, f()])\n", "b.js": ""}),
        ("python3 a.py in.txt t; node b.js", {"a.py": TABLE + "    f(main)\n", "b.js": ""}),
        ("python3 a.py in.txt t; node b.js", {"a.py": "import sys\nsys.argv[2] = f()\n" + TABLE, "b.js": ""}),
        ("python3 a.py in.txt t; node b.js", {"a.py": "import sys\nsys.argv.append(f())\n" + TABLE, "b.js": ""}),
    ],
)
def test_arguments_that_may_be_others_stay_a_gap(command: str, files: Files) -> None:
    assert kinds(inspect(command, files))


def test_a_library_that_changes_the_arguments_is_told() -> None:
    lib = a_package({"package.json": a_manifest("lib"), "index.js": "process.argv[2] = f()"}, an_artifact("lib"))
    assert kinds(inspect("node a.js jpeg", {"a.js": "require('lib');" + ASKING}, (lib,)))
    quiet = a_package({"package.json": a_manifest("lib"), "index.js": "f(process.argv[2])"}, an_artifact("lib"))
    assert not kinds(inspect("node a.js jpeg", {"a.js": "require('lib');" + ASKING}, (quiet,)))


def test_a_file_that_an_unpacked_argument_names_may_be_replaced_before_it_runs() -> None:
    assert kinds(inspect("node a.js in.ttf b.js; node b.js", {"a.js": TAKING, "b.js": ""})) == {"dynamic"}


def test_an_empty_argument_may_leave_a_place_beside_the_text() -> None:
    text = "require('fs').writeFileSync(require('path').join(process.argv[2], 'b.js'), x); require('./b')"
    assert kinds(inspect("node a ''", {"a.js": text, "b.js": ""}))
    assert not kinds(inspect("node a /tmp/", {"a.js": text, "b.js": ""}))
