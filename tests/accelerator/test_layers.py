"""Layers and losses compute there what they compute on the CPU, forward and backward.

Source: the pages of ``torch.nn``; CUDA documents equality up to rounding ("Reproducibility"), the simulated device bit
for bit.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.accelerator.target import DEV, DEVICE, equal


class First(nn.Module):
    """The first output of a module of several."""

    def __init__(self, inner: nn.Module, repeats: int = 1) -> None:
        super().__init__()
        self.inner, self.repeats = inner, repeats

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(*[x] * self.repeats)[0]


class ChannelsLast(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Conv2d(3, 4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x.to(memory_format=torch.channels_last))


class Packed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.GRU(3, 2, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([4, 2]), batch_first=True)
        return nn.utils.rnn.pad_packed_sequence(self.inner(packed)[0], batch_first=True)[0]


LAYERS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(4, 3), (2, 4)),
    "bilinear": (lambda: First(nn.Bilinear(4, 4, 3), 2), (2, 4)),
    "conv1d": (lambda: nn.Conv1d(2, 3, 3), (2, 2, 8)),
    "conv2d": (lambda: nn.Conv2d(2, 3, 3, padding=1), (2, 2, 8, 8)),
    "conv2d_strided": (lambda: nn.Conv2d(2, 3, 3, stride=2, dilation=2), (2, 2, 9, 9)),
    "conv2d_depthwise": (lambda: nn.Conv2d(4, 4, 3, groups=4, bias=False), (2, 4, 8, 8)),
    "conv2d_channels_last": (ChannelsLast, (2, 3, 8, 8)),
    "conv3d": (lambda: nn.Conv3d(1, 2, 2), (1, 1, 4, 4, 4)),
    "conv_transpose2d": (lambda: nn.ConvTranspose2d(2, 3, 3, stride=2, output_padding=1), (2, 2, 5, 5)),
    "batch_norm1d": (lambda: nn.BatchNorm1d(4), (5, 4)),
    "batch_norm2d": (lambda: nn.BatchNorm2d(4), (5, 4, 3, 3)),
    "layer_norm": (lambda: nn.LayerNorm(4), (2, 4)),
    "group_norm": (lambda: nn.GroupNorm(2, 4), (2, 4, 3, 3)),
    "instance_norm": (lambda: nn.InstanceNorm2d(4), (2, 4, 3, 3)),
    "rms_norm": (lambda: nn.RMSNorm(4), (2, 4)),
    "max_pool": (lambda: nn.MaxPool2d(2), (1, 2, 4, 4)),
    "average_pool": (lambda: nn.AvgPool2d(2), (1, 2, 4, 4)),
    "adaptive_pool": (lambda: nn.AdaptiveAvgPool2d(1), (1, 2, 4, 4)),
    "upsample": (lambda: nn.Upsample(scale_factor=2, mode="bilinear"), (1, 2, 4, 4)),
    "pixel_shuffle": (lambda: nn.PixelShuffle(2), (1, 4, 3, 3)),
    "unfold": (lambda: nn.Unfold(2), (1, 2, 4, 4)),
    "gelu": (lambda: nn.GELU(), (2, 4)),
    "silu": (lambda: nn.SiLU(), (3, 4)),
    "mish": (lambda: nn.Mish(), (3, 4)),
    "elu": (lambda: nn.ELU(), (3, 4)),
    "leaky_relu": (lambda: nn.LeakyReLU(), (3, 4)),
    "prelu": (lambda: nn.PReLU(), (2, 4)),
    "softmax": (lambda: nn.Softmax(-1), (2, 4)),
    "log_softmax": (lambda: nn.LogSoftmax(-1), (2, 4)),
    "attention": (lambda: First(nn.MultiheadAttention(8, 2, batch_first=True), 3), (2, 5, 8)),
    "transformer_layer": (lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0), (2, 5, 8)),
    "rnn": (lambda: First(nn.RNN(3, 4)), (5, 2, 3)),
    "lstm": (lambda: First(nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True)), (2, 5, 3)),
    "gru": (lambda: First(nn.GRU(3, 4)), (5, 2, 3)),
    "gru_packed": (Packed, (2, 4, 3)),
    "rnn_cell": (lambda: nn.RNNCell(3, 4), (2, 3)),
    "lstm_cell": (lambda: First(nn.LSTMCell(3, 4)), (2, 3)),
    "gru_cell": (lambda: nn.GRUCell(3, 4), (2, 3)),
    "weight_norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)), (2, 3)),
    "spectral_norm": (lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(3, 2)), (2, 3)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    """Output, gradient of the input and gradients of the parameters are the CPU's."""
    make, shape = LAYERS[name]
    host = make()
    there = copy.deepcopy(host).to(DEV)
    x = torch.randn(shape, requires_grad=True)
    x_there = x.detach().to(DEV).requires_grad_()
    expected, output = host(x), there(x_there)
    expected.square().sum().backward()
    output.square().sum().backward()
    assert equal(output, expected)
    assert equal(x_there.grad, x.grad)
    for parameter, other in zip(there.parameters(), host.parameters(), strict=True):
        assert equal(parameter.grad, other.grad)


LOSSES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "cross_entropy": F.cross_entropy,
    "label_smoothing": lambda scores, y: F.cross_entropy(scores, y, label_smoothing=0.1),
    "class_weights": lambda scores, y: F.cross_entropy(scores, y, weight=scores.new_tensor([1.0, 2.0, 3.0])),
    "nll": lambda scores, y: F.nll_loss(scores.log_softmax(1), y),
    "bce_with_logits": lambda scores, y: F.binary_cross_entropy_with_logits(scores[:, 0], (y > 1).float()),
    "bce": lambda scores, y: F.binary_cross_entropy(scores[:, 0].sigmoid(), (y > 1).float()),
    "mse": lambda scores, y: F.mse_loss(scores[:, 0], y.float()),
    "smooth_l1": lambda scores, y: F.smooth_l1_loss(scores[:, 0], y.float()),
    "huber": lambda scores, y: F.huber_loss(scores[:, 0], y.float()),
    "multi_margin": F.multi_margin_loss,
    "kl": lambda scores, y: F.kl_div(scores.log_softmax(1), scores.softmax(1).detach(), reduction="batchmean"),
    "triplet": lambda scores, y: F.triplet_margin_loss(scores, scores * 2, scores + 1),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    """Loss and gradient are the CPU's."""
    scores, labels = torch.randn(4, 3, requires_grad=True), torch.tensor([0, 1, 2, 0])
    scores_there = scores.detach().to(DEV).requires_grad_()
    expected, loss = LOSSES[name](scores, labels), LOSSES[name](scores_there, labels.to(DEV))
    expected.backward()
    loss.backward()
    assert equal(loss, expected)
    assert equal(scores_there.grad, scores.grad)


def test_embedding() -> None:
    """Rows are looked up, and gradients scattered, on the device."""
    host = nn.Embedding(5, 2, padding_idx=0)
    there = copy.deepcopy(host).to(DEV)
    index = torch.tensor([[1, 2], [0, 1]])
    host(index).sum().backward()
    there(index.to(DEV)).sum().backward()
    assert equal(there.weight.grad, host.weight.grad)


@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"mask": True}], ids=["plain", "causal", "masked"])
def test_attention(options: dict[str, bool]) -> None:
    """``scaled_dot_product_attention`` with and without masks."""
    mask = torch.tensor([[True, False], [True, True]]) if options.pop("mask", False) else None
    q = torch.randn(1, 2, 2, 4)
    expected = F.scaled_dot_product_attention(q, q, q, mask, **options)
    there = q.to(DEV)
    assert equal(
        F.scaled_dot_product_attention(there, there, there, None if mask is None else mask.to(DEV), **options), expected
    )


def test_the_encoders_fast_path() -> None:
    """In evaluation without gradients, an encoder takes its fused path."""
    host = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2).eval()
    there, x = copy.deepcopy(host).to(DEV), torch.randn(2, 3, 8)
    with torch.no_grad():
        assert equal(there(x.to(DEV)), host(x))


def test_compiled_modules() -> None:
    """``torch.compile`` traces modules of the device."""
    layer = nn.Sequential(nn.Linear(4, 4), nn.ReLU()).to(DEV)
    x = torch.randn(2, 4).to(DEV)
    output = torch.compile(layer, backend="eager")(x)
    output.sum().backward()
    assert output.device.type == DEVICE
    torch.testing.assert_close(output, layer(x))
