"""Random numbers of the device: CPU generators that say they are the device's.

Operators called without a generator draw from the CPU's default generator, so a run on ``sim`` equals the CPU's run
bit for bit. CUDA keeps a generator of its own, which ``torch.manual_seed`` seeds with the same number.
"""

from __future__ import annotations

import weakref
from typing import Any

import torch

from autograder.accelerator.memory import NAME

_Generator: Any = torch._C.Generator
names = {NAME}  # device types that mean the device; the alias adds "cuda"
_ours: weakref.WeakValueDictionary[int, DeviceGenerator] = weakref.WeakValueDictionary()


class DeviceGenerator(_Generator):  # type: ignore[misc]
    """What ``torch.Generator(device="sim")`` gives."""

    def __new__(cls) -> DeviceGenerator:
        made: DeviceGenerator = _Generator.__new__(cls, "cpu")
        _ours[made._cdata] = made
        return made

    @property
    def device(self) -> torch.device:
        return torch.device(NAME, 0)


class GeneratorType(type(_Generator)):  # type: ignore[misc]
    """Metaclass of what replaces ``torch.Generator``, which cannot be told about a new device from Python."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _Generator)

    def __call__(cls, device: Any = "cpu") -> Any:
        return DeviceGenerator() if torch.device(device).type in names else _Generator(device)


def require_device(generator: Any) -> None:
    """
    Raises:
        RuntimeError: ``generator`` is the host's.
    """
    if generator._cdata not in _ours:
        raise RuntimeError(f"Expected a '{NAME}' device type for generator but found 'cpu'")


def install() -> None:
    torch.Generator = GeneratorType("Generator", (), {"__module__": "torch"})  # type: ignore[misc]
