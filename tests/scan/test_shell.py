"""A command's text is read as a shell would read it, and what is not understood is told."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safe_install import shell_grammar
from safe_install.scan.shell.shell import LONGEST, MOST_COMMANDS, Command, read_command
from safe_install.scan.shell.words import Computed, Pattern
from tests.fuzz.bounds import within_bounds


def words(command: Command) -> list[str]:
    """Write a command's words; a computed part is written ``<…>``."""
    return [
        "".join(f"<{part.source}>" if isinstance(part, Computed) else part for part in word.parts)
        for word in (command.program, *command.arguments)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node install.js", [["node", "install.js"]]),
        ("  node   'a b'  \"c d\" ", [["node", "a b", "c d"]]),
        ("""node -e "try{require('./x')}catch(e){}" """, [["node", "-e", "try{require('./x')}catch(e){}"]]),
        ("a && b || c; d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("a\n\n   b # not c\nd", [["a"], ["b"], ["d"]]),
        ("a \\\n  b", [["a", "b"]]),
        ("! a", [["a"]]),
        ("(a && b) || (c)", [["a"], ["b"], ["c"]]),
        ("{ a; b; }", [["a"], ["b"]]),
        ("if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("for i in x y; do a $i; done", [["a", "x"], ["a", "y"]]),
        ("while a; do b; done; until c; do d; done", [["a"], ["b"], ["c"], ["d"]]),
        ("case $x in *.js) a;; *) b;; esac", [["a"], ["b"]]),
        ("f() { a; }; f; function g { b; }", [["a"], ["f"], ["b"]]),
        ("[ -f x ] && [[ -d y ]] && a", [["a"]]),
    ],
)
def test_every_simple_command_is_found(text: str, expected: list[list[str]]) -> None:
    read = read_command(text)
    assert [words(command) for command in read.commands] == expected
    assert not read.unread


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("w'g'et", "wget"),
        ('c""url', "curl"),
        ("cu\\rl", "curl"),
        ("'cu'rl", "curl"),
        ("\"cu\"'rl'", "curl"),
        ("$'\\x63url'", "curl"),
        ("$'\\143\\165rl'", "curl"),
        ("$'\\u0063url'", "curl"),
        ("\\n\\o\\d\\e", "node"),
        ('"a\\"b\\$c\\`d\\\\e\\n"', 'a"b$c`d\\e\\n'),
        ("'it'\\''s'", "it's"),
        ('"two  spaces"', "two  spaces"),
        ('""', ""),
        ("caf\u00e9\u00a0\u2028", "caf\u00e9\u00a0\u2028"),
        ("a\0b", "a\0b"),
    ],
)
def test_quotes_and_escapes_hide_no_word(text: str, word: str) -> None:
    assert read_command(text).commands[0].program.literal == word


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("$X", (Computed("$X"),)),
        ("${X:-install.js}", (Computed("${X:-install.js}"),)),
        ('"a $x b"', ("a ", Computed("$x"), " b")),
        ("a$(id)b", ("a", Computed("$(id)"), "b")),
        ("a`id`", ("a", Computed("`id`"))),
        ("~/.npmrc", (Computed("~"), "/.npmrc")),
        ("*.js", (Pattern("*.js", "", ".js"),)),
        ("{a,b}", (Computed("{a,b}"),)),
        ("$((1+1))", (Computed("$((1+1))"),)),
    ],
)
def test_what_only_running_tells_is_computed(text: str, parts: tuple[str | Computed, ...]) -> None:
    assert read_command(f"node {text}").commands[0].arguments[0].parts == parts


@pytest.mark.parametrize(
    "text",
    [
        "echo $(node x)",
        "echo `node x`",
        'echo "$(node x)"',
        "A=$(node x)",
        "A=$(node x) echo",
        "export A=$(node x)",
        "echo <(node x)",
        "[[ $(node x) == 1 ]]",
        "[ $(node x) ]",
        "echo ${A:-$(node x)}",
        "echo > $(node x)",
        "cat <<E\n$(node x)\nE",
        "for i in $(node x); do :; done",
        "case $(node x) in a) :;; esac",
        "echo $(echo $(node x))",
        'echo "a" "b$(node x)c"',
        "cat <<< $(node x)",
        "A=(a $(node x))",
        "echo $(( $(node x) + 1 ))",
    ],
)
def test_a_command_inside_another_words_is_found(text: str) -> None:
    assert ["node", "x"] in [words(command) for command in read_command(text).commands]


def test_assignments_stand_beside_their_command() -> None:
    (command,) = read_command("A=1 B='x y' node x").commands
    assert [(name, value.literal) for name, value in command.assignments] == [("A", "1"), ("B", "x y")]
    assert words(command) == ["node", "x"]


def test_bare_assignments_and_exports_are_commands_that_assign() -> None:
    read = read_command("A=1; export B=2; C=3 D=4")
    assert [words(command)[0] for command in read.commands] == ["", "export", "", ""]
    assert [command.assignments[0][0] for command in read.commands] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("node < data.csv", 0, [("<", "data.csv")]),
        ("< data.csv node", 0, [("<", "data.csv")]),
        ("node a > out 2>&1", 0, [(">", "out"), (">&", "1")]),
        ("a && node < d", 1, [("<", "d")]),
        ("a && node < d", 0, []),
        ("a | node < d", 1, [("<", "d")]),
        ("{ a; node b; } < d", 1, [("<", "d")]),
        ("(a; b) > f", 0, [(">", "f")]),
        ("if a; then b; fi < d", 1, [("<", "d")]),
        ("node <<E\nx y\nE", 0, [("<<", "x y")]),
        ("node <<< 'x y'", 0, [("<<<", "x y")]),
        ("< f", 0, [("<", "f")]),
    ],
)
def test_redirections_belong_to_what_they_feed(text: str, index: int, expected: list[tuple[str, str]]) -> None:
    command = read_command(text).commands[index]
    assert [(redirect.operator, redirect.target.shown) for redirect in command.redirects] == expected


def test_a_redirection_to_a_file_descriptor_writes_no_file() -> None:
    (command,) = read_command("node x > f 2>&1").commands
    assert [redirect.writes for redirect in command.redirects] == [True, False]


@pytest.mark.parametrize(
    ("text", "reader", "writers"),
    [
        ("curl x | sh", "sh", ["curl"]),
        ("a | b | sh", "sh", ["a", "b"]),
        ("(a; b) | sh", "sh", ["a", "b"]),
        ("a | (b; sh)", "sh", ["a"]),
        ("a && b | sh", "sh", ["b"]),
        ("if a; then b; fi | sh", "sh", ["a", "b"]),
        ("cat <<E | sh\nnode x\nE", "sh", ["cat"]),
        ("a |& sh", "sh", ["a"]),
    ],
)
def test_a_pipe_says_who_writes_into_it(text: str, reader: str, writers: list[str]) -> None:
    read = read_command(text)
    found = next(command for command in read.commands if command.program.literal == reader)
    assert [read.commands[index].program.literal for index in found.piped] == writers


def test_a_heredoc_with_expansions_is_computed_and_one_with_a_quoted_end_is_not() -> None:
    computed, plain = (read_command(f"sh <<{end}\nnode $X\nE").commands[0].redirects[0] for end in ("E", "'E'"))
    assert computed.target.literal is None
    assert plain.target.literal is not None
    assert plain.target.literal.strip() == "node $X"


def test_subshells_are_told_apart() -> None:
    read = read_command("cd a; (cd b; (c)); d")
    assert [len(command.subshell) for command in read.commands] == [0, 1, 2, 0]
    assert len({command.subshell for command in read.commands}) == 3


def test_commands_carry_their_line() -> None:
    assert [command.line for command in read_command("a\nb && c\n\nd").commands] == [1, 2, 2, 4]


def test_functions_are_named() -> None:
    assert read_command("f() { a; }; function g { b; }").functions == {"f", "g"}


@pytest.mark.parametrize(
    "text",
    [
        'echo "unclosed',
        "echo 'unclosed",
        "a && ",
        "if a; then b",
        "$(node x",
        "((node x))",
        "exec 3<>/dev/tcp/192.0.2.1/80",
        ")",
        "cat <<A; cat <<B\na\nA\nb\nB",
        "n\\\node x",
        "node \\\\\\\nx",
        "echo a\n\\node x",
        "node \\ x",
        "node $'install.js'",
        "cat <<\u00e9\n\u00f1\n' x\n\u00e9\nnode x\n'",
    ],
)
def test_what_is_not_understood_is_told(text: str) -> None:
    assert read_command(text).unread


def test_what_follows_an_error_is_read_all_the_same() -> None:
    assert ["node", "x"] in [words(command) for command in read_command("a ) ; node x").commands]


@pytest.mark.parametrize("text", ["a = b", "a == b", "a =~ b", "a $ b", "a { b", "a {b", "a } b", "a ! b", "a in if b"])
def test_no_word_is_lost(text: str) -> None:
    assert words(read_command(text).commands[0]) == text.split(" ")


def test_what_touches_is_one_word() -> None:
    assert words(read_command("a {\\b c").commands[0]) == ["a", "{b", "c"]


def test_characters_that_end_the_grammars_scanner_do_not_end_us() -> None:
    for _ in range(1_000):  # each of them reads outside a table; one in a few thousand ends the process
        read_command("\u00fb{\U0009d685")


def test_a_text_that_is_too_long_is_told_and_not_read() -> None:
    read = read_command("a;" * LONGEST)
    assert not read.commands
    assert read.unread


def test_more_commands_than_are_read_are_told() -> None:
    read = read_command("a;" * (MOST_COMMANDS + 1))
    assert len(read.commands) == MOST_COMMANDS
    assert read.unread


def test_a_text_that_takes_too_long_to_parse_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_grammar, "SECONDS", 0.02)
    read = read_command("[ a" * 8_000)
    assert [one.detail for one in read.unread] == ["a command that takes too long to parse"]


@pytest.mark.parametrize("piece", ["a|", "|*", "a |& ", "[ a", "[[ a", "a[ ", "((a ", "< (a"])
def test_a_text_that_the_grammar_is_slow_at_is_told_within_bounds(piece: str) -> None:
    with within_bounds():
        assert read_command(piece * (LONGEST // len(piece))).unread


@pytest.mark.parametrize("piece", ["x=(", "f() ", "$(", "((", "{ ", "`", '"$(', "if ", "${", "<(", "! ", "a && "])
def test_hostile_nesting_ends(piece: str) -> None:
    read_command(piece * (4_000 // len(piece)))


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
@example("\0")
@example("\ud800")
@example("node \ue000")
@settings(max_examples=200, deadline=None)
def test_reading_never_raises(text: str) -> None:
    read_command(text)


PIECES = "a b $ ( ) { } < > | & ; ' \" ` \\ \n = [ ] # ~ * if then fi do done <<E in case esac"


@given(
    st.lists(
        st.sampled_from(PIECES.split(" ")),
        max_size=40,
    )
)
@settings(max_examples=300, deadline=None)
def test_reading_broken_shell_never_raises(pieces: list[str]) -> None:
    read_command(" ".join(pieces))
    read_command("".join(pieces))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((a && b) > c) || (exit 0)", ["a", "b", "exit"]),
        ("x; ((a) ; b)", ["x", "a", "b"]),
        ("(((a) && b) ; c)", ["a", "b", "c"]),
        ("((a) )", ["a"]),
    ],
)
def test_two_brackets_that_end_apart_are_two_subshells(text: str, expected: list[str]) -> None:
    shell = read_command(text)
    assert [command.program.shown for command in shell.commands] == expected
    assert not shell.unread


@pytest.mark.parametrize("text", ["((a = b))", "((a && b))", "echo '((a) b)'; ((c) ; d)", "((a $(b)) ; c)", "((a"])
def test_two_brackets_that_may_be_arithmetic_are_told(text: str) -> None:
    assert read_command(text).unread
