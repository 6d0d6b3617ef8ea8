"""Inputs that nobody wrote on purpose: valid ones, changed step by step, and what holds for whatever they become."""
