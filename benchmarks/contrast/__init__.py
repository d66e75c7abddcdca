"""The faults that Dragoman's index survives, done to a stock Whoosh index of the same items."""
