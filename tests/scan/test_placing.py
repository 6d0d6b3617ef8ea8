"""A file that was read may become another before it runs, also where no command names it: that is told."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, kinds

OTHER: Files = {"run.js": "console.log(1)\n", "x/run.js": "console.log(2)\n", "x/notes.txt": "notes\n", "data.tar": "x"}

REPLACING = [
    "cp -r x/. .",
    "cp -r x/* .",
    "cp -Ra x/. ./",
    "cp --recursive x/. .",
    "cp x/run.js .",
    "cp -t . x/run.js",
    "cp --target-directory=. x/run.js",
    'cp x/run.js "$PWD/"',
    "cp x/*.js .",
    'cp "$NAME" .',
    "mv x/run.js ./",
    "mv -t . x/run.js",
    "install x/run.js .",
    "install -m 755 x/run.js run.js",
    "ln -sf x/run.js .",
    "ditto x .",
    "tar xf data.tar",
    "tar -xzf data.tar",
    "tar --extract -f data.tar",
    "tar xf data.tar -C .",
    "tar xf data.tar --directory=.",
    "tar -C x -cf - . | tar xf -",
    "tar xf data.tar -C deps -C ..",
    "tar xPf data.tar -C deps",
    "tar xf data.tar -C deps --transform=s,^,../,",
    "unzip -o data.tar -d deps/..",
    "7z x data.tar -o.",
    "unzip -o data.tar",
    "7z x data.tar",
    "patch -p1 < data.tar",
    "patch run.js data.tar",
    "gunzip -f run.js.gz",
    "gzip -d *.gz",
    "xz -d -f run.js.xz",
    "openssl enc -d -in x/notes.txt -out run.js",
    "sed -i s/1/2/ run.js",
    "sed -Ei s/1/2/ run.js",
    "rm -f run.js",
    "mv run.js old.js",
]
ELSEWHERE = [
    "cp x/notes.txt .",
    "cp -t . x/notes.txt",
    "cp -r x build",
    "cp -R x ./",
    "cp -r x/. lib/",
    "mv x/notes.txt .",
    "mv x .",
    "install -d build",
    "install -m 644 x/notes.txt .",
    "ln -s ../other other",
    "tar cf out.tar .",
    "tar czf out.tgz run.js",
    "tar tf data.tar",
    "tar xf data.tar -C deps",
    "unzip -o data.tar -d vendor",
    "7z l data.tar",
    "7z x data.tar -odeps",
    "tar xzf data.tar -Cdeps",
    "patch -s -d deps -p1 < data.tar",
    "tar xf MyPackage.tar -C deps",
    "gunzip -kf notes.txt.gz",
    "openssl dgst -sha256 run.js",
    "sed -i s/1/2/ notes.txt",
    "sed s/1/2/ run.js",
    "rm -rf build",
]


@pytest.mark.parametrize("command", REPLACING)
def test_a_command_that_may_put_another_file_in_the_place_of_one_is_a_gap(command: str) -> None:
    assert "dynamic" in kinds(inspect(f"{command} && node run.js", OTHER))


@pytest.mark.parametrize("command", ELSEWHERE)
def test_a_command_that_puts_files_elsewhere_is_none(command: str) -> None:
    assert kinds(inspect(f"{command} && node run.js", OTHER)) == set()


@pytest.mark.parametrize("command", ["cp -r x/. . && node lib", "mv x lib && node lib", "cp -r x lib && node lib"])
def test_a_directory_that_is_put_over_another_holds_other_files(command: str) -> None:
    files = {"lib/index.js": "console.log(1)\n", "x/lib/index.js": "", "x/index.js": "console.log(2)\n"}
    assert "dynamic" in kinds(inspect(command, files))


@pytest.mark.parametrize(
    "text",
    [
        "require('fs').cpSync('x', '.', { recursive: true })",
        "require('fs').renameSync('x', 'lib')",
        "require('fs').symlinkSync('x', 'lib')",
    ],
)
def test_so_it_is_where_node_does_it(text: str) -> None:
    files = {"put.js": text, "lib/index.js": "console.log(1)\n", "x/index.js": "console.log(2)\n"}
    assert "dynamic" in kinds(inspect("node put.js && node lib", files))


@pytest.mark.parametrize(
    "text", ["shutil.copy('x/run.js', '.')", "shutil.copytree('x', '.', dirs_exist_ok=True)", "shutil.move('x', '.')"]
)
def test_so_it_is_where_python_does_it(text: str) -> None:
    assert "dynamic" in kinds(inspect("python3 put.py && node run.js", {"put.py": f"import shutil\n{text}\n", **OTHER}))


def test_a_file_that_is_written_beside_those_that_run_is_none() -> None:
    text = "const fs = require('fs')\nfs.writeFileSync('lib/made.txt', 'x')\nfs.renameSync('a.tmp', 'build/a.node')\n"
    text += "const place = ''\nif (place) fs.createWriteStream(place)\n"
    files = {"put.js": text, "lib/index.js": "console.log(1)\n"}
    assert kinds(inspect("node put.js && node lib", files)) == set()
