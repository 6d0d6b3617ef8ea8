"""Gather evidence; never runs a package's code."""
