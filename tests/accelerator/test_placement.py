"""Where tensors are, and how they get there. Source: pytorch.org/docs, "CUDA semantics", "torch.device"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from tests.accelerator.target import DEV, DEVICE, needs_float64, normal

FACTORIES: dict[str, Callable[[], torch.Tensor]] = {
    "zeros": lambda: torch.zeros(2, 3, device=DEV),
    "ones": lambda: torch.ones(2, device=DEV),
    "empty": lambda: torch.empty(2, device=DEV),
    "full": lambda: torch.full((2,), 3.0, device=DEV),
    "eye": lambda: torch.eye(3, device=DEV),
    "arange": lambda: torch.arange(5, device=DEV),
    "linspace": lambda: torch.linspace(0, 1, 5, device=DEV),
    "rand": lambda: torch.rand(2, device=DEV),
    "randn": lambda: torch.randn(2, device=DEV),
    "randint": lambda: torch.randint(0, 5, (3,), device=DEV),
    "randperm": lambda: torch.randperm(5, device=DEV),
    "tensor": lambda: torch.tensor([1.0, 2.0], device=DEV),
    "as_tensor": lambda: torch.as_tensor(np.ones(3, dtype=np.float32), device=DEV),
    "asarray": lambda: torch.asarray([1.0], device=DEV),
    "zeros_like": lambda: torch.zeros_like(normal(2)),
    "rand_like": lambda: torch.rand_like(normal(2)),
    "new_zeros": lambda: normal(2).new_zeros(3),
    "new_tensor": lambda: normal(2).new_tensor([1.0, 2.0]),
}


@pytest.mark.parametrize("name", FACTORIES)
def test_factories_allocate_on_the_device(name: str) -> None:
    """Every factory takes ``device=``; ``*_like`` and ``new_*`` allocate where their tensor is."""
    assert FACTORIES[name]().device.type == DEVICE


def test_a_device_without_an_index_is_the_current_one() -> None:
    """``torch.device("cuda")`` means the current device; tensors report it with its index."""
    assert str(torch.zeros(1, device=DEVICE).device) == f"{DEVICE}:0"


def test_a_device_and_its_indexed_form_differ() -> None:
    """``torch.device("cuda")`` and ``torch.device("cuda:0")`` are not equal, though they may mean the same."""
    assert torch.device(DEVICE) != torch.device(DEVICE, 0)


def test_an_integer_is_a_device_of_the_accelerator() -> None:
    """``torch.device(0)`` is device 0 of the current accelerator."""
    assert torch.device(0) == torch.device(DEVICE, 0)


@pytest.mark.parametrize(
    "make", [lambda: torch.zeros(1, device=f"{DEVICE}:99"), lambda: torch.zeros(1).to(f"{DEVICE}:99")]
)
def test_a_device_that_is_not_there_is_refused(make: Callable[[], torch.Tensor]) -> None:
    """CUDA raises "invalid device ordinal"."""
    if DEVICE == "mps":
        pytest.skip("MPS ignores the index")
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        make()


def test_is_cpu_tells_the_devices_apart() -> None:
    """``is_cpu`` is False for tensors of the accelerator; ``get_device`` is its index, -1 on the CPU."""
    assert not normal(1).is_cpu
    assert (normal(1).get_device(), torch.zeros(1).get_device()) == (0, -1)


def test_to_where_it_is_returns_the_tensor_itself() -> None:
    """If the tensor already has the device and dtype, ``to`` returns ``self``."""
    x = normal(2)
    assert x.to(DEV) is x
    assert x.to(f"{DEVICE}:0") is x


def test_to_with_copy_makes_another() -> None:
    """``to(..., copy=True)`` copies even when nothing changes."""
    x = normal(2)
    y = x.to(DEV, copy=True)
    y.zero_()
    assert x.abs().sum().item() > 0


def test_memory_is_apart() -> None:
    """``to`` another device copies: later writes on either side stay there."""
    host = torch.zeros(3)
    there = host.to(DEV)
    host.fill_(7)
    back = there.cpu()
    there.fill_(5)
    assert back.tolist() == [0, 0, 0]
    assert host.tolist() == [7, 7, 7]


def test_from_numpy_shares_with_the_host_alone() -> None:
    """An array given to ``as_tensor`` with a device is copied to it."""
    array = np.zeros(3, dtype=np.float32)
    x = torch.as_tensor(array, device=DEV)
    array[:] = 1
    assert x.sum().item() == 0


@needs_float64
def test_to_changes_device_and_dtype_at_once() -> None:
    """``to(device, dtype)`` converts both ways in one call."""
    x = torch.arange(3).to(DEV, torch.float64)
    assert (x.device.type, x.dtype) == (DEVICE, torch.float64)
    assert torch.equal(x.to("cpu", torch.int64), torch.arange(3))


def test_to_like_another_tensor() -> None:
    """``to(other)`` takes the device and dtype of ``other``."""
    x = torch.arange(3).to(normal(1))
    assert (x.device.type, x.dtype) == (DEVICE, torch.float32)


def test_a_method_of_the_devices_name() -> None:
    """``tensor.cuda()`` and ``module.cuda()`` exist; other devices have methods of their names."""
    if DEVICE == "mps":
        pytest.skip("MPS has no such method")
    assert getattr(torch.zeros(1), DEVICE)().device.type == DEVICE
    assert getattr(torch.nn.Linear(1, 1), DEVICE)().weight.device.type == DEVICE


def test_with_a_device() -> None:
    """``with torch.device(...)``: factories, and so the parameters of modules, are made there; outside, not."""
    with torch.device(DEVICE):
        inside = torch.zeros(2)
        layer = torch.nn.Linear(2, 2)
    assert {inside.device.type, layer.weight.device.type} == {DEVICE}
    assert torch.zeros(2).is_cpu


def test_an_explicit_device_wins_over_the_context() -> None:
    """``device=`` given to a factory overrides the context."""
    with torch.device(DEVICE):
        assert torch.zeros(1, device="cpu").is_cpu


def test_set_default_device() -> None:
    """``torch.set_default_device`` is the context for the rest of the program."""
    torch.set_default_device(DEVICE)
    try:
        assert torch.ones(3).device.type == DEVICE
        assert torch.get_default_device().type == DEVICE
    finally:
        torch.set_default_device(None)
    assert torch.ones(3).is_cpu


def test_torch_accelerator_finds_the_device() -> None:
    """``torch.accelerator``: available, its type is the device's, at least one is there."""
    assert torch.accelerator.is_available()
    assert torch.accelerator.current_accelerator() == torch.device(DEVICE)
    assert torch.accelerator.device_count() >= 1
    assert torch.accelerator.current_device_index() == 0


def test_torch_accelerator_synchronizes() -> None:
    """``torch.accelerator.synchronize()`` waits for the device's work and returns nothing."""
    normal(2).add(1)
    assert torch.accelerator.synchronize() is None


def test_the_device_module() -> None:
    """``torch.get_device_module`` gives torch.cuda for "cuda"; it is available."""
    module = torch.get_device_module(DEVICE)
    assert module is getattr(torch, DEVICE)
    assert module.is_available()


def test_meta_tensors_are_materialised_on_the_device() -> None:
    """``Module.to_empty(device=...)`` allocates the parameters of a module made on "meta"."""
    layer = torch.nn.Linear(2, 2, device="meta").to_empty(device=DEV)
    assert layer.weight.device.type == DEVICE


@pytest.mark.parametrize(
    "dtype",
    [torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.uint8, torch.bool, torch.complex64],
    ids=str,
)
def test_dtypes_go_there_and_back(dtype: torch.dtype) -> None:
    """The usual dtypes exist on the device, and copies keep values."""
    values = torch.tensor([0, 1, 1]).to(dtype)
    assert torch.equal(values.to(DEV).cpu(), values)


def test_channels_last_survives_the_way() -> None:
    """``to(device)`` keeps strides; ``to(memory_format=...)`` works there."""
    x = torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last)
    assert x.to(DEV).is_contiguous(memory_format=torch.channels_last)
    assert normal(2, 3, 4, 4).to(memory_format=torch.channels_last).is_contiguous(memory_format=torch.channels_last)


def test_a_transposed_tensor_keeps_its_values() -> None:
    """Copies of tensors that are not contiguous have the same values."""
    x = torch.arange(6.0).reshape(2, 3).t()
    assert torch.equal(x.to(DEV).cpu(), x)
    assert torch.equal(torch.arange(6.0, device=DEV).reshape(2, 3).t().cpu(), x)


def test_an_expanded_tensor_goes_there() -> None:
    """Copies of expanded tensors have all values."""
    assert torch.zeros(1).expand(4).to(DEV).cpu().tolist() == [0, 0, 0, 0]


def test_empty_tensors_go_there() -> None:
    """Tensors without elements have a device too."""
    x = torch.empty(0, 3).to(DEV)
    assert (x.device.type, x.shape, x.cpu().shape) == (DEVICE, (0, 3), (0, 3))


def test_type_names_the_device() -> None:
    """``tensor.type()`` is "torch.cuda.FloatTensor"."""
    assert normal(1).type() == f"torch.{DEVICE}.FloatTensor"
