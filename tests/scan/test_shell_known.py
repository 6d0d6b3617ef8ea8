"""What a text itself says of its variables and substitutions is put in; what only running tells stays open."""

from __future__ import annotations

import subprocess

import pytest

from safe_install.scan.shell.shell import Command, read_command

MANIFEST = {"npm_package_config_run": "node x.js", "npm_package_name": "example"}


def shown(text: str) -> list[str]:
    return [command.shown for command in read_command(text, MANIFEST).commands if command.shown]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$npm_package_config_run", "node x.js"),
        ("${npm_package_config_run}", "node x.js"),
        ("sh -c $npm_package_name", "sh -c example"),
        ("A=node; $A x.js", "node x.js"),
        ("A=no B=de; $A$B x.js", "node x.js"),
        ("A=no; A+=de; $A x.js", "node x.js"),
        ("A='node x.js'; $A", "node x.js"),
        ("A='node x.js'; B=$A; $B", "node x.js"),
        ("export A=x.js; node ${A}", "node x.js"),
        ("A=; $A node x.js", "node x.js"),
        ("node${IFS}x.js", "node x.js"),
        ("A=xnode; ${A:1} x.js", "node x.js"),
        ("A=xnodex; ${A:1:4} x.js", "node x.js"),
        ("A=nZde; ${A/Z/o} x.js", "node x.js"),
        ("A=xnode; ${A#x} x.js", "node x.js"),
        ("`echo node` x.js", "node x.js"),
        ("$(printf '\\156ode') x.js", "node x.js"),
        ("$(printf '%s%s' no de) x.js", "node x.js"),
        ("$(printf '\\x6eode') x.js", "node x.js"),
        ("$(echo bm9kZQ== | base64 -d) x.js", "node x.js"),
        ("$(echo edon | rev) x.js", "node x.js"),
        ("$(echo abqr | tr a-z n-za-m) x.js", "node x.js"),
        ("$(echo 6e6f6465 | xxd -r -p) x.js", "node x.js"),
        ("$(echo nQde | sed s/Q/o/) x.js", "node x.js"),
        ("$(rev <<< edon) x.js", "node x.js"),
        ('eval "$(echo node x.js)"', "eval node x.js"),
        ('eval "$(echo $(echo node) x.js)"', "eval node x.js"),
    ],
)
def test_what_is_known_is_put_in(text: str, expected: str) -> None:
    assert expected in shown(text)
    assert not any("computed" in one for one in shown(text))


def test_each_value_of_a_loop_is_a_command() -> None:
    assert shown("for i in x.js y.js; do node $i; done") == ["node x.js", "node y.js"]


@pytest.mark.parametrize(
    "text",
    [
        "if a; then X=b; fi; node $X",
        "c && X=b; node $X",
        "(X=b); node $X",
        "node $X; X=b",
        "X=b; . ./other.sh; node $X",
        "X=b; read X; node $X",
        "X=b; X=$(other); node $X",
        "X=b; eval $Y; node $X",
        "f() { X=b; }; node $X",
    ],
)
def test_a_value_that_something_else_may_have_set_is_not_the_only_one(text: str) -> None:
    assert {"node b", "node $X"} <= set(shown(text))


@pytest.mark.parametrize("text", ["node $X", "node $1", "node $(other)", "node $(echo x | other)", "node ${X:-x.js}"])
def test_what_only_running_tells_stays_open(text: str) -> None:
    words = read_command(text).commands[0].arguments
    assert words[0].literal is None


@pytest.mark.parametrize(
    "text",
    [
        "A=no; echo ${A}de \"$A\" '$A'",
        "A='a  b'; echo $A",
        "A='a  b'; echo \"$A\"",
        "A=; echo x$A$A y",
        "echo $(printf '%s-%s ' a b c)",
        "echo $(printf '\\101\\n')",
        "echo $(echo olleh | rev)",
        "echo $(echo hello | tr a-y b-z)",
        "echo $(echo hello | tr -d l)",
        'echo "$(echo aGVsbG8K | base64 -d)"',
        "A=hello; echo ${A:-x} ${A:+y}",
        "for i in a b; do echo $i; done",
    ],
)
def test_a_shell_would_say_the_same(text: str) -> None:
    """Only ``echo`` runs, of texts that stand here."""
    ran = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True)  # noqa: S607
    echoed = [" ".join(word.literal or "" for word in one.arguments) for one in _echoes(text)]
    assert [line.rstrip() for line in ran.stdout.splitlines()] == [line.rstrip() for line in echoed]


def _echoes(text: str) -> list[Command]:
    return [one for one in read_command(text).commands if one.program.literal == "echo" and not one.subshell]


@pytest.mark.parametrize(
    "text",
    [
        "$(echo " * 300 + ")" * 300,
        ";".join(f"a{i}=$a{i - 1}$a{i - 1}" for i in range(1, 400)),
        "a=x;" + ";".join(f"a{i}=$a{i - 1}$a{i - 1}" for i in range(1, 60)),
        ";".join(f"a={i}" for i in range(3_000)) + ";$a" * 100,
        "echo $(printf '%s' " + "a " * 9_000 + ")",
        "`" * 3_000,
    ],
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert read_command(text) is not None


CHOSEN = "if x; then A=ls; elif y; then A=id; else A=wc; fi\n"


def test_a_variable_that_every_branch_sets_has_no_other_value() -> None:
    assert [one for one in shown(CHOSEN + "$A b") if one.endswith(" b")] == ["ls b", "id b", "wc b"]


@pytest.mark.parametrize(
    "text",
    [
        CHOSEN.replace("else A=wc; ", ""),
        CHOSEN.replace("A=id", "B=id"),
        CHOSEN.replace("A=id", "A=$(x)"),
        CHOSEN.replace("A=id", "z && A=id"),
        f"z && {CHOSEN}",
        f"f() {{ {CHOSEN} }}\n",
        f"{CHOSEN} . ./z\n",
        f"{CHOSEN} A=$(z)\n",
    ],
)
def test_a_variable_that_one_branch_may_leave_alone_has(text: str) -> None:
    assert "$A b" in shown(f"{text}\n$A b")
