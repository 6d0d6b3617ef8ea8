"""``python -m safe_install``, and what the installed command starts."""

import sys

from safe_install import __version__


def main() -> None:
    """Run the command line; what asks for the version alone gets it without anything being imported."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"safe-install {__version__}\n")
        return
    from safe_install.cli import main as run

    run()


if __name__ == "__main__":
    main()
