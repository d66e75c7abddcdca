"""Split a web page saved as text into items."""
