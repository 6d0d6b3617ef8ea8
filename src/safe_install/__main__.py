"""``python -m safe_install``."""

from safe_install.cli import main

main()
