"""Of a makefile the recipes are read that its goals need, with every value that its variables may have."""

from __future__ import annotations

import pytest

from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.test_reach import inspect, kinds, reached

LIBRARY = """
ARCH = $(shell uname -m)
ifeq ($(ARCH), i86pc)
ARCH = i386
endif
ifeq ($(ARCH), Darwin)
RANLIB = ranlib
else
RANLIB = /bin/true
endif
objects = one.o two.o
all: libone.a
.c.o: one.h
libone.a: $(objects)
\trm -f libone.a
\t$(AR) cru libone.a $(objects)
\t$(RANLIB) libone.a
one.o: one_$(ARCH).s
\t$(CC) -arch $(ARCH) -o one.o -c one_$(ARCH).s
clean:
\t$(RM) *.o
.PHONY: clean test
test: all
\tprove test.pl
"""
SCRIPT = (
    "if [ -z $MAKE ]; then\n  MAKE=`which gmake`\n  if [ -z $MAKE ]; then MAKE=make; fi\nfi\n$MAKE -C lib clean all\n"
)
HIDDEN: Files = {"evil.js": "", "evil.sh": "node evil.js"}


def test_what_the_goals_do_not_need_is_no_gap() -> None:
    assert kinds(inspect("bash b.sh", {"b.sh": SCRIPT, "lib/Makefile": LIBRARY})) == set()
    assert kinds(inspect("make -C lib", {"lib/Makefile": LIBRARY})) == {"unknown-program"}


@pytest.mark.parametrize(
    "makefile",
    [
        "all: it\nit:\n\tnode evil.js",
        "all: | it\nit:\n\tnode evil.js",
        "X = it\nall: $(X)\nit:\n\tnode evil.js",
        "X = a\nifdef Y\nX = it\nendif\nall: $(X)\nit:\n\tnode evil.js",
        "all: $(shell echo it)\nit:\n\tnode evil.js",
        "all: a$(shell echo b it)\nit:\n\tnode evil.js",
        "all: it-$(shell uname -m)\nit-arm:\n\tnode evil.js",
        "all: a.o\n%.o: %.c\n\tnode evil.js",
        "all: a.o\n%.o: %.c it\nit:\n\tnode evil.js",
        "all: a.o\n.c.o: it\nit:\n\tnode evil.js",
        "all:: ; node evil.js",
        "all it &: a\n\tnode evil.js",
        "all $(Y): a\n\tnode evil.js",
        "$(Y): a\n\tnode evil.js",
        "Makefile: a\n\tnode evil.js\nall:",
        ".DEFAULT:\n\tnode evil.js",
        "include more.mk\nit:\n\tnode evil.js",
        "define R\nall: it\nendef\n$(eval $(R))\nit:\n\tnode evil.js",
        "all:\n\t$(MAKE) it\nit:\n\tnode evil.js",
        "all:\n\t$(MAKE) -C . it\nit:\n\tnode evil.js",
        "X = $(shell node evil.js)\nall:",
        "RUN = echo\nifdef Y\nRUN = node\nendif\nIT = a.js\nifdef Z\nIT = evil.js\nendif\nall:\n\t$(RUN) $(IT)",
        "ifdef Y\nX = echo\nendif\nall:\n\t$(X) node evil.js",
        "ifdef Y\nX = a\nelse\nX = b\nendif\nall:\n\t$(X) node evil.js",
        "RUN = node\nRUN += evil.js\nall:\n\t$(RUN)",
        "AR = node\nall:\n\t$(AR) evil.js",
        "define CC\nnode evil.js\nendef\nall:\n\t$(CC)",
        "CC != echo node evil.js\nall:\n\t$(CC)",
        ".RECIPEPREFIX = >\nall:\n> node evil.js",
        "O = $(S:%.c=%.o)\nS = it.c\nall: $(filter-out x.o,$(O))\nit.o:\n\tnode evil.js",
        "O = $(S:.c=.o)\nS = $(wildcard *.c)\nall: $(O)\nit.o:\n\tnode evil.js",
        "all: $(patsubst %.c,i%,t.c)\nit:\n\tnode evil.js",
        "all: $(addprefix i,$(foreach a,t,$(a)))\nit:\n\tnode evil.js",
        "all: $(sort $(shell echo it))\nit:\n\tnode evil.js",
        "all: $(subst a,i,at)\nit:\n\tnode evil.js",
        "all: it-x86\nit-$(shell uname -m):\n\tnode evil.js",
    ],
)
def test_what_the_goals_may_need_is_followed_or_told(makefile: str) -> None:
    inspection = inspect("make clean all", {"Makefile": makefile + "\nclean:\n\trm -f x\n", "a.js": "", **HIDDEN})
    assert "evil.js" in reached(inspection) or kinds(inspection)


COMPILED = """SRC := $(wildcard src/*.c)
OBJ := $(SRC:src/%.c=obj/%.o)
it: obj/main.o lib.a
\t$(CC) -o $@ $^
lib.a: $(filter-out obj/main.o,$(OBJ))
\t$(AR) rcs $@ $^
obj/%.o: src/%.c
\t$(CC) -c -o $@ $<
test: it
\t./it a | node evil.js
"""


def test_lists_that_functions_make_name_no_other_goal() -> None:
    files: Files = {"Makefile": COMPILED, "src/a.c": "", **HIDDEN}
    assert kinds(inspect("make it", files)) == set()
    assert "evil.js" in reached(inspect("make test", files))


def test_a_file_whose_name_is_several_words_may_name_a_goal() -> None:
    files: Files = {"Makefile": COMPILED, "src/a test b.c": "", **HIDDEN}
    assert "evil.js" in reached(inspect("make it", files))


def test_what_the_command_line_sets_stands_above_the_file() -> None:
    files: Files = {"Makefile": "X = a\nall: $(X)\nit:\n\tnode evil.js\n", **HIDDEN}
    assert "evil.js" in reached(inspect("make all X=it", files))
    assert "evil.js" in reached(inspect("make all X:=it", files))


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("AR='sh evil.sh' make -C lib clean all", {}),
        ("export MAKE='node evil.js'; bash b.sh", {"b.sh": SCRIPT}),
        ("MAKE=./evil.sh bash b.sh", {"b.sh": SCRIPT}),
        ("env CC=$X make -C lib clean all", {}),
        ("bash b.sh", {"b.sh": f"MAKE=$(cat x)\n{SCRIPT}"}),
        ("bash b.sh", {"b.sh": f"read MAKE < x\n{SCRIPT}"}),
        ("node a.js", {"a.js": "process.env.AR = x; require('child_process').spawn('make', ['-C', 'lib', 'all'])"}),
        ("node a.js", {"a.js": "require('child_process').spawn('make', ['-C', 'lib', 'all'], {env: {CC: x}})"}),
        ("python a.py; bash b.sh", {"a.py": "import os\nos.environ['MAKE'] = x", "b.sh": SCRIPT}),
        ("CC='gcc -B./tools' make -C lib clean all", {"lib/Makefile": "all:\n\t./evil.sh"}),
    ],
)
def test_who_names_another_tool_is_told(command: str, files: Files) -> None:
    assert kinds(inspect(command, {"lib/Makefile": LIBRARY, **HIDDEN, **files}))


@pytest.mark.parametrize(
    "tool", ["gcc", "gcc-12", "aarch64-linux-gnu-gcc-4.8", "'ccache gcc'", "'clang -m32'", "gmake"]
)
def test_a_tool_that_systems_have_is_quiet(tool: str) -> None:
    files = {"b.sh": f"export CC={tool}\n{SCRIPT}", "lib/Makefile": LIBRARY}
    assert kinds(inspect("bash b.sh", files)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "$MAKE sh evil.sh",
        "if [ -z $MAKE ]; then MAKE=make; fi\n$MAKE sh evil.sh",
        "${MAKE:-sh} evil.sh",
        "${MAKE-sh evil.sh}",
        "MAKE=\n$MAKE sh evil.sh",
        "MAKE=$(which sh)\n$MAKE evil.sh",
        "$(which node) evil.js",
        "$(which $X) evil.js",
        "unset MAKE; $MAKE node evil.js",
        ". ./more; $MAKE -C lib clean all",
    ],
)
def test_a_variable_for_make_may_also_be_nothing(text: str) -> None:
    inspection = inspect("bash b.sh", {"b.sh": text, "lib/Makefile": LIBRARY, **HIDDEN})
    assert "evil.js" in reached(inspection) or kinds(inspection) - {"missing"}


def test_a_program_that_is_called_like_a_flag_or_an_archive_is_followed() -> None:
    assert "evil.js" in reached(inspect("libone.a", HIDDEN, programs={"libone.a": "evil.js"}))
    assert kinds(inspect("one.js", HIDDEN)) == {"unknown-program"}


def test_a_library_that_names_another_tool_is_told() -> None:
    lib = a_package({"package.json": a_manifest("lib"), "index.js": "process.env.MAKE = f()"}, an_artifact("lib"))
    files = {"a.js": "require('lib'); require('child_process').spawn('bash', ['b.sh'])", "b.sh": SCRIPT}
    assert kinds(inspect("node a.js", {**files, "lib/Makefile": LIBRARY}, (lib,)))


@pytest.mark.parametrize(
    ("command", "start", "line"),
    [("make", "Makefile", "include {}.mk\n"), ("cmake .", "CMakeLists.txt", "include(lib/{}.cmake)\n")],
)
def test_files_that_include_one_another_are_each_read_once(command: str, start: str, line: str) -> None:
    # read once for each way that leads to it, four deep, this had taken 60 to the power of four readings
    names = [f"a{number}" for number in range(60)]
    text = "".join(line.format(name if start == "Makefile" else f"../lib/{name}") for name in names)
    suffix = "{}.mk" if start == "Makefile" else "lib/{}.cmake"
    files = {start: text.replace("../lib/", ""), **{suffix.format(name): text for name in names}}
    inspection = inspect(command, files)
    assert reached(inspection) == set(files)


def test_a_module_of_cmake_s_that_lies_in_the_package_is_read_wherever_it_lies() -> None:
    project = "list(APPEND CMAKE_MODULE_PATH ${X}/cmake)\nfind_package(Flags)\nfind_package(Threads)\ninclude(Tools)\n"
    files = {
        "CMakeLists.txt": project,
        "cmake/FindFlags.cmake": "execute_process(COMMAND node ${CMAKE_CURRENT_LIST_DIR}/a.js)",
        "cmake/a.js": "",
        "deep/er/tools.cmake": "file(DOWNLOAD https://files.example.test/x y)",
        "cmake/FindOther.cmake": "execute_process(COMMAND node b.js)",
    }
    inspection = inspect("cmake .", files)
    assert reached(inspection) == {"CMakeLists.txt", "cmake/FindFlags.cmake", "cmake/a.js", "deep/er/tools.cmake"}
    assert kinds(inspection) == {"downloaded"}


VERSION = "V := $(shell node -p \"require('./package.json').version\")\nall:\n\techo $(V)\n"


def test_what_make_runs_for_a_variable_is_told_once_and_no_program_called_shell() -> None:
    inspection = inspect("make", {"Makefile": VERSION})
    assert kinds(inspection) == set()
    assert "package.json" in reached(inspection)
    assert "shell" not in inspection.behaviours.programs


def test_what_make_runs_for_a_variable_of_the_command_line_is_followed() -> None:
    makefile = "all:\n\techo $(X)\n"
    assert "evil.js" in reached(inspect("make 'X=$(shell node evil.js)'", {"Makefile": makefile, **HIDDEN}))


def test_a_target_is_named_though_not_all_that_it_needs_is() -> None:
    makefile = "O := $(patsubst %.c,%.o,$(wildcard *.c))\nbuild/evil.sh: $(O)\n\tsh $@\n"
    files = {"Makefile": makefile, "build/evil.sh": "node evil.js", "evil.js": ""}
    assert "build/evil.sh" in {file.path for file in inspect("make", files).files}


def test_go_that_only_tells_is_no_gap_and_go_that_sets_what_builds_start_is() -> None:
    assert kinds(inspect("go env GOROOT && go version")) == set()
    assert kinds(inspect("go env -w GOFLAGS=-toolexec=./evil")) == {"native-code"}


CHOOSING = "OS = ''\nifeq ($(X),1)\n\tOS = other\n\tFLAGS += -D A\nendif\nall:\n\tcc a.c\n"


def test_a_tab_before_the_first_rule_begins_no_recipe() -> None:
    assert kinds(inspect("make", {"Makefile": CHOOSING})) == set()


@pytest.mark.parametrize(
    "makefile",
    [
        CHOOSING.replace("OS = other", "OS := $(shell node evil.js)"),
        CHOOSING.replace("OS = other", "OS != node evil.js"),
        "all:\n" + CHOOSING.replace("OS = other", "A=1 node evil.js"),
        "R = all:\n$(R)\n\tA=1 node evil.js\n",
        "all: X = 1\n\tA=1 node evil.js\n",
        "include a.mk\n\tA=1 node evil.js\n",
    ],
)
def test_a_tab_that_may_begin_a_recipe_does(makefile: str) -> None:
    assert "evil.js" in reached(inspect("make", {"Makefile": makefile, "a.mk": "all:\n", **HIDDEN}))
