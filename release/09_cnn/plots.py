"""Data and figures of 09_cnn. Every figure shows what your own functions answer."""

from __future__ import annotations

import functools
from collections.abc import Callable

import matplotlib.pyplot as plt
import torch
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib_inline.backend_inline import set_matplotlib_formats
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision.models import resnet18
from torchvision.transforms import v2
from torchvision.utils import make_grid

# Okabe and Ito's palette: told apart with every common form of colour blindness. https://jfly.uni-koeln.de/color/
BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GREY = "#666666"
SIGNED = LinearSegmentedColormap.from_list("blue to vermillion", [BLUE, "white", VERMILLION])
SIGNED.set_bad("#BBBBBB")  # the lines between maps
SHOWN = 6  # the position of a digit with strokes in both directions

Layer = tuple[int, int, int, int]  # kernel, stride, padding, dilation
Train = Callable[[nn.Module, DataLoader, int, float], list[float]]


def set_style(seed: int = 0) -> None:
    """Seed PyTorch, and draw every figure in one style, as SVG that is the same whenever it is drawn again.

    PyTorch computes in one thread: with images this small, threads would mostly wait for each other.
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
            "image.interpolation": "nearest",
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


@functools.cache
def digits() -> tuple[Tensor, Tensor]:
    """1797 images (1797, 1, 8, 8) of handwritten digits, from 0 to 1, and their labels (1797,), in a fixed order."""
    images, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(9))
    return torch.tensor(images, dtype=torch.float32).reshape(-1, 1, 8, 8)[order] / 16, torch.tensor(labels)[order]


def digit_batches(n: int = 1437) -> DataLoader:
    """Batches of 32 of the first ``n`` digits, shuffled anew for every epoch but always in the same ways."""
    X, y = digits()
    shuffling = torch.Generator().manual_seed(0)
    return DataLoader(TensorDataset(X[:n], y[:n]), batch_size=32, shuffle=True, generator=shuffling)


def resnet18_layers() -> list[Layer]:
    """(kernel, stride, padding, dilation) of the layers that an image passes in a ResNet-18, shortcuts left out."""
    found = []
    for name, layer in resnet18().named_modules():
        if isinstance(layer, nn.Conv2d) and "downsample" not in name:
            found.append((layer.kernel_size[0], layer.stride[0], layer.padding[0], layer.dilation[0]))
        elif isinstance(layer, nn.MaxPool2d):
            found.append((layer.kernel_size, layer.stride, layer.padding, layer.dilation))
    return found


@look
def draw_edges(conv2d: Callable[[Tensor, Tensor, Tensor], Tensor], edge_kernel: Callable[[], Tensor]) -> None:
    """A digit, and what an edge kernel and its transpose answer to it."""
    digit, kernel, none = digits()[0][SHOWN : SHOWN + 1], edge_kernel(), torch.zeros(1)
    if not isinstance(kernel, Tensor) or kernel.shape != (1, 1, 3, 3):
        raise NothingToDraw("edge_kernel should give a tensor of shape (1, 1, 3, 3)")
    answers = [_tensor("conv2d", conv2d(digit, k, none), (1, 1, 6, 6))[0, 0] for k in (kernel, kernel.mT)]
    _, axes = plt.subplots(1, 4, figsize=(8.4, 2.5), width_ratios=(1.2, 0.8, 1.2, 1.2))
    axes[0].imshow(digit[0, 0], cmap="gray", vmin=0, vmax=1)
    axes[1].imshow(kernel[0, 0], cmap=SIGNED, vmin=-2, vmax=2)
    for (row, column), value in [((r, c), kernel[0, 0, r, c].item()) for r in range(3) for c in range(3)]:
        axes[1].text(column, row, f"{value:g}", ha="center", va="center")
    limit = max(float(a.abs().max()) for a in answers) or 1.0
    for ax, answer in zip(axes[2:], answers, strict=True):
        image = ax.imshow(answer, cmap=SIGNED, vmin=-limit, vmax=limit)
    plt.colorbar(image, ax=axes[2:], label="answer", shrink=0.8)
    titles = ("a digit, 8 by 8", "your kernel", "your conv2d, 6 by 6", "kernel transposed")
    for ax, title in zip(axes, titles, strict=True):
        _bare(ax, title)


@look
def draw_receptive_field(conv_output_size: Callable[..., int], receptive_field: Callable[[list[Layer]], int]) -> None:
    """How the receptive field grows with depth, and how the map shrinks, along a ResNet-18 and two plain stacks."""
    layers, size, sizes = resnet18_layers(), 224, [224]
    for kernel, stride, padding, dilation in layers:
        size = _whole("conv_output_size", conv_output_size(size, kernel, stride, padding, dilation))
        sizes.append(size)
    depth = len(layers)
    stacks = {
        "ResNet-18": (layers, BLUE, "-"),
        "dilations 1, 2, 4, 8, …": ([(3, 1, 2**i, 2**i) for i in range(7)], VERMILLION, "--"),
        "3 by 3, stride 1": ([(3, 1, 1, 1)] * depth, GREEN, "-."),
    }
    _, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4))
    for label, (stack, colour, dashes) in stacks.items():
        fields = [1, *(_whole("receptive_field", receptive_field(stack[:n])) for n in range(1, len(stack) + 1))]
        left.plot(range(len(fields)), fields, color=colour, linestyle=dashes, marker=".", label=label)
    left.axhline(224, color=GREY, linestyle=":")
    left.annotate("the whole image", (0, 224), xytext=(-4, 3), textcoords="offset points", color=GREY)
    left.set(
        xlabel="layers passed", ylabel="your receptive field (pixels)", ylim=(0, 480), xticks=range(0, depth + 1, 3)
    )
    left.legend(loc="upper left")
    right.plot(sizes, color=BLUE, marker=".", drawstyle="steps-post")
    for at in [0, *(i for i in range(1, depth + 1) if sizes[i] != sizes[i - 1])]:
        right.annotate(f"{sizes[at]}", (at, sizes[at]), xytext=(5, 4), textcoords="offset points")
    right.set(
        xlabel="layers passed in ResNet-18", ylabel="your side of the map", ylim=(0, 240), xticks=range(0, depth + 1, 3)
    )


@look
def draw_training(SmallCNN: Callable[..., nn.Module], train_cnn: Train) -> None:
    """The loss while a SmallCNN learns to read digits, and the digits that it gets wrong afterwards."""
    _, trained, history = _trained(SmallCNN, train_cnn)
    X, y = (part[1437:] for part in digits())
    with torch.no_grad():
        said = _tensor("SmallCNN", trained.eval()(X), (360, 10)).argmax(1)
    wrong = (said != y).nonzero().flatten().tolist()
    _, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.2), width_ratios=(1, 1.1))
    left.plot(range(1, 11), history, marker="o", color=BLUE)
    left.set(xlabel="epoch", ylabel="your mean loss", xticks=range(1, 11), ylim=(0, None))
    right.set_title(f"{1 - len(wrong) / 360:.1%} of 360 new digits are right; these are not", fontsize=10)
    right.set_axis_off()
    for place, number in enumerate(wrong[:15]):
        row, column = divmod(place, 5)
        ax = right.inset_axes((column / 5, 0.68 - row / 3, 0.18, 0.24))
        ax.imshow(X[number, 0], cmap="gray_r")
        _bare(ax, f"{y[number]} read as {said[number]}", size=7)


@look
def draw_filters(SmallCNN: Callable[..., nn.Module], train_cnn: Train) -> None:
    """The kernels of the first convolution before and after training, and what the trained ones make of a digit."""
    fresh, trained, _ = _trained(SmallCNN, train_cnn)
    before, after = _first_convolution(fresh), _first_convolution(trained)
    with torch.no_grad():
        maps = after(digits()[0][SHOWN : SHOWN + 1])[0][:16, None]
    kernels = [layer.weight.detach()[:16, :1] for layer in (before, after)]
    limit = max(float(k.abs().max()) for k in kernels)
    _, axes = plt.subplots(1, 3, figsize=(8.4, 2.6))
    titles = ("kernels before training", "kernels after 10 epochs", "their answers to a digit, after")
    for ax, drawn, title in zip(axes, (*kernels, maps), titles, strict=True):
        size = float(maps.abs().max()) if drawn is maps else limit
        image = ax.imshow(_grid(drawn), cmap=SIGNED, vmin=-size, vmax=size)
        _bare(ax, title)
        plt.colorbar(image, ax=ax, label="answer" if drawn is maps else "weight", location="bottom", aspect=30)


@look
def draw_augmented() -> None:
    """Digits as they are, and as three of torchvision's transforms make them."""
    X = digits()[0][:8]
    changes = {
        "as they are": nn.Identity(),
        "v2.RandomAffine: turned by up to 15 degrees": v2.RandomAffine(15),
        "v2.RandomAffine: moved by up to a pixel": v2.RandomAffine(0, translate=(0.125, 0.125)),
        "v2.RandomHorizontalFlip": v2.RandomHorizontalFlip(p=1.0),
    }
    torch.manual_seed(0)
    _, axes = plt.subplots(4, 1, figsize=(6.4, 4.6))
    for ax, (title, change) in zip(axes, changes.items(), strict=True):
        changed = torch.stack([change(image) for image in X])
        ax.imshow(make_grid(changed, nrow=8, padding=1, pad_value=0.3)[0], cmap="gray_r", vmin=0, vmax=1)
        _bare(ax, title)


@functools.cache
def _trained(SmallCNN: Callable[..., nn.Module], train_cnn: Train) -> tuple[nn.Module, nn.Module, list[float]]:
    """A SmallCNN as it was made, the same one after 10 epochs of digits, and the losses."""
    models = []
    for _ in range(2):
        torch.manual_seed(0)
        model = SmallCNN(1, 8, 10)
        _tensor("SmallCNN", model(digits()[0][:2]), (2, 10))
        models.append(model)
    history = train_cnn(models[1], digit_batches(), 10, 0.05)
    if not isinstance(history, list) or len(history) != 10:
        raise NothingToDraw("train_cnn should give a list of 10 losses for 10 epochs")
    return models[0], models[1], history


def _first_convolution(model: nn.Module) -> nn.Conv2d:
    layer = next((m for m in model.modules() if isinstance(m, nn.Conv2d)), None)
    if layer is None or layer.in_channels != 1:
        raise NothingToDraw("your SmallCNN has no nn.Conv2d that looks at the image")
    return layer


def _grid(maps: Tensor) -> Tensor:
    """Up to 16 maps (n, 1, h, w) side by side, four in a row, apart by lines that no colour stands for."""
    return make_grid(maps, nrow=4, padding=1, pad_value=float("nan"))[0]


def _bare(ax: Axes, title: str, size: int = 10) -> None:
    """A title and no axes: pixels need none."""
    ax.set_title(title, fontsize=size)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)


def _whole(name: str, answer: object) -> int:
    if not isinstance(answer, int):
        raise NothingToDraw(f"{name} answers with {type(answer).__name__}, expected a Python int")
    return answer


def _tensor(name: str, answer: object, shape: tuple[int, ...]) -> Tensor:
    """The answer as numbers to draw."""
    if not isinstance(answer, Tensor):
        raise NothingToDraw(f"{name} answers with {type(answer).__name__}, expected a tensor of shape {tuple(shape)}")
    if answer.shape != shape:
        raise NothingToDraw(f"{name} answers with shape {tuple(answer.shape)}, expected {tuple(shape)}")
    return answer.detach()
