"""Checks of 03_losses: each loss against PyTorch's own, on inputs drawn from the course's seed."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.assertions import blame, compare, expect
from autograder.checks.student import Student
from autograder.errors import StudentRaised

FAR = 1000.0  # exp(1000) overflows every floating dtype


def normal(generator: torch.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers around 0 with a spread of 2, drawn in float64."""
    return (2 * torch.randn(*shape, generator=generator, dtype=torch.float64)).to(dtype)


def logits_and_classes(
    generator: torch.Generator, samples: int = 5, classes: int = 3, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """Logits (N, C) and the right classes (N,) int64."""
    return normal(generator, samples, classes, dtype=dtype), torch.randint(classes, (samples,), generator=generator)


def refuses_shapes(student: Student, name: str, generator: torch.Generator) -> None:
    """Fails unless ``name`` raises ValueError for (N, 1) against (N,)."""
    pred, target = normal(generator, 6, 1), normal(generator, 6)
    try:
        got = student.call(name, pred, target).value
    except StudentRaised as fault:
        expect(fault.type_name == "ValueError", f"For shapes (6, 1) and (6,): {fault.message} Expected ValueError.")
        return
    said = f"For shapes (6, 1) and (6,), `{name}` answered instead of raising ValueError."
    broadcast = isinstance(got, Tensor | float)
    expect(False, said, "broadcast_matrix" if broadcast else None)


def squared_rivals(e: Tensor) -> dict[str, Tensor]:
    """What known mistakes make of the errors ``e`` in a mean squared error."""
    return {
        "sum_not_mean": (e**2).sum(),
        "half_factor": (e**2).mean() / 2,
        "square_forgotten": e.mean(),
        "absolute_instead": e.abs().mean(),
        "sign_error": -(e**2).mean(),
    }


@pytest.mark.exercise("mse")
class TestMse:
    @pytest.mark.check(points=1)
    def test_gives_the_mean_of_the_squares(self, student: Student, generator: torch.Generator) -> None:
        """The loss of N numbers is the mean of their squared errors: a tensor of shape ()."""
        pred, target = normal(generator, 7), normal(generator, 7)
        compare(student.mse(pred, target), F.mse_loss(pred, target), rivals=squared_rivals(pred - target))

    @pytest.mark.check(points=1, needs="gives_the_mean_of_the_squares")
    def test_averages_over_every_element(self, student: Student, generator: torch.Generator) -> None:
        """The mean is over every element, whatever the shape; float64 stays float64."""
        for shape in ((4, 3), (1,), (2, 1, 5)):
            pred, target = normal(generator, 2, *shape, dtype=torch.float64)
            rivals = {**squared_rivals(pred - target), "sum_not_mean": ((pred - target) ** 2).sum() / shape[0]}
            compare(student.mse(pred, target), F.mse_loss(pred, target), rivals=rivals)

    @pytest.mark.check(points=1, needs="gives_the_mean_of_the_squares")
    def test_refuses_shapes_that_differ(self, student: Student, generator: torch.Generator) -> None:
        """Predictions of shape (N, 1) against targets of shape (N,) raise ValueError."""
        refuses_shapes(student, "mse", generator)


@pytest.mark.exercise("mae")
class TestMae:
    @pytest.mark.check(points=1.5)
    def test_gives_the_mean_of_the_sizes(self, student: Student, generator: torch.Generator) -> None:
        """The loss is the mean of the errors' absolute values, over every element."""
        for shape in ((7,), (4, 3), (1,)):
            pred, target = normal(generator, 2, *shape)
            e = pred - target
            rivals = {"sum_not_mean": e.abs().sum(), "absolute_forgotten": e.mean(), "sign_error": -e.abs().mean()}
            rivals |= {"half_factor": e.abs().mean() / 2, "squared_instead": (e**2).mean()}
            compare(student.mae(pred, target), F.l1_loss(pred, target), rivals=rivals)

    @pytest.mark.check(points=0.5, needs="gives_the_mean_of_the_sizes")
    def test_refuses_shapes_that_differ(self, student: Student, generator: torch.Generator) -> None:
        """Predictions of shape (N, 1) against targets of shape (N,) raise ValueError."""
        refuses_shapes(student, "mae", generator)


def huber_rivals(e: Tensor, delta: float) -> dict[str, Tensor]:
    """What known mistakes make of the errors ``e`` in a Huber loss."""
    straight = delta * (e.abs() - delta / 2)
    right = torch.where(e.abs() <= delta, e**2 / 2, straight)
    return {
        "sum_not_mean": right.sum(),
        "half_factor": torch.where(e.abs() <= delta, e**2, straight).mean(),
        "pieces_do_not_meet": torch.where(e.abs() <= delta, e**2 / 2, delta * e.abs()).mean(),
        "pieces_swapped": torch.where(e.abs() > delta, e**2 / 2, straight).mean(),
        "absolute_forgotten": torch.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean(),
        "sign_error": -right.mean(),
    }


@pytest.mark.exercise("huber")
class TestHuber:
    @pytest.mark.check(points=1.5)
    def test_is_square_near_zero_and_straight_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Within delta = 1 the loss is half the square, beyond it grows in a straight line; the mean over all."""
        target = normal(generator, 8)
        pred = target + torch.tensor([0.5, -0.5, 0.2, -0.8, 3.0, -3.0, 2.0, -5.0])
        compare(student.huber(pred, target), F.huber_loss(pred, target), rivals=huber_rivals(pred - target, 1.0))

    @pytest.mark.check(points=1, needs="is_square_near_zero_and_straight_far_out")
    def test_bends_at_delta(self, student: Student, generator: torch.Generator) -> None:
        """Any delta can be asked for, and the two pieces meet there; float64 stays float64."""
        for delta in (0.3, 2.5):
            pred, target = normal(generator, 2, 4, 5, dtype=torch.float64)
            rivals = {**huber_rivals(pred - target, delta), "delta_ignored": F.huber_loss(pred, target)}
            compare(student.huber(pred, target, delta=delta), F.huber_loss(pred, target, delta=delta), rivals=rivals)

    @pytest.mark.check(points=0.5, needs="is_square_near_zero_and_straight_far_out")
    def test_refuses_shapes_that_differ(self, student: Student, generator: torch.Generator) -> None:
        """Predictions of shape (N, 1) against targets of shape (N,) raise ValueError."""
        refuses_shapes(student, "huber", generator)


@pytest.mark.exercise("outlier_ratio")
class TestOutlierRatio:
    @pytest.mark.check(points=1.5)
    def test_gives_the_largest_errors_share(self, student: Student, generator: torch.Generator) -> None:
        """The answer is the largest squared error as a share of their sum: a Python float."""
        for shape in ((9,), (3, 4), (1,)):
            pred, target = normal(generator, 2, *shape, dtype=torch.float64)
            sizes = (pred - target).abs()
            rivals = {"square_forgotten": sizes.max() / sizes.sum()}
            rivals["mean_not_sum"] = sizes.max() ** 2 / (sizes**2).mean()
            wanted = (sizes.max() ** 2 / (sizes**2).sum()).item()
            compare(student.outlier_ratio(pred, target), wanted, rivals=rivals)

    @pytest.mark.check(points=0.5, needs="gives_the_largest_errors_share")
    def test_is_zero_where_there_is_no_error(self, student: Student, generator: torch.Generator) -> None:
        """Where every error is 0, so is the answer."""
        same = normal(generator, 4)
        with blame("division_by_zero", StudentRaised, type_names=("ZeroDivisionError",)):
            got = student.outlier_ratio(same, same.clone())
        compare(got, 0.0, rivals={"division_by_zero": float("nan")})


def softmax_rivals(z: Tensor) -> dict[str, Tensor]:
    """What known mistakes make of the logits ``z`` in a softmax."""
    return {
        "softmax_wrong_dim": z.softmax(0),
        "softmax_over_everything": z.flatten().softmax(0).reshape(z.shape),
        "sign_error": (-z).softmax(1),
        "double_softmax": z.softmax(1).softmax(1),
        "logarithm_instead": z.log_softmax(1),
    }


@pytest.mark.exercise("softmax")
class TestSoftmax:
    @pytest.mark.check(points=1.5)
    def test_gives_each_row_its_probabilities(self, student: Student, generator: torch.Generator) -> None:
        """Row by row, the exponentials are divided by their sum; the shape stays (N, C)."""
        for shape in ((4, 3), (3, 3), (1, 6)):
            z = normal(generator, *shape)
            compare(student.softmax(z), z.softmax(1), rivals=softmax_rivals(z))

    @pytest.mark.check(points=1, needs="gives_each_row_its_probabilities")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits of ±1000 give finite probabilities that sum to 1."""
        z = normal(generator, 4, 3) + torch.tensor([[FAR], [-FAR], [0.0], [FAR]])
        z[2] = torch.tensor([FAR, -FAR, 0.0])
        whole = (z - z.max()).exp()
        rivals = {"no_max_shift": z.exp() / z.exp().sum(1, keepdim=True)}
        rivals["shift_by_one_maximum"] = whole / whole.sum(1, keepdim=True)
        compare(
            student.softmax(z), z.softmax(1), rivals=rivals, rtol=1e-3
        )  # float32 near 1000 has four digits to spare

    @pytest.mark.check(points=0.5, needs="gives_each_row_its_probabilities")
    def test_keeps_float64(self, student: Student, generator: torch.Generator) -> None:
        """Logits of dtype float64 give probabilities of dtype float64."""
        z = normal(generator, 2, 5, dtype=torch.float64)
        compare(student.softmax(z), z.softmax(1), rivals=softmax_rivals(z))


@pytest.mark.exercise("log_softmax")
class TestLogSoftmax:
    @pytest.mark.check(points=1)
    def test_gives_the_logarithm_of_softmax(self, student: Student, generator: torch.Generator) -> None:
        """Every element is the logarithm of its probability within the row."""
        for shape in ((4, 3), (3, 3), (1, 6)):
            z = normal(generator, *shape, dtype=torch.float64)
            rivals = {"softmax_wrong_dim": z.log_softmax(0), "logarithm_forgotten": z.softmax(1)}
            rivals |= {"sign_error": -z.log_softmax(1), "double_softmax": z.softmax(1).log_softmax(1)}
            compare(student.log_softmax(z), z.log_softmax(1), rivals=rivals)

    @pytest.mark.check(points=1, needs="gives_the_logarithm_of_softmax")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits of ±1000 give finite logarithms, also of probabilities that are too small to write down."""
        z = normal(generator, 3, 3) + torch.tensor([[FAR, -FAR, 0.0]])
        naive = z.exp() / z.exp().sum(1, keepdim=True)
        rivals = {"log_of_zero": z.softmax(1).log(), "no_max_shift": naive.log()}
        rivals["sum_overflows"] = z - z.exp().sum(1, keepdim=True).log()
        compare(student.log_softmax(z), z.log_softmax(1), rivals=rivals)


def picked_rivals(log_p: Tensor, target: Tensor) -> dict[str, Tensor]:
    """What known mistakes make of log-probabilities (N, C) and the right classes."""
    right = log_p[torch.arange(len(target)), target]
    return {
        "sign_error": right.mean(),
        "sum_not_mean": -right.sum(),
        "mean_over_classes": -right.sum() / log_p.numel(),
        "logarithm_instead": -right.exp().mean(),
        "onehot_expected": -(target[:, None] * log_p).sum(1).mean(),
    }


@pytest.mark.exercise("nll")
class TestNll:
    @pytest.mark.check(points=1.5)
    def test_takes_the_right_classes_with_a_minus(self, student: Student, generator: torch.Generator) -> None:
        """The loss is minus the mean of the right classes' log-probabilities: a tensor of shape ()."""
        for samples, classes in ((5, 3), (3, 3), (6, 2)):
            z, target = logits_and_classes(generator, samples, classes, torch.float64)
            with blame("onehot_expected", StudentRaised, type_names=("RuntimeError", "IndexError")):
                got = student.nll(z.log_softmax(1), target)
            compare(got, F.cross_entropy(z, target), rivals=picked_rivals(z.log_softmax(1), target))

    @pytest.mark.check(points=0.5, needs="takes_the_right_classes_with_a_minus")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample of four classes gives its own loss; float32 stays float32."""
        z, target = logits_and_classes(generator, 1, 4)
        compare(student.nll(z.log_softmax(1), target), F.cross_entropy(z, target))


@pytest.mark.exercise("cross_entropy")
class TestCrossEntropy:
    @pytest.mark.check(points=1.5)
    def test_takes_logits_and_class_numbers(self, student: Student, generator: torch.Generator) -> None:
        """From logits (N, C) and class numbers (N,), the mean of the right classes' -log softmax."""
        for samples, classes in ((5, 3), (3, 3), (6, 2)):
            z, target = logits_and_classes(generator, samples, classes, torch.float64)
            p, log_p = z.softmax(1), z.log_softmax(1)
            rivals = {**picked_rivals(log_p, target), "double_softmax": F.cross_entropy(p, target)}
            rivals["probabilities_as_logits"] = -z[torch.arange(samples), target].log().mean()
            rivals["softmax_wrong_dim"] = F.nll_loss(z.log_softmax(0), target)
            with blame("onehot_expected", StudentRaised, type_names=("RuntimeError", "IndexError")):
                got = student.cross_entropy(z, target)
            compare(got, F.cross_entropy(z, target), rivals=rivals)

    @pytest.mark.check(points=1, needs="takes_logits_and_class_numbers")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits of ±1000 give the exact loss, about 1000 or 2000 where the model is sure and wrong."""
        z, target = logits_and_classes(generator, 4, 3)
        z += torch.tensor([FAR, 0.0, -FAR])
        z[0], target[0] = torch.tensor([FAR, 0.0, -FAR]), 2
        got, wanted = student.cross_entropy(z, target), F.cross_entropy(z, target)
        said = f"The loss is {got:.4g}, expected {wanted:.4g}: it is cut off."
        expect(not bool(got < wanted / 2), said, "log_of_zero")
        right = torch.arange(4), target
        naive = z.exp() / z.exp().sum(1, keepdim=True)
        rivals = {"no_max_shift": -naive.log()[right].mean(), "log_of_zero": -z.softmax(1).log()[right].mean()}
        compare(got, wanted, rivals=rivals)

    @pytest.mark.check(points=0.5, needs="takes_logits_and_class_numbers")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample of four classes gives its own loss; float32 stays float32."""
        z, target = logits_and_classes(generator, 1, 4)
        compare(student.cross_entropy(z, target), F.cross_entropy(z, target))


def binary_rivals(p: Tensor, y: Tensor) -> dict[str, Tensor]:
    """What known mistakes make of probabilities and labels (N,) in a binary cross-entropy."""
    each = F.binary_cross_entropy(p, y, reduction="none")
    return {
        "missing_negative_term": -(y * p.log()).mean(),
        "sign_error": -each.mean(),
        "sum_not_mean": each.sum(),
        "labels_swapped": F.binary_cross_entropy(1 - p, y),
    }


@pytest.mark.exercise("bce")
class TestBce:
    @pytest.mark.check(points=1.5)
    def test_counts_both_labels(self, student: Student, generator: torch.Generator) -> None:
        """Label 1 costs -log p and label 0 costs -log(1 - p): the mean over the samples."""
        for samples in (8, 5):
            p = torch.rand(samples, generator=generator, dtype=torch.float64) * 0.9 + 0.05
            y = (torch.arange(samples) % 2).double()
            rivals = {**binary_rivals(p, y), "probabilities_as_logits": F.binary_cross_entropy_with_logits(p, y)}
            compare(student.bce(p, y), F.binary_cross_entropy(p, y), rivals=rivals)

    @pytest.mark.check(points=1, needs="counts_both_labels")
    def test_is_finite_at_zero_and_one(self, student: Student, generator: torch.Generator) -> None:
        """Probabilities of exactly 0 and 1 give a finite loss: small where they are right, large where not."""
        ends, labels = torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0])
        far = "For p = 0 and 1, both right, the loss"
        compare(student.bce(ends, labels), torch.tensor(0.0), atol=1e-6, what=far, rivals={"log_of_zero": float("nan")})
        got = student.bce(1 - ends, labels)
        expect(bool(torch.isfinite(got).all()), "For p = 0 and 1, both wrong, the loss is not finite.", "log_of_zero")
        expect(bool(10 < got < 120), f"For p = 0 and 1, both wrong, the loss is {got:.3g}: it should be large.")

    @pytest.mark.check(points=0.5, needs="counts_both_labels")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample gives its own loss; float32 stays float32."""
        p, y = torch.rand(1, generator=generator) * 0.9 + 0.05, torch.zeros(1)
        compare(student.bce(p, y), F.binary_cross_entropy(p, y), rivals=binary_rivals(p, y))


@pytest.mark.exercise("bce_with_logits")
class TestBceWithLogits:
    @pytest.mark.check(points=1.5)
    def test_takes_logits(self, student: Student, generator: torch.Generator) -> None:
        """The loss of logits is the binary cross-entropy of their sigmoid."""
        for samples in (8, 5):
            z, y = normal(generator, samples, dtype=torch.float64), (torch.arange(samples) % 2).double()
            rivals = binary_rivals(z.sigmoid(), y)
            rivals["probabilities_as_logits"] = F.binary_cross_entropy(z.clamp(0, 1), y)
            rivals["double_softmax"] = F.binary_cross_entropy_with_logits(z.sigmoid(), y)
            compare(student.bce_with_logits(z, y), F.binary_cross_entropy_with_logits(z, y), rivals=rivals)

    @pytest.mark.check(points=1, needs="takes_logits")
    def test_is_exact_far_out(self, student: Student, generator: torch.Generator) -> None:
        """At z = ±1000 a wrong answer costs 1000 and a right one 0."""
        z, y = torch.tensor([FAR, -FAR, FAR, -FAR]), torch.tensor([0.0, 1.0, 1.0, 0.0])
        got = student.bce_with_logits(z, y)
        expect(bool(torch.isfinite(got).all()), "At z = ±1000 the loss is not finite.", "no_max_shift")
        short = bool((got < 400).all())
        expect(not short, f"At z = ±1000 the loss is {got:.4g}, expected 500: it is cut off.", "log_of_zero")
        compare(got, torch.tensor(500.0))

    @pytest.mark.check(points=0.5, needs="takes_logits")
    def test_works_for_one_sample(self, student: Student, generator: torch.Generator) -> None:
        """One sample gives its own loss; float32 stays float32."""
        z, y = normal(generator, 1), torch.zeros(1)
        compare(student.bce_with_logits(z, y), F.binary_cross_entropy_with_logits(z, y))


@pytest.mark.exercise("softmax_ce_grad")
class TestSoftmaxCeGrad:
    @pytest.mark.check(points=1.5)
    def test_is_the_slope_of_cross_entropy(self, student: Student, generator: torch.Generator) -> None:
        """The gradient equals what autograd finds for the mean cross-entropy, to six digits."""
        for samples, classes in ((5, 3), (3, 3), (1, 4)):
            z, target = logits_and_classes(generator, samples, classes, torch.float64)
            leaf = z.clone().requires_grad_()
            (wanted,) = torch.autograd.grad(F.cross_entropy(leaf, target), leaf)
            onehot = F.one_hot(target, classes).double()
            rivals = {"sum_not_mean": wanted * samples, "sign_error": -wanted, "mean_over_classes": wanted / classes}
            others = {"softmax_wrong_dim": z.softmax(0), "double_softmax": z.softmax(1).softmax(1)}
            others["probabilities_as_logits"] = z
            rivals |= {key: (other - onehot) / samples for key, other in others.items()}
            rivals["onehot_expected"] = (z.softmax(1) - target[:, None]) / samples
            with blame("onehot_expected", StudentRaised, type_names=("RuntimeError", "IndexError")):
                got = student.softmax_ce_grad(z, target)
            compare(got, wanted, rivals=rivals)

    @pytest.mark.check(points=0.5, needs="is_the_slope_of_cross_entropy")
    def test_is_finite_far_out(self, student: Student, generator: torch.Generator) -> None:
        """Logits of ±1000 give a finite gradient; float32 stays float32."""
        z, target = logits_and_classes(generator, 4, 3)
        z += torch.tensor([FAR, 0.0, -FAR])
        onehot = F.one_hot(target, 3)
        naive = z.exp() / z.exp().sum(1, keepdim=True)
        wanted = (z.softmax(1) - onehot) / 4
        compare(student.softmax_ce_grad(z, target), wanted, rivals={"no_max_shift": (naive - onehot) / 4})
