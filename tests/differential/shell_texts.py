"""Shell texts that start inert programs in every way we know; by construction they end, and touch nothing."""

from __future__ import annotations

import random
from collections.abc import Callable

PROGRAMS = ("alpha", "beta", "gamma", "delta", "omega")
"""What the texts start: programs that note their name and end."""
FILES = {
    "run.sh": "#!/bin/sh\nalpha\n",
    "lib.sh": "beta() { gamma; }\ndelta\n",
    "list.txt": "gamma\n",
    "sub/run.sh": "#!/bin/sh\nomega\n",
    "sub/deep/one.sh": "#!/bin/sh\nbeta one\n",
}
"""The files of the package in which they run."""


def grouped(statement: str) -> str:
    """Make one command of a statement, so that anything may follow it on its line."""
    return f"{{ {statement}\n}}" if any(mark in statement for mark in "\n;#&|") else statement


class Writer:
    """Writes one text: a program in a command, in what is around a command, as often as the depth allows."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.names = 0

    def text(self) -> str:
        """Write a whole text of one to three statements."""
        between = self.chance.choice(("; ", "\n", " && ", " || ", " & ", ";\n"))
        statements = [self.statement(self.chance.choice((0, 1, 1, 2, 3))) for _ in range(self.chance.randint(1, 3))]
        return between.join(map(grouped, statements) if between != "\n" else statements)

    def statement(self, depth: int) -> str:
        """Write one statement, with others in it."""
        if depth <= 0:
            return self.simple()
        return self.chance.choice(self._STATEMENTS)(self, depth - 1)

    def program(self) -> str:
        """Write the name of a program, plainly or not."""
        name = self.chance.choice(PROGRAMS)
        return self.chance.choice(self._SPELLINGS)(name)

    def simple(self) -> str:
        """Write one simple command."""
        return self.chance.choice(self._SIMPLE)(self)

    def fresh(self) -> str:
        """Give a name that is not taken."""
        self.names += 1
        return f"v{self.names}"

    _SPELLINGS: tuple[Callable[[str], str], ...] = (
        *(lambda name: name,) * 4,
        lambda name: f'{name[:2]}""{name[2:]}',
        lambda name: f"'{name}'",
        lambda name: f'"{name}"',
        lambda name: f"{name[0]}\\{name[1:]}",
        lambda name: f"{name[:3]}\\\n{name[3:]}",
        lambda name: f"${{nothing}}{name}",
        lambda name: f"$nothing{name}",
        lambda name: f"$(echo {name})",
        lambda name: f"`echo {name}`",
        lambda name: f"$(printf '%s' {name})",
        lambda name: f"${{nothing:-{name}}}",
        lambda name: f"${{HOME:+{name}}}",
        lambda name: f"$(printf '{name[:2]}%s' {name[2:]})",
    )

    _SIMPLE: tuple[Callable[[Writer], str], ...] = (
        *(lambda self: self.program(),) * 3,
        lambda self: f"{self.program()} one 'two three'",
        lambda self: f"A=1 B=$( {self.program()} ) {self.program()}",
        lambda self: f"command {self.program()}",
        lambda self: f"env A=1 {self.program()}",
        lambda self: f"exec {self.program()}",
        lambda self: f"eval {self.program()}",
        lambda self: f'eval "{self.chance.choice(PROGRAMS)} x; {self.chance.choice(PROGRAMS)}"',
        lambda self: f"sh -c '{self.chance.choice(PROGRAMS)} x'",
        lambda self: f'sh -ec "{self.chance.choice(PROGRAMS)}" name',
        lambda self: f"echo {self.chance.choice(PROGRAMS)} | sh",
        lambda self: f"printf '%s\\n' {self.chance.choice(PROGRAMS)} | sh -s one",
        lambda self: f"sh <<E\n{self.chance.choice(PROGRAMS)}\nE\n",
        lambda self: f"sh <<-'E'\n\t{self.chance.choice(PROGRAMS)} $x\n\tE\n",
        lambda self: f"cat <<E | sh\n{self.chance.choice(PROGRAMS)}\nE\n",
        lambda self: f"echo x | xargs {self.program()}",
        lambda self: f"echo {self.chance.choice(PROGRAMS)} | xargs -n 1 env",
        lambda self: self.chance.choice(
            ("sh run.sh", "./run.sh", ". ./lib.sh", ". ./lib.sh; beta", "sh ./sub/../run.sh")
        ),
        lambda self: self.chance.choice(
            ("cd sub && ./run.sh", "cd sub; sh run.sh; cd ..", "(cd sub/deep && sh one.sh)")
        ),
        lambda self: self.chance.choice(("sh < run.sh", "cat run.sh | sh", "sh sub/*.sh", "sh s?b/run.sh")),
        lambda self: self.chance.choice(
            ("read x < list.txt; $x", "while read x; do $x; done < list.txt", "$(cat list.txt)")
        ),
        lambda self: self._by_variable(),
        lambda self: self._by_arguments(),
        lambda self: f"trap '{self.chance.choice(PROGRAMS)}' EXIT",
        lambda self: f"test -n x && {self.program()}",
        lambda self: f"[ -z x ] || {self.program()}",
        lambda self: f"true >/dev/null 2>&1 $({self.program()})",
        lambda self: f'echo "$({self.program()})" >/dev/null',
        lambda self: f": ${{nothing:=$({self.program()})}}",
        lambda self: f'x="a $(echo "$({self.program()})")"',
        lambda self: f"export Y=`{self.chance.choice(PROGRAMS)}`",
        lambda self: f"cat <<E\n$({self.program()})\nE\n",
        lambda self: f"! {self.program()}",
        lambda self: f"{self.program()} > /dev/null < /dev/null 2>&1",
        lambda self: f"> /dev/null {self.program()}",
        lambda self: f"echo $(( $({self.program()}; echo 1) + 1 ))",
        lambda self: f"nice {self.program()}",
        lambda self: f"timeout 5 {self.program()}",
        lambda self: f"find run.sh -exec {self.program()} {{}} \\;",
        lambda self: f"printf x | while read y; do {self.program()}; done",
        lambda self: f"set -e; {self.program()}",
        lambda self: f"unset x; ${{x-{self.chance.choice(PROGRAMS)}}}",
        lambda self: f"IFS=,; x={self.chance.choice(PROGRAMS)},a; $x",
        lambda self: f"alias aa={self.chance.choice(PROGRAMS)}\naa",
        lambda self: f"exec 3>&1; {self.program()} >&3",
        lambda self: f"# {self.chance.choice(PROGRAMS)}\n{self.program()} # {self.chance.choice(PROGRAMS)}",
        lambda self: f"sh -c 'sh -c \"{self.chance.choice(PROGRAMS)}\"'",
        lambda self: f'sh -c \'"$0" "$@"\' {self.program()} x',
        lambda self: f"case x in *) {self.program()};; esac",
        lambda self: f"type {self.chance.choice(PROGRAMS)} >/dev/null && {self.program()}",
        lambda self: f"{{ {self.program()}; }} | cat",
        lambda self: f"/usr/bin/env {self.program()}",
        lambda self: f"\\{self.chance.choice(PROGRAMS)}",
        lambda _: "x=run; sh $x.sh; sh ${x}.sh",
    )

    def _by_variable(self) -> str:
        name, value = self.fresh(), self.chance.choice(PROGRAMS)
        said = self.chance.choice(
            (f"${name}", f"${{{name}}}", f'"${name}"', f"${{{name}#x}}", f"${{{name}%%.*}}", f"${name} a")
        )
        setting = self.chance.choice(
            (f"{name}={value}", f'{name}="{value}"', f"export {name}={value}", f"{name}=$(echo {value})")
        )
        return f"{setting}{self.chance.choice(('; ', ' && ', chr(10)))}{said}"

    def _by_arguments(self) -> str:
        one, two = self.chance.sample(PROGRAMS, 2)
        return self.chance.choice(
            (
                f"set -- {one} {two}; $1; $2",
                f'set -- {one} {two}; "$@"',
                f"set -- {one} {two}; shift; $1",
                f'for x in {one} {two}; do "$x"; done',
                f"for x in {one} {two}\ndo $x; done",
                f"set -- {one}; for x; do $x; done",
                f"set -- a b; $( [ $# = 2 ] && echo {one} )",
            )
        )

    def _function(self, depth: int) -> str:
        name = self.fresh()
        body = self.statement(depth)
        called = self.chance.choice((name, f"{name} {self.chance.choice(PROGRAMS)}"))
        uses = self.chance.choice(("", "; $1", '; "$@"')) if called != name else ""
        head = self.chance.choice((f"{name}() {{ {body}{uses}\n}}", f"{name} () (\n{body}{uses}\n)"))
        return f"{head}\n{called}"

    _STATEMENTS: tuple[Callable[[Writer, int], str], ...] = (
        lambda self, depth: self.statement(depth),
        lambda self, _: self.simple(),
        lambda self, depth: f"( {self.statement(depth)}\n)",
        lambda self, depth: f"{{ {self.statement(depth)}\n}}",
        lambda self, depth: f"if {self.statement(depth)}\nthen {self.statement(depth)}\nelse {self.simple()}\nfi",
        lambda self, depth: f"while {self.statement(depth)}\ndo {self.simple()}\nbreak\ndone",
        lambda self, depth: f"until false\ndo {self.statement(depth)}\nbreak\ndone",
        lambda self, depth: f"for i in 1 2\ndo {self.statement(depth)}\ndone",
        lambda self, depth: f"case $HOME in a) {self.simple()}\n;; *) {self.statement(depth)}\n;; esac",
        lambda self, _: f"{grouped(self.simple())} | {grouped(self.simple())}",
        lambda self, _: " && ".join((grouped(self.simple()), grouped(self.simple()))),
        lambda self, _: " || ".join((grouped(self.simple()), grouped(self.simple()))),
        lambda self, depth: f"x=$(\n{self.statement(depth)}\n)",
        lambda self, depth: f'echo "a $(\n{self.statement(depth)}\n) b"',
        lambda self, depth: f"{grouped(self.statement(depth))} &\nwait",
        _function,
    )
