"""Set the number of examples of a property: an eighth of it, or ten times it in slow tests."""

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

STATED = 100  # the default of hypothesis
PROFILES = {
    "everyday": STATED // 8,
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
    """Return the number of examples for the ``--hypothesis-profile`` in use."""
    number = max(min(stated, 2), stated * settings.default.max_examples // STATED)
    return max(number, thorough) if settings.default.max_examples >= PROFILES["thorough"] else number


def draw_by_seed_alone() -> None:
    """Draw no constants found in loaded modules, which depend on earlier tests and take a second."""
    providers.is_local_module_file = lambda _: False
