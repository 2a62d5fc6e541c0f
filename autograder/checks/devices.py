"""Judges where student code computes, from runs without an accelerator and runs with one.

A mistake is named together with the student's own line. Which line that is, which devices were used and what was read
back is told by the student's process, and code that rewrites what watches it there can forge it; a check therefore
compares the numbers as well.

Sources: https://docs.pytorch.org/docs/stable/notes/cuda.html and
https://docs.pytorch.org/tutorials/recipes/recipes/tuning_guide.html (avoid unnecessary synchronisation)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograder.checks.assertions import compare, expect
from autograder.checks.stage import Prop, Seen, World

SCALAR_BYTES = 8  # of the widest number: what `.item()` reads back
SPARE_READS = 2  # after the loop

Entry = dict[str, Any]
Run = Callable[[World], Seen]  # performs the call in the world that is named


def anywhere(run: Run) -> Seen:
    """A run to judge its numbers: on the CPU, or with the accelerator where the code works nowhere else.

    A hard-coded device is thus told once, by the check that asks for it.
    """
    seen = run("cpu")
    if seen.stopped is not None and seen.stopped["kind"] == "missing":
        seen = run("accelerator")
    expect_to_finish(seen)
    return seen


def expect_to_finish(seen: Seen) -> None:
    """Fails where tensors on different devices met, or a device was asked for that is not there."""
    if seen.stopped is None:
        return
    if seen.stopped["kind"] == "missing":
        expect(False, told(seen.stopped, "a device is asked for that this machine does not have."), "hardcoded_cuda")
    if seen.stopped["kind"] == "numpy":
        said = "NumPy is given a tensor whose numbers are on the accelerator."
        expect(False, told(seen.stopped, said), "numpy_on_device")
    cause, entry = _cause(seen)
    expect(False, told(entry, _what_happens(seen, cause)), cause)


def expect_on_device(seen: Seen, *models: Prop, sent: int = 0) -> None:
    """Fails unless the run finished, every forward pass was on the run's device, and the models are there.

    Args:
        sent: bytes of the data, which must have gone there, in tensors of other sizes than the model's: a forward pass
            is seen only where the model itself is called.
    """
    expect_to_finish(seen)
    passes = seen.happened("forward")
    away = next((entry for entry in passes if {entry["device"], *entry["on"]} != {seen.device}), None)
    if away is not None:
        expect(False, told(away, "the model runs on the CPU, though `device` is an accelerator."), "device_ignored")
    for model in models:
        there = seen.of(model)["devices"] == [seen.device]
        expect(there, "After the call the model is on the CPU, though `device` is an accelerator.", "device_ignored")
    own = {tensor.nbytes for model in models for tensor in seen.state(model).values()}
    went = sum(e["bytes"] for e in seen.events if e["kind"] == "host_to_device" and e["bytes"] not in own)
    said = f"Only {went} bytes of data go to the accelerator, and there are more, though `device` is an accelerator."
    expect(went >= sent, said, "device_ignored")


def expect_to_stay(seen: Seen) -> None:
    """Fails where anything ran on the accelerator in a run that was told to use the CPU."""
    expect_to_finish(seen)
    away = next((entry for entry in seen.happened("forward") if {entry["device"], *entry["on"]} != {"cpu"}), None)
    said = "the model runs on the accelerator, though `device` is the CPU."
    expect(away is None, told(away or {}, said), "device_ignored")
    gone = next((event for event in seen.events if event["kind"] == "host_to_device"), None)
    said = "something is sent to the accelerator, though `device` is the CPU."
    expect(gone is None, told(gone or {}, said), "device_ignored")


def expect_few_reads(seen: Seen, allowed: int) -> None:
    """Fails where the host reads back, or waits for, more than ``allowed`` numbers and SPARE_READS after the loop."""
    reads = [event for event in seen.events if event["kind"] != "host_to_device"]
    large = [event for event in reads if event["bytes"] > SCALAR_BYTES]
    if len(large) > SPARE_READS:
        said = f"whole tensors come back to the CPU {len(large)} times."
        expect(False, told(_most_frequent(large), said), "cpu_in_loop")
    if len(reads) > allowed + SPARE_READS:
        said = f"the CPU waits for the accelerator {len(reads)} times in all, where {allowed} would do."
        expect(False, told(_most_frequent(reads), said), "cpu_in_loop")


def expect_moved_once(seen: Seen, sizes: Sequence[int]) -> None:
    """Fails where a tensor of one of these sizes in bytes went to the accelerator more often than once."""
    for size in sizes:
        moves = [e for e in seen.events if e["kind"] == "host_to_device" and e["bytes"] == size]
        if len(moves) > 1:
            said = f"the same tensor goes to the accelerator {len(moves)} times; once would do."
            expect(False, told(moves[-1], said), "cpu_in_loop")


def expect_same_numbers(seen: Seen, on_cpu: Seen, model: Prop) -> None:
    """Fails unless a run gave the result and the weights of the same run on the CPU."""
    compare(seen.value, on_cpu.value, what="the result on the accelerator", rtol=1e-4, atol=1e-5)
    compare(seen.state(model), on_cpu.state(model), what="the model on the accelerator", rtol=1e-4, atol=1e-5)


def _cause(seen: Seen) -> tuple[str, Entry]:
    """Which mistake let tensors on different devices meet, and the entry whose line shows it."""
    assert seen.stopped is not None
    entries = [entry for entry in seen.journal if entry["what"] in ("forward", "loss")]
    last = entries[-1] if entries else None
    if last is None:
        return "constant_on_cpu", seen.stopped
    if last["what"] == "forward":
        if last["device"] == seen.device:
            return ("constant_on_cpu" if last["on"] == [seen.device] else "model_not_moved"), seen.stopped
        return _unmoved(seen, last["bytes"], "batch_not_moved")
    if last["devices"][:1] == ["cpu"]:
        passes = seen.happened("forward")
        fetched = bool(passes) and passes[-1]["on"] == [seen.device] == [passes[-1]["device"]]
        return "cpu_in_loop" if fetched else "model_not_moved", seen.stopped
    if "cpu" in last["devices"]:
        return _unmoved(seen, last["bytes"][-1], "target_not_moved")
    return "constant_on_cpu", seen.stopped


def _unmoved(seen: Seen, size: int, cause: str) -> tuple[str, Entry]:
    """A tensor of ``size`` bytes stayed on the CPU: was there a copy of it that nobody kept?"""
    copies = [e for e in seen.events if e["kind"] == "host_to_device" and e["bytes"] == size and e["cell"] >= 0]
    if copies:
        return "unassigned_to", copies[-1]
    assert seen.stopped is not None
    return cause, seen.stopped


def _what_happens(seen: Seen, cause: str) -> str:
    assert seen.stopped is not None
    if cause == "unassigned_to":
        return "a copy on the accelerator is made, and nothing keeps it."
    names = " and ".join(f"`{name}`" for name in seen.stopped["on_cpu"])
    if names and cause != "model_not_moved":
        return f"tensors on the CPU and on the accelerator meet; on the CPU: {names}."
    return "tensors on the CPU and on the accelerator meet."


def _most_frequent(events: list[Entry]) -> Entry:
    lines = [(event["cell"], event["line"]) for event in events]
    return events[lines.index(max(set(lines), key=lines.count))]


def told(entry: Entry, said: str) -> str:
    """A sentence that starts with the student's line, where that is known."""
    if entry.get("source"):
        return f"In line {entry['line']}, `{entry['source']}`: {said}"
    return said[:1].upper() + said[1:]
