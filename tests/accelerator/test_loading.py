"""Feeding the device. Source: "CUDA semantics", "Use pinned memory buffers"; DataLoader's and ``Tensor.to``'s pages."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from autograder import accelerator
from tests.accelerator.target import DEV, DEVICE, normal

DATA = TensorDataset(torch.arange(8.0).reshape(8, 1), torch.arange(8))

if DEVICE == "mps":
    pytestmark = pytest.mark.skip(reason="MPS shares the host's memory: nothing is pinned")


def test_pin_memory_copies_to_pinned_memory() -> None:
    """``pin_memory`` copies a CPU tensor to page-locked memory; ``is_pinned`` tells."""
    x = torch.randn(3)
    pinned = x.pin_memory()
    assert (x.is_pinned(), pinned.is_pinned()) == (False, True)
    assert torch.equal(pinned, x)
    assert pinned.is_cpu


def test_tensors_of_the_device_cannot_be_pinned() -> None:
    """ "cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned"."""
    assert not normal(1).is_pinned()
    with pytest.raises(RuntimeError, match="only dense CPU tensors can be pinned"):
        normal(1).pin_memory()


def test_views_of_pinned_tensors_are_pinned() -> None:
    """Being pinned is a property of the memory."""
    assert torch.randn(4).pin_memory()[1:].is_pinned()


def test_the_loader_pins() -> None:
    """``DataLoader(pin_memory=True)`` gives pinned tensors of the host."""
    batches = list(DataLoader(DATA, 4, pin_memory=True))
    assert all(x.is_pinned() and y.is_pinned() and x.is_cpu for x, y in batches)
    assert torch.cat([y for _, y in batches]).tolist() == list(range(8))


def test_the_loader_pins_what_workers_make() -> None:
    """Workers are processes of the host; the parent pins their batches."""
    batches = list(DataLoader(DATA, 4, pin_memory=True, num_workers=1))
    assert all(x.is_pinned() for x, _ in batches)


def test_workers_give_host_tensors() -> None:
    """Batches of workers are moved by the loop."""
    assert [x.to(DEV).device.type for x, _ in DataLoader(DATA, 4, num_workers=1)] == [DEVICE] * 2


def test_a_loader_of_device_tensors() -> None:
    """A dataset on the device is read and collated there."""
    (x,) = next(iter(DataLoader(TensorDataset(normal(4, 2)), 4)))
    assert x.device.type == DEVICE


def test_a_process_forked_before_the_first_use_has_the_device() -> None:
    """CUDA is initialised at its first use: what was forked earlier is not concerned."""
    program = f"""
import os, torch
from autograder import accelerator
{"accelerator.install()" if DEVICE == "sim" else ""}
assert not torch.get_device_module("{DEVICE}").is_initialized()
pid = os.fork()
assert torch.zeros(1, device="{DEVICE}").item() == 0
if pid == 0:
    os._exit(0)
assert torch.get_device_module("{DEVICE}").is_initialized()
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)


def test_the_device_does_not_survive_a_fork() -> None:
    """ "Cannot re-initialize CUDA in forked subprocess"."""
    normal(1)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()

    def use() -> None:
        try:
            torch.zeros(1, device=DEV)
            queue.put("no error")
        except RuntimeError as error:
            queue.put(str(error))

    process = context.Process(target=use)
    process.start()
    assert "in forked subprocess" in queue.get(timeout=60)
    process.join()


def test_a_copy_from_ordinary_memory_waits() -> None:
    """``non_blocking`` has no effect unless the source is pinned."""
    with accelerator.record() as log:
        torch.ones(4).to(DEV, non_blocking=True)
    assert [(e.kind, e.bytes, e.blocking, e.pinned) for e in log.events] == [("host_to_device", 16, True, False)]


def test_a_copy_from_pinned_memory_need_not_wait() -> None:
    """With pinned memory and ``non_blocking=True`` the copy is asynchronous with respect to the host."""
    pinned = torch.ones(4).pin_memory()
    with accelerator.record() as log:
        pinned.to(DEV, non_blocking=True)
        pinned.to(DEV)
    assert [(e.blocking, e.pinned) for e in log.events] == [(False, True), (True, True)]


def test_a_copy_to_the_host_may_be_asynchronous() -> None:
    """``x.to("cpu", non_blocking=True)`` lands in pinned memory and does not wait."""
    x = torch.ones(4, device=DEV)
    with accelerator.record() as log:
        host = x.to("cpu", non_blocking=True)
    torch.accelerator.synchronize()
    assert host.tolist() == [1, 1, 1, 1]
    assert host.is_pinned()
    assert [(e.kind, e.blocking) for e in log.events] == [("device_to_host", False)]
