"""What an expression was found to be as a list, so that it is not looked at again and again.

A list that is put together of itself in several ways is asked for as often as there are ways: two files of yargs reach the
limit of steps so, 0.8 s of CPU. Looking again takes what it took before, for all that it asks is remembered then. So that
is counted and not done, and every limit is met where it was met without this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from safe_install.scan.shell.words import Word

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

List = tuple[Word, ...]
About = tuple[int, int, bool]
"""An expression by its node's id, and what else its lists depend on."""


class Listed(NamedTuple):
    """What was found in one turn of `Constants`, and the steps that took; ``again``: not for the first time."""

    turn: int
    took: tuple[int, int, int]
    found: list[List]
    again: bool


def looked_up(constants: Constants, about: About, look: Callable[[], list[List]]) -> list[List]:
    """Give what ``look`` finds; from the third time on, while nothing is learned of any name, it is not called."""
    key = (*about, constants.listing)
    known = constants.listed.get(key)
    if known is not None and known.turn != constants.turn:
        known = None
    if known is not None and known.again and _may_take(constants, known):
        _take(constants, known)
        return known.found
    turn, before = constants.turn, _taken(constants)
    found = look()
    if turn == constants.turn and not constants.interpreter.depth:
        steps, exact_steps, left_open = _taken(constants)
        took = (steps - before[0], exact_steps - before[1], left_open - before[2])
        constants.listed[key] = Listed(turn, took, found, again=known is not None)
    return found


def _taken(constants: Constants) -> tuple[int, int, int]:
    return constants.steps, constants.interpreter.steps, constants.left_open


def _may_take(constants: Constants, known: Listed) -> bool:
    """Tell whether looking again would come to its end."""
    steps, exact_steps, _ = known.took
    return steps <= constants.left and exact_steps <= constants.interpreter.left and not constants.interpreter.depth


def _take(constants: Constants, known: Listed) -> None:
    steps, exact_steps, left_open = known.took
    constants.steps += steps
    constants.interpreter.steps += exact_steps
    constants.left_open += left_open
