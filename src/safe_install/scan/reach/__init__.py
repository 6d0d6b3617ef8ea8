"""Reach: from a command to every file it can cause to run, and each edge that could not be followed."""
