"""How fetching fails, and what that says: about one package, or about the registry as a whole."""

from __future__ import annotations

import threading
from collections import defaultdict
from enum import Enum, auto

from safe_install.errors import RegistryError

PATIENCE = 8
"""Failures in a row, nothing in between, after which a registry counts as down: half of the connections at once."""


class Trouble(Enum):
    """What kind of failure it was."""

    UNREACHABLE = auto()  # no connection
    UNTRUSTED = auto()  # its certificate
    UNAUTHORIZED = auto()  # 401
    FORBIDDEN = auto()  # 403
    FAILING = auto()  # 429, 5xx, time-outs, broken streams
    MISSING = auto()  # 404
    TOO_LARGE = auto()
    REFUSED = auto()  # we would not go there


OF_THE_REGISTRY = {Trouble.UNREACHABLE, Trouble.UNTRUSTED, Trouble.UNAUTHORIZED, Trouble.FORBIDDEN, Trouble.FAILING}
"""Failures that speak of the registry when they come in a row."""
AT_ONCE = {Trouble.UNREACHABLE, Trouble.UNTRUSTED, Trouble.UNAUTHORIZED}
"""Failures that speak of it even alone, when nothing else was heard from it."""
SEVERAL = 2
"""So many other failures speak of it when nothing else was heard from it; one may be that package's own."""

HINTS = {
    Trouble.UNREACHABLE: "is the registry reachable? look at `npm config get registry`, the proxy and the network",
    Trouble.UNTRUSTED: "name your company's certificate authority as `cafile` in .npmrc",
    Trouble.UNAUTHORIZED: "log in with `npm login --registry={registry}`",
    Trouble.FORBIDDEN: "check that the token for {registry} in .npmrc may read packages",
    Trouble.MISSING: "is `npm config get registry` right? if the packages are private: `npm login --registry={registry}`",
    Trouble.FAILING: "try again later; packages that were fetched are kept",
}


class FetchError(Exception):
    """One address could not be had. ``wait`` is what the server asked for, in seconds."""

    def __init__(self, trouble: Trouble, detail: str, *, retry: bool = False, wait: float | None = None) -> None:
        super().__init__(detail)
        self.trouble, self.detail = trouble, detail
        self.retry, self.wait = retry, wait


class Standing:
    """What is known of each configured registry in this run, to tell its failure from a package's.

    Of other hosts (``origins`` are the registries) nothing is concluded: what they fail to serve is a gap.
    """

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins
        self._lock = threading.Lock()
        self._in_a_row: dict[str, int] = defaultdict(int)
        self._missing: dict[str, int] = defaultdict(int)
        self._served: set[str] = set()
        self._last: dict[str, FetchError] = {}

    def served(self, origin: str) -> None:
        """Note that a registry sent what it was asked for."""
        with self._lock:
            self._served.add(origin)
            self._in_a_row[origin] = 0

    def failed(self, origin: str, error: FetchError) -> None:
        """Note a failure; `RegistryError` when it is one too many."""
        with self._lock:
            self._last[origin] = error
            self._missing[origin] += error.trouble is Trouble.MISSING
            self._in_a_row[origin] = self._in_a_row[origin] + 1 if error.trouble in OF_THE_REGISTRY else 0
            if origin in self._origins and self._in_a_row[origin] >= PATIENCE:
                raise verdict(origin, error)

    def conclude(self) -> None:
        """Raise `RegistryError` for a registry that served nothing, when that cannot be the packages' fault."""
        for origin in self._origins & self._last.keys() - self._served:
            error = self._last[origin]
            enough = 1 if error.trouble in AT_ONCE else SEVERAL
            if error.trouble in OF_THE_REGISTRY and self._in_a_row[origin] >= enough and not self._missing[origin]:
                raise verdict(origin, error)
            if self._missing[origin] >= PATIENCE:
                number = self._missing[origin]
                error = FetchError(
                    Trouble.MISSING, f"{origin} has none of the {number} packages it was asked for (404)"
                )
                raise verdict(origin, error)


def verdict(origin: str, error: FetchError) -> RegistryError:
    """Say in one sentence that a registry fails, with the fix."""
    hint = HINTS.get(error.trouble, "is {registry} an npm registry? look at `npm config get registry`")
    return RegistryError(f"the registry fails: {error.detail}", hint=hint.format(registry=f"{origin}/"))
