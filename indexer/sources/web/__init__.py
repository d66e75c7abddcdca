"""Pages and feeds of the web: fetched within bounds, from public addresses, and read like files."""
