"""Backward passes run in the thread that asks for them.

PyTorch's autograd engine gives each device a thread, and counts devices once, at the first ``backward`` of a process: a
device registered later would find no thread, and the process would stop at an internal assertion. In the asking thread
there is nothing to count, gradients are added up in the CPU's order, and a frame of the user's is on the stack.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import graph

_run: Any = graph._engine_run_backward


def _run_here(*args: Any, **kwargs: Any) -> Any:
    with torch.autograd.set_multithreading_enabled(False):
        return _run(*args, **kwargs)


def install() -> None:
    anything: Any = torch.autograd
    anything._engine_run_backward = _run_here
    graph._engine_run_backward = _run_here
