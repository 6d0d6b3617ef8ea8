"""A program that only converts files is the system's own, unless somebody may have put another in its place."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from safe_install.scan.reach.missing import missing
from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

ICONS = 'for f in a/*.svg; do rsvg-convert -w 32 "$f" -o "b/$(basename "$f" .svg).png"; done'


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("ngcc --first-only", {}),
        ("npx -y only-allow pnpm", {}),
        ("msgfmt a.po -o a.mo", {"a.po": ""}),
        ("sh a.sh", {"a.sh": ICONS, "a/b.svg": "<svg/>"}),
    ],
)
def test_a_known_converter_is_told_and_hides_nothing(command: str, files: Files) -> None:
    inspection = inspect(command, files)
    assert not inspection.gaps
    assert [end.kind for end in inspection.boundaries] == [BoundaryKind.RUNS_NATIVE]
    assert not inspection.harmless


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("some-converter a.svg", {}),
        ("tsc && node a.js", {"a.js": "", "a.ts": "evil()"}),
        ("brotli -d a.br -o a.js && node a.js", {"a.js": "", "a.br": "evil()"}),
        ("optipng a.png -out a.sh; sh a.sh", {"a.sh": "", "a.png": "evil"}),
        ("ngcc", {"ngcc.config.js": "evil()"}),
        ("ngcc", {"node_modules/.bin/ngcc": "#!/usr/bin/env node\n"}),
        ("npx --registry=https://a.test only-allow pnpm", {}),
        ("npx -w x only-allow pnpm", {}),
        ("npm_config_registry=https://a.test npx only-allow pnpm", {}),
        ("export NPM_CONFIG_REGISTRY=https://a.test; npx only-allow pnpm", {}),
        ("npx only-allow pnpm", {".npmrc": "registry=https://a.test"}),
        ("ngcc", {"bin/NGCC.exe": "MZ"}),
        ("cp a.txt node_modules/.bin/ngcc; ngcc", {"a.txt": "x"}),
        ("cat a.txt > ngcc.cmd; ngcc", {"a.txt": "x"}),
        ("tar -xf a.tgz; ngcc", {"a.tgz": "x"}),
        ("curl -O https://a.test/ngcc; ngcc", {}),
        ("PATH=./x:$PATH ngcc", {}),
        ("node a && ngcc", {"a.js": "require('fs').writeFileSync(process.argv[2] + x, 'y')"}),
        ("node a && ngcc", {"a.js": "require('fs').symlinkSync('./evil', '../.bin/ngcc')"}),
        ("node a && ngcc", {"a.js": "require('child_process').execFileSync('unpacker', ['a'])"}),
    ],
)
def test_a_converter_that_may_be_another_program_is_a_gap(command: str, files: Files) -> None:
    assert kinds(inspect(command, files)) & {"unknown-program", "dynamic"}


DEVELOPERS = {"devDependencies": {"builder": "1"}}


def test_a_program_of_developers_is_not_there_and_hides_nothing() -> None:
    inspection = inspect("builder run x --scope=@a/b", {"a.js": ""}, **DEVELOPERS)
    assert not inspection.gaps
    assert [end.detail for end in inspection.boundaries] == ["starts builder, which nothing here provides"]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("builder", {"builderfile.js": "evil()"}),
        ("builder", {"builder.config.js": "evil()"}),
        ("builder", {".builderrc.json": '{"plugins": ["./a.js"]}', "a.js": "evil()"}),
        ("builder a.js", {"a.js": "evil()"}),
        ("builder", {"builder.cmd": "evil"}),
        ("builder", {"node_modules/.bin/builder": "#!/bin/sh\n"}),
        ("cp a.txt node_modules/.bin/builder; builder", {"a.txt": "x"}),
        ("builder && node a.js", {"a.js": ""}),
        ("PATH=./x:$PATH builder", {}),
        ("other", {}),
    ],
)
def test_one_that_may_be_here_or_read_what_is_here_is_a_gap(command: str, files: Files) -> None:
    assert kinds(inspect(command, files, **DEVELOPERS))
    assert kinds(inspect("builder", {}, dependencies={"builder": "1"}, **DEVELOPERS))
    assert kinds(inspect("builder", {}))


def test_one_that_is_here_is_read() -> None:
    evil = beside("builder", {"e.js": "#!/usr/bin/env node\nrequire(x)"}, bin={"builder": "e.js"})
    assert "builder:e.js" in reached(inspect("builder", {}, evil, **DEVELOPERS))


def test_a_package_that_provides_a_converter_is_read() -> None:
    evil = beside("evil", {"e.js": "#!/usr/bin/env node\nrequire(x)"}, bin={"ngcc": "e.js"})
    assert "evil:e.js" in reached(inspect("ngcc", {}, evil))


def test_a_library_that_may_unpack_something_leaves_the_converter_unknown() -> None:
    evil = beside("evil", {"index.js": "require(x)"})
    files = {"a.js": "require('evil').unpack('a.tgz')"}
    assert kinds(inspect("node a && ngcc", files, evil, dependencies={"evil": "2"})) == {"unknown-program"}


def test_a_converter_is_still_looked_for_among_what_a_package_depends_on() -> None:
    assert missing(inspect("ngcc")).programs == {"ngcc"}
    assert missing(inspect("npx only-allow pnpm")).programs == {"only-allow"}
