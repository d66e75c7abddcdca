"""Determine publication dates from date lines, dates in texts, and the order of a page."""
