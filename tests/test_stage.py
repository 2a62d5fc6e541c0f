"""What a check learns of a call with live objects: its result, the state afterwards, the journal."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, cast

import pytest
import torch
import torch.nn.functional as F

from autograder.checks import stage
from autograder.checks.live import LiveCalls
from autograder.checks.stage import (
    CPU,
    DEVICE,
    build,
    collection,
    function,
    generator_of,
    loader,
    loss,
    module,
    named,
    own,
    perform,
)
from autograder.checks.student import Student
from autograder.config import Limits
from autograder.errors import StudentNotPlain, StudentRaised
from autograder.sandbox.session import Session
from autograder.sandbox.zygote import Zygote
from autograder.student import probes

PATIENT = Limits(check_s=600)  # the clock of calls that many tests share
FORGE = """
import sys

def train():
    pass

def forge(namespace, name, recipes, args, *rest):
    return args[0]["plain"]

sys.modules["autograder.student.probes"].PROBES["perform"] = forge
"""
REPORT: dict[str, Any] = {
    "value": 3,
    "made": {
        "module0": {"state": {"w": torch.ones(2)}, "gradients": {"w": None}, "devices": ["cpu"], "training": True},
    },
    "journal": [
        {"what": "step", "cell": -1, "line": 0},
        {"what": "loss", "cell": 4, "line": 1, "devices": ["cpu"], "bytes": [8], "grad": True},
        {"what": "forward", "cell": 4, "line": 2, "name": "module0", "training": True, "grad": True, "size": 4,
         "bytes": 32, "device": "cpu", "on": ["cpu"]},
    ],
    "events": [{"kind": "host_to_device", "op": "copy", "bytes": 4, "blocking": True, "cell": 4, "line": 2}],
    "stopped": {"kind": "missing", "error": "RuntimeError", "cell": 4, "line": 2, "on_cpu": ["x"]},
    "device": "cpu",
}  # fmt: skip
CELL = """
import concurrent.futures

import torch
from torch import nn

def train(model, batches, optimizer, loss_fn):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer = nn.Linear(width, 1)

    def forward(self, x):
        return self.layer(x)[:, 0]

    def double(self, x):
        return 2 * x

def slope(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

def shuffled(n, generator):
    yield from torch.randperm(n, generator=generator).tolist()

def loaded(x):
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x), batch_size=2)

def both(models, x):
    return [m(x) for m in models]

def halve(values, x):
    values["w"] = values["w"] / 2
    x += 1

def backward_pass(x):
    leaf = x.clone().requires_grad_()
    (leaf**2).sum().backward()
    return leaf.grad

def behind_the_back(x):
    with torch.inference_mode(False), torch.enable_grad():
        return backward_pass(x)

def functional(x):
    return torch.func.grad(lambda x: (x**2).sum())(x)

def hooks_of_its_own(x):
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        return behind_the_back(x)

def in_a_thread(x):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return pool.submit(backward_pass, x).result()

def forward_mode(x):
    return torch.func.jacfwd(lambda x: (x**2).sum())(x)

def dual_numbers(x):
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x.clone(), torch.ones_like(x))
        return torch.autograd.forward_ad.unpack_dual(dual**2).tangent.clone()

def derivative_by_name(x):
    return torch.ops.aten.threshold_backward(2 * x, torch.ones_like(x), 0)

def worked_out(x):
    buffer = torch.from_numpy(x.numpy().copy())
    buffer[0] *= 1.0
    with torch.no_grad():
        return torch.func.vmap(lambda row: 2 * row)(buffer)

def smooth(x):
    return torch.nn.Conv1d(1, 1, 2, bias=False)(x[None, None])[0, 0].detach()

def correlated(x):
    from scipy.signal import correlate2d

    return torch.from_numpy(correlate2d(x.numpy(), x.numpy()))

def doubled(x):
    return 2 * x

def to_missing(x):
    return x.to("cuda")

class Unready(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 1)

def no_graph(model, x):
    model(x).detach().sum().backward()

def in_place(model, x):
    next(model.parameters()).add_(1)

def long_target(model, x):
    return nn.functional.binary_cross_entropy_with_logits(model(x), torch.zeros(1, 3, dtype=torch.int64)).item()

def flat_target(model, x):
    return nn.functional.binary_cross_entropy_with_logits(model(x), torch.zeros(3)).item()

def not_probabilities(model, x):
    return nn.functional.binary_cross_entropy(model(x) * 0 + 2, torch.zeros(1, 3)).item()

def twice(model, x):
    loss = (model(x) ** 2).sum()
    loss.backward()
    loss.backward()

def too_wide(model, x):
    return model(torch.ones(1, 7))

def nothing_to_train(model, x):
    return torch.optim.SGD([], lr=0.1)

def overwritten(model, x):
    h = model(x).exp()
    loss = (h**2).sum()
    h += 1
    loss.backward()

def mixes(model, x, device):
    here, there = x, x.to(device)
    model.to(device)
    return model(there) + here[:, :1].sum() + here

class Pretends:
    def to(self, dtype):
        return self

    def train(self, mode):
        return self

    def __call__(self, x):
        return x

def not_tensors(values, x):
    values["w"] = None

def breaks():
    text = "sec" + "ret"
    raise ValueError(text)
"""


@pytest.fixture(scope="module", params=["sandbox", "live"])
def student(request: pytest.FixtureRequest, zygote: Zygote) -> Iterator[Student]:
    if request.param == "live":
        namespace: dict[str, object] = {}
        exec(compile(CELL, "<cell 4>", "exec"), namespace)
        yield Student(LiveCalls(namespace))
        return
    with Session(zygote, PATIENT) as session:
        session.run_cell(4, CELL)
        with session.calls() as calls:
            yield Student(calls)


def weights() -> list[torch.Tensor]:
    g = torch.Generator().manual_seed(0)
    return [torch.randn(3, 2, generator=g), torch.randn(3, generator=g)]


def test_training_is_reported_as_it_went(student: Student) -> None:
    X, y = torch.randn(5, 2), torch.tensor([0, 1, 2, 0, 1])
    model = module(("Linear", 2, 3), state=weights())
    optimizer = stage.optimizer("SGD", model, lr=0.5)
    batches, criterion = loader([X, y], batch_size=2), loss("CrossEntropyLoss")
    seen = perform(student, "train", model, batches, optimizer, criterion)
    ours, data, steps = build(model, batches, optimizer)
    expected = []
    for a, b in data:
        steps.zero_grad()
        value = F.cross_entropy(ours(a), b)
        value.backward()
        steps.step()
        expected.append(value.item())
    assert seen.value == pytest.approx(expected)
    torch.testing.assert_close(seen.state(model), dict(ours.state_dict()))
    order = [entry["what"] for entry in seen.journal]
    assert order == ["zero_grad", "forward", "loss", "backward", "step"] * 3
    assert [entry["size"] for entry in seen.happened("forward")] == [2, 2, 1]
    assert seen.of(model)["training"]
    assert seen.of(model)["devices"] == ["cpu"]
    assert seen.stopped is None


def test_a_call_leaves_nothing_behind(student: Student) -> None:
    before = perform(student, "train", *_setting()).value
    assert perform(student, "train", *_setting()).value == before


def _setting() -> list[stage.Prop]:
    model = module(("Linear", 2, 3), state=weights())
    batches = loader([torch.ones(4, 2), torch.zeros(4, dtype=torch.int64)], batch_size=2)
    return [model, batches, stage.optimizer("Adam", model, lr=0.1), loss("CrossEntropyLoss")]


def test_a_class_of_the_notebook_is_made_and_called(student: Student) -> None:
    x, state = torch.randn(4, 2, dtype=torch.float64), [torch.ones(1, 2), torch.zeros(1)]
    net = own("Net", 2, state=state, dtype=torch.float64)
    seen = perform(student, "Net", x, call=net, backward=True)
    torch.testing.assert_close(seen.value, x.sum(1))
    torch.testing.assert_close(seen.of(net)["gradients"]["layer.weight"], x.sum(0)[None])
    assert perform(student, "Net", 3, call=own("Net", width=2), method="double").value == 6


def test_a_module_is_handed_over_in_the_mode_asked_for(student: Student) -> None:
    x = torch.ones(1, 2)
    for net in (own("Net", 2, training=False), module(("Linear", 2, 3), training=False)):
        seen = perform(student, "Net", x, call=net)
        assert [entry["training"] for entry in seen.happened("forward")] == [False]
    assert not build(module(("Linear", 2, 3), training=False))[0].training


def test_operations_are_found_by_whichever_road(student: Student) -> None:
    assert "aten::convolution" in student.probe("operations", "smooth", torch.ones(3))
    names = student.probe("operations", "doubled", torch.ones(3))
    assert "aten::mul.Tensor" in names
    assert "aten::convolution" not in names
    assert "scipy::correlate2d" in student.probe("operations", "correlated", torch.ones(3, 3))


def test_functions_generators_and_collections_cross(student: Student) -> None:
    cubed = function("lambda x: x**3")
    assert perform(student, "slope", cubed, 2.0, h=1e-3).value == pytest.approx(12, abs=1e-3)
    wanted = torch.randperm(6, generator=torch.Generator().manual_seed(7)).tolist()
    assert perform(student, "shuffled", 6, generator_of(7)).value == wanted
    assert [len(batch) for (batch,) in perform(student, "loaded", torch.ones(3)).value] == [2, 1]
    models = [module(("Linear", 2, 3), state=weights()), module(("Flatten",))]
    x = torch.ones(1, 2)
    first, second = perform(student, "both", collection(models), x).value
    torch.testing.assert_close(first, x @ weights()[0].T + weights()[1])
    torch.testing.assert_close(second, x)


def test_tensors_are_looked_at_after_the_call(student: Student) -> None:
    values, x = collection({"w": stage.tensor(torch.ones(2))}), stage.tensor(torch.zeros(3))
    seen = perform(student, "halve", values, x)
    torch.testing.assert_close(seen.state(values)["w"], torch.full((2,), 0.5))
    torch.testing.assert_close(seen.of(x)["value"], torch.ones(3))


WITH_AUTOGRAD = ["backward_pass", "behind_the_back", "functional", "hooks_of_its_own", "in_a_thread", "forward_mode"]
WITH_AUTOGRAD += ["dual_numbers", "derivative_by_name"]


@pytest.mark.parametrize("name", WITH_AUTOGRAD)
def test_without_autograd_code_that_asks_for_gradients_fails(student: Student, name: str) -> None:
    x = torch.tensor([1.0, -3.0])
    torch.testing.assert_close(perform(student, name, x).value, 2 * x)
    with pytest.raises(StudentRaised, match="RuntimeError"):
        perform(student, name, x, autograd=False)
    with pytest.raises(StudentRaised, match="RuntimeError"):
        student.probe("by_hand", name, x)


def test_without_autograd_other_code_works_as_ever(student: Student) -> None:
    x = torch.tensor([1.0, -3.0])
    torch.testing.assert_close(perform(student, "worked_out", x, autograd=False).value, 2 * x)
    torch.testing.assert_close(student.probe("by_hand", "worked_out", x), 2 * x)


def test_a_device_that_is_not_there_is_told_with_its_line(student: Student) -> None:
    seen = perform(student, "to_missing", torch.ones(1))
    assert seen.stopped is not None
    assert seen.stopped["kind"] == "missing"
    assert seen.stopped["source"] in ('return x.to("cuda")', "")  # a live kernel does not know its cells


def test_other_exceptions_are_faults(student: Student) -> None:
    with pytest.raises(StudentRaised, match="ValueError") as caught:
        perform(student, "breaks")
    assert "secret" not in str(caught.value)


def test_a_live_kernel_is_forked_unless_it_has_the_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = LiveCalls({})
    for world in ("cpu", "accelerator"):
        with calls.apart(world) as other:
            assert other is not calls
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    with calls.apart("accelerator") as other:
        assert other is calls
    with calls.apart("cpu") as other:
        assert other is not calls


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("no_graph", "no_graph"),
        ("in_place", "leaf"),
        ("long_target", "dtype"),
        ("flat_target", "target"),
        ("not_probabilities", "range"),
        ("twice", "freed"),
        ("too_wide", "shape"),
        ("nothing_to_train", "no_parameters"),
        ("overwritten", "overwritten"),
    ],
)
def test_a_broken_rule_of_pytorch_is_told_where_it_is_asked_for(student: Student, name: str, kind: str) -> None:
    model, x = module(("Linear", 2, 3), state=weights()), torch.ones(1, 2)
    seen = perform(student, name, model, x, misuse=True)
    assert seen.stopped is not None
    assert seen.stopped["kind"] == kind
    with pytest.raises(StudentRaised, match=seen.stopped["error"]):
        perform(student, name, model, x)


def test_a_module_that_cannot_be_made_is_told_too(student: Student) -> None:
    seen = perform(student, "Unready", torch.ones(1, 2), call=own("Unready"), misuse=True)
    assert seen.stopped is not None
    assert seen.stopped["kind"] == "uninitialised"
    with pytest.raises(StudentRaised, match="AttributeError"):
        perform(student, "Unready", torch.ones(1, 2), call=own("Unready"))


def test_an_object_that_is_no_module_is_a_fault(student: Student) -> None:
    net = own("Pretends")
    seen = perform(student, "Pretends", torch.ones(2), call=net)
    torch.testing.assert_close(seen.value, torch.ones(2))
    with pytest.raises(StudentNotPlain, match=r"`Pretends` does not make a torch\.nn\.Module"):
        seen.state(net)


def test_a_dict_that_holds_no_tensors_any_more_is_a_fault(student: Student) -> None:
    values = stage.parameters(w=torch.ones(2))
    seen = perform(student, "not_tensors", values, torch.ones(1))
    with pytest.raises(StudentNotPlain, match="`not_tensors` puts something else"):
        seen.of(values)


@pytest.fixture(scope="module", params=["sandbox", "live"])
def forger(request: pytest.FixtureRequest, zygote: Zygote) -> Iterator[Student]:
    """A student whose process reports of every call what the call's first argument is."""
    if request.param == "live":
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(probes.PROBES, "perform", lambda namespace, name, recipes, args, *rest: args[0]["plain"])
            yield Student(LiveCalls({"train": print}))
        return
    with Session(zygote, PATIENT) as session:
        assert session.run_cell(0, FORGE).status == "ok"
        with session.calls() as calls:
            yield Student(calls)


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """REPORT with another thing at a place; without that key where it is ``...``."""
    report: Any = copy.deepcopy(REPORT)
    inside = report
    for key in path[:-1]:
        inside = inside[key]
    if to is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = to
    return cast(dict[str, Any], report)


def test_a_forged_report_in_the_right_form_is_read(forger: Student) -> None:
    model = module(("Linear", 2, 3))
    seen = perform(forger, "train", REPORT, model)
    assert seen.value == 3
    torch.testing.assert_close(seen.state(model)["w"], torch.ones(2))
    assert [entry["what"] for entry in seen.journal] == ["step", "loss", "forward"]
    assert seen.stopped is not None
    assert seen.stopped["error"] == "RuntimeError"


MADE = ("made", "module0")


@pytest.mark.parametrize(
    "report",
    [
        None,
        3,
        [],
        {},
        "report",
        *(changed(key, to=...) for key in REPORT),
        *(changed(key, to=7) for key in REPORT if key != "value"),
        *(changed("journal", 2, key, to=...) for key in REPORT["journal"][2]),
        *(changed("journal", 1, key, to=None) for key in REPORT["journal"][1]),
        *(changed("events", 0, key, to=[1]) for key in REPORT["events"][0]),
        *(changed("stopped", key, to={"x": 1}) for key in REPORT["stopped"]),
        *(changed(*MADE, key, to=...) for key in REPORT["made"]["module0"]),
        changed(*MADE, "state", to={"w": [1.0, 2.0]}),
        changed(*MADE, "state", to={"v": torch.ones(2)}),
        changed(*MADE, "gradients", to={"w": torch.ones(3)}),
        changed(*MADE, "gradients", to={"w": 0.0}),
        changed("journal", to=[{"what": "step", "cell": 0, "line": 0}] * 4001),
        changed("journal", 1, "bytes", to=[]),
        changed("device", to="cuda"),
    ],
)
def test_a_report_in_another_form_is_a_fault(forger: Student, report: object) -> None:
    with pytest.raises(StudentNotPlain, match="`train` reports of the call makes no sense"):
        perform(forger, "train", report, module(("Linear", 2, 3)))


def test_a_report_does_not_choose_the_name_of_an_exception(forger: Student) -> None:
    seen = perform(forger, "train", changed("stopped", "error", to="\x1b" * 99), module(("Linear", 2, 3)))
    assert seen.stopped is not None
    assert seen.stopped["error"] == "an exception of its own"


def test_an_object_that_a_report_leaves_out_is_a_fault(forger: Student) -> None:
    model = module(("Linear", 2, 3))
    seen = perform(forger, "train", changed("made", to={}), model)
    with pytest.raises(StudentNotPlain, match="`train` puts something else"):
        seen.state(model)


def test_other_exceptions_are_raised_where_misuse_is_asked_for(student: Student) -> None:
    with pytest.raises(StudentRaised, match="ValueError"):
        perform(student, "breaks", misuse=True)


def test_the_cpu_world_is_a_cuda_build_without_a_gpu(student: Student) -> None:
    question = function(
        "lambda _: [torch.cuda.is_available(), torch.accelerator.is_available(), torch.cuda.device_count(),"
        " str(torch.accelerator.current_accelerator()), torch.accelerator.current_accelerator(check_available=True)]"
    )
    seen = perform(student, "breaks", named("breaks"), call=question)
    assert seen.value == [False, False, 0, "cuda", None]
    assert seen.device == "cpu"


def test_the_other_world_has_an_accelerator(student: Student) -> None:
    question = function("lambda wanted, cpu: [str(cpu), torch.ones(2, device=wanted).device.type, torch.ones(2).sum()]")
    seen = perform(student, "breaks", DEVICE, CPU, call=question, world="accelerator")
    assert seen.value == ["cpu", seen.device, torch.tensor(2.0)]
    assert seen.device != "cpu"


def test_where_devices_meet_is_told(student: Student) -> None:
    model = module(("Linear", 2, 3), state=weights(), training=False)
    seen = perform(student, "mixes", model, torch.ones(4, 2), DEVICE, world="accelerator")
    assert seen.stopped is not None
    assert seen.stopped["kind"] == "mismatch"
    if seen.stopped["source"]:  # a live kernel does not know its cells
        assert seen.stopped["source"] == "return model(there) + here[:, :1].sum() + here"
        assert seen.stopped["on_cpu"] == ["here"]
    (entry,) = seen.happened("forward")
    assert not entry["training"]
    assert (entry["device"], entry["on"], entry["bytes"]) == (seen.device, [seen.device], 4 * 2 * 4)
    assert {event["kind"] for event in seen.events} == {"host_to_device"}
    assert sorted(event["bytes"] for event in seen.events) == [3 * 4, 3 * 2 * 4, 4 * 2 * 4]
    assert {event["source"] for event in seen.events} <= {"here, there = x, x.to(device)", "model.to(device)", ""}
