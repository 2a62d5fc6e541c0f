"""Checks of 06_training: steps from given weights against the same steps made here, and where they were made.

Numbers are judged on the CPU, against ``trajectories``; where the work is done is judged in ``devices``.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.checks import stage
from autograder.checks.assertions import CheckFailed, blame, compare, describe, expect
from autograder.checks.devices import (
    anywhere,
    expect_few_reads,
    expect_moved_once,
    expect_on_device,
    expect_same_numbers,
    expect_to_finish,
    expect_to_stay,
    told,
)
from autograder.checks.stage import CPU, DEVICE, Prop, build, function, named, perform
from autograder.checks.student import Student
from autograder.checks.trajectories import (
    ALL_BYTES,
    BATCHES,
    EPOCHS,
    RATE,
    STEPS,
    X_BYTES,
    Y_BYTES,
    course,
    expect_steps,
    follow,
    measured,
    plainly,
    setting,
    wrong_means,
    wrong_shares,
    wrong_steps,
)
from autograder.errors import StudentRaised
from autograder.wire import printable

SIZE, BATCH_KEY = 5, "batch_size_ignored"  # of the batches that make_loaders is asked for; another one
MOST_COPIES = 100  # of mean or std in one tensor of a state_dict
HISTORY = ("train_loss", "test_loss", "test_accuracy", "lr")


def number(value: object, what: str) -> float:
    """A Python float; fails for anything else."""
    if type(value) is float:
        return value
    cause = "return_forgotten" if value is None else "wrong_dtype"
    raise CheckFailed(f"{what} is {describe(value)}, expected a Python float.", cause)


def epochs_of(history: object) -> Tensor:
    """The numbers (4, epochs) of a history; fails where it is not a dict of lists of Python floats."""
    cause = "return_forgotten" if history is None else None
    expect(type(history) is dict, f"The result is {describe(history)}, expected the history as a dict.", cause)
    assert isinstance(history, dict)
    compare(dict.fromkeys(history), dict.fromkeys(HISTORY), what="the history")
    for key, values in history.items():
        expect(type(values) is list, f"Under {key!r} is {describe(values)}, expected a list.", "last_value_only")
        near = len(values) in range(EPOCHS + 2)
        cause = "return_in_loop" if len(values) == 1 else "epochs_miscounted" if near else None
        expect(len(values) == EPOCHS, f"Under {key!r} stand {len(values)} values for {EPOCHS} epochs.", cause)
        for value in values:
            cause = "history_of_tensors" if isinstance(value, Tensor) else "wrong_dtype"
            expect(type(value) is float, f"Under {key!r} is {describe(value)}, expected Python floats.", cause)
    return torch.tensor([history[key] for key in HISTORY], dtype=torch.float64)


# data and device

LENGTH = function("lambda make, images, labels: len(make(images.numpy(), labels.numpy()))")
LABELS = function(
    "lambda make, images, labels: [torch.as_tensor(make(images.numpy(), labels.numpy())[i][1]) for i in (6, 0, 2)]"
)
IMAGES = function(
    """lambda make, images, labels: torch.stack(
        [torch.as_tensor(make(images.numpy(), labels.numpy())[i][0]) for i in (6, 0, 2)]
    )"""
)
BATCHED = function(
    "lambda make, images, labels: [list(pair) for pair in torch.utils.data.DataLoader("
    "make(images.numpy(), labels.numpy()), batch_size=4)]"
)
ORDERS = function(
    """lambda make, train, test, size, *generators: [
        [[y.tolist() for _, y in part] for part in (*loaders, *loaders)]
        for loaders in [make(train.dataset, test.dataset, size, generator) for generator in generators]
    ]"""
)
PICKED = function("lambda pick: (type(pick()).__name__, str(pick()))")
PLACED = function("lambda pick: (type(pick()).__name__, torch.empty(1, device=pick()).device.type)")
MOVED = function("lambda make, mean, std, x, device: make(mean, std).to(device)(x.to(device))")
KEPT = function(
    """lambda make, mean, std: (lambda module: (
        dict(module.state_dict()), len(list(module.buffers())), [p.requires_grad for p in module.parameters()]
    ))(make(mean, std))"""
)


def pictures(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Images (7, 8, 8) of whole numbers as scikit-learn has them, float64, and labels (7,) int64.

    The images hold numbers from 1 to 12, so that what goes by their own range is told from what goes by 16.
    """
    images = torch.randint(1, 13, (7, 8, 8), generator=generator).double()
    return images, torch.randint(10, (7,), generator=generator)


def scaled_by_itself(got: object, images: Tensor) -> Tensor:
    """Images (7, 8, 8) brought to [0, 1] by their own numbers: the variant that ``got``, of samples 6, 0, 2, shows."""
    spread = images - images.min()
    each = images - images.amin((1, 2), keepdim=True)
    variants = [images / images.max(), images / images.amax((1, 2), keepdim=True), spread / spread.max()]
    variants.append(each / each.amax((1, 2), keepdim=True))
    return next((v for v in variants if isinstance(got, Tensor) and same(got, v[[6, 0, 2]])), variants[0])


def about_dataset(student: Student, question: Prop, images: Tensor, labels: Tensor) -> Any:
    """What ``question`` finds in the student's DigitsDataset of these images and labels."""
    return perform(student, "DigitsDataset", named("DigitsDataset"), images, labels, call=question).value


@pytest.mark.exercise("digits_dataset")
class TestDigitsDataset:
    @pytest.mark.check(points=1)
    def test_knows_its_length_and_its_labels(self, student: Student, generator: torch.Generator) -> None:
        """`len(dataset)` is the number of samples, and `dataset[i][1]` is the label of sample i."""
        images, labels = pictures(generator)
        compare(about_dataset(student, LENGTH, images, labels), 7, what="the length")
        with blame("whole_dataset_as_item", StudentRaised, ("TypeError",)):
            got = about_dataset(student, LABELS, images, labels)
        one_each = isinstance(got, list) and all(isinstance(label, Tensor) and label.numel() == 1 for label in got)
        first = got[0] if isinstance(got, list) and got else None
        cause = "whole_dataset_as_item" if isinstance(first, Tensor) and first.shape[:1] == (7,) else None
        expect(one_each, f"The label of a sample is {describe(first)}, expected one number.", cause)
        said = "the list of the labels of samples 6, 0 and 2"
        compare([int(label) for label in got], labels[[6, 0, 2]].tolist(), what=said)

    @pytest.mark.check(points=1)
    def test_gives_images_between_0_and_1(self, student: Student, generator: torch.Generator) -> None:
        """`dataset[i][0]` is image i: shape (1, 8, 8), float32, divided by 16."""
        images, labels = pictures(generator)
        got = about_dataset(student, IMAGES, images, labels)
        right = (images[[6, 0, 2], None] / 16).float()
        rivals = {"not_scaled": right * 16, "scaled_by_255": right * 16 / 255, "channel_missing": right[:, 0]}
        flat = right.flatten(2 if isinstance(got, Tensor) and got.dim() == 3 else 1)
        rivals |= {"flattened_image": flat, "whole_dataset_as_item": images[None].expand(3, -1, -1, -1)}
        rivals["scaled_by_own_range"] = scaled_by_itself(got, images)[[6, 0, 2], None].float()
        if isinstance(got, Tensor) and got.shape == right.shape and got.dtype != right.dtype:
            expect(torch.equal(got.float(), right), "The values are not those of the images.", "not_scaled")
            expect(False, f"The image has dtype {got.dtype}, expected torch.float32.", "wrong_dtype")
        compare(got, right, rivals=rivals, what="the stack of images 6, 0 and 2")

    @pytest.mark.check(points=1, needs="knows_its_length_and_its_labels")
    def test_fills_batches(self, student: Student, generator: torch.Generator) -> None:
        """A DataLoader makes batches of it: as many images as labels, the labels of shape (B,) and dtype int64."""
        images, labels = pictures(generator)
        got = about_dataset(student, BATCHED, images, labels)
        pairs = isinstance(got, list) and all(isinstance(part, list) and len(part) == 2 for part in got)
        expect(pairs, "A batch is not a pair of images and labels.")
        expect(all(isinstance(images, Tensor) and images.dim() > 0 for images, _ in got), "A batch holds no images.")
        compare([len(image) for image, _ in got], [4, 3], what="the list of the batches' sizes")
        for label, right in zip([label for _, label in got], torch.split(labels, 4), strict=True):
            column = isinstance(label, Tensor) and label.shape == (len(right), 1)
            expect(not column, "The labels of a batch have shape (B, 1), expected (B,).", "column_output")
            if isinstance(label, Tensor) and label.shape == right.shape and label.dtype != torch.int64:
                expect(False, f"The labels have dtype {label.dtype}, expected torch.int64.", "wrong_dtype")
            compare(label, right, what="the labels of a batch")


def orders(student: Student, *seeds: int | None) -> list[list[list[list[int]]]]:
    """For each seed, or None for no generator, the samples batch by batch: of train, of test, and of both once more."""
    train, test = ([torch.zeros(n, 1), torch.arange(n)] for n in (22, 11))
    generators = [function("None") if seed is None else stage.generator_of(seed) for seed in seeds]
    objects = (named("make_loaders"), stage.loader(train), stage.loader(test), SIZE, *generators)
    got = perform(student, "make_loaders", *objects, call=ORDERS).value
    answered = isinstance(got, list) and len(got) == len(seeds) and all(isinstance(parts, list) for parts in got)
    expect(answered, f"The answers are {describe(got)}, expected {len(seeds)}.")
    for parts in got:
        expect(len(parts) == 4, f"There are {len(parts) // 2} loaders, expected the pair of train and test loader.")
        expect(all(map(holds_numbers, parts)), "A loader does not give batches of the dataset's samples.")
    orders: list[list[list[list[int]]]] = got
    return orders


def holds_numbers(batches: object) -> bool:
    """Whether this is a list of lists of sample numbers."""
    return isinstance(batches, list) and all(
        isinstance(batch, list) and all(type(number) is int for number in batch) for batch in batches
    )


@pytest.mark.exercise("make_loaders")
class TestMakeLoaders:
    @pytest.mark.check(points=0.5)
    def test_covers_every_sample(self, student: Student) -> None:
        """Train and test loader give every sample of their dataset once, in batches of `batch_size`."""
        ((train, test, *_),) = orders(student, 1)
        sizes, numbers = [len(batch) for batch in train], sorted(itertools.chain(*train))
        expect(numbers != list(range(11)), "The first loader gives the test samples.", "loaders_swapped")
        expect(numbers != [] and sizes[0] == SIZE, f"The batches have {sizes[:1]} samples, expected {SIZE}.", BATCH_KEY)
        for got, n in ((train, 22), (test, 11)):
            found = sorted(itertools.chain(*got))
            expect(len(found) >= n, f"{n - len(found)} of {n} samples are in no batch.", "last_batch_dropped")
            compare(found, list(range(n)), what="the list of all samples")
            each = [len(batch) for batch in got]
            wanted = [SIZE] * (n // SIZE) + [n % SIZE]
            expect(each == wanted, f"The batches of {n} samples have {printable(str(each), 60)} samples.", BATCH_KEY)

    @pytest.mark.check(points=0.5)
    def test_shuffles_training_data(self, student: Student) -> None:
        """The training samples come in another order in every epoch, with a generator and without one."""
        with blame("generator_required", StudentRaised, ("AttributeError", "TypeError")):
            (train, _, again, _), _ = orders(student, 2, None)
        once = [list(itertools.chain(*part)) for part in (train, again)]
        expect(once[0] != sorted(once[0]), "The training samples come in the order of the dataset.", "no_shuffle")
        expect(once[0] != once[1], "The training samples come in the same order in every epoch.", "shuffled_once")

    @pytest.mark.check(points=0.5)
    def test_keeps_test_data_in_order(self, student: Student) -> None:
        """The test samples come in the order of their dataset."""
        ((_, test, *_),) = orders(student, 3)
        order = list(itertools.chain(*test))
        expect(order == sorted(order), "The test samples come in another order than the dataset's.", "test_shuffled")

    @pytest.mark.check(points=0.5, needs="shuffles_training_data")
    def test_takes_chance_from_the_generator(self, student: Student) -> None:
        """A generator with the same seed gives the same order again, one with another seed another order."""
        first, second, other = (train for train, *_ in orders(student, 4, 4, 5))
        expect(first == second, "The same seed gives two different orders.", "generator_ignored")
        expect(first != other, "Two different seeds give the same order.", "generator_ignored")


def two_names(value: object) -> list[str]:
    """The names of a type and of a device, which the student's code may have chosen."""
    names = [printable(name, 40) for name in value if isinstance(name, str)] if isinstance(value, tuple | list) else []
    expect(len(names) == 2, "The answer names no device.")
    return names


@pytest.mark.exercise("pick_device")
class TestPickDevice:
    @pytest.mark.check(points=1)
    def test_falls_back_to_the_cpu(self, student: Student) -> None:
        """Where there is no accelerator, the answer is `torch.device("cpu")`."""
        kind, name = two_names(perform(student, "pick_device", named("pick_device"), call=PICKED).value)
        expect(kind in ("device", "str"), f"The answer is of type {kind}, expected torch.device.", "wrong_dtype")
        expect(name == "cpu", f"The answer is '{name}', and this machine has no such device.", "hardcoded_cuda")
        expect(kind == "device", f"The answer is of type {kind}, expected torch.device.", "wrong_dtype")

    @pytest.mark.check(points=1)
    def test_finds_the_accelerator(self, student: Student) -> None:
        """Where there is an accelerator, the answer is that device."""
        seen = perform(student, "pick_device", named("pick_device"), call=PLACED, world="accelerator")
        expect_to_finish(seen)
        kind, name = two_names(seen.value)
        expect(name == seen.device, f"The answer is '{name}' beside an accelerator.", "accelerator_overlooked")
        expect(kind == "device", f"The answer is of type {kind}, expected torch.device.", "wrong_dtype")


@pytest.mark.exercise("normalise")
class TestNormalise:
    @pytest.mark.check(points=0.5)
    def test_subtracts_and_divides(self, student: Student, generator: torch.Generator) -> None:
        """The output is (x - mean) / std, with the shape of x, which stays as it was."""
        x, mean = 5 * torch.randn(3, 1, 8, 8, generator=generator), torch.randn(8, 8, generator=generator)
        std = 1 + torch.rand(8, 8, generator=generator)
        rivals = {"mean_not_subtracted": x / std, "bias_per_input": x - mean / std, "std_ignored": x - mean}
        rivals |= {"variance_for_std": (x - mean) / std**2, "own_statistics": (x - x.mean()) / x.std()}
        rivals |= {"multiplied_by_std": (x - mean) * std, "sign_error": (mean - x) / std}
        given = stage.tensor(x)
        seen = perform(student, "Normalise", given, call=stage.own("Normalise", mean, std))
        expect_to_finish(seen)
        compare(seen.value, (x - mean) / std, rivals=rivals, what="the output")
        expect(torch.equal(seen.of(given)["value"], x), "x is not what it was before the call.", "mutates_input")

    @pytest.mark.check(points=1)
    def test_moves_as_a_whole(self, student: Student, generator: torch.Generator) -> None:
        """After `module.to(device)`, mean and std are on that device too, and the output is the same."""
        x, mean, std = (torch.rand(2, 8, 8, generator=generator) + 1 for _ in range(3))
        objects = (named("Normalise"), mean, std, x)
        seen = perform(student, "Normalise", *objects, DEVICE, call=MOVED, world="accelerator")
        if seen.stopped is not None and seen.stopped["kind"] == "mismatch":
            expect(False, told(seen.stopped, "x is on the accelerator, mean or std is not."), "tensor_not_buffer")
        expect_to_finish(seen)
        on_cpu = perform(student, "Normalise", *objects, CPU, call=MOVED)
        expect_to_finish(on_cpu)
        compare(seen.value, on_cpu.value, what="the output on the accelerator", rtol=1e-4, atol=1e-5)

    @pytest.mark.check(points=0.5)
    def test_saves_but_does_not_train(self, student: Student, generator: torch.Generator) -> None:
        """Mean and std are in the `state_dict()`, and no parameter is there to be trained."""
        mean, std = torch.randn(8, 8, generator=generator), 1 + torch.rand(8, 8, generator=generator)
        objects = (named("Normalise"), mean, std)
        seen = perform(student, "Normalise", *objects, call=KEPT)
        expect_to_finish(seen)
        got = seen.value
        state, buffers, trained = got if isinstance(got, tuple | list) and len(got) == 3 else ({}, 0, [])
        saved = isinstance(state, dict) and all(isinstance(t, Tensor) for t in state.values())
        expect(saved, "The state_dict holds something else than tensors.")
        expect(
            not (isinstance(trained, list) and any(flag is True for flag in trained)),
            "mean or std is a parameter that training would change.",
            "buffer_as_parameter",
        )
        cause = "tensor_not_buffer" if buffers == 0 else "buffer_not_saved"
        for name, wanted in (("mean", mean), ("std", std)):
            parts = [part for t in state.values() if t.numel() % 64 == 0 for part in t.reshape(-1, 64)[:MOST_COPIES]]
            kept = any(same(part, wanted) for part in parts)
            expect(kept, f"{name} is not in the state_dict.", cause)


def same(got: Tensor | None, wanted: Tensor) -> bool:
    """Whether two tensors have as many elements, and hold the same numbers."""
    if got is None or got.numel() != wanted.numel():
        return False
    return torch.allclose(got.float().reshape(-1), wanted.float().reshape(-1), rtol=1e-4, atol=1e-5)


# training

STILL_ON = function(
    """lambda evaluate, model, *objects: (
        evaluate(model, *objects), torch.is_grad_enabled() and all(p.requires_grad for p in model.parameters())
    )[1]"""
)


@pytest.mark.exercise("train_epoch")
class TestTrainEpoch:
    @pytest.mark.check(points=2)
    def test_makes_a_step_for_every_batch(self, student: Student, generator: torch.Generator) -> None:
        """For every batch: gradients to zero, forward, loss, backward, one step of the optimizer."""
        given = setting(generator)
        seen = anywhere(given.train(student))
        expect_steps(seen, given.model, follow(given), wrong_steps(given))
        kept = seen.of(given.optimizer)["lr"] == [RATE]
        expect(kept, "After the call the optimizer has another learning rate.", "learning_rate_changed")
        given = setting(generator, maps=True)
        with blame("input_reshaped", StudentRaised):
            seen = anywhere(given.train(student))
        expect_steps(seen, given.model, follow(given), wrong_steps(given))

    @pytest.mark.check(points=1)
    def test_returns_the_mean_over_samples(self, student: Student, generator: torch.Generator) -> None:
        """The result is the mean loss of a sample, also where the last batch is smaller: a Python float."""
        still, given = setting(generator, rate=0.0), setting(generator)  # without steps, only the mean can be wrong
        run = follow(still)
        got = number(anywhere(still.train(student)).value, "The result")
        rivals = wrong_means(run, got, follow(plainly(still)))
        compare(got, run.mean, what="the mean loss", rivals=rivals, rtol=1e-4)
        right, seen = follow(given), anywhere(given.train(student))
        if all(same(seen.state(given.model).get(name), value) for name, value in right.state.items()):
            later = {"loss_after_update": follow(given, "zfbsl").mean}
            compare(number(seen.value, "The result"), right.mean, what="the mean loss", rivals=later, rtol=1e-4)

    @pytest.mark.check(points=0.5, needs="makes_a_step_for_every_batch")
    def test_trains_in_training_mode(self, student: Student, generator: torch.Generator) -> None:
        """The model is in training mode, whichever mode it was in before."""
        given = setting(generator, norm=True, training=False)
        seen = anywhere(given.train(student))
        rivals = {"train_mode_forgotten": follow(given, training=False).state}
        expect_steps(seen, given.model, follow(given), rivals)

    @pytest.mark.check(points=0.5)
    def test_goes_where_it_is_told(self, student: Student, generator: torch.Generator) -> None:
        """With `device` the CPU the epoch runs there, whether there is an accelerator or not."""
        run = setting(generator).train(student, CPU)
        expect_to_stay(run("cpu"))
        expect_to_stay(run("accelerator"))

    @pytest.mark.check(points=1.5)
    def test_trains_on_the_accelerator(self, student: Student, generator: torch.Generator) -> None:
        """With `device` an accelerator, model, inputs and targets are there, and the numbers are the CPU's."""
        given = setting(generator)
        run = given.train(student)
        seen = run("accelerator")
        expect_on_device(seen, given.model, sent=ALL_BYTES)
        expect_same_numbers(seen, anywhere(run), given.model)

    @pytest.mark.check(points=0.5, needs="trains_on_the_accelerator")
    def test_rarely_waits(self, student: Student, generator: torch.Generator) -> None:
        """At most one number is read back from the accelerator for each batch."""
        expect_few_reads(setting(generator).train(student)("accelerator"), BATCHES)


def pair(value: object) -> tuple[float, float]:
    """Two Python floats; fails for anything else."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        cause = "return_forgotten" if value is None else None
        raise CheckFailed(f"The result is {describe(value)}, expected the pair (loss, accuracy).", cause)
    return number(value[0], "The loss"), number(value[1], "The accuracy")


@pytest.mark.exercise("evaluate")
class TestEvaluate:
    @pytest.mark.check(points=1)
    def test_returns_the_mean_loss(self, student: Student, generator: torch.Generator) -> None:
        """The first result is the mean loss of a sample, also where the last batch is smaller: a Python float."""
        given = setting(generator)
        loss, accuracy = measured(build(given.model)[0], given.data)
        got, _ = pair(anywhere(given.evaluate(student)).value)
        run, plain = (follow(case, "f", training=False) for case in (given, plainly(given)))
        rivals = wrong_means(run, got, plain) | {"results_swapped": accuracy}
        compare(got, loss, rivals=rivals, what="the loss", rtol=1e-4)
        given = setting(generator, maps=True)
        with blame("input_reshaped", StudentRaised):
            got, _ = pair(anywhere(given.evaluate(student)).value)
        compare(got, measured(build(given.model)[0], given.data)[0], what="the loss", rtol=1e-4)

    @pytest.mark.check(points=1)
    def test_returns_the_share_of_hits(self, student: Student, generator: torch.Generator) -> None:
        """The second result is the share of samples whose largest output is that of the right class: a Python float."""
        given = setting(generator)
        loss, accuracy = measured(build(given.model)[0], given.data)
        _, got = pair(anywhere(given.evaluate(student)).value)
        compare(
            got, accuracy, rivals=wrong_shares(given, got) | {"results_swapped": loss}, what="the accuracy", rtol=1e-4
        )

    @pytest.mark.check(points=0.5)
    def test_evaluates_in_evaluation_mode(self, student: Student, generator: torch.Generator) -> None:
        """The model is in evaluation mode, whichever mode it was in before, and learns nothing from the data."""
        given = setting(generator, norm=True)
        start, in_training = build(given.model)[0], build(given.model)[0]
        seen = anywhere(given.evaluate(student))
        got, right = torch.tensor(pair(seen.value)), torch.tensor(measured(start, given.data))
        modes = [entry["training"] for entry in seen.happened("forward")]
        after = seen.state(given.model)
        changed = not all(
            name in after and torch.equal(value, after[name]) for name, value in start.state_dict().items()
        )
        expect(not changed, "The model is not what it was before.", "eval_mode_forgotten" if any(modes) else None)
        rivals = {"eval_mode_forgotten": torch.tensor(measured(in_training, given.data, training=True))}
        compare(got, right, rivals=rivals, what="the pair of loss and accuracy", rtol=1e-4)

    @pytest.mark.check(points=0.5)
    def test_needs_no_gradients(self, student: Student, generator: torch.Generator) -> None:
        """PyTorch keeps no graph for gradients, which nobody asks for here, and would keep one again afterwards."""
        given = setting(generator)
        seen = anywhere(given.evaluate(student))
        kept = next((entry for entry in seen.journal if entry.get("grad")), None)
        expect(kept is None, told(kept or {}, "the forward pass is recorded for gradients."), "grad_in_evaluation")
        filled = any(value is not None for value in seen.of(given.model)["gradients"].values())
        expect(not filled, "After the call the parameters have gradients.", "grad_in_evaluation")
        objects = (named("evaluate"), given.model, given.loader, given.loss, DEVICE)
        left = anywhere(lambda world: perform(student, "evaluate", *objects, call=STILL_ON, world=world)).value
        said = "After the call gradients are off, for the model or for all of PyTorch: it cannot be trained on."
        expect(left is True, said, "gradients_left_off")

    @pytest.mark.check(points=0.5)
    def test_goes_where_it_is_told(self, student: Student, generator: torch.Generator) -> None:
        """With `device` the CPU everything runs there, whether there is an accelerator or not."""
        run = setting(generator).evaluate(student, CPU)
        expect_to_stay(run("cpu"))
        expect_to_stay(run("accelerator"))

    @pytest.mark.check(points=1)
    def test_runs_on_the_accelerator(self, student: Student, generator: torch.Generator) -> None:
        """With `device` an accelerator, model, inputs and targets are there, and the numbers are the CPU's."""
        given = setting(generator)
        run = given.evaluate(student)
        seen = run("accelerator")
        expect_on_device(seen, given.model, sent=ALL_BYTES)
        expect_same_numbers(seen, anywhere(run), given.model)

    @pytest.mark.check(points=0.5, needs="runs_on_the_accelerator")
    def test_rarely_waits(self, student: Student, generator: torch.Generator) -> None:
        """At most two numbers are read back from the accelerator for each batch."""
        expect_few_reads(setting(generator).evaluate(student)("accelerator"), 2 * BATCHES)


@pytest.mark.exercise("overfit_one_batch")
class TestOverfitOneBatch:
    @pytest.mark.check(points=1)
    def test_makes_its_steps_on_one_batch(self, student: Student, generator: torch.Generator) -> None:
        """There are `steps` steps, each as in train_epoch: in training mode, from gradients of zero, on that batch."""
        given = setting(generator, norm=True, maps=True, training=False, rate=0.1)
        seen = anywhere(given.overfit(student))
        rivals = {
            "no_zero_grad": follow(given, "fbs", repeat=STEPS).state,
            "return_in_loop": follow(given, repeat=1).state,
        }
        rivals |= {"steps_miscounted": follow(given, repeat=min(len(seen.happened("step")), 100)).state}
        rivals |= {"train_mode_forgotten": follow(given, repeat=STEPS, training=False).state}
        expect_steps(seen, given.model, follow(given, repeat=STEPS), rivals)

    @pytest.mark.check(points=0.5)
    def test_returns_the_last_loss(self, student: Student, generator: torch.Generator) -> None:
        """The result is the loss that the last step computed, before its update: a Python float."""
        given = setting(generator, rate=0.1)
        losses = follow(given, repeat=STEPS + 1).losses
        got = number(anywhere(given.overfit(student)).value, "The result")
        rivals = {"return_in_loop": losses[0], "loss_after_update": losses[-1]}
        rivals |= {"mean_of_all_steps": sum(losses[:-1]) / STEPS, "losses_summed": sum(losses[:-1])}
        compare(got, losses[-2], rivals=rivals, what="the loss", rtol=1e-4)

    @pytest.mark.check(points=0.5)
    def test_goes_where_it_is_told(self, student: Student, generator: torch.Generator) -> None:
        """With `device` the CPU the steps are made there, whether there is an accelerator or not."""
        run = setting(generator).overfit(student, CPU)
        expect_to_stay(run("cpu"))
        expect_to_stay(run("accelerator"))

    @pytest.mark.check(points=1)
    def test_moves_the_batch_once(self, student: Student, generator: torch.Generator) -> None:
        """With `device` an accelerator, the batch goes there once, and at most one number a step comes back."""
        given = setting(generator)
        run = given.overfit(student)
        seen = run("accelerator")
        expect_on_device(seen, given.model, sent=X_BYTES)
        expect_same_numbers(seen, anywhere(run), given.model)
        expect_moved_once(seen, (X_BYTES, Y_BYTES))
        expect_few_reads(seen, STEPS)


@pytest.mark.exercise("fit")
class TestFit:
    @pytest.mark.check(points=0.5)
    def test_keeps_a_history_of_floats(self, student: Student, generator: torch.Generator) -> None:
        """The history is a dict of four lists: a Python float for every epoch."""
        epochs_of(anywhere(course(generator, 1.0).fit(student)).value)

    @pytest.mark.check(points=1.5, needs="keeps_a_history_of_floats")
    def test_trains_and_tests_in_every_epoch(self, student: Student, generator: torch.Generator) -> None:
        """Every epoch trains on the first loader and then measures on the second; the model stays as trained."""
        given = course(generator, 1.0)
        seen = anywhere(given.fit(student))
        got = epochs_of(seen.value)
        given.judge(
            student, seen, got, train_accuracy_as_test={"tested": "train"}, loaders_swapped={"swapped": True},
            evaluated_before_training={"tested": "before"},
        )  # fmt: skip

    @pytest.mark.check(points=1, needs="keeps_a_history_of_floats")
    def test_steps_the_scheduler_after_the_epoch(self, student: Student, generator: torch.Generator) -> None:
        """The scheduler steps once an epoch, after the training; `lr` is the rate that the epoch was trained with."""
        given = course(generator, 0.5)
        seen = anywhere(given.fit(student))
        got = epochs_of(seen.value)
        given.judge(
            student, seen, got, scheduler_per_batch={"step": "batch"}, scheduler_before_optimizer={"step": "first"},
            scheduler_ignored={"step": "never"}, lr_read_after_step={"read": "after"},
        )  # fmt: skip

    @pytest.mark.check(points=0.5)
    def test_works_without_a_scheduler(self, student: Student, generator: torch.Generator) -> None:
        """Without a scheduler the learning rate stays what it is."""
        given = course(generator, 1.0)
        with blame("scheduler_required", StudentRaised, ("AttributeError", "TypeError")):
            got = epochs_of(anywhere(given.fit(student, scheduled=False)).value)
        compare(got[3], torch.full((EPOCHS,), RATE, dtype=torch.float64), what="the list of learning rates")

    @pytest.mark.check(points=0.5)
    def test_goes_where_it_is_told(self, student: Student, generator: torch.Generator) -> None:
        """With `device` the CPU the whole course runs there, whether there is an accelerator or not."""
        run = course(generator, 0.5).fit(student, device=CPU)
        expect_to_stay(run("cpu"))
        expect_to_stay(run("accelerator"))

    @pytest.mark.check(points=1)
    def test_trains_on_the_accelerator(self, student: Student, generator: torch.Generator) -> None:
        """With `device` an accelerator the whole course runs there, and the numbers are the CPU's."""
        given = course(generator, 0.5)
        run = given.fit(student)
        seen = run("accelerator")
        if seen.stopped is not None and given.hands_on(student):
            return  # it stopped in train_epoch or evaluate, which have lost their points for that
        expect_on_device(seen, given.given.model, sent=ALL_BYTES)
        expect_same_numbers(seen, anywhere(run), given.given.model)
