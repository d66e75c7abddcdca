"""A page saved as text: its lines become items, in the order of the page."""
