"""A command's text → the simple commands in it: program, words, assignments, redirections, pipes.

Read with the grammar of bash, which is what dash and the others understand and more. Fail closed: a part
of the text that is not understood is told as `unread`, never dropped, and the rest is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from safe_install.model import NOTHING
from safe_install.scan.grammars import first_error, kinds, line_of, parse_shell
from safe_install.scan.shell.commands import Command, Redirect, Shell, Unread
from safe_install.scan.shell.double_brackets import apart
from safe_install.scan.shell.known_values import SPLIT, Known, pieces, unsplit
from safe_install.scan.shell.learning import learn
from safe_install.scan.shell.looked_for import LOOKING, looked_for
from safe_install.scan.shell.outputs import Stage, output_of
from safe_install.scan.shell.shell_losses import losses
from safe_install.scan.shell.shell_words import here_document, text_of, word_of
from safe_install.scan.shell.words import PACKAGE_ROOT, Word, excerpt, joined, literal

__all__ = ["Command", "Redirect", "Shell", "Spare", "Unread", "read_command", "stage"]

LONGEST = 65_536  # bytes of one text; the longest honest command seen has 303, installing shell scripts 60 KB
MOST_COMMANDS = 2_000
DEEPEST = 32  # subshells in one another that are told apart


@dataclass(slots=True)
class Spare:
    """How many substitutions of a text are still read for what they write, how deep in one another, and how long."""

    texts: int = 100
    deep: int = 4
    longest: int = 4_096


def read_command(text: str, variables: Mapping[str, str] = NOTHING, spare: Spare | None = None) -> Shell:
    """Read shell text; never raises, whatever the text. Paths in it may start with the anchors of words.py.

    ``variables`` are those whose values are known beforehand, as npm's ``npm_package_config_x``. Those that the text itself
    sets are known too; a command that may have several words for one is told once for each. ``spare`` is for
    texts in this one.
    """
    source = text.replace(SPLIT, "\N{REPLACEMENT CHARACTER}").encode(errors="replace")
    if len(source) > LONGEST:
        return Shell(unread=(Unread(detail=f"a command of {len(source):,} bytes"),))
    source = apart(source)
    root = parse_shell(source)
    if root is None:
        return Shell(unread=(Unread(detail="a command that takes too long to parse"),))
    spare = Spare() if spare is None else spare
    known = Known(
        variables={name: [value] for name, value in variables.items()},
        sure=dict.fromkeys(variables, 0),
        output=lambda inside: _output(inside, variables, spare),
    )
    learn(root, source, known)
    reading = _Reading(source, known)
    reading.read(root)
    error = first_error(root)
    if error is not None:
        reading.not_understood(error, "not shell text as this program reads it")
    for node, detail in losses(root, source):
        reading.not_understood(node, detail)
    return Shell(commands=tuple(reading.commands), functions=frozenset(reading.functions), unread=tuple(reading.unread))


MOST_INSIDE = 8  # substitutions in a substitution
_WRITING = re.compile(r"echo|printf|dirname|pwd|which|command|type|<<<")


def _output(text: str, variables: Mapping[str, str], spare: Spare) -> str | None:
    """Give what a substitution's text writes, where that is known without running it."""
    if not spare.texts or not spare.deep or len(text) > spare.longest or not _WRITING.search(text):
        return None
    if text.count("$(") + text.count("`") > MOST_INSIDE:
        return None
    spare.texts, spare.deep = spare.texts - 1, spare.deep - 1
    shell = read_command(text, variables, spare)
    spare.deep += 1
    pipe = [command for command in shell.commands if not command.subshell]
    if not shell.unread and len(pipe) == len(("cd", "pwd")) and not pipe[1].piped:
        return _moved(*pipe)
    is_pipe = all(bool(command.piped) == (at > 0) for at, command in enumerate(pipe))
    stages = [stage(command) for command in pipe]
    known = [one for one in stages if one is not None]
    program = looked_for(pipe) if LOOKING.match(text) and not shell.unread else None
    if program is not None:
        return f"{program}\n"
    return None if shell.unread or not is_pipe or len(known) < len(stages) else output_of(known)


def _moved(first: Command, second: Command) -> str | None:
    """Give what ``cd PLACE && pwd`` writes where the place is known."""
    there = [word.literal for word in first.arguments if word.literal not in {"--", "-P", "-L"}]
    is_told = first.program.literal == "cd" and second.program.literal == "pwd" and len(there) == 1
    return f"{there[0]}\n" if is_told and (there[0] or "").startswith(PACKAGE_ROOT) else None


def stage(command: Command) -> Stage | None:
    """Give a command as `output_of` wants it, None when a part of it is known only while running."""
    words = [word.literal for word in (command.program, *command.arguments)]
    given = [redirect for redirect in command.redirects if redirect.reads]
    said = [word for word in words if word is not None]
    if len(said) < len(words) or any(not one.gives_text or one.target.literal is None for one in given):
        return None
    return said, (given[-1].target.literal if given else None)


# Kinds of nodes by what they mean here. A kind in none of these sets is told as unread.
_AROUND_COMMANDS = kinds(
    "program list negated_command if_statement elif_clause else_clause for_statement c_style_for_statement while_statement"
    " do_group compound_statement case_statement case_item test_command command_name concatenation string expansion simple_expansion"
    " arithmetic_expansion subscript array binary_expression unary_expression postfix_expression ternary_expression"
    " parenthesized_expression file_redirect herestring_redirect heredoc_redirect heredoc_body variable_assignments"
    " unset_command translated_string brace_expression ERROR"
)
_SUBSHELLS = kinds("subshell command_substitution process_substitution")
_WITHOUT_COMMANDS = kinds(
    "word number raw_string string_content ansi_c_string variable_name special_variable_name comment heredoc_start"
    " heredoc_end heredoc_content regex test_operator file_descriptor extglob_pattern"
)
_REDIRECTS = kinds("file_redirect heredoc_redirect herestring_redirect")


@dataclass(frozen=True, slots=True)
class _Around:
    """What the commands below a node share."""

    subshell: tuple[int, ...] = ()
    piped: range = range(0)
    redirects: tuple[Redirect, ...] = ()
    pipe_start: int | None = None  # set on a later element of a pipe, until its place among the commands is known


@dataclass(slots=True)
class _Reading:
    """One walk over a syntax tree, depth first in the order of the text, without recursion."""

    source: bytes
    known: Known
    commands: list[Command] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    subshells: int = 0

    def read(self, root: Node) -> None:
        """Visit every node below the root once."""
        waiting = [(root, _Around())]
        while waiting:
            node, around = waiting.pop()
            if len(self.commands) >= MOST_COMMANDS:
                self.not_understood(node, f"more than {MOST_COMMANDS:,} commands, the rest is not read")
                return
            if around.pipe_start is not None:
                around = replace(around, piped=range(around.pipe_start, len(self.commands)), pipe_start=None)
            waiting += reversed(list(self._visit(node, around)))

    def _visit(self, node: Node, around: _Around) -> Iterator[tuple[Node, _Around]]:
        """Note what a node says; yield what is below it and has to be visited."""
        kind = node.type
        match kind:
            case "command" | "declaration_command" | "variable_assignment":
                self._take(node, around)
                yield from self._within(node, around)
                return
            case "function_definition":
                self.functions.add(text_of(node.child_by_field_name("name") or node, self.source))
                around = _Around(subshell=around.subshell)
            case "redirected_statement":
                yield from self._redirected(node, around)
                return
            case "pipeline":
                yield from self._pipeline(node.named_children, around)
                return
            case "compound_statement" if node.child_count and node.children[0].type == "((":
                self.not_understood(node, "arithmetic to bash, nested commands to dash")
            case _ if kind in _SUBSHELLS:
                around = self._subshell(kind, around)
            case _ if kind in _WITHOUT_COMMANDS:
                return
            case _ if kind not in _AROUND_COMMANDS:
                self.not_understood(node, f"a {kind.replace('_', ' ')}")
            case _:
                pass
        yield from ((child, around) for child in node.named_children)

    def _take(self, node: Node, around: _Around) -> None:
        """Note a command, once for each value of the variable in it that has most."""
        self.known.at = node.start_byte
        choices = self.known.alternatives(text_of(node, self.source)) if node.type == "command" else 1
        for choice in range(choices):
            self.known.choice = choice
            command = self._command(node, around)
            if not choice or command != self.commands[-1]:
                self.commands.append(command)
        self.known.choice = 0

    def _subshell(self, kind: str, around: _Around) -> _Around:
        """Enter a subshell; what is told of ``( … )`` holds for every command in it, but not for a substitution."""
        self.subshells += 1
        inside = (*around.subshell, self.subshells) if len(around.subshell) < DEEPEST else around.subshell
        return replace(around, subshell=inside) if kind == "subshell" else _Around(subshell=inside)

    def _within(self, node: Node, around: _Around) -> Iterator[tuple[Node, _Around]]:
        """Go on to the substitutions in a command's words, the values of its assignments included."""
        for child in node.named_children:
            for below in child.named_children if child.type == "variable_assignment" else [child]:
                yield below, _Around(subshell=around.subshell)

    def _pipeline(self, elements: Sequence[Node], around: _Around) -> Iterator[tuple[Node, _Around]]:
        """Let each later element of a pipe read what the earlier ones write."""
        start = len(self.commands)
        for index, element in enumerate(elements):
            yield element, replace(around, pipe_start=start) if index else around

    def _redirected(self, node: Node, around: _Around) -> Iterator[tuple[Node, _Around]]:
        """Give a statement's redirections to what it runs: of a list or a pipe, to the last command.

        A heredoc's node also holds the rest of its line: ``cat <<X | sh`` pipes into what stands inside it.
        """
        nodes = [child for child in node.children if child.type in _REDIRECTS]
        inside = [below for child in nodes for below in child.named_children]
        redirects = tuple(self._redirect(child) for child in [*nodes, *inside] if child.type in _REDIRECTS)
        body = node.child_by_field_name("body")
        start = len(self.commands)
        if body is None:
            self.commands.append(
                Command(program=literal(""), redirects=redirects, subshell=around.subshell, line=line_of(node))
            )
        else:
            yield from self._with_redirects(body, redirects, around)
        for child in inside:
            yield (
                child,
                replace(around, pipe_start=start) if child.type == "pipeline" else _Around(subshell=around.subshell),
            )

    def _with_redirects(
        self, body: Node, redirects: tuple[Redirect, ...], around: _Around
    ) -> Iterator[tuple[Node, _Around]]:
        inner = replace(around, redirects=around.redirects + redirects)
        if body.type == "list" and body.named_children:
            *before, last = body.named_children
            yield from ((child, around) for child in before)
            yield from self._with_redirects(last, redirects, around)
        elif body.type == "pipeline" and body.named_children:
            *earlier, (last, reading) = self._pipeline(body.named_children, around)
            yield from earlier
            yield last, replace(reading, redirects=inner.redirects)
        else:
            yield body, inner

    def _command(self, node: Node, around: _Around) -> Command:
        """Read one simple command, ``export A=1`` or a bare assignment."""
        program = literal("")
        arguments: list[Word] = []
        own = [self._redirect(child) for child in node.children if child.type in _REDIRECTS]
        assigning = [node] if node.type == "variable_assignment" else node.named_children
        end = 0
        for index, child in enumerate(node.children):
            if child.type == "command_name":
                program = word_of(child, self.source, self.known)
            elif index == 0 and node.type == "declaration_command":
                program = literal(text_of(child, self.source))
            elif child.type != "variable_assignment" and child.type not in _REDIRECTS:
                touches = bool(arguments) and end == child.start_byte  # the grammar takes ``{a`` for two words
                before = [arguments.pop()] if touches else []
                arguments.append(joined([*before, word_of(child, self.source, self.known)]))
            end = child.end_byte
        words = [piece for word in (program, *arguments) for piece in pieces(word)]
        assigns = node.type == "variable_assignment" or not words
        return Command(
            program=literal("") if assigns else words[0],
            arguments=() if assigns else tuple(words[1:]),
            assignments=tuple(self._assignment(child) for child in assigning if child.type == "variable_assignment"),
            redirects=(*around.redirects, *own),
            subshell=around.subshell,
            piped=around.piped,
            line=line_of(node),
        )

    def _assignment(self, node: Node) -> tuple[str, Word]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        said = text_of(name, self.source) if name else text_of(node, self.source)
        return said, unsplit(word_of(value, self.source, self.known)) if value else literal("")

    def _redirect(self, node: Node) -> Redirect:
        operator = next((child.type for child in node.children if not child.is_named), "<")
        if node.type == "heredoc_redirect":
            return Redirect(operator=operator, target=here_document(node, self.source))
        target = node.child_by_field_name("destination") or (node.named_children or [node])[-1]
        return Redirect(operator=operator, target=unsplit(word_of(target, self.source, self.known)))

    def not_understood(self, node: Node, detail: str) -> None:
        """Tell what was not understood, and where."""
        self.unread.append(Unread(detail=f"{detail}: {excerpt(text_of(node, self.source), 60)}", line=line_of(node)))
