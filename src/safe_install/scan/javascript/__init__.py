"""JavaScript: what a text imports, starts, writes and hides, in one pass."""
