"""Data and figures of 01_neuron. Every figure shows what your own functions answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import torch
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib_inline.backend_inline import set_matplotlib_formats
from torch import Tensor

# Okabe and Ito's palette: told apart with every common form of colour blindness. https://jfly.uni-koeln.de/color/
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GREY = "#666666"

CATEGORIES = ("supervised", "unsupervised", "reinforcement")


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


def blobs(n: int = 100) -> tuple[Tensor, Tensor]:
    """Two overlapping groups of n points in the plane: X (2n, 2) float32, and labels y (2n,) int64, 0 or 1."""
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(2 * n, 2, generator=generator)
    y = torch.arange(2 * n) // n
    return X + y[:, None] * torch.tensor([2.5, 1.5]), y


@look
def draw_tasks(classify_task: Callable[[str], str], tasks: list[str]) -> None:
    """One row a task, one column a category, a dot where your answer is."""
    answers = []
    for task in tasks:
        try:
            answers.append(classify_task(task))
        except KeyError:
            raise NothingToDraw(f"classify_task raises KeyError for {task!r}") from None
        if answers[-1] not in CATEGORIES:
            raise NothingToDraw(f"classify_task answers {answers[-1]!r}, which is none of {', '.join(CATEGORIES)}")
    rows = range(len(tasks))
    columns = [CATEGORIES.index(answer) for answer in answers]
    _, ax = plt.subplots(figsize=(8.6, 3.2))
    ax.hlines(rows, -0.5, 2.5, color="#DDDDDD", linewidth=1, zorder=0)
    ax.scatter(columns, rows, s=70, color=[(BLUE, VERMILLION, GREEN)[column] for column in columns])
    ax.set_yticks(rows, tasks)
    ax.set_xticks(range(3), CATEGORIES)
    ax.set(xlim=(-0.5, 2.5), ylim=(len(tasks) - 0.5, -0.5))
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


@look
def draw_step(step_neuron: Callable[[Tensor, Tensor, float], int]) -> None:
    """Where in the plane a neuron with two inputs fires."""
    w, b = torch.tensor([1.0, 0.5]), -0.4
    ticks = torch.linspace(-2, 2, 17)
    points = torch.cartesian_prod(ticks, ticks)
    fires = torch.tensor([float(step_neuron(x.clone(), w.clone(), b)) for x in points]) > 0
    _, ax = plt.subplots(figsize=(5.2, 4.2))
    _scatter(ax, points[~fires], s=16, facecolors="none", edgecolors=BLUE, label="silent: 0")
    _scatter(ax, points[fires], s=20, color=VERMILLION, marker="^", label="fires: 1")
    _line(ax, w, b, (-2.2, 2.2))
    foot = -b * w / (w @ w)
    ax.annotate("", tuple(foot + w), xytext=tuple(foot), arrowprops={"arrowstyle": "-|>", "linewidth": 2})
    ax.annotate("w", tuple(foot + 1.2 * w), fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none"})
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), aspect="equal")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))


@look
def draw_sigmoid(sigmoid: Callable[[Tensor], Tensor]) -> None:
    """The sigmoid beside the step that it smooths."""
    z = torch.linspace(-8, 8, 321)
    p = _tensor("sigmoid", sigmoid(z.clone()), z.shape)
    _, ax = plt.subplots()
    ax.plot([-8, 0, 0, 8], [0, 0, 1, 1], color=GREY, linestyle="--", linewidth=1.5)
    ax.plot(z, p, linewidth=2.5)
    ax.text(-0.3, 0.9, "step", color=GREY, ha="right")
    ax.text(2.0, 0.78, "your sigmoid", color=BLUE)
    ax.set(xlabel="weighted sum $z = w \\cdot x + b$", ylabel="answer", yticks=[0, 0.25, 0.5, 0.75, 1])
    ax.grid(axis="y", alpha=0.3)


@look
def draw_neuron(neuron: Callable[..., Tensor], X: Tensor, y: Tensor, w: Tensor, b: float) -> None:
    """A neuron's probability over the plane, with the two groups it should tell apart."""
    x1, x2 = torch.linspace(-3.5, 6, 77), torch.linspace(-3.5, 5, 69)
    grid = torch.cartesian_prod(x1, x2)
    p = _tensor("neuron", neuron(grid, w.clone(), b), (len(grid),)).reshape(77, 69).T
    cold_to_warm = LinearSegmentedColormap.from_list("blue to vermillion", [SKY, "white", ORANGE])
    _, ax = plt.subplots(figsize=(6.4, 4.4))
    levels = torch.linspace(0, 1, 11).tolist()
    filled = ax.contourf(x1, x2, p.clamp(0, 1), levels=levels, cmap=cold_to_warm, alpha=0.6)
    plt.colorbar(filled, ax=ax, label="your neuron's probability of group 1", ticks=[0, 0.25, 0.5, 0.75, 1])
    for level, width in ((0.1, 0.8), (0.5, 1.8), (0.9, 0.8)):
        if p.min() < level < p.max():
            line = ax.contour(x1, x2, p, levels=[level], colors="black", linewidths=width)
            vertices = line.get_paths()[0].vertices
            ax.clabel(line, fmt="%.1f", manual=[tuple(vertices[len(vertices) // 8])])
    _groups(ax, X, y)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.legend(loc="lower left", handletextpad=0.2)


@look
def draw_predict(predict: Callable[..., Tensor], X: Tensor, y: Tensor, w: Tensor, b: float) -> None:
    """Which points are labelled wrongly at a threshold of 0.5, and how many at any other."""
    thresholds = torch.linspace(0.02, 0.98, 49)
    shape = (len(X),)
    labels = _tensor("predict", predict(X.clone(), w.clone(), b), shape)
    by_threshold = torch.stack(
        [_tensor("predict", predict(X.clone(), w.clone(), b, float(t)), shape) for t in thresholds]
    )
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 4.0))
    _groups(left, X, y)
    _scatter(left, X[labels != y], s=90, facecolors="none", edgecolors="black", label="labelled wrongly")
    _line(left, w, b, (-3.5, 6))
    left.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-3.5, 6), ylim=(-3, 4.5), title="your labels at threshold 0.5")
    figure.legend(loc="outside lower left", ncols=4, fontsize=9, handletextpad=0.5, columnspacing=1.2)
    misses = ((by_threshold == 0) & (y == 1)).sum(1)
    false_alarms = ((by_threshold == 1) & (y == 0)).sum(1)
    right.plot(thresholds, false_alarms, color=BLUE)
    right.plot(thresholds, misses, color=VERMILLION)
    right.text(0.12, 30, "false alarms", color=BLUE)
    right.text(0.88, 30, "misses", color=VERMILLION, ha="right")
    right.axvline(0.5, color=GREY, linestyle=":")
    right.set(xlabel="threshold", ylabel="points labelled wrongly", title="your labels at any threshold")


def _tensor(name: str, answer: object, shape: tuple[int, ...]) -> Tensor:
    """The answer as numbers to draw."""
    if not isinstance(answer, Tensor):
        raise NothingToDraw(f"{name} answers with {type(answer).__name__}, expected a tensor of shape {tuple(shape)}")
    if answer.shape != shape:
        raise NothingToDraw(f"{name} answers with shape {tuple(answer.shape)}, expected {tuple(shape)}")
    return answer.detach().double()


def _line(ax: Axes, w: Tensor, b: float, span: tuple[float, float]) -> None:
    """The line on which w . x + b = 0."""
    ends = torch.tensor(span)
    ax.plot(ends, -(w[0] * ends + b) / w[1], color="black", linewidth=1.5, label="$w \\cdot x + b = 0$")


def _groups(ax: Axes, X: Tensor, y: Tensor) -> None:
    _scatter(ax, X[y == 0], s=18, color=BLUE, label="group 0")
    _scatter(ax, X[y == 1], s=20, color=VERMILLION, marker="^", label="group 1")


def _scatter(ax: Axes, points: Tensor, **style: Any) -> None:
    ax.scatter(points[:, 0], points[:, 1], **style)
