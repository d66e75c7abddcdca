"""Split a page saved as text into items, in the order of the page."""
