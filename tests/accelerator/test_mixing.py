"""Tensors of two devices in one operator. Source: "CUDA semantics": cross-device operations are not allowed, except
copy and to; 0-dim CPU tensors may stand beside tensors of the device."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.accelerator.target import DEV, DEVICE, MIXED, normal, whole

Binary = Callable[[torch.Tensor, torch.Tensor], object]

OPERATORS: dict[str, Binary] = {
    "add": lambda here, host: here + host,
    "add_reversed": lambda here, host: host + here,
    "matmul": lambda here, host: here @ host,
    "matmul_reversed": lambda here, host: host @ here,
    "bmm": lambda here, host: torch.bmm(here[None], host[None]),
    "addmm": lambda here, host: torch.addmm(here, here, host),
    "linear": lambda here, host: F.linear(here, host),
    "einsum": lambda here, host: torch.einsum("ij,jk->ik", here, host),
    "cat": lambda here, host: torch.cat([here, host]),
    "stack": lambda here, host: torch.stack([here, host]),
    "where": lambda here, host: torch.where(here > 0, here, host),
    "where_condition": lambda here, host: torch.where(host > 0, here, here),
    "maximum": lambda here, host: torch.maximum(here, host),
    "equal_elements": lambda here, host: here == host,
    "logical_and": lambda here, host: torch.logical_and(here, host),
    "mul_in_place": lambda here, host: here.mul_(host),
    "mul_in_place_on_host": lambda here, host: host.mul_(here),
    "out": lambda here, host: torch.add(here, 1, out=host),
    "mse_loss": lambda here, host: F.mse_loss(here, host),
    "l1_loss": lambda here, host: F.l1_loss(here, host),
    "dist": lambda here, host: torch.dist(here, host),
    "cosine_similarity": lambda here, host: F.cosine_similarity(here, host),
    "attention": lambda here, host: F.scaled_dot_product_attention(here[None], host[None], here[None]),
    "gather": lambda here, host: here.gather(0, host.long().clamp(0, 1)),
    "masked_fill": lambda here, host: here.masked_fill(host > 0, 0.0),
    "foreach": lambda here, host: torch._foreach_add([here], [host]),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_refuse_two_devices(name: str) -> None:
    """RuntimeError: Expected all tensors to be on the same device, but found at least two devices ..."""
    with pytest.raises(RuntimeError, match=MIXED):
        OPERATORS[name](normal(3, 3), torch.randn(3, 3))


def test_the_message_names_both_devices() -> None:
    """For pointwise operators: "... found at least two devices, cuda:0 and cpu!"."""
    with pytest.raises(RuntimeError, match=f"found at least two devices, {DEVICE}:0 and cpu!"):
        normal(2) + torch.ones(2)


MODULES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(4, 2), (3, 4)),
    "conv1d": (lambda: nn.Conv1d(4, 2, 3), (3, 4, 8)),
    "conv2d": (lambda: nn.Conv2d(4, 2, 3), (3, 4, 8, 8)),
    "conv_transpose": (lambda: nn.ConvTranspose2d(4, 2, 3), (3, 4, 8, 8)),
    "batch_norm": (lambda: nn.BatchNorm2d(4), (3, 4, 5, 5)),
    "layer_norm": (lambda: nn.LayerNorm(4), (3, 4)),
    "group_norm": (lambda: nn.GroupNorm(2, 4), (3, 4)),
    "prelu": (lambda: nn.PReLU(), (3, 4)),
    "lstm": (lambda: nn.LSTM(4, 2), (3, 1, 4)),
    "gru": (lambda: nn.GRU(4, 2), (3, 1, 4)),
    "attention": (lambda: nn.TransformerEncoderLayer(4, 2, 8), (3, 1, 4)),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_there_refuses_inputs_of_the_host(name: str) -> None:
    """The forgotten ``x.to(device)`` raises in every layer with parameters."""
    make, shape = MODULES[name]
    with pytest.raises(RuntimeError, match=MIXED):
        make().to(DEV)(torch.randn(shape))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_on_the_host_refuses_inputs_from_there(name: str) -> None:
    """The forgotten ``model.to(device)`` raises in every layer with parameters."""
    make, shape = MODULES[name]
    with pytest.raises(RuntimeError, match=MIXED):
        make()(torch.randn(shape).to(DEV))


def test_convolution_names_the_types() -> None:
    """ "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same"."""
    text = rf"Input type \(torch\.{DEVICE}\.FloatTensor\) and weight type \(torch\.FloatTensor\) should be the same"
    with pytest.raises(RuntimeError, match=text):
        nn.Conv2d(1, 1, 3)(normal(1, 1, 4, 4))


def test_convolution_names_the_bias() -> None:
    """A bias of the host is refused by name."""
    with pytest.raises(RuntimeError, match=MIXED):
        F.conv2d(normal(1, 1, 4, 4), normal(1, 1, 3, 3), torch.zeros(1))


def test_embedding_refuses_indices_of_the_host() -> None:
    """``nn.Embedding`` there needs its indices there."""
    with pytest.raises(RuntimeError, match=MIXED):
        nn.Embedding(5, 2).to(DEV)(torch.tensor([1, 2]))


def test_embedding_refuses_one_index_of_the_host() -> None:
    """Also a 0-dim one: an index is not a scalar operand."""
    with pytest.raises(RuntimeError, match=MIXED):
        nn.Embedding(5, 2).to(DEV)(torch.tensor(1))


LOSSES: dict[str, Binary] = {
    "cross_entropy": lambda scores, host: F.cross_entropy(scores, host),
    "nll": lambda scores, host: F.nll_loss(scores.log_softmax(1), host),
    "bce_with_logits": lambda scores, host: F.binary_cross_entropy_with_logits(scores[:, 0], host.float()),
    "bce": lambda scores, host: F.binary_cross_entropy(scores[:, 0].sigmoid(), host.float()),
    "multi_margin": lambda scores, host: F.multi_margin_loss(scores, host),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_refuse_labels_of_the_host(name: str) -> None:
    """The forgotten ``y.to(device)`` raises in every loss."""
    with pytest.raises(RuntimeError, match=MIXED):
        LOSSES[name](normal(2, 2), torch.tensor([0, 1]))


def test_class_weights_must_be_there_too() -> None:
    """``CrossEntropyLoss(weight=...)`` is a module whose weight moves only with it."""
    with pytest.raises(RuntimeError, match=MIXED):
        nn.CrossEntropyLoss(weight=torch.ones(3))(normal(2, 3), whole(0, 1))


def test_a_plain_attribute_does_not_move_with_its_module() -> None:
    """``Module.to`` moves parameters and buffers, nothing else."""

    class Shifted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shift = torch.ones(3)
            self.layer = nn.Linear(3, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.layer(x) + self.shift

    with pytest.raises(RuntimeError, match=MIXED):
        Shifted().to(DEV)(normal(2, 3))


SCALARS: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "mul": lambda here, scalar: here * scalar,
    "mul_reversed": lambda here, scalar: scalar * here,
    "where": lambda here, scalar: torch.where(here > 0, here, scalar),
    "clamp": lambda here, scalar: here.clamp(max=scalar),
    "masked_fill": lambda here, scalar: here.masked_fill(here > 0, scalar),
    "in_place": lambda here, scalar: here.add_(scalar),
    "fill": lambda here, scalar: here.fill_(scalar),
    "compare": lambda here, scalar: here > scalar,
    "set_item": lambda here, scalar: here.index_put_((whole(0),), scalar),
}


@pytest.mark.parametrize("name", SCALARS)
def test_scalar_tensors_of_the_host_are_accepted(name: str) -> None:
    """A 0-dim CPU tensor may be an operand, as a Python number may."""
    assert SCALARS[name](normal(3), torch.tensor(0.5)).device.type == DEVICE


def test_one_element_is_not_a_scalar() -> None:
    """A CPU tensor of shape (1,) is refused."""
    with pytest.raises(RuntimeError, match=MIXED):
        normal(3) * torch.ones(1)


def test_stack_takes_no_scalar_tensors_of_the_host() -> None:
    """Collecting losses of both devices in one list fails when they are stacked."""
    with pytest.raises(RuntimeError, match=MIXED):
        torch.stack([torch.tensor(1.0), torch.tensor(1.0, device=DEV)])


def test_a_running_total_on_the_host_is_refused() -> None:
    """``total += loss`` with a CPU tensor ``total`` writes to the host: refused, even 0-dim."""
    total = torch.tensor(0.0)
    with pytest.raises(RuntimeError, match=MIXED):
        total += normal(3).sum()


def test_a_running_total_in_python_is_accepted() -> None:
    """``total = 0.0; total = total + loss`` lives on the device."""
    assert (0.0 + normal(3).sum()).device.type == DEVICE


def test_python_numbers_are_accepted() -> None:
    """Python numbers have no device."""
    assert (normal(3) * 2 + 1 - 0.5).device.type == DEVICE


def test_indices_of_the_host_are_accepted() -> None:
    """``x[i]`` and ``x[i] = v`` take CPU indices into a tensor of the device."""
    x, index = normal(5, 2), torch.tensor([0, 3])
    assert torch.equal(x[index].cpu(), x.cpu()[index])
    x[index] = 0.0
    assert x.cpu()[3].tolist() == [0, 0]


def test_masks_of_the_host_are_accepted() -> None:
    """``x[mask]`` takes a CPU mask into a tensor of the device."""
    assert torch.arange(3, device=DEV)[torch.tensor([True, False, True])].tolist() == [0, 2]


def test_indices_of_the_device_into_the_host_are_refused() -> None:
    """ "indices should be either on cpu or on the same device as the indexed tensor (cpu)"."""
    with pytest.raises(RuntimeError, match="indices should be either on"):
        torch.randn(5)[whole(0, 1)]


def test_indexed_assignment_refuses_values_of_the_host() -> None:
    """``x[i] = v``: ``v`` must be where ``x`` is, unless it is one number."""
    with pytest.raises(RuntimeError, match=MIXED):
        normal(5)[whole(0, 1)] = torch.ones(2)


def test_slice_assignment_copies() -> None:
    """``x[a:b] = v`` is ``copy_``, which crosses devices."""
    x = torch.zeros(3, device=DEV)
    x[:2] = torch.ones(2)
    host = torch.zeros(2)
    host[:] = x[1:]
    assert (x.tolist(), host.tolist()) == ([1, 1, 0], [1, 0])


def test_copy_crosses() -> None:
    """``copy_`` takes a source of any device, and broadcasts and converts it."""
    there = torch.zeros(2, 2, device=DEV)
    there.copy_(torch.tensor([1, 2]))
    host = torch.zeros(2, 2).copy_(there)
    assert host.tolist() == [[1, 2], [1, 2]]


def test_a_gradient_of_the_other_device_is_refused() -> None:
    """``w.grad = g`` raises when ``g`` is elsewhere."""
    w = normal(2).requires_grad_()
    with pytest.raises((RuntimeError, TypeError), match="device"):
        w.grad = torch.ones(2)


def test_torch_tensor_of_device_scalars_is_on_the_host() -> None:
    """``torch.tensor([loss1, loss2])`` reads each value and makes a CPU tensor."""
    assert torch.tensor([torch.tensor(1.0, device=DEV), torch.tensor(2.0, device=DEV)]).is_cpu


def test_a_generator_of_the_host_is_refused() -> None:
    """Random factories on the device need a generator of the device."""
    with pytest.raises(RuntimeError, match="device type for generator"):
        torch.randn(3, generator=torch.Generator(), device=DEV)
