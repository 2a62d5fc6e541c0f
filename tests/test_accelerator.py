"""The simulated accelerator, each program in a process of its own: registration cannot be undone."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.scratch import ROOT


def run(*arguments: str, status: int = 0) -> str:
    """What a fresh interpreter prints when started with ``arguments``, and ends with ``status``."""
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert ended.returncode == status, ended.stdout[-4000:] + ended.stderr[-4000:]
    return ended.stdout.strip()


def test_behaves_as_cuda_documents() -> None:
    """The contract suite passes on the simulated device, without a skip."""
    last = run("-m", "pytest", "tests/accelerator", "-p", "no:cacheprovider").splitlines()[-1]
    passed = int(last.split(" passed")[0].split()[-1])
    assert passed >= 300
    assert "skipped" not in last


def test_the_contract_is_not_collected_unasked() -> None:
    """A run of the whole suite must not register the device in its own process."""
    program = """
import pytest
from autograder import accelerator
pytest.main(["--collect-only", "--quiet", "--ignore-glob=tests/test_*.py", "tests"])
print("installed:", accelerator.is_installed())
"""
    collected = run("-c", program)
    assert "tests/fuzz/" in collected
    assert "tests/accelerator/" not in collected
    assert "installed: False" in collected


def test_what_is_prepared_shows_nowhere_until_it_is_installed() -> None:
    """Student code runs in forks of a process that has prepared it: there, no accelerator may seem to be."""
    program = """
import os, torch
from autograder import accelerator

def seen():
    x = torch.randn(3, 2, generator=torch.Generator().manual_seed(0), requires_grad=True)
    (x @ x.mT).softmax(0).log().sum().backward()
    with torch.autocast("cpu"):
        low = (x @ x.mT).dtype
    return [x.grad, low, torch.accelerator.is_available(), torch._C._get_privateuse1_backend_name(),
            hasattr(torch, "sim"), torch.ones(2).is_pinned(), accelerator.is_installed()]

before = seen()
accelerator.prepare()
after = seen()
assert torch.equal(before[0], after[0])
assert before[1:] == after[1:], (before, after)
pid = os.fork()
if pid == 0:
    device = accelerator.install(alias_cuda=True)
    with torch.autocast("cuda"):
        layer = torch.nn.Linear(2, 2).cuda()
        assert layer(torch.ones(1, 2, device=device)).dtype == torch.float16
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
assert seen()[1:] == before[1:]
"""
    run("-c", program)


def test_training_equals_the_cpus_and_transfers_are_logged() -> None:
    """Also after backward passes on the CPU, at which autograd counts its devices."""
    program = """
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
"""
    assert run("-c", program) == "sim 16 0 6"


def test_installs_in_a_forked_child_of_a_warm_process() -> None:
    """A parent that trained on the CPU stays without the device; each child has its own, with its own limit."""
    program = """
import os, torch
from autograder import accelerator
from torch.utils._python_dispatch import TorchDispatchMode

def train(device):
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 1).to(device)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(3):
        loss = model(torch.randn(8, 4).to(device)).square().mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss.item()

expected = train("cpu")
for limit in (None, 1 << 20):
    pid = os.fork()
    if not pid:
        device = accelerator.install(memory_bytes=limit, alias_cuda=limit is not None)
        same = train("cuda" if torch.cuda.is_available() else device) == expected
        try:
            torch.empty(1 << 20, device=device)
            print(same, "fits", flush=True)
        except torch.OutOfMemoryError:
            print(same, "out of memory", flush=True)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
print(accelerator.is_installed(), torch.accelerator.is_available(), train("cpu") == expected)
"""
    assert run("-c", program) == "True fits\nTrue out of memory\nFalse False True"


def test_install_refuses() -> None:
    """An older torch, a real accelerator, a place that is taken, a negative limit; and then nothing is registered."""
    program = """
from unittest import mock
import torch
from autograder import accelerator

def refused(**limit):
    try:
        accelerator.install(**limit)
    except (RuntimeError, ValueError) as error:
        print(str(error).split(":")[0].split(";")[0])

with mock.patch("torch.__version__", "2.9.1+cpu"):
    refused()
with mock.patch("torch.accelerator.current_accelerator", lambda check_available: torch.device("cuda")):
    refused()
refused(memory_bytes=-1)
print(accelerator.is_installed(), torch.accelerator.is_available())
torch.utils.rename_privateuse1_backend("other")
refused()
"""
    assert run("-c", program).splitlines() == [
        "the simulated accelerator needs torch 2.10 or newer",
        "this process has a real accelerator, cuda",
        "memory_bytes must not be negative, got -1",
        "False False",
        "another device, 'other', is registered as PyTorch's PrivateUse1",
    ]


def test_install_again_adds_what_is_asked_for() -> None:
    """Idempotent; the limit and the alias can come later, and a limit left out stays."""
    program = """
import torch
from autograder import accelerator

assert accelerator.install() == accelerator.install() == torch.device("sim")
assert not torch.cuda.is_available()
accelerator.install(memory_bytes=4096)
accelerator.install(alias_cuda=True)
assert torch.cuda.is_available()
assert torch.cuda.mem_get_info() == (4096, 4096)
"""
    run("-c", program)


def test_programs_that_say_cuda_land_on_sim() -> None:
    """The usual ways to ask for a GPU, in the modules where programs ask."""
    program = """
import io, torch
from torch import nn
from autograder import accelerator
accelerator.install(alias_cuda=True)

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
assert device.type == "cuda"
layer = nn.Linear(2, 2)
made = [
    torch.zeros(1, device=device), torch.zeros(1, device="cuda"), torch.zeros(1).to("cuda:0"), torch.zeros(1).cuda(),
    torch.tensor([1.0], device="cuda"), torch.zeros(1).to(device, non_blocking=True), torch.zeros(1).cuda(0),
    nn.Linear(1, 1).cuda().weight, nn.Linear(1, 1).to(device).weight, nn.Linear(1, 1, device="cuda").weight,
    torch.zeros(1).type("torch.cuda.FloatTensor"),
    torch.randn(1, device="cuda", generator=torch.Generator(device="cuda").manual_seed(0)),
]
with torch.device("cuda"):
    made.append(torch.zeros(1))
torch.set_default_device("cuda")
made.append(torch.zeros(1))
torch.set_default_device(None)
assert torch.zeros(1).is_cpu
assert all(x.is_cuda and x.device.type == "sim" for x in made) and not torch.zeros(1).is_cuda

file = io.BytesIO()
torch.save(layer.to(device).state_dict(), file)
for location, expected in ((None, "sim"), ("cuda", "sim"), (device, "sim"), ("cpu", "cpu")):
    file.seek(0)
    assert torch.load(file, map_location=location)["weight"].device.type == expected

with torch.autocast("cuda"):
    assert layer(torch.ones(1, 2, device="cuda")).dtype == torch.float16
with torch.autocast(device_type=device.type, dtype=torch.bfloat16):
    assert layer(torch.ones(1, 2, device="cuda")).dtype == torch.bfloat16
assert torch.amp.GradScaler("cuda").scale(torch.ones(1, device="cuda")).item() == 65536

torch.cuda.manual_seed_all(0)
torch.cuda.synchronize()
torch.cuda.empty_cache()
start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
start.record(); end.record()
assert start.elapsed_time(end) >= 0
assert torch.cuda.memory_allocated() > 0 and "allocated_bytes.all.peak" in torch.cuda.memory_summary()
assert torch.cuda.get_device_properties(0).total_memory == torch.cuda.mem_get_info()[1]
torch.cuda.set_sync_debug_mode("error")
try:
    torch.ones(1, device="cuda").item()
except RuntimeError as error:
    print(error)
torch.cuda.set_sync_debug_mode("default")
try:
    torch.zeros(1, device="cuda:1")
except RuntimeError as error:
    print(error)
with accelerator.record() as log:
    exec(compile("\\nx.cuda()", "<cell 3>", "exec"), {"x": torch.ones(1)})
print(log.events[0].file, log.events[0].line)
"""
    assert run("-W", "ignore", "-c", program).splitlines() == [
        "called a synchronizing SIM operation",
        "SIM error: invalid device ordinal",
        "<cell 3> 2",
    ]


def test_record_without_an_accelerator_hears_nothing() -> None:
    """On the CPU alone there is nothing to record, and ``synchronize`` is put back as it was."""
    program = """
import torch
from autograder import accelerator

before = torch.cuda.synchronize
with accelerator.record() as log:
    x = torch.randn(3)
    x[x > 0].sum().item()
    assert torch.cuda.synchronize is not before
assert torch.cuda.synchronize is before
print(log.events)
"""
    assert run("-c", program) == "[]"


def test_imports_torch_alone() -> None:
    """The package is of use without the rest: importing it loads nothing of ours, and registers nothing."""
    program = """
import sys, torch
from autograder import accelerator
ours = {name.split(".")[1] for name in sys.modules if name.startswith("autograder.")}
print(sorted(ours), torch.accelerator.is_available())
"""
    assert run("-c", program) == "['accelerator'] False"
