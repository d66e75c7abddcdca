"""Export all matches as files for other programs."""
