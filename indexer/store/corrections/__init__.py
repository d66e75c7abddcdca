"""Corrections by hand: a file of JSON lines that says what a source has wrong of its items."""
