"""The malicious-package records, asked of the OSV service: names and versions go out, ids come back, then the records.

Source: OSV's documentation of ``POST /v1/querybatch`` (results in the order of the queries, ids only, pages by token) and
``GET /v1/vulns/{id}``. How a question travels is the caller's business: this module speaks the protocol and believes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from safe_install.advise.kept import Kept
from safe_install.advise.records import MALICIOUS, Named, Record, UnavailableError, is_id, read_record

BATCH = 1_000  # the service's own limit
MOST_PAGES = 20  # of one batch
MOST_RECORDS = 50  # that are fetched for their summaries; what the ids say counts without
MOST_IDS = 10_000  # of one package
LARGEST_BATCH = 16 << 20
LARGEST_RECORD = 1 << 20

Ask = Callable[[str, bytes | None, int], bytes]
"""Sends a question (address, body or None, most bytes of an answer) and gives the answer; UnavailableError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What was answered: the records of each package that has any, and why the rest could not be asked, if so."""

    records: Mapping[Named, tuple[Record, ...]]
    trouble: str = ""


def known_malicious(packages: Iterable[Named], api: str, ask: Ask, kept: Kept) -> Told:
    """Ask which of these packages are known to be malicious. What was found before a failure is told beside it."""
    hits: dict[Named, tuple[str, ...]] = {}
    trouble = ""
    try:
        for package, ids in _ids_of(sorted(set(packages)), api, ask, kept):
            hits.update({package: ids} if ids else {})
    except UnavailableError as error:
        trouble = str(error)
    known = _records({one for ids in hits.values() for one in ids}, api, ask, kept)
    found = {package: tuple(known[one] for one in ids if one in known) for package, ids in hits.items()}
    return Told(records={package: records for package, records in found.items() if records}, trouble=trouble)


def _ids_of(packages: Sequence[Named], api: str, ask: Ask, kept: Kept) -> Iterator[tuple[Named, tuple[str, ...]]]:
    """Give each package's malicious ids, as they were told within the time or are told now."""
    unasked: list[Named] = []
    for package in packages:
        told = kept.get(_question(api, package))
        if isinstance(told, list) and all(is_id(one) for one in told):
            yield package, tuple(told)
        else:
            unasked.append(package)
    for start in range(0, len(unasked), BATCH):
        answered = _batch(unasked[start : start + BATCH], api, ask)
        kept.put({_question(api, package): list(ids) for package, ids in answered.items()})
        yield from answered.items()


def _batch(packages: Sequence[Named], api: str, ask: Ask) -> dict[Named, tuple[str, ...]]:
    """Ask about one batch, page by page; a package's answer counts only when it is whole."""
    found: dict[Named, list[str]] = {package: [] for package in packages}
    waiting: list[tuple[Named, str]] = [(package, "") for package in packages]
    for _ in range(MOST_PAGES):
        if not waiting:
            return {package: tuple(dict.fromkeys(ids)) for package, ids in found.items()}
        body = json.dumps({"queries": [_query(package, token) for package, token in waiting]}).encode()
        results = _results(ask(f"{api}/v1/querybatch", body, LARGEST_BATCH), len(waiting))
        pages = [(package, _token(result)) for (package, _), result in zip(waiting, results, strict=True)]
        for (package, _), result in zip(waiting, results, strict=True):
            found[package] += _malicious(result)
            if len(found[package]) > MOST_IDS:
                raise UnavailableError("its answer has no end")
        waiting = [(package, token) for package, token in pages if token]
    raise UnavailableError("its answer has no end")


def _query(package: Named, token: str) -> dict[str, object]:
    query: dict[str, object] = {"package": {"ecosystem": "npm", "name": package.name}, "version": package.version}
    return {**query, "page_token": token} if token else query


def _results(answer: bytes, expected: int) -> list[Mapping[str, object]]:
    told = _json(answer)
    results = told.get("results") if isinstance(told, Mapping) else None
    if not isinstance(results, list) or len(results) != expected:
        raise UnavailableError("it answered something else than was asked")
    if not all(isinstance(one, Mapping) for one in results):
        raise UnavailableError("it answered something else than was asked")
    return results


def _malicious(result: Mapping[str, object]) -> Iterator[str]:
    """Take the ids of malice out of one result; one that cannot be an id makes the whole answer unbelievable."""
    vulns = result.get("vulns") or []
    if not isinstance(vulns, list):
        raise UnavailableError("it answered something else than was asked")
    for one in vulns:
        name = one.get("id") if isinstance(one, Mapping) else None
        if not isinstance(name, str) or not is_id(name):
            raise UnavailableError("it answered with ids that are none")
        if name.startswith(MALICIOUS):
            yield name


def _token(result: Mapping[str, object]) -> str:
    token = result.get("next_page_token")
    return token if isinstance(token, str) else ""


def _records(ids: Iterable[str], api: str, ask: Ask, kept: Kept) -> dict[str, Record]:
    """Give the record of each id; of one that cannot be had, its id. A withdrawn one is left out."""
    known: dict[str, Record] = {}
    fresh: dict[str, object] = {}
    for number, name in enumerate(sorted(ids)):
        question = f"{api} {name}"
        told = kept.get(question)
        if not isinstance(told, Mapping) and number < MOST_RECORDS:
            told = fresh[question] = _fetched(name, api, ask)
        record = read_record(told) if isinstance(told, Mapping) and told else Record(id=name)
        if record:
            known[name] = record
    kept.put({question: told for question, told in fresh.items() if told})
    return known


def _fetched(name: str, api: str, ask: Ask) -> dict[str, object]:
    """Fetch what a record says beside its id; empty when it cannot be had, or is another one."""
    try:
        told = _json(ask(f"{api}/v1/vulns/{quote(name, safe='')}", None, LARGEST_RECORD))
    except UnavailableError:
        return {}
    if not isinstance(told, Mapping) or told.get("id") != name:
        return {}
    return {key: told[key] for key in ("id", "aliases", "summary", "withdrawn") if key in told}


def _json(answer: bytes) -> object:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise UnavailableError("it answered something that is no JSON") from None


def _question(api: str, package: Named) -> str:
    return f"{api} {package.name}@{package.version}"
