"""``python -m safe_install``, and what the installed command starts."""

import gc
import os
import sys
from pathlib import Path

from safe_install import __version__

SELDOM = 20_000
"""Objects after which Python looks for circles to collect: after its 700 that takes 3.2 s of a lockfile of 1,567, so 1.2 s."""


def main() -> None:
    """Run the command line; what is asked all day is answered before much is imported."""
    match sys.argv[1:]:
        case ["--version"]:
            sys.stdout.write(f"safe-install {__version__}\n")
            return
        case ["exec", name, *words] if not name.startswith("-"):
            _become(name, words)
        case _:
            pass
    from safe_install.cli import main as run

    gc.set_threshold(SELDOM)
    run()


def _become(name: str, words: list[str]) -> None:
    """Become an installed tool; come back when there is none, for the command line to say so."""
    from safe_install.errors import UsageError
    from safe_install.local_tool import become

    try:
        become(name, words, Path.cwd(), os.environ)
    except UsageError:
        return


if __name__ == "__main__":
    main()
