"""The protocol of the malicious-package service, over real sockets: batches, pages, and what is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safe_install.advise.kept import Kept
from safe_install.advise.osv import Ask, Told, known_malicious
from safe_install.advise.records import Named, UnavailableError
from safe_install.scan.fetch.limits import Question
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.registry import Registry
from safe_install.scan.fetch.trouble import FetchError
from tests.faults import Drip, Status
from tests.osv import LoopbackOsv, a_record

TREE = [Named(f"package-{number}", "1.0.0") for number in range(2_500)]


@pytest.fixture
def osv() -> Iterator[LoopbackOsv]:
    """Serve ten records, two ids at a time."""
    with LoopbackOsv(*(a_record(f"MAL-{number}", "package-7", "1.0.0") for number in range(5)), page=2) as service:
        yield service


def asking(service: LoopbackOsv, cache: Path) -> Ask:
    """Ask as the program does."""
    registries = Registries(default=service.url, public_registry=service.url, fetch_retries=0)
    registry = Registry(registries, cache=cache)

    def ask(url: str, body: bytes | None, most: int) -> bytes:
        try:
            return registry.ask(url, Question(body=body, anonymous=True), most=most)
        except FetchError as error:
            raise UnavailableError(error.detail) from None

    return ask


def told(service: LoopbackOsv, cache: Path) -> Told:
    kept = Kept(path=cache / "osv.json", now=datetime(2026, 1, 1, tzinfo=UTC))
    return known_malicious(TREE, service.api, asking(service, cache), kept)


def test_a_large_tree_is_asked_about_in_batches_and_every_page_is_read(osv: LoopbackOsv, tmp_path: Path) -> None:
    answer = told(osv, tmp_path)
    assert [record.id for record in answer.records[Named("package-7", "1.0.0")]] == [f"MAL-{n}" for n in range(5)]
    assert sorted(len(batch) for batch in osv.asked) == [1, 1, 500, 1000, 1000]
    assert answer.trouble == ""


def test_what_was_found_before_the_service_failed_is_told(osv: LoopbackOsv, tmp_path: Path) -> None:
    batch = osv.posts["v1/querybatch"]

    def fails_on_the_third(body: bytes) -> bytes:
        return batch(body) if len(osv.asked) < 4 else b"no more"

    osv.posts["v1/querybatch"] = fails_on_the_third
    answer = told(osv, tmp_path)
    osv.posts["v1/querybatch"] = batch
    asked = len(osv.asked)
    assert answer.trouble == "it answered something that is no JSON"
    assert told(osv, tmp_path).trouble == ""
    assert sum(len(one) for one in osv.asked[asked:]) < len(TREE), "what was told is not asked again"


def test_a_service_that_is_down_is_trouble(osv: LoopbackOsv, tmp_path: Path) -> None:
    osv.fault("querybatch", Status(503))
    answer = told(osv, tmp_path)
    assert answer.records == {}
    assert "answered 503" in answer.trouble


def test_records_come_once_for_all(osv: LoopbackOsv, tmp_path: Path) -> None:
    told(osv, tmp_path)
    told(osv, tmp_path)
    assert len(osv.seen("/v1/vulns/")) == 5


def test_a_slow_record_does_not_hide_the_others(osv: LoopbackOsv, tmp_path: Path) -> None:
    osv.fault("vulns/MAL-3", Drip(size=64, pause=0.01))
    assert len(told(osv, tmp_path).records[Named("package-7", "1.0.0")]) == 5
