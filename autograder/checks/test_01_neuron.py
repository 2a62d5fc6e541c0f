"""Checks of 01_neuron: what a neuron computes, and how its probability becomes a label.

The oracles are torch.sigmoid and the dot product in float64. The tasks of `classify_task` stand here by category.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from autograder.checks.assertions import CheckFailed, blame, compare, describe, expect, expect_untouched
from autograder.checks.student import Student
from autograder.errors import StudentRaised

SUPERVISED = (
    "Estimate what a house will sell for, from past sales and their prices.",
    "Sort mail into spam and other, from mail that people have marked.",
    "Read handwritten digits, from images and the digits they show.",
)
UNSUPERVISED = (
    "Find groups of customers who buy alike.",
    "Show 50 measurements of each flower as one point in the plane.",
    "Point out card payments unlike the rest, none of them labelled.",
)
REINFORCEMENT = (
    "Learn to play Go from won and lost games against itself.",
    "Teach a robot arm to stack cups, with a point for every cup that stays.",
    "Heat a room by trial and error, scored by comfort and by energy used.",
)
ONE_AT_A_TIME = ("TypeError", "ValueError", "RuntimeError")  # what `math`, `float` and `if` raise on several elements
FLOATING = (torch.float32, torch.float64)


def draw(
    generator: torch.Generator, n: int, d: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, float]:
    """Samples (n, d), weights (d,) and a bias; weights and bias lie in ±[0.5, 1.5], so that each of them matters."""
    X = torch.randn(n, d, generator=generator, dtype=dtype)
    size, sign = torch.rand(2, d + 1, generator=generator, dtype=dtype)
    values = (0.5 + size) * (sign - 0.5).sign()
    return X, values[:d].clone(), float(values[d])


def far_out(w: Tensor) -> Tensor:
    """Two samples (2, D) whose weighted sums are +1000 and -1000."""
    row = 1000 * w.sign() / w.abs().sum()
    return torch.stack([row, -row])


def probabilities(X: Tensor, w: Tensor, b: float) -> Tensor:
    return torch.sigmoid(X.double() @ w.double() + b)


def mistakes(X: Tensor, w: Tensor, b: float) -> dict[str, Tensor]:
    """What known mistakes give in place of the probabilities (N,), by misconception."""
    X, w = X.double(), w.double()
    z = X @ w + b
    return {
        "bias_forgotten": torch.sigmoid(z - b),
        "bias_as_threshold": torch.sigmoid(z - 2 * b),
        "bias_per_input": torch.sigmoid(z + (len(w) - 1) * b),
        "bias_after_activation": torch.sigmoid(z - b) + b,
        "product_without_sum": torch.sigmoid(X * w + b).sum(1),
        "missing_nonlinearity": z,
        "overflow": z.exp() / (1 + z.exp()),
        "returns_tanh": torch.tanh(z),
        "sign_error": torch.sigmoid(-z),
        "inputs_left_out": torch.sigmoid(X[:, :2] @ w[:2] + b),
        "weights_forgotten": torch.sigmoid(X.sum(1) + b),
    }


def expect_shape(got: object, shape: tuple[int, ...], rivals: dict[str, tuple[int, ...]] | None = None) -> None:
    """Fails unless ``got`` is a tensor of ``shape``; ``rivals`` are the shapes that known mistakes give."""
    expect(got is not None, f"The answer is None, expected a tensor of shape {shape}.", "nothing_returned")
    found = tuple(got.shape) if isinstance(got, Tensor) else None
    cause = next((key for key, rival in (rivals or {}).items() if found == rival), None)
    expect(found == shape, f"The answer is {describe(got)}, expected a tensor of shape {shape}.", cause)


def as_tensor(got: object) -> Tensor:
    """The answer, which must be a tensor of real numbers."""
    if isinstance(got, Tensor) and not got.is_complex():
        return got
    raise CheckFailed(f"The answer is {describe(got)}, expected a tensor of real numbers.")


def as_number(got: object) -> float:
    """The answer, which must be one number of any type: a check of its own judges the type."""
    expect(got is not None, "The answer is None, expected the int 0 or 1.", "nothing_returned")
    if isinstance(got, Tensor):
        shape = f"For one sample the answer is {describe(got)}, not one number."
        expect(got.numel() == 1, shape, "product_without_sum")
        got = got.item()
    if isinstance(got, int | float):
        return float(got)
    raise CheckFailed(f"The answer is {describe(got)}, expected the int 0 or 1.")


def judge_probabilities(got: object, expected: Tensor, rivals: dict[str, Tensor] | None = None) -> None:
    """`compare`, for answers of float32 or float64: shorter floats keep three digits only."""
    expect_dtype(got, as_tensor(got).dtype in FLOATING, "dtype torch.float32 or torch.float64")
    compare(got, expected, rivals=rivals, dtype=None)


def judge_category(student: Student, task: str, right: str, rivals: dict[str, str]) -> None:
    """Judges the category of one task; ``rivals`` are what known mistakes answer."""
    got = student.classify_task(task)
    expect(got is not None, f"The category of “{task}” is None, expected {right}.", "nothing_returned")
    compare(got, right, rivals=rivals, what=f"the category of “{task}”")


def expect_dtype(got: object, right: bool, wanted: str) -> None:
    """Fails with the name of the mistake unless ``right``; ``wanted`` is what was expected, in words."""
    expect(got is not None, f"The answer is None, expected {wanted}.", "nothing_returned")
    expect(right, f"The answer is {describe(got)}, expected {wanted}.", "wrong_dtype")


@pytest.mark.exercise("classify_task")
class TestClassifyTask:
    @pytest.mark.check(points=1)
    def test_knows_supervised_learning(self, student: Student) -> None:
        """Tasks that come with the wanted answers are supervised."""
        for task in SUPERVISED:
            judge_category(student, task, "supervised", {"labels_overlooked": "unsupervised"})

    @pytest.mark.check(points=1)
    def test_knows_unsupervised_learning(self, student: Student) -> None:
        """Tasks whose data come without answers are unsupervised."""
        for task in UNSUPERVISED:
            judge_category(student, task, "unsupervised", {"clustering_is_supervised": "supervised"})

    @pytest.mark.check(points=0.5)
    def test_knows_reinforcement_learning(self, student: Student) -> None:
        """Tasks in which a reward follows what was done are reinforcement."""
        for task in REINFORCEMENT:
            judge_category(student, task, "reinforcement", {"reward_as_label": "supervised"})

    @pytest.mark.check(points=0.5)
    def test_refuses_unknown_tasks(self, student: Student, generator: torch.Generator) -> None:
        """A description that is not in TASKS raises KeyError."""
        number, known = torch.randint(2, 1000, (), generator=generator), SUPERVISED[0]
        for unknown in (f"Fold {int(number)} paper planes.", known[:-1], known.lower(), ""):
            try:
                answer = student.classify_task(unknown)
            except StudentRaised as fault:
                expect(fault.type_name == "KeyError", f"For “{unknown}”: {fault.message} Expected KeyError.")
            else:
                answered = f"For “{unknown}” the answer is {describe(answer)}, expected KeyError."
                expect(False, answered, "unknown_accepted")


def answers_to(student: Student, X: Tensor, w: Tensor, b: float) -> Tensor:
    """What step_neuron answers to each row of X."""
    student.step_neuron(X[0, :1], w[:1], b)
    with blame("product_without_sum", StudentRaised, ONE_AT_A_TIME):  # with one input there was nothing to add up
        return torch.tensor([as_number(student.step_neuron(x, w, b)) for x in X])


@pytest.mark.exercise("step_neuron")
class TestStepNeuron:
    @pytest.mark.check(points=1.5)
    def test_fires_on_the_weighted_sum(self, student: Student, generator: torch.Generator) -> None:
        """The neuron fires when w·x + b is more than 0, and only then."""
        names = ("bias_forgotten", "bias_as_threshold", "bias_per_input", "sign_error", "weights_forgotten")
        for d in (3, 1, 6):
            X, w, b = draw(generator, 40, d)
            X *= 3  # so far apart that a bias on its own settles nothing
            X = X[(X @ w + b).abs() > 0.01]
            got, right = answers_to(student, X, w, b), (probabilities(X, w, b) > 0.5).float()
            rivals = {"minus_one_for_0": 2 * right - 1}
            rivals |= {name: mistakes(X, w, b)[name] > 0.5 for name in (*names, "inputs_left_out")}
            rivals |= {"product_without_sum": (X * w + b > 0).any(1), "bias_after_activation": (X @ w > 0) + b}
            rivals |= {"always_the_same": got[:1].expand_as(got)}
            compare(got, right, rivals=rivals, what="the row of answers to samples")

    @pytest.mark.check(points=0.5, needs="fires_on_the_weighted_sum")
    def test_is_silent_at_zero(self, student: Student, generator: torch.Generator) -> None:
        """The neuron is silent where w·x + b is exactly 0, and fires a little above."""
        for _ in range(5):
            x, w = torch.randint(-4, 5, (2, 3), generator=generator).float()
            got = as_number(student.step_neuron(x, w, -float(w @ x)))
            compare(got, 0.0, rivals={"strict_threshold_flipped": 1.0}, what="the answer where w·x + b is 0")
            above = as_number(student.step_neuron(x, w, torch.tensor(2**-10 - float(w @ x))))
            compare(above, 1.0, what="the answer where w·x + b is 1/1024")

    @pytest.mark.check(points=0.5)
    def test_answers_with_an_int(self, student: Student, generator: torch.Generator) -> None:
        """The answer is a Python int."""
        X, w, b = draw(generator, 4, 5)
        for x in X:
            got = student.step_neuron(x, w, b)
            expect_dtype(got, type(got) is int, "the int 0 or 1")

    @pytest.mark.check(points=0.5, needs="fires_on_the_weighted_sum")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """x, w and b are as they were after the call."""
        X, w, b = draw(generator, 1, 4, torch.float64)
        expect_untouched(student, "step_neuron", X[0], w, torch.tensor(b, dtype=torch.float64))


def cut_off(got: object, z: Tensor) -> Tensor:
    """Probabilities (N,) of numbers that were cut off at a limit, as the second of ``got`` (N,) tells it."""
    limit = -as_tensor(got)[1].double().logit().nan_to_num(0.0).clamp(-1000, 0)
    return torch.sigmoid(z.double().clamp(-limit, limit))


@pytest.mark.exercise("sigmoid")
class TestSigmoid:
    @pytest.mark.check(points=1)
    def test_keeps_the_shape(self, student: Student, generator: torch.Generator) -> None:
        """The answer has the shape of z, whichever that is."""
        expect_shape(student.sigmoid(torch.randn((), generator=generator)), ())
        for shape in ((6,), (1,), (4, 3), (2, 1, 5)):
            with blame("scalar_only", StudentRaised, ONE_AT_A_TIME):
                got = student.sigmoid(torch.randn(shape, generator=generator))
            expect_shape(got, shape)

    @pytest.mark.check(points=1.5, needs="keeps_the_shape")
    def test_equals_the_formula(self, student: Student, generator: torch.Generator) -> None:
        """Every element is 1 / (1 + exp(-z))."""
        for dtype in FLOATING:
            z = 4 * torch.randn(5, 3, generator=generator, dtype=dtype)
            rivals = {"sign_error": torch.sigmoid(-z), "returns_tanh": torch.tanh(z)}
            judge_probabilities(student.sigmoid(z), torch.sigmoid(z.double()), rivals)

    @pytest.mark.check(points=1.5, needs="keeps_the_shape")
    def test_is_finite_far_out(self, student: Student) -> None:
        """Extreme numbers such as ±1000 give finite probabilities, without warnings."""
        for dtype in FLOATING:
            z = torch.tensor([0.0, -1000.0, 1000.0, -90.0, 90.0, -750.0, 750.0], dtype=dtype)
            rivals = {"overflow": z.exp() / (1 + z.exp()), "sign_error": torch.sigmoid(-z), "returns_tanh": z.tanh()}
            with blame("overflow", StudentRaised, ("OverflowError",)):
                answer = student.call("sigmoid", z)
            expect_shape(answer.value, (7,))
            rivals["cut_off_too_early"] = cut_off(answer.value, z)
            compare(answer.value, torch.sigmoid(z.double()), rivals=rivals, dtype=None)
            expect(not answer.warnings, "Extreme numbers made the code warn.", "overflow")

    @pytest.mark.check(points=0.5, needs="equals_the_formula")
    def test_takes_integers(self, student: Student, generator: torch.Generator) -> None:
        """A tensor of integers gives floating probabilities too."""
        z = torch.randint(-5, 6, (8,), generator=generator)
        with blame("wrong_dtype", StudentRaised, ("RuntimeError",)):
            got = student.sigmoid(z)
        judge_probabilities(got, torch.sigmoid(z.double()))

    @pytest.mark.check(points=0.5, needs="equals_the_formula")
    def test_leaves_its_argument_alone(self, student: Student, generator: torch.Generator) -> None:
        """z is as it was after the call."""
        for z in (torch.randn(3, 2, generator=generator), torch.tensor([-1000.0, 1000.0])):
            expect_untouched(student, "sigmoid", z)


def takes_several(student: Student, name: str, X: Tensor, w: Tensor, b: float) -> object:
    """The answer for the first sample; fails where there is one number for it and none for as many samples as inputs.

    With N = D this cannot be about how X and w fit together.
    """
    one = student.call(name, X[:1], w, b).value
    several = X[: len(w)]
    if isinstance(one, Tensor) and one.numel() != 1:
        student.call(name, several, w, b)
    else:
        with blame("scalar_only", StudentRaised, ONE_AT_A_TIME):
            student.call(name, several, w, b)
    return one


@pytest.mark.exercise("neuron")
class TestNeuron:
    @pytest.mark.check(points=1)
    def test_gives_one_probability_per_sample(self, student: Student, generator: torch.Generator) -> None:
        """N samples give N probabilities: a tensor of shape (N,)."""
        X, w, b = draw(generator, 7, 4)
        takes_several(student, "neuron", X, w, b)
        expect_shape(student.neuron(X, w, b), (7,), {"column_output": (7, 1), "product_without_sum": (7, 4)})

    @pytest.mark.check(points=1.5, needs="gives_one_probability_per_sample")
    def test_equals_the_formula(self, student: Student, generator: torch.Generator) -> None:
        """Each probability is σ(w·x + b)."""
        for dtype in FLOATING:
            X, w, b = draw(generator, 9, 4, dtype)
            for bias in (b, torch.tensor(b, dtype=dtype)):
                judge_probabilities(student.neuron(X, w, bias), probabilities(X, w, b), mistakes(X, w, b))

    @pytest.mark.check(points=0.5, needs="equals_the_formula")
    def test_takes_one_sample_or_one_input(self, student: Student, generator: torch.Generator) -> None:
        """A batch may be of one sample, and D may be 1, or larger than N."""
        for n, d in ((1, 3), (5, 1), (1, 1), (6, 9)):
            X, w, b = draw(generator, n, d)
            got = student.neuron(X, w, b)
            expect_shape(got, (n,), {"batch_axis_lost": ()})
            judge_probabilities(got, probabilities(X, w, b), mistakes(X, w, b))

    @pytest.mark.check(points=0.5, needs="gives_one_probability_per_sample")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Weighted sums of ±1000 give finite probabilities."""
        _, w, b = draw(generator, 1, 3)
        X = far_out(w)
        with blame("overflow", StudentRaised, ("OverflowError",)):
            got = student.neuron(X, w, b)
        compare(got, probabilities(X, w, b), rivals=mistakes(X, w, b), dtype=None)

    @pytest.mark.check(points=0.5, needs="equals_the_formula")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """X, w and b are as they were after the call."""
        X, w, b = draw(generator, 6, 3, torch.float64)
        expect_untouched(student, "neuron", X, w, torch.tensor(b, dtype=torch.float64))


@pytest.mark.exercise("predict")
class TestPredict:
    @pytest.mark.check(points=0.5)
    def test_gives_one_label_per_sample(self, student: Student, generator: torch.Generator) -> None:
        """N samples give N labels: a tensor of shape (N,)."""
        X, w, b = draw(generator, 7, 4)
        one = takes_several(student, "predict", X, w, b)
        expect_shape(student.predict(X, w, b), (7,), {"column_output": (7, 1), "product_without_sum": (7, 4)})
        expect_shape(one, (1,), {"batch_axis_lost": ()})

    @pytest.mark.check(points=1, needs="gives_one_label_per_sample")
    def test_compares_with_the_threshold(self, student: Student, generator: torch.Generator) -> None:
        """A label is 1 where the probability is more than the threshold, whichever threshold is asked for."""
        X, w, b = draw(generator, 2000, 3)
        X = torch.cat([X, far_out(w)])
        for threshold in (0.5, 0.25, 0.8):
            X = X[(probabilities(X, w, b) - threshold).abs() > 0.01]
            p = probabilities(X, w, b)
            got = student.predict(X, w, b) if threshold == 0.5 else student.predict(X, w, b, threshold=threshold)
            expect_shape(got, (len(X),))
            labels = as_tensor(got).double()
            rivals = {"probabilities_not_labels": p, "threshold_ignored": p > 0.5}
            rivals |= {key: q > threshold for key, q in mistakes(X, w, b).items()}
            compare(labels, (p > threshold).double(), rivals=rivals, what=f"the answer at threshold {threshold}")

    @pytest.mark.check(points=0.5, needs="compares_with_the_threshold")
    def test_gives_0_at_the_threshold(self, student: Student, generator: torch.Generator) -> None:
        """A probability of exactly the threshold gives the label 0."""
        X, w = torch.randint(-4, 5, (2, 3), generator=generator).float()
        for bias in (-float(X @ w), torch.tensor(-float(X @ w))):
            got = as_tensor(student.predict(X[None], w, bias, 0.5)).float()
            what = "the answer where the probability is exactly 0.5"
            compare(got, torch.zeros(1), rivals={"strict_threshold_flipped": torch.ones(1)}, what=what)

    @pytest.mark.check(points=0.5, needs="gives_one_label_per_sample")
    def test_labels_are_int64(self, student: Student, generator: torch.Generator) -> None:
        """Labels are whole numbers of dtype int64."""
        got = student.predict(*draw(generator, 5, 2))
        expect_dtype(got, as_tensor(got).dtype == torch.int64, "dtype torch.int64")

    @pytest.mark.check(points=0.5, needs="compares_with_the_threshold")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """X, w and b are as they were after the call."""
        X, w, b = draw(generator, 6, 3, torch.float64)
        expect_untouched(student, "predict", X, w, torch.tensor(b, dtype=torch.float64))
