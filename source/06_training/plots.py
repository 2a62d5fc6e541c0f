"""Data and figures of 06_training. Every figure shows what your own functions answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from matplotlib_inline.backend_inline import set_matplotlib_formats
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import Tensor, nn

# Okabe and Ito's palette: told apart with every common form of colour blindness. https://jfly.uni-koeln.de/color/
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GREY = "#666666"

TEST_SAMPLES = 360
SHOWN = 12  # digits of a batch, and at most so many mistakes
KEYS = ("train_loss", "test_loss", "test_accuracy", "lr")

Array = NDArray[Any]
Batches = Iterable[tuple[Tensor, Tensor]]
History = dict[str, list[float]]


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


def digits() -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Scikit-learn's handwritten digits as (images, labels) to train with and (images, labels) to test with.

    images: (N, 8, 8) float64, whole numbers from 0 (white) to 16 (black). labels: (N,) int64, from 0 to 9.
    """
    data = load_digits()
    order = np.random.default_rng(6).permutation(len(data.target))
    images, labels = data.images[order], data.target[order].astype(np.int64)
    return (images[TEST_SAMPLES:], labels[TEST_SAMPLES:]), (images[:TEST_SAMPLES], labels[:TEST_SAMPLES])


def pixel_statistics(images: Array) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (8, 8) of every pixel between 0 and 1; the latter is at least 0.1."""
    scaled = torch.tensor(images, dtype=torch.float32) / 16
    return scaled.mean(0), scaled.std(0).clamp(min=0.1)


@look
def draw_batch(make: Callable[[], Batches]) -> None:
    """The first digits of a batch with their labels; ``make`` makes the loader."""
    images, labels = next(iter(make()))
    if images.dim() != 4 or images.shape[1:] != (1, 8, 8):
        raise NothingToDraw(f"the images of a batch have shape {tuple(images.shape)}, expected (B, 1, 8, 8)")
    _, axes = plt.subplots(1, SHOWN, figsize=(8.4, 1.2))
    for ax, image, label in zip(axes, images, labels, strict=False):
        ax.imshow(image[0], cmap="Greys", vmin=0, vmax=1)
        ax.set_title(str(int(label)))
    for ax in axes:
        ax.set_axis_off()


@look
def draw_overfitting(overfit: Callable[[int], float]) -> None:
    """The loss on one batch after ever more steps, each time from the same start."""
    steps = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    losses = [overfit(n) for n in steps]
    for loss in losses:
        if not isinstance(loss, float) or not loss > 0:
            raise NothingToDraw(f"overfit_one_batch answers with {loss!r}, expected a loss as a Python float")
    _, ax = plt.subplots()
    ax.axhline(np.log(10), color=GREY, linestyle=":")
    ax.annotate("guessing: ln 10", (256, np.log(10)), xytext=(0, 4), textcoords="offset points", ha="right", color=GREY)
    ax.loglog(steps, losses, "o-", color=BLUE)
    ax.set_xticks(steps, [str(n) for n in steps])
    ax.minorticks_off()
    ax.set(xlabel="steps on the same 32 digits", ylabel="your last loss")


@look
def draw_training(run: Callable[[], tuple[nn.Module, Batches, History]]) -> None:
    """The course of a training, and what the network still mistakes.

    Args:
        run: trains, and returns the model, the test loader and the history.
    """
    model, test_loader, history = run()
    _draw_history(history)
    _draw_mistakes(model, test_loader)


def _draw_history(history: History) -> None:
    """Loss, accuracy and learning rate of every epoch."""
    if not isinstance(history, dict) or any(not isinstance(history.get(key), list) for key in KEYS):
        raise NothingToDraw(f"the history has no lists under {', '.join(KEYS)}")
    epochs = range(1, len(history["lr"]) + 1)
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(9.2, 3.0))
    left.plot(epochs, history["train_loss"], color=BLUE, label="training")
    left.plot(epochs, history["test_loss"], color=VERMILLION, linestyle="--", label="test")
    left.set(ylabel="mean loss of a sample", yscale="log")
    left.legend()
    middle.plot(epochs, history["test_accuracy"], color=VERMILLION, linestyle="--")
    middle.set(ylabel="test accuracy", ylim=(min(0.8, *history["test_accuracy"]), 1.0))
    right.step(epochs, history["lr"], where="mid", color=GREEN)
    right.set(ylabel="learning rate", ylim=(0, None))
    for ax in (left, middle, right):
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.grid(axis="y", alpha=0.3)


def _draw_mistakes(model: nn.Module, loader: Batches) -> None:
    """How often each digit is taken for which, and the digits that were mistaken."""
    model.cpu().eval()
    images, labels = (torch.cat(parts) for parts in zip(*loader, strict=True))
    with torch.no_grad():
        answers = model(images).argmax(1)
    counts = torch.zeros(10, 10, dtype=torch.int64)
    counts.index_put_((labels, answers), torch.ones_like(labels), accumulate=True)
    figure, axes = plt.subplot_mosaic(_mosaic(), figsize=(9.2, 3.8), width_ratios=[3.6, 1, 1, 1, 1])
    _draw_counts(axes["counts"], counts)
    wrong = (answers != labels).nonzero()[:SHOWN, 0].tolist()
    for place in range(SHOWN):
        ax = axes[str(place)]
        ax.set_axis_off()
        if place < len(wrong):
            i = wrong[place]
            ax.imshow(images[i, 0], cmap="Greys", vmin=0, vmax=1)
            ax.set_title(f"{int(labels[i])}, not {int(answers[i])}", fontsize=9)
    figure.suptitle(f"{int((answers != labels).sum())} of {len(labels)} test digits are mistaken", fontsize=10)


def _mosaic() -> list[list[str]]:
    return [["counts", *(str(4 * row + column) for column in range(4))] for row in range(SHOWN // 4)]


def _draw_counts(ax: plt.Axes, counts: Tensor) -> None:
    colours = LinearSegmentedColormap.from_list("white to vermillion", ["white", VERMILLION])
    mistakes = counts.clone().fill_diagonal_(0)
    ax.imshow(mistakes, cmap=colours, vmin=0, vmax=max(4, int(mistakes.max())))
    for true in range(10):
        for answer in range(10):
            if counts[true, answer]:
                color = GREY if true == answer else "black"
                ax.text(answer, true, str(int(counts[true, answer])), ha="center", va="center", color=color, fontsize=8)
    ax.set(xlabel="answer of your network", ylabel="true digit", xticks=range(10), yticks=range(10))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
