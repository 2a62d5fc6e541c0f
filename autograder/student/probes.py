"""Small programs that a check asks for by name, for what a single call cannot tell.

A probe runs beside student code, so it may report what student code made it report: what it says about values is
checked against values computed elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.student.stage import perform, without_autograd


def gradient(namespace: dict[str, Any], name: str, *args: object, wrt: int = 0) -> torch.Tensor | None:
    """Gradient of the sum of ``name(*args)`` with respect to its argument number ``wrt``.

    Returns:
        a tensor of that argument's shape, or None when the result does not depend on it through autograd.
    """
    inputs = list(args)
    leaf = inputs[wrt]
    if not isinstance(leaf, torch.Tensor):
        raise TypeError(f"argument {wrt} is not a tensor")
    leaf = leaf.detach().clone().requires_grad_()
    inputs[wrt] = leaf
    result = namespace[name](*inputs)
    if not isinstance(result, torch.Tensor) or not result.requires_grad:
        return None
    return torch.autograd.grad(result.sum(), leaf, allow_unused=True)[0]


def by_hand(namespace: dict[str, Any], name: str, *args: object) -> object:
    """``name(*args)``, which fails where it asks PyTorch for a gradient."""
    with without_autograd():
        return namespace[name](*args)


class _Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Keeps the names of the ATen operations that run."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.add(func.name())
        return func(*args, **(kwargs or {}))


def operations(namespace: dict[str, Any], name: str, *args: object, **kwargs: object) -> list[str]:
    """Names such as ``aten::convolution`` of the operations that ``name(*args, **kwargs)`` ran, by whichever road.

    Functions of SciPy and NumPy that are written in Python are among them: ``scipy::correlate2d``.

    Source: https://docs.pytorch.org/docs/stable/notes/extending.html#extending-all-torch-api-with-modes
    """
    called: set[str] = set()

    def note(frame: FrameType, event: str, arg: object) -> None:
        library = str(frame.f_globals.get("__name__")).partition(".")[0]
        if event == "call" and library in ("scipy", "numpy"):
            called.add(f"{library}::{frame.f_code.co_name}")

    before = sys.getprofile()
    with _Operations() as seen:
        sys.setprofile(note)
        try:
            namespace[name](*args, **kwargs)
        finally:
            sys.setprofile(before)
    return sorted(seen.names | called)


PROBES: dict[str, Callable[..., object]] = {
    "gradient": gradient,
    "perform": perform,
    "by_hand": by_hand,
    "operations": operations,
}
