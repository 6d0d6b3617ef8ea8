"""Signatures: reached contents, normalised and staged, matched by semgrep and remembered."""
