"""How many examples of a law are drawn: few every day, ten times as many by ``make test-slow``.

No example has a deadline: how long one takes says more of the machine than of the law.
"""

from __future__ import annotations

from hypothesis import settings

EVERYDAY = 100  # hypothesis' own default
settings.register_profile("everyday", max_examples=EVERYDAY, deadline=None)
settings.register_profile("thorough", max_examples=10 * EVERYDAY, deadline=None)
settings.register_profile(
    "ten-thousand", max_examples=400 * EVERYDAY, deadline=None
)  # of a law with 25 every day
settings.load_profile("everyday")


def examples(everyday: int) -> int:
    """Return the number of examples under the profile that was chosen with ``--hypothesis-profile``."""
    return everyday * settings.default.max_examples // EVERYDAY
