"""The device under test: ``DEVICE`` in the environment, the simulated one by default."""

from __future__ import annotations

import os

import pytest
import torch

DEVICE = os.environ.get("DEVICE", "sim")
SIMULATED = DEVICE == "sim"
DEV = torch.device(DEVICE)

# What PyTorch says when devices are mixed: pointwise and most other operators, convolutions, recurrent layers,
# attention, indexing.
MIXED = (
    "Expected all tensors to be on the same device|should be the same|are not at the same device"
    "|to have the same device type|indices should be either"
)

simulated_only = pytest.mark.skipif(not SIMULATED, reason="only the simulated device promises the CPU's bits")
needs_float64 = pytest.mark.skipif(DEVICE == "mps", reason="MPS has no float64")


def normal(*shape: int) -> torch.Tensor:
    """Normal numbers, drawn on the host, on the device."""
    return torch.randn(*shape).to(DEV)


def whole(*values: int) -> torch.Tensor:
    """int64 values on the device."""
    return torch.tensor(values, dtype=torch.int64, device=DEV)


def equal(ours: torch.Tensor, expected: torch.Tensor) -> bool:
    """Bit for bit on the simulated device, up to rounding on a real one."""
    assert ours.device.type == DEVICE
    if SIMULATED:
        return torch.equal(ours.detach().cpu(), expected.detach())
    return torch.allclose(ours.detach().cpu(), expected.detach(), rtol=1e-3, atol=1e-4)
