"""Random numbers. Source: "Reproducibility" and the pages of ``torch.random`` and ``torch.Generator``."""

from __future__ import annotations

import torch
from torch import nn

from tests.accelerator.target import DEV, DEVICE, SIMULATED, simulated_only


def drawn() -> list[float]:
    return torch.randn(4, device=DEV).tolist()


def test_manual_seed_seeds_the_device() -> None:
    """``torch.manual_seed`` seeds all devices."""
    torch.manual_seed(3)
    first = drawn()
    torch.manual_seed(3)
    assert drawn() == first
    assert drawn() != first


def test_the_device_modules_seed() -> None:
    """``torch.cuda.manual_seed`` seeds the device."""
    module = torch.get_device_module(DEVICE)
    module.manual_seed(3)
    first = drawn()
    module.manual_seed(3)
    assert drawn() == first


def test_a_generator_of_the_device() -> None:
    """``torch.Generator(device=...)`` is a stream of its own, with its device."""
    generator = torch.Generator(device=DEV)
    assert generator.device.type == DEVICE
    first = torch.randn(3, generator=generator.manual_seed(1), device=DEV).tolist()
    drawn()
    assert torch.randn(3, generator=generator.manual_seed(1), device=DEV).tolist() == first


def test_a_generator_of_the_device_is_a_generator() -> None:
    """``isinstance`` holds for generators of all devices."""
    assert isinstance(torch.Generator(device=DEV), torch.Generator)
    assert isinstance(torch.Generator(), torch.Generator)


def test_states_are_saved_and_restored() -> None:
    """``get_rng_state`` and ``set_rng_state`` of the device's module."""
    module = torch.get_device_module(DEVICE)
    state = module.get_rng_state()
    first = drawn()
    module.set_rng_state(state)
    assert drawn() == first


def test_fork_rng() -> None:
    """``torch.random.fork_rng(device_type=...)`` restores the device's state at its end."""
    torch.manual_seed(0)
    expected = drawn()
    torch.manual_seed(0)
    with torch.random.fork_rng(devices=[0], device_type=DEVICE):
        drawn()
    assert drawn() == expected


def test_initialisation_on_the_device_is_reproducible() -> None:
    """Parameters initialised there depend on the seed alone."""
    weights = []
    for _ in range(2):
        torch.manual_seed(5)
        weights.append(nn.Linear(3, 3, device=DEV).weight.tolist())
    assert weights[0] == weights[1]


def test_multinomial_and_bernoulli() -> None:
    """Samplers draw on the device."""
    assert torch.multinomial(torch.tensor([0.0, 1.0], device=DEV), 1).tolist() == [1]
    assert torch.bernoulli(torch.ones(3, device=DEV)).tolist() == [1, 1, 1]


@simulated_only
def test_draws_are_the_cpus() -> None:
    """CUDA's numbers differ from the CPU's; the simulated device draws the CPU's, so that whole runs are equal."""
    assert SIMULATED
    torch.manual_seed(7)
    expected = torch.randn(4).tolist()
    torch.manual_seed(7)
    assert drawn() == expected
