"""``pytest autograder/checks --submission NOTEBOOK``: the checks on one notebook, as ordinary pytest output.

A pytest plugin, loaded by its entry point wherever this package is installed; without ``--submission`` it does nothing.
The notebook runs in the sandbox, as in bulk grading.

Source: https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from autograder.checks.plugin import Checks

_STACK = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "grading one notebook")
    group.addoption("--submission", type=Path, metavar="NOTEBOOK", help="run checks on this notebook, in the sandbox")
    group.addoption("--course", type=Path, metavar="DIR", help="the course folder; by default the one around here")


def pytest_configure(config: pytest.Config) -> None:
    from_command_line: Path | None = config.getoption("--submission")
    if from_command_line is None:
        return
    from autograder.checks.plugin import register_markers
    from autograder.errors import AutograderError

    register_markers(config)
    stack = config.stash[_STACK] = ExitStack()
    try:
        checks = _checks(from_command_line.resolve(), config.getoption("--course"), stack)
    except AutograderError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(checks, "autograder-checks")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _STACK in config.stash:
        config.stash[_STACK].close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With a submission, only the checks of its assignment are collected."""
    checks: Checks | None = config.pluginmanager.get_plugin("autograder-checks")
    if checks is None or collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    return None if collection_path.name == f"test_{checks.assignment}.py" else True


def _checks(path: Path, course: Path | None, stack: ExitStack) -> Checks:
    from autograder.checks.plugin import Checks
    from autograder.config import find_root, load
    from autograder.grading import engine
    from autograder.grading.api import assignment_of
    from autograder.grading.grade import open_notebook

    config = load(course or find_root(Path.cwd()))
    assignment = assignment_of(path, config)
    notebook = stack.enter_context(open_notebook(path, config, assignment, engine.start(config, [assignment])))
    return Checks(config.seed, assignment, notebook.open_exercise, notebook.checked_exercises)
