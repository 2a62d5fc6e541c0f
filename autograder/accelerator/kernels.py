"""Operators that the general kernel cannot stand for: copies, allocation, resizing, convolution, dropout, cells."""

from __future__ import annotations

import math
from typing import Any

import torch

from autograder.accelerator import dispatch, memory
from autograder.accelerator.events import emit, quiet
from autograder.accelerator.memory import CPU, NAME, unwrap, wrap
from autograder.accelerator.traffic import emit_copy

_aten = torch.ops.aten


def copy_(target: torch.Tensor, source: torch.Tensor, non_blocking: bool = False) -> torch.Tensor:
    """Copy, within the device or across."""
    to_device, from_device = target.device.type == NAME, source.device.type == NAME
    if not {target.device.type, source.device.type} <= {NAME, "cpu"}:
        raise RuntimeError(f"no copy from {source.device} to {target.device}")
    if to_device != from_device:
        emit_copy(source, target, non_blocking)
    cpu_target = unwrap(target) if to_device else target
    dispatch.on_cpu(_aten.copy_.default, (cpu_target, unwrap(source) if from_device else source), {})
    return target


def copy_from(source: torch.Tensor, target: torch.Tensor, non_blocking: bool = False) -> torch.Tensor:
    return copy_(target, source, non_blocking)


def to_copy(self: torch.Tensor, **kwargs: Any) -> torch.Tensor:
    """``Tensor.to``, to or from the device or on it.

    A ``non_blocking`` copy to the host lands in pinned memory, as on CUDA, where nothing else would make it so.
    """
    device = kwargs.pop("device", None) or self.device
    non_blocking = kwargs.pop("non_blocking", False)
    memory.require_ordinal(device)
    if self.device.type == NAME and device.type == NAME:
        return wrap(dispatch.on_cpu(_aten._to_copy.default, (unwrap(self),), kwargs))
    like: dict[str, Any] = {
        "dtype": kwargs.get("dtype"),
        "memory_format": kwargs.get("memory_format") or torch.preserve_format,
    }
    target = torch.empty_like(self, device=device, **like)
    if non_blocking and device.type == "cpu":
        memory.mark_pinned(target)
    return copy_(target, self, non_blocking)


def item(self: torch.Tensor) -> Any:
    emit("synchronize", "item", self.element_size(), blocking=True, warns=True)
    return dispatch.on_cpu(_aten._local_scalar_dense.default, (unwrap(self),), {})


def empty(
    size: list[int],
    dtype: torch.dtype | None = None,
    layout: Any = None,
    device: torch.device | None = None,
    pin_memory: bool | None = None,
    memory_format: Any = None,
) -> torch.Tensor:
    memory.require_ordinal(device)
    memory.ledger.require(math.prod(size) * (dtype or torch.get_default_dtype()).itemsize)
    options = {"dtype": dtype, "layout": layout, "device": CPU, "memory_format": memory_format}
    return wrap(dispatch.on_cpu(_aten.empty.memory_format, (size,), options))


def empty_strided(
    size: list[int],
    stride: list[int],
    dtype: torch.dtype | None = None,
    layout: Any = None,
    device: torch.device | None = None,
    pin_memory: bool | None = None,
) -> torch.Tensor:
    memory.require_ordinal(device)
    options = {"dtype": dtype, "layout": layout, "device": CPU}
    return wrap(dispatch.on_cpu(_aten.empty_strided.default, (size, stride), options))


def resize_(self: torch.Tensor, size: list[int], memory_format: Any = None) -> torch.Tensor:
    """Contiguous ``size`` over the same bytes when they suffice, else over more, with the old ones kept."""
    geometry = torch.empty(size, dtype=self.dtype, device="meta")
    storage = self.untyped_storage()
    if (self.storage_offset() + geometry.numel()) * self.element_size() > storage.nbytes():
        grown = dispatch.on_cpu(
            _aten.empty.memory_format, ([self.storage_offset() + geometry.numel()],), {"dtype": self.dtype}
        )
        old = unwrap(self).untyped_storage()
        grown.untyped_storage()[: old.nbytes()].copy_(old)
        storage = memory.on_device(grown.untyped_storage())
    geometry = geometry.as_strided(size, geometry.stride(), self.storage_offset()) if size else geometry
    return memory.place(self, storage, geometry)


def convolution(*args: Any) -> torch.Tensor:
    """
    Raises:
        RuntimeError: input, weight and bias differ in device or dtype, in convolution's own words.
    """
    __tracebackhide__ = True
    image, weight, bias = args[0], args[1], args[2]
    for name, other in (("weight", weight), ("bias", bias)):
        if other is not None and (other.device != image.device or other.dtype != image.dtype):
            ending = " or input should be a MKLDNN tensor and weight is a dense tensor" if image.device == CPU else ""
            raise RuntimeError(
                f"Input type ({image.type()}) and {name} type ({other.type()}) should be the same{ending}"
            )
    return dispatch.run_on_cpu(_aten.convolution.default, *args)  # type: ignore[no-any-return]


def native_dropout(x: torch.Tensor, p: float, train: bool | None) -> tuple[torch.Tensor, torch.Tensor]:
    """The arithmetic and the draws of the CPU's unfused dropout, so that losses are equal bit for bit."""
    values = unwrap(x)
    guard = dispatch.BelowAutograd()
    try:
        if train is False or p == 0:
            return wrap(values.clone()), wrap(torch.ones_like(values, dtype=torch.bool))
        noise = torch.empty_like(values).bernoulli_(1 - p)
        mask = noise.bool()
        noise = noise.zero_() if p == 1 else noise.div_(1 - p)
        return wrap(values * noise), wrap(mask)
    finally:
        del guard


def native_dropout_backward(gradient: torch.Tensor, mask: torch.Tensor, scale: float) -> torch.Tensor:
    guard = dispatch.BelowAutograd()
    try:
        values = unwrap(gradient)
        noise = unwrap(mask).to(values.dtype)
        return wrap(values * (noise.div_(1 / scale) if scale else noise))
    finally:
        del guard


def pin_memory(self: torch.Tensor, device: Any = None) -> torch.Tensor:
    """A copy of a CPU tensor that knows it is pinned; the memory itself is ordinary."""
    with quiet():
        return memory.mark_pinned(
            torch.empty_strided(self.size(), self.stride(), dtype=self.dtype).copy_(self.detach())
        )


def refuse_to_pin(self: torch.Tensor, device: Any = None) -> torch.Tensor:
    raise RuntimeError(f"cannot pin '{self.type()}' only dense CPU tensors can be pinned")


def is_pinned(self: torch.Tensor, device: Any = None) -> bool:
    return memory.is_pinned(self)


def lstm_cell(
    input_gates: torch.Tensor,
    hidden_gates: torch.Tensor,
    cell: torch.Tensor,
    input_bias: torch.Tensor | None = None,
    hidden_bias: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """``_thnn_fused_lstm_cell``, from differentiable parts in the order of the CPU's cell."""
    gates = _gates(input_gates, input_bias) + _gates(hidden_gates, hidden_bias)
    i, f, c, o = gates.chunk(4, 1)
    i, f, c, o = i.sigmoid(), f.sigmoid(), c.tanh(), o.sigmoid()
    new = f * cell + i * c
    return o * new.tanh(), new, torch.cat([i, f, c, o], 1).detach()


def gru_cell(
    input_gates: torch.Tensor,
    hidden_gates: torch.Tensor,
    hidden: torch.Tensor,
    input_bias: torch.Tensor | None = None,
    hidden_bias: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """``_thnn_fused_gru_cell``, from differentiable parts in the order of the CPU's cell."""
    input_r, input_z, input_n = _gates(input_gates, input_bias).chunk(3, 1)
    hidden_r, hidden_z, hidden_n = _gates(hidden_gates, hidden_bias).chunk(3, 1)
    r, z = (hidden_r + input_r).sigmoid(), (hidden_z + input_z).sigmoid()
    n = (input_n + hidden_n * r).tanh()
    return (hidden - n) * z + n, torch.cat([r, z, n], 1).detach()


def _gates(gates: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    return gates if bias is None else gates + bias
