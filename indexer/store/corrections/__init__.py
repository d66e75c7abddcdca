"""Manual corrections: a JSON Lines file that overrides values of items."""
