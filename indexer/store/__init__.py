"""The index in a folder: its lock and generations; building, updating and checking it."""
