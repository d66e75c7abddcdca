"""How many examples of a law are drawn: few every day, ten times as many by ``make test-all``."""

from __future__ import annotations

from hypothesis import settings

EVERYDAY = 100  # hypothesis' own default
settings.register_profile("thorough", max_examples=10 * EVERYDAY)


def examples(everyday: int) -> int:
    """Return the number of examples under the profile that was chosen with ``--hypothesis-profile``."""
    return everyday * settings.default.max_examples // EVERYDAY
