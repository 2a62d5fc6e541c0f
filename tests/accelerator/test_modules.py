"""Modules and their parameters. Source: the pages of ``torch.nn.Module`` and "CUDA semantics"."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from tests.accelerator.target import DEV, DEVICE, equal, normal


def test_to_changes_the_module_in_place() -> None:
    """``Module.to`` returns the module itself; the parameters are the same objects."""
    layer = nn.Linear(2, 2)
    before = list(layer.parameters())
    assert layer.to(DEV) is layer
    assert all(
        one is other and type(one) is nn.Parameter for one, other in zip(before, layer.parameters(), strict=True)
    )


def test_tensor_to_does_not_change_the_tensor() -> None:
    """``x.to(device)`` without assignment leaves ``x`` where it was."""
    x = torch.zeros(2)
    x.to(DEV)
    assert x.is_cpu


def test_buffers_move() -> None:
    """Buffers move with the parameters."""
    norm = nn.BatchNorm1d(3).to(DEV)
    assert {buffer.device.type for buffer in norm.buffers()} == {DEVICE}


def test_submodules_move() -> None:
    """Registered submodules move, in lists too; those in a plain list do not."""

    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.registered = nn.ModuleList([nn.Linear(1, 1)])
            self.hidden = [nn.Linear(1, 1)]

    pair = Pair().to(DEV)
    assert pair.registered[0].weight.device.type == DEVICE
    assert pair.hidden[0].weight.is_cpu


def test_to_and_back() -> None:
    """``.cpu()`` brings the same values back."""
    layer = nn.Linear(2, 2)
    values = layer.weight.detach().clone()
    assert torch.equal(layer.to(DEV).cpu().weight, values)


def test_tied_parameters_stay_tied() -> None:
    """One parameter under two names stays one."""
    first, second = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
    second.weight = first.weight
    model = nn.Sequential(first, second).to(DEV)
    assert model[0].weight is model[1].weight


def test_gradients_move_with_parameters() -> None:
    """``Module.to`` moves ``.grad`` as well."""
    layer = nn.Linear(2, 2)
    layer(torch.ones(1, 2)).sum().backward()
    expected = layer.weight.grad.clone()
    layer.to(DEV)
    assert torch.equal(layer.weight.grad.cpu(), expected)
    assert layer.weight.grad.device.type == DEVICE


def test_requires_grad_is_kept() -> None:
    """Frozen parameters stay frozen."""
    layer = nn.Linear(2, 2)
    layer.weight.requires_grad_(False)
    layer.to(DEV)
    assert (layer.weight.requires_grad, layer.bias.requires_grad) == (False, True)


def test_hooks_of_parameters_are_kept() -> None:
    """Hooks registered before the move run after it."""
    layer = nn.Linear(2, 2)
    layer.weight.register_hook(lambda gradient: gradient * 0)
    layer.to(DEV)
    layer(normal(1, 2)).sum().backward()
    assert layer.weight.grad.abs().sum().item() == 0


def test_post_accumulate_hooks_are_kept() -> None:
    """``register_post_accumulate_grad_hook`` before the move runs after it."""
    layer, seen = nn.Linear(2, 2), []
    layer.weight.register_post_accumulate_grad_hook(lambda parameter: seen.append(parameter.grad.device.type))
    layer.to(DEV)
    layer(normal(1, 2)).sum().backward()
    assert seen == [DEVICE]


def test_data_of_another_device() -> None:
    """``p.data = x`` moves a parameter to where ``x`` is, and the parameter stays the same object."""
    layer = nn.Linear(2, 2)
    weight = layer.weight
    weight.data = normal(2, 2)
    assert layer.weight is weight
    assert weight.device.type == DEVICE
    assert weight.is_leaf


def test_data_is_a_view_without_history() -> None:
    """``p.data`` shares memory and is not tracked."""
    layer = nn.Linear(2, 2).to(DEV)
    layer.weight.data.mul_(0)
    assert layer.weight.abs().sum().item() == 0


def test_parameters_made_there() -> None:
    """``nn.Linear(..., device=...)`` initialises on the device."""
    assert nn.Linear(2, 2, device=DEV).weight.device.type == DEVICE


@pytest.mark.parametrize(
    "name", ["xavier_uniform_", "kaiming_normal_", "orthogonal_", "trunc_normal_", "zeros_", "normal_"]
)
def test_initialisers_work_there(name: str) -> None:
    """``nn.init`` fills parameters of any device in place."""
    layer = nn.Linear(8, 8).to(DEV)
    before = layer.weight.detach().clone()
    getattr(nn.init, name)(layer.weight)
    assert layer.weight.device.type == DEVICE
    assert not torch.equal(layer.weight.detach().cpu(), before.cpu())


def test_deepcopy_stays_there_and_apart() -> None:
    """``copy.deepcopy`` copies parameters on their device."""
    layer = nn.Linear(2, 2).to(DEV)
    twin = copy.deepcopy(layer)
    twin.weight.data.zero_()
    assert twin.weight.device.type == DEVICE
    assert type(twin.weight) is nn.Parameter
    assert layer.weight.abs().sum().item() > 0


def test_deepcopy_keeps_views_together() -> None:
    """Two views of one storage are two views of one copy."""
    x = torch.ones(4, device=DEV)
    twin = copy.deepcopy({"all": x, "half": x[:2]})
    twin["all"].zero_()
    assert twin["half"].tolist() == [0, 0]
    assert x.tolist() == [1, 1, 1, 1]


def test_swap_tensors() -> None:
    """``torch.utils.swap_tensors`` exchanges tensors of two devices."""
    there, host = torch.zeros(2, device=DEV), torch.ones(3)
    torch.utils.swap_tensors(there, host)
    assert (there.is_cpu, host.device.type) == (True, DEVICE)


def test_swap_on_conversion() -> None:
    """``torch.__future__.set_swap_module_params_on_conversion`` is the other way to move parameters."""
    torch.__future__.set_swap_module_params_on_conversion(True)
    try:
        assert nn.Linear(2, 2).to(DEV).weight.device.type == DEVICE
    finally:
        torch.__future__.set_swap_module_params_on_conversion(False)


def test_batch_norm_updates_its_statistics_there() -> None:
    """Running statistics are updated on the device in training, and used in evaluation."""
    host, there = nn.BatchNorm1d(3), nn.BatchNorm1d(3).to(DEV)
    x = torch.randn(5, 3)
    assert equal(there(x.to(DEV)), host(x))
    assert equal(there.running_mean, host.running_mean)
    assert equal(there.eval()(x.to(DEV)), host.eval()(x))


def test_dropout() -> None:
    """In training half is zero and the rest doubled; in evaluation nothing happens."""
    dropout, ones = nn.Dropout(0.5), torch.ones(1000, device=DEV)
    assert set(dropout(ones).tolist()) == {0.0, 2.0}
    assert torch.equal(dropout.eval()(ones).cpu(), torch.ones(1000))


def test_functional_call() -> None:
    """``torch.func.functional_call`` with other parameters of the device."""
    layer = nn.Linear(2, 2).to(DEV)
    zeros = {name: torch.zeros_like(parameter) for name, parameter in layer.named_parameters()}
    assert torch.func.functional_call(layer, zeros, (normal(1, 2),)).tolist() == [[0, 0]]


def test_forward_hooks_see_the_device() -> None:
    """Hooks are given tensors of the device."""
    layer, seen = nn.Linear(2, 2).to(DEV), []
    layer.register_forward_hook(lambda module, inputs, output: seen.append(output.device.type))
    layer(normal(1, 2))
    assert seen == [DEVICE]
