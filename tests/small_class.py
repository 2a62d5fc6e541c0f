"""A course of one small assignment and hand-made results for it, for tests of what comes after grading."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec

from autograder.config import Config, load
from autograder.course.notebook import Notebook, read_source, to_json
from autograder.course.restore import restore
from autograder.grading import storage
from autograder.grading.outputs import grade_cell_outputs, inert
from autograder.results import CheckResult, ExerciseResult, Flag, Outcome, SubmissionResult

ASSIGNMENT = "01_small"
HIDDEN = "secret_expected_value"
ANSWERS = {
    "add": "def add(a, b):\n    return a + b",
    "scale": "def scale(x):\n    return 2 * x",
    "why": "Because addition **commutes**.",
}


def cell(kind: str, source: str, name: str, points: float | None = None, *, solution: bool = False) -> dict[str, Any]:
    nbgrader: dict[str, Any] = {"grade": points is not None, "grade_id": name, "locked": not solution}
    nbgrader |= {"schema_version": 3, "solution": solution, "task": False}
    if points is not None:
        nbgrader["points"] = points
    data = {"cell_type": kind, "id": name.replace("_", "-"), "metadata": {"nbgrader": nbgrader}, "source": source}
    return data | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def solution(name: str, body: str) -> dict[str, Any]:
    stub = f"def {name}(*args):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"
    return cell("code", stub, name, solution=True)


def checks(name: str, points: float) -> dict[str, Any]:
    hidden = f"### BEGIN HIDDEN TESTS\n{HIDDEN} = {points}\n{HIDDEN}\n### END HIDDEN TESTS"
    return cell("code", f"assert callable({name})\n{hidden}", f"test_{name}", points)


CELLS = [
    cell("markdown", "# Small\n\n## Adding", "text_adding"),
    solution("add", "return args[0] + args[1]"),
    checks("add", 2),
    cell("markdown", "## Scaling", "text_scaling"),
    solution("scale", "return 2 * args[0]"),
    checks("scale", 3),
    cell("markdown", "## A question\n\nWhy does it work?", "text_question"),
    cell("markdown", "### BEGIN SOLUTION\nIt does.\n### END SOLUTION", "why", 4, solution=True),
]
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def make_course(root: Path, cells: list[dict[str, Any]] | None = None) -> Config:
    root.mkdir(parents=True, exist_ok=True)
    (root / "pyproject.toml").write_text('[tool.autograder]\ncourse_id = "small"\nseed = "small"\n')
    shutil.copy(Path(__file__).parents[1] / "nbgrader_config.py", root)
    config = load(root)
    write_source(config, CELLS if cells is None else cells)
    return config


def write_source(config: Config, cells: list[dict[str, Any]]) -> None:
    path = config.source_notebook(ASSIGNMENT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_json({"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}))


def submission(config: Config, answers: dict[str, str] | None = None) -> Notebook:
    """The source with ``answers``; what is not answered is answered well."""
    return read_source(config.source_notebook(ASSIGNMENT)).with_texts({**ANSWERS, **(answers or {})})


def check(
    name: str = "adds", outcome: Outcome = "passed", points: float = 1.0, max_points: float = 1.0, **rest: Any
) -> CheckResult:
    return CheckResult(
        name=name, title="It adds two numbers.", outcome=outcome, points=points, max_points=max_points, **rest
    )


def make_result(
    student: str | None,
    add: float | None = 2.0,
    scale: float | None = 3.0,
    *,
    add_checks: tuple[CheckResult, ...] = (),
    flags: tuple[Flag, ...] = (),
    fingerprint: str = "one",
    **rest: Any,
) -> SubmissionResult:
    exercises = (
        ExerciseResult(name="add", score=add, max_score=2.0, checks=add_checks),
        ExerciseResult(name="scale", score=scale, max_score=3.0),
        ExerciseResult(name="why", score=None, max_score=4.0, manual=True),
    )
    given = {"exercises": exercises, "score": (add or 0.0) + (scale or 0.0), **rest}
    return SubmissionResult(
        assignment=ASSIGNMENT, student=student, max_score=9.0, flags=flags, fingerprint=fingerprint, **given
    )


def autograded(
    config: Config,
    result: SubmissionResult,
    answers: dict[str, str] | None = None,
    outputs: dict[str, list[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """The notebook that grading gives: ``outputs`` of the student's cells by grade_id, verdicts at the grade cells."""
    source = read_source(config.source_notebook(ASSIGNMENT))
    notebook = restore(source, submission(config, answers)).notebook
    verdicts = {exercise.name: exercise for exercise in result.exercises}
    shown = {}
    for index, own in enumerate(notebook.cells):
        name = own.grade_id or ""
        if own.is_grade and not own.is_solution:
            shown[index] = grade_cell_outputs(verdicts[name.removeprefix("test_")])
        elif own.cell_type == "code":
            shown[index] = inert((outputs or {}).get(name, []))
    return notebook.to_dict(shown)


def store(config: Config, result: SubmissionResult, notebook: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Put a result and its notebook where grading puts them."""
    if result.problem is None and notebook is None:
        notebook = autograded(config, result)
    storage.save(config, result, notebook)
    return notebook


def problem(student: str, text: str) -> SubmissionResult:
    return msgspec.structs.replace(make_result(student), exercises=(), score=None, problem=text)
