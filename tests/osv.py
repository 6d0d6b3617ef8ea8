"""An OSV service on 127.0.0.1, as its documentation says that it speaks: batches of queries, pages, records by id."""

from __future__ import annotations

import json
from typing import Any

from tests.loopback import LoopbackRegistry


def a_record(name: str, package: str, *versions: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Write a record on exact versions of an npm package; on all of them when none is named."""
    affected: dict[str, Any] = {"package": {"ecosystem": "npm", "name": package}}
    if versions:
        affected["versions"] = list(versions)
    else:
        affected["ranges"] = [{"type": "SEMVER", "events": [{"introduced": "0"}]}]
    return {"schema_version": "1.7.4", "id": name, "summary": f"Malicious code in {package} (npm)", **more} | {
        "affected": [affected]
    }


class LoopbackOsv(LoopbackRegistry):
    """The service for as long as the ``with`` block lasts. ``page``: how many ids it tells at a time."""

    def __init__(self, *records: dict[str, Any], page: int = 100) -> None:
        super().__init__()
        self.records = {record["id"]: record for record in records}
        self.page = page
        self.asked: list[list[dict[str, Any]]] = []
        self.files |= {f"v1/vulns/{name}": json.dumps(record).encode() for name, record in self.records.items()}
        self.posts["v1/querybatch"] = self._batch

    @property
    def api(self) -> str:
        """The service's address, as a policy names it."""
        return self.url.rstrip("/")

    @property
    def names(self) -> list[str]:
        """The packages that were asked about, in order."""
        return [query["package"]["name"] for batch in self.asked for query in batch]

    def _batch(self, body: bytes) -> bytes:
        queries = json.loads(body)["queries"]
        self.asked.append(queries)
        return json.dumps({"results": [self._result(query) for query in queries]}).encode()

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        known = [name for name, record in self.records.items() if _matches(record, query)]
        start = int(query.get("page_token") or 0)
        shown = known[start : start + self.page]
        result: dict[str, Any] = {"vulns": [{"id": name, "modified": "2026-01-01T00:00:00Z"} for name in shown]}
        if start + self.page < len(known):
            result["next_page_token"] = str(start + self.page)
        return result if shown else {}


def _matches(record: dict[str, Any], query: dict[str, Any]) -> bool:
    return any(
        one["package"] == query["package"] and ("ranges" in one or query["version"] in one.get("versions", []))
        for one in record["affected"]
    )
