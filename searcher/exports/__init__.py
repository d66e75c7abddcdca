"""Exports: all matches whole, as files that other programs read. Each form is loaded when it is written."""
