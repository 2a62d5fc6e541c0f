"""Mixed precision: which operators run in the lower precision and which in float32, as CUDA's autocast decides.

Source: PyTorch's "Automatic Mixed Precision package", section "CUDA Op-Specific Behavior".
"""

from __future__ import annotations

from typing import Any

import torch

from autograder.accelerator.memory import NAME

LOWER = (
    "linear", "matmul", "mm", "addmm", "bmm", "baddbmm", "addbmm", "mv", "addmv", "addr", "chain_matmul",
    "einsum", "prelu", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d.input",
    "conv_transpose3d.input", "convolution", "_convolution", "scaled_dot_product_attention", "gru_cell",
    "lstm_cell", "rnn_tanh_cell", "rnn_relu_cell", "lstm.input", "gru.input", "rnn_tanh.input", "rnn_relu.input",
)  # fmt: skip
FLOAT32 = (
    "acos", "asin", "cosh", "sinh", "tan", "erfinv", "exp", "expm1", "log", "log1p", "log2", "log10",
    "reciprocal", "rsqrt", "softplus", "pow.Tensor_Scalar", "pow.Tensor_Tensor", "pow.Scalar", "norm.Scalar",
    "norm.ScalarOpt_dim", "layer_norm", "group_norm", "renorm", "cumsum", "cumprod", "sum", "sum.dim_IntList",
    "prod", "prod.dim_int", "dist", "cdist", "softmax.int", "log_softmax.int", "nll_loss", "nll_loss_nd",
    "cross_entropy_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div",
    "binary_cross_entropy_with_logits", "cosine_similarity", "cosine_embedding_loss", "triplet_margin_loss",
    "margin_ranking_loss", "multilabel_margin_loss", "multi_margin_loss", "soft_margin_loss",
    "hinge_embedding_loss", "poisson_nll_loss",
)  # fmt: skip
UNSAFE = "binary_cross_entropy"

_key: Any = torch._C.DispatchKey
_KEYS = torch._C.DispatchKeySet(_key.AutocastPrivateUse1)
_NOT_CAST = (torch.float64,)


def _cast(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, torch.Tensor):
        eligible = value.is_floating_point() and value.device.type == NAME and value.dtype not in _NOT_CAST
        return value.to(dtype) if eligible else value
    if isinstance(value, (list, tuple)):
        return [_cast(item, dtype) for item in value]
    return value


def _casting(op: Any, lower: bool) -> Any:
    def kernel(*args: Any, **kwargs: Any) -> Any:
        dtype = torch.get_autocast_dtype(NAME) if lower else torch.float32
        with torch._C._ExcludeDispatchKeyGuard(_KEYS):
            return op(*_cast(args, dtype), **{name: _cast(value, dtype) for name, value in kwargs.items()})

    return kernel


def _refuse(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError(
        "torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast.\n"
        "Many models use a sigmoid layer right before the binary cross entropy layer.\n"
        "In this case, combine the two layers using torch.nn.functional.binary_cross_entropy_with_logits\n"
        "or torch.nn.BCEWithLogitsLoss.  binary_cross_entropy_with_logits and BCEWithLogits are\n"
        "safe to autocast."
    )


def register(everything: Any, aten: Any) -> None:
    """Register the two lists with the libraries of all operators and of ATen."""
    everything.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    for names, lower in ((LOWER, True), (FLOAT32, False)):
        for name in names:
            base, _, overload = name.partition(".")
            op = getattr(getattr(torch.ops.aten, base), overload or "default")
            aten.impl(name, _casting(op, lower), "AutocastPrivateUse1")
    aten.impl(UNSAFE, _refuse, "AutocastPrivateUse1")


def install() -> None:
    """float16 is the default, as on CUDA."""
    torch.set_autocast_dtype(NAME, torch.float16)
