"""The simulated accelerator, each test in a process of its own: registration cannot be undone."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.scratch import ROOT


def run(program: str) -> str:
    """What a fresh interpreter prints that runs ``program``."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_training_equals_the_cpus_and_transfers_are_logged() -> None:
    """A model trained on sim has the losses of one trained on the CPU, and each batch's way there is an event."""
    assert (
        run("""
import torch
from autograder import accelerator

def losses(device):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3)).to(device)
    optimizer = torch.optim.Adam(model.parameters())
    x, y = torch.randn(6, 5, 4), torch.randint(3, (6, 5))
    for inputs, targets in zip(x, y):
        loss = torch.nn.functional.cross_entropy(model(inputs.to(device)), targets.to(device))
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        yield loss.item()

expected = list(losses("cpu"))
device = accelerator.install()
with accelerator.record() as log:
    assert list(losses(device)) == expected
print(device, log.host_to_device, log.device_to_host, log.synchronizations)
""")
        == "sim 16 0 6"
    )
