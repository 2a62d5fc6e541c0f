"""Operators that PyTorch puts together differently on each device: recurrent layers and attention.

On a device it does not know, it would compose them from small operators, which add up in another order than the CPU's
own and differ in the last bit. Here each runs whole, as cuDNN's recurrent layers and fused attention do; like those, it
has no second derivative.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.utils import _pytree

from autograder.accelerator.dispatch import check_devices, plan_of
from autograder.accelerator.memory import NAME, unwrap, wrap

ATTENTION = "scaled_dot_product_attention"
OPERATORS = (
    ATTENTION, "lstm.input", "lstm.data", "gru.input", "gru.data", "rnn_tanh.input", "rnn_tanh.data", "rnn_relu.input",
    "rnn_relu.data",
)  # fmt: skip


class _OnCpu(torch.autograd.Function):
    """Records the CPU's graph while it computes, and differentiates that."""

    @staticmethod
    def forward(ctx: Any, op: Any, leaves: list[Any], spec: Any, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """``leaves`` are ``op``'s arguments, flat, with ``_OnCpu`` where the next of ``tensors`` belongs."""
        inputs = [unwrap(tensor).detach().requires_grad_(tensor.requires_grad) for tensor in tensors]
        following = iter(inputs)
        flat = [next(following) if leaf is _OnCpu else leaf for leaf in leaves]
        args, kwargs = _pytree.tree_unflatten(flat, spec)
        with torch.enable_grad():
            result = op(*args, **kwargs)
        ctx.inputs = inputs
        ctx.outputs = result if isinstance(result, tuple) else (result,)
        ctx.save_for_backward(*tensors)  # reading them back finds out whether somebody changed them in place
        return tuple(wrap(output.detach().clone()) for output in ctx.outputs)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        _ = ctx.saved_tensors
        wanted = [tensor for tensor in ctx.inputs if tensor.requires_grad]
        values = [unwrap(gradient) for gradient in gradients]
        found = torch.autograd.grad(ctx.outputs, wanted, values, retain_graph=True, allow_unused=True)
        following = iter(found)
        every = [next(following) if tensor.requires_grad else None for tensor in ctx.inputs]
        return (None, None, None, *(None if one is None else wrap(one.clone()) for one in every))


def kernel(op: Any) -> Any:
    """For the autograd key of one operator of ``OPERATORS``."""
    plan = plan_of(op)

    def run(*args: Any, **kwargs: Any) -> Any:
        if plan.name == ATTENTION:
            _require_one_device_type(*args[:3])
            check_devices(plan, args, kwargs)
        else:
            _require_one_device(args)
        if torch._C._functorch.peek_interpreter_stack() is not None:
            return op.decompose(*args, **kwargs)  # torch.func differentiates and batches the parts
        leaves, spec = _pytree.tree_flatten((args, kwargs))
        here = [isinstance(leaf, torch.Tensor) and leaf.device.type == NAME for leaf in leaves]
        tensors = [leaf for leaf, is_here in zip(leaves, here, strict=True) if is_here]
        rest = [_OnCpu if is_here else leaf for leaf, is_here in zip(leaves, here, strict=True)]
        outputs: Any = _OnCpu.apply(op, rest, spec, *tensors)
        return outputs if len(plan.returned) > 1 else outputs[0]

    return run


def _require_one_device_type(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> None:
    if not query.device == key.device == value.device:
        raise RuntimeError(
            "Expected query, key, and value to have the same device type, but got "
            f"query.device: {query.device} key.device: {key.device} and value.device: {value.device} instead."
        )


def _require_one_device(args: tuple[Any, ...]) -> None:
    """Input, hidden states and parameters; the batch sizes of a packed sequence are the CPU's.

    Raises:
        RuntimeError: in the words of PyTorch's recurrent layers.
    """
    data = args[0]
    packed = isinstance(args[1], torch.Tensor) and args[1].dtype == torch.int64
    hidden, parameters = (args[2], args[3]) if packed else (args[1], args[2])
    hidden = hidden if isinstance(hidden, (list, tuple)) else [hidden]
    for name, tensors in (("hidden", hidden), ("parameter", parameters)):
        for tensor in tensors:
            if tensor.device != data.device:
                raise RuntimeError(
                    f"Input and {name} tensors are not at the same device, found input tensor at {data.device} "
                    f"and {name} tensor at {tensor.device}"
                )
