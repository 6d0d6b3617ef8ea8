"""Batch text → lines as cmd.exe reads them, and lines → commands: words, redirections, pipes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_OPERATORS = "&|"
_DELIMITERS = " \t,;=\xa0\x0b\x0c"


@dataclass(slots=True)
class Raw:
    """One command of a line: its words, with quotes taken away; ``rest`` is what stands behind the first as it is written."""

    words: list[str] = field(default_factory=list)
    rest: str = ""
    redirects: list[tuple[str, str]] = field(default_factory=list)
    piped: bool = False


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; a caret at the end goes on in the next one."""
    start, waiting = 1, ""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if not waiting:
            start = number
        if line.endswith("^") and not line.endswith("^^"):
            waiting += line[:-1]
            continue
        yield start, waiting + line
        waiting = ""
    if waiting:
        yield start, waiting


def commands_in(line: str) -> list[Raw]:
    """Split an expanded line at ``&``, ``|`` and brackets; ``@`` before a command only keeps it from being shown."""
    splitting = _Splitting(line)
    splitting.split()
    return [one for one in splitting.done if one.words or one.redirects]


@dataclass(slots=True)
class _Splitting:
    """One pass over a line."""

    line: str
    done: list[Raw] = field(default_factory=list)
    current: Raw = field(default_factory=Raw)
    word: list[str] = field(default_factory=list)
    quoted: bool = False
    touched: bool = False
    redirect: str = ""
    start_of_rest: int = -1

    def split(self) -> None:
        at = 0
        while at < len(self.line):
            at = self._character(at)
        self._end_command(len(self.line), piped=False)

    def _character(self, at: int) -> int:
        """Take one character, or what belongs together; give where the next one stands."""
        sign = self.line[at]
        if sign == '"':
            self.quoted = not self.quoted
            self.touched = True
        elif self.quoted:
            self.word.append(sign)
        elif sign == "^":
            self.word += self.line[at + 1 : at + 2]
            return at + 2
        elif sign in _OPERATORS:
            double = self.line[at : at + 2] == sign * 2
            self._end_command(at, piped=sign == "|" and not double)
            return at + 1 + double
        elif sign in "()":
            return self._bracket(at)
        elif sign in "<>":
            return self._redirected(at)
        elif sign in _DELIMITERS and (sign in " \t" or not self.current.words):
            self._end_word(at)
        elif sign == "@" and not self.current.words and not self.word:
            pass
        else:
            self.word.append(sign)
        return at + 1

    def _bracket(self, at: int) -> int:
        """Begin or end a block: ``(`` where a command may start, and every ``)`` that is not quoted."""
        if self.line[at] == "(" and (self.word or self.current.words) and not _takes_block(self.current.words):
            self.word.append("(")
        else:
            self._end_command(at, piped=False)
        return at + 1

    def _redirected(self, at: int) -> int:
        """Read ``>``, ``>>``, ``<``, ``2>`` and ``2>&1``."""
        handle = self.word.pop() if self.word and self.word[-1].isdigit() and len(self.word) == 1 else ""
        self._end_word(at)
        operator = self.line[at]
        if self.line[at + 1 : at + 2] == operator:
            operator *= 2
        after = at + len(operator)
        if self.line[after : after + 1] == "&":
            return after + 2
        self.redirect = handle + operator
        return after

    def _end_word(self, at: int) -> None:
        text = "".join(self.word)
        if text or self.touched:
            if self.redirect:
                self.current.redirects.append((self.redirect, text))
                self.redirect = ""
            else:
                self.current.words.append(text)
                if len(self.current.words) == 1:
                    self.start_of_rest = at
        self.word, self.touched = [], False

    def _end_command(self, at: int, *, piped: bool) -> None:
        self._end_word(at)
        if self.start_of_rest >= 0:
            self.current.rest = self.line[self.start_of_rest : at]
        self.done.append(self.current)
        self.current, self.start_of_rest, self.redirect, self.quoted = Raw(piped=piped), -1, "", False


def _takes_block(words: list[str]) -> bool:
    """Tell whether a block may follow: ``if … (``, ``else (``, ``do (``."""
    return bool(words) and words[0].lower() in {"if", "else", "for", "do"}
