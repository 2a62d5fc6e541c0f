"""Networks with 2 inputs, 8 hidden units and 1 output: the student's own, found out from outside, or one in its place.

A TwoEightOne may name its parameters as it likes, turn its matrices either way, and answer with logits or with
probabilities. Where it is wrong, what builds on it is judged with a network of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Literal, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from autograder.checks import descent
from autograder.checks.assertions import CheckFailed, expect
from autograder.checks.descent import HIDDEN, Weights, draw_weights, logits
from autograder.checks.stage import Prop, Seen, module, own, perform
from autograder.checks.student import Student
from autograder.errors import StudentFault

MISUSE = {  # what a broken rule of PyTorch most likely comes from, here
    "leaf": "update_inside_graph",
    "overwritten": "update_inside_graph",
    "freed": "graph_reused",
    "no_graph": "detached_loss",
    "uninitialised": "missing_super_init",
    "no_parameters": "plain_list_of_layers",
    "target": "target_shape_or_dtype",
    "dtype": "target_shape_or_dtype",
    "range": "logits_into_bce",
}


T = TypeVar("T")


def normal(generator: torch.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Numbers around 0 with a standard deviation of 1, drawn in float64."""
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def finished(seen: Seen, name: str, causes: Mapping[str, str] = MISUSE) -> Seen:
    """``seen`` of a call that came to its end; a broken rule of PyTorch is reported with its likely cause."""
    if seen.stopped is None:
        return seen
    line, source = seen.stopped["line"], seen.stopped["source"]
    where = f" at line {line} of its cell, `{source}`" if source else ""
    cause = causes.get(seen.stopped["kind"])
    expect(False, f"`{name}` raised {seen.stopped['error']}{where}.", cause)
    return seen


def same(a: Tensor, b: Tensor, rtol: float = 1e-5) -> bool:
    """Whether two answers agree, a column counting as a row."""
    return a.numel() == b.numel() and torch.allclose(a.flatten().double(), b.double(), rtol, rtol / 10)


class Net(NamedTuple):
    """A network whose weights can be put in and read out: the student's TwoEightOne, or one in its place.

    Attributes:
        ends_in: what it answers with.
        shapes: of its parameters, by name, in their order.
        names: the parameter that holds each of W1, b1, W0, b0.
    """

    make: Callable[[list[Tensor], torch.dtype], Prop]
    units: str
    ends_in: Literal["logit", "probability"]
    shapes: dict[str, tuple[int, ...]]
    names: dict[str, str]

    def prop(self, w: Weights) -> Prop:
        """The network with the weights ``w``."""
        return self.make(arranged(w, self.shapes, self.names), w["W1"].dtype)

    def read(self, state: Mapping[str, Tensor]) -> Weights:
        """Weights from a state_dict; fails where it has other names or shapes than the network had before."""
        kept = {name: tuple(value.shape) for name, value in state.items() if name in self.shapes} == self.shapes
        expect(kept, "After the call the model's parameters have other names or shapes than before.")
        found = {role: state[name] for role, name in self.names.items()}
        turned = self.shapes[self.names["W1"]] == (2, 8)
        return {role: shaped(role, value, turned) for role, value in found.items()}


def shaped(role: str, value: Tensor, turned: bool) -> Tensor:
    """A parameter in the shape of its role; ``turned`` where the module keeps W1 as (2, 8)."""
    shape = {"W1": (8, 2), "b1": (8,), "W0": (1, 8), "b0": (1,)}[role]
    return (value.T if role == "W1" and turned else value).reshape(shape)


def arranged(w: Weights, shapes: Mapping[str, tuple[int, ...]], names: Mapping[str, str]) -> list[Tensor]:
    """Weights as a module's parameters, in the module's order and shapes."""
    roles = {name: role for role, name in names.items()}
    values = {name: w[roles[name]] for name in shapes}
    return [(v.T if shapes[name] == (2, 8) else v).reshape(shapes[name]) for name, v in values.items()]


def ways_to_place(shapes: Mapping[str, tuple[int, ...]]) -> list[dict[str, str]]:
    """Which parameter may hold W1, b1, W0 and b0; none where the sizes are not 16, 8, 8 and 1."""
    by_size = {size: [n for n, s in shapes.items() if torch.Size(s).numel() == size] for size in (16, 8, 1)}
    if len(shapes) != 4 or [len(by_size[size]) for size in (16, 8, 1)] != [1, 2, 1]:
        return []
    first, second = sorted(by_size[8], key=lambda name: len(shapes[name]))
    ends = {"W1": by_size[16][0], "b0": by_size[1][0]}
    return [ends | {"b1": first, "W0": second}, ends | {"b1": second, "W0": first}]


def own_net(state: list[Tensor] | None, dtype: torch.dtype = torch.float32) -> Prop:
    """The student's TwoEightOne with parameters in the order of its own."""
    return own("TwoEightOne", state=state, dtype=dtype)


def called(student: Student, X: Tensor, net: Prop, backward: bool = False) -> Seen:
    """What comes of calling a TwoEightOne."""
    seen = perform(student, "TwoEightOne", X, call=net, backward=backward, misuse=True)
    return finished(seen, "TwoEightOne", MISUSE | {"dtype": "wrong_dtype"})


def shapes_of(student: Student) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the parameters of the student's TwoEightOne."""
    net = own_net(None)
    return shapes_in(called(student, torch.zeros(2, 2), net), net)


def shapes_in(seen: Seen, net: Prop) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the parameters of a module that was made for a call."""
    return {name: tuple(seen.state(net)[name].shape) for name in seen.of(net)["gradients"]}


def once_an_exercise(find_out: Callable[[Student], T]) -> Callable[[Student], T]:
    """Finds something out once for all checks of an exercise, which share their calls."""
    known: WeakKeyDictionary[object, T] = WeakKeyDictionary()

    @wraps(find_out)
    def answer(student: Student) -> T:
        calls = student._calls
        if calls not in known:
            known[calls] = find_out(student)
        return known[calls]

    return answer


@once_an_exercise
def recognise(student: Student) -> Net | None:
    """The student's TwoEightOne, when it is one."""
    generator = torch.Generator().manual_seed(281)
    X, w = normal(generator, 4, 2, dtype=torch.float32), draw_weights(generator, dtype=torch.float32)
    try:
        shapes = shapes_of(student)
        for names in ways_to_place(shapes):
            got = called(student, X, own_net(arranged(w, shapes, names))).value
            for units, f in HIDDEN.items():
                z = logits(f, X, w)
                if isinstance(got, Tensor) and same(got, z, 1e-4):
                    return Net(own_net, units, "logit", shapes, names)
                if isinstance(got, Tensor) and same(got, z.sigmoid(), 1e-4):
                    return Net(own_net, units, "probability", shapes, names)
    except (StudentFault, CheckFailed):
        pass
    return None


def our_net(ends_in: Literal["logit", "probability"]) -> Net:
    """A network of ours with ReLU units and answers of shape (N,)."""
    last: list[tuple[object, ...]] = [("Sigmoid",)] if ends_in == "probability" else []
    layers = [("Linear", 2, 8), ("ReLU",), ("Linear", 8, 1), ("Flatten", 0), *last]
    shapes: dict[str, tuple[int, ...]] = {"0.weight": (8, 2), "0.bias": (8,), "2.weight": (1, 8), "2.bias": (1,)}
    names = dict(zip(descent.ROLES, shapes, strict=True))
    return Net(lambda state, dtype: module(*layers, state=state, dtype=dtype), "ReLU", ends_in, shapes, names)


def with_any_net(student: Student, judge_it: Callable[[Net], None]) -> None:
    """Judge with the student's TwoEightOne; where that is wrong, with ours of the kind that fits better."""
    net = recognise(student)
    if net is not None:
        judge_it(net)
        return
    try:
        judge_it(our_net("logit"))
    except (CheckFailed, StudentFault) as fault:
        try:
            judge_it(our_net("probability"))
        except (CheckFailed, StudentFault):
            raise fault from None
