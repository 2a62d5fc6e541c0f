"""Checks of 05_pytorch: one network on three levels, judged by its answers and by a few steps from given weights.

What is free is found out: the hidden units' activation, whether a module answers with logits or with probabilities, and
where it keeps its weights. Where a function that an exercise builds on is wrong, a right one takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks import descent, stage
from autograder.checks.assertions import CheckFailed, blame, compare, describe, expect
from autograder.checks.descent import HIDDEN, OTHER_HIDDEN, Weights, draw_weights, logits
from autograder.checks.stage import Seen, function, named, parameters, perform
from autograder.checks.student import Student
from autograder.checks.two_eight_one import (
    MISUSE,
    Net,
    arranged,
    called,
    finished,
    normal,
    once_an_exercise,
    own_net,
    recognise,
    same,
    shaped,
    shapes_in,
    shapes_of,
    ways_to_place,
    with_any_net,
)
from autograder.errors import StudentFault, StudentRaised
from autograder.wire import printable

KEPT = {"list": "plain_list_of_layers", "tuple": "plain_list_of_layers", "dict": "plain_list_of_layers"}
KEPT |= {"Tensor": "tensor_not_parameter"}
UNITS = "ReLU, tanh or sigmoid"
Rivals = list[tuple[str, Tensor]]


def batch(generator: torch.Generator, samples: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """Samples (N, 2), and labels (N,) int64 of which the first two are 0 and 1 and most are 1."""
    y = (torch.rand(samples, generator=generator) < 0.7).long()
    y[:2] = torch.tensor([0, 1])[:samples]
    return normal(generator, samples, 2, dtype=dtype), y


def reaching_far(X: Tensor, w: Weights) -> tuple[Tensor, Weights]:
    """The same, but a sample that takes one hidden unit to 9 and more, as a unit with an upper bound would not go.

    The weights of the output are small, so that its sigmoid tells large answers apart.
    """
    X, row = X.clone(), w["W1"][0]
    X[1] = (9 + w["b1"][0].abs()) * row / row.square().sum()
    return X, w | {"W0": w["W0"] / 4}


def tensor(got: object, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """The answer, which must be a finite tensor of that shape and dtype."""
    wanted = f"expected a tensor of shape {shape} and dtype {dtype}"
    if not isinstance(got, Tensor):
        raise CheckFailed(f"The answer is {describe(got)}, {wanted}.")
    column = got.shape == (*shape, 1)
    lost = got.shape == () and shape == (1,)
    cause = "column_output" if column else "batch_axis_lost" if lost else None
    expect(got.shape == shape, f"The answer is {describe(got)}, {wanted}.", cause)
    expect(got.dtype == dtype, f"The answer is {describe(got)}, {wanted}.", "wrong_dtype")
    expect(bool(got.isfinite().all()), "The answer holds numbers that are not finite.")
    return got


def mistaken_networks(X: Tensor, w: Weights) -> Iterator[tuple[str, Tensor]]:
    """(misconception, answer) of networks that are not the one asked for; logits and probabilities."""
    yield from _both("hidden_activation_missing", logits(lambda h: h, X, w))
    for other in OTHER_HIDDEN:
        yield from _both("other_activation", logits(other, X, w))
    for f in HIDDEN.values():
        z = logits(f, X, w)
        yield "returns_tanh", z.tanh()
        yield from ((key, value) for g in (torch.relu, torch.tanh) for key, value in _both("output_squashed", g(z)))
        for zeroed in (("b1",), ("b0",), ("b1", "b0")):
            yield from _both("bias_forgotten", logits(f, X, w | {name: 0 * w[name] for name in zeroed}))
        yield from _both("sign_error", -z)
        yield "double_softmax", z.sigmoid().sigmoid()
        late = F.linear(f(F.linear(X, w["W1"])) + w["b1"], w["W0"], w["b0"])[:, 0]
        yield from _both("bias_after_activation", late)
        if len(w["b1"]) == X.shape[1]:
            yield from _both("weight_not_transposed", logits(f, X, w | {"W1": w["W1"].T}))
    yield "softmax_over_one", torch.ones(len(X))


def _both(key: str, z: Tensor) -> Rivals:
    return [(key, z), (key, z.sigmoid())]


def judge(answers: list[Tensor], rights: Mapping[str, Tensor], wrongs: Iterator[tuple[str, Tensor]]) -> None:
    """Fails unless one of the answers, the readings of one call, is one of ``rights``, by the name of its units."""
    rtol = 1e-4 if answers[0].dtype == torch.float32 else 1e-5
    if any(same(got, right, rtol) for got in answers for right in rights.values()):
        return
    listed = ", ".join(f"{float(right[0]):.5g} with {units}" for units, right in rights.items())
    said = f"For the first sample the answer is {float(answers[0].flatten()[0]):.5g}, expected {listed}."
    for key, wrong in wrongs:
        expect(not any(same(got, wrong, rtol) for got in answers), said, key)
    raise CheckFailed(said)


@pytest.mark.exercise("forward_tensor")
class TestForwardTensor:
    CAUSES = MISUSE | {"shape": "weight_not_transposed", "dtype": "wrong_dtype"}

    def answer(self, student: Student, X: Tensor, w: Weights) -> Tensor:
        """The student's probabilities (N,)."""
        seen = finished(perform(student, "forward_tensor", X, w, misuse=True), "forward_tensor", self.CAUSES)
        return tensor(seen.value, (len(X),), X.dtype)

    def judged(self, student: Student, X: Tensor, w: Weights) -> None:
        """Fails unless the probabilities are those of the formula."""
        z = {units: logits(f, X, w) for units, f in HIDDEN.items()}
        plain = (("missing_nonlinearity", value) for value in z.values())
        wrongs = (pair for pairs in (plain, mistaken_networks(X, w)) for pair in pairs)
        judge([self.answer(student, X, w)], {units: value.sigmoid() for units, value in z.items()}, wrongs)

    @pytest.mark.check(points=1)
    def test_gives_one_number_a_sample(self, student: Student, generator: torch.Generator) -> None:
        """Samples (N, D) give a tensor of shape (N,), for D and H of any size; float32 stays float32."""
        for samples, inputs, units in ((5, 2, 8), (4, 3, 6)):
            w = draw_weights(generator, inputs, units, torch.float32)
            self.answer(student, normal(generator, samples, inputs, dtype=torch.float32), w)

    @pytest.mark.check(points=1.5, needs="gives_one_number_a_sample")
    def test_follows_the_formula(self, student: Student, generator: torch.Generator) -> None:
        """The answer is g(W0 f(W1 x + b1) + b0), with f one of ReLU, tanh and sigmoid, and g the sigmoid."""
        for samples, inputs, units in ((6, 2, 8), (5, 3, 3)):
            w = draw_weights(generator, inputs, units, torch.float32)
            X = normal(generator, samples, inputs, dtype=torch.float32)
            self.judged(student, X, w)
            self.judged(student, *reaching_far(X, w))

    @pytest.mark.check(points=0.5, needs="follows_the_formula")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """A single sample gives a tensor of shape (1,)."""
        self.judged(student, normal(generator, 1, 2, dtype=torch.float32), draw_weights(generator, dtype=torch.float32))

    @pytest.mark.check(points=1, needs="follows_the_formula")
    def test_keeps_float64_and_its_arguments(self, student: Student, generator: torch.Generator) -> None:
        """float64 stays float64, and X and the parameters stay as they were."""
        X, w = normal(generator, 4, 2), draw_weights(generator)
        self.judged(student, X, w)
        args = student.call("forward_tensor", X, w).args
        kept = args[1] if isinstance(args[1], dict) else {}
        for name, after, before in (("X", args[0], X), *((role, kept.get(role), w[role]) for role in w)):
            same_as_before = isinstance(after, Tensor) and torch.equal(after, before)
            expect(same_as_before, f"`{name}` is not as it was before the call.", "mutates_input")

    @pytest.mark.check(points=1, needs="follows_the_formula")
    def test_lets_gradients_through(self, student: Student, generator: torch.Generator) -> None:
        """Going backward from the answer gives every parameter its gradient."""
        X, w = normal(generator, 4, 2, dtype=torch.float32), draw_weights(generator, dtype=torch.float32)
        leaves = parameters(**w)
        seen = perform(student, "forward_tensor", X, leaves, backward=True, misuse=True)
        got = finished(seen, "forward_tensor", self.CAUSES).of(leaves)["gradients"]
        judge_gradients(got, {units: gradients(f, X, w)[1] for units, f in HIDDEN.items()})


def gradients(hidden: descent.Activation, X: Tensor, w: Weights) -> tuple[Weights, Weights]:
    """Gradients of the sum of the logits and of the sum of the probabilities, by the weights."""
    leaves = {role: value.clone().requires_grad_() for role, value in w.items()}
    z = logits(hidden, X, leaves)
    by_logit, by_p = (torch.autograd.grad(v.sum(), list(leaves.values()), retain_graph=True) for v in (z, z.sigmoid()))
    return dict(zip(leaves, by_logit, strict=True)), dict(zip(leaves, by_p, strict=True))


def judge_gradients(got: Mapping[str, Tensor | None], rights: Mapping[str, Weights]) -> None:
    """Fails unless every parameter has a gradient, and together they are one of ``rights``."""
    expect(got.keys() == set(descent.ROLES), "After the call the dict holds other parameters than before.")
    for role, value in got.items():
        expect(value is not None, f"No gradient reaches `{role}`.", "detached_loss")
    some = {role: value for role, value in got.items() if value is not None}
    if not any(descent.agree(some, right, 1e-4, 1e-6) for right in rights.values()):
        for role, value in some.items():
            zero = not bool(value.any()) and any(bool(right[role].any()) for right in rights.values())
            expect(not zero, f"The gradient of `{role}` is 0.", "detached_loss")
        raise CheckFailed(f"The gradients are not those of a network with {UNITS} units.")


ONE_BY_ONE = function("lambda step, params, X, y, lr, steps: [step(params, X, y, lr) for _ in range(steps)]")
LEAVES = function(
    "lambda step, params, X, y, lr: (step(params, X, y, lr),"
    " {name: p.is_leaf and p.requires_grad for name, p in params.items()})[1]"
)
WITH_OURS = function(  # the student's step with another forward_tensor; its own globals stay as they are
    "lambda step, forward, params, X, y, lr, steps: (lambda own: [own(params, X, y, lr) for _ in range(steps)])("
    " type(lambda: 0)(step.__code__, {**step.__globals__, 'forward_tensor': forward}, step.__name__,"
    " step.__defaults__, step.__closure__))"
)
OUR_FORWARD = function(
    "lambda X, params: torch.sigmoid((torch.relu(X @ params['W1'].T + params['b1']) @ params['W0'].T"
    " + params['b0'])[:, 0])"
)


@once_an_exercise
def has_forward(student: Student) -> bool:
    """Whether the notebook's forward_tensor is right."""
    generator = torch.Generator().manual_seed(281)
    X, w = normal(generator, 3, 2, dtype=torch.float32), draw_weights(generator, dtype=torch.float32)
    leaves = parameters(**w)
    try:
        seen = perform(student, "forward_tensor", X, leaves, backward=True)
        got, moved = seen.value, seen.of(leaves)["gradients"]
    except StudentFault:
        return False
    right = isinstance(got, Tensor) and got.shape == (3,)
    return (
        right
        and all(g is not None for g in moved.values())
        and any(same(got, logits(f, X, w).sigmoid(), 1e-4) for f in HIDDEN.values())
    )


class Walk(NamedTuple):
    """Steps that were taken from given weights, a model's or a dict's: where they started, and what came of them."""

    start: Weights
    X: Tensor
    y: Tensor
    lr: float
    steps: int
    seen: Seen
    losses: list[object]
    weights: dict[str, Tensor]
    names: dict[str, str]
    of_model: bool


def judge_first_loss(walk: Walk, units: list[str]) -> None:
    """Fails unless the first loss is the mean binary cross-entropy at the start."""
    expect(len(walk.losses) > 0, "The list of losses is empty.")
    got = walk.losses[0]
    value = as_float(got)
    y, rtol = walk.y.to(walk.X.dtype), 1e-5 if walk.X.dtype == torch.float64 else 1e-4
    rights = [descend_right(walk, name, 2).losses for name in units]
    if any(abs(value - float(right[0])) <= rtol * abs(float(right[0])) for right in rights):
        return
    said = f"The first loss is {describe(got)}, expected {float(rights[0][0]):.6g} (with {units[0]} units)."
    for name, right in zip(units, rights, strict=True):
        wrongs = [*descent.wrong_losses(HIDDEN[name], walk.start, walk.X, y), ("loss_after_the_step", right[1])]
        for key, wrong in wrongs:
            expect(not torch.allclose(torch.tensor(value).double(), wrong.double(), rtol, equal_nan=True), said, key)
    expect(not walk.of_model or not passed_over(walk.seen), said, "reinitialises_model")
    raise CheckFailed(said)


def as_float(value: object) -> float:
    """A number, or the number of a tensor of one element; nan for anything else."""
    if isinstance(value, int | float):
        return float(value)
    one_number = isinstance(value, Tensor) and value.numel() == 1 and value.is_floating_point()
    return float(value) if isinstance(value, Tensor) and one_number else float("nan")


def descend_right(walk: Walk, units: str, steps: int | None = None) -> descent.Path:
    """The right path for a walk."""
    y = walk.y.to(walk.X.dtype)
    return descent.descend(HIDDEN[units], walk.start, walk.X, y, walk.lr, steps or walk.steps)


def judge_weights(walk: Walk, units: list[str]) -> None:
    """Fails unless the weights at the end are those of plain gradient descent."""
    rtol, atol = (1e-5, 5e-6) if walk.X.dtype == torch.float64 else (1e-3, 1e-5)
    rights = [descend_right(walk, name).weights for name in units]
    if any(descent.agree(walk.weights, right, rtol, atol) for right in rights):
        return
    role = next(r for r in descent.ROLES if not descent.agree({r: walk.weights[r]}, {r: rights[0][r]}, rtol, atol))
    key = None if untouched(walk) else cause(walk, units, rtol, atol)
    key = why_untouched(walk.seen) if untouched(walk) else key
    steps = "1 step" if walk.steps == 1 else f"{walk.steps} steps"
    rivals = {key: walk.weights[role]} if key else {}
    what = f"after {steps} at lr = {walk.lr:g}, `{printable(walk.names[role], 40)}`"
    compare(walk.weights[role], rights[0][role], rivals=rivals, what=what, rtol=rtol, atol=atol, dtype=None)


def cause(walk: Walk, units: list[str], rtol: float, atol: float) -> str | None:
    """The known mistake that leads to the weights at the end."""
    y = walk.y.to(walk.X.dtype)
    for name in units:
        right = descend_right(walk, name).weights
        for key, path in descent.wrong_paths(HIDDEN[name], walk.start, walk.X, y, walk.lr, walk.steps):
            telling = not descent.agree(path.weights, right, rtol, atol)
            if telling and descent.agree(walk.weights, path.weights, rtol, atol):
                return key
    return None


def untouched(walk: Walk) -> bool:
    """Whether the weights are still those of the start."""
    return descent.agree(walk.weights, walk.start, 1e-7, 0.0)


def passed_over(seen: Seen) -> bool:
    """Whether the model that was passed in answered nothing."""
    return not seen.happened("forward")


def why_untouched(seen: Seen) -> str:
    """Which mistake left the weights as they were, as far as the journal tells."""
    order = [entry["what"] for entry in seen.journal if entry["what"] in ("zero_grad", "backward", "step")]
    if ("zero_grad", "step") in pairwise(order):
        return "gradients_erased"
    return "nothing_updated"


@pytest.mark.exercise("autograd_step")
class TestAutogradStep:
    def walk(
        self,
        student: Student,
        generator: torch.Generator,
        steps: int,
        lr: float,
        samples: int = 2,
        dtype: str = "float64",
        floats: bool = False,
    ) -> Walk:
        """What ``steps`` calls do, with labels int64 or ``floats``; in float32 where the code refuses float64."""
        precision = getattr(torch, dtype)
        (X, y), w = batch(generator, samples, precision), draw_weights(generator, dtype=precision)
        y = y.to(precision) if floats else y
        leaves, name = parameters(**w), "autograd_step"
        if has_forward(student):
            seen = perform(student, name, named(name), leaves, X, y, lr, steps, call=ONE_BY_ONE, misuse=True)
        else:
            ours = (named(name), OUR_FORWARD, leaves)
            seen = perform(student, name, *ours, X, y, lr, steps, call=WITH_OURS, misuse=True)
        if seen.stopped and seen.stopped["kind"] == "dtype" and dtype == "float64":
            return self.walk(student, generator, steps, lr, samples, "float32", floats)
        after = finished(seen, name).of(leaves)["state"]
        compare(dict.fromkeys(after), dict.fromkeys(w), what="the dict of parameters")
        for role, value in after.items():
            expect(value.shape == w[role].shape, f"`{role}` has shape {tuple(value.shape)} afterwards.")
        losses = seen.value
        each = isinstance(losses, list) and len(losses) == steps
        expect(each, f"{steps} calls gave {describe(losses)}, expected a loss from each.")
        return Walk(w, X, y, lr, steps, seen, losses, after, {role: role for role in w}, of_model=False)

    @pytest.mark.check(points=1.5)
    def test_returns_the_loss_before_the_step(self, student: Student, generator: torch.Generator) -> None:
        """The answer is the mean binary cross-entropy before the step, over both labels."""
        judge_first_loss(self.walk(student, generator, 1, 0.5, samples=4), list(HIDDEN))

    @pytest.mark.check(points=0.5, needs="returns_the_loss_before_the_step")
    def test_returns_a_float(self, student: Student, generator: torch.Generator) -> None:
        """The loss is a Python float, also where the labels are floating numbers."""
        with blame("target_shape_or_dtype", StudentRaised):
            (loss,) = self.walk(student, generator, 1, 0.1, floats=True).losses
        expect(type(loss) is float, f"The loss is {describe(loss)}, expected a Python float.", "wrong_dtype")

    @pytest.mark.check(points=2)
    def test_goes_down_the_slope(self, student: Student, generator: torch.Generator) -> None:
        """One step from given weights ends where gradient descent does: each weight minus lr times its gradient."""
        judge_weights(self.walk(student, generator, 1, 0.5, samples=3), list(HIDDEN))
        judge_weights(self.walk(student, generator, 1, 0.05, samples=5), list(HIDDEN))

    @pytest.mark.check(points=1)
    def test_leaves_leaves_behind(self, student: Student, generator: torch.Generator) -> None:
        """Afterwards the parameters are leaves that require gradients: the update was not recorded."""
        leaves, (X, y) = parameters(**draw_weights(generator, dtype=torch.float32)), batch(generator, 2, torch.float32)
        if not has_forward(student):
            self.walk(student, generator, 2, 0.1)
            return
        seen = perform(student, "autograd_step", named("autograd_step"), leaves, X, y, 0.1, call=LEAVES, misuse=True)
        flags = finished(seen, "autograd_step").value
        for role in descent.ROLES:
            trainable = isinstance(flags, dict) and flags.get(role) is True
            expect(trainable, f"`{role}` is no leaf that requires gradients any more.", "update_inside_graph")

    @pytest.mark.check(points=2, needs=("goes_down_the_slope", "leaves_leaves_behind"))
    def test_starts_each_step_afresh(self, student: Student, generator: torch.Generator) -> None:
        """Three calls in a row follow the exact path of gradient descent."""
        with blame("update_inside_graph", StudentRaised, ("TypeError", "AttributeError")):
            judge_weights(self.walk(student, generator, 3, 0.5, samples=3), list(HIDDEN))


TWICE = function("lambda m, X: (torch.equal(m(X), m(X)), sum(p.numel() for p in m.parameters()))")


@pytest.mark.exercise("TwoEightOne")
class TestTwoEightOne:
    @pytest.mark.check(points=1.5)
    def test_registers_33_parameters(self, student: Student) -> None:
        """A TwoEightOne knows of four parameters with 16, 8, 8 and 1 numbers: the weights and biases of two layers."""
        sizes = [torch.Size(shape).numel() for shape in shapes_of(student).values()]
        said = f"It knows of {sum(sizes)} numbers in {len(sizes)} parameters, expected 33 in 4."
        expect(sorted(sizes) != [8, 16], said, "bias_forgotten")
        if sum(sizes) < 33:
            kinds = function(
                "lambda m: [type(v).__name__ for k, v in vars(m).items() if k not in vars(torch.nn.Module())]"
            )
            held = perform(student, "TwoEightOne", own_net(None), call=kinds).value
            found = [KEPT[kind] for kind in held if type(kind) is str and kind in KEPT] if type(held) is list else []
            key = found[0] if found else "layers_not_registered"
            expect(False, said, key)
        expect(sorted(sizes) == [1, 8, 8, 16], said)

    @pytest.mark.check(points=1)
    def test_answers_with_one_number_a_sample(self, student: Student) -> None:
        """Samples (N, 2) give finite numbers (N,), also where N is 1; the same model gives the same answers again."""
        for samples in (5, 1):
            X = torch.linspace(-1, 1, 2 * samples).reshape(samples, 2)
            tensor(called(student, X, own_net(None)).value, (samples,), torch.float32)
        ones = stage.tensor(torch.ones(3, 2))
        seen = perform(student, "TwoEightOne", own_net(None), ones, call=TWICE)
        expect(torch.equal(seen.of(ones)["value"], torch.ones(3, 2)), "The samples were changed.", "mutates_input")
        again, known = seen.value if isinstance(seen.value, tuple | list) and len(seen.value) == 2 else (False, 0)
        cause = "randomness_added" if known == 33 else "layers_not_registered"
        expect(again is True, "The same model answers differently when asked again.", cause)

    @pytest.mark.check(points=2, needs="registers_33_parameters")
    def test_computes_the_network(self, student: Student, generator: torch.Generator) -> None:
        """From given weights the answer is the logit, or the probability, with ReLU, tanh or sigmoid hidden units."""
        for dtype in (torch.float32, torch.float64):
            X, w, shapes = (
                normal(generator, 6, 2, dtype=dtype),
                draw_weights(generator, dtype=dtype),
                shapes_of(student),
            )
            X, w = reaching_far(X, w)
            placed = [own_net(arranged(w, shapes, names), dtype) for names in ways_of(shapes)]
            answers = [called(student, X, net).value for net in placed]
            answers = [tensor(got, shape_of_any(got, 6), dtype) for got in answers]
            z = {f"{units} ({kind})": v for units, f in HIDDEN.items() for kind, v in kinds_of(logits(f, X, w))}
            judge(answers, z, mistaken_networks(X, w))

    @pytest.mark.check(points=1, needs="computes_the_network")
    def test_gives_every_parameter_its_gradient(self, student: Student, generator: torch.Generator) -> None:
        """Going backward from the answer gives all four parameters the gradients of the network."""
        net, X, w = recognise(student), normal(generator, 6, 2), draw_weights(generator)
        expect(net is not None, "The answers of two calls do not belong to one network.")
        assert net is not None
        prop = net.prop(w)
        got = called(student, X, prop, backward=True).of(prop)["gradients"]
        expect(got.keys() == net.shapes.keys(), "After the call the model has other parameters than before.")
        for name, value in got.items():
            expect(value is not None, f"No gradient reaches `{printable(name, 40)}`.", "detached_loss")
        by_logit, by_p = gradients(HIDDEN[net.units], X, w)
        judge_gradients(net.read(got), {net.units: by_logit if net.ends_in == "logit" else by_p})

    @pytest.mark.check(points=0.5, needs="registers_33_parameters")
    def test_starts_with_units_that_differ(self, student: Student) -> None:
        """The weights of a new model differ from unit to unit: units that start alike stay alike."""
        net = own_net(None)
        seen = called(student, torch.zeros(2, 2), net)
        shapes = shapes_in(seen, net)
        name = ways_of(shapes)[0]["W1"]
        rows = shaped("W1", seen.state(net)[name].double(), shapes[name] == (2, 8))
        expect(len(torch.unique(rows, dim=0)) == 8, "Some of the 8 hidden units have the same weights.", "units_alike")


def ways_of(shapes: Mapping[str, tuple[int, ...]]) -> list[dict[str, str]]:
    """`ways_to_place`, of which there must be one: another model may differ from the one that was looked at before."""
    ways = ways_to_place(shapes)
    expect(len(ways) > 0, "Every new model has other parameters.")
    return ways


def shape_of_any(got: object, samples: int) -> tuple[int, ...]:
    """The shape of an answer of so many numbers, however arranged; where it has others, the one that is expected."""
    return tuple(got.shape) if isinstance(got, Tensor) and got.numel() == samples else (samples,)


def kinds_of(z: Tensor) -> tuple[tuple[str, Tensor], ...]:
    return ("logit", z), ("probability", z.sigmoid())


RECORDED = function(
    """lambda predict, model, X: (
        predict(model, X).requires_grad, torch.is_grad_enabled() and all(p.requires_grad for p in model.parameters())
    )"""
)


@pytest.mark.exercise("predict_proba")
class TestPredictProba:
    @pytest.mark.check(points=2)
    def test_gives_the_models_probabilities(self, student: Student, generator: torch.Generator) -> None:
        """The answer is the sigmoid of the logits of the model that is passed in, of shape (N,)."""
        for samples in (6, 3):
            X, w = normal(generator, samples, 2, dtype=torch.float32), draw_weights(generator, dtype=torch.float32)
            with_any_net(student, lambda net, X=X, w=w: self.judged(student, net, X, w))  # type: ignore[misc]

    @pytest.mark.check(points=0.5, needs="gives_the_models_probabilities")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """A single sample gives a tensor of shape (1,), also where its logit might be taken for a probability."""
        X, w = normal(generator, 500, 2), draw_weights(generator)

        def middle(net: Net) -> Tensor:
            return X[(logits(HIDDEN[net.units], X, w) - 0.5).abs().argmin()][None]

        with_any_net(student, lambda net: self.judged(student, net, middle(net), w))

    @pytest.mark.check(points=0.5, needs="gives_the_models_probabilities")
    def test_records_nothing(self, student: Student, generator: torch.Generator) -> None:
        """The answer requires no gradient; the model's weights are as they were, and can be trained as before."""
        X, w = normal(generator, 3, 2), draw_weights(generator)
        with_any_net(student, lambda net: self.unrecorded(student, net, X, w))

    def judged(self, student: Student, net: Net, X: Tensor, w: Weights) -> None:
        """Fails unless the answer is that of ``net`` with the weights ``w``."""
        seen = finished(perform(student, "predict_proba", net.prop(w), X, misuse=True), "predict_proba")
        got, z = tensor(seen.value, (len(X),), X.dtype), logits(HIDDEN[net.units], X, w)
        labels = (z > 0).to(z.dtype)
        wrongs: Rivals = [("missing_nonlinearity", z), ("double_softmax", z.sigmoid().sigmoid())]
        wrongs += [("softmax_over_one", torch.ones(len(X))), ("sign_error", (-z).sigmoid()), ("returns_tanh", z.tanh())]
        wrongs += [("labels_not_probabilities", labels), ("softmax_wrong_dim", z.softmax(0))]
        wrongs += [("logarithm_instead", F.logsigmoid(z))]
        if passed_over(seen) and not same(got, z.sigmoid(), 1e-4):
            expect(False, "The answer is not that of the model.", "reinitialises_model")
        judge([got], {net.units: z.sigmoid()}, iter(wrongs))

    def unrecorded(self, student: Student, net: Net, X: Tensor, w: Weights) -> None:
        """Fails where something is recorded or changed."""
        model = net.prop(w)
        seen = perform(student, "predict_proba", named("predict_proba"), model, X, call=RECORDED)
        kept, left = seen.value if isinstance(seen.value, tuple | list) and len(seen.value) == 2 else (True, False)
        expect(kept is False, "The answer requires gradients.", "graph_kept")
        said = "After the call gradients are off, for the model or for all of PyTorch: it cannot be trained on."
        expect(left is True, said, "gradients_left_off")
        expect(descent.agree(net.read(seen.state(model)), w, 0, 0), "The model's weights have changed.")


@pytest.mark.exercise("train_281")
class TestTrain281:
    def walk(
        self, student: Student, net: Net, X: Tensor, y: Tensor, w: Weights, steps: int, lr: float | None = None
    ) -> Walk:
        """What a call does; in float32 where the student's code refuses float64."""
        model = net.prop(w)
        given: dict[str, Any] = {} if lr is None else {"lr": lr}
        seen = perform(student, "train_281", model, X, y, steps, misuse=True, **given)
        if seen.stopped and seen.stopped["kind"] == "dtype" and X.dtype == torch.float64:
            single = {role: value.float() for role, value in w.items()}
            labels = y.float() if y.is_floating_point() else y
            return self.walk(student, net, X.float(), labels, single, steps, lr)
        losses = finished(seen, "train_281").value
        expect(
            type(losses) is list, f"The answer is {describe(losses)}, expected a list of {steps} floats.", one(losses)
        )
        state = net.read(seen.state(model))
        names = net.names if net.make is own_net else {role: role for role in net.names}
        return Walk(w, X, y, 0.01 if lr is None else lr, steps, seen, losses, state, names, of_model=True)

    def each(
        self, student: Student, generator: torch.Generator, judge_it: Callable[[Walk, list[str]], None], *,
        samples: int = 2, steps: int = 1, lr: float | None = 0.5, solved: bool = False, floats: bool = False,
    ) -> None:  # fmt: skip
        """Judge what a call does to the student's own model, or to ours where that is wrong.

        Args:
            solved: the model has all labels right, and a small loss, from the start.
            floats: the labels are floating numbers, not int64.
        """
        (X, y), w = batch(generator, samples), draw_weights(generator)

        def judge_with(net: Net) -> None:
            start = w | {"W0": 4 * w["W0"]} if solved else w
            labels = (logits(HIDDEN[net.units], X, start) > 0).long() if solved else y
            labels = labels.to(X.dtype) if floats else labels
            judge_it(self.walk(student, net, X, labels, start, steps, lr), [net.units])

        with_any_net(student, judge_with)

    @pytest.mark.check(points=1)
    def test_returns_a_loss_for_each_step(self, student: Student, generator: torch.Generator) -> None:
        """Three steps give a list of three floats, even when all is well; no steps an empty list, and no change."""
        self.each(student, generator, judge_list, steps=3)
        self.each(student, generator, judge_list, steps=3, solved=True)
        self.each(student, generator, judge_list, steps=0)

    @pytest.mark.check(points=1.5)
    def test_starts_with_the_loss_of_the_model(self, student: Student, generator: torch.Generator) -> None:
        """The first loss is the mean binary cross-entropy, over both labels, of the model that is passed in."""
        self.each(student, generator, judge_first_loss, samples=4, steps=1)

    @pytest.mark.check(points=2)
    def test_goes_down_the_slope(self, student: Student, generator: torch.Generator) -> None:
        """One step from given weights ends where plain gradient descent does."""
        self.each(student, generator, judge_trained, samples=3)

    @pytest.mark.check(points=1.5, needs="goes_down_the_slope")
    def test_starts_each_step_afresh(self, student: Student, generator: torch.Generator) -> None:
        """Three steps follow the exact path of gradient descent, and so do their losses."""
        self.each(student, generator, judge_trained, samples=3, steps=3)
        self.each(student, generator, judge_losses, steps=3)

    @pytest.mark.check(points=1, needs="goes_down_the_slope")
    def test_works_for_any_batch(self, student: Student, generator: torch.Generator) -> None:
        """One sample or seven, labels that are floating numbers, and the learning rate of 0.01 where none is given."""
        with blame("target_shape_or_dtype", StudentRaised):
            self.each(student, generator, judge_trained, samples=1, floats=True)
        self.each(student, generator, judge_trained, samples=7, steps=2, lr=None)


def one(losses: object) -> str | None:
    """The likely mistake behind an answer that is no list."""
    return "one_step_only" if isinstance(losses, int | float | Tensor) else None


def judge_list(walk: Walk, units: list[str]) -> None:
    """Fails unless there is a float for each step, and no step changes nothing."""
    said = f"{walk.steps} steps gave a list of {len(walk.losses)} losses, expected {walk.steps}."
    first, short = walk.losses[:1], len(walk.losses) == 1 < walk.steps
    early = len(walk.losses) < walk.steps and (not short or as_float(first[0]) < 0.3)
    expect(len(walk.losses) == walk.steps, said, "stops_early" if early else "one_step_only" if short else None)
    for loss in walk.losses:
        expect(type(loss) is float, f"A loss is {describe(loss)}, expected a Python float.", "wrong_dtype")
    expect(
        walk.steps > 0 or untouched(walk),
        "No steps were asked for, and the weights have changed.",
        "reinitialises_model",
    )


def judge_trained(walk: Walk, units: list[str]) -> None:
    """judge_weights, where a model that was passed over is named."""
    if untouched(walk) and passed_over(walk.seen):
        expect(False, "The weights of the model that was passed in have not changed.", "reinitialises_model")
    judge_weights(walk, units)


def judge_losses(walk: Walk, units: list[str]) -> None:
    """Fails unless all losses are those along the right path."""
    right = descend_right(walk, units[0]).losses
    got = [as_float(v) for v in walk.losses]
    y = walk.y.to(walk.X.dtype)
    ways = descent.wrong_paths(HIDDEN[units[0]], walk.start, walk.X, y, walk.lr, walk.steps)
    rivals = {key: path.losses for key, path in ways}
    compare(torch.tensor(got, dtype=right.dtype), right, rivals=rivals, what="the list of losses", rtol=1e-4)
