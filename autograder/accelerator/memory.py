"""The device's memory: host bytes that only the device's tensors may reach, counted and limited.

A ``sim`` storage is a C++ storage whose device is ``sim`` and whose address is that of a CPU storage. The CPU storage
is kept alive, and counted, by a ``Block`` that hangs on the ``sim`` storage's Python object; PyTorch keeps that object,
attributes included, as long as the C++ storage lives.
"""

from __future__ import annotations

import os
from typing import Any

import torch

NAME = "sim"
CPU = torch.device("cpu")
CPU_KEYS = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
GRANULE = 512  # CUDA's caching allocator rounds every block up to this many bytes

_aten = torch.ops.aten
_set_storage: Any = _aten.set_.source_Storage_storage_offset._handle.redispatch_boxed
_create_empty: Any = None
_device: Any = None
_in_use = False
_forked = False


class Ledger:
    """Bytes in use, the most there were, and the limit."""

    def __init__(self) -> None:
        self.limit: int | None = None
        self.allocated = 0
        self.peak = 0
        self.out_of_memory = 0

    @property
    def capacity(self) -> int:
        """Bytes of the whole device: the limit, else the machine's memory."""
        return self.limit if self.limit is not None else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    def require(self, size: int) -> int:
        """``size`` rounded up to whole granules.

        Raises:
            torch.OutOfMemoryError: there is a limit and less is left.
        """
        rounded = -(-size // GRANULE) * GRANULE
        if self.limit is not None and self.allocated + rounded > self.limit:
            self.refuse(size)
        return rounded

    def refuse(self, size: int) -> None:
        self.out_of_memory += 1
        raise torch.OutOfMemoryError(
            f"SIM out of memory. Tried to allocate {_readable(size)}. SIM 0 has a total capacity of "
            f"{_readable(self.capacity)} of which {_readable(max(0, self.capacity - self.allocated))} is free."
        )


def _readable(size: int) -> str:
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.2f} {name}"
    return f"{size} bytes"


ledger = Ledger()


_by_address: dict[int, torch.UntypedStorage] = {}


class Block:
    """Keeps the bytes of one storage alive and counted, and hands out CPU tensors over the whole of them."""

    __slots__ = ("_address", "_over", "_rounded", "storage")

    def __init__(self, storage: torch.UntypedStorage) -> None:
        self._rounded = 0
        self._address = storage.data_ptr()
        self.storage = storage
        self._over: dict[torch.dtype, torch.Tensor] = {}
        self._rounded = ledger.require(storage.nbytes())
        ledger.allocated += self._rounded
        if ledger.allocated > ledger.peak:
            ledger.peak = ledger.allocated
        _by_address[self._address] = storage

    def __del__(self) -> None:
        ledger.allocated -= self._rounded
        if _by_address.get(self._address) is self.storage:
            del _by_address[self._address]

    def over(self, dtype: torch.dtype) -> torch.Tensor:
        """The whole block as a CPU vector of ``dtype``."""
        found = self._over.get(dtype)
        if found is None:
            found = self._over[dtype] = _over(self.storage, dtype)
        return found


def _over(storage: torch.UntypedStorage, dtype: torch.dtype) -> torch.Tensor:
    return torch.empty(0, dtype=dtype, device=CPU).set_(storage, 0, (storage.nbytes() // dtype.itemsize,), (1,))


def start() -> None:
    """Bind the calls that need the registered device."""
    global _create_empty, _device
    _create_empty = torch._C._acc.create_empty_tensor
    _device = torch.device(NAME, 0)
    os.register_at_fork(after_in_child=_set_forked)


def _set_forked() -> None:
    global _forked
    _forked = _in_use


def in_bad_fork() -> bool:
    """Whether this process was forked from one in which the device was in use: here it cannot be."""
    return _forked


def is_initialized() -> bool:
    """Whether the device is in use: from its first tensor on, or from when it is asked for."""
    return _in_use


def initialize() -> None:
    """Raises RuntimeError in a process that was forked from one in which the device was in use."""
    global _in_use
    _require_own_process()
    _in_use = True


def _require_own_process() -> None:
    if _forked:
        raise RuntimeError(
            "Cannot re-initialize SIM in forked subprocess. To use SIM with multiprocessing, you must use the 'spawn' "
            "start method"
        )


def require_ordinal(device: Any) -> None:
    """There is one device.

    Raises:
        RuntimeError: ``device`` is ``sim`` with another index than 0, or the process was forked from the device's.
    """
    if device is not None and device.type == NAME:
        if device.index:
            raise RuntimeError("SIM error: invalid device ordinal")
        _require_own_process()


def on_device(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """A ``sim`` storage over the bytes of a CPU storage, which nobody else may keep.

    Raises:
        torch.OutOfMemoryError: beyond the limit.
    """
    initialize()
    made: Any = torch._C._construct_storage_from_data_pointer(storage.data_ptr(), _device, storage.nbytes())
    made._block = Block(storage)
    return made  # type: ignore[no-any-return]


def place(tensor: torch.Tensor, storage: torch.UntypedStorage, like: torch.Tensor) -> torch.Tensor:
    """Point a ``sim`` tensor at ``storage`` with the offset, sizes and strides of ``like``."""
    return _set_storage(CPU_KEYS, tensor, storage, like.storage_offset(), like.size(), like.stride())  # type: ignore[no-any-return]


def view_of(storage: torch.UntypedStorage, like: torch.Tensor) -> torch.Tensor:
    """A new ``sim`` tensor on ``storage`` with the dtype and geometry of ``like``."""
    return place(_create_empty([0], like.dtype), storage, like)


def wrap(result: torch.Tensor) -> torch.Tensor:
    """A ``sim`` tensor that owns the bytes of a fresh CPU tensor."""
    return view_of(on_device(result.untyped_storage()), result)


def unwrap(tensor: torch.Tensor) -> torch.Tensor:
    """A CPU tensor over the same bytes as a ``sim`` tensor, with its geometry and its lazy negation and conjugation."""
    storage: Any = tensor.untyped_storage()
    block: Block | None = getattr(storage, "_block", None)
    # C++ wraps the address in another storage when it writes a file: that one has no block.
    over = _over(_by_address[storage.data_ptr()], tensor.dtype) if block is None else block.over(tensor.dtype)
    view = over.as_strided(tensor.size(), tensor.stride(), tensor.storage_offset())
    if tensor.is_neg():
        view = torch._neg_view(view)
    return view.conj() if tensor.is_conj() else view


def is_pinned(tensor: torch.Tensor) -> bool:
    """Whether a CPU tensor lies in memory that ``pin_memory`` made."""
    return bool(getattr(tensor.untyped_storage(), "_sim_pinned", False))


def mark_pinned(tensor: torch.Tensor) -> torch.Tensor:
    storage: Any = tensor.untyped_storage()
    storage._sim_pinned = True
    return tensor
