"""Mixed precision. Source: "Automatic Mixed Precision package", "CUDA Op-Specific Behavior"."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.accelerator.target import DEV, DEVICE, normal, whole

LOWER: dict[str, Callable[[], torch.Tensor]] = {
    "linear": lambda: nn.Linear(4, 4).to(DEV)(normal(2, 4)),
    "matmul": lambda: normal(2, 2) @ normal(2, 2),
    "conv2d": lambda: nn.Conv2d(1, 1, 3).to(DEV)(normal(1, 1, 4, 4)),
    "bmm": lambda: torch.bmm(normal(1, 2, 2), normal(1, 2, 2)),
    "attention": lambda: F.scaled_dot_product_attention(normal(1, 2, 4), normal(1, 2, 4), normal(1, 2, 4)),
}
FLOAT32: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "softmax": lambda x: x.softmax(-1),
    "log_softmax": lambda x: x.log_softmax(-1),
    "exp": lambda x: x.exp(),
    "log": lambda x: x.abs().log(),
    "sum": lambda x: x.sum(),
    "layer_norm": lambda x: F.layer_norm(x, (2,)),
    "cross_entropy": lambda x: F.cross_entropy(x, whole(0, 1)),
    "mse_loss": lambda x: F.mse_loss(x, torch.zeros_like(x)),
    "pow": lambda x: x**2,
}


@pytest.mark.parametrize("name", LOWER)
def test_operators_in_the_lower_precision(name: str) -> None:
    """Matrix products and convolutions of float32 tensors run, and give, the autocast dtype."""
    with torch.autocast(DEVICE, dtype=torch.bfloat16):
        assert LOWER[name]().dtype == torch.bfloat16


@pytest.mark.parametrize("name", FLOAT32)
def test_operators_in_float32(name: str) -> None:
    """Losses, norms and exponentials of lower-precision tensors run, and give, float32."""
    x = normal(2, 2).to(torch.bfloat16)
    with torch.autocast(DEVICE, dtype=torch.bfloat16):
        assert FLOAT32[name](x).dtype == torch.float32


def test_other_operators_keep_their_dtype() -> None:
    """What is in no list runs in the dtype of its inputs."""
    with torch.autocast(DEVICE, dtype=torch.bfloat16):
        assert normal(2).relu().dtype == torch.float32
        assert normal(2).bfloat16().relu().dtype == torch.bfloat16


def test_the_default_is_float16() -> None:
    """``torch.autocast("cuda")`` without dtype uses float16."""
    with torch.autocast(DEVICE):
        assert (normal(2, 2) @ normal(2, 2)).dtype == torch.float16


def test_it_ends_with_its_block() -> None:
    """Outside, nothing is cast."""
    with torch.autocast(DEVICE):
        pass
    assert (normal(2, 2) @ normal(2, 2)).dtype == torch.float32


def test_it_can_be_switched_off_inside() -> None:
    """``autocast(enabled=False)`` nests."""
    with torch.autocast(DEVICE), torch.autocast(DEVICE, enabled=False):
        assert (normal(2, 2) @ normal(2, 2)).dtype == torch.float32


def test_tensors_of_the_host_are_left_alone() -> None:
    """Autocast of one device type does not touch another."""
    with torch.autocast(DEVICE):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_gradients_have_the_parameters_dtype() -> None:
    """Parameters stay float32, and so do their gradients."""
    layer = nn.Linear(4, 4).to(DEV)
    with torch.autocast(DEVICE, dtype=torch.bfloat16):
        loss = F.cross_entropy(layer(normal(2, 4)), whole(0, 1))
    loss.backward()
    assert (loss.dtype, layer.weight.grad.dtype) == (torch.float32, torch.float32)


def test_binary_cross_entropy_is_unsafe() -> None:
    """ "binary_cross_entropy and BCELoss are unsafe to autocast": an error that names the remedy."""
    if DEVICE == "mps":
        pytest.skip("MPS casts it")
    with torch.autocast(DEVICE), pytest.raises(RuntimeError, match="unsafe to autocast"):
        F.binary_cross_entropy(normal(2).sigmoid(), torch.ones(2, device=DEV))


def scaled_step(infinite: bool) -> tuple[float, bool]:
    """The scale after one step of gradients times 65536, and whether the weight changed."""
    layer = nn.Linear(2, 1, bias=False).to(DEV)
    before = layer.weight.tolist()
    optimizer, scaler = torch.optim.SGD(layer.parameters(), 0.1), torch.amp.GradScaler(DEVICE)
    loss = layer(torch.ones(1, 2, device=DEV)).sum() * (float("inf") if infinite else 1.0)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale(), layer.weight.tolist() != before


def test_the_gradient_scaler_steps() -> None:
    """``GradScaler`` divides gradients by its scale before the step."""
    assert scaled_step(infinite=False) == (65536.0, True)


def test_the_gradient_scaler_skips() -> None:
    """Infinite gradients: the step is skipped and the scale halved."""
    assert scaled_step(infinite=True) == (32768.0, False)


def test_half_parameters() -> None:
    """``Module.half()`` works on the device."""
    assert nn.Linear(2, 2).to(DEV).half()(normal(1, 2).half()).dtype == torch.float16
