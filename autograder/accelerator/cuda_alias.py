"""Programs that say "cuda" land on ``sim``.

``torch.device("cuda")`` stays what it is, so that ``device.type == "cuda"`` holds; it turns into ``sim`` where it is
used. Tensors say the truth: ``x.device`` is ``sim:0``, and ``x.is_cuda`` is True. In force in the thread that installed
it, with its backward passes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import _device as default_device

from autograder.accelerator import device_module, generators
from autograder.accelerator.memory import NAME

_installed: list[_Alias] = []


def resolve(value: Any) -> Any:
    """``value``, with a device, a device's name or a tensor type of CUDA replaced by that of sim.

    Raises:
        RuntimeError: a CUDA device of another index than 0.
    """
    if isinstance(value, torch.device) and value.type == "cuda":
        device_module.require_index(value.index)
        return torch.device(NAME, value.index)
    if isinstance(value, str):
        if value == "cuda" or value.startswith("cuda:"):
            return resolve(torch.device(value))
        if value.startswith("torch.cuda."):
            return value.replace("cuda", NAME, 1)
    return value


def _resolve_type(device: Any) -> Any:
    """A device type, as autocast and GradScaler want it."""
    resolved = resolve(device)
    return resolved.type if isinstance(resolved, torch.device) else resolved


class _Alias(TorchFunctionMode):
    """Sees each call of a torch function before its arguments are parsed."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is torch.device:
            return func(*args, **kwargs)
        if func is torch.Tensor.cuda:
            return _cuda(*args, **kwargs)
        if any(isinstance(value, (str, torch.device)) for value in args):
            args = tuple(map(resolve, args))
        if "device" in kwargs:
            kwargs = {**kwargs, "device": resolve(kwargs["device"])}
        return func(*args, **kwargs)


def _cuda(self: torch.Tensor, device: Any = None, non_blocking: bool = False, **kwargs: Any) -> torch.Tensor:
    device_module.require_index(device)
    return self.to(NAME, non_blocking=non_blocking, **kwargs)


def _replace_init(cls: Any, position_name: str, default: Any) -> None:
    """Resolve the first argument of a constructor."""
    original = cls.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if args:
            args = (_resolve_type(args[0]), *args[1:])
        else:
            kwargs[position_name] = _resolve_type(kwargs.get(position_name, default))
        original(self, *args, **kwargs)

    cls.__init__ = __init__


def _resolve_default_device() -> None:
    """``with torch.device("cuda")`` and ``set_default_device("cuda")``: their mode may lie below the alias."""
    context: Any = default_device.DeviceContext
    original = context.__init__
    context.__init__ = lambda self, device: original(self, resolve(device))


def _is_cuda(self: torch.Tensor) -> bool:
    return self.device.type == NAME


def _restore(storage: Any, location: str) -> Any:
    """For ``torch.load``: what was saved from CUDA, or is mapped to it."""
    if not location.startswith("cuda"):
        return None
    device_module.require_index(torch.device(location).index)
    return getattr(storage, NAME)()


def install() -> None:
    """Idempotent. The device must be registered."""
    if _installed:
        return
    for name, value in device_module.FUNCTIONS.items():
        setattr(torch.cuda, name, value)
    torch.Tensor.is_cuda = property(_is_cuda)  # type: ignore[assignment]
    generators.names.add("cuda")
    _replace_init(torch.autocast, "device_type", "cuda")
    _replace_init(torch.amp.GradScaler, "device", "cuda")
    _resolve_default_device()
    torch.serialization.register_package(15, lambda storage: None, _restore)  # before CUDA's own, which is 20
    mode: Any = _Alias()
    mode.__enter__()
    _installed.append(mode)
