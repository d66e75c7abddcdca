"""How many examples of a property are drawn: a fifth of the stated number, and ten times it in slow tests.

No example has a deadline, nor has drawing one: the time depends more on the machine than on the property.
A property may use fixtures of its function, which all its examples share.
"""

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

STATED = 100  # the default of hypothesis
PROFILES = {
    "everyday": STATED // 5,
    "stated": STATED,
    "thorough": 10 * STATED,
    "ten-thousand": 400 * STATED,  # for 25 stated ones
}
for name, number in PROFILES.items():
    settings.register_profile(
        name,
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
settings.load_profile("everyday")


def examples(stated: int, thorough: int = 0) -> int:
    """Return the number of examples under the profile that was chosen with ``--hypothesis-profile``.

    Args:
        stated: The number that the property states.
        thorough: At least how many slow tests draw, if ten times the stated number is too few for them.
    """
    number = max(1, stated * settings.default.max_examples // STATED)
    return max(number, thorough) if settings.default.max_examples >= PROFILES["thorough"] else number


def draw_by_seed_alone() -> None:
    """Draw no constants of modules, since the loaded modules depend on earlier tests of a worker.

    Constants find faults, so this is for runs that must be the same each time. There is no setting for it.
    """
    providers.is_local_module_file = lambda _: False
