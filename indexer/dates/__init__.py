"""Publication dates, from printed date lines, dates in texts, and the order of a page."""
