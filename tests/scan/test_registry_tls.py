"""Whom we trust over TLS: whom npm would trust."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from safe_install.errors import RegistryError
from safe_install.model import Gap, Package
from safe_install.scan.fetch.addresses import read_registries
from safe_install.scan.fetch.certificates import Certificates
from tests.builders import an_artifact, integrity
from tests.faults import Redirect
from tests.loopback import LoopbackRegistry
from tests.scan.deliveries import Counter, configured, promised

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make certificates")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself, its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return both


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def registry(context: ssl.SSLContext) -> Iterator[LoopbackRegistry]:
    with LoopbackRegistry(tls=context) as registry:
        yield registry


@pytest.fixture
def counter(registry: LoopbackRegistry, tmp_path: Path) -> Counter:
    return Counter(registry, tmp_path / "cache")


def test_a_certificate_that_nobody_vouches_for_is_one_sentence(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    with pytest.raises(RegistryError, match=r"certificate of 127\.0\.0\.1:\d+ is not trusted") as caught:
        counter.one(promised(left_pad))
    assert "cafile" in str(caught.value.hint)
    assert registry.requests == []


@pytest.mark.parametrize("how", ["cafile", "ca", "strict-ssl"])
def test_whom_npm_is_told_to_trust_is_trusted(
    registry: LoopbackRegistry, counter: Counter, certificate: Path, how: str
) -> None:
    values = {"cafile": str(certificate), "ca": certificate.with_name("cert.pem").read_text(), "strict-ssl": False}
    left_pad = registry.publish("left-pad", "1.3.0")
    counter.registries = configured(registry, **{how: values[how]})
    assert isinstance(counter.one(promised(left_pad)), Package)


@pytest.mark.parametrize("how", ["cafile", "ca"])
def test_whom_npm_is_told_to_trust_is_the_only_one(registry: LoopbackRegistry, certificate: Path, how: str) -> None:
    values = {"cafile": str(certificate), "ca": certificate.with_name("cert.pem").read_text()}
    told = Certificates(configured(registry, **{how: values[how]})).context(None)
    assert len(told.get_ca_certs()) == 1
    assert len(Certificates(configured(registry)).context(None).get_ca_certs()) > 50


def test_nodes_extra_authorities_are_trusted(registry: LoopbackRegistry, counter: Counter, certificate: Path) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    counter.registries = read_registries(
        {"registry": registry.url}, [], public_registry=registry.url, env={"NODE_EXTRA_CA_CERTS": str(certificate)}
    )
    assert isinstance(counter.one(promised(left_pad)), Package)


def test_a_cafile_that_is_not_there_is_one_sentence(registry: LoopbackRegistry, counter: Counter) -> None:
    counter.registries = configured(registry, cafile="/nowhere/ca.pem")
    with pytest.raises(RegistryError, match="certificate file") as caught:
        counter.one(an_artifact("a", integrity=integrity(b"")))
    assert "cafile" in str(caught.value.hint)


def test_a_client_certificate_is_shown_to_its_host(
    registry: LoopbackRegistry, counter: Counter, context: ssl.SSLContext, certificate: Path
) -> None:
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    left_pad = registry.publish("left-pad", "1.3.0")
    counter.registries = configured(registry, cafile=str(certificate), **{"fetch-retries": 0})
    with pytest.raises(RegistryError):
        counter.one(promised(left_pad))
    mine = {f"//{registry.host}/:{name}": str(certificate) for name in ("certfile", "keyfile")}
    counter.registries = configured(registry, mine, cafile=str(certificate))
    assert isinstance(counter.one(promised(left_pad)), Package)


def test_a_client_certificate_is_not_shown_where_a_redirect_leads(
    registry: LoopbackRegistry, counter: Counter, certificate: Path
) -> None:
    strict = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    strict.load_cert_chain(certificate)
    strict.load_verify_locations(certificate)
    strict.verify_mode = ssl.CERT_REQUIRED
    left_pad = registry.publish("left-pad", "1.3.0")
    with LoopbackRegistry(tls=strict) as elsewhere:
        registry.fault("left-pad", Redirect(elsewhere.publish("left-pad", "1.3.0").url))
        theirs = {f"//{elsewhere.host}/:{name}": str(certificate) for name in ("certfile", "keyfile")}
        counter.registries = configured(registry, theirs, cafile=str(certificate))
        assert isinstance(counter.gap(promised(left_pad)), Gap)
        assert elsewhere.requests == []


def test_a_redirect_to_plain_http_is_refused(registry: LoopbackRegistry, counter: Counter, certificate: Path) -> None:
    counter.registries = configured(registry, cafile=str(certificate))
    left_pad = registry.publish("left-pad", "1.3.0")
    with LoopbackRegistry() as plain:
        registry.fault("left-pad", Redirect(plain.publish("left-pad", "1.3.0").url))
        assert "redirects to plain http" in counter.gap(promised(left_pad)).detail
        assert plain.requests == []
