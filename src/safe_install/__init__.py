"""Promises come in, evidence is gathered, a judgement is passed, only what was approved is run, one story is told."""

__version__ = "0.1.0"
