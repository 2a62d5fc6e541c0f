"""What gradient descent makes of a network with one hidden layer, done right and in known wrong ways.

Weights are a dict: W1 (H, D) and b1 (H,) of the hidden layer, W0 (1, H) and b0 (1,) of the output. Few steps from given
weights tell the ways apart, where a final accuracy would not: most of them also end with a small loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]
Activation = Callable[[Tensor], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]

ROLES = ("W1", "b1", "W0", "b0")
HIDDEN: dict[str, Activation] = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
OTHER_HIDDEN: tuple[Activation, ...] = (
    F.leaky_relu, F.elu, F.gelu, F.silu, F.softplus, F.softsign, F.relu6, F.hardtanh,
)  # fmt: skip


def draw_weights(
    generator: torch.Generator, inputs: int = 2, units: int = 8, dtype: torch.dtype = torch.float64
) -> Weights:
    """Random weights of a network of ``inputs`` inputs, ``units`` hidden units and one output."""
    shapes = {"W1": (units, inputs), "b1": (units,), "W0": (1, units), "b0": (1,)}
    return {
        role: torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype) for role, shape in shapes.items()
    }


def logits(hidden: Activation, X: Tensor, w: Mapping[str, Tensor]) -> Tensor:
    """The output before the sigmoid, (N,), of samples (N, D)."""
    return F.linear(hidden(F.linear(X, w["W1"], w["b1"])), w["W0"], w["b0"])[:, 0]


class Way(NamedTuple):
    """One way to take steps; by default the right one: plain gradient descent on the mean binary cross-entropy.

    Attributes:
        loss: of logits and labels, both (N,).
        sign: -1 goes uphill.
        kept: share of the last step's gradient that is added to the next: 1 where it is never zeroed.
        roles: which of the weights are updated.
        lr: a learning rate in the place of the one asked for.
        optimizer: a class of ``torch.optim`` in the place of plain steps.
        one_by_one: take a step for every sample of the batch.
    """

    loss: Loss = F.binary_cross_entropy_with_logits
    sign: float = 1.0
    kept: float = 0.0
    roles: tuple[str, ...] = ROLES
    lr: float | None = None
    optimizer: Callable[..., torch.optim.Optimizer] | None = None
    one_by_one: bool = False


class Path(NamedTuple):
    """The losses (steps,) before each step, and the weights after the last."""

    losses: Tensor
    weights: Weights


def descend(hidden: Activation, start: Weights, X: Tensor, y: Tensor, lr: float, steps: int, way: Way = Way()) -> Path:  # noqa: B008
    """Take ``steps`` steps from ``start``; y has the dtype of X."""
    w = {role: value.clone().requires_grad_() for role, value in start.items()}
    velocity = {role: torch.zeros_like(value) for role, value in start.items()}
    lr = lr if way.lr is None else way.lr
    optimizer = way.optimizer([w[role] for role in way.roles], lr=lr) if way.optimizer else None
    losses = []
    for _ in range(steps):
        batches = [(X[i : i + 1], y[i : i + 1]) for i in range(len(X))] if way.one_by_one else [(X, y)]
        values = []
        for inputs, labels in batches:
            loss = way.loss(logits(hidden, inputs, w), labels)
            values.append(loss.detach())
            gradients = torch.autograd.grad(loss, list(w.values()))
            for (role, value), gradient in zip(w.items(), gradients, strict=True):
                velocity[role] = value.grad = way.kept * velocity[role] + gradient
            if optimizer is not None:
                optimizer.step()
                continue
            with torch.no_grad():
                for role in way.roles:
                    w[role] -= way.sign * lr * velocity[role]
        losses.append(torch.stack(values).mean())
    return Path(torch.stack(losses), {role: value.detach() for role, value in w.items()})


def _each(z: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(z, y, reduction="none")


def _matrix(z: Tensor, y: Tensor) -> Tensor:
    """Every output against every label, as (N, 1) and (N,) broadcast."""
    return F.binary_cross_entropy_with_logits(z[:, None].expand(len(z), len(y)), y[None].expand(len(z), len(y)))


def _as_probability(z: Tensor, y: Tensor) -> Tensor:
    p = z.clamp(1e-7, 1 - 1e-7)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


LOSSES: tuple[tuple[str, Loss], ...] = (
    ("missing_negative_term", lambda z, y: -(y * F.logsigmoid(z)).mean()),
    ("missing_negative_term", lambda z, y: -(y * F.logsigmoid(z)).sum()),
    ("sum_not_mean", lambda z, y: _each(z, y).sum()),
    ("sign_error", lambda z, y: -_each(z, y).mean()),
    ("labels_swapped", lambda z, y: _each(z, 1 - y).mean()),
    ("sigmoid_then_logits_loss", lambda z, y: _each(z.sigmoid(), y).mean()),
    ("logits_into_bce", _as_probability),
    ("logits_into_bce", lambda z, y: -(y * z.log() + (1 - y) * (1 - z).log()).mean()),
    ("target_shape_or_dtype", _matrix),
    ("squared_instead", lambda z, y: F.mse_loss(z.sigmoid(), y)),
    ("half_factor", lambda z, y: _each(z, y).mean() / 2),
)

WAYS: tuple[tuple[str, Way], ...] = (
    ("nothing_updated", Way(roles=())),
    ("plus_sign", Way(sign=-1.0)),
    ("grad_not_zeroed", Way(kept=1.0)),
    ("momentum_added", Way(kept=0.9)),
    ("learning_rate_ignored", Way(lr=0.01)),
    ("learning_rate_ignored", Way(lr=1.0)),
    ("part_not_updated", Way(roles=("W0", "b0"))),
    ("part_not_updated", Way(roles=("W1", "b1"))),
    ("part_not_updated", Way(roles=("W1", "W0"))),
    ("part_not_updated", Way(roles=("W1", "b1", "W0"))),
    ("one_sample_at_a_time", Way(one_by_one=True)),
    ("other_optimizer", Way(optimizer=torch.optim.Adam)),
    ("other_optimizer", Way(optimizer=torch.optim.AdamW)),
    ("other_optimizer", Way(optimizer=torch.optim.RMSprop)),
    ("other_optimizer", Way(optimizer=torch.optim.Adagrad)),
    *((key, Way(loss=loss)) for key, loss in LOSSES if key != "sign_error"),
    *((key, Way(loss=loss, kept=1.0)) for key, loss in LOSSES if key != "sign_error"),
)


def wrong_losses(hidden: Activation, start: Weights, X: Tensor, y: Tensor) -> Iterator[tuple[str, Tensor]]:
    """(misconception, loss) of known wrong losses at ``start``."""
    z = logits(hidden, X, start)
    for key, loss in LOSSES:
        yield key, loss(z, y)


def wrong_paths(
    hidden: Activation, start: Weights, X: Tensor, y: Tensor, lr: float, steps: int
) -> Iterator[tuple[str, Path]]:
    """(misconception, path) of known wrong ways."""
    for key, way in WAYS:
        yield key, descend(hidden, start, X, y, lr, steps, way)
    early = descend(hidden, start, X, y, lr, 1)
    yield "one_step_only", Path(early.losses, early.weights)


def agree(a: Mapping[str, Tensor], b: Mapping[str, Tensor], rtol: float, atol: float) -> bool:
    """Whether two sets of weights are the same; nan counts as equal to nan."""
    return a.keys() == b.keys() and all(
        a[role].shape == b[role].shape
        and torch.allclose(a[role].double(), b[role].double(), rtol=rtol, atol=atol, equal_nan=True)
        for role in a
    )
