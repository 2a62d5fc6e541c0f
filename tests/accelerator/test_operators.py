"""Operators on the device. Source: the pages of ``torch`` and ``torch.Tensor``; values are the CPU's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

from tests.accelerator.target import DEV, DEVICE, equal, normal, whole

UNARY: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "boolean_index": lambda x: x[x > 0],
    "list_index": lambda x: x[:, [0, 2]],
    "none_index": lambda x: x[None, ..., 1:],
    "argmax": lambda x: x.argmax(1),
    "topk": lambda x: x.topk(2).values,
    "sort": lambda x: x.sort(dim=1, descending=True).indices,
    "unique": lambda x: x.round().unique(),
    "nonzero": lambda x: (x > 0).nonzero(),
    "cumsum": lambda x: x.cumsum(0),
    "bincount": lambda x: torch.bincount((x > 0).long().flatten()),
    "one_hot": lambda x: F.one_hot(x.argmax(1), 4),
    "gather": lambda x: x.gather(1, x.argmax(1, keepdim=True)),
    "scatter": lambda x: torch.zeros_like(x).scatter_(1, x.argmax(1, keepdim=True), 1.0),
    "index_add": lambda x: torch.zeros_like(x).index_add_(0, x.argmax(1), x),
    "std": lambda x: x.std(dim=0),
    "norm": lambda x: x.norm(),
    "quantile": lambda x: x.quantile(0.25, dim=1),
    "einsum": lambda x: torch.einsum("ij,kj->ik", x, x),
    "roll_flip": lambda x: x.roll(1, 0).flip(1),
    "pad": lambda x: F.pad(x[None], (1, 1), mode="reflect"),
    "interpolate": lambda x: F.interpolate(x[None, None], scale_factor=2),
    "cat_split": lambda x: torch.cat(x.split(2, dim=1)[::-1], dim=1),
    "chunk_stack": lambda x: torch.stack(x.chunk(2, dim=1)),
    "meshgrid": lambda x: torch.meshgrid(x[0], x[1], indexing="ij")[0],
    "tril": lambda x: x.tril(),
    "inverse": lambda x: torch.linalg.inv(x @ x.T + torch.eye(4, device=x.device)),
    "svd": lambda x: torch.linalg.svdvals(x),
    "cholesky": lambda x: torch.linalg.cholesky(x @ x.T + torch.eye(4, device=x.device)),
    "fft": lambda x: torch.fft.rfft(x).abs(),
    "histc": lambda x: x.histc(4, -2, 2),
    "repeat_interleave": lambda x: x.repeat_interleave(torch.tensor([1, 0, 2, 1], device=x.device), dim=0),
    "cdist": lambda x: torch.cdist(x, x + 1),
}


@pytest.mark.parametrize("name", UNARY)
def test_operators(name: str) -> None:
    """The operator exists for the device and gives the CPU's values there."""
    x = torch.randn(4, 4)
    assert equal(UNARY[name](x.to(DEV)), UNARY[name](x))


NUMBERS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "remainder": lambda x: x % 3,
    "remainder_reversed": lambda x: 3 % x,
    "fmod": lambda x: x.fmod(3),
    "floor_divide": lambda x: x // 2,
    "divide_reversed": lambda x: 1 / x,
    "subtract_reversed": lambda x: 1 - x,
    "power_reversed": lambda x: 2.0**x,
    "bitwise_and": lambda x: x.long() & 3,
    "bitwise_or": lambda x: x.long() | 8,
    "shift": lambda x: x.long() << 1,
    "copysign": lambda x: x.copysign(-1.0),
    "xlogy": lambda x: x.xlogy(2.0),
    "float_power": lambda x: x.float_power(2),
    "in_place": lambda x: x.clone().remainder_(3),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("shape", [(4,), ()], ids=["vector", "scalar"])
@pytest.mark.skipif(DEVICE == "mps", reason="MPS has no float64")
def test_python_numbers_as_operands(name: str, shape: tuple[int, ...]) -> None:
    """A Python number takes the dtype of the tensor beside it, also of a 0-dim one."""
    x = torch.arange(1, 5, dtype=torch.float16)[: shape[0]] if shape else torch.tensor(3.0, dtype=torch.float16)
    output, expected = NUMBERS[name](x.to(DEV)), NUMBERS[name](x)
    assert output.dtype == expected.dtype
    assert equal(output, expected)


def test_views_share_memory() -> None:
    """Slices, transposes and reshapes of a tensor of the device are views of its memory."""
    x = torch.zeros(4, 6, device=DEV)
    x[1:3, ::2].fill_(5)
    x.t()[0] = 1
    x.view(-1)[3] = 9
    assert x.cpu()[:2].tolist() == [[1, 0, 0, 9, 0, 0], [1, 0, 5, 0, 5, 0]]
    assert x.view(2, 12)._is_view()
    assert x.view(2, 12).data_ptr() == x.data_ptr()


def test_unfolded_views_share_memory() -> None:
    """``unfold`` and ``as_strided`` are views too."""
    x = torch.ones(4, device=DEV)
    x.unfold(0, 2, 2)[0].zero_()
    x.as_strided((1,), (1,), 3).fill_(7)
    assert x.tolist() == [0, 0, 1, 7]


RESHAPED: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "squeeze_": lambda x: x.squeeze_(),
    "unsqueeze_": lambda x: x.unsqueeze_(0),
    "t_": lambda x: x.t_(),
    "transpose_": lambda x: x.transpose_(0, 1),
    "as_strided_": lambda x: x.as_strided_((2,), (2,)),
}


@pytest.mark.parametrize("name", RESHAPED)
def test_shapes_change_in_place(name: str) -> None:
    """``squeeze_`` and its like change the tensor's own shape, and no memory."""
    x = torch.arange(3.0).reshape(3, 1)
    there = x.to(DEV)
    address = there.data_ptr()
    assert RESHAPED[name](there) is there
    assert equal(there, RESHAPED[name](x))
    assert there.data_ptr() == address


def test_in_place_returns_the_tensor_itself() -> None:
    """``x.add_(1)`` is ``x``."""
    x = torch.zeros(2, device=DEV)
    assert x.add_(1) is x


def test_out_is_resized() -> None:
    """``out=`` of the device is resized and filled."""
    out = torch.empty(0, device=DEV)
    torch.add(torch.ones(3, device=DEV), 1, out=out)
    assert out.tolist() == [2, 2, 2]


def test_resize_keeps_what_fits() -> None:
    """``resize_`` keeps the elements that both shapes have."""
    x = torch.arange(4.0, device=DEV)
    x.resize_(2, 3)
    assert x.flatten()[:4].tolist() == [0, 1, 2, 3]
    assert x.resize_(2).tolist() == [0, 1]


def test_set_shares_memory() -> None:
    """``set_`` makes a tensor use the memory of another."""
    x, y = torch.ones(3, device=DEV), torch.empty(0, device=DEV)
    y.set_(x)
    y.zero_()
    assert x.tolist() == [0, 0, 0]


def test_contiguous() -> None:
    """``permute`` gives strides; ``contiguous`` copies in order."""
    x = torch.arange(6.0).reshape(1, 2, 3)
    there = x.to(DEV).permute(2, 0, 1)
    assert not there.is_contiguous()
    assert equal(there.contiguous(), x.permute(2, 0, 1))


def test_foreach() -> None:
    """Operators on lists of tensors give lists of the device."""
    tensors = [torch.ones(2, device=DEV), torch.ones(3, device=DEV)]
    torch._foreach_add_(tensors, 1.0)
    assert [x.tolist() for x in torch._foreach_mul(tensors, 2.0)] == [[4, 4], [4, 4, 4]]


def test_complex_conjugates() -> None:
    """Lazy conjugation and negation hold across copies and operators."""
    z = torch.tensor([1 + 2j], device=DEV).conj()
    assert z.cpu().tolist() == [1 - 2j]
    assert (z + 1).tolist() == [2 - 2j]
    assert z.imag.cpu().tolist() == [-2]


def test_errors_of_shape_are_the_operators_own() -> None:
    """ "mat1 and mat2 shapes cannot be multiplied": other mistakes read as on the CPU."""
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        normal(2, 3) @ normal(2, 3)


def test_a_stream_of_python_indices() -> None:
    """``x[i]`` with a Python integer is a view of the device."""
    assert whole(1, 2, 3)[1].device.type == DEVICE
