"""Tools that build, unpack or look can be told to run something; what, is told."""

from __future__ import annotations

import pytest

from safe_install.scan.shell.cmake_files import read_cmake
from safe_install.scan.shell.leads import Blind, Lead
from safe_install.scan.shell.makefiles import read_makefile
from tests.scan.test_programs import found, said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gcc -O2 a.c -o a", ["program gcc", ". compiles"]),
        ("gcc --version", ["program gcc"]),
        ("gcc -fplugin=./x.so a.c", ["program gcc", "! native-code", ". compiles"]),
        ("clang -B./tools a.c", ["program clang", "! native-code", ". compiles"]),
        ("cargo build", ["program cargo", "cargo Cargo.toml"]),
        ("cargo run", ["program cargo", "! native-code"]),
        ("make", ["program make", ". compiles", "makefile "]),
        ("make -C lib -f x.mk CC=./cc.sh", ["program make", ". compiles", "makefile x.mk", "shell-text ./cc.sh"]),
        ("cmake .", ["program cmake", ". compiles", "cmake "]),
        ("cmake -P x.cmake", ["program cmake", ". compiles", "cmake x.cmake"]),
        ("cmake --build build", ["program cmake", ". compiles"]),
        ("cmake -E env A=1 node x.js", ["program cmake", "main x.js"]),
        ("./configure --prefix=x", ["file ./configure"]),
        ("awk '{print $1}' a", ["program awk"]),
        ("awk 'BEGIN{system(\"node x.js\")}'", ["program awk", "shell-text node x.js"]),
        ("awk 'BEGIN{system(x)}'", ["program awk", "! dynamic"]),
        ("sed -i s/a/b/ x", ["program sed"]),
        ("sed '1e node x.js' a", ["program sed", "shell-text node x.js"]),
        ("sed 's/a/node x.js/e' a", ["program sed", "! dynamic"]),
        ("tar -xzf a.tgz", ["program tar"]),
        (
            "tar cf a b --checkpoint=1 --checkpoint-action=exec='node x.js'",
            ["program tar", "shell-text node x.js"],
        ),
        ("git -c core.sshCommand='node x.js' fetch", ["program git", "shell-text node x.js", "! unknown-program"]),
        ("ssh -o ProxyCommand='node x.js' a", ["program ssh", "! downloaded", "shell-text node x.js"]),
        ("vim -c ':!node x.js'", ["program vim", "shell-text node x.js", "! dynamic"]),
        ("busybox sh -c 'node x.js'", ["program busybox", "shell-text node x.js"]),
        ("openssl dgst a", ["program openssl"]),
        ("openssl s_client -connect a.test:443", ["program openssl", "! downloaded"]),
        ("xcrun --find clang", ["program xcrun"]),
        ("xcrun --sdk macosx clang a.c", ["program xcrun", "program clang", ". compiles"]),
        ("call Make.bat a", ["program call", "file Make.bat"]),
        ("perl -e 'x'", ["program perl", "! unparsed", "other x"]),
        ("python -m http.server", ["program python", "python-module http.server"]),
        ("bun run x.js", ["program bun", "main x.js"]),
        ("deno run https://a.test/x.ts", ["program deno", "! downloaded"]),
        ("tsx -r ./a x.ts", ["program tsx", "module ./a", "main x.ts"]),
        ("bun -e 'x'", ["program bun", "javascript-text x"]),
        ("bun install", ["program bun", "! downloaded"]),
        ("echo bm9kZSB4Lmpz | base64 -d | sh", ["program base64", "shell-text node x.js"]),
        ("printf '\\156ode x.js' | sh", ["shell-text node x.js"]),
        ("echo 'node x.js' | tr a-z a-z | bash", ["program tr", "program bash", "shell-text node x.js"]),
        ("rev <<< 'sj.x edon' | sh", ["program rev", "shell-text node x.js"]),
    ],
)
def test_tools(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def of(told: list[Lead | Blind]) -> list[str]:
    return [said(one) for one in told]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all:\n\t@node x.js\n\t-rm -rf a", ["shell-text node x.js", "shell-text rm -rf a"]),
        ("X := x.js\nall:\n\tnode $(X) $$HOME $@", ["shell-text node x.js $HOME all"]),
        ("all.h: a.py b.py\n\tpython3 $< $^ > $@", ["shell-text python3 a.py a.py b.py > all.h"]),
        ("%.h: %.py\n\tpython3 $<", ["shell-text python3 $computed"]),
        (
            "P := $(shell command -v python3 || which python)\nall: a.py\n\t$(P) $<",
            ["shell-text command -v python3 || which python", "shell-text python3 a.py"],
        ),
        ("X = $(shell node x.js)", ["shell-text node x.js"]),
        ("X != node x.js", ["shell-text node x.js"]),
        ("all: ; node x.js", ["shell-text node x.js"]),
        ("include a.mk\n-include b.mk", ["makefile a.mk", "makefile b.mk"]),
        ("define R\nnode x.js\nendef", ["shell-text node x.js"]),
        ("all:\n\tnode \\\n\tx.js", ["shell-text node  \tx.js"]),
        ("# $(X)\nCC ?= gcc", []),
    ],
)
def test_a_makefile_s_recipes_are_shell_text(text: str, expected: list[str]) -> None:
    assert [" ".join(one.split()) for one in of(read_makefile(text))] == [" ".join(one.split()) for one in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("project(a)\nadd_library(a a.c)", []),
        ("execute_process(COMMAND node x.js OUTPUT_VARIABLE v)", ["shell-text 'node' 'x.js'"]),
        ('add_custom_command(OUTPUT a COMMAND node "x y.js" DEPENDS b)', ["shell-text 'node' 'x y.js'"]),
        ("set(N node)\nexecute_process(COMMAND ${N} x.js)", ["shell-text 'node' 'x.js'"]),
        (
            "add_subdirectory(lib)\ninclude(cmake/x.cmake)\ninclude(CTest)",
            ["cmake lib/CMakeLists.txt", "cmake cmake/x.cmake", "cmake-module CTest"],
        ),
        ("file(DOWNLOAD https://a.test/x y)", ["! downloaded"]),
        ("FetchContent_Declare(a GIT_REPOSITORY https://a.test/x)", ["! downloaded"]),
        ("# execute_process(COMMAND node x.js)", []),
    ],
)
def test_a_project_file_of_cmake_says_what_it_runs(text: str, expected: list[str]) -> None:
    assert of(read_cmake(text)) == expected


def test_a_build_file_that_is_too_long_is_told() -> None:
    assert of(read_makefile("a" * 300_000)) == ["! too-large"]
    assert of(read_cmake("a" * 300_000)) == ["! too-large"]
    assert of(read_makefile("a:\n" + "\tb\n" * 600))[-1] == "! too-large"


@pytest.mark.parametrize(
    "text",
    ["$(shell " * 30_000, "a:" * 100_000, "a=$(a)$(a)\nb:\n" + "\t$(a)\n" * 400, "set(" * 60_000, "include " * 30_000],
)
def test_hostile_build_files_are_read_to_their_end(text: str) -> None:
    assert isinstance(read_makefile(text), list)
    assert isinstance(read_cmake(text), list)


@pytest.mark.parametrize("text", ["awk '" + "print " * 9_000 + "'", "sed '" + "s/" * 9_000 + "'"])
def test_a_long_text_for_awk_or_sed_is_told(text: str) -> None:
    assert "! dynamic" in found(text)


def test_a_program_that_cmake_looks_for_in_the_package_is_not_the_system_s() -> None:
    text = "find_program(GIT_EXECUTABLE git PATHS bin)\nexecute_process(COMMAND ${GIT_EXECUTABLE} x)"
    assert of(read_cmake(text)) == ["shell-text $computed 'x'"]


def test_a_variable_that_cmake_sets_twice_is_not_known() -> None:
    text = "if(A)\nset(N ./x)\nelse()\nset(N echo)\nendif()\nexecute_process(COMMAND ${N})"
    assert of(read_cmake(text)) == ["shell-text $computed"]


@pytest.mark.parametrize(
    "text",
    [
        "find ./a -name *.lo -delete",
        "find /usr/bin /usr/pg* -executable -name pg_config -print -quit",
        "find . -name .deps -exec rm -fr {} \\;",
        "find . -type f -exec chmod 644 {} + -o -type d -execdir ls {} \\;",
    ],
)
def test_what_find_only_lists_or_deletes_is_no_edge(text: str) -> None:
    assert "! dynamic" not in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "find . -name *",
        "find . -name *c",
        "find -exec*",
        "find . -name $X -delete",
        "find . -name $X -exec rm {} \\;",
        "find . -exec rm {} $X",
        "find . -exec rm {} \\; -exec sh {} \\;",
        "find . -exec $X {} \\;",
        "find . -okdir sh {} \\;",
        "find . -name [*].lo",
    ],
)
def test_what_find_may_start_with_what_it_finds_is_a_gap(text: str) -> None:
    assert "! dynamic" in found(text)
