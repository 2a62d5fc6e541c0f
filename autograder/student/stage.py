"""Builds the live objects that a check asks for, calls student code with them, and writes down what happened.

A model, an optimizer or a loader cannot cross the wire; its recipe can. :func:`perform` makes the objects from their
recipes, calls one function of the notebook with them, and reports its result, the models' state afterwards and a
journal of what PyTorch was asked to do meanwhile. The checks build the same objects with :func:`build` to compute what
is right.

Everything reported here comes from the student's own process: values are compared with an oracle's, and the journal
only helps to say what went wrong.

Source: https://docs.pytorch.org/docs/stable/notes/modules.html#module-hooks
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.forward_ad import dual_level
from torch.autograd.graph import saved_tensors_hooks
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import DataLoader, TensorDataset

from autograder import accelerator
from autograder.student.shell import CELL_FILE, exception_type, student_line

Recipe = dict[str, Any]
Entry = dict[str, Any]
MAX_ITEMS = 1000  # taken from an iterator that a call returns
MAX_ENTRIES = 4000  # of a journal, each of about ten values on the wire
MAX_NAMES = 20  # of variables, told of the line at which a call stopped

_OTHER_DEVICE = re.compile(
    r"Expected all tensors to be on the same device|should be the same$|should be the same\b.*type"
    r"|indices should be either|to have the same device type",
)
_NO_DEVICE = re.compile(
    r"not compiled with|No CUDA GPUs|no NVIDIA driver|not linked with|invalid device|Cannot re-initialize CUDA"
)

_MISUSE = {  # kinds of Seen.stopped, each with what PyTorch says
    "leaf": r"leaf Variable that requires grad",
    "no_graph": r"does not require grad and does not have a grad_fn|has no attribute 'backward'",
    "freed": r"backward through the graph a second time",
    "overwritten": r"modified by an inplace operation",
    "uninitialised": r"before Module\.__init__\(\) call|no attribute '_(modules|parameters|buffers|\w+_hooks)'",
    "no_parameters": r"empty parameter list",
    "target": r"[Tt]arget size",
    "shape": r"shapes cannot be multiplied|must match the size of tensor|size mismatch|inconsistent tensor size",
    "dtype": r"to have the same dtype|Found dtype|can't be cast to|should be the same dtype|same dtype, but got",
    "range": r"between 0 and 1",
}


def build(recipes: dict[str, Recipe], namespace: dict[str, Any], device: torch.device | None = None) -> dict[str, Any]:
    """The live objects of ``recipes``, by name; a recipe may name one before it.

    Args:
        recipes: each a dict with the key ``make`` (see ``autograder.checks.stage`` for the kinds) and its options.
        namespace: the notebook's globals, for recipes of the student's own classes.
        device: what the recipe ``device`` stands for; by default the CPU.
    """
    made: dict[str, Any] = {}
    for name, recipe in recipes.items():
        options = {key: value for key, value in recipe.items() if key != "make"}
        if recipe["make"] == "device":
            made[name] = device or torch.device("cpu")
        else:
            made[name] = _MAKERS[recipe["make"]](made, namespace, **options)
    return made


def _module(
    made: dict[str, Any], namespace: dict[str, Any], layers: list[Any], state: Any, dtype: str, training: bool
) -> nn.Module:
    parts = [getattr(nn, kind)(*arguments) for kind, *arguments in layers]
    return load_state(nn.Sequential(*parts).to(getattr(torch, dtype)), state).train(training)


def _own(
    made: dict[str, Any], namespace: dict[str, Any], name: str, args: list[Any], kwargs: dict[str, Any], state: Any,
    dtype: str, training: bool,
) -> nn.Module:  # fmt: skip
    module: nn.Module = namespace[name](*args, **kwargs)
    return load_state(module.to(getattr(torch, dtype)), state).train(training)


def load_state(module: nn.Module, state: Any) -> nn.Module:
    """Put tensors into a module: a dict by state_dict names, or a list in the order of ``parameters()``; or nothing."""
    if isinstance(state, dict):
        module.load_state_dict(state)
    elif isinstance(state, list):
        with torch.no_grad():
            for parameter, value in zip(module.parameters(), state, strict=True):
                parameter.copy_(value)
    return module


def _optimizer(made: dict[str, Any], namespace: dict[str, Any], kind: str, of: str, options: dict[str, Any]) -> Any:
    return getattr(torch.optim, kind)(made[of].parameters(), **options)


def _scheduler(made: dict[str, Any], namespace: dict[str, Any], kind: str, of: str, options: dict[str, Any]) -> Any:
    return getattr(torch.optim.lr_scheduler, kind)(made[of], **options)


def _loader(
    made: dict[str, Any], namespace: dict[str, Any], tensors: list[Tensor], options: dict[str, Any]
) -> DataLoader[Any]:
    return DataLoader(TensorDataset(*tensors), **options)


def _loss(made: dict[str, Any], namespace: dict[str, Any], kind: str, options: dict[str, Any]) -> nn.Module:
    loss: nn.Module = getattr(nn, kind)(**options)
    return loss


def _function(made: dict[str, Any], namespace: dict[str, Any], source: str) -> Any:
    return eval(source, {"torch": torch})  # a check's own text, never a student's


def _generator(made: dict[str, Any], namespace: dict[str, Any], seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _tensor(made: dict[str, Any], namespace: dict[str, Any], value: Tensor) -> Tensor:
    return value.clone()


def _global(made: dict[str, Any], namespace: dict[str, Any], name: str) -> Any:
    return namespace[name]


def _parameters(made: dict[str, Any], namespace: dict[str, Any], values: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.clone().requires_grad_() for name, value in values.items()}


def _collection(made: dict[str, Any], namespace: dict[str, Any], items: Any) -> Any:
    if isinstance(items, dict):
        return {key: made[name] for key, name in items.items()}
    return tuple(made[name] for name in items)


_MAKERS: dict[str, Callable[..., Any]] = {
    "module": _module,
    "own": _own,
    "optimizer": _optimizer,
    "scheduler": _scheduler,
    "loader": _loader,
    "loss": _loss,
    "function": _function,
    "generator": _generator,
    "global": _global,
    "tensor": _tensor,
    "parameters": _parameters,
    "collection": _collection,
}


def perform(
    namespace: dict[str, Any],
    name: str,
    recipes: dict[str, Recipe],
    args: list[dict[str, Any]],
    kwargs: dict[str, dict[str, Any]],
    world: str,
    options: dict[str, Any],
) -> dict[str, Any]:
    """Call the global ``name`` with objects made from recipes.

    Args:
        args, kwargs: each ``{"plain": value}`` or ``{"made": name of a recipe}``.
        options: ``call``: name of a recipe whose object is called in the place of the global; ``method``: a method of
            it to call; ``backward``: go backward from the sum of the result; ``keep_value``: report what the call
            returned, an iterator or loader as a list; ``autograd``: off where the call must do without; ``misuse``:
            report broken rules of PyTorch in ``stopped``, too.
        world: ``cpu``, where there is no accelerator and one that the machine has is hidden, or ``accelerator``: the
            machine's, or else the simulated one. Neither can be undone: the process must be given up afterwards.

    Returns:
        ``value``; ``made``: what is known of each object afterwards; ``journal``: what happened, in order; ``events``:
        transfers and synchronisations; ``stopped``: None, or which mistake ended the call, with which exception, on
        which line, and which local variables were tensors on the CPU there; ``made`` is then empty if the objects could
        not be made; ``device``: the type of the world's device.
    """
    device = _enter(world)
    journal = Journal()
    made: dict[str, Any] = {}
    stopped: dict[str, Any] | None = None
    value: object = None
    log: Any = None
    by_hand = nullcontext() if options.get("autograd", True) else without_autograd()
    try:
        made = build(recipes, namespace, device)
        with journal.watching(made), _record(world) as log, by_hand:
            target = made[options["call"]] if options.get("call") else namespace[name]
            target = getattr(target, options["method"]) if options.get("method") else target
            value = target(*[_resolve(made, a) for a in args], **{key: _resolve(made, a) for key, a in kwargs.items()})
            if isinstance(value, Iterable) and not isinstance(value, Tensor | nn.Module | Collection):
                value = list(itertools.islice(value, MAX_ITEMS))
            if options.get("backward") and isinstance(value, Tensor):
                value.sum().backward()  # type: ignore[no-untyped-call]
    except Exception as error:
        kind = device_fault(error) or (misuse(error) if options.get("misuse") else None)
        if kind is None:
            raise
        cell, line = student_line(error.__traceback__)
        stopped = {"kind": kind, "error": exception_type(error), "cell": cell, "line": line}
        stopped["on_cpu"] = _on_cpu(error.__traceback__)
    return {
        "value": value if options.get("keep_value", True) else None,
        "made": {key: _observe(thing) for key, thing in made.items()},
        "journal": journal.entries,
        "events": [_event(event) for event in log.events[:MAX_ENTRIES]] if log is not None else [],
        "stopped": stopped,
        "device": device.type,
    }


@contextmanager
def without_autograd() -> Iterator[None]:
    """Makes code that asks PyTorch for a gradient fail, by whichever road.

    Autograd has nothing to follow, and torch.func refuses. Both can be switched on again, and do not reach other
    threads: so the engine that goes backward refuses too. Forward mode refuses because a dual level is open already,
    and the derivatives that PyTorch calls by name, such as ``aten::sigmoid_backward``, are not run.

    Source: https://docs.pytorch.org/docs/stable/autograd.html#forward-mode-automatic-differentiation
    """
    variable: Any = torch.autograd.Variable
    engine, no_backward = variable._execution_engine, _NoBackward()  # type: ignore[no-untyped-call]
    with torch.inference_mode(), saved_tensors_hooks(_refuse, _refuse), dual_level(), no_backward:
        variable._execution_engine = _NoEngine()
        try:
            yield
        finally:
            variable._execution_engine = engine


def _refuse(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("autograd is switched off")


class _NoEngine:
    """In the place of the engine that every backward pass in Python goes through."""

    run_backward = staticmethod(_refuse)


class _NoBackward(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Refuses the operations that are derivatives of others."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return (_refuse if "_backward" in func.name() else func)(*args, **(kwargs or {}))


def device_fault(error: BaseException) -> str | None:
    """Which device mistake an exception comes from, if any.

    Returns:
        ``mismatch`` for tensors on different devices, ``numpy`` for a tensor of an accelerator given to NumPy,
        ``missing`` for a device that is not there, else None.
    """
    if not isinstance(error, RuntimeError | TypeError | AssertionError | ValueError):
        return None
    text = str(error)
    if "device type tensor to numpy" in text:
        return "numpy"
    if _OTHER_DEVICE.search(text):
        return "mismatch"
    return "missing" if _NO_DEVICE.search(text) else None


def misuse(error: BaseException) -> str | None:
    """Which rule of PyTorch an exception says was broken: a key of ``_MISUSE``, or None."""
    if not isinstance(error, RuntimeError | TypeError | ValueError | AttributeError):
        return None
    text = str(error)
    return next((kind for kind, pattern in _MISUSE.items() if re.search(pattern, text)), None)


def _on_cpu(traceback: TracebackType | None) -> list[str]:
    """Names of the local variables of the innermost frame of a notebook cell that are tensors (not scalars) there."""
    frame = None
    while traceback is not None:
        if CELL_FILE.fullmatch(traceback.tb_frame.f_code.co_filename):
            frame = traceback.tb_frame
        traceback = traceback.tb_next
    variables = frame.f_locals.items() if frame is not None else ()
    found = [name for name, thing in variables if isinstance(thing, Tensor) and thing.is_cpu and thing.dim()]
    return found[:MAX_NAMES]


def _enter(world: str) -> torch.device:
    if world == "cpu":
        _hide_accelerators()
        return torch.device("cpu")
    return _real_device() or accelerator.install(alias_cuda=True)


def _real_device() -> torch.device | None:
    if accelerator.is_installed() or not torch.accelerator.is_available():
        return None
    return torch.accelerator.current_accelerator()


def _hide_accelerators() -> None:
    """Make this process like one of a CUDA build on a machine without a GPU, whatever build and machine it is.

    That build still names an accelerator, unless it is asked for one that is available:
    https://docs.pytorch.org/docs/stable/generated/torch.accelerator.current_accelerator.html
    """
    os.environ["CUDA_VISIBLE_DEVICES"] = ""

    def current(check_available: bool = False) -> torch.device | None:
        return None if check_available else torch.device("cuda")

    stand_ins: dict[str, Any] = {
        "is_available": lambda: False,
        "device_count": lambda: 0,
        "current_accelerator": current,
    }
    for owner in (torch.cuda, torch.accelerator, torch.backends.mps, torch.mps, torch.xpu):
        for name in stand_ins.keys() & vars(owner).keys():
            setattr(owner, name, functools.wraps(getattr(owner, name))(stand_ins[name]))


def _record(world: str) -> AbstractContextManager[Any]:
    if world == "cpu":
        return nullcontext()
    return accelerator.record()


def _resolve(made: dict[str, Any], argument: dict[str, Any]) -> Any:
    return made[argument["made"]] if "made" in argument else argument["plain"]


def _event(event: Any) -> Entry:
    cell, line = _in_cell(event.file, event.line)
    return {"kind": event.kind, "op": event.op, "bytes": event.bytes, "blocking": event.blocking, "cell": cell,
            "line": line}  # fmt: skip


def _observe(thing: object) -> Any:
    if isinstance(thing, nn.Module):
        named = dict(thing.named_parameters())
        return {
            "state": {key: value.detach().cpu().clone() for key, value in thing.state_dict().items()},
            "gradients": {key: None if p.grad is None else p.grad.cpu().clone() for key, p in named.items()},
            "devices": _devices(thing),
            "training": thing.training,
        }
    if isinstance(thing, Tensor):
        return {"value": thing.detach().cpu().clone()}
    if isinstance(thing, torch.optim.Optimizer):
        return {"lr": [float(group["lr"]) for group in thing.param_groups]}
    if isinstance(thing, dict) and all(isinstance(value, Tensor) for value in thing.values()):
        return {
            "state": {key: value.detach().cpu().clone() for key, value in thing.items()},
            "gradients": {key: None if v.grad is None else v.grad.cpu().clone() for key, v in thing.items()},
            "leaves": {key: value.is_leaf for key, value in thing.items()},
        }
    return None


def _devices(module: nn.Module) -> list[str]:
    return sorted({t.device.type for t in (*module.parameters(), *module.buffers())})


class Journal:
    """What PyTorch was asked to do, in order, and on which line of the notebook.

    Every entry has ``what``, ``cell`` and ``line``; ``cell`` is -1 where no line of the notebook asked for it. Kinds:
    ``forward`` of the models that were made (``name``, ``training``, ``grad``; ``size``, ``bytes`` and ``device`` of
    the input; ``on``: the devices of the model), ``loss`` (``devices`` and ``bytes`` of the inputs; ``grad``: one of
    them needs a gradient), ``zero_grad``, ``backward``, ``step`` of any optimizer, ``scheduler_step``.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, what: str, **details: object) -> None:
        if len(self.entries) < MAX_ENTRIES:
            cell, line = calling_line()
            self.entries.append({"what": what, "cell": cell, "line": line, **details})

    @contextmanager
    def watching(self, made: dict[str, Any]) -> Iterator[None]:
        """Writes down until the end of the block."""
        hooks = [register_optimizer_step_post_hook(lambda *_: self.add("step"))]
        for name, thing in made.items():
            if isinstance(thing, nn.modules.loss._Loss):
                hooks.append(thing.register_forward_pre_hook(self._on_loss))
            elif isinstance(thing, nn.Module):
                hooks.append(thing.register_forward_pre_hook(self._on_forward(name), with_kwargs=True))
            elif isinstance(thing, torch.optim.lr_scheduler.LRScheduler):
                thing.step = self._noted("scheduler_step", thing.step)  # type: ignore[method-assign]
        places: list[tuple[Any, str, str]] = [
            (torch.optim.Optimizer, "zero_grad", "zero_grad"),
            (nn.Module, "zero_grad", "zero_grad"),
            (torch.autograd, "backward", "backward"),
        ]
        before = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in places]
        for owner, attribute, what in places:
            setattr(owner, attribute, self._noted(what, getattr(owner, attribute)))
        try:
            yield
        finally:
            for owner, attribute, original in before:
                setattr(owner, attribute, original)
            for hook in hooks:
                hook.remove()

    def _noted(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **kwargs: Any) -> Any:
            self.add(what)
            return function(*args, **kwargs)

        return noted

    def _on_forward(self, name: str) -> Callable[..., None]:
        def forward(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            inputs = [a for a in (*args, *kwargs.values()) if isinstance(a, Tensor)]
            size = len(inputs[0]) if inputs and inputs[0].dim() else 0
            where = inputs[0].device.type if inputs else ""
            self.add(
                "forward", name=name, training=module.training, grad=torch.is_grad_enabled(), size=size, device=where,
                bytes=inputs[0].nbytes if inputs else 0, on=_devices(module),
            )  # fmt: skip

        return forward

    def _on_loss(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        tensors = [a for a in args if isinstance(a, Tensor)]
        self.add(
            "loss", devices=[t.device.type for t in tensors], bytes=[t.nbytes for t in tensors],
            grad=any(t.requires_grad for t in tensors),
        )  # fmt: skip


def calling_line() -> tuple[int, int]:
    """(cell index, line from 1) of the innermost running frame of a notebook cell; (-1, 0) where there is none."""
    frame = sys._getframe(1)
    while frame is not None:
        where = _in_cell(frame.f_code.co_filename, frame.f_lineno)
        if where[0] >= 0:
            return where
        frame = frame.f_back  # type: ignore[assignment]
    return -1, 0


def _in_cell(file: str, line: int) -> tuple[int, int]:
    match = CELL_FILE.fullmatch(file)
    return (int(match[1]), line) if match else (-1, 0)
