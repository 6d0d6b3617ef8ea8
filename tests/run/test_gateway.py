"""A script reaches the hosts it was granted and no other, whatever it does; every name it asks for is noted."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from safe_install.run.passing import Budget
from safe_install.run.upstream import RefusedError, Upstream, not_out_there
from safe_install.story import Outcome
from tests.run.outside import HOST, Outside
from tests.run.runner import Runner
from tests.run.site import a_step

pytestmark = [pytest.mark.npm, pytest.mark.sandbox]

FETCH = """
const [url] = process.argv.slice(1)
const http = require(url.startsWith("https") ? "https" : "http")
http.get(url, (answer) => answer.on("data", (data) => console.log(String(data)))).on("error", (e) => { console.log(e.code); process.exitCode = 9 })
"""
CONNECT = """
const [address, port] = process.argv.slice(1)
require("net").connect(Number(port), address).on("connect", () => process.exit(0)).on("error", (e) => { console.log(e.code); process.exit(9) })
"""


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    """Give the world outside."""
    with Outside(tmp_path) as world:
        yield world


def run(runner: Runner, command: str, *hosts: str, **env: str) -> Outcome:
    """Run one command in a package that was granted hosts; ``$FETCH`` and ``$CONNECT`` are programs for node."""
    files = {"fetch.js": FETCH.replace("slice(1)", "slice(2)"), "connect.js": CONNECT.replace("slice(1)", "slice(2)")}
    return runner.run(a_step(command, files, network=hosts), optional_set=lambda _: (), **env)[0]


def noted(outcome: Outcome) -> dict[str, str]:
    """Give the hosts that were asked for, each with why it was refused."""
    return {host.name: host.refused for host in outcome.hosts}


def test_a_host_that_was_granted_is_reached_through_the_users_proxy_and_with_its_authority(
    runner: Runner, outside: Outside
) -> None:
    told = run(runner, f"node fetch.js https://{HOST}/a", HOST, **outside.env)
    assert told.output == "content\n"
    assert outside.asked[0].startswith(f"CONNECT {HOST}:443 ")
    assert "Proxy-Authorization: Basic bWU6c2VjcmV0" in outside.asked[0]
    assert [(host.name, host.refused, host.times) for host in told.hosts] == [(HOST, "", 1)]
    assert told.hosts[0].sent > 0
    assert told.hosts[0].received > len("content")


def test_the_proxys_password_is_not_among_what_a_script_sees(runner: Runner, outside: Outside) -> None:
    assert "secret" not in run(runner, "env; cat /proc/*/environ", HOST, **outside.env).output


def test_a_script_that_unsets_every_variable_gets_no_further(runner: Runner, outside: Outside) -> None:
    command = f"env -i /usr/bin/env node fetch.js https://other.example.test/; env -i {runner.npm.node} fetch.js https://other.example.test/"
    told = run(runner, command, HOST, **outside.env)
    assert "content" not in told.output
    assert noted(told) == {"other.example.test": "it was not granted"}
    assert outside.asked == []


def test_a_plain_request_goes_to_the_host_it_names(runner: Runner, outside: Outside) -> None:
    told = run(runner, f"node fetch.js http://{HOST}/path?x", HOST, **outside.env)
    assert told.output == "content\n"
    assert outside.heard[0].startswith(f"GET http://{HOST}/path?x HTTP/1.1\r\n".encode())
    assert b"Connection: close" in outside.heard[0]


def test_where_a_granted_host_sends_it_on_to_is_told_as_wanted_and_refused(runner: Runner, outside: Outside) -> None:
    outside.answer = b"HTTP/1.1 302 Found\r\nLocation: https://other.example.test/x\r\nContent-Length: 0\r\n\r\n"
    program = f'fetch("https://{HOST}/a").catch((error) => console.log(error.cause.code))'
    told = run(runner, f"node -e '{program}'", HOST, **outside.env)
    assert told.output == "ENOTFOUND\n"
    assert noted(told) == {HOST: "", "other.example.test": "it was not granted"}
    assert told.denied


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_that_was_granted_with_a_host_is_reached_and_no_other(
    runner: Runner, outside: Outside, scheme: str
) -> None:
    outside.tls = scheme == "https"
    command = f"node fetch.js {scheme}://{HOST}:8443/a; node fetch.js https://{HOST}/; node fetch.js http://{HOST}/"
    told = run(runner, command, f"{HOST}:8443", **outside.env)
    assert told.output == "content\nECONNREFUSED\nECONNREFUSED\n"
    assert [asked.partition(" HTTP")[0] for asked in outside.asked] == [f"CONNECT {HOST}:8443"]


def test_a_port_that_was_granted_to_one_host_is_none_of_anothers(runner: Runner, outside: Outside) -> None:
    other = "other.example.test"
    told = run(runner, f"node fetch.js http://{other}:8080/", f"{HOST}:8080", other, **outside.env)
    assert "content" not in told.output
    assert outside.asked == []


def test_without_a_grant_no_name_exists_and_each_is_noted(runner: Runner, outside: Outside) -> None:
    told = run(runner, f"node fetch.js https://{HOST}/; node fetch.js http://two.example.test/", **outside.env)
    assert told.output == "ENOTFOUND\nENOTFOUND\n"
    assert noted(told) == {HOST: "it was not granted", "two.example.test": "it was not granted"}
    assert told.denied


def test_a_star_grants_what_is_below_a_name_and_not_the_name_itself(runner: Runner, outside: Outside) -> None:
    command = "node fetch.js https://a.example.test/; node fetch.js https://example.test/; node fetch.js https://badexample.test/"
    told = run(runner, command, "*.example.test", **outside.env)
    assert told.output == "content\nENOTFOUND\nENOTFOUND\n"


@pytest.mark.parametrize("granted", [(), (HOST,)])
@pytest.mark.parametrize(
    ("address", "port"), [("192.0.2.1", 443), ("127.0.0.1", 22), ("127.77.9.9", 443), ("::1", 443)]
)
def test_an_address_that_no_name_led_to_leads_nowhere(
    runner: Runner, granted: tuple[str, ...], address: str, port: int
) -> None:
    told = run(
        runner,
        f"echo 'GET / HTTP/1.1' | timeout 10 bash -c 'exec 3<>/dev/tcp/{address}/{port} && cat <&3 && echo end'",
        *granted,
    )
    assert "HTTP" not in told.output
    assert told.hosts == ()


def test_this_machine_cannot_be_reached_by_its_own_address(runner: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = run(runner, f"node connect.js 127.0.0.1 {server.getsockname()[1]}", HOST)
    assert told.output == "ECONNREFUSED\n"


def test_nothing_is_asked_of_any_name_server_and_a_secret_in_a_name_goes_nowhere(runner: Runner) -> None:
    look = 'const dns = require("dns"); dns.setServers(["192.0.2.53"]); dns.resolve4("a.example.test", (e) => { console.log(e.code); dns.lookup("c2VjcmV0.example.test", (e) => console.log(e.code)) })'
    told = run(runner, f"timeout 20 node -e '{look}'", HOST)
    assert told.output.splitlines()[-1] == "ENOTFOUND"
    assert "ECONNREFUSED" in told.output
    assert noted(told) == {"c2vjcmv0.example.test": "it was not granted"}


TLS_TO = 'const tls = require("tls"); tls.connect({{host: "{host}", port: 443, servername: "{name}"}}, () => console.log("open")).on("error", (e) => {{ console.log(e.code); process.exit(9) }}).on("end", () => process.exit(9))'


def test_who_names_another_host_in_tls_is_cut_off(runner: Runner, outside: Outside) -> None:
    program = TLS_TO.format(host=HOST, name="other.example.test")
    told = run(runner, f"node -e '{program}'", HOST, **outside.env)
    assert "open" not in told.output
    assert outside.asked == []
    assert noted(told) == {HOST: "it names other.example.test instead"}


def test_who_names_no_host_in_tls_is_cut_off(runner: Runner, outside: Outside) -> None:
    program = TLS_TO.format(host=HOST, name="")
    told = run(runner, f"node -e '{program}'", HOST, **outside.env)
    assert outside.asked == []
    assert noted(told) == {HOST: "it does not say which host it wants (no server name)"}


def test_who_names_another_host_in_a_plain_request_is_cut_off(runner: Runner, outside: Outside) -> None:
    program = f'require("http").get({{host: "{HOST}", headers: {{host: "other.example.test"}}}}).on("error", (e) => console.log(e.code))'
    told = run(runner, f"node -e '{program}'", HOST, **outside.env)
    assert outside.heard == []
    assert noted(told) == {HOST: "it names other.example.test instead"}


@pytest.mark.parametrize("pause", ["true", "sleep 0.5"])
def test_a_second_plain_request_to_another_host_never_leaves(runner: Runner, outside: Outside, pause: str) -> None:
    one, two = (f"GET / HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n" for host in (HOST, "other.example.test"))
    program = f'exec 3<>/dev/tcp/{HOST}/80; printf "{one}" >&3; {pause}; printf "{two}" >&3; cat <&3'
    told = run(runner, f"bash -c '{program}'", HOST, **outside.env)
    assert told.output.endswith("content"), told.hosts
    assert b"other" not in b"".join(outside.heard)


def test_who_sends_too_much_is_cut_off(runner: Runner, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "MOST_SENT", 100)
    told = run(runner, f"node fetch.js https://{HOST}/a", HOST, **outside.env)
    assert told.exit_code == 9
    assert noted(told) == {HOST: "it sends too much"}


def test_many_connections_at_once_get_no_more_than_one(
    runner: Runner, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Budget, "MOST_SENT", 20_000)
    body = f'exec 3<>/dev/tcp/{HOST}/80; printf "POST / HTTP/1.1\\r\\nHost: {HOST}\\r\\nContent-Length: 5000\\r\\n\\r\\n" >&3; head -c 5000 /dev/zero >&3; cat <&3'
    told = run(runner, f"for i in $(seq 30); do bash -c '{body}' & done; wait", HOST, **outside.env)
    assert sum(map(len, outside.heard)) <= 20_000
    assert told.hosts[0].sent <= 20_000  # nothing, where all of them had asked for more before the first was passed on
    assert noted(told) == {HOST: "it sends too much"}


def test_what_comes_back_is_bounded_over_all_connections_too(
    runner: Runner, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Budget, "MOST_RECEIVED", 200)
    told = run(runner, f"for i in 1 2 3 4 5 6; do node fetch.js http://{HOST}/$i; done; true", HOST, **outside.env)
    assert told.output.count("content") == 3
    assert noted(told) == {HOST: "it fetches too much"}


def test_a_host_that_is_really_this_machine_is_refused() -> None:
    with pytest.raises(RefusedError, match="not on the public network"):
        Upstream({}).connect("localhost", 443)


def test_six_at_once_are_all_served(runner: Runner, outside: Outside) -> None:
    told = run(runner, f"for i in 1 2 3 4 5 6; do node fetch.js https://{HOST}/$i & done; wait", HOST, **outside.env)
    assert told.output == "content\n" * 6
    assert [host.times for host in told.hosts] == [6]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            str(IPv4Address(0)),
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
        ),
        *("100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0"),
        *(
            "fd00:ec2::254",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "::127.0.0.1",
        ),
    ],
)
def test_an_address_inside_is_known_as_one(address: str) -> None:
    assert not_out_there(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "140.82.112.3", "2606:4700::1111"])
def test_an_address_outside_is_known_as_one(address: str) -> None:
    assert not not_out_there(address)


def test_this_machines_own_address_is_refused_even_where_it_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.run.upstream._is_own", lambda _: True)
    assert not_out_there("1.1.1.1") == "it resolves to 1.1.1.1, which is this machine"


@pytest.mark.parametrize(
    ("exceptions", "name", "proxied"),
    [
        ("", "a.example.test", True),
        ("example.test", "a.example.test", False),
        (".example.test", "a.example.test", False),
        ("*.example.test, other.test", "other.test", False),
        ("ample.test", "a.example.test", True),
        ("*", "a.example.test", False),
    ],
)
def test_the_exceptions_of_the_proxy_are_heeded(exceptions: str, name: str, proxied: bool) -> None:  # noqa: FBT001 - a case
    assert (Upstream({"https_proxy": "http://p.test", "no_proxy": exceptions}).proxy(name, 443) is not None) == proxied
