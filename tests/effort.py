"""How much is tried: what CI has time for, or ``EFFORT`` times as much from other seeds (``make fuzz``)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

EFFORT = int(os.environ.get("EFFORT", "1"))
"""How many times as much as in CI."""
FIRST = int(os.environ.get("FIRST_SEED", "0"))
"""Where to begin, so that a long run does not repeat a former one."""


def chances(usual: int) -> Iterator[random.Random]:
    """Give a source of chance for each of so many inputs; the same ones again every time."""
    return (random.Random(f"{FIRST + number}") for number in range(usual * EFFORT))
