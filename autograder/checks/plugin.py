"""The pytest plugin: markers, fixtures, and reports turned into results.

A checks file holds one class an exercise and one test function a check::

    @pytest.mark.exercise("mse")
    class TestMse:
        @pytest.mark.check(points=2, needs="is_a_scalar")
        def test_averages_over_every_element(self, student, generator):
            \"\"\"The mean is taken over every element.\"\"\"

The same files run in bulk (:func:`run`), under plain pytest with ``--submission`` (see ``conftest.py``), and in a live
kernel (``live.py``). What differs is only what stands behind ``student``.

Source: https://docs.pytest.org/en/stable/reference/reference.html#hooks
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from autograder.checks.assertions import CheckFailed
from autograder.checks.misconceptions import CATALOGUE
from autograder.checks.student import Student
from autograder.errors import (
    CourseError,
    StudentCrashed,
    StudentFault,
    StudentMemory,
    StudentMissing,
    StudentTimeout,
)
from autograder.results import CheckResult, Outcome
from autograder.sandbox.session import Calls

_OUTCOMES: dict[type[StudentFault], Outcome] = {
    StudentTimeout: "timeout",
    StudentMemory: "memory",
    StudentCrashed: "crashed",
}
_FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
_MISSING = "*"  # stands in for every check's name once a function turns out not to exist


class Exercise(NamedTuple):
    """A student at the point of the notebook where an exercise is checked.

    Attributes:
        begin_check: called before each check, to start its clock.
        note: why the exercise's function may be missing, for the student: "Its cell stopped with ..."; or empty.
    """

    calls: Calls
    begin_check: Callable[[], None] = lambda: None
    note: str = ""


Opener = Callable[[str], AbstractContextManager[Exercise]]


class Checks:
    """Runs the checks of one submission and keeps their results.

    Args:
        seed: the course's seed text.
        assignment: name of the assignment, part of every hidden input's seed.
        open_exercise: gives the student as it stands at an exercise's grade cell.
        order: names of the exercises to check, in the notebook's order; others are left out.
    """

    def __init__(self, seed: str, assignment: str, open_exercise: Opener, order: Sequence[str]) -> None:
        self._seed = seed
        self.assignment = assignment
        self._open_exercise = open_exercise
        self._order = list(order)
        self._stack = ExitStack()
        self._name: str | None = None
        self._exercise: Exercise | None = None
        self._passed: set[str] = set()
        self.results: dict[str, list[CheckResult]] = {name: [] for name in order}
        self.broken: list[str] = []

    # fixtures

    @pytest.fixture
    def student(self) -> Student:
        """The student's notebook: call its functions by name."""
        assert self._exercise is not None
        return Student(self._exercise.calls)

    @pytest.fixture
    def generator(self, request: pytest.FixtureRequest) -> torch.Generator:
        """Source of the check's hidden inputs: the same for every student of a course."""
        name = f"{self._seed}/{self.assignment}/{exercise_of(request.node)}/{check_name(request.node)}"
        digest = hashlib.sha256(name.encode()).digest()
        return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)

    # hooks

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if exercise_of(item) in self.results),
            key=lambda item: self._order.index(exercise_of(item)),
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        name = exercise_of(item)
        if name != self._name:
            self._close()
            self._name = name
            self._passed = set()
            self._exercise = self._stack.enter_context(self._open_exercise(name))
        if _MISSING in self._passed:
            pytest.skip("the function has to be written first")
        unmet = [need for need in _needs(item) if need not in self._passed]
        if unmet:
            pytest.skip(f"it builds on the check {_titles(unmet, self.results[name])}")
        if self._exercise is not None:
            self._exercise.begin_check()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            result = self._judge(item, call.excinfo.value if call.excinfo is not None else None)
            self.results[exercise_of(item)].append(result)
            if result.outcome == "passed":
                self._passed.add(result.name)
            elif result.outcome not in ("skipped", "error"):
                report.longrepr = "\n".join(filter(None, (result.message, result.hint and f"Hint: {result.hint}")))
        return report

    @pytest.hookimpl
    def pytest_sessionfinish(self) -> None:
        self._close()

    def _judge(self, item: pytest.Item, error: BaseException | None) -> CheckResult:
        outcome: Outcome = "passed"
        message, misconception = "", None
        if isinstance(error, CheckFailed):
            outcome, message, misconception = "failed", error.message, error.misconception
        elif isinstance(error, StudentFault):
            outcome, message = _OUTCOMES.get(type(error), "failed"), str(error)
            if isinstance(error, StudentMissing):
                self._passed.add(_MISSING)
                message = f"{message} {self._exercise.note}".strip() if self._exercise else message
        elif isinstance(error, pytest.skip.Exception):
            outcome, message = "skipped", f"Not checked: {error.msg}."
        elif error is not None:
            outcome, message = "error", f"The check could not run: {type(error).__name__}: {error}"
        points = _points(item)
        return CheckResult(
            name=check_name(item),
            title=" ".join((getattr(item, "function", None).__doc__ or "").split()),
            outcome=outcome,
            points=points if outcome == "passed" else 0.0,
            max_points=points,
            message=message,
            misconception=misconception,
            hint=CATALOGUE[misconception].hint if misconception else None,
        )

    def _close(self) -> None:
        self._exercise = None
        self._stack.close()


def exercise_of(item: pytest.Item) -> str:
    """Name of the exercise a check belongs to; empty where it names none."""
    marker = item.get_closest_marker("exercise")
    return str(marker.args[0]) if marker is not None and marker.args else ""


def check_name(item: pytest.Item) -> str:
    """A check's name: its function's, without ``test_``."""
    return item.name.removeprefix("test_")


def _points(item: pytest.Item) -> float:
    marker = item.get_closest_marker("check")
    return float(marker.kwargs["points"]) if marker is not None else 0.0


def _needs(item: pytest.Item) -> tuple[str, ...]:
    marker = item.get_closest_marker("check")
    needs = marker.kwargs.get("needs", ()) if marker is not None else ()
    return (needs,) if isinstance(needs, str) else tuple(needs)


def _titles(names: list[str], results: list[CheckResult]) -> str:
    titles = {result.name: result.title.rstrip(".") for result in results}
    return " and ".join(f"“{titles.get(name, name)}”" for name in names)


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "it could not be collected"


def register_markers(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "exercise(name): the exercise that a class of checks belongs to")
    config.addinivalue_line("markers", "check(points, needs=()): what a check is worth, and which checks it builds on")


class _Quiet:
    """Registers the markers in a session that has no conftest."""

    def pytest_configure(self, config: pytest.Config) -> None:
        register_markers(config)


_ARGUMENTS = (
    "-c", os.devnull, "--noconftest", "--assert=plain", "--capture=no", "--strict-markers",
    "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:logging", "-p", "no:junitxml",
    "-p", "no:threadexception", "-p", "no:unraisableexception", "-p", "no:warnings", "-p", "no:doctest",
    "-p", "no:pastebin", "-p", "no:stepwise", "-p", "no:tmpdir",
)  # fmt: skip


def run(file: Path, checks: Checks) -> dict[str, list[CheckResult]]:
    """Run the checks of ``file`` in this process, silently.

    Returns:
        exercise name to the results of its checks, in the file's order.

    Raises:
        CourseError: the file is missing or cannot be imported.
    """
    if not file.is_file():
        raise CourseError(f"{file} does not exist.", "Write the assignment's checks there.")
    if "[" in str(file):  # pytest would read the rest as a parameter
        raise CourseError(f"{file}: pytest takes no path that has a [ in it.", "Move the course to another folder.")
    loaded = set(sys.modules)
    with _pytest_environment(), _one_thread():
        status = pytest.main([str(file), f"--rootdir={file.parent}", *_ARGUMENTS], plugins=[_Quiet(), checks])
    for name in set(sys.modules) - loaded:
        if getattr(sys.modules[name], "__file__", None) == str(file):  # another course's file may have this name
            del sys.modules[name]
    if checks.broken or status not in _FINISHED:
        raise CourseError(
            f"{file} could not be used: {'; '.join(checks.broken) or f'pytest ended with status {int(status)}'}.",
            f"Run `python -m pytest {file} --submission NOTEBOOK` to see more.",
        )
    return checks.results


@contextmanager
def _one_thread() -> Iterator[None]:
    """What checks compute is small: more threads than one wait for each other longer than they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _pytest_environment() -> Iterator[None]:
    """Keeps the options and plugins of an outer pytest out of a run, and the run's traces out of this process."""
    names = (
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
        "PYTEST_ADDOPTS",
        "PYTEST_PLUGINS",
        "PYTEST_CURRENT_TEST",
        "PYTEST_VERSION",
    )
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
