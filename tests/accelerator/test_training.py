"""Whole runs. CUDA documents equality up to rounding ("Reproducibility"); the simulated device equals the CPU."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
import torchvision
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tests.accelerator.target import DEV, SIMULATED, simulated_only

Make = Callable[[], nn.Module]


def mlp() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(144, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 3))


def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3), nn.ReLU(),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(128, 3),
    )  # fmt: skip


class Sequence(nn.Module):
    """An LSTM over the rows of an image."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(12, 16, batch_first=True), nn.Linear(16, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(x.squeeze(1))[0][:, -1])


class Attention(nn.Module):
    """A transformer over the rows of an image."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.head = nn.TransformerEncoderLayer(12, 2, 24, batch_first=True), nn.Linear(12, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(x.squeeze(1)).mean(1))


def trained(make: Make, device: torch.device, optimizer: str, shape: tuple[int, ...], steps: int) -> list[torch.Tensor]:
    """Losses of ``steps`` batches of 8, then all parameters and buffers, on the host."""
    torch.manual_seed(0)
    model = make().to(device)
    data = TensorDataset(torch.randn(8 * steps, *shape), torch.randint(3, (8 * steps,)))
    steps_of = getattr(torch.optim, optimizer)(model.parameters(), lr=0.01)
    losses = []
    for x, y in DataLoader(data, 8, shuffle=True):
        steps_of.zero_grad()
        loss = F.cross_entropy(model(x.to(device)), y.to(device))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        steps_of.step()
        losses.append(loss.detach())
    return [tensor.cpu() for tensor in (*losses, *model.state_dict().values())]


RUNS: dict[str, tuple[Make, str, tuple[int, ...], int]] = {
    "mlp_sgd": (mlp, "SGD", (1, 12, 12), 8),
    "mlp_adamw": (mlp, "AdamW", (1, 12, 12), 8),
    "cnn_adam": (cnn, "Adam", (1, 12, 12), 6),
    "cnn_rmsprop": (cnn, "RMSprop", (1, 12, 12), 6),
    "lstm_adam": (Sequence, "Adam", (1, 12, 12), 4),
    "transformer_adam": (Attention, "Adam", (1, 12, 12), 4),
    "resnet18_sgd": (lambda: torchvision.models.resnet18(num_classes=3), "SGD", (3, 32, 32), 2),
}


@simulated_only
@pytest.mark.parametrize("name", RUNS)
def test_a_run_equals_the_cpus(name: str) -> None:
    """Shuffling, dropout, losses, parameters and running statistics are the CPU's, bit for bit."""
    make, optimizer, shape, steps = RUNS[name]
    expected = trained(make, torch.device("cpu"), optimizer, shape, steps)
    run = trained(make, DEV, optimizer, shape, steps)
    assert all(torch.equal(one, other) for one, other in zip(run, expected, strict=True))


def test_a_run_is_close_to_the_cpus() -> None:
    """Without dropout, losses agree up to rounding."""

    def make() -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Linear(144, 16), nn.Tanh(), nn.Linear(16, 3))

    losses = trained(make, DEV, "SGD", (1, 12, 12), 4)[:4]
    expected = trained(make, torch.device("cpu"), "SGD", (1, 12, 12), 4)[:4]
    torch.testing.assert_close(losses, expected, rtol=1e-3, atol=1e-4)


def test_a_model_learns() -> None:
    """Training on the device lowers the loss."""
    torch.manual_seed(0)
    x, y = torch.randn(32, 4, device=DEV), torch.arange(32, device=DEV) % 3
    model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 3)).to(DEV)
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    assert losses[-1].item() < 0.7 * losses[0].item()
    assert SIMULATED or losses[0].device.type == DEV.type
