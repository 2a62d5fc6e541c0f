"""Data and figures of 04_backprop. Every figure shows what your own functions answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

import matplotlib.pyplot as plt
import torch
from cycler import cycler
from matplotlib_inline.backend_inline import set_matplotlib_formats
from torch import Tensor

# Okabe and Ito's palette: told apart with every common form of colour blindness. https://jfly.uni-koeln.de/color/
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GREY = "#666666"

Params = dict[str, Tensor]
Layer = Callable[..., tuple[Tensor, object]]
Pair = tuple[Layer, Callable[..., object]]  # forward and backward

RATES = (0.003, 2.0, 100.0)  # learning rates that are too small, good and too large for the data of `hill`
START = (-1.5, -1.0)  # slope and offset at which the path over the contour begins


def set_style(seed: int = 0) -> None:
    """Seed PyTorch, and draw every figure in one style, as SVG that is the same whenever it is drawn again."""
    torch.manual_seed(seed)
    set_matplotlib_formats("svg", metadata={"Date": None})
    plt.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=[BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE]),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.constrained_layout.use": True,
            "figure.figsize": (6.4, 3.6),
            "font.size": 10,
            "legend.frameon": False,
            "svg.hashsalt": "graded-descent",
        }
    )


class NothingToDraw(Exception):
    """Why a figure cannot be drawn, for the reader."""


def look(draw: Callable[..., None]) -> Callable[..., None]:
    """Make a figure say in one line what is missing where there is nothing to draw."""

    @functools.wraps(draw)
    def draw_or_say(*args: object) -> None:
        try:
            draw(*args)
        except NotImplementedError:
            print("There is nothing to draw yet: write the functions above first.")
        except NothingToDraw as reason:
            print(f"There is nothing to draw: {reason}.")

    return draw_or_say


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=_seeded(seed), dtype=torch.float64)


def hill(n: int = 40) -> tuple[Tensor, Tensor]:
    """X (n, 1) from -2 to 2, and y (n, 1): a hill between 0.1 and 0.9, with some noise."""
    X = torch.linspace(-2, 2, n, dtype=torch.float64)[:, None]
    return X, 0.1 + 0.8 * torch.exp(-2 * X**2) + 0.03 * _normal(4, n, 1)


def new_params(inputs: int, hidden: int, outputs: int, seed: int = 0) -> Params:
    """Random parameters of a two-layer network: W1 (hidden, inputs), b1, W0 (outputs, hidden), b0; float64."""
    return {
        "W1": _normal(seed, hidden, inputs) * (2 / inputs) ** 0.5,
        "b1": _normal(seed + 1, hidden),
        "W0": _normal(seed + 2, outputs, hidden) / hidden**0.5,
        "b0": torch.zeros(outputs, dtype=torch.float64),
    }


@look
def draw_step_sizes(numeric_grad: Callable[..., Tensor]) -> None:
    """How far your numeric slope is from the true one, for step sizes h from 1 down to 1e-13."""
    x = torch.tensor([0.7], dtype=torch.float64)
    exact = float(torch.exp(torch.sin(x)) * torch.cos(x))

    def f(x: Tensor) -> Tensor:
        return torch.exp(torch.sin(x)).sum()

    steps = [10 ** (-k / 5) for k in range(66)]
    yours = [abs(float(_tensor("numeric_grad", numeric_grad(f, x.clone(), h), (1,))) - exact) for h in steps]
    forward = [abs(float((f(x + h) - f(x)) / h) - exact) for h in steps]
    _, ax = plt.subplots()
    ax.loglog(steps, forward, color=GREY, linestyle=":", marker=".", markersize=4, label="(f(x + h) - f(x)) / h")
    ax.loglog(steps, yours, color=BLUE, marker="o", markersize=3, label="your numeric_grad")
    ax.axvline(1e-5, color=VERMILLION, linestyle="--", label="h = 1e-5")
    ax.set(xlabel="step size h", ylabel="error of the slope", ylim=(1e-14, 1e1))
    ax.text(2e-13, 2e-14, "rounding: f is only known\nto 16 digits", color=GREY, va="bottom")
    ax.text(1.5, 2e-14, "truncation: f is\nnot straight", color=GREY, va="bottom", ha="right")
    ax.legend(loc="upper center", ncols=3, fontsize=9, bbox_to_anchor=(0.5, 1.14))


@look
def draw_gradient_check(numeric_grad: Callable[..., Tensor], linear: Pair, sigmoid: Pair, relu: Pair) -> None:
    """How far each of your backward functions is from numeric_grad, relative to the gradient's size."""
    X, W, b, dout = _normal(1, 6, 4), _normal(2, 3, 4), _normal(3, 3), _normal(4, 6, 3)
    forward, backward = linear
    grads = _tuple("linear_backward", backward(dout, _cache(forward(X, W, b))), 3)
    errors = {}
    for place, (name, grad) in enumerate(zip(("dX", "dW", "db"), grads, strict=True)):

        def f(moved: Tensor, place: int = place) -> Tensor:
            arguments = [X, W, b]
            arguments[place] = moved
            return (forward(*arguments)[0] * dout).sum()

        errors[f"linear_backward: {name}"] = _apart(name, grad, numeric_grad(f, (X, W, b)[place]))
    for name, (activate, slope) in (("sigmoid", sigmoid), ("relu", relu)):
        z = _normal(5, 6, 3)

        def g(moved: Tensor, activate: Layer = activate) -> Tensor:
            return (activate(moved)[0] * dout).sum()

        errors[f"{name}_backward"] = _apart(name, slope(dout, _cache(activate(z))), numeric_grad(g, z))
    _, ax = plt.subplots(figsize=(6.4, 2.8))
    ax.axvspan(1e-13, 1e-6, color=GREEN, alpha=0.15, lw=0)
    ax.axvspan(1e-2, 1e1, color=VERMILLION, alpha=0.15, lw=0)
    for row, error in enumerate(errors.values()):
        ax.plot(min(max(error, 1e-13), 1e1), row, "o", color=VERMILLION if error > 1e-2 else BLUE, clip_on=False)
        ax.axhline(row, color=GREY, alpha=0.2, lw=0.8)
    ax.set_yticks(range(len(errors)), list(errors))
    ax.set(xscale="log", xlim=(1e-13, 1e1), xlabel="relative distance from numeric_grad", ylim=(len(errors) - 0.5, -1))
    ax.text(3e-10, -0.55, "the same", color=GREEN, ha="center", va="center")
    ax.text(3e-1, -0.55, "a mistake", color=VERMILLION, ha="center", va="center")


@look
def draw_downhill(
    two_layer_forward: Callable[[Tensor, Params], tuple[Tensor, object]],
    two_layer_grads: Callable[[Tensor, Tensor, Params], Params],
) -> None:
    """The loss along your gradient, against it, and in 30 other directions of the same length."""
    X, y = hill()
    params = new_params(1, 8, 1)
    grads = _grads(two_layer_grads(X, y, params), params)
    size = float(_flat(grads).norm())
    if not size > 0:
        raise NothingToDraw("every gradient is 0, or nan")
    distances = torch.linspace(0, 1.2, 25, dtype=torch.float64)

    def along(direction: Params) -> list[float]:
        return [
            _loss(two_layer_forward, X, y, {name: p + float(d) * direction[name] for name, p in params.items()})
            for d in distances
        ]

    _, ax = plt.subplots()
    for seed in range(30):
        other = {name: _normal(100 + 7 * seed + i, *p.shape) for i, (name, p) in enumerate(params.items())}
        other = {name: p / _flat(other).norm() for name, p in other.items()}
        ax.plot(distances, along(other), color=GREY, alpha=0.4, lw=0.8, label=None if seed else "other directions")
    against, uphill = ({name: sign * g / size for name, g in grads.items()} for sign in (-1, 1))
    ax.plot(distances, along(uphill), color=VERMILLION, linestyle="--", label="along your gradient")
    ax.plot(distances, along(against), color=BLUE, lw=2, label="against your gradient")
    ax.set(xlabel="distance from the parameters", ylabel="mean squared error")
    ax.legend(loc="upper left")


@look
def draw_noise_and_path(
    minibatches: Callable[..., Iterable[tuple[Tensor, Tensor]]], sgd_step: Callable[[Params, Params, float], Params]
) -> None:
    """Gradients of your minibatches at one place, and the path that your steps take over the loss."""
    x, y = _line()
    _, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.8))
    start = {"w": torch.tensor(START[0], dtype=torch.float64), "b": torch.tensor(START[1], dtype=torch.float64)}
    for size, color, marker in ((4, ORANGE, "o"), (32, BLUE, "s")):
        batches = [batch for seed in range(4) for batch in _batches(minibatches, x, y, size, seed)]
        noisy = [_line_grads(X_b, y_b, start) for X_b, y_b in batches]
        w, b = ([float(g[name]) for g in noisy] for name in ("w", "b"))
        left.scatter(w, b, s=14, color=color, marker=marker, alpha=0.7, label=f"batches of {size}")
    whole = _line_grads(x, y, start)
    left.plot(whole["w"], whole["b"], "*", color="black", markersize=13, label=f"all {len(x)} samples")
    left.set(xlabel="slope of the loss in w", ylabel="slope of the loss in b", title="one step's direction")
    left.legend(loc="upper left", fontsize=9)
    w, b = torch.linspace(-2.2, 3.4, 80), torch.linspace(-1.8, 2.4, 80)
    loss = ((w[None, :, None] * x[:, 0] + b[:, None, None] - y[:, 0]) ** 2).mean(2)
    right.contour(w, b, loss, levels=[0.1, 0.3, 0.7, 1.5, 3, 5, 8, 12], colors=GREY, linewidths=0.6)
    for size, color, marker, epochs in ((4, ORANGE, "o", 2), (len(x), BLUE, "s", 24)):
        path = _path(minibatches, sgd_step, x, y, dict(start), size, epochs)
        label = f"batches of {size}: {len(path) - 1} steps, {len(x) * epochs} samples"
        right.plot(*zip(*path, strict=True), color=color, marker=marker, markersize=3, lw=1, label=label)
    right.set(xlabel="w", ylabel="b", title="the path downhill", xlim=(-2.2, 3.4), ylim=(-1.8, 2.4))
    right.legend(loc="upper left", fontsize=9, frameon=True)


@look
def draw_training(
    train_sgd: Callable[..., list[float]], two_layer_forward: Callable[[Tensor, Params], tuple[Tensor, object]]
) -> None:
    """What the network answers before and after your training, and your history."""
    X, y = hill()
    params = new_params(1, 8, 1)
    dense = torch.linspace(-2.2, 2.2, 120, dtype=torch.float64)[:, None]
    before = _tensor("two_layer_forward", two_layer_forward(dense, dict(params))[0], (120, 1))
    history = _history(train_sgd(X, y, params, RATES[1], 8, 120, _seeded(0)))
    after = _tensor("two_layer_forward", two_layer_forward(dense, params)[0], (120, 1))
    _, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.4))
    left.scatter(X, y, s=12, color="black", label="data")
    left.plot(dense, before, color=GREY, linestyle="--", label="before training")
    left.plot(dense, after, color=BLUE, label="after training")
    left.set(xlabel="x", ylabel="y", ylim=(0, 1.35))
    left.legend(loc="upper center", ncols=3, fontsize=9)
    right.semilogy(history, color=BLUE)
    right.set(xlabel="epoch", ylabel="mean squared error")


@look
def draw_learning_rates(train_sgd: Callable[..., list[float]], lr_verdict: Callable[[list[float]], str]) -> None:
    """Histories of the same network at three learning rates, with your verdicts."""
    X, y = hill()
    _, ax = plt.subplots()
    for rate, color, dashes in zip(RATES, (SKY, BLUE, VERMILLION), ("-.", "-", "--"), strict=True):
        history = _history(train_sgd(X, y, new_params(1, 8, 1), rate, 8, 60, _seeded(0)))
        ax.plot(history, color=color, linestyle=dashes, label=f"lr = {rate:g}: {lr_verdict(history)}")
    ax.set(xlabel="epoch", ylabel="mean squared error", ylim=(0, None))
    ax.legend(loc="center right")


def _line() -> tuple[Tensor, Tensor]:
    """x and y (64, 1) near the line y = 2 x + 1."""
    x = 4 * torch.rand(64, 1, generator=_seeded(8), dtype=torch.float64) - 2
    return x, 2 * x + 1 + 0.8 * _normal(9, 64, 1)


def _line_grads(x: Tensor, y: Tensor, params: Params) -> Params:
    """Slopes of the mean squared error of the line w x + b."""
    e = params["w"] * x + params["b"] - y
    return {"w": (2 * e * x).mean(), "b": (2 * e).mean()}


def _path(
    minibatches: Callable[..., Iterable[tuple[Tensor, Tensor]]],
    sgd_step: Callable[[Params, Params, float], Params],
    x: Tensor,
    y: Tensor,
    params: Params,
    size: int,
    epochs: int,
) -> list[tuple[float, float]]:
    """The places (w, b) that training a line with your functions goes through."""
    path = [(float(params["w"]), float(params["b"]))]
    for epoch in range(epochs):
        for X_b, y_b in _batches(minibatches, x, y, size, epoch):
            params = sgd_step({name: p.clone() for name, p in params.items()}, _line_grads(X_b, y_b, params), 0.1)
            if not isinstance(params, dict) or params.keys() != {"w", "b"}:
                raise NothingToDraw("sgd_step should answer with a dict with the keys of params")
            path.append((float(params["w"]), float(params["b"])))
    return path


def _batches(
    minibatches: Callable[..., Iterable[tuple[Tensor, Tensor]]], x: Tensor, y: Tensor, size: int, seed: int = 0
) -> list[tuple[Tensor, Tensor]]:
    found = minibatches(x.clone(), y.clone(), size, _seeded(seed))
    if not isinstance(found, Iterable):
        raise NothingToDraw(f"minibatches answers with {type(found).__name__}, expected an iterator of batches")
    return [_tuple("a batch", batch, 2) for batch in found]


def _loss(two_layer_forward: Callable[..., tuple[Tensor, object]], X: Tensor, y: Tensor, params: Params) -> float:
    return float(((_tensor("two_layer_forward", two_layer_forward(X, params)[0], y.shape) - y) ** 2).mean())


def _history(answer: object) -> list[float]:
    if not isinstance(answer, Sequence) or not all(isinstance(loss, float) for loss in answer):
        raise NothingToDraw("train_sgd should answer with a list of floats")
    return list(answer)


def _grads(answer: object, params: Params) -> Params:
    if not isinstance(answer, dict) or answer.keys() != params.keys():
        raise NothingToDraw("two_layer_grads should answer with a dict with the keys W1, b1, W0 and b0")
    return {name: _tensor(f"the gradient of {name}", answer[name], p.shape) for name, p in params.items()}


def _flat(tensors: Params) -> Tensor:
    return torch.cat([t.reshape(-1) for t in tensors.values()])


def _cache(answer: object) -> object:
    return _tuple("a forward function", answer, 2)[1]


def _tuple(name: str, answer: object, length: int) -> tuple:
    if not isinstance(answer, tuple | list) or len(answer) != length:
        raise NothingToDraw(f"{name} should hold {length} things")
    return tuple(answer)


def _apart(name: str, grad: object, numeric: object) -> float:
    """Distance of two gradients, relative to the larger one; 10 where the shapes differ."""
    numeric = _tensor("numeric_grad", numeric, getattr(numeric, "shape", ()))
    if not isinstance(grad, Tensor) or grad.shape != numeric.shape:
        raise NothingToDraw(f"{name} should have the shape {tuple(numeric.shape)}")
    return float((grad - numeric).norm() / max(float(grad.norm()), float(numeric.norm()), 1e-12))


def _tensor(name: str, answer: object, shape: tuple[int, ...]) -> Tensor:
    """The answer as numbers to draw."""
    if not isinstance(answer, Tensor):
        raise NothingToDraw(f"{name} answers with {type(answer).__name__}, expected a tensor of shape {tuple(shape)}")
    if answer.shape != shape:
        raise NothingToDraw(f"{name} answers with shape {tuple(answer.shape)}, expected {tuple(shape)}")
    return answer.detach().double()
