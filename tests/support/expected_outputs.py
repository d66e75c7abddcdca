"""Read expected outputs from the .txt file next to a test module, by ``=== NAME`` lines."""

import re
from functools import cache
from pathlib import Path


@cache
def expected_output(module: str, name: str) -> str:
    """Return the expected output with a name."""
    text = Path(module).with_suffix(".txt").read_text(encoding="utf-8")
    _, *parts = re.split(r"^=== (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))[name]
