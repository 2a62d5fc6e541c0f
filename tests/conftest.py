"""Fixtures that several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.zygote import Zygote
from tests.scratch import ROOT


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A warm zygote that hides this checkout."""
    with Zygote((ROOT,)) as zygote:
        zygote.ready()
        yield zygote
