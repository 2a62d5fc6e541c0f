"""What ``record`` counts, the simulated device and a real one alike.

Source: "CUDA semantics", "Asynchronous execution"; ``torch.cuda.set_sync_debug_mode``; the performance tuning guide's
"Avoid unnecessary CPU-GPU synchronization".
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder import accelerator
from autograder.accelerator.events import Event
from autograder.accelerator.recording import Watch
from tests.accelerator.target import DEV, DEVICE, SIMULATED, normal, simulated_only, whole

WAITS: dict[str, tuple[Callable[[torch.Tensor], object], str]] = {
    "item": (lambda x: x.sum().item(), "item"),
    "float": (lambda x: float(x.sum()), "item"),
    "if": (lambda x: "yes" if x.sum() > 0 else "no", "item"),
    "isnan": (lambda x: bool(torch.isnan(x).any()), "item"),
    "format": (lambda x: f"{x.sum():.3f}", "item"),
    "nonzero": (lambda x: x.nonzero(), "nonzero"),
    "where_of_a_condition": (lambda x: torch.where(x > 0), "nonzero"),
    "masked_select": (lambda x: x.masked_select(x > 0), "masked_select"),
    "boolean_index": (lambda x: x[x > 0], "index"),
    "unique": (lambda x: x.unique(), "_unique2"),
    "equal": (lambda x: torch.equal(x, x), "equal"),
    "synchronize": (lambda x: torch.accelerator.synchronize(), "synchronize"),
}


@pytest.mark.parametrize("name", WAITS)
def test_one_synchronization(name: str) -> None:
    """Reading a value, and results whose size depends on values, make the host wait."""
    wait, op = WAITS[name]
    x = normal(3)
    with accelerator.record() as log:
        wait(x)
    assert [(event.kind, event.op, event.blocking) for event in log.events] == [("synchronize", op, True)]


FREE: dict[str, Callable[[torch.Tensor], object]] = {
    "arithmetic": lambda x: (x * 2 + 1).sum(),
    "comparison": lambda x: (x > 0).sum(),
    "argmax": lambda x: x.argmax(),
    "shape": lambda x: (x.shape, len(x), x.numel()),
    "detach": lambda x: x.detach(),
    "where_of_three": lambda x: torch.where(x > 0, x, 0.0),
    "masked_fill": lambda x: x.masked_fill(x > 0, 0.0),
    "boolean_assignment_of_a_number": lambda x: x.__setitem__(x > 0, 0.0),
    "index_of_the_device": lambda x: x[torch.zeros(1, dtype=torch.long, device=DEV)],
    "factories": lambda x: torch.zeros(3, device=DEV),
    "random": lambda x: torch.randn(3, device=DEV),
    "to_where_it_is": lambda x: x.to(DEV),
    "dtype": lambda x: x.half(),
    "copy_within": lambda x: torch.zeros_like(x).copy_(x),
}


@pytest.mark.parametrize("name", FREE)
def test_no_event(name: str) -> None:
    """Other work is queued; the host goes on."""
    x = normal(3)
    with accelerator.record() as log:
        FREE[name](x)
    assert log.events == []


TRANSFERS: dict[str, tuple[Callable[[torch.Tensor], object], list[tuple[str, int]]]] = {
    "to_device": (lambda x: torch.ones(4).to(DEV), [("host_to_device", 16)]),
    "to_device_as_half": (lambda x: torch.ones(4).to(DEV, torch.float16), [("host_to_device", 8)]),
    "cpu": (lambda x: x.cpu(), [("device_to_host", 12)]),
    "to_cpu": (lambda x: x.to("cpu"), [("device_to_host", 12)]),
    "tolist": (lambda x: x.tolist(), [("device_to_host", 12)]),
    "copy_": (lambda x: x.copy_(torch.ones(3)), [("host_to_device", 12)]),
    "copy_to_host": (lambda x: torch.empty(3).copy_(x), [("device_to_host", 12)]),
    "slice_assignment": (lambda x: x.__setitem__(slice(0, 2), torch.ones(2)), [("host_to_device", 8)]),
    "index_of_the_host": (lambda x: x[torch.tensor([0])], [("host_to_device", 8)]),
    "mask_of_the_host": (lambda x: x[torch.tensor([True, False, True])], [("host_to_device", 3)]),
    "there_and_back": (lambda x: x.cpu().to(DEV), [("device_to_host", 12), ("host_to_device", 12)]),
}


@pytest.mark.parametrize("name", TRANSFERS)
def test_transfers_and_their_bytes(name: str) -> None:
    """A copy across is counted with its bytes; without ``non_blocking`` it waits."""
    move, expected = TRANSFERS[name]
    x = normal(3)
    with accelerator.record() as log:
        move(x)
    assert [(event.kind, event.bytes) for event in log.events] == expected
    assert all(event.blocking for event in log.events)


def test_moving_a_model_is_one_copy_a_tensor() -> None:
    """``Module.to`` copies each parameter and buffer by itself."""
    with accelerator.record() as log:
        nn.BatchNorm1d(3).to(DEV)
    assert (log.host_to_device, log.bytes_to_device) == (5, 4 * 12 + 8)


def test_printing_waits_several_times() -> None:
    """``print(tensor)`` reads values to find its format, then reads them all."""
    x = normal(3)
    with accelerator.record() as log:
        repr(x)
    assert log.synchronizations >= 3
    assert log.waits == len(log.events)


def test_accuracy_by_item_waits_each_step() -> None:
    """``correct += (...).sum().item()`` waits once a batch; adding tensors waits once."""
    scores, labels = normal(5, 3), torch.tensor([0, 1, 2, 0, 1]).to(DEV)
    with accelerator.record() as by_item:
        sum((scores.argmax(1) == labels).sum().item() for _ in range(4))
    with accelerator.record() as by_tensor:
        sum((scores.argmax(1) == labels).sum() for _ in range(4)).item()  # type: ignore[union-attr]
    assert (by_item.synchronizations, by_tensor.synchronizations) == (4, 1)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_a_training_step_does_not_wait(name: str) -> None:
    """Forward, backward and the optimizer's step are queued without waiting."""
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.1), nn.Linear(4, 3)).to(DEV)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.1)
    x, y = normal(5, 4), torch.tensor([0, 1, 2, 0, 1]).to(DEV)
    with accelerator.record() as log:
        for _ in range(2):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    assert log.events == []


def test_the_gradient_scaler_waits_once_a_step() -> None:
    """``GradScaler.step`` reads whether gradients were infinite."""
    layer = nn.Linear(2, 1).to(DEV)
    optimizer, scaler = torch.optim.SGD(layer.parameters(), 0.1), torch.amp.GradScaler(DEVICE)
    scaler.scale(layer(normal(1, 2)).sum()).backward()
    with accelerator.record() as log:
        scaler.step(optimizer)
    assert log.synchronizations == 1


def test_the_line_is_the_users() -> None:
    """An event names the line of the innermost frame outside torch, whatever the code's file is called."""
    program = "def train(x):\n    y = x * 2\n    return y.sum().item()\n\ntrain(x)\n"
    names = {"x": normal(2)}
    with accelerator.record() as log:
        exec(compile(program, "<cell 3>", "exec"), names)
    assert [(event.file, event.line) for event in log.events] == [("<cell 3>", 3)]


def test_the_line_of_a_move_deep_in_torch() -> None:
    """``model.to(device)`` copies inside torch; the line is the caller's."""
    program = "\nmodel.to(device)\n"
    with accelerator.record() as log:
        exec(compile(program, "<cell 4>", "exec"), {"model": nn.Linear(1, 1), "device": DEV})
    assert {(event.file, event.line) for event in log.events} == {("<cell 4>", 2)}


def test_the_line_through_the_standard_library() -> None:
    """Frames of the standard library are not the user's."""
    program = "import statistics\nstatistics.fmean(losses)\n"
    names = {"losses": [normal(1), normal(1)]}
    with accelerator.record() as log:
        exec(compile(program, "<cell 5>", "exec"), names)
    assert {(event.file, event.line) for event in log.events} == {("<cell 5>", 2)}


@simulated_only
def test_the_line_in_backward() -> None:
    """What backward copies belongs to the line that called it. (CUDA runs backward in a thread of its own.)"""
    x = torch.ones(2, requires_grad=True)
    loss = x.to(DEV).sum()
    with accelerator.record() as log:
        exec(compile("\n\nloss.backward()\n", "<cell 6>", "exec"), {"loss": loss})
    assert [(event.kind, event.file, event.line) for event in log.events] == [("device_to_host", "<cell 6>", 3)]


def test_records_nest() -> None:
    """Each log has what happened in its own block."""
    x = normal(1)
    with accelerator.record() as outer:
        x.item()
        with accelerator.record() as inner:
            x.item()
        x.item()
    assert (len(outer.events), len(inner.events)) == (3, 1)


def test_nothing_is_recorded_outside() -> None:
    """A closed log does not grow."""
    with accelerator.record() as log:
        pass
    normal(1).item()
    assert log.events == []


def test_events_are_frozen() -> None:
    """An event is data: it cannot be changed, and equals another with the same fields."""
    event = Event("synchronize", "item", 4, True, False, "a.py", 1)
    assert event == Event("synchronize", "item", 4, True, False, "a.py", 1)
    with pytest.raises(AttributeError):
        event.line = 2  # type: ignore[misc]


def test_work_on_the_host_is_no_event() -> None:
    """Tensors of the host are not counted."""
    with accelerator.record() as log:
        x = torch.randn(3)
        x[x > 0].sum().item()
        x.to(torch.float64).tolist()
    assert log.events == []


@simulated_only
def test_watching_the_dispatcher_counts_the_same() -> None:
    """On a real device the log comes from a dispatch mode: on the simulated one, both ways must agree."""
    model = nn.Linear(3, 2)
    for act in (lambda: model.to(DEV), *_acts()):
        with accelerator.record() as native:
            act()
        model.cpu()
        with accelerator.record() as doubled, Watch():
            act()
        model.cpu()
        assert sorted(map(repr, doubled.events)) == sorted(map(repr, native.events * 2))


def _acts() -> list[Callable[[], object]]:
    x = normal(3)
    moves = [move for name, (move, _) in TRANSFERS.items()]
    waits = [wait for name, (wait, _) in WAITS.items() if name != "synchronize"]
    return [lambda act=act: act(x) for act in (*moves, *waits, *FREE.values())]  # type: ignore[misc]


@pytest.mark.skipif(DEVICE not in ("sim", "cuda"), reason="only CUDA has a synchronization debug mode")
@pytest.mark.parametrize("wait", [lambda x: x.item(), lambda x: x.nonzero(), lambda x: x.cpu(), lambda x: x[x > 0]])
def test_the_synchronization_debug_mode(wait: Callable[[torch.Tensor], object]) -> None:
    """``set_sync_debug_mode("error")`` raises where the host would wait, "warn" warns."""
    module, x = torch.get_device_module(DEVICE), whole(1)
    try:
        module.set_sync_debug_mode("error")
        with pytest.raises(RuntimeError, match="called a synchronizing"):
            wait(x)
        module.set_sync_debug_mode("warn")
        with pytest.warns(UserWarning, match="called a synchronizing"):
            wait(x)
    finally:
        module.set_sync_debug_mode("default")
    wait(x)


@pytest.mark.skipif(DEVICE == "mps", reason="torch.mps names its events otherwise")
def test_events_of_the_device_module_measure_time() -> None:
    """Two timed events give the milliseconds between them, after a synchronization."""
    module = torch.get_device_module(DEVICE)
    start, end = module.Event(enable_timing=True), module.Event(enable_timing=True)
    start.record()
    normal(10).sum()
    end.record()
    module.synchronize()
    assert start.elapsed_time(end) >= 0


@pytest.mark.skipif(DEVICE == "mps", reason="MPS has no streams")
def test_work_in_another_stream() -> None:
    """``with torch.cuda.stream(s)`` queues elsewhere; ``wait_stream`` orders the two."""
    module = torch.get_device_module(DEVICE)
    stream = module.Stream()
    with module.stream(stream):
        x = torch.ones(2, device=DEV)
    module.current_stream().wait_stream(stream)
    assert x.tolist() == [1, 1]
    assert SIMULATED or stream is not None
