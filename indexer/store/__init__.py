"""The index in a folder: lock, generations, and building, updating and checking."""
