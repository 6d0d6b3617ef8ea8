"""What may be granted: proposed from the evidence, least first, and never a hole in every wall."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from safe_install.advise.redirects import onward
from safe_install.decide.grants import make_grants
from safe_install.judgement import Grants
from safe_install.model import Behaviours, Boundary, BoundaryKind, Inspection
from safe_install.reviewing.proposals import MOST, Kind, granted, proposals
from tests.builders import a_script, an_inspection


def names(kind: Kind, **behaviours: Any) -> list[str]:  # noqa: ANN401
    """Propose from behaviours alone."""
    inspection = an_inspection(behaviours=Behaviours(**behaviours))
    return [one.name for one in proposals(inspection) if one.kind is kind]


def downloading(host: str) -> Inspection:
    return an_inspection(
        boundaries=(
            Boundary(kind=BoundaryKind.DOWNLOADS, where="example@1.0.0", detail="fetches a program", host=host),
        )
    )


def test_nothing_is_proposed_where_the_evidence_names_nothing() -> None:
    assert proposals(an_inspection()) == ()


def test_the_least_comes_first() -> None:
    behaviours = Behaviours(
        env=("FLAVOUR",), hosts=("a.example.test",), writes_outside=("$HOME/.cache/x", "../../build/native")
    )
    told = [one.kind for one in proposals(an_inspection(behaviours=behaviours))]
    assert told == [Kind.CACHE, Kind.OUTPUT, Kind.ENV, Kind.HOST]


def test_a_host_says_what_speaks_for_it() -> None:
    cache, host = proposals(downloading("builds.example.test"))
    assert (cache.kind, host.name, host.because) == (Kind.CACHE, "builds.example.test", "fetches a program")


@pytest.mark.parametrize(
    "host",
    [
        "{host}",
        "localhost",
        "*.example.test",
        "10.0.0.1",
        "EXAMPLE.test",
        "a..test",
        "a.test/x",
        "\u0435vil.invalid",
        "",
    ],
)
def test_what_is_no_whole_host_name_is_not_proposed(host: str) -> None:
    assert names(Kind.HOST, hosts=(host,)) == []


def test_a_host_that_sends_downloads_on_is_followed_by_those_it_sends_to() -> None:
    _, *hosts = proposals(downloading("github.com"))
    named = ["github.com", "release-assets.githubusercontent.com", "objects.githubusercontent.com"]
    assert [host.name for host in hosts] == named
    assert hosts[0].because == "fetches a program"
    assert all("github.com sends downloads on to it" in host.because for host in hosts[1:])
    assert all("our advice, not the evidence" in host.because for host in hosts[1:])


def test_where_hosts_send_on_to_agrees_with_what_is_known_of_real_scripts() -> None:
    known = json.loads(files("safe_install.advise").joinpath("known-scripts.json").read_text())["scripts"]
    for host in ("github.com", "download.cypress.io"):
        told = [set(one["hosts"]) for one in known if host in one["hosts"]]
        assert told
        assert all(set(onward(host)) <= hosts for hosts in told)


def test_hosts_that_only_our_advice_names_are_marked_and_come_last() -> None:
    script = a_script("node install.mjs", name="puppeteer")
    told = proposals(an_inspection(script=script, behaviours=Behaviours(hosts=("z.example.test",))))
    assert [one.name for one in told] == ["z.example.test", "storage.googleapis.com"]
    assert "our advice, not the evidence" in told[1].because


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "NODE_OPTIONS",
        "NODE_PATH",
        "LD_PRELOAD",
        "GIT_SSH",
        "npm_config_registry",
        "NPM_TOKEN",
        "*",
        "computed",
        "a b",
    ],
)
def test_a_variable_that_is_set_anyway_or_steers_is_not_proposed(name: str) -> None:
    assert names(Kind.ENV, env=(name,)) == []


def test_a_place_is_written_as_the_project_sees_it() -> None:
    assert names(Kind.OUTPUT, writes_outside=("../.prisma/client",)) == ["node_modules/.prisma/client"]
    assert names(Kind.OUTPUT, writes_outside=("../../dist/native",)) == ["dist/native"]


@pytest.mark.parametrize(
    "place",
    [
        "/etc/passwd",
        "~/.bashrc",
        "$HOME/x/y",
        "{dir}/entry",
        "../../../other/x",
        "../other/index.js",
        "../.bin/node",
        "../.package-lock.json",
        "../../.git/hooks/pre-commit",
        "../../package.json",
        "../../.github/workflows/x",
        "../../src/index.js",
        "../..",
        "../../packages/a/node_modules/b",
    ],
)
def test_a_place_where_something_runs_or_is_decided_later_is_not_proposed(place: str) -> None:
    assert names(Kind.OUTPUT, writes_outside=(place,)) == []


def test_what_was_granted_before_is_proposed_again_and_nothing_is_proposed_twice() -> None:
    before = Grants(
        hosts=("builds.example.test", "old.example.test"), outputs=("dist/native",), env=("FLAVOUR",), cache=True
    )
    told = proposals(downloading("builds.example.test"), before)
    assert [one.name for one in told] == ["", "dist/native", "FLAVOUR", "builds.example.test", "old.example.test"]
    assert "former approval" in told[-1].because
    assert "fetches a program" in told[3].because


def test_whatever_is_proposed_can_be_recorded() -> None:
    behaviours = Behaviours(
        env=("FLAVOUR",), hosts=("a.example.test",), writes_outside=("../.prisma/client", "../../dist/x")
    )
    grants = granted(proposals(an_inspection(behaviours=behaviours)))
    assert grants == make_grants(hosts=grants.hosts, outputs=grants.outputs, env=grants.env, cache=grants.cache)


def test_there_is_an_end_to_what_is_proposed() -> None:
    assert len(names(Kind.HOST, hosts=tuple(f"h{number}.example.test" for number in range(100)))) == MOST


def test_what_is_chosen_becomes_grants_and_nothing_else_does() -> None:
    told = proposals(downloading("builds.example.test"))
    assert granted([]) == Grants()
    assert granted(told[:1]) == Grants(cache=True)
    assert granted(told[1:]) == Grants(hosts=("builds.example.test",))
