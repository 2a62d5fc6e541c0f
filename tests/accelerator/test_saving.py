"""Saving and loading. Source: "Serialization semantics" and the page of ``torch.load``."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from torch import nn

from tests.accelerator.target import DEV, DEVICE, normal


def test_a_state_dict_comes_back_to_the_device(tmp_path: Path) -> None:
    """``torch.load`` puts storages where they were saved from."""
    torch.save(nn.Linear(2, 2).to(DEV).state_dict(), tmp_path / "m.pt")
    assert {x.device.type for x in torch.load(tmp_path / "m.pt").values()} == {DEVICE}


def test_map_location_brings_it_to_the_host(tmp_path: Path) -> None:
    """``map_location="cpu"`` loads what was saved from the device, with the same values."""
    layer = nn.Linear(2, 2).to(DEV)
    torch.save(layer.state_dict(), tmp_path / "m.pt")
    loaded = torch.load(tmp_path / "m.pt", map_location="cpu")
    assert torch.equal(loaded["weight"], layer.weight.detach().cpu())


def test_map_location_brings_it_to_the_device(tmp_path: Path) -> None:
    """``map_location`` takes a name or a ``torch.device``."""
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / "m.pt")
    for location in (DEVICE, DEV, f"{DEVICE}:0"):
        assert torch.load(tmp_path / "m.pt", map_location=location)["bias"].device.type == DEVICE


def test_map_location_as_a_dict(tmp_path: Path) -> None:
    """``map_location={"cuda:0": "cpu"}`` renames devices."""
    torch.save(normal(2), tmp_path / "x.pt")
    assert torch.load(tmp_path / "x.pt", map_location={f"{DEVICE}:0": "cpu"}).is_cpu


def test_load_state_dict_copies_to_where_the_module_is() -> None:
    """``Module.load_state_dict`` copies from any device into the module's own tensors."""
    host, there = nn.Linear(2, 2), nn.Linear(2, 2).to(DEV)
    weight = there.weight
    there.load_state_dict(host.state_dict())
    assert there.weight is weight
    assert torch.equal(weight.cpu(), host.weight)
    host.load_state_dict(there.state_dict())
    assert host.weight.is_cpu


def test_load_state_dict_can_assign() -> None:
    """``assign=True`` takes the tensors themselves, with their device."""
    there = nn.Linear(2, 2).to(DEV)
    there.load_state_dict(nn.Linear(2, 2).state_dict(), assign=True)
    assert there.weight.is_cpu


def test_state_dicts_are_views() -> None:
    """``state_dict`` holds the module's own memory."""
    layer = nn.Linear(2, 2).to(DEV)
    layer.state_dict()["weight"].zero_()
    assert layer.weight.abs().sum().item() == 0


def test_a_whole_module(tmp_path: Path) -> None:
    """``torch.save(module)`` keeps the device too."""
    torch.save(nn.Linear(2, 2).to(DEV), tmp_path / "m.pt")
    loaded = torch.load(tmp_path / "m.pt", weights_only=False)
    assert loaded.weight.device.type == DEVICE
    assert loaded(normal(1, 2)).device.type == DEVICE


def test_shared_storages_stay_shared(tmp_path: Path) -> None:
    """Views of one storage are saved once and share after loading."""
    x = torch.ones(4, device=DEV)
    torch.save({"all": x, "half": x[:2]}, tmp_path / "x.pt")
    loaded = torch.load(tmp_path / "x.pt")
    loaded["all"].zero_()
    assert loaded["half"].tolist() == [0, 0]


def test_pickle() -> None:
    """Tensors of the device can be pickled."""
    x = normal(3)
    again = pickle.loads(pickle.dumps(x))
    assert again.device.type == DEVICE
    assert torch.equal(again.cpu(), x.cpu())


def test_training_goes_on_from_a_checkpoint(tmp_path: Path) -> None:
    """Model and optimizer saved on the device, loaded by way of the host, go on as if nothing happened."""

    def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad()
        model(torch.ones(1, 2, device=DEV)).sum().backward()
        optimizer.step()

    model = nn.Linear(2, 2).to(DEV)
    optimizer = torch.optim.Adam(model.parameters())
    step(model, optimizer)
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, tmp_path / "c.pt")
    step(model, optimizer)
    checkpoint = torch.load(tmp_path / "c.pt", map_location="cpu")
    again = nn.Linear(2, 2).to(DEV)
    again.load_state_dict(checkpoint["model"])
    optimizer_again = torch.optim.Adam(again.parameters())
    optimizer_again.load_state_dict(checkpoint["optimizer"])
    step(again, optimizer_again)
    assert torch.equal(again.weight.cpu(), model.weight.cpu())
