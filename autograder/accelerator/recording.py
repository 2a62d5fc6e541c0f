"""``record``: the simulated device reports by itself; a real one is watched from PyTorch's dispatcher."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.accelerator import events, registration
from autograder.accelerator.dispatch import plan_of
from autograder.accelerator.events import Log, emit
from autograder.accelerator.traffic import emit_copy, emit_indexing, on_host


@contextmanager
def record() -> Iterator[Log]:
    """Collect the transfers and synchronizations of the block, on ``sim`` or on the real cuda, mps or xpu device.

    On a real device the block's own thread and its backward passes are watched. What has no operator of its own, such
    as waiting for a stream, is seen on ``sim`` only; ``synchronize()`` is seen everywhere.
    """
    with ExitStack() as stack:
        log = stack.enter_context(events.logged())
        if not registration.is_installed():
            watch: Any = Watch
            stack.enter_context(watch())
            for module in (torch.accelerator, torch.cuda, torch.mps, torch.xpu):
                replaced = mock.patch.object(module, "synchronize", _reporting(module.synchronize))
                stack.enter_context(replaced)
        yield log


def _reporting(synchronize: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(synchronize)
    def call(*args: Any, **kwargs: Any) -> None:
        emit("synchronize", "synchronize", blocking=True)
        synchronize(*args, **kwargs)

    return call


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Emits events for the operators that pass, whatever the accelerator."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        plan = plan_of(func)
        if plan.name == "_to_copy":
            emit_copy(args[0], result, bool(kwargs.get("non_blocking")))
        elif plan.name == "copy_":
            emit_copy(args[1], args[0], bool(args[2] if len(args) > 2 else kwargs.get("non_blocking")))
        elif not args or not isinstance(args[0], torch.Tensor) or on_host(args[0]):
            pass
        elif plan.name == "_local_scalar_dense":
            emit("synchronize", "item", args[0].element_size(), blocking=True)
        elif plan.synchronizes:
            emit("synchronize", plan.name, blocking=True)
        elif plan.indexes:
            emit_indexing(plan.name, args)
        return result
