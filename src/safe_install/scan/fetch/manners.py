"""How we behave towards a server: what its answers mean, how long we wait, where we let it send us."""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urljoin

from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.trouble import FetchError, Trouble
from safe_install.scan.fetch.urls import Address, read_address

OK = 200
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ANSWERS = {
    401: (Trouble.UNAUTHORIZED, "wants a login (401)"),
    403: (Trouble.FORBIDDEN, "forbids it (403)"),
    404: (Trouble.MISSING, "does not have it (404); if it is private, log in with `npm login`"),
    410: (Trouble.MISSING, "has it no more (410)"),
}
TRANSIENT = frozenset({408, 420, 429})
"""With everything from 500 on: what npm tries again (make-fetch-happen/lib/remote.js)."""


def refusal(status: int, retry_after: str, place: str) -> FetchError:
    """Say what an answer without a body that we want means."""
    trouble, said = ANSWERS.get(status, (Trouble.FAILING, f"answered {status}"))
    retry = status in TRANSIENT or status >= 500  # noqa: PLR2004 - HTTP's own border
    return FetchError(trouble, f"{place} {said}", retry=retry, wait=_seconds(retry_after))


def pause(registries: Registries, attempt: int, error: FetchError) -> float:
    """Give the seconds before the next attempt.

    What the server asked for, capped; else a tenth of what npm would wait (10 s, then 60 s), since a whole
    lockfile waits with us, and not the same for everybody.
    """
    most = registries.fetch_retry_maxtimeout
    if error.wait is not None:
        return min(error.wait, most)
    wait = min(registries.fetch_retry_mintimeout * registries.fetch_retry_factor**attempt, most) / 10
    return wait * random.uniform(0.5, 1.5)  # noqa: S311 - nothing depends on its being secret


def redirected(here: Address, location: str) -> Address:
    """Give the next address; `FetchError` when we do not go there: no address at all, or from https to http."""
    try:
        there = read_address(urldefrag(urljoin(str(here), location)).url)
    except ValueError:
        there = None
    if there is None or not location:
        raise FetchError(Trouble.REFUSED, f"{here.place} redirects to something that is no plain http(s) address")
    if here.scheme == "https" and there.scheme == "http":
        raise FetchError(Trouble.REFUSED, f"{here.place} redirects to plain http, which is not followed")
    return there


def _seconds(retry_after: str) -> float | None:
    """Read a Retry-After header: seconds, or a date; None when it says nothing."""
    if retry_after.isdecimal() and retry_after.isascii():
        return float(retry_after[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, OSError):
        return None
