"""Training made here, step by step: the right steps, and those that known mistakes lead to.

A mistake in training code shows in the weights after a few steps from given ones. :func:`follow` and :func:`fitted`
make the same steps as the code of a student should, in the right order or in another one; a check compares both.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks import stage
from autograder.checks.assertions import CheckFailed, compare, expect
from autograder.checks.stage import DEVICE, Prop, Seen, World, build, perform
from autograder.checks.student import Student
from autograder.errors import StudentFault

SAMPLES, FEATURES, CLASSES, BATCH = 23, 5, 3, 4  # the last batch holds 3 samples
BATCHES = math.ceil(SAMPLES / BATCH)
ALL_BYTES = SAMPLES * FEATURES * 4  # of all inputs
X_BYTES, Y_BYTES = BATCH * FEATURES * 4, BATCH * 8  # of a whole batch; no parameter of a model here has as many
RATE, SMOOTHING = 0.5, 0.1
DECAY = 0.05  # makes a step more than the gradient times the rate: only the optimizer that was passed in knows it
STEPS, EPOCHS = 4, 3
RTOL, ATOL = 1e-4, 1e-5  # of weights after an epoch in float32

HANDED = stage.function(
    """lambda fit, *objects: (lambda handed: (
        fit.__globals__.update(
            train_epoch=lambda *args, **kwargs: handed.append(objects[4] in [*args, *kwargs.values()]) or 1.0,
            evaluate=lambda *args, **kwargs: handed.append(objects[4] in [*args, *kwargs.values()]) or (1.0, 0.5),
        ),
        fit(*objects),
        handed,
    )[-1])([])"""
)

Data = tuple[Tensor, Tensor]  # X (N, FEATURES), y (N,)
Rivals = dict[str, Any]


class Setting(NamedTuple):
    """What training code is called with, and the data that the loader gives."""

    model: Prop
    loader: Prop
    optimizer: Prop
    loss: Prop
    data: Data

    def train(self, student: Student, device: Prop = DEVICE) -> Callable[[World], Seen]:
        """Runs train_epoch in a world."""
        objects = (self.model, self.loader, self.optimizer, self.loss, device)
        return lambda world: perform(student, "train_epoch", *objects, world=world)

    def evaluate(self, student: Student, device: Prop = DEVICE) -> Callable[[World], Seen]:
        """Runs evaluate in a world."""
        objects = (self.model, self.loader, self.loss, device)
        return lambda world: perform(student, "evaluate", *objects, world=world)

    def overfit(self, student: Student, device: Prop = DEVICE) -> Callable[[World], Seen]:
        """Runs overfit_one_batch in a world: STEPS steps on the first batch."""
        batch = (self.data[0][:BATCH], self.data[1][:BATCH])
        objects = (self.model, batch, self.optimizer, self.loss, device, STEPS)
        return lambda world: perform(student, "overfit_one_batch", *objects, world=world)


def samples(generator: torch.Generator, n: int = SAMPLES) -> Data:
    """Inputs around 0 and class numbers, of which every class occurs."""
    y = torch.arange(n)[torch.randperm(n, generator=generator)] % CLASSES
    return torch.randn(n, FEATURES, generator=generator), y


def setting(
    generator: torch.Generator, *, norm: bool = False, maps: bool = False, rate: float = RATE, training: bool = True
) -> Setting:
    """A small classifier and uneven batches in a fixed order.

    Args:
        norm: with batch normalisation, which tells training from evaluation mode.
        maps: with inputs (N, FEATURES, 1) for a convolution, which takes them in no other shape.
        training: the mode in which the model is handed over.
    """
    X, y = samples(generator)
    weights = [torch.randn(*shape, generator=generator) for shape in ((6, FEATURES), (6,), (CLASSES, 6), (CLASSES,))]
    middle = [torch.ones(6), torch.zeros(6)] if norm else []
    if maps:
        X, weights[0] = X[..., None], weights[0][..., None]
    model = stage.module(
        ("Conv1d", FEATURES, 6, 1) if maps else ("Linear", FEATURES, 6), *([("BatchNorm1d", 6)] if norm else []),
        ("Tanh",), *([("Flatten",)] if maps else []), ("Linear", 6, CLASSES),
        state=[*weights[:2], *middle, *weights[2:]], training=training,
    )  # fmt: skip
    loss = stage.loss("CrossEntropyLoss", label_smoothing=SMOOTHING)  # code that takes another one gives other numbers
    loader = stage.loader([X, y], batch_size=BATCH)
    return Setting(model, loader, stage.optimizer("SGD", model, lr=rate, weight_decay=DECAY), loss, (X, y))


class Run(NamedTuple):
    """Where steps led: the loss and the size of every batch, and the state_dict afterwards."""

    losses: list[float]
    sizes: list[int]
    state: dict[str, Tensor]

    @property
    def total(self) -> float:
        """Sum of the samples' losses."""
        return sum(loss * size for loss, size in zip(self.losses, self.sizes, strict=True))

    @property
    def mean(self) -> float:
        """Mean loss of a sample."""
        return self.total / sum(self.sizes)


def batches(data: Data) -> Iterable[Data]:
    """The data in batches, in their order."""
    return zip(torch.split(data[0], BATCH), torch.split(data[1], BATCH), strict=True)


def follow(
    given: Setting, each: str = "zfbs", *, after: str = "", take: int | None = None, training: bool = True,
    uphill: bool = False, repeat: int = 0,
) -> Run:  # fmt: skip
    """Make the steps of an epoch.

    Args:
        each, after: what is done for every batch, and once at the end: z zero_grad, e the same with zeros in the place
            of None, f forward and loss, b backward, s step, l the loss again.
        take: only so many batches.
        training: the model's mode.
        uphill: step along the gradient, not against it.
        repeat: so many times the first batch, in the place of all batches.
    """
    model, optimizer, loss_fn = build(given.model, given.optimizer, given.loss)
    optimizer.param_groups[0]["maximize"] = uphill
    model.train(training)
    losses, sizes = [], []
    loss = torch.zeros((), requires_grad=True)
    for X, y in [next(iter(batches(given.data)))] * repeat or itertools.islice(batches(given.data), take):
        for letter in each:
            if letter in "fl":
                loss = loss_fn(model(X), y)
            else:
                erase = partial(optimizer.zero_grad, set_to_none=False)
                {"z": optimizer.zero_grad, "e": erase, "b": loss.backward, "s": optimizer.step}[letter]()
        losses.append(loss.item())
        sizes.append(len(y))
    if after:
        optimizer.step()
    return Run(losses, sizes, model.state_dict())


def wrong_steps(given: Setting) -> Rivals:
    """What known mistakes make of a model's state in one epoch, computed when called."""

    def state(given: Setting = given, each: str = "zfbs", **options: Any) -> Callable[[], dict[str, Tensor]]:
        return lambda: follow(given, each, **options).state

    return {
        "no_zero_grad": state(each="fbs"),
        "return_in_loop": state(take=1),
        "step_after_loop": state(each="zfb", after="s"),
        "one_step_an_epoch": state(each="fb", after="s"),
        "train_mode_forgotten": state(training=False),
        "sign_error": state(uphill=True),
        "zero_grad_after_backward": state(each="fbes"),
        "last_batch_dropped": state(take=BATCHES - 1),
        "loss_fn_ignored": state(plainly(given)),
        "optimizer_ignored": state(given._replace(optimizer=stage.optimizer("SGD", given.model, lr=RATE))),
    }


def plainly(given: Setting) -> Setting:
    """The same with the cross-entropy that code takes which does not use the loss that is passed in."""
    return given._replace(loss=stage.loss("CrossEntropyLoss"))


def wrong_means(run: Run, got: float, plain: Run) -> Rivals:
    """What known mistakes make of the losses of a run; ``plain`` is that with another loss.

    Of the variants of a mistake, the one that is nearest to ``got`` is given.
    """
    full, all_but_last = run._replace(sizes=[BATCH] * len(run.sizes)), Run(run.losses[:-1], run.sizes[:-1], {})
    return {
        "last_batch_as_full": nearest(got, full.total / sum(run.sizes), run.total / sum(full.sizes)),
        "last_batch_dropped": nearest(got, all_but_last.mean, all_but_last.total / sum(run.sizes)),
        "loss_fn_ignored": plain.mean,
        "unweighted_batch_mean": sum(run.losses) / len(run.losses),
        "return_in_loop": run.losses[0],
        "loss_of_last_batch": run.losses[-1],
        "sum_not_mean": run.total,
        "losses_over_samples": sum(run.losses) / sum(run.sizes),
        "samples_over_batches": run.total / len(run.losses),
        "losses_summed": sum(run.losses),
    }


def nearest(got: float, *variants: float) -> float:
    """The variant that is nearest to ``got``."""
    return min(variants, key=lambda variant: abs(variant - got))


def wrong_shares(given: Setting, got: float) -> Rivals:
    """What known mistakes make of the accuracy."""
    (model,) = build(given.model)
    hits = [((model.eval()(X).argmax(1) == y).sum().item(), len(y)) for X, y in batches(given.data)]
    right = sum(hit for hit, _ in hits)
    early, count = right - hits[-1][0], SAMPLES - hits[-1][1]
    return {
        "last_batch_dropped": nearest(got, early / count, early / SAMPLES),
        "unweighted_batch_mean": sum(hit / size for hit, size in hits) / len(hits),
        "percent_not_share": 100 * right / SAMPLES,
        "count_not_share": float(right),
        "return_in_loop": hits[0][0] / hits[0][1],
        "samples_over_batches": right / len(hits),
        "error_not_accuracy": 1 - right / SAMPLES,
    }


def expect_steps(seen: Seen, model: Prop, right: Run, rivals: Rivals) -> None:
    """Fails unless the model is where the right steps lead. Why it did not move at all is told by the journal."""
    state = seen.state(model)
    (start,) = build(model)
    if all(torch.equal(state[name], value) for name, value in start.named_parameters() if name in state):
        order = [entry["what"] for entry in seen.journal]
        expect(False, "After the call the model's weights are what they were before.", _why_unmoved(order))
    flat: Rivals = {key: partial(_flat_rival, rival, right) for key, rival in rivals.items()}
    what = "the row of all weights and buffers after the call"
    compare(_flat(state, right), _flat(right.state, right), rivals=flat, what=what, rtol=RTOL, atol=ATOL)


def _flat_rival(rival: Any, like: Run) -> Tensor | None:
    return _flat(rival() if callable(rival) else rival, like)


def _flat(state: Mapping[str, Tensor], like: Run) -> Tensor | None:
    """All numbers of a state_dict in one row, in the order of ``like``; None where it has others."""
    if state.keys() != like.state.keys() or any(state[name].shape != t.shape for name, t in like.state.items()):
        return None
    return torch.cat([state[name].detach().flatten().float() for name in like.state])


def _why_unmoved(order: list[str]) -> str | None:
    if "backward" not in order:
        return "backward_forgotten"
    if "step" not in order:
        return "no_step"
    if order.index("step") < order.index("backward"):
        return "step_before_backward"
    after = order[order.index("backward") :]
    first = next((what for what in after if what in ("zero_grad", "step")), "")
    return "zero_grad_after_backward" if first == "zero_grad" else None


def measured(model: torch.nn.Module, data: Data, training: bool = False) -> tuple[float, float]:
    """Loss and accuracy of all samples at once; in training mode batch by batch."""
    model.train(training)
    with torch.no_grad():
        outputs = torch.cat([model(X) for X, _ in batches(data)] if training else [model(data[0])])
    loss = F.cross_entropy(outputs, data[1], label_smoothing=SMOOTHING)
    return loss.item(), (outputs.argmax(1) == data[1]).double().mean().item()


class Course(NamedTuple):
    """What fit is called with: a setting, the test data, and how fast the learning rate falls."""

    given: Setting
    test: Data
    gamma: float

    def fit(self, student: Student, scheduled: bool = True, device: Prop = DEVICE) -> Callable[[World], Seen]:
        """Runs fit in a world, for EPOCHS epochs."""
        model, loader, optimizer, loss_fn, _ = self.given
        objects = [model, stage.collection([loader, self.tester]), optimizer, loss_fn, device, EPOCHS]
        if scheduled:
            objects.append(stage.scheduler("ExponentialLR", optimizer, gamma=self.gamma))
        return lambda world: perform(student, "fit", *objects, world=world)

    def hands_on(self, student: Student) -> bool:
        """Whether fit gives its device to stand-ins of train_epoch and evaluate, in every epoch."""
        model, loader, optimizer, loss_fn, _ = self.given
        loaders = stage.collection([loader, self.tester])
        objects = (stage.named("fit"), model, loaders, optimizer, loss_fn, DEVICE, EPOCHS)
        handed = perform(student, "fit", *objects, call=HANDED, world="accelerator").value
        return type(handed) is list and len(handed) == 2 * EPOCHS and all(given is True for given in handed)

    @property
    def tester(self) -> Prop:
        """The test data's loader."""
        return stage.loader(list(self.test), batch_size=BATCH)

    def judge(self, student: Student, seen: Seen, got: Tensor, **mistakes: dict[str, Any]) -> None:
        """Compares the numbers (4, EPOCHS) of a history with the right ones, and the model with what training made it.

        Args:
            mistakes: misconception key to options of :func:`fitted`.
        """
        right, states = fitted(self)
        rivals: Rivals = {key: partial(self._mistaken, **options) for key, options in mistakes.items()}
        rivals |= {
            "results_swapped": right[[0, 2, 1, 3]],
            "percent_not_share": torch.tensor([1, 1, 100, 1])[:, None] * right,
        }
        what = "the table of train_loss, test_loss, test_accuracy and lr"
        try:
            compare(got, right, rivals=rivals, what=what, rtol=RTOL, atol=ATOL)
        except CheckFailed:
            if not self._follows_from(student, got, [rate.item() for rate in right[3]]):
                raise
            return
        best = {"weights_put_back": states[int(right[1].argmin())]}
        what = "the model after the call"
        compare(seen.state(self.given.model), states[-1], rivals=best, what=what, rtol=RTOL, atol=ATOL)

    def _mistaken(self, **options: Any) -> Tensor:
        return fitted(self, **options)[0]

    def _follows_from(self, student: Student, got: Tensor, rates: Sequence[float]) -> bool:
        """Whether only train_epoch or evaluate are to blame, whose mistakes have lost their points already."""
        try:
            return torch.allclose(got, own_history(student, self, rates), rtol=RTOL, atol=ATOL)
        except (StudentFault, TypeError, ValueError):
            return False


def course(generator: torch.Generator, gamma: float) -> Course:
    """A setting, with test data of another number of samples, whose loss rises after the first epoch.

    What keeps or looks for its minimum is thus told from what does not. It is looked for once for all students.
    """
    return _course(generator.get_state().numpy().tobytes(), gamma)


@cache
def _course(generator_state: bytes, gamma: float) -> Course:
    generator = torch.Generator()
    generator.set_state(torch.frombuffer(bytearray(generator_state), dtype=torch.uint8))
    given, n = setting(generator), 2 * BATCH + 2
    for _ in range(200):
        X, y = torch.randn(n, FEATURES, generator=generator), torch.randint(CLASSES, (n,), generator=generator)
        found = Course(given, (X, y), gamma)
        if fitted(found)[0][1].argmin() == 0:
            break
    return found


def fitted(
    given: Course, *, step: str = "epoch", read: str = "before", swapped: bool = False, tested: str = "test"
) -> tuple[Tensor, list[dict[str, Tensor]]]:
    """The numbers (4, EPOCHS) of a history: train_loss, test_loss, test_accuracy and lr; the model after each epoch.

    Args:
        step: when the scheduler steps: after every ``epoch`` or ``batch``, ``first`` in every epoch, or ``never``.
        read: whether the learning rate is read ``before`` or ``after`` the scheduler's step.
        swapped: the two loaders are mixed up.
        tested: on the ``test`` data, the ``train`` data, or on the test data ``before`` the epoch's training.
    """
    train, test = (given.test, given.given.data) if swapped else (given.given.data, given.test)
    model, optimizer, loss_fn = build(given.given.model, given.given.optimizer, given.given.loss)
    rows, states, rate = [], [], RATE
    for _ in range(EPOCHS):
        rate *= given.gamma if step == "first" else 1
        used, total, earlier = rate, 0.0, measured(model, test)
        model.train()
        for X, y in batches(train):
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad()
            loss = loss_fn(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            rate *= given.gamma if step == "batch" else 1
        rate *= given.gamma if step == "epoch" else 1
        later = earlier if tested == "before" else measured(model, train if tested == "train" else test)
        rows.append((total / len(train[1]), *later, rate if read == "after" else used))
        states.append({name: value.clone() for name, value in model.state_dict().items()})
    return torch.tensor(rows, dtype=torch.float64).T, states


def own_history(student: Student, given: Course, rates: Sequence[float]) -> Tensor:
    """The numbers (4, EPOCHS) that a right ``fit`` has with the student's own train_epoch and evaluate.

    Raises:
        StudentFault, TypeError, ValueError: these two do not give the numbers that they should.
    """
    model, loader, _, loss_fn, _ = given.given
    rows = []
    for rate in rates:
        optimizer = stage.optimizer("SGD", model, lr=rate, weight_decay=DECAY)
        seen = perform(student, "train_epoch", model, loader, optimizer, loss_fn, DEVICE)
        model = stage.module(*map(tuple, model.recipe["layers"]), state=seen.state(model))
        loss, accuracy = perform(student, "evaluate", model, given.tester, loss_fn, DEVICE).value
        if not all(type(value) is float for value in (seen.value, loss, accuracy)):
            raise TypeError("something else than a float")
        rows.append((seen.value, loss, accuracy, rate))
    return torch.tensor(rows, dtype=torch.float64).T
