"""Events of the operators that move data, told from their arguments alone, so that they hold for any accelerator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autograder.accelerator.events import emit, listening


def on_host(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "cpu"


def emit_copy(source: torch.Tensor, target: torch.Tensor, non_blocking: bool) -> None:
    """A copy, if it crosses. Its bytes are those of the target: CUDA converts the dtype before it sends."""
    to_device, to_host = on_host(source), on_host(target)
    if to_device == to_host or target.is_meta or not listening():
        return
    pinned = (source if to_device else target).is_pinned()
    emit(
        "host_to_device" if to_device else "device_to_host",
        "copy_",
        target.nbytes,
        blocking=not (non_blocking and pinned),
        pinned=pinned,
        warns=not non_blocking,
    )


def emit_indexing(name: str, args: Sequence[Any]) -> None:
    """Indexing of a tensor of the device: ``args`` are the tensor, its indices and, when putting, the values.

    Indices on the host are copied to the device. A mask on the device makes the host wait for the number of its True
    elements, unless one value fills them all.
    """
    if not listening():
        return
    indices = [index for index in args[1] if isinstance(index, torch.Tensor)]
    for index in filter(on_host, indices):
        emit("host_to_device", name, index.nbytes, blocking=True, pinned=index.is_pinned())
    masks = [index for index in indices if index.dtype in (torch.bool, torch.uint8) and not on_host(index)]
    fills = "put" in name and len(indices) == 1 and args[2].numel() == 1
    if masks and not fills:
        emit("synchronize", name, blocking=True, warns=True)
