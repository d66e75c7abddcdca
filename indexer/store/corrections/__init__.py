"""Manual corrections: a file of JSON lines that overrides facts about items."""
