"""Gradients. Source: "Autograd mechanics" and "CUDA semantics"."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from tests.accelerator.target import DEV, DEVICE, normal


def test_gradients_are_where_their_tensors_are() -> None:
    """``w.grad`` has the device of ``w``."""
    layer = nn.Linear(2, 2).to(DEV)
    layer(normal(3, 2)).sum().backward()
    assert layer.weight.grad.device.type == DEVICE


def test_gradients_cross_devices() -> None:
    """``to`` is differentiable: the gradient comes back to the device of the leaf."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    x.to(DEV).pow(2).sum().backward()
    assert x.grad.tolist() == [2, 4]
    assert x.grad.is_cpu


def test_gradients_cross_back() -> None:
    """A loss on the host differentiates parameters of the device."""
    w = torch.ones(2, device=DEV, requires_grad=True)
    w.cpu().sum().backward()
    assert w.grad.tolist() == [1, 1]
    assert w.grad.device.type == DEVICE


def test_a_moved_leaf_is_no_leaf() -> None:
    """``torch.randn(..., requires_grad=True).to(device)`` is a result, and gets no ``.grad``."""
    assert not torch.randn(3, requires_grad=True).to(DEV).is_leaf


def test_a_tensor_made_there_is_a_leaf() -> None:
    """``torch.randn(..., device=..., requires_grad=True)`` is a leaf."""
    assert torch.randn(3, device=DEV, requires_grad=True).is_leaf


def test_gradients_accumulate() -> None:
    """A second backward adds; ``zero_grad`` sets None."""
    w = torch.ones(2, device=DEV, requires_grad=True)
    for _ in range(2):
        (w * 3).sum().backward()
    assert w.grad.tolist() == [6, 6]


def test_a_graph_is_used_once() -> None:
    """Backward twice through one graph raises."""
    loss = torch.ones(2, device=DEV, requires_grad=True).exp().sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        loss.backward()


def test_no_grad_updates() -> None:
    """Updates under ``no_grad`` change the leaf in place."""
    w = torch.ones(2, device=DEV, requires_grad=True)
    (w * 2).sum().backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
    assert w.tolist() == [0, 0]
    assert w.is_leaf


def test_leaves_are_not_changed_in_place() -> None:
    """Outside ``no_grad``, an in-place change of a leaf that requires grad raises."""
    w = torch.ones(2, device=DEV, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        w += 1


def test_changes_of_saved_tensors_are_found() -> None:
    """ "... has been modified by an inplace operation"."""
    x = torch.ones(2, device=DEV, requires_grad=True)
    y = x.exp()
    loss = (y * y).sum()
    y.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_changes_of_a_recurrent_layers_input_are_found() -> None:
    """The same for an operator that is fused on the device."""
    x = torch.ones(2, 1, 3, device=DEV, requires_grad=True) * 1
    loss = nn.LSTM(3, 4).to(DEV)(x)[0].sum()
    x.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_detach_shares_memory() -> None:
    """``detach`` is a view: changes are seen by both."""
    w = torch.ones(2, device=DEV, requires_grad=True)
    w.detach().zero_()
    assert w.tolist() == [0, 0]


def test_grad_of_grad() -> None:
    """``create_graph=True`` differentiates twice on the device."""
    x = torch.tensor([1.0, 2.0], device=DEV, requires_grad=True)
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    assert second.tolist() == [6, 12]


def test_a_function_of_ones_own() -> None:
    """``torch.autograd.Function`` is given tensors of the device, both ways."""
    seen = []

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):  # type: ignore[no-untyped-def]
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, gradient):  # type: ignore[no-untyped-def]
            seen.append(gradient.device.type)
            return 2 * ctx.saved_tensors[0] * gradient

    x = torch.tensor([3.0], device=DEV, requires_grad=True)
    Square.apply(x).sum().backward()
    assert x.grad.tolist() == [6]
    assert seen == [DEVICE]


def test_checkpoint() -> None:
    """``torch.utils.checkpoint`` computes again on the device, with the same dropout."""
    layers = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5)).to(DEV)
    x = normal(4, 3).requires_grad_()
    output = checkpoint(layers, x, use_reentrant=False)
    output.sum().backward()
    kept = (output != 0).float()
    assert torch.allclose(x.grad.cpu(), (2 * kept @ layers[0].weight).detach().cpu(), atol=1e-5)


def test_inference_mode() -> None:
    """``inference_mode`` makes tensors of the device without history."""
    with torch.inference_mode():
        assert not nn.Linear(2, 2).to(DEV)(normal(1, 2)).requires_grad


def test_vmap_of_grad() -> None:
    """``torch.func`` batches gradients on the device."""
    x = torch.arange(6.0, device=DEV).reshape(3, 2)
    assert torch.func.vmap(torch.func.grad(lambda row: (row**2).sum()))(x).tolist() == (2 * x).tolist()


def test_torch_func_through_attention() -> None:
    """``torch.func.grad`` through an operator that is fused on the device."""
    x = normal(2, 3, 4)

    def loss(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.scaled_dot_product_attention(x, x, x).sum()

    expected = torch.func.grad(loss)(x.cpu())
    assert torch.allclose(torch.func.grad(loss)(x).cpu(), expected, atol=1e-5)


def test_backward_in_another_thread() -> None:
    """Any thread may call backward."""
    w = torch.ones(2, device=DEV, requires_grad=True)
    thread = threading.Thread(target=lambda: (w * 2).sum().backward())
    thread.start()
    thread.join()
    assert w.grad.tolist() == [2, 2]


@pytest.mark.filterwarnings("ignore:Error detected in SqrtBackward0")
def test_anomaly_detection() -> None:
    """``detect_anomaly`` names the function whose backward made NaN."""
    x = torch.zeros(1, device=DEV, requires_grad=True)
    with pytest.raises(RuntimeError, match="SqrtBackward0"), torch.autograd.set_detect_anomaly(True):
        (x.sqrt() * 0).sum().backward()
