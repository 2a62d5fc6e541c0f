"""Where student code computes: every way of getting it wrong is named, with the line, and every right way passes.

The loops here differ in one line from a right one; further right and wrong answers are known answers of 06_training.
"""

from __future__ import annotations

import pytest
import torch

from autograder import accelerator
from autograder.checks import devices
from autograder.checks.assertions import CheckFailed
from autograder.checks.live import LiveCalls
from autograder.checks.stage import CPU, World
from autograder.checks.student import Student
from autograder.checks.trajectories import ALL_BYTES, BATCHES, Setting, course, setting
from autograder.config import Limits
from autograder.sandbox.session import Session
from autograder.sandbox.zygote import Zygote

LOOP = """
import torch
import torch.nn.functional as F

device_of_the_notebook = torch.device("cpu")

def train_epoch(model, loader, optimizer, loss_fn, device):
    {before}
    total = 0.0
    for x, y in loader:
        {move}
        optimizer.zero_grad()
        {loss}
        loss.backward()
        optimizer.step()
        {after}
    return total / len(loader.dataset)
"""
RIGHT = {
    "before": "model.to(device).train()",
    "move": "x, y = x.to(device), y.to(device)",
    "loss": "loss = loss_fn(model(x), y)",
    "after": "total += loss.item() * len(y)",
}

MISTAKES = {
    "one_of_two_moved": ({"move": "x = x.to(device)"}, "target_not_moved", RIGHT["loss"]),
    "inputs_left": ({"move": "y = y.to(device)"}, "batch_not_moved", RIGHT["loss"]),
    "model_left": ({"before": "model.train()"}, "model_not_moved", RIGHT["loss"]),
    "model_and_inputs_left": ({"before": "pass", "move": "y = y.to(device)"}, "model_not_moved", RIGHT["loss"]),
    "copy_not_kept": ({"move": "x.to(device); y = y.to(device)"}, "unassigned_to", "x.to(device); y = y.to(device)"),
    "target_copy_not_kept": ({"move": "x = x.to(device); y.to(device)"}, "unassigned_to", "x = x.to(device); y.to"),
    "copies_not_kept": ({"move": "[part.to(device) for part in (x, y)]"}, "unassigned_to", "[part.to(device)"),
    "own_weights": ({"loss": "loss = loss_fn(model(x) * torch.ones(len(y), 1), y)"}, "constant_on_cpu", "torch.ones"),
    "own_noise": ({"loss": "loss = loss_fn(model(x + torch.zeros(x.shape)), y)"}, "constant_on_cpu", "torch.zeros"),
    "own_sum": ({"before": "model.to(device); s = torch.zeros(1)", "after": "s += loss.detach()"}, "constant_on_cpu",
                "s += loss.detach()"),
    "functional_loss": ({"move": "x = x.to(device)", "loss": "loss = F.cross_entropy(model(x), y)"}, "constant_on_cpu",
                        "F.cross_entropy"),
    "numpy_in_the_loop": ({"after": "total += loss.detach().numpy()"}, "numpy_on_device", "numpy()"),
    "half_a_model_moved": ({"before": "model[0].to(device)"}, "model_not_moved", RIGHT["loss"]),
    "nothing_moved": ({"before": "model.train()", "move": "pass"}, "device_ignored", RIGHT["loss"]),
    "a_global_device": ({"before": "device = device_of_the_notebook; model.to(device)"}, "device_ignored",
                        RIGHT["loss"]),
    "moved_to_cpu": ({"before": "model.cpu()", "move": "pass"}, "device_ignored", RIGHT["loss"]),
    "model_left_behind_afterwards": ({"after": "total += loss.item() * len(y)\n    model.cpu()"}, "device_ignored", ""),
    "trained_on_cpu_and_sent": ({"before": "model.cpu()", "move": "pass", "loss": "loss = loss_fn(model.forward(x), y)",
                                 "after": "total += loss.item() * len(y)\n    model.to(device)"}, "device_ignored", ""),
    "outputs_fetched_for_the_loss": ({"loss": "loss = loss_fn(model(x).cpu(), y)"}, "cpu_in_loop", "model(x).cpu()"),
    "outputs_fetched": ({"after": "total += loss.item(); model(x).cpu()"}, "cpu_in_loop", "model(x).cpu()"),
    "outputs_as_numpy": ({"after": "total += loss.item(); model(x).detach().cpu().numpy()"}, "cpu_in_loop", "numpy()"),
    "read_twice": ({"after": "total += loss.item(); print(loss.item())"}, "cpu_in_loop", "print(loss.item())"),
    "weights_looked_at": ({"after": "total += float(sum(p.abs().sum().item() for p in model.parameters()))"},
                          "cpu_in_loop", "p.abs()"),
    "waited_for": ({"after": "total += loss.item(); torch.accelerator.synchronize()"}, "cpu_in_loop", "synchronize"),
}  # fmt: skip

STYLES = {
    "as_the_others": {},
    "moved_inline": {"move": "pass", "loss": "loss = loss_fn(model(x.to(device)), y.to(device))"},
    "non_blocking": {"move": "x, y = (part.to(device, non_blocking=True) for part in (x, y))"},
    "pinned": {"move": "x, y = (p.pin_memory().to(device, non_blocking=True) if device.type != 'cpu' else p"
               " for p in (x, y))"},
    "by_name": {"before": "model.to(str(device))", "move": "x, y = x.to(device.type), y.to(device.type)"},
    "like_the_other": {"move": "x = x.to(device); y = y.to(x.device)"},
    "made_there": {"loss": "loss = loss_fn(model(x) * torch.ones(len(y), 1, device=device), y)"},
    "a_number_from_the_cpu": {"loss": "loss = loss_fn(model(x) * torch.tensor(1.0), y)"},
    "read_after_the_loop": {"before": "model.to(device); s = 0", "after": "s = s + loss.detach() * len(y); total = s"},
    "kept_on_the_device": {"before": "model.to(device); kept = []", "after": "kept.append(loss.detach()); total = 0.0"},
    "asked_whether_finite": {"after": "assert loss < 1e9"},
}  # fmt: skip


def source(changes: dict[str, str]) -> str:
    return LOOP.format(**(RIGHT | changes))


def given() -> Setting:
    return setting(torch.Generator().manual_seed(1))


class Judge:
    """Runs one source and judges where it computes."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote = zygote

    def __call__(self, text: str) -> None:
        with Session(self._zygote, Limits()) as session:
            session.run_cell(3, text)
            with session.calls() as calls:
                case = given()
                run = case.train(Student(calls))
                seen = run("accelerator")
                devices.expect_on_device(seen, case.model, sent=ALL_BYTES)
                devices.expect_few_reads(seen, BATCHES)
                devices.expect_same_numbers(seen, run("cpu"), case.model)


@pytest.fixture(scope="module")
def judged(zygote: Zygote) -> Judge:
    return Judge(zygote)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_device_mistake_is_named_with_its_line(judged: Judge, name: str) -> None:
    changes, key, line = MISTAKES[name]
    with pytest.raises(CheckFailed) as caught:
        judged(source(changes))
    assert caught.value.misconception == key
    assert line in caught.value.message
    assert caught.value.message.startswith("In line ") == bool(line)


@pytest.mark.parametrize("name", STYLES)
def test_every_right_style_passes(judged: Judge, name: str) -> None:
    judged(source(STYLES[name]))


def student_of(text: str) -> Student:
    namespace: dict[str, object] = {}
    exec(compile(text, "<cell 3>", "exec"), namespace)
    return Student(LiveCalls(namespace))


@pytest.mark.parametrize("world", ["cpu", "accelerator"])
def test_told_to_use_the_cpu_it_must_stay_there(world: World) -> None:
    stays = given().train(student_of(source({})), CPU)
    devices.expect_to_stay(stays(world))
    leaves = {"before": 'device = "cuda" if torch.cuda.is_available() else "cpu"; model.to(device)'}
    seen = given().train(student_of(source(leaves)), CPU)(world)
    if world == "cpu":
        devices.expect_to_stay(seen)
        return
    with pytest.raises(CheckFailed) as caught:
        devices.expect_to_stay(seen)
    assert caught.value.misconception == "device_ignored"
    leaves["loss"] = "loss = loss_fn(model.forward(x), y)"  # which no hook sees
    with pytest.raises(CheckFailed) as caught:
        devices.expect_to_stay(given().train(student_of(source(leaves)), CPU)(world))
    assert caught.value.misconception == "device_ignored"


@pytest.mark.parametrize(
    "device", ['"cuda"', '"cuda:0"', '"mps"', 'torch.device("cuda")', "torch.accelerator.current_accelerator()"]
)
def test_a_device_that_is_not_there_is_hard_coded(device: str) -> None:
    text = source({"before": f"device = {device}; model.to(device)"})
    seen = given().train(student_of(text))("cpu")
    with pytest.raises(CheckFailed) as caught:
        devices.expect_to_finish(seen)
    assert caught.value.misconception == "hardcoded_cuda"


def test_a_hard_coded_device_costs_nothing_where_numbers_are_judged() -> None:
    text = source({"before": 'device = "cuda"; model.to(device)'})
    right = given().train(student_of(source({})))("cpu")
    seen = devices.anywhere(given().train(student_of(text)))
    assert seen.value == pytest.approx(right.value)


def test_a_live_process_stays_without_the_simulation() -> None:
    run = given().train(student_of(source({})))
    assert run("accelerator").device != "cpu"
    assert not accelerator.is_installed()
    assert run("cpu").device == "cpu"


def test_what_moves_once_may_move_once_only() -> None:
    seen = given().train(student_of(source({})))("accelerator")
    sizes = sorted({event["bytes"] for event in seen.events if event["kind"] == "host_to_device"})
    with pytest.raises(CheckFailed) as caught:
        devices.expect_moved_once(seen, sizes)
    assert caught.value.misconception == "cpu_in_loop"
    devices.expect_moved_once(seen, [1])


@pytest.mark.parametrize("handed", ["device", "torch.device('cpu')"])
def test_fit_is_judged_by_what_it_hands_on_where_the_loops_stop(handed: str) -> None:
    text = source({"move": "pass"}) + (
        "\n\ndef evaluate(model, loader, loss_fn, device): return 0.5, 0.5"
        "\n\ndef fit(model, loaders, optimizer, loss_fn, device, epochs, scheduler=None):"
        "\n    for _ in range(epochs):"
        f"\n        train_epoch(model, loaders[0], optimizer, loss_fn, {handed})"
        f"\n        evaluate(model, loaders[1], loss_fn, device={handed})"
    )
    student = student_of(text)
    given = course(torch.Generator().manual_seed(1), 0.5)
    assert (given.fit(student)("accelerator").stopped is not None) == (handed == "device")
    assert given.hands_on(student) == (handed == "device")
