"""How often a property is tried, and what one input may cost."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings

from tests.effort import EFFORT

CPU = 20.0  # seconds for one input of a few thousand characters, on a machine that is busy; 0.1 is usual
MEMORY = 512 << 20  # bytes that the process may grow by
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
Property = TypeVar("Property", bound=Callable[..., Any])


def tried(often: int) -> Callable[[Property], Property]:
    """Try a property on so many inputs, the same ones every time in CI, and others with more `EFFORT`."""
    return settings(
        max_examples=often * EFFORT,
        deadline=None,
        database=None,
        derandomize=EFFORT == 1,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def within_bounds() -> Iterator[None]:
    """Fail when what is done inside takes more CPU time or memory than any input may."""
    begun, size = time.thread_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    spent = time.thread_time() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size) * _UNIT
    assert spent <= CPU, f"{spent:.1f} s of CPU"
    assert grown <= MEMORY, f"{grown / 2**20:.0f} MiB"
