"""Fixtures that several tests share, and how many cases hypothesis tries.

The profile is ``test``, the same cases every day, or with ``--hypothesis-profile=fuzz`` ten times as many new ones.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from autograder.sandbox.zygote import Zygote
from tests.scratch import ROOT

any_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # slow ones too
settings.register_profile("test", any_machine, max_examples=200, derandomize=True)
settings.register_profile("fuzz", any_machine, max_examples=2_000, print_blob=True)
settings.load_profile("test")


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A warm zygote that hides this checkout."""
    with Zygote((ROOT,)) as zygote:
        zygote.ready()
        yield zygote
