"""What each key does: a state and a key give a state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safe_install.judgement import Decision, Grants, Reason
from safe_install.model import Event
from safe_install.reviewing.keys import Key, press, settled
from safe_install.reviewing.state import Answer, Ending, State, View, begin, code, grants_of
from tests.report.stories import changed, esbuild, hostile
from tests.reviewing.screens import opened, typed

BLOCKED = next(one for one in hostile().reviews[0].verdicts if one.decision is Decision.BLOCK)


def answers(state: State) -> list[Answer]:
    return [choice.answer for choice in state.choices]


def test_nothing_is_chosen_before_a_person_chooses() -> None:
    state = opened()
    assert answers(state) == [Answer.NOTHING] * 3
    assert not any(choice.grants or choice.why for choice in state.choices)


def test_what_needs_nobody_is_not_in_the_list() -> None:
    assert [item.package for item in opened().items] == ["addon", "esbuild", "core-js"]


def test_only_a_script_that_was_opened_can_be_approved() -> None:
    state = typed(opened(), "a")
    assert answers(state)[0] is Answer.NOTHING
    assert "Open it first" in state.said
    assert answers(typed(state, Key.ENTER, "a"))[0] is Answer.APPROVE


def test_the_same_key_again_takes_a_decision_back() -> None:
    for key in "asd":
        assert answers(typed(opened(), Key.ENTER, key, key)) == [Answer.NOTHING] * 3


def test_a_blocked_script_is_shown_and_cannot_be_approved() -> None:
    state = typed(opened(BLOCKED), Key.ENTER, "a")
    assert state.view is View.SCRIPT
    assert answers(state) == [Answer.NOTHING]
    assert "cannot be approved" in state.said
    assert answers(typed(state, "s")) == [Answer.SKIP]


def test_what_only_moved_needs_no_approval() -> None:
    state = typed(opened(), Key.END, Key.ENTER, "a")
    assert answers(state) == [Answer.NOTHING] * 3
    assert "approved already" in state.said


def two_scripts() -> State:
    one = esbuild()
    script = replace(one.inspection.script, event=Event.INSTALL)
    return opened(one, replace(one, inspection=replace(one.inspection, script=script)))


def test_a_no_is_for_every_script_of_the_package() -> None:
    state = typed(two_scripts(), "s")
    assert answers(state) == [Answer.SKIP, Answer.SKIP]
    assert "all 2 of its scripts" in state.said


def test_a_yes_to_one_script_lifts_the_no_to_its_package() -> None:
    state = typed(two_scripts(), "d", Key.ENTER, "a")
    assert answers(state) == [Answer.APPROVE, Answer.NOTHING]


def test_grants_are_chosen_one_by_one() -> None:
    state = typed(opened(changed()), Key.ENTER, "g")
    assert state.view is View.GRANTS
    assert grants_of(state.item, state.choice) == Grants()
    state = typed(state, "j", " ")
    assert grants_of(state.item, state.choice) == Grants(hosts=("builds.example.test",))
    assert grants_of(state.item, typed(state, " ").choice) == Grants()


def test_a_note_is_written_and_kept() -> None:
    state = typed(opened(), Key.ENTER, "n", *"read q", Key.BACK, "!", Key.ENTER)
    assert (state.view, state.choice.why) == (View.SCRIPT, "read !")
    assert typed(state, "n", *"other", Key.ESCAPE).choice.why == "read !"


def test_space_turns_to_the_next_script_and_after_the_last_to_the_list() -> None:
    state = typed(opened(), Key.ENTER, " ")
    assert (state.view, state.at) == (View.SCRIPT, 1)
    assert typed(state, Key.LEFT).at == 0
    assert typed(state, " ", " ").view is View.LIST


def test_the_change_is_shown_first_where_there_is_one() -> None:
    from tests.reviewing.test_pages import with_change

    state = typed(opened(with_change()), Key.ENTER)
    assert state.view is View.CHANGE
    assert typed(state, "D").view is View.SCRIPT
    assert typed(state, "D", "D").view is View.CHANGE
    assert "nothing to compare" in typed(opened(), Key.ENTER, "D").said


def test_leaving_with_decisions_is_asked_for_twice() -> None:
    state = typed(opened(), "s", "q")
    assert state.ending is None
    assert "Nothing is recorded yet" in state.said
    assert typed(state, "q").ending is Ending.LEAVE
    assert typed(state, "j", "q").ending is None
    assert typed(opened(), "q").ending is Ending.LEAVE


def test_only_the_code_records_what_was_decided() -> None:
    state = typed(opened(), "s", "w")
    assert state.view is View.LAST
    wrong = typed(state, *"abc", Key.ENTER)
    assert (wrong.ending, wrong.typed) == (None, "")
    assert typed(state, *code(state), Key.ENTER).ending is Ending.RECORD


def test_there_is_no_last_page_before_something_is_decided() -> None:
    state = typed(opened(), "w")
    assert state.view is View.LIST
    assert "Nothing is decided yet" in state.said


@pytest.mark.parametrize(
    "more", [["d"], ["j", "s"], ["n", "x", Key.ENTER], [Key.ENTER, "a"], [Key.ENTER, "g", " ", "q", "a"]]
)
def test_the_code_is_another_one_for_any_other_decision(more: list[str]) -> None:
    assert code(typed(opened(), "s")) != code(typed(opened(), "s", *more))


def test_the_code_is_another_one_for_other_grants() -> None:
    approved = typed(opened(changed()), Key.ENTER, "a", "g")
    assert len({code(typed(approved, *keys)) for keys in ([], [" "], ["j", " "], [" ", "j", " "])}) == 4


def test_the_code_is_another_one_for_other_evidence() -> None:
    one, other = esbuild(), esbuild()
    script = replace(other.inspection.script, command="node install.js --now")
    changed_command = replace(other, inspection=replace(other.inspection, script=script))
    assert code(typed(opened(one), "s")) != code(typed(opened(changed_command), "s"))


def test_scrolling_stays_on_the_page() -> None:
    state = typed(opened(), Key.ENTER, Key.END)
    assert settled(state, lines=30, height=20).top == 10
    assert settled(state, lines=5, height=20).top == 0
    assert press(state, Key.HOME).top == 0


def test_a_key_without_a_meaning_changes_nothing() -> None:
    state = opened()
    for view in View:
        at_view = replace(state, view=view)
        if view not in {View.NOTE, View.LAST}:
            assert replace(press(at_view, "%"), said="") == at_view


def test_a_review_of_nothing_but_the_lockfile_can_be_left() -> None:
    state = begin([], {}, aside=("lockfile: something",))
    for key in [*Key, *"asdgnfD? w"]:
        state = press(state, key)
    assert typed(state, "q", "q").ending is Ending.LEAVE


def test_moved_scripts_are_those_that_were_carried_forward() -> None:
    assert Reason.CARRIED_FORWARD in opened().items[2].verdict.reasons
