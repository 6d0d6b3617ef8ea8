"""A project of Xcode's is compiled; what its phases run is read, and what may run anything else is told."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from safe_install.scan.shell.xcode import read_xcode
from tests.builders import Files
from tests.scan.trees import inspect, kinds, reached

PHASE = r"""
  A3 /* Copy */ = { isa = PBXShellScriptBuildPhase; shellPath = /bin/sh; shellScript = "mkdir -p \"${SRCROOT}/out\"\nrsync -r /System/a ./out"; };
"""
PROJECT = (
    """// !$*UTF8*$!
{
  archiveVersion = 1;
  objects = {
  /* Begin */
  A1 = { isa = PBXNativeTarget; name = tool; buildPhases = ( A2 /* Sources */, A3, ); buildRules = ( ); };
  A2 = { isa = PBXSourcesBuildPhase; files = ( ); };
"""
    + PHASE
    + """
  A4 = { isa = XCBuildConfiguration; buildSettings = { PRODUCT_NAME = "$(TARGET_NAME)"; SDKROOT = macosx;
    OTHER_LDFLAGS = ( "-framework", Foundation, "-lz" ); }; name = Release; };
  };
  rootObject = A0;
}
"""
)
HIDDEN: Files = {"evil.sh": "node evil.js", "evil.js": "", "SDK/SDKSettings.json": "{}"}


def package(project: str, folder: str = "") -> Files:
    return {f"{folder}tool.xcodeproj/project.pbxproj": project, **HIDDEN}


@pytest.mark.parametrize(
    "command",
    [
        "xcodebuild",
        "xcodebuild -version",
        "xcodebuild -project tool.xcodeproj -configuration Release build",
        "xcodebuild -sdk macosx MACOSX_DEPLOYMENT_TARGET=11",
    ],
)
def test_a_project_that_is_read_is_compiled(command: str) -> None:
    done = inspect(command, package(PROJECT))
    assert kinds(done) == set()
    assert ("version" in command) != any(one.kind is BoundaryKind.COMPILES for one in done.boundaries)


def test_it_is_built_in_its_own_directory() -> None:
    files = package(PROJECT.replace("rsync -r", "sh evil.sh; rsync -r"), "mac/")
    files = {**files, "mac/evil.sh": "node ../evil.js"}
    assert "evil.js" in reached(inspect("cd mac && xcodebuild", files))


@pytest.mark.parametrize(
    "text", ["./evil.sh", "$SRCROOT/evil.sh", "sh '${PROJECT_DIR}/evil.sh'", "true\\nnode evil.js"]
)
def test_what_a_phase_runs_is_followed(text: str) -> None:
    project = PROJECT.replace("rsync -r /System/a ./out", text)
    assert "evil.js" in reached(inspect("xcodebuild", package(project)))


@pytest.mark.parametrize(
    "command",
    [
        "xcodebuild -scheme tool",
        "xcodebuild -workspace tool.xcworkspace",
        "xcodebuild -xcconfig evil.xcconfig",
        "xcodebuild -project other.xcodeproj",
        "xcodebuild -project $X",
        "xcodebuild -sdk ./SDK",
        "xcodebuild CC=./evil.sh",
        "xcodebuild OTHER_CFLAGS=-fplugin=./evil.so",
        "CC=./evil.sh xcodebuild",
        "export XCODE_XCCONFIG_FILE=evil.xcconfig; xcodebuild",
        "cp evil.js tool.xcodeproj/project.pbxproj; xcodebuild",
    ],
)
def test_what_else_it_is_told_may_run_anything(command: str) -> None:
    assert kinds(inspect(command, package(PROJECT)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("buildRules = ( )", "buildRules = ( A9 )"),
        ("isa = PBXSourcesBuildPhase;", "isa = PBXLegacyTarget; buildToolPath = ./evil.sh;"),
        ("isa = PBXSourcesBuildPhase;", "isa = PBXBuildRule; script = evil.sh;"),
        ("name = tool;", "name = tool; packageProductDependencies = ( A9 );"),
        ("name = Release;", "name = Release; baseConfigurationReference = A9;"),
        ("shellPath = /bin/sh", "shellPath = ./evil.sh"),
        ("shellPath = /bin/sh", "shellPath = /usr/bin/perl"),
        ("SDKROOT = macosx", "SDKROOT = ./SDK"),
        ("SDKROOT = macosx", "CC = ./evil.sh"),
        ("SDKROOT = macosx", '"CC[arch=*]" = ./evil.sh'),
        ("SDKROOT = macosx", "SWIFT_EXEC = ./evil.sh"),
        ("SDKROOT = macosx", 'WARNING_CFLAGS = "-Xclang -load"'),
        ("SDKROOT = macosx", 'OTHER_CFLAGS = "-fplugin=./evil.so"'),
        ("SDKROOT = macosx", 'OTHER_CFLAGS = "@evil.txt"'),
        ('"-lz"', '"-lto_library", "./evil.dylib"'),
        ('"-lz"', '"-Xlinker"'),
        ("rsync -r /System/a ./out", "rsync -r evil@a.test:x ./out"),
        ("rsync -r /System/a ./out", "rsync -e ./evil.sh a b"),
        ("rsync -r /System/a ./out", "rsync -r ./evil.js ./out"),
        ("rsync -r /System/a ./out", "rsync -r /System/../tmp/a ./out"),
        ("rsync -r /System/a ./out", "rsync -r /System/a /etc/profile.d"),
        ("rsync -r /System/a ./out", "rsync -r /System/a ~/a"),
        ("rsync -r /System/a ./out", "rsync -r /System/a a.test:x"),
        ("archiveVersion = 1;", "archiveVersion = 1; objects = { };"),
        ("archiveVersion = 1;", "archiveVersion = 1 };"),
        ("archiveVersion = 1;", "archiveVersion = <00>;"),
    ],
)
def test_what_may_run_anything_is_told(old: str, new: str) -> None:
    assert old in PROJECT
    assert kinds(inspect("xcodebuild", package(PROJECT.replace(old, new))))


@pytest.mark.parametrize(
    "text", ["", "{", "(" * 100_000, '{ objects = "' + "\\" * 99_999, "/*" * 100_000, "{ objects = { a = b; }; }"]
)
def test_what_is_no_project_is_told_soon(text: str) -> None:
    assert [one.kind.value for one in read_xcode(text)][:1] != []
