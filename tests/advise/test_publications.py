"""What a registry's full document says of a publication: one that a real registry gave, and broken ones."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vcr
from vcr.stubs.requests_stubs import VCRRequestsHTTPConnection, VCRRequestsHTTPSConnection

from safe_install.advise.publications import Publication, as_kept, from_kept, read_publications
from safe_install.scan.fetch import sockets
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.registry import Registry

CASSETTES = Path(__file__).parent.parent.parent / "cassettes" / "advise"
HOST = "registry.example.test"


def scrubbed(request: Any) -> Any:  # noqa: ANN401 - vcr's own
    """Name no host of ours, and keep no header."""
    request.uri = re.sub(r"https://[^/]+", f"https://{HOST}", request.uri)
    request.headers = {}
    return request


def scrubbed_answer(response: dict[str, Any]) -> dict[str, Any]:
    """Keep of an answer its text, without hosts and people's addresses."""
    text = response["body"]["string"].decode()
    text = re.sub(
        r"[\w.+-]+@[\w-]+\.[\w.]+", "somebody@example.test", re.sub(r"https?://[^/\"]+", f"https://{HOST}", text)
    )
    return {**response, "headers": {"content-type": ["application/json"]}, "body": {"string": text.encode()}}


PLAYER = vcr.VCR(
    record_mode="none",
    match_on=["method", "uri"],
    before_record_request=scrubbed,
    before_record_response=scrubbed_answer,
    custom_patches=(
        (sockets._Pool, "ConnectionCls", VCRRequestsHTTPConnection),
        (sockets._TlsPool, "ConnectionCls", VCRRequestsHTTPSConnection),
    ),
)


def test_a_real_registrys_document_is_read(tmp_path: Path) -> None:
    registries = Registries(default=f"https://{HOST}/", public_registry=f"https://{HOST}/")
    with PLAYER.use_cassette(str(CASSETTES / "publications-of-isexe.yaml")):
        answers = dict(
            Registry(registries, cache=tmp_path).packuments(
                ["isexe"], lambda _, body: read_publications(body, ["2.0.0", "9.9.9"])
            )
        )
    told = answers["isexe"]
    assert isinstance(told, dict)
    assert told.keys() == {"2.0.0"}
    assert told["2.0.0"].at is not None
    assert told["2.0.0"].at.tzinfo is not None
    assert told["2.0.0"].integrity.startswith("sha512-")
    assert not told["2.0.0"].attested


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"versions": []}',
        b'{"versions": {"1.0.0": 1}, "time": 2}',
        b'{"time": {"1.0.0": "x"}}',
    ],
)
def test_what_is_no_document_tells_no_moment(body: bytes) -> None:
    assert all(one == Publication() for one in read_publications(body, ["1.0.0"]).values())


@pytest.mark.parametrize(
    "version",
    [
        {"dist": []},
        {"dist": {"attestations": {}, "signatures": "x"}, "maintainers": "ana", "deprecated": False},
        {"dist": {"signatures": [1]}, "maintainers": [1, {"email": "x"}, {"name": ["x"]}]},
        {"dist": {"dist": {"attestations": 1}}},
    ],
)
def test_a_version_that_is_told_oddly_says_nothing_good_of_itself(version: object) -> None:
    told = read_publications(json.dumps({"versions": {"1.0.0": version}}).encode(), ["1.0.0"])["1.0.0"]
    assert (told.at, told.attested, told.deprecated) == (None, False, "")


def test_a_publication_is_kept_as_it_was() -> None:
    publication = Publication(
        at=datetime(2026, 1, 1, tzinfo=UTC), attested=True, maintainers=("ana",), deprecated="use another"
    )
    assert from_kept(json.loads(json.dumps(as_kept(publication)))) == publication


@pytest.mark.parametrize("told", [None, [], {}, {"at": None}, {"at": "x"}, {"at": 1}])
def test_what_is_kept_without_a_moment_is_asked_again(told: object) -> None:
    assert from_kept(told) is None
