"""What a key does: State and key in, State out. The names of keys that are no character are those of `Key`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from safe_install.reviewing.state import Answer, Ending, Group, State, View, code, why_not

_LONGEST_NOTE = 200
_LONGEST_CODE = 12
_FAR = 1 << 30  # further down than any page is long


class Key(StrEnum):
    """Keys that are no character."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    PAGE_UP = "page-up"
    PAGE_DOWN = "page-down"
    HOME = "home"
    END = "end"
    ENTER = "enter"
    ESCAPE = "escape"
    BACK = "backspace"


_SAME = {"k": Key.UP, "j": Key.DOWN, "h": Key.LEFT, "l": Key.RIGHT, " ": Key.ENTER}
_PAGING = {Key.PAGE_UP: -1, Key.PAGE_DOWN: 1}
_LISTS = {View.LIST, View.FILES, View.GRANTS}


def press(state: State, key: str, *, page: int = 20) -> State:
    """Do what a key means where the person is; a key without a meaning there changes nothing. ``page`` is in lines."""
    leaving = state.leaving
    state = replace(state, said="", leaving=False)
    if state.view in {View.NOTE, View.LAST}:
        return _written(state, key)
    key = _SAME.get(key, key)
    if key == "q":
        return _leave(state, sure=leaving)
    if key == Key.ESCAPE:
        return _back(state)
    if key == "?":
        return _back(state) if state.view is View.HELP else _show(state, View.HELP)
    if key in _PAGING:
        return _moved(state, _PAGING[Key(key)] * max(page - 1, 1))
    moves = {Key.UP: -1, Key.DOWN: 1, Key.HOME: -_FAR, Key.END: _FAR}
    if key in moves:
        return _moved(state, moves[Key(key)])
    act = _ACTS.get(key)
    return act(state) if act and state.items and state.view is not View.HELP else state


def settled(state: State, lines: int, height: int) -> State:
    """Bring the top of a page back to where the page is, once it is known how many lines it has."""
    return replace(state, top=max(0, min(state.top, lines - height)))


# ------------------------------------------------------------------ moving about


def _moved(state: State, by: int) -> State:
    if state.view is View.LIST:
        return replace(state, at=_within(state.at + by, len(state.items)))
    if state.view in _LISTS:
        return replace(state, row=_within(state.row + by, _rows(state)))
    return replace(state, top=max(0, state.top + by))


def _within(number: int, count: int) -> int:
    return max(0, min(number, count - 1))


def _rows(state: State) -> int:
    return len(state.item.files) if state.view is View.FILES else len(state.item.proposals)


def _show(state: State, view: View) -> State:
    return replace(state, view=view, came_from=state.view, top=0, row=0, typed="")


def _open(state: State) -> State:
    """Open what is chosen: an item, a file; or turn a grant on or off, or go on to the next script."""
    if state.view is View.LIST:
        first = View.CHANGE if state.item.verdict.change else View.SCRIPT
        return replace(_show(state, first), seen=state.seen | {state.at})
    if state.view is View.FILES and _rows(state):
        return replace(_show(state, View.FILE), row=state.row)
    if state.view is View.GRANTS and _rows(state):
        return state.choosing(grants=state.choice.grants ^ {state.row})
    return _next(state) if state.view in {View.SCRIPT, View.CHANGE} else state


def _next(state: State, by: int = 1) -> State:
    """Turn to another script; after the last one the list is shown again."""
    if state.view not in {View.SCRIPT, View.CHANGE}:
        return state
    at = state.at + by
    if not 0 <= at < len(state.items):
        return replace(_show(state, View.LIST), said="That was all. w shows what you decided." if by > 0 else "")
    return _open(replace(state, at=at, view=View.LIST))


def _back(state: State) -> State:
    home = View.CHANGE if state.items and state.item.verdict.change else View.SCRIPT
    above = {View.FILE: View.FILES, View.FILES: home, View.GRANTS: home, View.HELP: state.came_from}
    row = state.row if state.view is View.FILE else 0
    return replace(_show(state, above.get(state.view, View.LIST)), row=row)


def _leave(state: State, *, sure: bool) -> State:
    """Go up; from the list leave, and where decisions would be lost only when asked twice."""
    if state.view is not View.LIST:
        return _back(state)
    if state.decided and not sure:
        return replace(
            state, leaving=True, said="Nothing is recorded yet. q again leaves it so; w goes on to record it."
        )
    return replace(state, ending=Ending.LEAVE)


def _toggle_change(state: State) -> State:
    if not state.item.verdict.change:
        return replace(state, said="There is nothing to compare with: it was never approved, or did not change.")
    seen = replace(state, seen=state.seen | {state.at})
    return _show(seen, View.SCRIPT if state.view is View.CHANGE else View.CHANGE)


def _to(view: View) -> Callable[[State], State]:
    def go(state: State) -> State:
        typed = state.choice.why if view is View.NOTE else ""
        return replace(
            _show(state, view), typed=typed, seen=state.seen | {state.at} if view is View.FILES else state.seen
        )

    return go


# ------------------------------------------------------------------ deciding


def _approve(state: State) -> State:
    """Say yes to one script, or take it back; what was said of its package as a whole falls."""
    if state.choice.answer is Answer.APPROVE:
        return state.choosing(answer=Answer.NOTHING)
    if reason := why_not(state.item, seen=state.at in state.seen):
        return replace(state, said=reason)
    for number in _others(state):
        if state.choices[number].answer in {Answer.SKIP, Answer.DENY}:
            state = _answered(state, number, Answer.NOTHING)
    return replace(_answered(state, state.at, Answer.APPROVE), said="Approve. g grants what it needs, n notes why.")


def _refuse(answer: Answer) -> Callable[[State], State]:
    """Say no to every script of a package, or take it back."""

    def refuse(state: State) -> State:
        new = Answer.NOTHING if state.choice.answer is answer else answer
        for number in (state.at, *_others(state)):
            state = _answered(state, number, new)
        many = f" This is for all {len(_others(state)) + 1} of its scripts here." if _others(state) else ""
        told = {
            Answer.SKIP: "Skip for ever: no script of this package runs, at any version.",
            Answer.DENY: "Deny: no version of this package may be installed.",
        }
        return replace(state, said=(told[new] + many) if new in told else "")

    return refuse


def _others(state: State) -> list[int]:
    return [at for at, item in enumerate(state.items) if at != state.at and item.package == state.item.package]


def _answered(state: State, at: int, answer: Answer) -> State:
    choices = list(state.choices)
    choices[at] = replace(choices[at], answer=answer)
    return replace(state, choices=tuple(choices))


def _grants(state: State) -> State:
    if state.item.group in {Group.BLOCKED, Group.MOVED}:
        return replace(state, said=why_not(state.item, seen=True))
    if not state.item.proposals:
        return replace(
            state, said="Its evidence names nothing to grant: it runs within its own folder, without network."
        )
    return replace(_show(state, View.GRANTS), seen=state.seen)


def _finish(state: State) -> State:
    if not state.decided:
        return replace(state, said="Nothing is decided yet: a approves, s skips for ever, d denies.")
    return _show(state, View.LAST)


# ------------------------------------------------------------------ writing: a note, the code


def _written(state: State, key: str) -> State:
    if key == Key.ESCAPE:
        return _show(state, View.LIST) if state.view is View.LAST else _show(state, state.came_from)
    if key == Key.ENTER:
        return _entered(state)
    if key == Key.BACK:
        return replace(state, typed=state.typed[:-1])
    longest = _LONGEST_NOTE if state.view is View.NOTE else _LONGEST_CODE
    if state.view is View.LAST and key in {Key.UP, Key.DOWN, Key.PAGE_UP, Key.PAGE_DOWN}:
        return replace(state, top=max(0, state.top + (1 if key in {Key.DOWN, Key.PAGE_DOWN} else -1)))
    if len(key) == 1 and key.isprintable() and len(state.typed) < longest:
        return replace(state, typed=state.typed + key)
    return state


def _entered(state: State) -> State:
    if state.view is View.NOTE:
        return _show(state.choosing(why=state.typed.strip()), state.came_from)
    if state.typed.strip().lower() == code(state):
        return replace(state, ending=Ending.RECORD)
    return replace(state, typed="", said="That is not the code; nothing is recorded.")


_ACTS: Mapping[str, Callable[[State], State]] = {
    Key.ENTER: _open,
    Key.RIGHT: _next,
    Key.LEFT: lambda state: _next(state, -1),
    "a": _approve,
    "s": _refuse(Answer.SKIP),
    "d": _refuse(Answer.DENY),
    "g": _grants,
    "n": _to(View.NOTE),
    "f": _to(View.FILES),
    "D": _toggle_change,
    "w": _finish,
}
