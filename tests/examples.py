"""How many examples of a law are drawn: every day two fifths of what it states, in slow tests ten times that.

No example has a deadline: how long one takes says more of the machine than of the law.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis.internal.conjecture import providers

STATED = 100  # hypothesis' own default
settings.register_profile("everyday", max_examples=2 * STATED // 5, deadline=None)
settings.register_profile("stated", max_examples=STATED, deadline=None)
settings.register_profile("thorough", max_examples=10 * STATED, deadline=None)
settings.register_profile("ten-thousand", max_examples=400 * STATED, deadline=None)  # of a law that states 25
settings.load_profile("everyday")


def examples(stated: int) -> int:
    """Return the number of examples under the profile that was chosen with ``--hypothesis-profile``."""
    return max(1, stated * settings.default.max_examples // STATED)


def draw_by_seed_alone() -> None:
    """Draw no constants of modules: which are loaded depends on what a worker ran before, in random order.

    They find faults, so that this is for runs that must be the same each time. There is no setting for it.
    """
    providers.is_local_module_file = lambda _: False
