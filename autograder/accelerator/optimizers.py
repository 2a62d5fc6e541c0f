"""Optimizers take the loop over parameters by default, as they do on the CPU.

On an accelerator they prefer operators on lists of parameters. Some of them, NAdam's and ASGD's, then compute in
another order. ``foreach=True`` still chooses those.
"""

from __future__ import annotations

from typing import Any

from torch.optim import optimizer
from torch.utils import _foreach_utils

from autograder.accelerator.memory import NAME

_supported: Any = _foreach_utils._get_foreach_kernels_supported_devices


def _without_sim() -> list[str]:
    return [device for device in _supported() if device != NAME]


def install() -> None:
    for module in (_foreach_utils, optimizer):
        named: Any = module
        named._get_foreach_kernels_supported_devices = _without_sim
