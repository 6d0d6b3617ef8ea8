"""Hosts are named wherever an address stands, and nowhere else."""

from __future__ import annotations

import pytest

from safe_install.scan.hosts import hosts_in


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("see https://A.test/x and wss://b.test:8080", {"a.test", "b.test"}),
        ("git+ssh://git@c.test/x, stratum+tcp://d.test:3333", {"c.test", "d.test"}),
        ("http://user:pw@e.test", {"e.test"}),
        ("http://localhost:1, http://other", {"localhost"}),
        ("file:///f.test mailto://g.test xhttp://h.test ://i.test", set()),
        ("http://j.http://k.test", {"j.http"}),
        ("http://l.http://m.http://n.test", {"l.http", "n.test"}),
        ("http://o.test.-/", {"o.test"}),
    ],
)
def test_the_hosts_of_addresses_are_named(text: str, hosts: set[str]) -> None:
    assert hosts_in(text) == hosts
