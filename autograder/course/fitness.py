"""Whether a source notebook is fit for release: an instructor's mistake is an error before any student sees it."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.course.declared import DeclaredCheck
from autograder.course.notebook import Notebook, exercises
from autograder.errors import CourseError

_CALL = re.compile(r'run_checks\(\s*"([^"]*)"\s*,\s*"([^"]*)"\s*,\s*globals\(\)\s*\)')
_SOLUTION = re.compile(r"BEGIN SOLUTION[^\n]*\n(.*?)^[^\n]*END SOLUTION", re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(r"BEGIN HIDDEN TESTS[^\n]*\n(.*?)^[^\n]*END HIDDEN TESTS", re.DOTALL | re.MULTILINE)
_MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "run_checks(")
_TELLING = 12  # characters: a shorter line, such as `return x`, may well stand elsewhere too


def check_source(path: Path, source: Notebook, checks: tuple[DeclaredCheck, ...], checks_file: Path) -> None:
    """Raise a CourseError at the first thing that makes ``source`` unfit: it names the cell and the fix."""
    solutions = {cell.grade_id for cell in source.cells if cell.is_solution}
    worth: dict[str, float] = {}
    for check in checks:
        worth[check.exercise] = worth.get(check.exercise, 0.0) + check.points
    names = set()
    for exercise in exercises(source):
        cell = source.cells[exercise.grade_index]
        where = f"{path}: cell {exercise.grade_index + 1} (`{cell.grade_id}`)"
        if exercise.points <= 0:
            raise CourseError(f"{where} is worth {exercise.points:g} points.", "Give it some in nbgrader's toolbar.")
        if exercise.manual:
            continue
        names.add(exercise.name)
        if cell.cell_type != "code" or cell.grade_id != f"test_{exercise.name}":
            raise CourseError(f"{where} is not a code cell named test_<exercise>.", "Rename it in nbgrader's toolbar.")
        if exercise.name not in solutions:
            raise CourseError(f"{where} has no solution cell.", f"Name the solution cell `{exercise.name}`.")
        call = (path.stem, exercise.name)
        hidden = "".join(_HIDDEN.findall(cell.source))
        if call not in _CALL.findall(hidden):
            raise CourseError(
                f"{where} does not run its checks.",
                f'Let its hidden tests end in `run_checks("{call[0]}", "{call[1]}", globals())`.',
            )
        if exercise.name not in worth:
            raise CourseError(f"{where} has no checks.", f"Write them in {checks_file}.")
        if abs(worth[exercise.name] - exercise.points) > 1e-9:
            raise CourseError(
                f"{where} is worth {exercise.points:g} points, but its checks add up to {worth[exercise.name]:g}.",
                f"Change the cell's points or those in {checks_file}.",
            )
    for check in checks:
        if check.exercise not in names:
            raise CourseError(
                f"{checks_file}:{check.line}: the check {check.name} is for `{check.exercise}`, which does not exist.",
                f"The exercises of {path.stem} are: {', '.join(sorted(names)) or 'none'}.",
            )


def check_release(path: Path, source: Notebook, released: Notebook) -> None:
    """Raise a CourseError when a solution or a hidden test is left in ``released``: it names the cell."""
    telling = {
        line.strip()
        for cell in source.cells
        for block in (*_SOLUTION.findall(cell.source), *_HIDDEN.findall(cell.source))
        for line in block.splitlines()
        if len(line.strip()) >= _TELLING
    }
    for number, cell in enumerate(released.cells, 1):
        for line in cell.source.splitlines():
            secret = next((marker for marker in _MARKERS if marker in line), None)
            if secret is None and line.strip() in telling:
                secret = line.strip()
            if secret is not None:
                raise CourseError(
                    f"{path}: cell {number} (`{cell.grade_id}`) of the release would hold `{secret}`.",
                    "Put every solution and hidden test between nbgrader's BEGIN and END lines.",
                )
