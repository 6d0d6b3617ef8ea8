"""What every door needs: the tools of this machine, and a console to show pages on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console

from safe_install.agents.shims import without_shims
from safe_install.report.progress import Progress
from safe_install.tools import Tools, make_tools


def make_tools_here(*, quiet: bool, env: Mapping[str, str] = os.environ) -> Tools:
    """Make the tools for one command; what is under way is shown on standard error, unless ``quiet``."""
    progress = Progress.silent() if quiet else Progress.on(console(stderr=True))
    return make_tools(without_shims(env), progress, datetime.now(UTC))


def console(*, stderr: bool = False) -> Console:
    """Open standard output or error for pages."""
    opened = Console(highlight=False, stderr=stderr)
    if opened.width < 1:  # COLUMNS=0, where rich prints nothing at all
        opened.width = 80
    return opened
