"""How much slower than the CPU the simulated accelerator trains: ``python -m tests.benchmarks.accelerator``.

One training step (batch to the device, forward, backward, Adam) of three models, on one thread. The two devices take
turns in one process, so that both meet the same load; a row gives medians and the median of the ratios of neighbours.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
import torchvision
from rich.console import Console
from rich.table import Table
from torch import nn

from autograder import accelerator

Shape = tuple[int, ...]


def mlp() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(32 * 49, 10),
    )  # fmt: skip


def resnet18() -> nn.Module:
    return torchvision.models.resnet18(num_classes=10)


MODELS: list[tuple[str, Callable[[], nn.Module], Shape, int]] = [
    ("MLP, 784-128-10, batch of 64", mlp, (64, 1, 28, 28), 100),
    ("CNN, 2 convolutions, batch of 64", cnn, (64, 1, 28, 28), 30),
    ("resnet18, batch of 16 at 64x64", resnet18, (16, 3, 64, 64), 6),
]


class Trained:
    """A model on its device, with its optimizer and one batch on the host."""

    def __init__(self, make: Callable[[], nn.Module], shape: Shape, device: torch.device) -> None:
        torch.manual_seed(0)
        self.model, self.device = make().to(device), device
        self.x, self.y = torch.randn(shape), torch.randint(10, shape[:1])
        self.optimizer = torch.optim.Adam(self.model.parameters())

    def step_seconds(self) -> float:
        started = time.perf_counter()
        self.optimizer.zero_grad()
        F.cross_entropy(self.model(self.x.to(self.device)), self.y.to(self.device)).backward()
        self.optimizer.step()
        return time.perf_counter() - started


def main() -> None:
    torch.set_num_threads(1)
    started = time.perf_counter()
    device = accelerator.install()
    registered = time.perf_counter() - started
    table = Table("", "cpu", "sim", "ratio", box=None)
    for name, make, shape, steps in MODELS:
        trained = [Trained(make, shape, where) for where in (torch.device("cpu"), device)]
        pairs = [[one.step_seconds() for one in trained] for _ in range(steps + 2)][2:]
        cpu, sim = (statistics.median(seconds) * 1e3 for seconds in zip(*pairs, strict=True))
        ratio = statistics.median(there / host for host, there in pairs)
        table.add_row(name, f"{cpu:.2f} ms", f"{sim:.2f} ms", f"{ratio:.2f}")
    out = Console()
    out.print(table)
    out.print(f"torch {torch.__version__}, one thread; registering the device took {registered:.2f} s, once a process")


if __name__ == "__main__":
    main()
