"""Export all matches as files for other programs; each format is loaded on first use."""
