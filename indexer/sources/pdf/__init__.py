"""PDF: its text, put together from lines, and what its properties state."""
