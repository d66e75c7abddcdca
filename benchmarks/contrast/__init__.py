"""Faults that Dragoman's index survives, applied to a stock Whoosh index of the same items."""
