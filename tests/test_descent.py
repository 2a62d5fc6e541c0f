"""The library of training paths: the right one is that of PyTorch, and every wrong one can be told from it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.checks import descent, two_eight_one
from autograder.checks.descent import HIDDEN, WAYS, Weights, descend, draw_weights, logits
from autograder.checks.misconceptions import CATALOGUE
from autograder.checks.stage import build

LAYERS = {"ReLU": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def setting(seed: int = 0) -> tuple[Weights, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(4, 2, generator=generator, dtype=torch.float64)
    return draw_weights(generator), X, torch.tensor([0.0, 1.0, 1.0, 1.0], dtype=torch.float64)


@pytest.mark.parametrize("units", HIDDEN)
def test_the_right_path_is_that_of_torch_optim(units: str) -> None:
    start, X, y = setting()
    model = nn.Sequential(nn.Linear(2, 8), LAYERS[units](), nn.Linear(8, 1)).double()
    model.load_state_dict(dict(zip(model.state_dict(), start.values(), strict=True)))
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.5), []
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(X)[:, 0], y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    path = descend(HIDDEN[units], start, X, y, 0.5, 3)
    assert path.losses.tolist() == pytest.approx(losses)
    for ours, theirs in zip(path.weights.values(), model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs.detach())


@pytest.mark.parametrize("units", HIDDEN)
def test_three_steps_tell_every_wrong_way_from_the_right_one(units: str) -> None:
    start, X, y = setting()
    right = descend(HIDDEN[units], start, X, y, 0.5, 3).weights
    for key, way in WAYS:
        wrong = descend(HIDDEN[units], start, X, y, 0.5, 3, way).weights
        distance = max(float((wrong[role] - right[role]).abs().nan_to_num(1).max()) for role in right)
        assert distance > 1e-3, key
        assert key in CATALOGUE


def test_momentum_is_that_of_torch_optim() -> None:
    start, X, y = setting()
    w = [value.clone().requires_grad_() for value in start.values()]
    optimizer = torch.optim.SGD(w, lr=0.5, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(logits(torch.relu, X, dict(zip(start, w, strict=True))), y).backward()
        optimizer.step()
    path = descend(torch.relu, start, X, y, 0.5, 3, dict(WAYS)["momentum_added"])
    for ours, theirs in zip(path.weights.values(), w, strict=True):
        torch.testing.assert_close(ours, theirs.detach())


def test_weights_agree_with_themselves_and_with_nothing_else() -> None:
    start, _, _ = setting()
    assert descent.agree(start, dict(start), 1e-6, 0)
    assert not descent.agree(start, start | {"b0": start["b0"] + 1}, 1e-6, 0)
    assert not descent.agree(start, start | {"b0": start["b0"][0]}, 1e-6, 0)
    assert not descent.agree(start, {"W1": start["W1"]}, 1e-6, 0)


@pytest.mark.parametrize("ends_in", ["logit", "probability"])
def test_the_network_that_takes_the_place_of_a_wrong_one_is_right(ends_in: str) -> None:
    start, X, _ = setting()
    net = two_eight_one.our_net(ends_in)  # type: ignore[arg-type]
    (model,) = build(net.prop(start))
    z = logits(torch.relu, X, start)
    torch.testing.assert_close(model(X), z if ends_in == "logit" else z.sigmoid())
    assert descent.agree(net.read(model.state_dict()), start, 0, 0)


def test_weights_are_put_in_and_read_out_in_any_order_and_either_way_round() -> None:
    start, _, _ = setting()
    shapes = {"b": (), "v": (8,), "c": (8,), "W": (2, 8)}
    ways = two_eight_one.ways_to_place(shapes)
    assert {(way["W0"], way["b1"]) for way in ways} == {("v", "c"), ("c", "v")}
    for names in ways:
        state = two_eight_one.arranged(start, shapes, names)
        assert [tuple(value.shape) for value in state] == list(shapes.values())
        net = two_eight_one.Net(two_eight_one.own_net, "ReLU", "logit", shapes, names)
        assert descent.agree(net.read(dict(zip(shapes, state, strict=True))), start, 0, 0)


@pytest.mark.parametrize("shapes", [{}, {"a": (8, 2), "b": (1, 8)}, {"a": (8, 2), "b": (8,), "c": (8,), "d": (2,)}])
def test_other_parameters_are_no_two_eight_one(shapes: dict[str, tuple[int, ...]]) -> None:
    assert two_eight_one.ways_to_place(shapes) == []
