"""What is asked of a registry, and how much is borne with from one."""

from __future__ import annotations

from dataclasses import dataclass

CONNECTIONS = 16
"""More were slower against a real registry (npm-internals §6); npm's own maxsockets is 15."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much is borne with. Sizes in bytes, times in seconds.

    The largest tarball of the three lockfiles we measure with has 12 MB, prebuilt browsers and compilers reach
    some 100 MB; beyond 512 MB nothing is read. A request ends when it is slower than ``rate``, after ``grace``.
    """

    tarball: int = 512 << 20
    packument: int = 64 << 20
    connect: float = 10
    grace: float = 30
    rate: float = 4 << 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is sent with a request: ``body`` makes it a POST of JSON, which no redirect is followed with; ``anonymous`` shows no credentials."""

    accept: str = "*/*"
    body: bytes | None = None
    anonymous: bool = False
