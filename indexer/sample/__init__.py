"""Provide the sample archive: a news page of a fictional observatory."""

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path


def sample_path() -> AbstractContextManager[Path]:
    """Return a context manager that provides the sample archive as a file on disk.

    The package may be a checkout, an installed wheel or a zipped package; for a zipped package, the file is
    a temporary copy that is removed at the end.
    """
    return as_file(files(__name__) / "archive.txt")
