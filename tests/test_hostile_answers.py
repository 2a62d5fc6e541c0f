"""No plain answer, however odd, breaks a check: a check that ends in ``error`` would be a way out of a zero.

An ordinary run tries a third of the answers with each assignment and each forged report with one assignment, in a
rotation that leaves none out; with ``--hypothesis-profile=fuzz``, as in ``make fuzz``, all are tried with all.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, cast

import pytest
import torch

from autograder.checks import plugin
from autograder.checks.live import LiveCalls
from autograder.config import load
from autograder.course.notebook import exercises, read_source
from autograder.results import CheckResult
from autograder.student import probes
from tests.scratch import ROOT

CONFIG = load(ROOT)
REPORTED = [name for name in CONFIG.assignments() if "perform(" in CONFIG.checks_file(name).read_text("utf-8")]


def first_tensor(*args: object) -> torch.Tensor:
    return next((a for a in args if isinstance(a, torch.Tensor)), torch.zeros(3))


def raises(error: BaseException) -> Any:
    raise error


ANSWERS: dict[str, Callable[..., object]] = {
    "None": lambda *a: None,
    "True": lambda *a: True,
    "int": lambda *a: 2**63 - 1,
    "nan": lambda *a: float("nan"),
    "text": lambda *a: "\x1b[2J" * 1000,
    "bytes": lambda *a: b"\0" * 1000,
    "empty list": lambda *a: [],
    "tuple of odd things": lambda *a: (None, [], {}, "x", torch.zeros(0)),
    "nested list": lambda *a: [[[[[[1]]]]]],
    "dict": lambda *a: {f"k{i}": i for i in range(100)},
    "long list": lambda *a: [0.0] * 10_000,
    "empty tensor": lambda *a: torch.empty(0),
    "empty tensor of 16 dimensions": lambda *a: torch.empty((0,) * 16),
    "scalar tensor": lambda *a: torch.tensor(1.0),
    "complex": lambda *a: first_tensor(*a).to(torch.complex128),
    "bool": lambda *a: first_tensor(*a) > 0,
    "half": lambda *a: first_tensor(*a).half() if not first_tensor(*a).is_complex() else torch.zeros(1).half(),
    "infinite": lambda *a: first_tensor(*a) / 0,
    "all nan": lambda *a: torch.full_like(first_tensor(*a).double(), float("nan")),
    "one more dimension": lambda *a: first_tensor(*a).unsqueeze(0),
    "many dimensions": lambda *a: first_tensor(*a).reshape(*first_tensor(*a).shape, *(1,) * 10),
    "the inputs": lambda *a: [x for x in a if isinstance(x, torch.Tensor | int | float)],
    "a pair of None": lambda *a: (None, None),
    "a function": lambda *a: print,
    "KeyError": lambda *a: raises(KeyError("\x1b")),
    "SystemExit": lambda *a: raises(SystemExit()),
    "NotImplementedError": lambda *a: raises(NotImplementedError()),
    "MemoryError": lambda *a: raises(MemoryError()),
}


def odd_values(*names: str) -> dict[str, Callable[[dict[str, Any]], object]]:
    """Reports that are right but for the value."""
    return {f"value: {name}": partial(with_value, answer=ANSWERS[name]) for name in names}


def with_value(report: dict[str, Any], answer: Callable[..., object]) -> object:
    return report | {"value": answer()}


def with_objects(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], object]:
    """A report in which what is told of every module and dict of tensors is changed."""
    return lambda report: (
        report
        | {"made": {key: change(told) if told and "state" in told else told for key, told in report["made"].items()}}
    )


def with_state(change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[dict[str, Any]], object]:
    """A report in which every tensor of a module or dict is another one, and so are the gradients."""
    return with_objects(
        lambda told: (
            told
            | {"state": {key: change(value) for key, value in told["state"].items()}}
            | {"gradients": {key: change(told["state"][key]) for key in told["gradients"]}}
        )
    )


def stopped(kind: str) -> Callable[[dict[str, Any]], object]:
    told = {"kind": kind, "error": "\x1b" * 3000, "cell": 3, "line": 2, "on_cpu": ["\x1b" * 3000]}
    return lambda report: report | {"stopped": told, "value": None}


FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no report": lambda report: None,
    "an empty report": lambda report: {},
    "no objects": lambda report: report | {"made": {}},
    "no state": with_objects(lambda told: told | {"state": {}, "gradients": {}}),
    "no gradients": with_objects(lambda told: told | {"gradients": dict.fromkeys(told["gradients"])}),
    "more state": with_objects(lambda told: told | {"state": told["state"] | {"\x1b" * 3000: torch.ones(1)}}),
    "more gradients": with_objects(lambda told: told | {key: told[key] | {"\x1b" * 3000: torch.ones(1)}
                                                       for key in ("state", "gradients")}),
    "empty tensors": with_state(lambda value: value[:0]),
    "one more dimension": with_state(lambda value: value[None]),
    "complex tensors": with_state(lambda value: value.to(torch.complex64)),
    "bool tensors": with_state(lambda value: value > 0),
    "nan": with_state(lambda value: value * float("nan")),
    "nothing happened": lambda report: report | {"journal": [], "events": []},
    "an unfinished journal": lambda report: report | {"journal": report["journal"][:1]},
    "stopped where devices meet": stopped("mismatch"),
    "stopped by a missing device": stopped("missing"),
    "stopped by an unknown cause": stopped("\x1b" * 3000),
    **odd_values("None", "text", "empty list", "tuple of odd things", "nested list", "dict", "long list",
                 "empty tensor", "empty tensor of 16 dimensions", "complex"),
}  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A part of the cases, or under the profile ``fuzz`` all of them."""
    thorough = metafunc.config.getoption("--hypothesis-profile", default=None) == "fuzz"
    answers, forgeries = (1, 1) if thorough else (3, len(REPORTED))
    if "answer" in metafunc.fixturenames:
        metafunc.parametrize(("assignment", "answer"), cases(CONFIG.assignments(), list(ANSWERS), answers))
    if "forgery" in metafunc.fixturenames:
        metafunc.parametrize(("assignment", "forgery"), cases(REPORTED, list(FORGERIES), forgeries))


def cases(assignments: Sequence[str], kinds: Sequence[str], one_in: int) -> list[tuple[str, str]]:
    """(assignment, kind) to be tried: one in so many of the kinds with each assignment."""
    pairs = itertools.product(enumerate(assignments), enumerate(kinds))
    return [(assignment, kind) for (i, assignment), (j, kind) in pairs if (i + j) % one_in == 0]


def judge(assignment: str, namespace: dict[str, Any]) -> dict[str, list[CheckResult]]:
    """What the checks say of a notebook that holds these names."""
    source = read_source(CONFIG.source_notebook(assignment))
    names = [exercise.name for exercise in exercises(source) if not exercise.manual]
    calls = LiveCalls(namespace)

    @contextmanager
    def open_exercise(name: str) -> Iterator[plugin.Exercise]:
        yield plugin.Exercise(calls)

    checks = plugin.Checks(CONFIG.seed, assignment, open_exercise, names)
    return plugin.run(CONFIG.checks_file(assignment), checks)


def expect_verdicts(judged: dict[str, list[CheckResult]]) -> None:
    """Every check must have come to a verdict, in a sentence that shows nothing that it should not."""
    for exercise, results in judged.items():
        broken = [(exercise, r.name, r.message) for r in results if r.outcome == "error"]
        assert not broken
        assert all(len(r.message) < 2000 and "\x1b" not in r.message for r in results), exercise


def names_of(statement: ast.stmt) -> set[str]:
    """The modules that an import names; none for another statement."""
    if isinstance(statement, ast.ImportFrom):
        return {statement.module or ""}
    return {alias.name for alias in statement.names} if isinstance(statement, ast.Import) else set()


@cache
def worked(assignment: str) -> dict[str, Any]:
    """What the worked notebook imports and defines, but for what lies beside it; nothing in it is run."""
    beside = {path.stem for path in CONFIG.source_notebook(assignment).parent.glob("*.py")}
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    body: list[ast.stmt] = []
    for cell in read_source(CONFIG.source_notebook(assignment)).cells:
        if cell.cell_type == "code":
            text = "\n".join(line for line in cell.source.splitlines() if not line.startswith(("%", "!")))
            body += [part for part in ast.parse(text).body if isinstance(part, kept) and not names_of(part) & beside]
    namespace: dict[str, Any] = {}
    exec(compile(ast.Module(body, []), "<cell 1>", "exec"), namespace)
    return namespace


def test_an_ordinary_run_leaves_no_assignment_and_no_kind_out() -> None:
    some = (CONFIG.assignments(), list(ANSWERS), 3), (REPORTED, list(FORGERIES), len(REPORTED))
    for assignments, kinds, one_in in some:
        kept = cases(assignments, kinds, one_in)
        assert {assignment for assignment, _ in kept} == set(assignments)
        assert {kind for _, kind in kept} == set(kinds)
        assert len(cases(assignments, kinds, 1)) == len(assignments) * len(kinds)


def test_odd_answers_break_no_check(assignment: str, answer: str) -> None:
    """Every function of the assignment answers alike."""
    source = read_source(CONFIG.source_notebook(assignment))
    names = [exercise.name for exercise in exercises(source) if not exercise.manual]
    judged = judge(assignment, dict.fromkeys(names, lambda *a, **k: ANSWERS[answer](*a, *k.values())))
    expect_verdicts(judged)
    for exercise, results in judged.items():
        assert not all(r.outcome == "passed" for r in results), exercise


def test_forged_reports_break_no_check(assignment: str, forgery: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions are right, and what is reported of calls with live objects is not."""
    perform = probes.PROBES["perform"]
    namespace = dict(worked(assignment))

    def forged(*args: Any, **kwargs: Any) -> object:
        return FORGERIES[forgery](cast(dict[str, Any], perform(*args, **kwargs)))

    monkeypatch.setitem(probes.PROBES, "perform", forged)
    expect_verdicts(judge(assignment, namespace))
