"""Optimizers. Source: ``torch.optim``'s page."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.accelerator.target import DEV, DEVICE, equal, normal

OPTIMIZERS = [
    "SGD",
    "Adam",
    "AdamW",
    "RMSprop",
    "Adagrad",
    "Adadelta",
    "NAdam",
    "RAdam",
    "Adamax",
    "ASGD",
    "Rprop",
    "LBFGS",
]


def trained(device: torch.device, name: str, **options: object) -> nn.Module:
    torch.manual_seed(1)
    model, x, y = nn.Linear(4, 1).to(device), torch.randn(8, 4).to(device), torch.randn(8, 1).to(device)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.01, **options)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    for _ in range(4):
        optimizer.step(closure)
    return model


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_steps_there(name: str) -> None:
    """The optimizers of ``torch.optim`` take parameters of any device, and do there what they do on the CPU."""
    assert equal(trained(DEV, name).weight, trained(torch.device("cpu"), name).weight)


@pytest.mark.parametrize("options", [{"foreach": True}, {"foreach": False}, {"fused": True}], ids=str)
def test_implementations_of_adam(options: dict[str, bool]) -> None:
    """The foreach, loop and fused implementations give the same parameters."""
    assert equal(trained(DEV, "Adam", **options).weight, trained(torch.device("cpu"), "Adam", **options).weight)


def test_an_optimizer_made_before_the_move() -> None:
    """Parameters stay the same objects, so an optimizer made before ``model.to(device)`` trains the moved model."""
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), 1.0)
    model.to(DEV)
    before = model.weight.detach().clone()
    model(torch.ones(4, 2, device=DEV)).sum().backward()
    optimizer.step()
    assert torch.allclose(model.weight.cpu(), before.cpu() - 4)


def test_state_is_where_the_parameter_is() -> None:
    """Moments are made on the parameter's device; Adam's step count is on the CPU, unless capturable or fused."""
    layer = nn.Linear(2, 2).to(DEV)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(normal(3, 2)).sum().backward()
    optimizer.step()
    state = optimizer.state[layer.weight]
    assert (state["exp_avg"].device.type, state["step"].device.type) == (DEVICE, "cpu")


def test_a_loaded_state_is_moved_to_the_parameters() -> None:
    """``load_state_dict`` casts the state to the devices of the parameters."""
    host, there = nn.Linear(2, 2), nn.Linear(2, 2).to(DEV)
    source, target = torch.optim.Adam(host.parameters()), torch.optim.Adam(there.parameters())
    host(torch.ones(1, 2)).sum().backward()
    source.step()
    target.load_state_dict(source.state_dict())
    assert target.state[there.weight]["exp_avg"].device.type == DEVICE


def test_zero_grad_forgets() -> None:
    """``zero_grad`` sets gradients to None; with ``set_to_none=False`` they become zeros there."""
    layer = nn.Linear(2, 2).to(DEV)
    optimizer = torch.optim.SGD(layer.parameters(), 0.1)
    layer(normal(1, 2)).sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert layer.weight.grad.abs().sum().item() == 0
    optimizer.zero_grad()
    assert layer.weight.grad is None


def test_learning_rate_schedules() -> None:
    """Schedulers change the optimizer's Python numbers, on any device."""
    layer = nn.Linear(2, 2).to(DEV)
    optimizer = torch.optim.SGD(layer.parameters(), 1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    layer(normal(1, 2)).sum().backward()
    optimizer.step()
    scheduler.step()
    assert scheduler.get_last_lr() == [0.5]


@pytest.mark.parametrize("error_if_nonfinite", [False, True])
def test_gradients_are_clipped_there(error_if_nonfinite: bool) -> None:
    """``clip_grad_norm_`` returns the norm before clipping, on the device."""
    layer = nn.Linear(2, 2).to(DEV)
    (layer(torch.ones(3, 2, device=DEV)) * 100).sum().backward()
    norm = nn.utils.clip_grad_norm_(layer.parameters(), 1.0, error_if_nonfinite=error_if_nonfinite)
    assert norm.device.type == DEVICE
    assert nn.utils.get_total_norm([p.grad for p in layer.parameters()]).item() <= 1.001


def test_gradients_are_clipped_by_value() -> None:
    """``clip_grad_value_`` clamps in place."""
    layer = nn.Linear(2, 2).to(DEV)
    (layer(torch.ones(3, 2, device=DEV)) * 100).sum().backward()
    nn.utils.clip_grad_value_(layer.parameters(), 0.25)
    assert layer.weight.grad.unique().tolist() == [0.25]


def test_an_average_of_models() -> None:
    """``AveragedModel`` keeps its copy on the model's device."""
    layer = nn.Linear(2, 2).to(DEV)
    average = torch.optim.swa_utils.AveragedModel(layer)
    average.update_parameters(layer)
    assert average.module.weight.device.type == DEVICE
