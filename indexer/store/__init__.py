"""Build, update and check an index in a folder."""
