"""The sample archive: an invented observatory's news page, for the demo and for tests, with known answers."""

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path


def sample_path() -> AbstractContextManager[Path]:
    """Return a context manager with the sample archive as a file on disk.

    It works from a checkout, an installed wheel and a zipped package alike; in the last case the file is a
    temporary copy, gone when the context ends.
    """
    return as_file(files(__name__) / "archive.txt")
