"""Values on the host. Source: "CUDA semantics" and the pages of the methods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from tests.accelerator.target import DEV, DEVICE, normal

CONVERSIONS: dict[str, Callable[[torch.Tensor], object]] = {
    "numpy": lambda x: x.numpy(),
    "np.asarray": lambda x: np.asarray(x),
    "np.array_of_list": lambda x: np.array([x]),
    "np.mean": lambda x: np.mean([x, x]),
    "with_gradient": lambda x: x.requires_grad_().numpy(),
}


@pytest.mark.parametrize("name", CONVERSIONS)
def test_numpy_cannot_read_the_device(name: str) -> None:
    """TypeError: can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host ..."""
    with pytest.raises(TypeError, match=rf"can't convert {DEVICE}:0 device type tensor to numpy. Use Tensor.cpu\(\)"):
        CONVERSIONS[name](normal(3))


def test_numpy_with_force_copies() -> None:
    """``numpy(force=True)`` is ``detach().cpu().numpy()``."""
    assert torch.ones(2, device=DEV, requires_grad=True).numpy(force=True).tolist() == [1, 1]


def test_dlpack_to_numpy_is_refused() -> None:
    """NumPy takes DLPack of the CPU alone."""
    with pytest.raises((TypeError, RuntimeError, BufferError)):
        np.from_dlpack(normal(3))


READS: dict[str, tuple[Callable[[torch.Tensor], object], object]] = {
    "item": (lambda x: x.item(), 3.5),
    "float": (float, 3.5),
    "int": (int, 3),
    "bool": (bool, True),
    "tolist": (lambda x: x.tolist(), [3.5]),
    "format": (lambda x: f"{x.sum():.2f}", "3.50"),
    "round": (lambda x: round(x.item(), 1), 3.5),
    "branch": (lambda x: "larger" if x > 1 else "smaller", "larger"),
    "cpu_numpy": (lambda x: x.cpu().numpy().tolist(), [3.5]),
    "max_of_list": (lambda x: max([x, x]).item(), 3.5),
    "python_index": (lambda x: ["a", "b", "c", "d"][x.long()], "d"),
}


@pytest.mark.parametrize("name", READS)
def test_one_value_can_be_read(name: str) -> None:
    """Conversions of one element to a Python number copy it to the host."""
    read, expected = READS[name]
    assert read(torch.tensor([3.5], device=DEV)) == expected


def test_item_of_many_is_refused() -> None:
    """ "a Tensor with 2 elements cannot be converted to Scalar"."""
    with pytest.raises(RuntimeError, match="cannot be converted to Scalar"):
        normal(2).item()


def test_repr_names_the_device() -> None:
    """``print(x)`` shows values and device."""
    assert repr(torch.tensor([1.0, 2.0], device=DEV)) == f"tensor([1., 2.], device='{DEVICE}:0')"


def test_repr_of_a_parameter() -> None:
    """A parameter is printed with its device and requires_grad."""
    assert f"device='{DEVICE}:0', requires_grad=True" in repr(torch.nn.Parameter(normal(2)))


def test_repr_of_a_result() -> None:
    """A result of autograd is printed with its grad_fn."""
    assert "grad_fn=<SumBackward0>" in repr((normal(2).requires_grad_() * 2).sum())


def test_iteration_gives_tensors_of_the_device() -> None:
    """``for row in x`` gives views there."""
    assert [row.device.type for row in normal(3, 2)] == [DEVICE] * 3


def test_sum_of_a_list_stays_there() -> None:
    """Python's ``sum`` adds on the device."""
    assert sum([torch.tensor(1.0, device=DEV)] * 3).device.type == DEVICE  # type: ignore[union-attr]


def test_metrics_stay_there() -> None:
    """Accuracy is computed on the device and read once."""
    scores, labels = normal(6, 3), torch.randint(0, 3, (6,)).to(DEV)
    correct = (scores.argmax(1) == labels).sum()
    assert correct.device.type == DEVICE
    assert correct.item() == (scores.cpu().argmax(1) == labels.cpu()).sum().item()
