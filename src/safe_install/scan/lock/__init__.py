"""Promises: a lockfile's text, its linters, and what npm would put where."""
