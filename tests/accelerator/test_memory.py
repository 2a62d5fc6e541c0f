"""Memory. Source: "CUDA semantics", "Memory management"; the page of ``torch.cuda.memory_allocated``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder import accelerator
from tests.accelerator.target import DEV, DEVICE, SIMULATED, normal, simulated_only

module = torch.get_device_module(DEVICE)

if DEVICE == "mps":
    pytestmark = pytest.mark.skip(reason="torch.mps counts memory under other names")


@pytest.fixture
def limit() -> Iterator[int]:
    """1 MiB beyond what is in use."""
    accelerator.install(memory_bytes=module.memory_allocated() + (1 << 20))
    yield 1 << 20
    accelerator.install(memory_bytes=1 << 50)


def test_allocated_bytes_are_counted() -> None:
    """``memory_allocated`` grows by the tensor's bytes and shrinks when nothing refers to it."""
    before = module.memory_allocated()
    x = torch.zeros(1000, 1000, device=DEV)
    assert module.memory_allocated() - before == 4_000_256
    del x
    assert module.memory_allocated() == before


def test_blocks_are_rounded() -> None:
    """The caching allocator rounds blocks up to 512 bytes."""
    before = module.memory_allocated()
    x = torch.zeros(1, device=DEV)
    assert module.memory_allocated() - before == 512
    del x


def test_views_take_no_memory_and_keep_it() -> None:
    """A view holds the whole storage."""
    before = module.memory_allocated()
    x = torch.zeros(1024, device=DEV)
    view = x[:1]
    del x
    assert module.memory_allocated() - before == 4096
    del view
    assert module.memory_allocated() == before


def test_the_graph_keeps_memory() -> None:
    """Collecting losses without ``detach`` or ``item`` keeps each step's activations."""
    w = normal(256, 256).requires_grad_()

    def kept(detach: bool) -> int:
        before = module.memory_allocated()
        losses = [(w @ w).exp().sum() for _ in range(3)]
        losses = [loss.detach() for loss in losses] if detach else losses
        return module.memory_allocated() - before

    assert kept(detach=False) > 3 * 256 * 256 * 4
    assert kept(detach=True) == 3 * 512


def test_the_peak() -> None:
    """``max_memory_allocated`` is the peak since ``reset_peak_memory_stats``."""
    module.reset_peak_memory_stats()
    before = module.max_memory_allocated()
    torch.zeros(1024, device=DEV)
    assert module.memory_allocated() == before
    assert module.max_memory_allocated() - before == 4096
    module.reset_peak_memory_stats()
    assert module.max_memory_allocated() == before


def test_training_does_not_leak() -> None:
    """After the first steps, memory between steps stays the same."""
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3)).to(DEV)
    optimizer = torch.optim.Adam(model.parameters())
    used = []
    for _ in range(4):
        loss = F.cross_entropy(model(normal(5, 1, 8, 8)), torch.tensor([0, 1, 2, 0, 1], device=DEV))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        del loss
        used.append(module.memory_allocated())
    assert used[1:] == [used[1]] * 3


def test_moving_a_model_takes_its_bytes() -> None:
    """Parameters moved to the device are counted there, and no more after ``.cpu()``."""
    before = module.memory_allocated()
    layer = nn.Linear(128, 128, bias=False).to(DEV)
    assert module.memory_allocated() - before == 128 * 128 * 4
    layer.cpu()
    assert module.memory_allocated() == before


def test_torch_accelerator_counts_too() -> None:
    """``torch.accelerator.memory_allocated`` is the device module's."""
    assert torch.accelerator.memory_allocated() == module.memory_allocated()
    assert torch.accelerator.max_memory_allocated() >= torch.accelerator.memory_allocated()


def test_memory_stats() -> None:
    """``memory_stats`` is a dictionary of counters."""
    stats = module.memory_stats()
    assert stats["allocated_bytes.all.current"] == module.memory_allocated()
    assert stats["allocated_bytes.all.peak"] >= stats["allocated_bytes.all.current"]


def test_free_and_total() -> None:
    """``mem_get_info`` gives free and total bytes."""
    free, total = module.mem_get_info()
    assert 0 < free <= total
    assert module.get_device_properties(0).total_memory == total or not SIMULATED


def test_too_much_is_an_out_of_memory_error() -> None:
    """``torch.OutOfMemoryError``, a RuntimeError: "... out of memory. Tried to allocate ..."."""
    assert issubclass(torch.OutOfMemoryError, RuntimeError)
    with pytest.raises(torch.OutOfMemoryError, match="out of memory"):
        torch.empty(1 << 50, device=DEV)


@simulated_only
def test_a_limit_is_kept(limit: int) -> None:
    """A full device refuses; the message says how much was asked for."""
    with pytest.raises(torch.OutOfMemoryError, match=r"Tried to allocate 2\.00 MiB"):
        torch.zeros(2 << 20, dtype=torch.uint8, device=DEV)


@simulated_only
def test_a_limit_holds_for_results(limit: int) -> None:
    """Also the result of an operator must fit."""
    x = torch.zeros(600, 1, device=DEV)
    with pytest.raises(torch.OutOfMemoryError):
        x @ x.T


@simulated_only
def test_a_limit_holds_for_what_is_moved(limit: int) -> None:
    """Also a model must fit."""
    with pytest.raises(torch.OutOfMemoryError):
        nn.Linear(1024, 1024).to(DEV)


@simulated_only
def test_a_limit_holds_in_backward(limit: int) -> None:
    """Also gradients must fit."""
    w = torch.zeros(150_000, device=DEV, requires_grad=True)
    loss = w.sum()
    with pytest.raises(torch.OutOfMemoryError):
        loss.backward(), (w * 2).sum().backward()


@simulated_only
def test_after_the_error_there_is_room_again(limit: int) -> None:
    """What failed holds nothing; a smaller batch fits."""
    before = module.memory_allocated()
    for elements in (1 << 19, 1 << 17):
        try:
            x = torch.zeros(elements, device=DEV)
        except torch.OutOfMemoryError:
            assert module.memory_allocated() == before
    assert x.shape == (1 << 17,)


@simulated_only
def test_the_host_is_not_limited(limit: int) -> None:
    """The limit is the device's."""
    assert torch.zeros(4 << 20).is_cpu
