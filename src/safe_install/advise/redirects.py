"""Which hosts send a download on to others, as known from real packages: a grant of the first alone ends at the second.

They are those that known-scripts.json has together, for real packages whose downloads were looked at.
"""

from __future__ import annotations

_ONWARD = {
    "github.com": ("release-assets.githubusercontent.com", "objects.githubusercontent.com"),
    "download.cypress.io": ("cdn.cypress.io",),
}


def onward(host: str) -> tuple[str, ...]:
    """List the hosts that a download from one is sent on to; none where nothing is known."""
    return _ONWARD.get(host, ())
