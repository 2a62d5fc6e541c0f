"""The report of a call with live objects, held against what ``autograder.student.stage.perform`` writes.

A report comes from the student's process, where code may have replaced what writes it: it can be any plain data. It is
looked at once, here, so that a check may rely on the keys and types in it, though not on what they say.
"""

from __future__ import annotations

from typing import Any, TypedDict, TypeVar

import msgspec
from torch import Tensor

from autograder.errors import StudentNotPlain
from autograder.sandbox.session import exception_name
from autograder.student.stage import MAX_ENTRIES

T = TypeVar("T")


class Happened(TypedDict):
    """Any entry of a journal."""

    what: str
    cell: int
    line: int


class Forward(Happened):
    """A forward pass of a model."""

    name: str
    training: bool
    grad: bool
    size: int
    bytes: int
    device: str
    on: list[str]


class Loss(Happened):
    """A call of a loss module."""

    devices: list[str]
    bytes: list[int]
    grad: bool


class Event(TypedDict):
    """A transfer or a synchronisation of the accelerator."""

    kind: str
    op: str
    bytes: int
    blocking: bool
    cell: int
    line: int


class Stopped(TypedDict):
    """How a call ended too early."""

    kind: str
    error: str
    cell: int
    line: int
    on_cpu: list[str]


class Report(TypedDict):
    """What ``perform`` gives."""

    value: Any
    made: dict[str, Any]
    journal: list[dict[str, Any]]
    events: list[Event]
    stopped: Stopped | None
    device: str


class Tensors(TypedDict):
    """A dict of tensors after the call."""

    state: dict[str, Tensor]
    gradients: dict[str, Tensor | None]
    leaves: dict[str, bool]


class Module(TypedDict):
    """A module after the call."""

    state: dict[str, Tensor]
    gradients: dict[str, Tensor | None]
    devices: list[str]
    training: bool


class Value(TypedDict):
    """A tensor after the call."""

    value: Tensor


class Rates(TypedDict):
    """An optimizer after the call."""

    lr: list[float]


_ENTRIES: dict[str, Any] = {"forward": Forward, "loss": Loss}
_OBSERVED: dict[str, Any] = {
    "module": Module,
    "own": Module,
    "parameters": Tensors,
    "collection": Tensors,
    "tensor": Value,
    "optimizer": Rates,
}


def read(given: object, name: str, world: str) -> Report:
    """A report of a call of ``name`` in ``world``; ``made`` is left for :func:`observed`.

    Raises:
        StudentNotPlain: it is not one.
    """
    report: Report = _as(Report, given, name)
    report["journal"] = [_entry(entry, name) for entry in report["journal"]]
    if len(report["journal"]) > MAX_ENTRIES or len(report["events"]) > MAX_ENTRIES:
        raise _nonsense(name)
    if (report["device"] == "cpu") != (world == "cpu"):
        raise _nonsense(name)
    if report["stopped"] is not None:
        report["stopped"]["error"] = exception_name(report["stopped"]["error"])
    return report


def observed(given: object, make: str, name: str) -> dict[str, Any] | None:
    """What is told of an object that was made by the recipe ``make``; None where nothing is.

    Raises:
        StudentNotPlain: it is not what can be told of such an object.
    """
    if given is None or make not in _OBSERVED:
        return None
    known: dict[str, Any] = _as(_OBSERVED[make], given, name)
    state = known.get("state", {})
    for key, gradient in known.get("gradients", {}).items():
        if key not in state or (gradient is not None and gradient.shape != state[key].shape):
            raise _nonsense(name)
    return known


def _entry(given: dict[str, Any], name: str) -> dict[str, Any]:
    kind: Any = _ENTRIES.get(_as(Happened, given, name)["what"], Happened)
    entry: dict[str, Any] = _as(kind, given, name)
    if kind is Loss and len(entry["devices"]) != len(entry["bytes"]):
        raise _nonsense(name)
    return entry


def _as(kind: type[T], given: object, name: str) -> T:
    try:
        return msgspec.convert(given, kind)
    except (msgspec.ValidationError, RecursionError):
        raise _nonsense(name) from None


def _nonsense(name: str) -> StudentNotPlain:
    return StudentNotPlain(f"What the process of `{name}` reports of the call makes no sense.")
