"""Collected only when asked for; skipped where the device is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from autograder import accelerator

HERE = Path(__file__).parent
DEVICE = os.environ.get("DEVICE", "sim")


def is_asked_for(config: pytest.Config) -> bool:
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    return any(path == HERE or HERE in path.parents for path in asked)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if is_asked_for(config) else True


def pytest_configure(config: pytest.Config) -> None:
    if DEVICE == "sim" and is_asked_for(config):  # a run of the whole suite loads this file, too
        accelerator.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if DEVICE != "sim" and not torch.get_device_module(DEVICE).is_available():
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"no {DEVICE} device here"))


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)
