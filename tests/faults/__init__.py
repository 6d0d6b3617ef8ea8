"""What can go wrong with a registry, as values for `LoopbackRegistry.fault`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """Answer with a status code and no package."""

    code: int
    retry_after: str | None = None
    body: bytes = b"{}"


@dataclass(frozen=True)
class WrongBytes:
    """Answer 200 with something else than was asked for."""

    body: bytes = b"not what was promised"


@dataclass(frozen=True)
class Cut:
    """Promise the whole length, send some bytes, hang up."""

    after: int = 64


@dataclass(frozen=True)
class Drip:
    """Send the right bytes, ``size`` of them at a time, ``pause`` seconds apart."""

    size: int = 1
    pause: float = 0.05


@dataclass(frozen=True)
class Redirect:
    """Send the client to another address."""

    to: str
    code: int = 302


@dataclass(frozen=True)
class Huge:
    """Stream this many zeros; ``announced`` says so in Content-Length beforehand."""

    size: int
    announced: bool = True


@dataclass(frozen=True)
class Reset:
    """Tear the connection down before a word is said."""


Fault = Status | WrongBytes | Cut | Drip | Redirect | Huge | Reset
