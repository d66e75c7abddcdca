"""Exports: all matches as files for other programs. Each format is loaded on first use."""
