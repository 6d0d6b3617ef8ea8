"""Where coding agents are met: what a command of theirs would install, and how each of them is told."""
