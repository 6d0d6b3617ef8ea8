"""What reading shell text gives: simple commands, their redirections, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass

from safe_install.scan.shell.words import Word, excerpt


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect:
    """One redirection: ``target`` is a file, or for ``<<`` and ``<<<`` the text itself."""

    operator: str
    target: Word

    @property
    def gives_text(self) -> bool:
        """Tell whether the target is the text, not a file."""
        return self.operator.startswith("<<")

    @property
    def reads(self) -> bool:
        """Tell whether it feeds the command."""
        return self.operator.startswith("<")

    @property
    def writes(self) -> bool:
        """Tell whether it writes a file; ``2>&1`` does not."""
        return ">" in self.operator and not (
            self.operator == ">&" and (self.target.literal or "").rstrip("-").isdigit()
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One simple command; ``program`` is empty when it only assigns or redirects.

    ``subshell`` numbers the subshells around it, outermost first: a ``cd`` in one ends with it. ``piped`` are
    the indexes, among the commands of the same text, of those that write into its standard input.
    ``directory`` is where it runs, when that is told and not just the working directory.
    """

    program: Word
    arguments: tuple[Word, ...] = ()
    assignments: tuple[tuple[str, Word], ...] = ()
    redirects: tuple[Redirect, ...] = ()
    subshell: tuple[int, ...] = ()
    piped: range = range(0)
    directory: Word | None = None
    line: int = 1

    @property
    def shown(self) -> str:
        """Write the command for a person."""
        return excerpt(" ".join(word.shown for word in (self.program, *self.arguments)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A part of a text that was not understood; ``line`` is 1-based."""

    detail: str
    line: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """What a text runs, in the order of the text; functions that it defines; what was not understood."""

    commands: tuple[Command, ...] = ()
    functions: frozenset[str] = frozenset()
    unread: tuple[Unread, ...] = ()
