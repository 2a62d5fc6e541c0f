"""Checks of 04_backprop: gradients against autograd and against slopes of a forward pass, training against all paths.

SGD may shuffle as it likes, so training is judged by every path that the order of the samples allows: few samples make
few orders. A known mistake gives paths of its own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.assertions import CheckFailed, blame, compare, describe, expect
from autograder.checks.stage import Prop, Seen, build, collection, function, generator_of, named, perform, tensor
from autograder.checks.student import Student
from autograder.errors import StudentFault, StudentNotPlain, StudentRaised

Params = dict[str, Tensor]
Rivals = list[tuple[str, Tensor]]  # what known mistakes give, by misconception; several may share a key
Batch = tuple[Tensor, Tensor]

GRADIENTS = ("dX", "dW", "db")
NAMES = ("W1", "b1", "W0", "b0")
SQUARE = ((5, 3, 3), (4, 2, 2))  # samples N, inputs D, outputs M: a weight matrix used the wrong way round still fits
OBLONG = ((5, 4, 3), (3, 2, 6), (1, 3, 2), (4, 1, 1))
STEP = 1e-5  # of central differences: about ten digits are right in float64
SHAPES = ("RuntimeError", "ValueError", "IndexError")  # what tensors that do not fit raise


def normal(generator: torch.Generator, *shape: int) -> Tensor:
    """Standard normal numbers, float64."""
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def seed_of(generator: torch.Generator) -> int:
    """A seed for the student's generator."""
    return int(torch.randint(1 << 30, (), generator=generator))


def judge(got: object, expected: Tensor, rivals: Rivals | None = None, what: str = "the answer") -> None:
    """`compare` to six digits, with None and a dtype other than float64 named as mistakes."""
    start = what[:1].upper() + what[1:]
    expect(got is not None, f"{start} is None.", "nothing_returned")
    if isinstance(got, Tensor) and got.shape == expected.shape and got.dtype != expected.dtype:
        expect(False, f"{start} has dtype {got.dtype}, expected {expected.dtype}.", "wrong_dtype")
    alike = [(key, value) for key, value in rivals or [] if same(got, value) and not same(expected, value)]
    compare(got, expected, rivals=dict(alike[:1]), what=what, rtol=1e-6, atol=1e-8)


def same(got: object, value: Tensor) -> bool:
    """Whether an answer has the shape and, to six digits, the numbers of ``value``."""
    if not isinstance(got, Tensor) or got.shape != value.shape or got.is_complex():
        return False
    return torch.allclose(got.double(), value.double(), rtol=1e-6, atol=1e-8)


def turned(t: Tensor) -> Tensor:
    """A matrix transposed; anything else as it is."""
    return t.T if t.dim() == 2 else t


def items(got: object, count: int, names: str) -> list[object]:
    """The things of a tuple or list, of which there are ``count``."""
    expect(got is not None, f"The answer is None, expected {names}.", "nothing_returned")
    if not isinstance(got, tuple | list) or len(got) != count:
        raise CheckFailed(f"The answer is {describe(got)}, expected {count} things: {names}.")
    return list(got)


def untouched(student: Student, name: str, *args: object) -> None:
    """Fails unless the student's function leaves the tensors that it is given as they were."""
    for before, after in zip(args, student.call(name, *args).args, strict=True):
        pairs = _tensors(before), _tensors(after)
        same = len(pairs[0]) == len(pairs[1]) and all(a.equal(b) for a, b in zip(*pairs, strict=True))
        expect(same, f"`{name}` changed a tensor that it was given.", "mutates_input")


def _tensors(value: object) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    inside = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, tuple | list) else []
    return [t for item in inside for t in _tensors(item)]


def by_hand(judge_call: Callable[[bool], None]) -> None:
    """Judges a call without autograd, and names autograd where the same call is right with it.

    ``judge_call(autograd)`` makes the call and fails where its answer is wrong.
    """
    try:
        judge_call(False)
    except (CheckFailed, StudentRaised):
        judge_call(True)
        expect(False, "The answer is only right while autograd is switched on.", "autograd_used")


@contextmanager
def blame_orientation(student: Student, name: str, *square: object) -> Iterator[None]:
    """Names a matrix used the wrong way round where shapes do not fit, and ``name(*square)``, all square, works."""
    try:
        yield
    except StudentRaised as fault:
        if fault.type_name in SHAPES:
            with suppress(StudentFault):
                student.call(name, *square)
                expect(False, str(fault), "weight_not_transposed")
        raise


def call_by_hand(student: Student, autograd: bool, name: str, *args: object) -> object:
    """The answer of a function of the notebook, with autograd or without."""
    return student.call(name, *args).value if autograd else student.probe("by_hand", name, *args)


def autograd_of(loss: Callable[..., Tensor], *inputs: Tensor) -> list[Tensor]:
    """Gradients of ``loss(*inputs)``, by autograd."""
    leaves = [t.clone().requires_grad_() for t in inputs]
    return list(torch.autograd.grad(loss(*leaves), leaves))


def follows_forward(got: Sequence[object], loss: Callable[..., Tensor], *inputs: Tensor) -> None:
    """Fails unless a step along each gradient changes ``loss(*inputs)`` as its size says, by central differences."""
    for place, gradient in enumerate(got):
        assert isinstance(gradient, Tensor)
        for direction in (gradient, gradient.flip(0)):
            up, down = list(inputs), list(inputs)
            up[place], down[place] = inputs[place] + STEP * direction, inputs[place] - STEP * direction
            slope = float(loss(*up) - loss(*down)) / (2 * STEP)
            compare(float((gradient * direction).sum()), slope, what="the loss's change along the gradient", rtol=1e-4)


# --- numeric_grad


class Hill(NamedTuple):
    """A function for the student's process, and shapes of x that it takes."""

    source: str
    shapes: tuple[tuple[int, ...], ...]


HILLS = (
    Hill("lambda x: (x**2).sum() + 3 * x.sum()", ((), (1, 2, 2))),
    Hill("lambda x: (torch.sin(x) * x).sum()", ((4,), (2, 3))),
    Hill("lambda x: (x @ x.T).sum() + x[0, 0]", ((3, 2),)),
)


def moved(f: Callable[[Tensor], Tensor], x: Tensor, up: float, down: float) -> Tensor:
    """(f(x + up e_i) - f(x - down e_i)) / (up + down) for each unit vector e_i, in the shape of x."""
    units = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
    return torch.stack([(f(x + up * e) - f(x - down * e)) / (up + down) for e in units]).reshape(x.shape)


def drifted(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Central differences that leave every element where it was last moved to."""
    x, slopes = x.clone(), torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += STEP
        above = f(x)
        x.view(-1)[i] -= 2 * STEP
        slopes.view(-1)[i] = (above - f(x)) / (2 * STEP)
    return slopes


def judge_slopes(student: Student, source: str, x: Tensor) -> None:
    """Judges numeric_grad of a function against autograd."""
    (f,) = build(function(source))
    (right,) = autograd_of(f, x)
    rivals = [("forward_difference", moved(f, x, STEP, 0)), ("forward_difference", moved(f, x, 0, STEP))]
    rivals += [("factor_two_forgotten", 2 * right), ("factor_two_forgotten", right / 2), ("sign_error", -right)]
    rivals += [
        ("mutates_input", drifted(f, x)),
        ("moved_together", right.sum().expand(x.shape)),
        ("summed_to_one_number", right.sum()),
    ]

    def judge_call(autograd: bool) -> None:
        judge(perform(student, "numeric_grad", function(source), x, autograd=autograd).value, right, rivals)

    by_hand(judge_call)


@pytest.mark.exercise("numeric_grad")
class TestNumericGrad:
    @pytest.mark.check(points=1)
    def test_gives_a_slope_for_every_element(self, student: Student, generator: torch.Generator) -> None:
        """The answer has the shape of x, and each element is the slope of f there."""
        for source, shapes in HILLS:
            for shape in shapes:
                judge_slopes(student, source, normal(generator, *shape))

    @pytest.mark.check(points=1, needs="gives_a_slope_for_every_element")
    def test_moves_by_h_to_either_side(self, student: Student, generator: torch.Generator) -> None:
        """With a large h the answer is (f(x + h) - f(x - h)) / 2h, whatever the true slope is."""
        for h in (0.5, 0.1):
            x = normal(generator, 4) + 0.2
            slope = 3 * x**2  # of x³, whose central difference is 3x² + h², and whose one-sided ones are not
            got = perform(student, "numeric_grad", function("lambda x: (x**3).sum()"), x, h).value
            rivals = [("forward_difference", slope + 3 * sign * x * h + h**2) for sign in (1, -1)]
            rivals += [("h_ignored", slope), ("half_step", slope + h**2 / 4)]
            judge(got, slope + h**2, rivals)

    @pytest.mark.check(points=0.5, needs="gives_a_slope_for_every_element")
    def test_takes_python_floats(self, student: Student, generator: torch.Generator) -> None:
        """f may answer with a Python float."""
        x = normal(generator, 3)
        f = function("lambda x: float((x**2).sum())")
        judge(perform(student, "numeric_grad", f, x).value, 2 * x)

    @pytest.mark.check(points=0.5)
    def test_leaves_x_alone(self, student: Student, generator: torch.Generator) -> None:
        """x is as it was after the call."""
        before = normal(generator, 3)
        x = tensor(before)
        seen = perform(student, "numeric_grad", function("lambda x: (x**2).sum()"), x, autograd=False)
        after = seen.of(x)["value"]
        expect(after.shape == before.shape, "x has another shape after the call.", "mutates_input")
        expect(torch.allclose(after, before, rtol=0, atol=1e-12), "x has changed.", "mutates_input")
        compare(seen.value, 2 * before, rtol=1e-2, atol=1e-2, dtype=None)


# --- the linear layer


def layer(generator: torch.Generator, samples: int, inputs: int, outputs: int) -> tuple[Tensor, Tensor, Tensor]:
    """X (N, D), W (M, D) and b (M,)."""
    return normal(generator, samples, inputs), normal(generator, outputs, inputs), normal(generator, outputs)


def linear_mistakes(X: Tensor, W: Tensor, b: Tensor) -> Rivals:
    """What known mistakes make of the output of a linear layer."""
    plain = X @ W.T
    rivals = [("bias_forgotten", plain), ("bias_as_threshold", plain - b), ("sign_error", b - plain)]
    if len(W) == W.shape[1]:
        rivals += [("weight_not_transposed", X @ W + b)]
    if len(X) == W.shape[1] == len(W):
        rivals += [("factors_swapped", W @ X + b), ("factors_swapped", W.T @ X + b)]
    return rivals


@pytest.mark.exercise("linear_forward")
class TestLinearForward:
    @pytest.mark.check(points=1)
    def test_is_x_times_w_transposed_plus_b(self, student: Student, generator: torch.Generator) -> None:
        """out is X Wᵀ + b, of shape (N, M), also for one sample, one input or one output."""
        for sizes in ((3, 3, 3), *SQUARE, *OBLONG):
            X, W, b = layer(generator, *sizes)
            with blame_orientation(student, "linear_forward", *layer(generator, 3, 3, 3)):
                got = student.linear_forward(X, W, b)
            out, _ = items(got, 2, "out and cache")
            judge(out, F.linear(X, W, b), linear_mistakes(X, W, b), what="the output")

    @pytest.mark.check(points=0.5)
    def test_caches_its_inputs(self, student: Student, generator: torch.Generator) -> None:
        """cache is the tuple (X, W, b)."""
        X, W, b = layer(generator, 4, 4, 4)
        _, cache = items(student.linear_forward(X, W, b), 2, "out and cache")
        for found, right, name in zip(items(cache, 3, "X, W and b"), (X, W, b), "XWb", strict=True):
            judge(found, right, what=f"the {name} of the cache")

    @pytest.mark.check(points=0.5, needs="is_x_times_w_transposed_plus_b")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """X, W and b are as they were after the call."""
        untouched(student, "linear_forward", *layer(generator, 4, 3, 2))


def linear_gradients(X: Tensor, W: Tensor, b: Tensor, dout: Tensor) -> list[Tensor]:
    """dX, dW and db, by autograd."""
    return autograd_of(lambda X, W, b: (F.linear(X, W, b) * dout).sum(), X, W, b)


def linear_backward_mistakes(X: Tensor, W: Tensor, b: Tensor, dout: Tensor) -> dict[str, Rivals]:
    """What known mistakes give in place of dX, dW and db of a layer with as many inputs as outputs."""
    right = dict(zip(GRADIENTS, linear_gradients(X, W, b, dout), strict=True))
    ones, count = torch.ones_like(dout), len(X)
    rivals: dict[str, Rivals] = {
        "dX": [("weight_not_transposed", dout @ W.T), ("upstream_forgotten", W), ("upstream_forgotten", ones @ W)],
        "dW": [("upstream_forgotten", X), ("upstream_forgotten", X.T), ("upstream_forgotten", ones.T @ X)],
        "db": [
            ("bias_not_summed", dout),
            ("summed_over_outputs", dout.sum(1)),
            ("axis_kept", dout.sum(0, keepdim=True)),
            ("summed_to_one_number", dout.sum()),
            ("upstream_forgotten", ones.sum(0)),
            ("upstream_forgotten", torch.ones_like(b)),
        ],
    }
    for name, own in rivals.items():
        own += [
            ("n_doubled", right[name] / count),
            ("sign_error", -right[name]),
            ("gradient_transposed", turned(right[name])),
        ]
        own += [("gradients_out_of_order", other) for key, other in right.items() if key != name]
    return rivals


def judge_linear_backward(student: Student, generator: torch.Generator, name: str, sizes: tuple[int, int, int]) -> None:
    """Judges one of dX, dW and db, of a layer in which also a transposed matrix fits."""
    place, (X, W, b) = GRADIENTS.index(name), layer(generator, *sizes)
    dout = normal(generator, sizes[0], sizes[2])
    right, rivals = linear_gradients(X, W, b, dout)[place], linear_backward_mistakes(X, W, b, dout)[name]

    def judge_call(autograd: bool) -> None:
        got = call_by_hand(student, autograd, "linear_backward", dout, (X, W, b))
        judge(items(got, 3, "dX, dW and db")[place], right, rivals, what=f"the gradient {name}")

    by_hand(judge_call)


@pytest.mark.exercise("linear_backward")
class TestLinearBackward:
    @pytest.mark.check(points=1)
    def test_carries_the_gradient_to_x(self, student: Student, generator: torch.Generator) -> None:
        """dX, the first of the three, is what autograd finds for X, to six digits."""
        for sizes in SQUARE:
            judge_linear_backward(student, generator, "dX", sizes)

    @pytest.mark.check(points=1)
    def test_finds_the_gradient_of_w(self, student: Student, generator: torch.Generator) -> None:
        """dW, the second of the three, is what autograd finds for W, to six digits."""
        for sizes in SQUARE:
            judge_linear_backward(student, generator, "dW", sizes)

    @pytest.mark.check(points=1)
    def test_finds_the_gradient_of_b(self, student: Student, generator: torch.Generator) -> None:
        """db, the last of the three, is what autograd finds for b, to six digits."""
        for sizes in SQUARE:
            judge_linear_backward(student, generator, "db", sizes)

    @pytest.mark.check(points=0.5)
    def test_fits_its_forward_pass(self, student: Student, generator: torch.Generator) -> None:
        """With the cache that linear_forward leaves, for layers of any shape, the gradients fit the outputs."""
        for sizes in OBLONG:
            X, W, b = layer(generator, *sizes)
            dout = normal(generator, sizes[0], sizes[2])
            out, cache = items(student.linear_forward(X, W, b), 2, "out and cache of linear_forward")
            judge(out, F.linear(X, W, b), what="the output of linear_forward")
            square = normal(generator, 3, 3), layer(generator, 3, 3, 3)
            with blame_orientation(student, "linear_backward", *square):
                got = items(student.linear_backward(dout, cache), 3, "dX, dW and db")
            for found, right, name in zip(got, linear_gradients(X, W, b, dout), GRADIENTS, strict=True):
                judge(found, right, [("gradient_transposed", turned(right))], what=f"the gradient {name}")
            follows_forward(got, lambda X, W, b, dout=dout: (F.linear(X, W, b) * dout).sum(), X, W, b)

    @pytest.mark.check(points=0.5, needs="finds_the_gradient_of_w")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """dout and what the cache holds are as they were after the call."""
        untouched(student, "linear_backward", normal(generator, 4, 4), layer(generator, 4, 4, 4))


# --- activation functions


def judge_activation(
    student: Student, name: str, activate: Callable[[Tensor], Tensor], z: Tensor, dout: Tensor, cache: Tensor,
    rivals: Rivals,
) -> None:  # fmt: skip
    """Judges a backward function against autograd through ``activate``, and against the change of its values."""
    (right,) = autograd_of(lambda z: (activate(z) * dout).sum(), z)

    def judge_call(autograd: bool) -> None:
        got = call_by_hand(student, autograd, name, dout, cache)
        judge(got, right, rivals)
        follows_forward([got], lambda z: (activate(z) * dout).sum(), z)

    by_hand(judge_call)


def away_from_zero(z: Tensor) -> Tensor:
    """z, moved so that no element is within 0.1 of 0, where ReLU has its corner."""
    return z + 0.1 * torch.where(z > 0, 1.0, -1.0)


@pytest.mark.exercise("sigmoid_backward")
class TestSigmoidBackward:
    @pytest.mark.check(points=1)
    def test_multiplies_by_the_slope(self, student: Student, generator: torch.Generator) -> None:
        """Each element of dout is multiplied by σ(z)(1 - σ(z)), where cache is σ(z)."""
        for shape in ((6,), (3, 3), (1, 4), (2, 3, 2)):
            z, dout = 2 * normal(generator, *shape), normal(generator, *shape)
            s = z.sigmoid()
            rivals = [
                ("derivative_of_output", dout * s.sigmoid() * (1 - s.sigmoid())),
                ("sign_error", dout * s * (s - 1)),
            ]
            rivals += [("upstream_forgotten", s * (1 - s)), ("tanh_derivative", dout * (1 - s**2))]
            rivals += [("factor_missing", dout * s), ("factor_missing", dout * (1 - s)), ("slope_forgotten", dout)]
            judge_activation(student, "sigmoid_backward", torch.sigmoid, z, dout, s, rivals)

    @pytest.mark.check(points=0.5, needs="multiplies_by_the_slope")
    def test_is_zero_where_the_sigmoid_is_flat(self, student: Student, generator: torch.Generator) -> None:
        """Where the sigmoid has come to 0 or 1, nothing passes."""
        cache = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
        judge(student.sigmoid_backward(normal(generator, 4), cache), torch.zeros(4, dtype=torch.float64))

    @pytest.mark.check(points=0.5, needs="multiplies_by_the_slope")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """dout and cache are as they were after the call."""
        untouched(student, "sigmoid_backward", normal(generator, 3, 2), normal(generator, 3, 2).sigmoid())


@pytest.mark.exercise("relu_backward")
class TestReluBackward:
    @pytest.mark.check(points=1)
    def test_passes_where_the_input_is_positive(self, student: Student, generator: torch.Generator) -> None:
        """dout passes where z > 0 and is stopped elsewhere, where cache is z."""
        for shape in ((8,), (4, 4), (1, 9), (2, 3, 2)):
            z, dout = away_from_zero(normal(generator, *shape)), normal(generator, *shape)
            on = (z > 0).double()
            rivals = [("mask_from_wrong_tensor", dout * (dout > 0)), ("mask_inverted", dout * (1 - on))]
            rivals += [("upstream_forgotten", on), ("sign_error", -dout * on), ("slope_forgotten", dout)]
            rivals += [("value_instead_of_slope", dout * z.relu()), ("value_instead_of_slope", dout * z)]
            judge_activation(student, "relu_backward", torch.relu, z, dout, z, rivals)

    @pytest.mark.check(points=0.5, needs="passes_where_the_input_is_positive")
    def test_stops_at_zero(self, student: Student, generator: torch.Generator) -> None:
        """At z = 0 the slope counts as 0."""
        dout, z = normal(generator, 4), torch.tensor([0.0, 1.0, 0.0, -1.0], dtype=torch.float64)
        judge(
            student.relu_backward(dout, z),
            dout * (z > 0),
            [("strict_threshold_flipped", dout * (z >= 0)), ("strict_threshold_flipped", dout * z.sign().add(1) / 2)],
        )

    @pytest.mark.check(points=0.5, needs="passes_where_the_input_is_positive")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """dout and cache are as they were after the call."""
        untouched(student, "relu_backward", normal(generator, 3, 4), normal(generator, 3, 4))


# --- two layers


def network(generator: torch.Generator, inputs: int, hidden: int, outputs: int) -> Params:
    """Random parameters: W1 (H, D), b1 (H,), W0 (M, H), b0 (M,)."""
    shapes = ((hidden, inputs), (hidden,), (outputs, hidden), (outputs,))
    return {name: normal(generator, *shape) for name, shape in zip(NAMES, shapes, strict=True)}


def answer(X: Tensor, p: Params) -> Tensor:
    """What the network gives, (N, M), with torch's own functions."""
    return torch.sigmoid(F.linear(F.relu(F.linear(X, p["W1"], p["b1"])), p["W0"], p["b0"]))


def loss_at(X: Tensor, y: Tensor, p: Params) -> Tensor:
    """The mean squared error of the network."""
    return F.mse_loss(answer(X, p), y)


def true_grads(X: Tensor, y: Tensor, p: Params) -> Params:
    """Gradients of the mean squared error, by autograd."""
    found = autograd_of(lambda *values: loss_at(X, y, dict(zip(p, values, strict=True))), *p.values())
    return {name: g + 0.0 for name, g in zip(p, found, strict=True)}  # -0 becomes 0


def forward_mistakes(X: Tensor, p: Params) -> Rivals:
    """What known mistakes give in place of the network's answers (N, M)."""
    W1, b1, W0, b0 = (p[name] for name in NAMES)
    z1 = F.linear(X, W1, b1)
    z0 = F.linear(z1.relu(), W0, b0)
    rivals = [
        ("missing_nonlinearity", z0),
        ("missing_nonlinearity", F.linear(z1, W0, b0)),
        ("missing_nonlinearity", F.linear(z1, W0, b0).sigmoid()),
        ("activations_swapped", F.linear(z1.sigmoid(), W0, b0).relu()),
        ("activations_swapped", F.linear(z1.sigmoid(), W0, b0).sigmoid()),
        ("activations_swapped", z0.relu()),
        ("returns_tanh", z0.tanh()),
        ("sign_error", (-z0).sigmoid()),
    ]
    for left_out in (("b1", "b0"), ("b1",), ("b0",)):
        rivals += [("bias_forgotten", answer(X, p | {name: torch.zeros_like(p[name]) for name in left_out}))]
    if W1.shape[0] == W1.shape[1] == W0.shape[0]:
        for turned in (("W1", "W0"), ("W1",), ("W0",)):
            rivals += [("weight_not_transposed", answer(X, p | {name: p[name].T for name in turned}))]
        rivals += [("layers_swapped", answer(X, {"W1": W0, "b1": b0, "W0": W1, "b0": b1}))]
    return rivals


@pytest.mark.exercise("two_layer_forward")
class TestTwoLayerForward:
    @pytest.mark.check(points=1.5)
    def test_is_g_of_w0_f_of_w1_x(self, student: Student, generator: torch.Generator) -> None:
        """y_hat is σ(W0 relu(W1 x + b1) + b0) for every sample, of shape (N, M)."""
        for samples, *sizes in ((6, 3, 3, 3), (5, 2, 4, 3), (7, 3, 5, 1), (1, 2, 3, 1)):
            X, p = normal(generator, samples, sizes[0]), network(generator, *sizes)
            square = normal(generator, 3, 3), network(generator, 3, 3, 3)
            with blame_orientation(student, "two_layer_forward", *square):
                got = items(student.two_layer_forward(X, p), 2, "y_hat and cache")[0]
            judge(got, answer(X, p), forward_mistakes(X, p), what="the answer y_hat")

    @pytest.mark.check(points=0.5, needs="is_g_of_w0_f_of_w1_x")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """X and the parameters are as they were after the call."""
        untouched(student, "two_layer_forward", normal(generator, 4, 3), network(generator, 3, 5, 2))


class Slips(NamedTuple):
    """Where a hand-written backward pass goes wrong; the defaults are right."""

    factor: float = 1.0  # on the loss's gradient
    mask_from_gradient: bool = False
    sigmoid_twice: bool = False
    sigmoid_slope: bool = True
    relu_slope: bool = True
    transposed: bool = False
    summed: bool = True


def slipped(X: Tensor, y: Tensor, p: Params, slips: Slips) -> Params:
    """The four gradients as they come out with ``slips``."""
    z1 = F.linear(X, p["W1"], p["b1"])
    y_hat = answer(X, p)
    s = y_hat.sigmoid() if slips.sigmoid_twice else y_hat
    d0 = slips.factor * 2 / y.numel() * (y_hat - y) * (s * (1 - s) if slips.sigmoid_slope else 1)
    dh = d0 @ (p["W0"].T if slips.transposed else p["W0"])
    d1 = dh * ((dh if slips.mask_from_gradient else z1) > 0) if slips.relu_slope else dh
    db = (d1.sum(0), d0.sum(0)) if slips.summed else (d1, d0)
    return {"W1": d1.T @ X, "b1": db[0], "W0": d0.T @ z1.relu(), "b0": db[1]}


def grads_mistakes(X: Tensor, y: Tensor, p: Params) -> list[tuple[str, Params]]:
    """What known mistakes give in place of the four gradients, by misconception."""
    samples, outputs = y.shape
    slips = [
        ("sign_error", Slips(-1)),
        ("half_factor", Slips(0.5)),
        ("n_missing", Slips(y.numel())),
        ("n_missing", Slips(y.numel() / 2)),
        ("mean_over_samples_only", Slips(outputs)),
        ("n_missing", Slips(samples)),
        ("n_doubled", Slips(1 / samples)),
        ("n_doubled", Slips(1 / y.numel())),
        ("n_doubled", Slips(outputs / samples)),
        ("mask_from_wrong_tensor", Slips(mask_from_gradient=True)),
        ("derivative_of_output", Slips(sigmoid_twice=True)),
        ("slope_forgotten", Slips(sigmoid_slope=False)),
        ("slope_forgotten", Slips(0.5, sigmoid_slope=False)),
        ("slope_forgotten", Slips(relu_slope=False)),
        ("slope_forgotten", Slips(sigmoid_slope=False, relu_slope=False)),
        ("bias_not_summed", Slips(summed=False)),
    ]
    if len(p["W0"]) == p["W0"].shape[1]:
        slips += [("weight_not_transposed", Slips(transposed=True))]
    return [(key, slipped(X, y, p, value)) for key, value in slips]


def judge_grads(
    student: Student, X: Tensor, y: Tensor, p: Params, names: tuple[str, ...], halves: bool = False
) -> None:
    """Judges some of the gradients that two_layer_grads gives, beside the loss that they belong to.

    With ``halves``, gradients of half the squared error are right too: another check judges their size.
    """
    right, known = true_grads(X, y, p), grads_mistakes(X, y, p)

    def judge_call(autograd: bool) -> None:
        got = call_by_hand(student, autograd, "two_layer_grads", X, y, p)
        expect(got is not None, "The answer is None, expected a dict of gradients.", "nothing_returned")
        if not isinstance(got, dict) or got.keys() != set(NAMES):
            raise CheckFailed(f"The answer is {describe(got)}, expected a dict with the keys {', '.join(NAMES)}.")
        half = halves and all(same(got[name], right[name] / 2) for name in names)
        for name in names if not half else ():
            rivals = [(key, grads[name]) for key, grads in known] + [("gradient_transposed", turned(right[name]))]
            judge(got[name], right[name], rivals, what=f"the gradient of {name}")
        mine = [got[name] * (2 if half else 1) for name in names], [p[name] for name in names]
        follows_forward(mine[0], lambda *v: loss_at(X, y, p | dict(zip(names, v, strict=True))), *mine[1])

    square = (
        torch.eye(3, dtype=X.dtype),
        torch.eye(3, dtype=X.dtype),
        network(torch.Generator().manual_seed(0), 3, 3, 3),
    )
    with blame_orientation(student, "two_layer_grads", *square):
        by_hand(judge_call)


def sample(
    generator: torch.Generator, samples: int, inputs: int, hidden: int, outputs: int
) -> tuple[Tensor, Tensor, Params]:
    """X, y and parameters, in which no hidden unit is near its corner, and some are on and others off."""
    while True:
        X, p = normal(generator, samples, inputs), network(generator, inputs, hidden, outputs)
        y = torch.rand(samples, outputs, generator=generator, dtype=torch.float64)
        z = F.linear(X, p["W1"], p["b1"])
        if bool(z.abs().min() > 0.02) and bool((z > 0).any()) and bool((z < 0).any()):
            return X, y, p


@pytest.mark.exercise("two_layer_grads")
class TestTwoLayerGrads:
    @pytest.mark.check(points=1)
    def test_goes_back_through_the_output_layer(self, student: Student, generator: torch.Generator) -> None:
        """For one sample and one output, the gradients of W0 and b0 go through the sigmoid and the layer before it."""
        for _ in range(2):
            judge_grads(student, *sample(generator, 1, 3, 5, 1), names=("W0", "b0"), halves=True)

    @pytest.mark.check(points=1)
    def test_goes_back_through_the_hidden_layer(self, student: Student, generator: torch.Generator) -> None:
        """For one sample and one output, the gradients of W1 and b1 go on through W0 and ReLU."""
        for sizes in ((3, 5, 1), (2, 6, 1), (3, 3, 1)):
            judge_grads(student, *sample(generator, 1, *sizes), names=("W1", "b1"), halves=True)

    @pytest.mark.check(points=1, needs="goes_back_through_the_output_layer")
    def test_averages_over_every_element(self, student: Student, generator: torch.Generator) -> None:
        """For N samples and M outputs, the gradients of W0 and b0 are those of the mean of all N·M squares."""
        for sizes in ((5, 2, 4, 1), (4, 3, 5, 3)):
            judge_grads(student, *sample(generator, *sizes), names=("W0", "b0"))

    @pytest.mark.check(points=0.5, needs=("goes_back_through_the_hidden_layer", "averages_over_every_element"))
    def test_adds_up_what_all_samples_say(self, student: Student, generator: torch.Generator) -> None:
        """For N samples and M outputs, all four gradients are what autograd finds, to six digits."""
        for sizes in ((6, 3, 3, 3), (5, 2, 4, 3), (7, 4, 3, 1)):
            judge_grads(student, *sample(generator, *sizes), names=NAMES)

    @pytest.mark.check(points=0.5, needs="goes_back_through_the_output_layer")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """X, y and the parameters are as they were after the call."""
        untouched(student, "two_layer_grads", *sample(generator, 4, 3, 4, 2))


# --- minibatches and the step


def pairs_of(count: int) -> Batch:
    """X (N, 2) and y (N, 1), in which every row can be told: row i holds i, i + 0.5 and -i."""
    number = torch.arange(count, dtype=torch.float64)[:, None]
    return torch.cat([number, number + 0.5], dim=1), -number


def epoch(student: Student, X: Tensor, y: Tensor, size: int, seed: int) -> list[Batch]:
    """The batches of one epoch."""
    return batches_of(perform(student, "minibatches", X, y, size, generator_of(seed)).value, X, y)


def batches_of(got: object, X: Tensor, y: Tensor) -> list[Batch]:
    """An answer of minibatches, which must be pairs of tensors with the widths of X and y."""
    expect(got is not None, "The answer is None, expected an iterator of batches.", "nothing_returned")
    if not isinstance(got, list | tuple):
        raise CheckFailed(f"The answer is {describe(got)}, expected an iterator of batches (X_b, y_b).")
    batches = []
    for batch in got:
        if not isinstance(batch, list | tuple) or len(batch) != 2:
            raise CheckFailed(f"A batch is {describe(batch)}, expected the pair (X_b, y_b).")
        for part, whole, name in zip(batch, (X, y), ("X_b", "y_b"), strict=True):
            one = isinstance(part, Tensor) and part.shape == whole.shape[1:]
            expect(not one, f"{name} of a single sample is {describe(part)}.", "batch_axis_lost")
            shaped = isinstance(part, Tensor) and part.dim() == 2 and part.shape[1:] == whole.shape[1:]
            expect(shaped, f"{name} is {describe(part)}, expected shape (samples, {whole.shape[1]}).")
            expect(part.dtype == whole.dtype, f"{name} is {describe(part)}, expected {whole.dtype}.", "wrong_dtype")
        batches.append((batch[0], batch[1]))
    return batches


def order_of(batches: list[Batch]) -> list[int]:
    """The numbers of the samples of `pairs_of`, as they came; -1 for a row that is none of them."""
    rows = [row for X_b, _ in batches for row in X_b.tolist()]
    return [int(a) if math.isfinite(a) and a == int(a) and b == a + 0.5 else -1 for a, b in rows]


def expect_epoch(batches: list[Batch], count: int, size: int) -> None:
    """Fails unless the batches have the right sizes and hold every sample of `pairs_of(count)` once."""
    sizes, right = [len(X_b) for X_b, _ in batches], [min(size, count - i) for i in range(0, count, size)]
    seen = order_of(batches)
    said = f"{count} samples in batches of {size} came in batches of {sizes}, expected {right}."
    expect(sizes != right[:-1], said, "last_batch_dropped")
    as_count = len(batches) == size != len(right)
    expect(not as_count, said, "batch_size_as_count")
    expect(sizes == right, said)
    twice = len(set(seen)) < len(seen) and -1 not in seen
    expect(not twice, f"Of {count} samples, {count - len(set(seen))} never came.", "drawn_with_replacement")
    expect(sorted(seen) == list(range(count)), "Some of the rows of the batches are no rows of X.")


@pytest.mark.exercise("minibatches")
class TestMinibatches:
    @pytest.mark.check(points=1)
    def test_gives_every_sample_once(self, student: Student, generator: torch.Generator) -> None:
        """Every sample comes once, in batches of batch_size of which the last may be smaller."""
        for count, size in ((12, 4), (10, 3), (7, 6), (5, 8), (3, 1)):
            X, y = pairs_of(count)
            expect_epoch(epoch(student, X, y, size, seed_of(generator)), count, size)

    @pytest.mark.check(points=0.5)
    def test_shuffles_the_samples(self, student: Student, generator: torch.Generator) -> None:
        """The samples come neither in the order in which they lie nor in blocks of neighbours."""
        X, y = pairs_of(24)
        order = order_of(epoch(student, X, y, 4, seed_of(generator)))
        said = f"The samples came in the order {_short(order)}."
        expect(len(order) > 4, f"Of 24 samples, {len(order)} came.")
        expect(order != sorted(order), said, "no_shuffle")
        blocks = [order[i : i + 4] for i in range(0, len(order), 4)]
        neighbours = all(sorted(block) == list(range(min(block), min(block) + len(block))) for block in blocks)
        expect(not neighbours, said, "batches_not_samples_shuffled")

    @pytest.mark.check(points=0.5, needs="shuffles_the_samples")
    def test_draws_the_order_from_the_generator(self, student: Student, generator: torch.Generator) -> None:
        """Another seed gives another order, the same seed the same one, and a second epoch another again."""
        X, y = pairs_of(24)
        first, second = (seed_of(generator) for _ in range(2))
        one, other, again = (order_of(epoch(student, X, y, 4, seed)) for seed in (first, second, first))
        expect(one != other, "Two generators with different seeds gave the same order.", "generator_ignored")
        expect(one == again, "Two generators with the same seed gave different orders.", "generator_ignored")
        twice = function("lambda batches, *given: [list(batches(*given)) for _ in range(2)]")
        given = (X, y, 4, generator_of(first))
        got = perform(student, "minibatches", named("minibatches"), *given, call=twice).value
        epochs = [order_of(batches_of(batches, X, y)) for batches in items(got, 2, "two epochs")]
        expect(epochs[0] != epochs[1], "A second call with the same generator gave the same order.", "order_repeats")

    @pytest.mark.check(points=0.5, needs="shuffles_the_samples")
    def test_keeps_pairs_together(self, student: Student, generator: torch.Generator) -> None:
        """Row i of y_b belongs to row i of X_b."""
        X, y = pairs_of(12)
        for X_b, y_b in epoch(student, X, y, 5, seed_of(generator)):
            fits = len(X_b) == len(y_b) and torch.equal(y_b, -X_b[:, :1])
            expect(fits, "Rows of y_b came beside rows of X_b that they do not belong to.", "x_and_y_shuffled_apart")

    @pytest.mark.check(points=0.5, needs="shuffles_the_samples")
    def test_leaves_x_and_y_alone(self, student: Student, generator: torch.Generator) -> None:
        """X and y are as they were after the epoch."""
        values = pairs_of(9)
        X, y = (tensor(value) for value in values)
        seen = perform(student, "minibatches", X, y, 4, generator_of(seed_of(generator)))
        for prop, before in zip((X, y), values, strict=True):
            same_as_before = torch.equal(seen.of(prop)["value"], before)
            expect(same_as_before, "X or y has changed after the epoch.", "mutates_input")


def _short(order: list[int]) -> str:
    return f"{', '.join(map(str, order[:8]))}, ..."


def stepped(generator: torch.Generator, shapes: dict[str, tuple[int, ...]]) -> tuple[Params, Params, float]:
    """Parameters, gradients and a learning rate."""
    lr = 0.05 + float(torch.rand((), generator=generator))
    p, g = ({name: normal(generator, *shape) for name, shape in shapes.items()} for _ in range(2))
    return p, g, lr


def judge_step(student: Student, p: Params, g: Params, lr: float, before: Params | None = None) -> None:
    """Judges one step, whether the answer is a new dict or the one that was passed in.

    Args:
        before: the gradients of a step that was judged before.
    """
    got = student.sgd_step(p, g, lr)
    expect(got is not None, "The answer is None, expected a dict.", "nothing_returned")
    if not isinstance(got, dict) or got.keys() != p.keys():
        raise CheckFailed(f"The answer is {describe(got)}, expected a dict with the keys {', '.join(p)}.")
    for name, value in p.items():
        rivals = [("plus_sign", value + lr * g[name]), ("lr_ignored", value - g[name])]
        rivals += [("sign_error", lr * g[name] - value), ("parameters_left_behind", value)]
        rivals += [("parameter_left_out", -lr * g[name])]
        rivals += [("momentum_added", value - lr * (g[name] + 0.9 * before[name]))] if before else []
        judge(got[name], value - lr * g[name], rivals, what=f"the new {name}")


@pytest.mark.exercise("sgd_step")
class TestSgdStep:
    @pytest.mark.check(points=0.5)
    def test_goes_against_the_gradient(self, student: Student, generator: torch.Generator) -> None:
        """Each parameter of the network moves by lr times its gradient, downhill, in every step anew."""
        shapes = {name: tuple(t.shape) for name, t in network(generator, 3, 4, 2).items()}
        p, g, lr = stepped(generator, shapes)
        judge_step(student, p, g, lr)
        judge_step(student, *stepped(generator, shapes), before=g)

    @pytest.mark.check(points=0.5, needs="goes_against_the_gradient")
    def test_takes_any_names(self, student: Student, generator: torch.Generator) -> None:
        """Whichever keys params has, the answer has them too; grads is as it was after the call."""
        p, g, lr = stepped(generator, {"slope": (), "offset": (1,), "kernel": (2, 1, 3)})
        with blame("names_fixed", StudentRaised, ("KeyError",)):
            judge_step(student, p, g, lr)
        after = student.call("sgd_step", p, g, lr).args[1]
        kept = isinstance(after, dict) and all(same(after.get(name), value) for name, value in g.items())
        expect(kept, "`sgd_step` changed the gradients that it was given.", "mutates_input")


# --- training

Step = Callable[[Params, list[Batch], float], Iterator[Params]]  # parameters after each step of an epoch
Path = tuple[list[float], Params]  # the history, and the parameters at the end


def sgd(grads: Callable[[Tensor, Tensor, Params], Params] = true_grads, sign: float = -1.0) -> Step:
    """Plain SGD with a gradient function."""

    def steps(p: Params, batches: list[Batch], lr: float) -> Iterator[Params]:
        for X_b, y_b in batches:
            g = grads(X_b, y_b, p)
            p = {name: value + sign * lr * g[name] for name, value in p.items()}
            yield p

    return steps


def one_by_one(names: Sequence[str]) -> Step:
    """Every parameter moves before the next gradient is worked out."""

    def steps(p: Params, batches: list[Batch], lr: float) -> Iterator[Params]:
        for X_b, y_b in batches:
            for name in names:
                p = p | {name: p[name] - lr * true_grads(X_b, y_b, p)[name]}
            yield p

    return steps


def stale(p: Params, batches: list[Batch], lr: float) -> Iterator[Params]:
    """All gradients of an epoch are worked out at its start."""
    start = p
    for X_b, y_b in batches:
        g = true_grads(X_b, y_b, start)
        p = {name: value - lr * g[name] for name, value in p.items()}
        yield p


def dropping(p: Params, batches: list[Batch], lr: float) -> Iterator[Params]:
    """The last, smaller batch is left out."""
    short = len(batches) > 1 and len(batches[-1][0]) < len(batches[0][0])
    return sgd()(p, batches[:-1] if short else batches, lr)


def whole(p: Params, batches: list[Batch], lr: float) -> Iterator[Params]:
    """Every step uses all samples."""
    X, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    return sgd()(p, [(X, y)] * len(batches), lr)


def scaled(factor: Callable[[Tensor], float]) -> Step:
    """Plain SGD with gradients that are ``factor(y_b)`` times too large."""
    return sgd(lambda X, y, p: {name: factor(y) * g for name, g in true_grads(X, y, p).items()})


def splits(count: int, size: int) -> list[list[tuple[int, ...]]]:
    """Every way to deal ``count`` samples into batches, the order within a batch aside."""
    ways = {
        tuple(tuple(sorted(order[i : i + size])) for i in range(0, count, size))
        for order in itertools.permutations(range(count))
    }
    return [list(way) for way in sorted(ways)]


class Task(NamedTuple):
    """A small training run: data, parameters, learning rate, batch size and epochs."""

    X: Tensor
    y: Tensor
    params: Params
    lr: float
    size: int
    epochs: int

    def loss(self, p: Params) -> float:
        return float(F.mse_loss(answer(self.X, p), self.y))

    def batches(self, rows: Sequence[Sequence[int]], y: Tensor | None = None) -> list[Batch]:
        """``rows`` as batches; ``y`` in the place of the task's own."""
        return [(self.X[list(r)], (self.y if y is None else y)[list(r)]) for r in rows]

    def paths(self, step: Step, note: Callable[[Params, list[Batch], list[Params]], float] | None = None) -> list[Path]:
        """Every history that training can give with ``step``; ``note`` in the place of the loss after each epoch."""
        found: list[Path] = [([self.loss(self.params)], self.params)]
        for _ in range(self.epochs):
            found = [path for before in found for path in self._epochs(before, step, note)]
        return found

    def _epochs(
        self, before: Path, step: Step, note: Callable[[Params, list[Batch], list[Params]], float] | None
    ) -> Iterator[Path]:
        history, p = before
        for rows in splits(len(self.X), self.size):
            batches = self.batches(rows)
            after = [p, *step(p, batches, self.lr)]
            yield [*history, note(p, batches, after) if note else self.loss(after[-1])], after[-1]


def mean_of_batches(p: Params, batches: list[Batch], after: list[Params]) -> float:
    """The mean of the batches' losses, each before its step."""
    return sum(float(F.mse_loss(answer(X, q), y)) for (X, y), q in zip(batches, after, strict=False)) / len(batches)


def last_of_batches(p: Params, batches: list[Batch], after: list[Params]) -> float:
    """The last batch's loss, before its step."""
    return float(F.mse_loss(answer(batches[-1][0], after[-2]), batches[-1][1]))


def sum_of_batches(p: Params, batches: list[Batch], after: list[Params]) -> float:
    """The sum of the batches' losses, each before its step."""
    return mean_of_batches(p, batches, after) * len(batches)


def mistaken_paths(task: Task) -> Iterator[tuple[str, list[Path]]]:
    """The paths of known mistakes, by misconception."""
    yield "n_missing", task.paths(scaled(lambda y: float(y.numel())))
    yield "n_doubled", task.paths(scaled(lambda y: 1 / len(y)))
    yield "half_factor", task.paths(scaled(lambda y: 0.5))
    yield "plus_sign", task.paths(sgd(sign=1.0))
    for names in (NAMES, NAMES[::-1], ("W0", "b0", "W1", "b1"), ("b0", "W0", "W1", "b1")):
        yield "simultaneous_update_violated", task.paths(one_by_one(names))
    yield "gradients_stale", task.paths(stale)
    yield "last_batch_dropped", task.paths(dropping)
    yield "whole_set_instead", task.paths(whole)
    yield "whole_set_instead", task._replace(size=len(task.X)).paths(sgd())
    yield "lr_ignored", task._replace(lr=1.0).paths(sgd())
    for note in (mean_of_batches, last_of_batches, sum_of_batches):
        yield "history_of_batches", task.paths(sgd(), note)
    yield "x_and_y_shuffled_apart", apart(task)


def apart(task: Task) -> list[Path]:
    """Paths of a single epoch in which each row of y may belong to any row of X."""
    found = []
    for order in itertools.permutations(range(len(task.y))):
        for rows in splits(len(task.X), task.size):
            *_, p = sgd()(task.params, task.batches(rows, task.y[list(order)]), task.lr)
            found.append(([task.loss(task.params), task.loss(p)], p))
    return found


def matching(history: list[float], paths: list[Path]) -> list[Path]:
    """The paths whose history is this one, to six digits."""
    return [
        path
        for path in paths
        if len(path[0]) == len(history)
        and all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(history, path[0], strict=True))
    ]


def small_task(generator: torch.Generator, count: int, size: int, epochs: int, lr: float = 2.7) -> Task:
    """A task on which every path ends at a loss of its own."""
    X, _, p = sample(generator, count, 2, 4, 1)
    y = torch.linspace(0.05, 0.95, count, dtype=torch.float64)[torch.randperm(count, generator=generator)][:, None]
    return Task(X, y, p, lr, size, epochs)


def rising_task(generator: torch.Generator) -> Task:
    """A small task of two epochs, each a single batch, of which the second ends with a higher loss than the first."""
    while True:
        task = small_task(generator, 3, 3, 2, lr=20.0)
        if all(history[2] > 1.001 * history[1] < history[0] for history, _ in task.paths(sgd())):
            return task


class Trained(NamedTuple):
    """What train_sgd answers with, and what it leaves behind."""

    history: list[float]
    params: Params | None  # what the dict holds; None where that is not tensors
    data_kept: bool  # whether X and y are as they were


def trained(student: Student, task: Task, seed: int, autograd: bool = True) -> Trained:
    """A run of the student's train_sgd; fails where its answer is no history of the right length."""
    params = collection({name: tensor(value) for name, value in task.params.items()})
    X, y = tensor(task.X), tensor(task.y)
    arguments = (X, y, params, task.lr, task.size, task.epochs, generator_of(seed))
    seen = perform(student, "train_sgd", *arguments, autograd=autograd)
    history = seen.value
    expect(history is not None, "The answer is None, expected a list of floats.", "nothing_returned")
    if not isinstance(history, list | tuple):
        raise CheckFailed(f"The answer is {describe(history)}, expected a list of floats.")
    expect(len(history) != task.epochs, f"{task.epochs} epochs gave {task.epochs} losses.", "initial_loss_forgotten")
    expect(len(history) == task.epochs + 1, f"{task.epochs} epochs gave {len(history)} losses.", "history_of_batches")
    for loss in history:
        expect(type(loss) is float, f"The history holds {describe(loss)}, expected Python floats.", "wrong_dtype")
    data_kept = same(seen.of(X)["value"], task.X) and same(seen.of(y)["value"], task.y)
    return Trained(list(history), _after(seen, params), data_kept)


def _after(seen: Seen, params: Prop) -> Params | None:
    try:
        state = seen.state(params)
    except StudentNotPlain:
        return None
    return state if state.keys() == set(NAMES) else None


def judge_history(history: list[float], task: Task) -> list[Path]:
    """The paths that the history can have come from; fails, and names the mistake, where there is none."""
    right = task.paths(sgd())
    found = matching(history, right)
    if found:
        return found
    some = ", ".join(f"{path[0][-1]:.6f}" for path in right[:3])
    said = f"The history is {', '.join(f'{loss:.6f}' for loss in history)}; it should end in {some}"
    said += " or another loss that an order of the samples gives." if len(right) > 3 else "."
    for key, paths in mistaken_paths(task):
        expect(not matching(history, paths), said, key)
    raise CheckFailed(said)


def judge_training(student: Student, task: Task, seed: int) -> None:
    """Judges the history of a training run, without autograd."""

    def judge_call(autograd: bool) -> None:
        judge_history(trained(student, task, seed, autograd).history, task)

    try:
        by_hand(judge_call)
    except CheckFailed as failed:
        if failed.misconception is None and not gives_true_grads(student, task):
            raise CheckFailed(
                f"{failed.message} The gradients of two_layer_grads are not right: begin there."
            ) from None
        raise


def gives_true_grads(student: Student, task: Task) -> bool:
    """Whether the student's own gradients, on which training builds, are right at its start."""
    right = true_grads(task.X, task.y, task.params)
    try:
        got = student.two_layer_grads(task.X, task.y, task.params)
    except StudentFault:
        return False
    return isinstance(got, dict) and all(same(got.get(name), right[name]) for name in NAMES)


def judge_params(seen: Trained, task: Task, ends: list[Params]) -> None:
    """Judges what params holds after training; ``ends`` are the parameters that the history can end with."""
    after, history = seen.params, seen.history
    fits = after is not None and all(
        after[n].shape == p.shape and after[n].dtype == p.dtype for n, p in ends[0].items()
    )
    if after is not None and fits:
        before = all(torch.equal(after[name], task.params[name]) for name in NAMES)
        expect(not before, "params holds what it held before.", "parameters_left_behind")
        best = min(history) < history[-1] and math.isclose(task.loss(after), min(history), rel_tol=1e-9)
        said = f"params gives a loss of {min(history):.6f}, and the history ends in {history[-1]:.6f}."
        expect(not best, said, "best_not_last")
    for name in NAMES:
        found = None if after is None else after[name]
        near = [end[name] for end in ends if same(found, end[name])]
        judge(found, near[0] if near else ends[0][name], what=f"the {name} in params")


@pytest.mark.exercise("train_sgd")
class TestTrainSgd:
    @pytest.mark.check(points=0.5)
    def test_begins_with_the_loss_before_training(self, student: Student, generator: torch.Generator) -> None:
        """The history is a list of epochs + 1 floats, of which the first is the loss before training."""
        for epochs in (0, 3):
            task = small_task(generator, 4, 4, epochs)
            history = trained(student, task, seed_of(generator)).history
            rivals = {"sum_not_mean": task.loss(task.params) * 4, "half_factor": task.loss(task.params) / 2}
            compare(history[0], task.loss(task.params), rivals=rivals, what="the first loss of the history")

    @pytest.mark.check(points=1.5, needs="begins_with_the_loss_before_training")
    def test_takes_a_step_for_every_batch(self, student: Student, generator: torch.Generator) -> None:
        """Each epoch takes one exact step for every batch; the loss after it is that over all samples."""
        for count, size, epochs in ((3, 3, 1), (3, 2, 1), (3, 1, 1), (5, 2, 1), (3, 2, 2)):
            task = small_task(generator, count, size, epochs)
            judge_training(student, task, seed_of(generator))

    @pytest.mark.check(points=0.5, needs="takes_a_step_for_every_batch")
    def test_leaves_the_trained_parameters_in_params(self, student: Student, generator: torch.Generator) -> None:
        """Afterwards params holds the parameters that the history ends with; X and y are as they were."""
        for task in (rising_task(generator), small_task(generator, 3, 2, 2)):
            seen = trained(student, task, seed_of(generator))
            ends = [path[1] for path in judge_history(seen.history, task)]
            judge_params(seen, task, ends)
            expect(seen.data_kept, "`train_sgd` changed X or y.", "mutates_input")

    @pytest.mark.check(points=0.5, needs="takes_a_step_for_every_batch")
    def test_shuffles_for_every_epoch(self, student: Student, generator: torch.Generator) -> None:
        """Every epoch goes through the samples in an order of its own, drawn from the generator."""
        task = small_task(generator, 4, 2, 5, lr=0.5)
        seeds = [seed_of(generator) for _ in range(2)]
        taken = [orders_taken(trained(student, task, seed).history, task) for seed in seeds]
        said = f"In 5 epochs the samples came in batches of {_words(taken[0][0])}"
        rows = {rows for orders in taken for rows in orders}
        expect(rows != {((0, 1), (2, 3))}, f"{said} each time.", "no_shuffle")
        once = all(len(set(orders)) == 1 for orders in taken)
        expect(not once, f"{said} each time.", "order_repeats")
        expect(taken[0] != taken[1], "Generators with different seeds gave the same orders.", "generator_ignored")


Rows = tuple[tuple[int, ...], ...]


def orders_taken(history: list[float], task: Task) -> list[Rows]:
    """How the samples were dealt in every epoch, as the history tells."""
    p, orders = task.params, []
    for loss in history[1:]:
        ways = {tuple(rows): [*sgd()(p, task.batches(rows), task.lr)][-1] for rows in splits(len(task.X), task.size)}
        fits = [rows for rows, after in ways.items() if math.isclose(task.loss(after), loss, rel_tol=1e-6)]
        expect(bool(fits), f"The loss {loss:.6f} of an epoch comes from no order of the samples.")
        orders.append(fits[0])
        p = ways[fits[0]]
    return orders


def _words(rows: Rows) -> str:
    return " and ".join(", ".join(map(str, batch)) for batch in rows)


# --- the learning rate


def geometric(first: float, ratio: float, steps: int, floor: float = 0.0) -> list[float]:
    """Losses of gradient descent on a parabola: each step multiplies what is above ``floor`` by ``ratio``."""
    return [floor + (first - floor) * ratio**k for k in range(steps + 1)]


def descent(generator: torch.Generator, lr: float) -> list[float]:
    """A history of gradient descent on the mean squared error of a line, as it was recorded."""
    x = torch.linspace(-1, 1, 20, dtype=torch.float64)
    y, w, history = 2 * x + 0.1 * normal(generator, 20), torch.zeros((), dtype=torch.float64), []
    for _ in range(30):
        e = w * x - y
        history.append(float((e**2).mean()))
        w = w - lr * (2 * e * x).mean()
    return history


GOOD, SMALL, LARGE = "good", "too_small", "too_large"


def judge_verdict(student: Student, history: list[float], right: str, rivals: dict[str, str]) -> None:
    """Judges one verdict; ``rivals`` hold what known mistakes say."""
    got = student.lr_verdict(history)
    expect(got is not None, "The answer is None, expected one of the three words.", "nothing_returned")
    known = type(got) is str and got in (GOOD, SMALL, LARGE)
    expect(known, f"The answer is {describe(got)}, expected good, too_small or too_large.", "other_words")
    shown = [f"{loss:.3g}" for loss in history]
    shown = shown if len(shown) < 8 else [*shown[:3], "...", shown[-1]]
    compare(got, right, rivals=rivals, what=f"the verdict on the losses {', '.join(shown)}")


@pytest.mark.exercise("lr_verdict")
class TestLrVerdict:
    @pytest.mark.check(points=0.5)
    def test_tells_the_three_apart(self, student: Student, generator: torch.Generator) -> None:
        """Recorded histories that fall, that hardly fall and that grow get their verdicts."""
        recorded = {GOOD: (0.3, 1.0), SMALL: (1e-4, 3e-3), LARGE: (3.3, 5.0)}
        wrong = {
            GOOD: {},
            SMALL: {"verdicts_swapped": LARGE, "slow_called_good": GOOD},
            LARGE: {"verdicts_swapped": SMALL},
        }
        for right, rates in recorded.items():
            for rate in rates:
                judge_verdict(student, descent(generator, rate), right, wrong[right])
        for ratio, right in ((0.9, GOOD), (-0.8, GOOD), (0.9995, SMALL), (1.3, LARGE), (-1.1, LARGE)):
            judge_verdict(student, geometric(4.0, ratio**2, 20), right, wrong[right])

    @pytest.mark.check(points=0.5, needs="tells_the_three_apart")
    def test_compares_the_last_loss_with_the_first(self, student: Student, generator: torch.Generator) -> None:
        """What counts is the last loss against the first, whatever their unit and whatever lies between them."""
        for unit in (1e-6, 1e6):
            for history, right in ((geometric(unit, 0.8, 20), GOOD), (geometric(unit, 0.999, 20), SMALL)):
                judge_verdict(student, history, right, {"absolute_threshold": SMALL if right == GOOD else GOOD})
            stuck = [unit, 1.5 * unit, 1.5 * unit, 1.5 * unit]
            judge_verdict(student, stuck, LARGE, {"absolute_threshold": GOOD, "minimum_judged": SMALL})
        bump = {"bump_called_divergence": LARGE, "minimum_judged": SMALL}
        judge_verdict(student, [1.0, 1.4, 0.9, 0.5, 0.2, 0.1], GOOD, bump)
        judge_verdict(student, [1.0, 0.3, 0.1, 0.4, 1.2, 1.9], LARGE, {"minimum_judged": GOOD})
        judge_verdict(student, [1.0, 0.9, 0.3, 0.6, 0.8, 0.9], SMALL, {"minimum_judged": GOOD})

    @pytest.mark.check(points=0.5, needs="tells_the_three_apart")
    def test_keeps_to_the_limits(self, student: Student, generator: torch.Generator) -> None:
        """The limits are one half and the whole of the first loss; what is left exactly there is not above them."""
        first = 2.0 ** int(torch.randint(-3, 4, (), generator=generator))
        for limit, below, above in ((0.5, GOOD, SMALL), (1.0, SMALL, LARGE)):
            for left, right, other in ((0.9, below, above), (1.1, above, below)):
                judge_verdict(student, [first, first / 4, left * limit * first], right, {"other_limit": other})
            judge_verdict(student, [first, limit * first], below, {"strict_threshold_flipped": above})

    @pytest.mark.check(points=0.5, needs="tells_the_three_apart")
    def test_notices_nan_and_inf(self, student: Student) -> None:
        """A history in which a loss is nan or inf is too_large, wherever it is."""
        nan, inf = math.nan, math.inf
        for history in (
            [1.0, 5.0, inf, nan],
            [1.0, nan, nan],
            [2.0, 0.1, nan],
            [nan, nan],
            [1.0, inf],
            [1.0, inf, 0.2],
        ):
            for said in (GOOD, SMALL):
                with_said = {"nan_unnoticed": said} if student.lr_verdict(history) == said else {}
                judge_verdict(student, history, LARGE, with_said)
