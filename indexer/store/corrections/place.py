"""Where a file of corrections lies; known without what reads it."""

from __future__ import annotations

import os
from typing import Final

NAME: Final = "corrections.jsonl"  # beside dragoman.toml


def place_of_file(file: str | os.PathLike[str]) -> str:
    """Give the absolute path of a file of corrections."""
    return os.path.abspath(file)  # noqa: PTH100 - as the working folder has it, links and all
