"""Commands: what a shell text starts, and what each program would read."""
