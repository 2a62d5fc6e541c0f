"""Telling PyTorch about the device, once a process."""

from __future__ import annotations

import functools
import re
import sys
from typing import Any

import torch

from autograder.accelerator import (
    autocast,
    composites,
    conversions,
    cuda_alias,
    device_module,
    dispatch,
    engine,
    generators,
    kernels,
    memory,
    optimizers,
)
from autograder.accelerator.memory import NAME

OLDEST_TORCH = (2, 10)

_KERNELS: dict[str, Any] = {
    "copy_": kernels.copy_,
    "_copy_from": kernels.copy_from,
    "_copy_from_and_resize": kernels.copy_from,
    "_to_copy": kernels.to_copy,
    "_local_scalar_dense": kernels.item,
    "_pin_memory": kernels.refuse_to_pin,
    "empty.memory_format": kernels.empty,
    "empty_strided": kernels.empty_strided,
    "resize_": kernels.resize_,
    "convolution": kernels.convolution,
    "native_dropout": kernels.native_dropout,
    "native_dropout_backward": kernels.native_dropout_backward,
}
_CELLS: dict[str, Any] = {"_thnn_fused_lstm_cell": kernels.lstm_cell, "_thnn_fused_gru_cell": kernels.gru_cell}
_PINNED: dict[str, Any] = {"_pin_memory": kernels.pin_memory, "is_pinned": kernels.is_pinned}

# Operators that only change sizes, strides or the storage: the CPU's kernels do that to any tensor.
_GEOMETRY = (
    "as_strided", "as_strided_", "view", "_reshape_alias", "unfold", "view_as_real", "view_as_complex", "alias", "set_",
    "set_.source_Storage", "set_.source_Storage_storage_offset", "set_.source_Tensor",
)  # fmt: skip

# A kernel that is made of other operators wins over the general kernel. It may compute in another order than the CPU's
# own, and takes longer: the general kernel is registered by name for these, and for what _taken_whole finds.
_WHOLE = frozenset({
    "_fused_sdp_choice", "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_flash_attention_for_cpu_backward", "native_group_norm", "native_group_norm_backward",
    "convolution_backward",
})  # fmt: skip

_libraries: list[Any] = []  # of all namespaces and of ATen; they unregister their kernels when they are collected
_keep: list[Any] = []  # hooks and guards, which nobody else holds


def is_installed() -> bool:
    """Whether this process has the device."""
    return bool(_keep)


def install(*, alias_cuda: bool = False, memory_bytes: int | None = None) -> torch.device:
    """Register the device ``sim`` and return it.

    It lasts as long as the process. Calling again changes nothing but what is asked for anew: the alias, the limit.

    Args:
        alias_cuda: ``torch.cuda.is_available()`` is True; "cuda", "cuda:0", ``.cuda()`` and ``torch.cuda`` mean sim.
        memory_bytes: allocations beyond this many bytes raise ``torch.OutOfMemoryError``; None is no limit.

    Raises:
        RuntimeError: torch is older than 2.10, or has a real accelerator, or another device took the place for
            devices from outside PyTorch.
        ValueError: ``memory_bytes`` is negative.
    """
    if memory_bytes is not None and memory_bytes < 0:
        raise ValueError(f"memory_bytes must not be negative, got {memory_bytes}")
    if not is_installed():
        _require_place()
        _register()
    if memory_bytes is not None:
        memory.ledger.limit = memory_bytes
    if alias_cuda:
        cuda_alias.install()
    return torch.device(NAME)


def _require_place() -> None:
    version = re.match(r"(\d+)\.(\d+)", torch.__version__)
    if version is None or tuple(map(int, version.groups())) < OLDEST_TORCH:
        raise RuntimeError(f"the simulated accelerator needs torch 2.10 or newer; this is torch {torch.__version__}")
    taken = torch._C._get_privateuse1_backend_name()
    if taken != "privateuseone":
        raise RuntimeError(f"another device, {taken!r}, is registered as PyTorch's PrivateUse1; there is room for one")
    real = torch.accelerator.current_accelerator(check_available=True)
    if real is not None:
        raise RuntimeError(
            f"this process has a real accelerator, {real}: use it; the simulated one would take its place"
        )


def _register() -> None:
    from torch.utils import backend_registration

    acc: Any = torch._C._acc
    prepare()
    backend_registration.rename_privateuse1_backend(NAME)
    backend_registration.generate_methods_for_privateuse1_backend(for_storage=True)
    module = device_module.build()
    torch._register_device_module(NAME, module)
    sys.modules[f"torch.{NAME}"] = module
    hook, guard = backend_registration._DummyPrivateUse1Hook(), backend_registration._DummyDeviceGuard()
    acc.register_python_privateuseone_hook(hook)
    acc.register_python_privateuseone_device_guard(guard)
    memory.start()
    _keep.extend((hook, guard))
    _, aten = _libraries
    for name, kernel in _PINNED.items():
        aten.impl(name, kernel, "CPU")
    autocast.install()
    conversions.install()
    generators.install()
    device_module.serve_torch_accelerator()
    engine.install()
    optimizers.install()


def _register_kernels(everything: Any, aten: Any) -> None:
    everything.fallback(dispatch.run_on_cpu, "PrivateUse1")
    for name, kernel in _KERNELS.items():
        aten.impl(name, kernel, "PrivateUse1")
    for name, kernel in _CELLS.items():
        aten.impl(name, kernel, "PrivateUse1")
        aten.impl(name, kernel, "AutogradPrivateUse1")
    for name in _GEOMETRY:
        aten.impl(name, _cpu_kernel(_overload(name)), "PrivateUse1")
    own = _KERNELS.keys() | _CELLS.keys() | set(_GEOMETRY)
    for name in composites.OPERATORS:
        aten.impl(name, composites.kernel(_overload(name)), "AutogradPrivateUse1")
    whole = [(name, _overload(name)) for name in composites.OPERATORS]
    for name, operator in (*whole, *_taken_whole()):
        if name not in own:
            aten.impl(name, functools.partial(dispatch.run_on_cpu, operator), "PrivateUse1")


def _overload(name: str) -> Any:
    base, _, overload = name.partition(".")
    return getattr(getattr(torch.ops.aten, base), overload or "default")


def _cpu_kernel(op: Any) -> Any:
    redispatch = op._handle.redispatch_boxed

    def kernel(*args: Any, **kwargs: Any) -> Any:
        return redispatch(memory.CPU_KEYS, *args, **kwargs)

    return kernel


def prepare() -> None:
    """Do most of what :func:`install` does, once for all the processes that are forked from this one afterwards.

    The kernels that are registered belong to a device that is not there yet: nothing else meets them.
    """
    if not _libraries:
        library: Any = torch.library.Library
        _libraries.extend((library("_", "IMPL"), library("aten", "IMPL")))
        _register_kernels(*_libraries)
        autocast.register(*_libraries)


def _taken_whole() -> tuple[tuple[str, Any], ...]:
    """The ATen operators whose composite kernel must not be used, each with its name."""
    has_kernel = torch._C._dispatch_has_kernel_for_dispatch_key
    names = []
    for qualified in torch._C._dispatch_get_all_op_names():
        namespace, _, name = qualified.partition("::")
        base, _, overload = name.partition(".")
        if namespace != "aten":
            continue
        composite = any(has_kernel(qualified, f"Composite{kind}Autograd") for kind in ("Explicit", "Implicit"))
        if (
            (base.startswith("_foreach_") and not overload.endswith("out"))
            or has_kernel(qualified, "CompositeExplicitAutogradNonFunctional")
            or (composite and has_kernel(qualified, "CPU"))
            or base in _WHOLE
        ):
            names.append(name)
    return tuple((name, _overload(name)) for name in names)
