"""No plain answer, however odd, breaks a check: a check that ends in ``error`` would be a way out of a zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from autograder.checks import plugin
from autograder.checks.live import LiveCalls
from autograder.config import load
from autograder.course.notebook import exercises, read_source
from autograder.results import CheckResult
from tests.scratch import ROOT

CONFIG = load(ROOT)


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


def judge(assignment: str, answer: Callable[..., object]) -> dict[str, list[CheckResult]]:
    """What the checks say where every function of an assignment answers alike."""
    source = read_source(CONFIG.source_notebook(assignment))
    names = [exercise.name for exercise in exercises(source) if not exercise.manual]
    calls = LiveCalls(dict.fromkeys(names, lambda *args, **kwargs: answer(*args, *kwargs.values())))

    @contextmanager
    def open_exercise(name: str) -> Iterator[plugin.Exercise]:
        yield plugin.Exercise(calls)

    checks = plugin.Checks(CONFIG.seed, assignment, open_exercise, names)
    return plugin.run(CONFIG.checks_file(assignment), checks)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("assignment", CONFIG.assignments())
def test_odd_answers_break_no_check(assignment, name):
    for exercise, results in judge(assignment, ANSWERS[name]).items():
        broken = [(exercise, r.name, r.message) for r in results if r.outcome == "error"]
        assert not broken
        assert not all(r.outcome == "passed" for r in results), exercise
        assert all(len(r.message) < 2000 and "\x1b" not in r.message for r in results), exercise
