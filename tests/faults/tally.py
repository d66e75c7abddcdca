"""The cases that the fault tests tried, collected for the table at their end."""

from collections.abc import Mapping

TALLIES: list[tuple[str, str, int]] = []


def tell(tried: str, found: Mapping[str, int], *, lost: int) -> None:
    """Record one line of the table.

    Args:
        tried: The damage or interruption.
        found: How often each outcome occurred.
        lost: How many items or answers were lost or wrong.
    """
    TALLIES.append((tried, ", ".join(f"{count:,} {name}" for name, count in sorted(found.items())), lost))
