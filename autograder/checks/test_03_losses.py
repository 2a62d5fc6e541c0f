"""Checks of 03_losses: each loss against torch.nn.functional or its closed form, on seeded inputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import TypeGuard

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.assertions import CheckFailed, blame, compare, describe, expect, expect_untouched
from autograder.checks.student import Student
from autograder.errors import StudentRaised

FLOATING = (torch.float32, torch.float64)
FAR = 1000.0  # exp(1000) overflows every floating dtype
SIZES = ((3, 3), (5, 3), (7, 2), (1, 4))  # samples N and classes C; in the square one, wrong shapes fit and are named
UNEQUAL = (
    ((6, 1), (6,)),
    ((6,), (6, 1)),
    ((4, 3), (3,)),
    ((6,), (1,)),
    ((4, 3), (4, 1)),
    ((1, 6), (6, 1)),
    ((6,), (5,)),
)
ONE_AT_A_TIME = ("TypeError", "ValueError", "RuntimeError")  # what `if` and `float` raise on several elements
Rivals = dict[str, Tensor | tuple[Tensor, ...]]  # what a mistake gives, by misconception; in more than one form or not


def normal(generator: torch.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers around 0 with a standard deviation of 2, drawn in float64."""
    return (2 * torch.randn(*shape, generator=generator, dtype=torch.float64)).to(dtype)


def batch(
    generator: torch.Generator, samples: int, classes: int, dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor]:
    """Logits (N, C) and class numbers (N,) int64, of which some are neither 0 nor 1 where C allows it."""
    return normal(generator, samples, classes, dtype=dtype), torch.randint(classes, (samples,), generator=generator)


def judge(
    got: object, expected: Tensor, rivals: Rivals | None = None, rtol: float | None = None, atol: float | None = None
) -> None:
    """`compare`, with None and a dtype that does not follow the input's named as mistakes."""
    expect(got is not None, f"The answer is None, expected {describe(expected)}.", "nothing_returned")
    if isinstance(got, Tensor) and got.shape == expected.shape and got.dtype != expected.dtype:
        expect(False, f"The answer has dtype {got.dtype}, expected that of the input: {expected.dtype}.", "wrong_dtype")
    if isinstance(got, int | float):
        expect(False, f"The answer is {describe(got)}, expected a tensor of shape ().", "wrong_dtype")
    nearest = {key: nearest_form(got, value) for key, value in (rivals or {}).items()}
    compare(got, expected, rivals=nearest, rtol=rtol, atol=atol)


def nearest_form(got: object, forms: Tensor | tuple[Tensor, ...]) -> Tensor:
    """The form of a mistake that gives ``got``, or its first one."""
    each = forms if isinstance(forms, tuple) else (forms,)
    same = (t for t in each if floating(got, t.shape) and got.double().allclose(t.double(), rtol=1e-4, equal_nan=True))
    return next(same, each[0])


def floating(got: object, shape: tuple[int, ...]) -> TypeGuard[Tensor]:
    """Whether an answer is a floating tensor of ``shape``."""
    return isinstance(got, Tensor) and got.shape == shape and got.is_floating_point()


def scalar(got: object) -> Tensor:
    """The answer, which must be a tensor of one floating number."""
    if floating(got, ()):
        return got
    cause = "nothing_returned" if got is None else "wrong_dtype" if isinstance(got, int | float) else None
    said = f"The answer is {describe(got)}, expected a floating tensor of shape ()."
    expect(cause is None, said, cause)
    raise CheckFailed(said)


def answer_to_class_numbers(student: Student, name: str, rows: Tensor, target: Tensor, wanted: Tensor) -> object:
    """The answer; where there is none, one-hot rows are only blamed if with them it would be ``wanted``."""
    try:
        return student.call(name, rows, target).value
    except StudentRaised as fault:
        onehot = F.one_hot(target, rows.shape[1])
        for given in (onehot, onehot.to(rows.dtype)):
            with suppress(StudentRaised):
                got = student.call(name, rows, given).value
                right = floating(got, wanted.shape) and got.double().allclose(wanted.double())
                expect(not right, str(fault), "onehot_expected")
        raise


def refuses_shapes(
    student: Student, name: str, generator: torch.Generator, loss: Callable[[Tensor, Tensor], Tensor]
) -> None:
    """Fails unless ``name`` raises ValueError for every pair of shapes that differ; ``loss`` is the oracle."""
    for shapes in UNEQUAL:
        pred, target = (normal(generator, *shape) for shape in shapes)
        said = f"For the shapes {shapes[0]} and {shapes[1]}"
        try:
            got = student.call(name, pred, target).value
        except StudentRaised as fault:
            cause = "shapes_made_to_fit" if fault.type_name == "RuntimeError" else None
            expect(fault.type_name == "ValueError", f"{said}: {fault.message} Expected ValueError.", cause)
            continue
        spread = loss(pred + 0 * target, target + 0 * pred) if shapes != UNEQUAL[-1] else torch.tensor(torch.nan)
        matrix = isinstance(got, Tensor | float) and bool(torch.isclose(torch.as_tensor(got).float(), spread).all())
        cause = "broadcast_matrix" if matrix else "shapes_made_to_fit"
        expect(False, f"{said} the answer is {describe(got)}, expected ValueError.", cause)


def squared(e: Tensor) -> Rivals:
    """What known mistakes make of the errors ``e`` in a mean squared error."""
    return {
        "sum_not_mean": (e**2).sum(),
        "half_factor": (e**2).mean() / 2,
        "square_forgotten": e.mean(),
        "absolute_instead": e.abs().mean(),
        "sign_error": -(e**2).mean(),
        "root_taken": (e**2).mean().sqrt(),
        "averaged_too_early": e.mean() ** 2,
        "not_reduced": not_reduced(e**2),
    }


def not_reduced(each: Tensor) -> tuple[Tensor, ...]:
    """What is left when the mean is not taken, or over some of the dimensions only."""
    dims = range(each.dim())
    return (each, *(each.mean(dim) for dim in dims), *(each.sum(dim) for dim in dims), each.mean().reshape(1))


def absolute(e: Tensor) -> Rivals:
    """What known mistakes make of the errors ``e`` in a mean absolute error."""
    return {
        "sum_not_mean": e.abs().sum(),
        "half_factor": e.abs().mean() / 2,
        "absolute_forgotten": e.mean(),
        "squared_instead": (e**2).mean(),
        "sign_error": -e.abs().mean(),
        "root_taken": (e**2).mean().sqrt(),
        "averaged_too_early": e.mean().abs(),
        "not_reduced": not_reduced(e.abs()),
    }


def bent_at(size: Tensor, delta: float) -> Tensor:
    """The Huber loss of errors of that size."""
    return torch.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def bent(e: Tensor, delta: float) -> Rivals:
    """What known mistakes make of the errors ``e`` in a Huber loss."""
    near, square, line = e.abs() <= delta, e**2 / 2, delta * (e.abs() - delta / 2)
    right = torch.where(near, square, line)
    return {
        "sum_not_mean": right.sum(),
        "half_factor": (torch.where(near, e**2, line).mean(), 2 * right.mean()),
        "pieces_do_not_meet": tuple(
            torch.where(near, square, other).mean()
            for other in (delta * e.abs(), delta * e.abs() - delta / 2, e.abs() - delta / 2)
        ),
        "pieces_swapped": torch.where(near, line, square).mean(),
        "absolute_forgotten": tuple(
            torch.where(where, square, delta * (e - delta / 2)).mean() for where in (e <= delta, near)
        ),
        "square_forgotten": torch.where(near, e.abs() / 2, line).mean(),
        "sign_error": -right.mean(),
        "one_piece_for_all": (line.mean(), square.mean(), bent_at(e.abs().mean(), delta)),
        "divided_by_delta": right.mean() / delta,
        "not_reduced": not_reduced(right),
    }


def per_sample(sum_of_all: Tensor, e: Tensor) -> Rivals:
    """The sum over a row's elements, averaged over the samples only."""
    return {"sum_not_mean": sum_of_all / len(e)} if e.dim() > 1 else {}


@pytest.mark.exercise("mse")
class TestMse:
    @pytest.mark.check(points=1)
    def test_gives_the_mean_of_the_squares(self, student: Student, generator: torch.Generator) -> None:
        """The loss of N numbers is the mean of their squared errors: a tensor of shape ()."""
        pred, target = normal(generator, 7), normal(generator, 7)
        judge(student.mse(pred, target), F.mse_loss(pred, target), squared(pred - target))

    @pytest.mark.check(points=1, needs="gives_the_mean_of_the_squares")
    def test_averages_over_every_element(self, student: Student, generator: torch.Generator) -> None:
        """The mean is over every element, whichever the shape, and has the dtype of the inputs."""
        for shape, dtype in (((4, 3), FLOATING[0]), ((1,), FLOATING[1]), ((), FLOATING[0]), ((2, 1, 5), FLOATING[1])):
            pred, target = normal(generator, 2, *shape, dtype=dtype)
            rivals = squared(pred - target) | per_sample(((pred - target) ** 2).sum(), pred)
            judge(student.mse(pred, target), F.mse_loss(pred, target), rivals)

    @pytest.mark.check(points=0.5, needs="gives_the_mean_of_the_squares")
    def test_refuses_shapes_that_differ(self, student: Student, generator: torch.Generator) -> None:
        """Predictions of shape (N, 1) against targets of shape (N,) raise ValueError, as do all shapes that differ."""
        refuses_shapes(student, "mse", generator, F.mse_loss)

    @pytest.mark.check(points=0.5, needs="gives_the_mean_of_the_squares")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """pred and target are as they were after the call."""
        expect_untouched(student, "mse", *normal(generator, 2, 3, 4))


@pytest.mark.exercise("mae")
class TestMae:
    @pytest.mark.check(points=1)
    def test_gives_the_mean_of_the_sizes(self, student: Student, generator: torch.Generator) -> None:
        """The loss is the mean of the errors' absolute values, over every element: a tensor of shape ()."""
        for shape, dtype in (((7,), FLOATING[0]), ((4, 3), FLOATING[1]), ((1,), FLOATING[0])):
            pred, target = normal(generator, 2, *shape, dtype=dtype)
            rivals = absolute(pred - target) | per_sample((pred - target).abs().sum(), pred)
            judge(student.mae(pred, target), F.l1_loss(pred, target), rivals)

    @pytest.mark.check(points=0.5, needs="gives_the_mean_of_the_sizes")
    def test_refuses_shapes_that_differ(self, student: Student, generator: torch.Generator) -> None:
        """Predictions of shape (N, 1) against targets of shape (N,) raise ValueError, as do all shapes that differ."""
        refuses_shapes(student, "mae", generator, F.l1_loss)

    @pytest.mark.check(points=0.5, needs="gives_the_mean_of_the_sizes")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """pred and target are as they were after the call."""
        expect_untouched(student, "mae", *normal(generator, 2, 3, 4))


@pytest.mark.exercise("huber")
class TestHuber:
    @pytest.mark.check(points=1)
    def test_is_square_near_zero_and_straight_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Within delta = 1 an error costs half its square, beyond it the cost is a straight line; the mean over all."""
        target = normal(generator, 8)
        size = torch.tensor([0.2, 0.4, 0.6, 0.8, 2.0, 3.0, 4.0, 5.0]) + 0.1 * torch.rand(8, generator=generator)
        pred = target + size * torch.tensor([1, -1] * 4)
        student.huber(pred[:1], target[:1])
        with blame("scalar_only", StudentRaised, ONE_AT_A_TIME):  # with a single error it worked
            got = student.huber(pred, target)
        judge(got, F.huber_loss(pred, target), bent(pred - target, 1.0))

    @pytest.mark.check(points=1, needs="is_square_near_zero_and_straight_far_out")
    def test_bends_at_delta(self, student: Student, generator: torch.Generator) -> None:
        """Any delta can be asked for, the mean is over every element, and the dtype is that of the inputs."""
        for delta, shape in ((0.3, (4, 5)), (2.5, (3, 7)), (1.5, (1,))):
            e, target = normal(generator, 2, *shape, dtype=torch.float64)
            pred = target + delta * e  # about as many errors within delta as beyond it
            wanted = F.huber_loss(pred, target, delta=delta)
            rivals = bent(pred - target, delta) | {"delta_ignored": F.huber_loss(pred, target)}
            judge(student.huber(pred, target, delta), wanted, rivals | per_sample(wanted * pred.numel(), pred))
            judge(student.huber(pred, target, delta=delta), wanted, rivals)

    @pytest.mark.check(points=0.5, needs="is_square_near_zero_and_straight_far_out")
    def test_refuses_shapes_that_differ(self, student: Student, generator: torch.Generator) -> None:
        """Predictions of shape (N, 1) against targets of shape (N,) raise ValueError, as do all shapes that differ."""
        refuses_shapes(student, "huber", generator, F.huber_loss)

    @pytest.mark.check(points=0.5, needs="is_square_near_zero_and_straight_far_out")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """pred and target are as they were after the call."""
        expect_untouched(student, "huber", *normal(generator, 2, 3, 4))


def shares(e: Tensor) -> dict[str, Tensor]:
    """What known mistakes make of the errors ``e`` (N,) in the largest one's share."""
    squares = e**2
    return {
        "square_forgotten": e.abs().max() / e.abs().sum(),
        "mean_not_sum": squares.max() / squares.mean(),
        "absolute_forgotten": e.max() ** 2 / squares.sum(),
        "max_over_the_rest": squares.max() / (squares.sum() - squares.max()),
    }


@pytest.mark.exercise("outlier_ratio")
class TestOutlierRatio:
    @pytest.mark.check(points=1)
    def test_gives_the_largest_errors_share(self, student: Student, generator: torch.Generator) -> None:
        """The answer is the largest squared error as a share of their sum: a Python float."""
        for shape, dtype in (((9,), FLOATING[0]), ((3, 4), FLOATING[1]), ((1,), FLOATING[0])):
            pred, target = normal(generator, 2, *shape, dtype=dtype)
            e = (pred - target).double().flatten()
            e[e.abs().argmax()] = -e.abs().max()  # the largest error is negative
            got, share = student.outlier_ratio(target + e.to(dtype).reshape(shape), target), e**2 / (e**2).sum()
            expect(got is not None, "The answer is None, expected a Python float.", "nothing_returned")
            expect(type(got) is float, f"The answer is {describe(got)}, expected a Python float.", "wrong_dtype")
            compare(got, share.max().item(), rivals=shares(e), rtol=1e-4)

    @pytest.mark.check(points=0.5, needs="gives_the_largest_errors_share")
    def test_is_zero_where_there_is_no_error(self, student: Student, generator: torch.Generator) -> None:
        """Where every error is 0, so is the answer, and nowhere else."""
        same, e = normal(generator, 2, 4, dtype=torch.float64)
        with blame("division_by_zero", StudentRaised, ("ZeroDivisionError",)):
            got = student.outlier_ratio(same, same.clone())
        compare(got, 0.0, rivals={"division_by_zero": float("nan")})
        got = student.outlier_ratio(same + e / 1000, same)
        compare(got, (e**2 / (e**2).sum()).max().item(), rivals={"small_taken_for_none": 0.0}, rtol=1e-2)

    @pytest.mark.check(points=0.5, needs="gives_the_largest_errors_share")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """pred and target are as they were after the call."""
        expect_untouched(student, "outlier_ratio", *normal(generator, 2, 3, 4))


def normalised(z: Tensor) -> Rivals:
    """What known mistakes make of the logits ``z`` (N, C) in a softmax."""
    return {
        "softmax_wrong_dim": z.softmax(0),
        "softmax_over_everything": z.flatten().softmax(0).reshape(z.shape),
        "sign_error": (-z).softmax(1),
        "double_softmax": z.softmax(1).softmax(1),
        "logarithm_instead": z.log_softmax(1),
        "probabilities_as_logits": z / z.sum(1, keepdim=True),
        "sigmoid_instead": (z.sigmoid(), z.sigmoid() / z.sigmoid().sum(1, keepdim=True)),
        "keepdim_forgotten": rows_as_columns(z),
    }


def rows_as_columns(z: Tensor) -> tuple[Tensor, ...]:
    """The softmax of square logits with maxima, sums or both of shape (N,), which then belong to the columns."""
    if z.shape[0] != z.shape[1]:
        return (z.softmax(0),)
    shifted = (z - z.max(1).values).exp()
    plain = z.exp() / z.exp().sum(1)
    return plain, shifted / shifted.sum(1), shifted / shifted.sum(1, keepdim=True)


def cut_off(z: Tensor) -> tuple[Tensor, ...]:
    """The softmax of logits that were cut off before the exponential; the limit makes no difference to `far_out`."""
    return z.clamp(-50, 50).softmax(1), naive_softmax(z.clamp(max=50))


def overflowing(z: Tensor) -> tuple[Tensor, ...]:
    """The softmax (N, C) with no shift, with one that is too small, and with what overflows replaced."""
    low, middle = (naive_softmax(z - shift) for shift in (z.min(1, keepdim=True).values, z.mean(1, keepdim=True)))
    return naive_softmax(z), low, middle, naive_softmax(z).nan_to_num()


def naive_softmax(z: Tensor) -> Tensor:
    """Softmax (N, C) without a shift: nan where exp overflows."""
    return z.exp() / z.exp().sum(1, keepdim=True)


def far_out(generator: torch.Generator, dtype: torch.dtype) -> Tensor:
    """Logits (4, 3): a row near +1000, one near -1000, and two with one logit 1000 above the next."""
    offsets = [[FAR, FAR, FAR], [-FAR, -FAR, -FAR], [FAR, 0, -FAR], [-FAR, FAR, 0]]
    return normal(generator, 4, 3, dtype=dtype) + torch.tensor(offsets, dtype=dtype)


@pytest.mark.exercise("softmax")
class TestSoftmax:
    @pytest.mark.check(points=1)
    def test_gives_each_row_its_probabilities(self, student: Student, generator: torch.Generator) -> None:
        """Row by row, the exponentials are divided by their sum; the shape stays (N, C)."""
        for samples, classes in SIZES:
            z = normal(generator, samples, classes)
            judge(student.softmax(z), z.softmax(1), normalised(z))

    @pytest.mark.check(points=1, needs="gives_each_row_its_probabilities")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits around ±1000 give finite probabilities that sum to 1."""
        for dtype in FLOATING:
            z = far_out(generator, dtype)
            rivals: Rivals = {"shift_by_one_maximum": naive_softmax(z - z.max()), "no_max_shift": overflowing(z)}
            rivals |= {"cut_off_too_early": cut_off(z)}
            judge(student.softmax(z), z.softmax(1), rivals, rtol=1e-3)  # float32 has four decimals near 1000

    @pytest.mark.check(points=0.5, needs="gives_each_row_its_probabilities")
    def test_keeps_float64(self, student: Student, generator: torch.Generator) -> None:
        """Logits of dtype float64 give probabilities of dtype float64."""
        z = normal(generator, 2, 5, dtype=torch.float64)
        judge(student.softmax(z), z.softmax(1), normalised(z))

    @pytest.mark.check(points=0.5, needs="gives_each_row_its_probabilities")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """The logits are as they were after the call."""
        expect_untouched(student, "softmax", normal(generator, 4, 3))


@pytest.mark.exercise("log_softmax")
class TestLogSoftmax:
    @pytest.mark.check(points=1)
    def test_gives_the_logarithm_of_softmax(self, student: Student, generator: torch.Generator) -> None:
        """Every element is the logarithm of its probability within the row; shape and dtype stay."""
        for samples, classes in SIZES:
            z = normal(generator, samples, classes, dtype=torch.float64)
            rivals: Rivals = {"softmax_wrong_dim": z.log_softmax(0), "logarithm_forgotten": z.softmax(1)}
            rivals |= {"other_logarithm": tuple(z.log_softmax(1) / math.log(base) for base in (2, 10))}
            rivals |= {"keepdim_forgotten": z - z.logsumexp(1)} if samples == classes else {}
            rivals |= {"sign_error": -z.log_softmax(1), "double_softmax": z.softmax(1).log_softmax(1)}
            judge(student.log_softmax(z), z.log_softmax(1), rivals)

    @pytest.mark.check(points=0.5, needs="gives_the_logarithm_of_softmax")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits around ±1000 give finite logarithms, also of probabilities too small for a float."""
        for dtype in FLOATING:
            z = far_out(generator, dtype)
            rivals: Rivals = {"log_of_zero": (z.softmax(1).log(), z.softmax(1).log().nan_to_num())}
            rivals |= {"no_max_shift": naive_softmax(z).log()}
            rivals |= {"sum_overflows": z - z.exp().sum(1, keepdim=True).log()}
            rivals |= {"shift_by_one_maximum": z - z.max() - (z - z.max()).exp().sum(1, keepdim=True).log()}
            got = student.log_softmax(z)
            low = got.double().amin(1) if floating(got, z.shape) else z.double().log_softmax(1).amin(1)
            alike = bool(((low[:2] + math.log(3)).abs() < 1e-3).all())
            expect(not alike, "Logits near 1000 that differ give the same logarithms.", "cut_off_too_early")
            low_cut = bool((low[2:] > -800).any())
            expect(not low_cut, "The logarithm of a very small probability is cut off.", "log_of_zero")
            judge(got, z.log_softmax(1), rivals, atol=1e-3)  # float32 has four decimals near 1000

    @pytest.mark.check(points=0.5, needs="gives_the_logarithm_of_softmax")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """The logits are as they were after the call."""
        expect_untouched(student, "log_softmax", normal(generator, 4, 3))


def as_rows(target: Tensor, rows: Tensor) -> tuple[Tensor, ...]:
    """Class numbers (N,) in the places of one-hot rows: as a column, and as they broadcast where N = C."""
    return (target[:, None], target) if rows.shape[0] == rows.shape[1] else (target[:, None],)


def picked(log_p: Tensor, target: Tensor) -> Rivals:
    """What known mistakes make of log-probabilities (N, C) and class numbers (N,)."""
    right = log_p[torch.arange(len(target)), target]
    return {
        "sign_error": right.mean(),
        "sum_not_mean": -right.sum(),
        "mean_over_classes": -right.sum() / log_p.numel(),
        "logarithm_instead": -right.exp().mean(),
        "onehot_expected": tuple(-(t * log_p).sum(1).mean() for t in as_rows(target, log_p)),
        "rows_not_paired": (-log_p[:, target].mean(), -log_p[target % len(log_p)].mean()),
        "target_ignored": -log_p.max(1).values.mean(),
        "not_reduced": not_reduced(-right),
    }


@pytest.mark.exercise("nll")
class TestNll:
    @pytest.mark.check(points=1)
    def test_takes_the_right_classes_with_a_minus(self, student: Student, generator: torch.Generator) -> None:
        """The loss is minus the mean of the right classes' log-probabilities: a tensor of shape ()."""
        for samples, classes in SIZES[:3]:
            z, target = batch(generator, samples, classes)
            log_p = z.log_softmax(1)
            wanted = F.nll_loss(log_p, target)
            got = answer_to_class_numbers(student, "nll", log_p, target, wanted)
            rivals = picked(log_p, target) | {"double_softmax": F.cross_entropy(log_p.softmax(1), target)}
            rivals |= {"probabilities_as_logits": F.nll_loss(log_p.log(), target)}
            judge(got, wanted, rivals)

    @pytest.mark.check(points=0.5, needs="takes_the_right_classes_with_a_minus")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample of four classes gives its own loss; float32 stays float32."""
        z, target = batch(generator, 1, 4, torch.float32)
        judge(student.nll(z.log_softmax(1), target), F.cross_entropy(z, target), picked(z.log_softmax(1), target))

    @pytest.mark.check(points=0.5, needs="takes_the_right_classes_with_a_minus")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """log_probs and target are as they were after the call."""
        z, target = batch(generator, 4, 3)
        expect_untouched(student, "nll", z.log_softmax(1), target)


@pytest.mark.exercise("cross_entropy")
class TestCrossEntropy:
    @pytest.mark.check(points=1)
    def test_takes_logits_and_class_numbers(self, student: Student, generator: torch.Generator) -> None:
        """From logits (N, C) and class numbers (N,), the mean of the right classes' -log softmax."""
        for samples, classes in SIZES[:3]:
            z, target = batch(generator, samples, classes)
            rivals = picked(z.log_softmax(1), target) | {"double_softmax": F.cross_entropy(z.softmax(1), target)}
            rivals |= {"probabilities_as_logits": F.nll_loss(z.log(), target)}
            rivals |= {"softmax_wrong_dim": F.nll_loss(z.log_softmax(0), target)}
            wanted = F.cross_entropy(z, target)
            judge(answer_to_class_numbers(student, "cross_entropy", z, target, wanted), wanted, rivals)

    @pytest.mark.check(points=1, needs="takes_logits_and_class_numbers")
    def test_is_exact_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits around ±1000 give the exact loss: thousands where the model is sure and wrong."""
        for dtype, samples in ((torch.float32, 1), (torch.float32, 4), (torch.float64, 4)):
            z, target = far_out(generator, dtype)[:samples], torch.tensor([0, 1, 2, 0])[:samples]
            got, wanted = scalar(student.cross_entropy(z, target)), F.cross_entropy(z, target)
            said = f"The loss is {got:.4g}, expected {wanted:.4g}: it is cut off."
            expect(samples == 1 or not bool(got < wanted / 2), said, "log_of_zero")
            rivals: Rivals = {"log_of_zero": F.nll_loss(z.softmax(1).log(), target)}
            rivals |= {"cut_off_too_early": torch.tensor(math.log(3))} if samples == 1 else {}
            rivals |= {"no_max_shift": F.nll_loss(naive_softmax(z).log(), target)}
            rivals |= {"sum_overflows": F.nll_loss(z - z.exp().sum(1, keepdim=True).log(), target)}
            judge(got, wanted, rivals, atol=1e-3)  # float32 has four decimals near 1000

    @pytest.mark.check(points=0.5, needs="takes_logits_and_class_numbers")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample of four classes gives its own loss; float32 stays float32."""
        z, target = batch(generator, 1, 4, torch.float32)
        judge(student.cross_entropy(z, target), F.cross_entropy(z, target), picked(z.log_softmax(1), target))

    @pytest.mark.check(points=0.5, needs="takes_logits_and_class_numbers")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """logits and target are as they were after the call."""
        expect_untouched(student, "cross_entropy", *batch(generator, 4, 3))


def binary(p: Tensor, y: Tensor) -> Rivals:
    """What known mistakes make of probabilities and labels (N,) in a binary cross-entropy."""
    each = F.binary_cross_entropy(p, y, reduction="none")
    return {
        "missing_negative_term": -(y * p.log()).mean(),
        "sign_error": -each.mean(),
        "sum_not_mean": each.sum(),
        "labels_swapped": F.binary_cross_entropy(1 - p, y),
        "half_factor": each.mean() / 2,
        "squared_instead": ((p - y) ** 2).mean(),
        "other_logarithm": (each.mean() / math.log(2), each.mean() / math.log(10)),
        "not_reduced": not_reduced(each),
    }


def halves(generator: torch.Generator, samples: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Probabilities in [0.05, 0.95] and labels, 0 and 1 in turn, both (N,)."""
    p = 0.05 + 0.9 * torch.rand(samples, generator=generator, dtype=torch.float64)
    return p.to(dtype), (torch.arange(samples) % 2).to(dtype)


@pytest.mark.exercise("bce")
class TestBce:
    @pytest.mark.check(points=1)
    def test_counts_both_labels(self, student: Student, generator: torch.Generator) -> None:
        """Label 1 costs -log p and label 0 costs -log(1 - p): the mean over the samples, a tensor of shape ()."""
        for samples, dtype in ((8, torch.float64), (5, torch.float32)):
            p, y = halves(generator, samples, dtype)
            rivals = binary(p, y) | {"probabilities_as_logits": F.binary_cross_entropy_with_logits(p, y)}
            judge(student.bce(p, y), F.binary_cross_entropy(p, y), rivals, rtol=1e-5)  # room for an epsilon of 1e-7

    @pytest.mark.check(points=1, needs="counts_both_labels")
    def test_is_finite_at_zero_and_one(self, student: Student) -> None:
        """Probabilities of exactly 0 and 1 give a finite loss: near 0 where they are right, large where not."""
        for ends in (torch.tensor([0.0, 1.0], dtype=torch.float64), torch.zeros(1)):  # in float32, 1 - 1e-12 is 1
            right, wrong = scalar(student.bce(ends, ends)), scalar(student.bce(ends, 1 - ends))
            for got, which in ((right, "right"), (wrong, "wrong")):
                said = f"For p = {ends.tolist()}, which is {which}, the loss is {got:.4g}"
                expect(bool(got.isfinite()), f"{said}, expected a finite number.", "log_of_zero")
            expect(bool(right.abs() < 1e-5), f"For p = {ends.tolist()}, which is right, the loss is {right:.4g}.")
            expect(bool(wrong > 15), f"{said}, expected a large one.", "kept_off_too_far")
            expect(bool(wrong < 1000), f"{said}: that is inf replaced, not p kept off the ends.", "log_of_zero")
        p, y = torch.tensor([0.0, 0.3, 1.0], dtype=torch.float64), torch.tensor([0.0, 1.0, 1.0], dtype=torch.float64)
        rivals = {"ends_left_out": -p[1].log()}
        compare(scalar(student.bce(p, y)), -p[1].log() / 3, rivals=rivals, rtol=1e-5, what="the loss of 0, 0.3 and 1")

    @pytest.mark.check(points=0.5, needs="counts_both_labels")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample gives its own loss."""
        p, _ = halves(generator, 1, torch.float32)
        for y in (torch.zeros(1), torch.ones(1)):
            judge(student.bce(p, y), F.binary_cross_entropy(p, y), binary(p, y), rtol=1e-4)

    @pytest.mark.check(points=0.5, needs="counts_both_labels")
    def test_leaves_its_arguments_alone(self, student: Student) -> None:
        """p and y are as they were after the call."""
        expect_untouched(student, "bce", torch.tensor([0.0, 0.3, 0.6, 1.0]), torch.tensor([1.0, 0.0, 1.0, 0.0]))


def as_probabilities(got: Tensor, z: Tensor, y: Tensor) -> Tensor:
    """The loss of logits taken for probabilities: clamped as ``got`` suggests, or not at all (nan)."""
    clamped = (F.binary_cross_entropy(z.clamp(low, 1 - low), y) for low in (0, 1e-7, 1e-8, 1e-12))
    plain = -(y * z.log() + (1 - y) * (1 - z).log()).mean()
    return next((loss for loss in clamped if torch.isclose(loss, got.to(loss.dtype))), plain)


@pytest.mark.exercise("bce_with_logits")
class TestBceWithLogits:
    @pytest.mark.check(points=1)
    def test_takes_logits(self, student: Student, generator: torch.Generator) -> None:
        """The loss of logits is the binary cross-entropy of their sigmoid: a tensor of shape ()."""
        for samples in (8, 5):
            z, y = normal(generator, samples, dtype=torch.float64), (torch.arange(samples) % 2).double()
            rivals = binary(z.sigmoid(), y)
            rivals |= {"double_softmax": F.binary_cross_entropy_with_logits(z.sigmoid(), y)}
            got = scalar(student.bce_with_logits(z, y))
            rivals |= {"probabilities_as_logits": as_probabilities(got, z, y)}
            judge(got, F.binary_cross_entropy_with_logits(z, y), rivals, rtol=1e-5)

    @pytest.mark.check(points=1, needs="takes_logits")
    def test_is_exact_far_out(self, student: Student) -> None:
        """At z = ±1000 a wrong answer costs 1000 and a right one 0."""
        for dtype in FLOATING:
            z = torch.tensor([FAR, -FAR, FAR, -FAR], dtype=dtype)
            for y, wanted in (([0, 1, 1, 0], 500.0), ([0, 1, 0, 1], 1000.0), ([1, 0, 1, 0], 0.0)):
                labels, expected = torch.tensor(y, dtype=dtype), torch.tensor(wanted, dtype=dtype)
                got, naive = scalar(student.bce_with_logits(z, labels)), (1 + z.exp()).log() - labels * z
                said = f"At z = ±1000 the loss is {got:.4g}, expected {wanted:.4g}."
                expect(not bool(got < wanted / 2 or got.isnan()), said, "log_of_zero")
                judge(got, expected, {"no_max_shift": naive.mean()})

    @pytest.mark.check(points=0.5, needs="takes_logits")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample gives its own loss; float32 stays float32."""
        z = normal(generator, 1)
        for y in (torch.zeros(1), torch.ones(1)):
            wanted = F.binary_cross_entropy_with_logits(z, y)
            judge(student.bce_with_logits(z, y), wanted, binary(z.sigmoid(), y), rtol=1e-4)

    @pytest.mark.check(points=0.5, needs="takes_logits")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """z and y are as they were after the call."""
        expect_untouched(student, "bce_with_logits", normal(generator, 6), torch.tensor([0.0, 1.0] * 3))


def slopes(z: Tensor, target: Tensor) -> Rivals:
    """What known mistakes make of logits (N, C) and class numbers (N,) in the gradient of the cross-entropy."""
    samples, classes = z.shape
    p, onehot = z.softmax(1), F.one_hot(target, classes)
    return {
        "sum_not_mean": p - onehot,
        "sign_error": (onehot - p) / samples,
        "mean_over_classes": (p - onehot) / z.numel(),
        "softmax_wrong_dim": (z.softmax(0) - onehot) / samples,
        "double_softmax": (p.softmax(1) - onehot) / samples,
        "probabilities_as_logits": (z - onehot) / samples,
        "onehot_expected": tuple((p - t) / samples for t in as_rows(target, z)),
        "logarithm_instead": (z.log_softmax(1) - onehot) / samples,
        "rows_not_paired": tuple(
            (p - hit) / samples for hit in (onehot.amax(0), torch.isin(torch.arange(samples), target)[:, None].int())
        ),
    }


@pytest.mark.exercise("softmax_ce_grad")
class TestSoftmaxCeGrad:
    @pytest.mark.check(points=1)
    def test_is_the_slope_of_cross_entropy(self, student: Student, generator: torch.Generator) -> None:
        """The gradient equals what autograd finds for the mean cross-entropy, to six digits."""
        for samples, classes in SIZES:
            z, target = batch(generator, samples, classes)
            leaf = z.clone().requires_grad_()
            (wanted,) = torch.autograd.grad(F.cross_entropy(leaf, target), leaf)
            got = answer_to_class_numbers(student, "softmax_ce_grad", z, target, wanted)
            judge(got, wanted, slopes(z, target), rtol=1e-6)

    @pytest.mark.check(points=0.5, needs="is_the_slope_of_cross_entropy")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits around ±1000 give a finite gradient; float32 stays float32."""
        z, target = far_out(generator, torch.float32), torch.tensor([0, 1, 2, 0])
        onehot = F.one_hot(target, 3)
        rivals: Rivals = {"shift_by_one_maximum": (naive_softmax(z - z.max()) - onehot) / 4}
        rivals |= {"no_max_shift": tuple((p - onehot) / 4 for p in overflowing(z))}
        rivals |= {"cut_off_too_early": tuple((p - onehot) / 4 for p in cut_off(z))}
        judge(student.softmax_ce_grad(z, target), (z.softmax(1) - onehot) / 4, rivals, rtol=1e-3)

    @pytest.mark.check(points=0.5, needs="is_the_slope_of_cross_entropy")
    def test_leaves_its_arguments_alone(self, student: Student, generator: torch.Generator) -> None:
        """logits and target are as they were after the call."""
        expect_untouched(student, "softmax_ce_grad", *batch(generator, 4, 3))
