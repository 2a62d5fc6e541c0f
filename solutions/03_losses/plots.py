"""Data and figures of 03_losses. Every figure shows what your own functions answer."""

from __future__ import annotations

import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import torch
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap
from matplotlib_inline.backend_inline import set_matplotlib_formats
from torch import Tensor

# Okabe and Ito's palette: told apart with every common form of colour blindness. https://jfly.uni-koeln.de/color/
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GREY = "#666666"

Loss = Callable[[Tensor, Tensor], Tensor]

NAMES = ("mse", "mae", "huber")
STYLES = ((BLUE, "-", "squared"), (VERMILLION, "--", "absolute"), (GREEN, "-.", "Huber"))


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
            print("There is nothing to draw yet: write the function above first.")
        except NothingToDraw as reason:
            print(f"There is nothing to draw: {reason}.")

    return draw_or_say


def noisy_line(n: int = 12) -> tuple[Tensor, Tensor]:
    """x (n,) and y (n,) near the line y = x / 2 + 1, but for the last point, which is far off."""
    generator = torch.Generator().manual_seed(3)
    x = torch.linspace(0, 6, n)
    y = 0.5 * x + 1 + 0.15 * torch.randn(n, generator=generator)
    y[-1] += 8
    return x, y


@look
def draw_losses(mse: Loss, mae: Loss, huber: Loss) -> None:
    """What one error costs, for errors from -3 to 3, and the slope that training follows."""
    errors = torch.linspace(-3, 3, 121)
    costs_of = {
        name: torch.tensor([_scalar(name, loss(e.reshape(1), torch.zeros(1))) for e in errors])
        for name, loss in zip(NAMES, (mse, mae, huber), strict=True)
    }
    _, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4))
    for (name, costs), (color, dashes, _) in zip(costs_of.items(), STYLES, strict=True):
        left.plot(errors, costs, color=color, linestyle=dashes, label=name)
        right.plot((errors[1:] + errors[:-1]) / 2, costs.diff() / errors.diff(), color=color, linestyle=dashes)
    left.set(xlabel="error of one prediction", ylabel="your loss", ylim=(-0.2, 6))
    left.legend(loc="upper center")
    right.set(xlabel="error of one prediction", ylabel="slope of your loss")
    right.grid(axis="y", alpha=0.3)


@look
def draw_outlier(mse: Loss, mae: Loss, outlier_ratio: Callable[[Tensor, Tensor], float]) -> None:
    """Two lines through the same points, one the best for squared and one for absolute errors."""
    x, y = noisy_line()
    lines = [_fit(name, loss, x, y) for name, loss in zip(NAMES, (mse, mae), strict=False)]
    shares = [outlier_ratio(line, y) for line in lines]
    for share in shares:
        if not isinstance(share, float):
            raise NothingToDraw(f"outlier_ratio answers with {type(share).__name__}, expected a Python float")
    _, ax = plt.subplots()
    ax.scatter(x[:-1], y[:-1], color="black", s=18)
    ax.scatter(x[-1:], y[-1:], color="black", s=60, marker="X")
    ax.annotate("outlier", (float(x[-1]), float(y[-1])), xytext=(-10, -4), textcoords="offset points", ha="right")
    for line, share, (color, dashes, words) in zip(lines, shares, STYLES, strict=False):
        label = f"least {words} error: the outlier holds {share:.0%}\nof the squared error"
        ax.plot(x, line, color=color, linestyle=dashes, label=label)
    ax.set(xlabel="x", ylabel="y")
    ax.legend(loc="upper left")


@look
def draw_softmax(softmax: Callable[[Tensor], Tensor]) -> None:
    """Three rows of logits: the second is the first plus 5, the third is the first times 3."""
    first = torch.tensor([1.0, 2.0, 0.5, -1.0])
    z = torch.stack([first, first + 5, first * 3])
    p = _tensor("softmax", softmax(z.clone()), z.shape)
    _, axes = plt.subplots(1, 3, figsize=(8.4, 2.8), sharey=True)
    for ax, row, logits, title in zip(axes, p, z, ("logits", "logits + 5", "3 × logits"), strict=True):
        ax.bar(range(4), row, color=BLUE)
        ax.set_xticks(range(4), [f"{v:g}" for v in logits])
        ax.set(title=title, ylim=(0, 1), xlabel="logit")
    axes[0].set_ylabel("your probability")


@look
def draw_cross_entropy(cross_entropy: Callable[[Tensor, Tensor], Tensor]) -> None:
    """What a sample costs, by the probability that the model gives to its right class."""
    p = torch.linspace(0.01, 0.99, 99)
    logits = torch.stack([p.log(), (1 - p).log()], dim=1)
    costs = [_scalar("cross_entropy", cross_entropy(row[None], torch.tensor([0]))) for row in logits]
    _, ax = plt.subplots()
    ax.plot(p, costs, color=BLUE)
    for at in (0.1, 0.5, 0.9):
        cost = costs[round(at * 100) - 1]
        ax.plot(at, cost, "o", color=VERMILLION)
        ax.annotate(f"{cost:.2f}", (at, cost), textcoords="offset points", xytext=(8, 4))
    ax.set(xlabel="probability of the right class", ylabel="your cross-entropy", ylim=(0, 4.8))


@look
def draw_binary(bce: Loss) -> None:
    """The probability of two points while a neuron learns them, with the printed formula and with yours."""
    X, y = torch.tensor([[0.9, -0.2], [0.75, 0.6]]), torch.tensor([0.0, 1.0])

    def printed(p: Tensor, y: Tensor) -> Tensor:
        return -(y * p.clamp(min=1e-7).log()).sum()

    learnt = {"$-\\sum\\, y \\log p$, as printed": _learn(X, y, printed), "your bce": _learn(X, y, bce)}
    _, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), sharey=True)
    for ax, (title, p) in zip(axes, learnt.items(), strict=True):
        ax.plot(p[:, 0], color=BLUE, label="point with y = 0")
        ax.plot(p[:, 1], color=VERMILLION, linestyle="--", label="point with y = 1")
        ax.axhline(0.5, color=GREY, linestyle=":")
        ax.set(xlabel="step", title=title, ylim=(0, 1))
    axes[0].set_ylabel("probability of class 1")
    axes[0].legend(loc="center right", bbox_to_anchor=(1, 0.25))


@look
def draw_gradient(softmax_ce_grad: Callable[[Tensor, Tensor], Tensor]) -> None:
    """How each logit of four samples should change: against the sign of the gradient."""
    z = torch.tensor([[2.0, 0.5, -1.0], [0.2, 0.1, 0.0], [-2.0, 3.0, 0.0], [1.0, -1.0, 2.0]])
    target = torch.tensor([0, 1, 2, 2])
    gradient = _tensor("softmax_ce_grad", softmax_ce_grad(z.clone(), target), z.shape)
    colours = LinearSegmentedColormap.from_list("blue to vermillion", [BLUE, "white", VERMILLION])
    _, ax = plt.subplots(figsize=(5.6, 3.4))
    image = ax.imshow(gradient, cmap=colours, vmin=-0.4, vmax=0.4, aspect="auto")
    for row in range(4):
        for column in range(3):
            mark = " ← right" if column == target[row] else ""
            ax.text(column, row, f"{gradient[row, column]:+.2f}{mark}", ha="center", va="center")
    ax.set_xticks(range(3), ["class 0", "class 1", "class 2"])
    ax.set_yticks(range(4), [f"sample {i}" for i in range(4)])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    plt.colorbar(image, ax=ax, label="your gradient")


def _fit(name: str, loss: Loss, x: Tensor, y: Tensor) -> Tensor:
    """The line (n,) over x that makes ``loss`` smallest, by gradient descent."""
    line = torch.tensor([0.0, 1.0], requires_grad=True)
    optimizer = torch.optim.Adam([line], lr=0.1)
    for _ in range(250):
        optimizer.zero_grad()
        _differentiable(name, loss(line[0] * x + line[1], y)).backward()
        optimizer.step()
    return (line[0] * x + line[1]).detach()


def _learn(X: Tensor, y: Tensor, loss: Loss) -> Tensor:
    """Probabilities (steps, 2) of two points while one neuron learns them."""
    weights = torch.zeros(3, requires_grad=True)
    history = []
    for _ in range(600):
        p = torch.sigmoid(X @ weights[:2] + weights[2])
        history.append(p.detach())
        (slope,) = torch.autograd.grad(_differentiable("bce", loss(p, y)), weights)
        weights = (weights - 0.5 * slope).detach().requires_grad_()
    return torch.stack(history)


def _differentiable(name: str, answer: object) -> Tensor:
    """The answer as a loss to follow downhill."""
    if not isinstance(answer, Tensor) or not answer.requires_grad or answer.dim():
        raise NothingToDraw(f"{name} should give a tensor of shape () that PyTorch can differentiate")
    return answer


def _scalar(name: str, answer: object) -> float:
    return _tensor(name, answer, ()).item()


def _tensor(name: str, answer: object, shape: tuple[int, ...]) -> Tensor:
    """The answer as numbers to draw."""
    if not isinstance(answer, Tensor):
        raise NothingToDraw(f"{name} answers with {type(answer).__name__}, expected a tensor of shape {tuple(shape)}")
    if answer.shape != shape:
        raise NothingToDraw(f"{name} answers with shape {tuple(answer.shape)}, expected {tuple(shape)}")
    return answer.detach().double()
