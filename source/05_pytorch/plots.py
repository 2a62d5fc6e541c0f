"""Data and figures of 05_pytorch. Every figure shows what your own functions answer."""

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
from torch import Tensor, nn

# Okabe and Ito's palette: told apart with every common form of colour blindness. https://jfly.uni-koeln.de/color/
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GREY = "#666666"

Forward = Callable[[Tensor, dict[str, Tensor]], Tensor]
Step = Callable[[dict[str, Tensor], Tensor, Tensor, float], float]
Predict = Callable[[nn.Module, Tensor], Tensor]
Train = Callable[..., list[float]]


def set_style(seed: int = 0) -> None:
    """Seed PyTorch, and draw every figure in one style, as SVG that is the same whenever it is drawn again.

    PyTorch computes in one thread: networks as small as these lose more time by sharing work than they save.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
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


def two_points() -> tuple[Tensor, Tensor]:
    """The lecture's two samples, X (2, 2) float32, and their labels, y (2,) int64."""
    return torch.tensor([[0.9, -0.2], [0.75, 0.6]]), torch.tensor([0, 1])


def small_params() -> dict[str, Tensor]:
    """The same weights at every call: W1 (8, 2), b1 (8,), W0 (1, 8) and b0 (1,), float32."""
    generator = torch.Generator().manual_seed(5)
    shapes = {"W1": (8, 2), "b1": (8,), "W0": (1, 8), "b0": (1,)}
    return {name: torch.rand(shape, generator=generator) * 1.6 - 0.8 for name, shape in shapes.items()}


@look
def draw_graph(forward_tensor: Forward) -> None:
    """What autograd recorded while your function ran: leaves at the bottom, the answer at the top."""
    params = {name: w.requires_grad_() for name, w in small_params().items()}
    X, _ = two_points()
    p = _answers("forward_tensor", forward_tensor(X, params), 2)
    if p.grad_fn is None:
        raise NothingToDraw("the answer of forward_tensor remembers nothing of the parameters it was made from")
    names = {id(w): f"{name} {tuple(w.shape)}" for name, w in params.items()}
    depths, edges = _walk(p.grad_fn)
    if len(depths) > 40:
        raise NothingToDraw(f"forward_tensor records {len(depths)} operations, too many to draw: work on the batch")
    places = _places(depths, edges)
    _, ax = plt.subplots(figsize=(7.2, 0.5 * (max(depths.values()) + 2)))
    for upper, lower in edges:
        ax.plot(*zip(places[upper], places[lower], strict=True), color=GREY, linewidth=1, zorder=1)
    for node, place in places.items():
        leaf = getattr(node, "variable", None)
        text = names.get(id(leaf), "a leaf of your own") if leaf is not None else _operation(node)
        box = {"boxstyle": "round", "facecolor": "#CCE4F1" if leaf is not None else "white", "edgecolor": BLUE}
        ax.text(*place, text, ha="center", va="center", bbox=box, fontsize=9)
    top = places[p.grad_fn]
    ax.text(top[0] + 0.8, top[1], "your probabilities", va="center", color=GREY)
    ax.text(-3.2, -max(depths.values()) - 0.9, "filled: leaves that require gradients", color=GREY)
    ax.set(xlim=(-3.2, 3.2), ylim=(-max(depths.values()) - 1.2, 0.6))
    ax.axis("off")


@look
def draw_steps(autograd_step: Step) -> None:
    """The loss over 300 of your steps, at three learning rates, from the same weights."""
    X, y = two_points()
    _, ax = plt.subplots()
    for lr, dashes in ((0.01, "-"), (0.3, "--"), (12.0, ":")):
        params = {name: w.requires_grad_() for name, w in small_params().items()}
        losses = [_number("autograd_step", autograd_step(params, X, y, lr)) for _ in range(300)]
        ax.plot(losses, linestyle=dashes, label=f"lr = {lr:g}")
    ax.set(xlabel="step", ylabel="your loss", yscale="log")
    ax.legend()


class _Unregistered(nn.Module):
    """Two layers that their module knows nothing of."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(2, 8), nn.Linear(8, 1)]


@look
def draw_parameters(TwoEightOne: Callable[[], nn.Module]) -> None:
    """What named_parameters() tells of your module, and of layers in a plain list."""
    model = TwoEightOne()
    rows = [[name, str(tuple(p.shape)), str(p.numel()), str(p.requires_grad)] for name, p in model.named_parameters()]
    rows.append(["together", "", str(sum(p.numel() for p in model.parameters())), ""])
    _, (left, right) = plt.subplots(1, 2, figsize=(8.4, 0.24 * len(rows) + 0.6), width_ratios=(3, 2))
    _table(left, "your TwoEightOne", ["name", "shape", "numbers", "requires_grad"], rows)
    lost = [[name, str(tuple(p.shape))] for name, p in _Unregistered().named_parameters()]
    count = sum(p.numel() for p in _Unregistered().parameters())
    _table(right, "layers in a plain list", ["name", "numbers"], [*lost, ["together", str(count)]])


@look
def draw_untrained(TwoEightOne: Callable[[], nn.Module], predict_proba: Predict) -> None:
    """Probabilities over the plane before any training, for three seeds."""
    _, axes = plt.subplots(1, 3, figsize=(8.4, 3.0), sharey=True)
    image = None
    for seed, ax in enumerate(axes):
        torch.manual_seed(seed)
        image = _surface(ax, TwoEightOne(), predict_proba, f"seed {seed}, untrained")
    _finish(axes, image)


@look
def draw_seeds(TwoEightOne: Callable[[], nn.Module], train_281: Train, predict_proba: Predict) -> None:
    """20 networks that differ in their seed alone: their losses, and how many have both points right."""
    X, y = two_points()
    chunk, chunks, seeds = 50, 20, 20
    right = torch.zeros(chunks + 1)
    _, (left, counted) = plt.subplots(1, 2, figsize=(8.4, 3.4))
    for seed in range(seeds):
        torch.manual_seed(seed)
        model, losses = TwoEightOne(), []
        right[0] += _solved(predict_proba, model, X, y)
        for i in range(chunks):
            losses += [_number("train_281", loss) for loss in _losses(train_281(model, X, y, chunk, lr=0.01), chunk)]
            right[i + 1] += _solved(predict_proba, model, X, y)
        left.plot(losses, color=BLUE, alpha=0.45, linewidth=1)
    left.set(xlabel="step", ylabel="your loss", title=f"{seeds} seeds, lr = 0.01")
    counted.plot(range(0, chunk * chunks + 1, chunk), right, color=VERMILLION, marker="o", markersize=3)
    for step, place in ((100, (260, 2)), (1000, (480, 14))):
        words = f"after {step} steps: {int(right[step // chunk])} of {seeds}"
        line = {"arrowstyle": "-", "color": GREY}
        counted.annotate(words, (step, float(right[step // chunk])), xytext=place, arrowprops=line)
    counted.set(xlabel="step", ylabel="seeds with both points right", ylim=(-1, seeds + 1.5), yticks=range(0, 21, 5))


@look
def draw_surface(TwoEightOne: Callable[[], nn.Module], train_281: Train, predict_proba: Predict) -> None:
    """Probabilities over the plane of one network, untrained and after 100, 1000 and 2500 steps."""
    X, y = two_points()
    torch.manual_seed(0)
    model = TwoEightOne()
    _, axes = plt.subplots(1, 4, figsize=(8.6, 2.7), sharey=True)
    image, done = None, 0
    for ax, steps in zip(axes, (0, 100, 1000, 2500), strict=True):
        _losses(train_281(model, X, y, steps - done, lr=0.01), steps - done)
        done = steps
        image = _surface(ax, model, predict_proba, f"{steps} steps")
    _finish(axes, image)


def _walk(root: Any) -> tuple[dict[Any, int], list[tuple[Any, Any]]]:
    """The nodes under ``root`` with their depth, the longest way from it, and the edges; operations that only turn or
    copy a leaf are kept."""
    depths, edges = {root: 0}, []
    waiting = [root]
    while waiting and len(depths) <= 60:
        node = waiting.pop()
        for below, _ in node.next_functions:
            if below is None:
                continue
            if (node, below) not in edges:
                edges.append((node, below))
            if depths.get(below, -1) < depths[node] + 1:
                depths[below] = depths[node] + 1
                waiting.append(below)
    return depths, edges


def _places(depths: dict[Any, int], edges: list[tuple[Any, Any]]) -> dict[Any, tuple[float, float]]:
    """Where to draw each node: by depth, and beside its neighbours in the order in which they were met."""
    places: dict[Any, tuple[float, float]] = {}
    for depth in range(max(depths.values()) + 1):
        row = [node for node, d in depths.items() if d == depth]
        above = {node: [places[u][0] for u, v in edges if v is node and u in places] or [0.0] for node in row}
        row.sort(key=lambda node: sum(above[node]) / len(above[node]))
        for i, node in enumerate(row):
            places[node] = ((i - (len(row) - 1) / 2) * 1.7, -float(depth))
    return places


def _operation(node: Any) -> str:
    return type(node).__name__.removesuffix("0").removesuffix("Backward")


def _table(ax: Axes, title: str, head: list[str], rows: list[list[str]]) -> None:
    ax.axis("off")
    ax.set_title(title)
    table = ax.table(
        cellText=rows, colLabels=head, loc="upper center", cellLoc="left", colLoc="left", edges="horizontal"
    )
    table.auto_set_font_size(False)
    table.set_fontsize(9)
    table.scale(1, 1.3)


def _surface(ax: Axes, model: nn.Module, predict_proba: Predict, title: str) -> Any:
    """Draw a model's probabilities over the plane, with the line where they are 1/2 and the two points."""
    X, y = two_points()
    axis = torch.linspace(-2, 2, 81)
    grid = torch.cartesian_prod(axis, axis)
    p = _answers("predict_proba", predict_proba(model, grid), len(grid)).detach().reshape(81, 81).T
    colours = LinearSegmentedColormap.from_list("blue to vermillion", [BLUE, "white", VERMILLION])
    image = ax.imshow(p, origin="lower", extent=(-2, 2, -2, 2), cmap=colours, vmin=0, vmax=1)
    if p.min() < 0.5 < p.max():
        ax.contour(axis, axis, p, levels=[0.5], colors="black", linewidths=1)
    for point, label, marker in zip(X, y, ("o", "s"), strict=True):
        ax.scatter(*point, marker=marker, s=45, color=(BLUE, VERMILLION)[int(label)], edgecolor="black", zorder=3)
    ax.set(title=title, xlabel="$x_1$", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    return image


def _finish(axes: Any, image: Any) -> None:
    axes[0].set_ylabel("$x_2$")
    plt.colorbar(image, ax=axes, label="your probability", shrink=0.8)
    handles = [
        plt.Line2D([], [], marker=marker, color=color, markeredgecolor="black", linestyle="", label=f"label {label}")
        for label, marker, color in ((0, "o", BLUE), (1, "s", VERMILLION))
    ]
    axes[0].legend(handles=handles, loc="lower left", fontsize=8, handletextpad=0.1)


def _solved(predict_proba: Predict, model: nn.Module, X: Tensor, y: Tensor) -> bool:
    p = _answers("predict_proba", predict_proba(model, X), len(X))
    return bool(((p > 0.5) == (y == 1)).all())


def _losses(answer: object, steps: int) -> list[object]:
    if not isinstance(answer, list) or len(answer) != steps:
        raise NothingToDraw(f"train_281 should give a list of {steps} losses for {steps} steps")
    return answer


def _number(name: str, answer: object) -> float:
    if not isinstance(answer, float):
        raise NothingToDraw(f"{name} gives a loss of type {type(answer).__name__}, expected a Python float")
    return answer


def _answers(name: str, answer: object, samples: int) -> Tensor:
    """The answer as probabilities to draw."""
    if not isinstance(answer, Tensor):
        raise NothingToDraw(f"{name} answers with {type(answer).__name__}, expected a tensor of shape ({samples},)")
    if answer.shape != (samples,):
        raise NothingToDraw(f"{name} answers with shape {tuple(answer.shape)}, expected ({samples},)")
    return answer
