"""What checks of training code are written with: recipes of live objects, and what came of a call with them.

::

    model = module(("Linear", 4, 8), ("ReLU",), ("Linear", 8, 3), state=weights)
    seen = perform(student, "train_epoch", model, loader([X, y], batch_size=4), optimizer("SGD", model, lr=0.1),
                   loss("CrossEntropyLoss"), DEVICE)
    compare(seen.value, expected)
    compare(seen.state(model), state_after)

The objects are made in the student's process (see ``autograder.student.stage``); :func:`build` makes the same ones
here, for an oracle or for a known mistake to work on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from torch import Tensor

from autograder.checks import report
from autograder.checks.student import Student
from autograder.errors import StudentNotPlain
from autograder.student import stage

State = Mapping[str, Tensor] | Sequence[Tensor] | None
World = Literal["cpu", "accelerator"]


class Prop:
    """A recipe; compared by identity, so that the same object can be named twice. Made with the functions below."""

    def __init__(self, make: str, needs: Mapping[str, Prop] | None = None, **options: Any) -> None:
        self.recipe = {"make": make, **options}
        self.needs = dict(needs or {})


def module(
    *layers: tuple[Any, ...], state: State = None, dtype: torch.dtype = torch.float32, training: bool = True
) -> Prop:
    """A ``torch.nn.Sequential``; a layer is the name of its class in ``torch.nn`` and its arguments.

    Args:
        state: tensors by state_dict name, or in the order of ``parameters()``; by default as initialised.
        training: the mode it is handed over in; off is evaluation mode.
    """
    parts = [list(layer) for layer in layers]
    return Prop("module", layers=parts, state=_plain(state), dtype=_name(dtype), training=training)


def own(
    name: str, *args: Any, state: State = None, dtype: torch.dtype = torch.float32, training: bool = True, **kwargs: Any
) -> Prop:
    """An instance of the notebook's own module class ``name``; state, dtype and training are those of ``module``."""
    options = {"args": list(args), "kwargs": kwargs, "state": _plain(state), "dtype": _name(dtype)}
    return Prop("own", name=name, training=training, **options)


def optimizer(kind: str, of: Prop, **options: Any) -> Prop:
    """An optimizer of ``torch.optim`` for all parameters of the model ``of``."""
    return Prop("optimizer", {"of": of}, kind=kind, options=options)


def scheduler(kind: str, of: Prop, **options: Any) -> Prop:
    """A scheduler of ``torch.optim.lr_scheduler`` for the optimizer ``of``."""
    return Prop("scheduler", {"of": of}, kind=kind, options=options)


def loader(tensors: Sequence[Tensor], **options: Any) -> Prop:
    """A ``DataLoader`` over a ``TensorDataset``; options as of DataLoader."""
    return Prop("loader", tensors=list(tensors), options=options)


def loss(kind: str, **options: Any) -> Prop:
    """A loss module of ``torch.nn``."""
    return Prop("loss", kind=kind, options=options)


def function(source: str) -> Prop:
    """A Python expression for a function, in which ``torch`` is known: ``"lambda x: (x**2).sum()"``."""
    return Prop("function", source=source)


def generator_of(seed: int) -> Prop:
    """A ``torch.Generator`` with that seed."""
    return Prop("generator", seed=seed)


def parameters(**values: Tensor) -> Prop:
    """A dict of leaf tensors that require gradients."""
    return Prop("parameters", values=values)


def tensor(value: Tensor) -> Prop:
    """A tensor whose values after the call are of interest: ``seen.of(prop)["value"]``."""
    return Prop("tensor", value=value)


def named(name: str) -> Prop:
    """The notebook's own global ``name``, such as a class to be passed on."""
    return Prop("global", name=name)


def collection(items: Sequence[Prop] | Mapping[str, Prop]) -> Prop:
    """A tuple, or a dict, of other objects."""
    if isinstance(items, Mapping):
        return Prop("collection", {f"items/{key}": prop for key, prop in items.items()}, kind="dict")
    return Prop("collection", {f"items/{i}": prop for i, prop in enumerate(items)}, kind="tuple")


DEVICE = Prop("device")  # torch.device of the world that the call runs in
CPU = function("torch.device('cpu')")


class Seen:
    """What came of a call.

    Attributes:
        value: what it returned, as plain data.
        journal: dicts with ``what``, ``source`` (the student's line, "" where there is none) and details: see
            ``autograder.student.stage.Journal``.
        events: transfers and synchronisations of the accelerator, dicts with ``kind`` (``host_to_device``,
            ``device_to_host``, ``synchronize``), ``op``, ``bytes``, ``blocking`` and ``source``.
        stopped: None, or a dict with ``kind`` (``mismatch``: tensors on different devices; ``numpy``: NumPy was given a
            tensor of an accelerator; ``missing``: a device that is not there; with ``misuse`` also the keys of
            ``autograder.student.stage._MISUSE``), ``error`` (the name of the exception's class), ``line``, ``source``
            and ``on_cpu`` (names of that line's variables that are tensors on the CPU).
        device: type of the device that DEVICE stood for.
    """

    def __init__(self, given: object, names: dict[Prop, str], student: Student, name: str, world: World) -> None:
        told = report.read(given, name, world)
        self.value: Any = told["value"]
        self._name = name
        made = told["made"]
        self._made = {prop: report.observed(made.get(key), prop.recipe["make"], name) for prop, key in names.items()}
        self.journal = [_with_source(entry, student) for entry in told["journal"]]
        self.events = [_with_source(entry, student) for entry in told["events"]]
        self.stopped = _with_source(told["stopped"], student) if told["stopped"] else None
        if self.stopped:
            words = set(re.findall(r"\w+", self.stopped["source"]))
            self.stopped["on_cpu"] = [variable for variable in self.stopped["on_cpu"] if variable in words]
        self.device = told["device"]

    def of(self, prop: Prop) -> dict[str, Any]:
        """What is known of an object afterwards.

        Returns:
            of a module ``state``, ``gradients``, ``devices`` and ``training``; of a dict of tensors ``state``,
            ``gradients`` and ``leaves``; of a tensor ``value``; of an optimizer ``lr``.

        Raises:
            StudentNotPlain: it was not made, or is not that any more.
        """
        known = self._made[prop]
        if known is None and prop.recipe["make"] == "own":
            raise StudentNotPlain(f"`{prop.recipe['name']}` does not make a torch.nn.Module.")
        if known is None:
            raise StudentNotPlain(f"`{self._name}` puts something else in the place of tensors that it is given.")
        return known

    def state(self, prop: Prop) -> dict[str, Tensor]:
        """A module's state_dict after the call."""
        state: dict[str, Tensor] = self.of(prop)["state"]
        return state

    def happened(self, what: str) -> list[dict[str, Any]]:
        """The journal's entries of one kind."""
        return [entry for entry in self.journal if entry["what"] == what]


def perform(
    student: Student,
    name: str,
    *args: Any,
    call: Prop | None = None,
    method: str = "",
    backward: bool = False,
    world: World = "cpu",
    keep_value: bool = True,
    autograd: bool = True,
    misuse: bool = False,
    **kwargs: Any,
) -> Seen:
    """Call the notebook's function ``name``; arguments are plain values and Props.

    ``perform(student, "Net", X, call=own("Net", 4))`` makes a Net and calls it with X.

    Args:
        call: an object to call in the place of the function; ``name`` then only stands in messages.
        method: a method of it, or of the class ``name``, to call.
        backward: go backward from the sum of the result, so that the gradients can be looked at.
        world: ``cpu``, without an accelerator, or ``accelerator``: the machine's or the simulated one. The call runs in
            a process of its own, but for a live kernel's own accelerator.
        keep_value: report what is returned; off where that is not plain, such as a module.
        autograd: off makes code that asks PyTorch for a gradient fail, where it is to be worked out by hand.
        misuse: report an exception that names a broken rule of PyTorch in ``stopped``, in the place of raising it.

    Raises:
        StudentFault: the call ended in an exception that is not reported in ``stopped``, or gave no plain value; or
            what is reported of it is not a report.
    """
    names, recipes = _recipes([call, *args, *kwargs.values()])
    options = {"call": names[call] if call else "", "method": method, "backward": backward}
    options |= {"keep_value": keep_value, "autograd": autograd, "misuse": misuse}
    packed = [_packed(argument, names) for argument in args]
    by_key = {key: _packed(argument, names) for key, argument in kwargs.items()}
    with student.apart(world) as other:
        given = other.probe("perform", name, recipes, packed, by_key, world, options)
    return Seen(given, names, student, name, world)


def build(*props: Prop) -> list[Any]:
    """The live objects of ``props`` in this process, on the CPU; what two of them share is made once."""
    names, recipes = _recipes(list(props))
    made = stage.build(recipes, {})
    return [made[names[prop]] for prop in props]


def _recipes(arguments: Sequence[Any]) -> tuple[dict[Prop, str], dict[str, dict[str, Any]]]:
    names: dict[Prop, str] = {}
    recipes: dict[str, dict[str, Any]] = {}

    def visit(prop: Prop) -> None:
        if prop in names:
            return
        for need in prop.needs.values():
            visit(need)
        names[prop] = f"{prop.recipe['make']}{len(names)}"
        recipes[names[prop]] = _recipe(prop, names)

    for argument in arguments:
        if isinstance(argument, Prop):
            visit(argument)
    return names, recipes


def _recipe(prop: Prop, names: dict[Prop, str]) -> dict[str, Any]:
    if prop.recipe["make"] != "collection":
        return prop.recipe | {key: names[need] for key, need in prop.needs.items()}
    items = {key.removeprefix("items/"): names[need] for key, need in prop.needs.items()}
    return {"make": "collection", "items": items if prop.recipe["kind"] == "dict" else list(items.values())}


def _packed(argument: Any, names: dict[Prop, str]) -> dict[str, Any]:
    return {"made": names[argument]} if isinstance(argument, Prop) else {"plain": argument}


def _with_source(entry: Mapping[str, Any], student: Student) -> dict[str, Any]:
    line, source = student.line_of(entry["cell"], entry["line"])
    return {**entry, "line": line, "source": source}


def _plain(state: State) -> Any:
    return dict(state) if isinstance(state, Mapping) else None if state is None else list(state)


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
