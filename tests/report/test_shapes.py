"""Many names told as few, as exactly as there is room."""

import pytest

from safe_install.report.shapes import shapes

SYSTEMS = ("aix-ppc64", "darwin-arm64", "darwin-x64", "linux-arm", "linux-arm64", "linux-x64", "win32-x64")
NUMBERS = [f"lib/part{number}.js" for number in range(20)]


def test_few_names_stay_as_they_are() -> None:
    assert shapes(["b", "a", "b"], 2) == (["b", "a"], 0)


def test_names_that_differ_in_one_part_are_told_once_and_counted() -> None:
    programs = [f"../@esbuild/{system}/bin/esbuild" for system in SYSTEMS]
    assert shapes(programs, 2) == (["../@esbuild/…/bin/esbuild (7 of these)"], 0)


def test_what_is_not_like_the_rest_is_told_whole() -> None:
    downloaded = [f"lib/downloaded-{number}" for number in range(50)]
    assert shapes([*downloaded, "node", "npm", "sw_vers"], 5) == (
        ["lib/downloaded-… (50 of these)", "node", "npm", "sw_vers"],
        0,
    )


def test_the_largest_group_is_divided_while_there_is_room() -> None:
    names = [f"tool-{system}" for system in SYSTEMS]
    told = ["tool-aix-ppc64", "tool-darwin-… (2 of these)", "tool-linux-… (3 of these)", "tool-win32-x64"]
    assert shapes(names, 4) == (told, 0)
    assert shapes(names, 3) == (["tool-… (7 of these)"], 0)


def test_a_name_that_another_begins_with_is_told_beside_it() -> None:
    assert shapes(["a/b", "a/b/c", "a/b/d", "x"], 3) == (["a/b", "a/b/… (2 of these)", "x"], 0)


def test_where_too_many_begin_differently_the_first_are_told_and_the_rest_counted() -> None:
    assert shapes(["one", *NUMBERS, "two", "three", "four"], 3) == (["one", "lib/….js (20 of these)"], 3)


@pytest.mark.parametrize("most", [1, 2, 3, 8, 40])
def test_every_name_is_told_or_counted_and_no_more_texts_are_given_than_asked_for(most: int) -> None:
    names = [*NUMBERS, *SYSTEMS, "lib", "", "a", "a/"]
    told, left = shapes(names, most)
    counted = sum(int(text.rsplit("(", 1)[1].split()[0]) if "of these" in text else 1 for text in told)
    assert counted + left == len(names)
    assert len(told) + bool(left) <= most
