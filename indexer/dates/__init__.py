"""Determine publication dates.

They come from date lines, dates in texts, and the order of a page.
"""
