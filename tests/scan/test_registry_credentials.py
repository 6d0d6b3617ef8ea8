"""Who is shown a token, and where a redirect may lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.errors import RegistryError, UsageError
from safe_install.model import Package
from safe_install.scan.fetch.manners import redirected
from safe_install.scan.fetch.registry import Registry
from safe_install.scan.fetch.trouble import FetchError
from safe_install.scan.fetch.urls import read_address
from tests.faults import Redirect, Status
from tests.loopback import LoopbackRegistry
from tests.scan.deliveries import Counter, bytes_of, configured, promised

TOKEN = "s3cr3t-t0k3n"


@pytest.fixture
def counter(registry: LoopbackRegistry, tmp_path: Path) -> Counter:
    return Counter(registry, tmp_path / "cache")


def logged_in(registry: LoopbackRegistry, counter: Counter) -> None:
    registry.tokens = {TOKEN}
    counter.registries = configured(registry, {f"//{registry.host}/:_authToken": TOKEN})


def test_the_registry_is_shown_its_token(registry: LoopbackRegistry, counter: Counter) -> None:
    logged_in(registry, counter)
    left_pad = registry.publish("left-pad", "1.3.0")
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
    (_, _, headers) = registry.requests[0]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"].startswith("safe-install/")
    assert headers["accept-encoding"] == "identity"


def test_a_token_does_not_follow_a_redirect_to_another_host(registry: LoopbackRegistry, counter: Counter) -> None:
    logged_in(registry, counter)
    left_pad = registry.publish("left-pad", "1.3.0")
    with LoopbackRegistry() as elsewhere:
        copy = elsewhere.publish("left-pad", "1.3.0")
        registry.fault("left-pad", Redirect(copy.url + "?X-Signature=a%2Fb"))
        elsewhere.files["left-pad/-/left-pad-1.3.0.tgz"] = left_pad.tarball
        assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
        (_, _, headers) = elsewhere.requests[0]
        assert "authorization" not in headers


def test_another_hosts_token_is_not_shown_there_by_a_redirect_either(
    registry: LoopbackRegistry, counter: Counter
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    with LoopbackRegistry() as elsewhere:
        elsewhere.files["left-pad"] = left_pad.tarball
        registry.fault("left-pad", Redirect(f"{elsewhere.url}left-pad"))
        counter.registries = configured(registry, {f"//{elsewhere.host}/:_authToken": TOKEN})
        counter.one(promised(left_pad))
        assert "authorization" not in elsewhere.requests[0][2]


def test_a_token_stays_with_a_redirect_on_the_same_host(registry: LoopbackRegistry, counter: Counter) -> None:
    logged_in(registry, counter)
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.files["moved"] = left_pad.tarball
    registry.fault("left-pad", Redirect("/moved", 308))
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball


def test_a_netrc_and_the_environments_proxy_are_not_used(
    registry: LoopbackRegistry, counter: Counter, monkeypatch: pytest.MonkeyPatch, quiet_surroundings: Path
) -> None:
    (quiet_surroundings / ".netrc").write_text(f"machine 127.0.0.1 login me password {TOKEN}\n")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    left_pad = registry.publish("left-pad", "1.3.0")
    assert isinstance(counter.one(promised(left_pad)), Package)
    assert "authorization" not in registry.requests[0][2]


def test_a_configured_proxy_is_used(registry: LoopbackRegistry, counter: Counter) -> None:
    with LoopbackRegistry() as proxy:
        counter.registries = configured(registry, proxy=f"http://me:{TOKEN}@{proxy.host}/")
        left_pad = registry.publish("left-pad", "1.3.0")
        proxy.fault("left-pad", Status(404))
        gap = counter.one(promised(left_pad))
        assert TOKEN not in str(gap)
        assert proxy.requests[0][1] == left_pad.url
        assert "proxy-authorization" in proxy.requests[0][2]
    assert registry.requests == []


@pytest.mark.parametrize(
    "location", ["file:///etc/hostname", "https://me:pw@host.test/", "", "ftp://host.test/", "http://["]
)
def test_a_redirect_to_no_plain_address_is_not_followed(
    registry: LoopbackRegistry, counter: Counter, location: str
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", Redirect(location))
    assert "redirects to something" in counter.gap(promised(left_pad)).detail


def test_a_redirect_in_a_circle_ends(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", Redirect(left_pad.url))
    assert "redirects more than 5 times" in counter.gap(promised(left_pad)).detail
    assert len(registry.seen("left-pad")) == 6


def test_a_redirect_from_https_to_http_is_refused() -> None:
    here = read_address("https://registry.example.test/a")
    assert here
    with pytest.raises(FetchError, match="plain http"):
        redirected(here, "http://registry.example.test/a")
    assert redirected(here, "https://cdn.example.test/b#c").origin == "https://cdn.example.test"


@pytest.mark.parametrize("fault", [Status(401), Status(403), Status(404), Status(500), Redirect("ftp://host.test/")])
def test_no_error_shows_a_token(registry: LoopbackRegistry, counter: Counter, fault: Status | Redirect) -> None:
    logged_in(registry, counter)
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", fault)
    assert TOKEN not in repr(counter.gap(promised(left_pad)))
    with pytest.raises((RegistryError, UsageError)) as caught:
        Registry(counter.registries, cache=counter.cache).resolve("left-pad")
    assert TOKEN not in f"{caught.value!r} {caught.value.hint} {caught.value.__context__!r}"
