"""How many examples of a property are drawn: two fifths of its stated number, ten times that in slow tests.

No example has a deadline, as its time depends more on the machine than on the property.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis.internal.conjecture import providers

STATED = 100  # the default of hypothesis
settings.register_profile("everyday", max_examples=2 * STATED // 5, deadline=None)
settings.register_profile("stated", max_examples=STATED, deadline=None)
settings.register_profile("thorough", max_examples=10 * STATED, deadline=None)
settings.register_profile("ten-thousand", max_examples=400 * STATED, deadline=None)  # for 25 stated ones
settings.load_profile("everyday")


def examples(stated: int) -> int:
    """Return the number of examples under the profile that was chosen with ``--hypothesis-profile``."""
    return max(1, stated * settings.default.max_examples // STATED)


def draw_by_seed_alone() -> None:
    """Draw no constants of modules, since the loaded modules depend on earlier tests of a worker.

    Constants find faults, so this is for runs that must be the same each time. There is no setting for it.
    """
    providers.is_local_module_file = lambda _: False
