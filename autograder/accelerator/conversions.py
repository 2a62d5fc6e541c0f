"""Moving what already exists: parameters, ``.data``, storages.

PyTorch changes the device of a parameter by assigning ``.data``, which its C++ side refuses between the CPU and a
device it does not know. Here the C++ halves of two tensors are swapped instead: the Python object stays, so that an
optimizer made before ``model.to(device)`` keeps its parameters, as on CUDA.
"""

from __future__ import annotations

from typing import Any

import torch

from autograder.accelerator.events import quiet
from autograder.accelerator.memory import NAME

_assign_data: Any = torch._C.TensorBase.data.__set__  # type: ignore[attr-defined]
_read_data: Any = torch._C.TensorBase.data.__get__  # type: ignore[attr-defined]
_compatible: Any = torch._has_compatible_shallow_copy_type
_new_storage: Any = torch.UntypedStorage.__new__


def _crosses(one: torch.Tensor, other: torch.Tensor) -> bool:
    return {one.device.type, other.device.type} == {NAME, "cpu"}


def _set_data(self: torch.Tensor, new: torch.Tensor) -> None:
    if not _crosses(self, new):
        _assign_data(self, new)
        return
    if self.grad_fn is not None:
        raise RuntimeError("sim: .data of a tensor with a grad_fn cannot change its device")
    _move_leaf(self, new)


def _move_leaf(self: torch.Tensor, new: torch.Tensor) -> None:
    """Give ``self`` the bytes of ``new``; its gradient, hooks and ``requires_grad`` stay."""
    gradient = self.grad
    hooks = self._backward_hooks
    after: Any = getattr(self, "_post_accumulate_grad_hooks", None)
    twin: Any = new.detach()
    is_parameter = isinstance(self, torch.nn.Parameter)
    twin = torch.nn.Parameter(twin, self.requires_grad) if is_parameter else twin.requires_grad_(self.requires_grad)
    self.grad = None
    torch._C._swap_tensor_impl(self, twin)
    if hooks:
        self._backward_hooks = hooks
    if after:
        self._post_accumulate_grad_hooks = after
    if gradient is not None:
        with quiet():
            self.grad = gradient.to(self.device)


def _has_compatible_shallow_copy_type(input: torch.Tensor, from_: torch.Tensor) -> bool:
    """``nn.Module._apply`` asks this before it assigns ``.data``. torch.compile checks the parameters' names."""
    return _crosses(input, from_) or bool(_compatible(input, from_))


def _storage_new(cls: Any, *args: Any, **kwargs: Any) -> Any:
    device = kwargs.get("device")
    if device is None or torch.device(device).type != NAME:
        return _new_storage(cls, *args, **kwargs)
    return torch.empty(args[0] if args else 0, dtype=torch.uint8, device=device).untyped_storage()


def _storage_to_device(self: Any, device: Any = None, non_blocking: bool = False) -> Any:
    if self.device.type == NAME:
        return self
    storage: Any = torch.UntypedStorage
    return storage(self.nbytes(), device=NAME).copy_(self, non_blocking)


def install() -> None:
    storage: Any = torch.UntypedStorage
    storage.__new__ = staticmethod(_storage_new)
    setattr(torch.storage._StorageBase, NAME, _storage_to_device)
    anything: Any = torch
    anything._has_compatible_shallow_copy_type = _has_compatible_shallow_copy_type
    torch.Tensor.data = property(_read_data, _set_data)  # type: ignore[assignment]
