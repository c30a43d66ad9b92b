"""How many examples Hypothesis tries: what one can wait for, or 2,000 of everything at night (`make test-nightly`)."""

import os

from hypothesis import settings

CI, NIGHTLY = "ci", "nightly"
AT_NIGHT = 2_000
settings.register_profile(CI, settings.get_profile("default"))
settings.register_profile(NIGHTLY, settings.get_profile("default"), max_examples=AT_NIGHT)


def load_profile() -> None:
    """The one that the environment names."""
    settings.load_profile(_name())


def examples(by_day: int) -> int:
    """For a test whose single example takes long; at night as many as of any other."""
    return AT_NIGHT if _name() == NIGHTLY else by_day


def _name() -> str:
    return os.environ.get("PHSAR_HYPOTHESIS") or CI
