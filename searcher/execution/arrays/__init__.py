"""Execution on numpy arrays: what a process does that asks much, or whose question matches much."""
