"""What the fault tests tried, gathered for the table at their end."""

from __future__ import annotations

from collections.abc import Mapping

TALLIES: list[tuple[str, str, int]] = []


def tell(tried: str, found: Mapping[str, int], *, lost: int) -> None:
    """Note one line of the table.

    Args:
        tried: What was done to the index.
        found: How often each outcome was found.
        lost: How many items or answers were lost or wrong.
    """
    TALLIES.append((tried, ", ".join(f"{count:,} {name}" for name, count in sorted(found.items())), lost))
