"""Publication dates: printed date lines, dates in the text, and the order of a page."""
