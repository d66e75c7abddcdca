"""The cases that the fault tests tried, collected for the table at their end."""

from collections.abc import Mapping

TALLIES: list[tuple[str, str, int]] = []


def tell(tried: str, found: Mapping[str, int], *, lost: int) -> None:
    """Record a damage or interruption, how often each outcome occurred, and how many answers were lost."""
    TALLIES.append((tried, ", ".join(f"{count:,} {name}" for name, count in sorted(found.items())), lost))
