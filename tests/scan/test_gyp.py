"""A gyp file is read as what it is, and everything node-gyp would run for it is told."""

from __future__ import annotations

import pytest

from safe_install.scan.gyp.gyp import Gyp, read_gyp
from safe_install.scan.shell.words import PACKAGE_ROOT


def told(text: str) -> list[str]:
    """Write what a gyp file leads to: ``kind target``, ``$ command``, ``! kind``."""
    gyp = read_gyp(text)
    leads = [f"{lead.kind} {lead.target.shown}" for lead in gyp.leads]
    commands = [f"$ {command.shown}" for command in gyp.commands]
    return [*leads, *commands, *(f"! {blind.kind}" for blind in gyp.blinds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", []),
        ("# a comment\n{'targets': [{'target_name': 'a', 'sources': ['a.cc',]}],}  # another", []),
        ("{'a': '<!(node x.js)'}", ["shell-text node x.js"]),
        ("{'a': ['<!@(node x.js)', '>!(node y.js)', '^!(node z.js)']}", [f"shell-text node {x}.js" for x in "xyz"]),
        ("{'a': '<!' '(node ' + 'x.js)'}", ["shell-text node x.js"]),
        (r"{'a': '\x3c\u0021(node \U00000078.js)'}", ["shell-text node x.js"]),
        ("{'a': '<!(node a(b).js)'}", ["shell-text node a(b).js"]),
        ("{'a': '<!(node x.js)', 'a': '<(module_root_dir)'}", ["shell-text node x.js"]),
        ("{'variables': {'x%': 'y.js'}, 'a': '<!(node <(x))'}", ["shell-text node y.js"]),
        ("{'variables': {'x': '<', 'y': 'ode'}, 'a': '<(x)!(n<(y) x.js)'}", ["shell-text node x.js"]),
        (
            "{'conditions': [['OS==\"win\"', {'variables': {'x': 'a'}}, {'variables': {'x': 'b'}}]], 'c': '<!(node <(x))'}",
            ["shell-text node a", "shell-text node b"],
        ),
        ("{'a': '<!(node <(unknown) x)'}", ["shell-text node $computed x"]),
        ("{'a': '<!(node -p \"[1].map(f=>g(f))\")'}", ['shell-text node -p "[1].map(f=>g(f))"']),
        ("{'a': '<!(node <!(node x.js))'}", ["shell-text node x.js", "shell-text node $computed"]),
        ("{'a': '<!pymod_do_main(evil a b)'}", ["python-module evil"]),
        ("{'a': '<!([\"node\", \"x.js\"])'}", ["$ node x.js"]),
        ("{'actions': [{'action': ['node', 'x.js', '<(unknown)']}]}", ["$ node x.js an expansion of gyp"]),
        ("{'rules': [{'action': ['<@(x)']}], 'variables': {'x': './x.sh'}}", ["$ ./x.sh"]),
        ("{'action': ['<@(x)', 'a'], 'variables': {'x': 'ml64 /c'}}", ["$ ml64 /c a"]),
        ("{'make_global_settings': [['CC', './cc.sh'], ['CXX_wrapper', 'node w.js']]}", ["$ ./cc.sh", "$ node w.js"]),
        ("{'includes': ['a.gypi'], 'dependencies': ['b/c.gyp:d', 'e']}", ["gyp a.gypi", "gyp b/c.gyp"]),
        ("{'cflags': ['`node x.js`']}", ["shell-text : `node x.js`"]),
        ("{'cflags': ['-O2', '$(shell node x.js)']}", ["shell-text node x.js"]),
        ("{'action': ['sh', '-c', 'a $(BUILDTYPE)']}", ["$ sh -c a Release"]),
        ("{'action': ['sh', '-c', 'a $(OTHER)']}", ["$ sh -c a $(OTHER)"]),
        ("{'cflags': ['-fplugin=./x.so']}", ["! native-code"]),
        ("{'msvs_settings': {'VCPreBuildEventTool': {'CommandLine': 'node x.js'}}}", ["batch-text node x.js"]),
    ],
)
def test_what_runs_is_told(text: str, expected: list[str]) -> None:
    assert sorted(told(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("node -p \"require('node-addon-api').include\"", "node-addon-api"),
        ("node -p \"require('node-addon-api').include_dir\"", "node-addon-api"),
        ("node -p \\\"require('node-addon-api').gyp\\\"", "node-addon-api"),
        ("node -e \"require('nan')\"", "nan"),
    ],
)
def test_the_usual_question_for_headers_is_a_helper_package_and_no_command(command: str, module: str) -> None:
    text = f"{{'dependencies': [{'<!(' + command + ')'!r}]}}".replace("\\\\", "\\")
    assert told(text) == [f"module {module}"]


@pytest.mark.parametrize(
    "condition",
    [
        "OS=='win'",
        'OS in ["mac", "linux"] and target_arch != "ia32"',
        "not x or y >= 12",
        "'<!(echo $A)' == '1'",
        "v(x) < v('1')",
        "x.split('.')[0] == '20'",
        "1",
    ],
)
def test_a_condition_that_compares_is_no_surprise(condition: str) -> None:
    assert not read_gyp(f"{{'conditions': [[{condition!r}, {{}}]]}}").blinds


@pytest.mark.parametrize(
    "condition",
    [
        "().__class__.__base__.__subclasses__()",
        "[x for x in y]",
        "f(x)",
        "(lambda: x)()",
        "x.format(y)",
        "\N{MATHEMATICAL ITALIC SMALL E}val('x')",
        "'a' if f'{x}' else 'b'",
    ],
)
def test_a_condition_that_is_code_is_told_and_followed_as_python(condition: str) -> None:
    for key in ("conditions", "target_conditions"):
        assert told(f"{{'{key}': [[{condition!r}, {{}}]]}}")[-1] == "! dynamic"
        assert told(f"{{'{key}': [[{condition!r}, {{}}]]}}")[0].startswith("python-text ")


def test_an_escaped_identifier_in_a_condition_is_written_plainly() -> None:
    text = r"{'conditions': [['\U0001d626\U0001d637\U0001d622\U0001d625(\'x\')', {}]]}"
    assert told(text)[0] == "python-text evad('x')"


def test_what_a_command_writes_is_no_condition_to_trust() -> None:
    assert told("{'conditions': [['<!(node x.js)', {}]]}") == ["shell-text node x.js", "! dynamic"]


@pytest.mark.parametrize("text", ["{'a': f('x')}", "{**x}", "f('x')", "{'a': [x for x in y]}", "(lambda: {})()"])
def test_a_file_that_is_code_is_told_and_followed_as_python(text: str) -> None:
    said = told(text)
    assert said[0].startswith("python-text "), said
    assert "! dynamic" in said


def test_what_gyp_evaluates_with_all_builtins_is_python() -> None:
    assert told("{'a': '<!( f(1))'}") == ["python-text f(1)", "! dynamic"]


def test_a_file_that_is_no_python_is_told_and_its_commands_are_found_all_the_same() -> None:
    assert told("{'a': '<!(node x.js)'") == ["shell-text node x.js", "! unparsed"]


def test_the_package_s_root_is_known() -> None:
    assert read_gyp("{'a': '<!(node <(module_root_dir)/x.js)'}").leads[0].target.literal == f"node {PACKAGE_ROOT}/x.js"


def test_a_lead_says_its_line() -> None:
    assert read_gyp("{\n'a':\n'<!(node x.js)'}").leads[0].line == 3


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000,
        "'a'+" * 50_000 + "'a'",
        "-" * 50_000 + "1",
        "{'a': '" + "<!(" * 20_000 + "'}",
        "{'variables': {" + ",".join(f"'a{i}': '<(a{i + 1})<(a{i + 1})'" for i in range(40)) + "}, 'x': '<(a0)'}",
        "{'variables': {'x': '<(x)y'}, 'a': '<!(node <(x))'}",
        "\0",
        "{'a': '" + "$" * 400_000 + "<(",
        "{'a': '<(" + "[" * 10_000 + "'}",
    ],
)
def test_hostile_text_ends_in_a_blind(text: str) -> None:
    gyp = read_gyp(text)
    assert isinstance(gyp, Gyp)
    assert gyp.blinds or not gyp.leads


def test_more_values_than_are_kept_leave_a_variable_open() -> None:
    many = ",".join(f"['OS==\"{i}\"', {{'variables': {{'x': 'a{i}'}}}}]" for i in range(40))
    said = told(f"{{'conditions': [{many}], 'a': '<!(node <(x))'}}")
    assert len(said) == 17
    assert "shell-text node $computed" in said


def test_variables_that_a_file_does_not_have_are_those_of_the_files_beside_it() -> None:
    text = "{'action': ['<@(run)', '<(out)'], 'variables': {'out': 'x.h'}}"
    beside = ["{'variables': {'run': ['python3', 'table.in'], 'out': 'y.h'}}", "{'variables': {'run%': './run.sh'}}"]
    assert [command.shown for command in read_gyp(text, beside).commands] == ["python3 table.in x.h", "./run.sh x.h"]
    assert [command.shown for command in read_gyp(text).commands] == ["an expansion of gyp x.h"]


def test_a_file_beside_that_cannot_be_read_gives_no_variables() -> None:
    assert [one.shown for one in read_gyp("{'action': ['<(run)']}", ["{'variables':"]).commands] == [
        "an expansion of gyp"
    ]
