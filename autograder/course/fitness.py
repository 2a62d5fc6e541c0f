"""Whether a source notebook is fit for release: an instructor's mistake is an error before any student sees it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path

from autograder.course.declared import DeclaredCheck
from autograder.course.notebook import Cell, Notebook, exercises, strip_hidden
from autograder.errors import CourseError

_SOLUTION = re.compile(r"BEGIN SOLUTION[^\n]*\n(.*?)^[^\n]*END SOLUTION", re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(r"BEGIN HIDDEN TESTS[^\n]*\n(.*?)^[^\n]*END HIDDEN TESTS", re.DOTALL | re.MULTILINE)
_REGIONS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
_SECRET = (*(f"{edge} {region}" for region in _REGIONS for edge in ("BEGIN", "END")), "run_checks(")
_NEARLY = re.compile(
    r"^\s*#*\s*(?:begin|end)[\s_-]*(?:solutions?|hidden[\s_-]*tests?)\s*$", re.IGNORECASE | re.MULTILINE
)
_TELLING = 12  # characters: a shorter line, such as `return x`, may well stand elsewhere too


def check_source(path: Path, source: Notebook, checks: tuple[DeclaredCheck, ...], checks_file: Path) -> None:
    """Raise a CourseError at the first thing that makes ``source`` unfit: it names the cell and the fix."""
    _check_cells(path, source)
    worth: dict[str, float] = {}
    for check in checks:
        worth[check.exercise] = worth.get(check.exercise, 0.0) + check.points
    names = _check_exercises(path, source, worth, checks_file)
    for check in checks:
        if check.exercise not in names:
            raise CourseError(
                f"{checks_file}:{check.line}: the check {check.name} is for `{check.exercise}`, which does not exist.",
                f"The exercises of {path.stem} are: {', '.join(sorted(names)) or 'none'}.",
            )


def _check_cells(path: Path, source: Notebook) -> None:
    attached = [bool(cell.get("attachments")) for cell in json.loads(path.read_text(encoding="utf-8-sig"))["cells"]]
    ids: set[str] = set()
    for number, (cell, has_attachment) in enumerate(zip(source.cells, attached, strict=True), 1):
        where = f"{path}: cell {number} (`{cell.grade_id}`)"
        if not cell.id or cell.id in ids:
            raise CourseError(
                f"{where} has no cell id of its own.",
                'Set "nbformat_minor" to 5 in the file, then open it in JupyterLab and save it again.',
            )
        ids.add(cell.id)
        if has_attachment:
            raise CourseError(
                f"{where} has a picture attached, which is not released.",
                "Save the picture beside the notebook and link to it.",
            )
        if cell.nbgrader.get("task") is True:
            raise CourseError(f"{where} is a task cell.", "Make it a manually graded answer in nbgrader's toolbar.")
        _check_regions(where, cell)


def _check_regions(where: str, cell: Cell) -> None:
    for line in _NEARLY.findall(cell.source):
        if not any(marker in line for marker in _SECRET):
            raise CourseError(
                f"{where} has the line `{line.strip()}`, which nbgrader does not know.",
                "Write ### BEGIN SOLUTION and ### END SOLUTION, ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS.",
            )
    allowed = {"SOLUTION": cell.is_solution, "HIDDEN TESTS": cell.is_grade, "MARK SCHEME": False}
    for region in _REGIONS:
        edges = re.findall(rf"(BEGIN|END) {region}", cell.source)
        if edges != ["BEGIN", "END"] * (len(edges) // 2):
            raise CourseError(
                f"{where} has BEGIN {region} and END {region} lines that do not pair up.",
                f"Close every BEGIN {region} with one END {region} before the next.",
            )
        if edges and not allowed[region]:
            raise CourseError(
                f"{where} is not a cell that may hold a {region} region.",
                "Solutions belong in solution cells, hidden tests in grade cells; mark schemes are not used.",
            )


def _check_exercises(path: Path, source: Notebook, worth: dict[str, float], checks_file: Path) -> set[str]:
    """Names of the exercises that have checks."""
    solutions = {cell.grade_id for cell in source.cells if cell.is_solution}
    seen: set[str] = set()
    names: set[str] = set()
    for exercise in exercises(source):
        cell = source.cells[exercise.grade_index]
        where = f"{path}: cell {exercise.grade_index + 1} (`{cell.grade_id}`)"
        if exercise.points <= 0:
            raise CourseError(f"{where} is worth {exercise.points:g} points.", "Give it some in nbgrader's toolbar.")
        if exercise.name in seen:
            raise CourseError(
                f"{where} is a second exercise `{exercise.name}`.",
                "A cell is graded by checks or by a person: rename one of the two in nbgrader's toolbar.",
            )
        seen.add(exercise.name)
        if exercise.manual:
            continue
        names.add(exercise.name)
        if cell.cell_type != "code" or cell.grade_id != f"test_{exercise.name}":
            raise CourseError(f"{where} is not a code cell named test_<exercise>.", "Rename it in nbgrader's toolbar.")
        if exercise.name not in solutions:
            raise CourseError(f"{where} has no solution cell.", f"Name the solution cell `{exercise.name}`.")
        if not _ends_in_checks(cell, path.stem, exercise.name):
            raise CourseError(
                f"{where} does not run its checks.",
                f'Let its hidden tests end in `run_checks("{path.stem}", "{exercise.name}", globals())`.',
            )
        if exercise.name not in worth:
            raise CourseError(f"{where} has no checks.", f"Write them in {checks_file}.")
        if abs(worth[exercise.name] - exercise.points) > 1e-9:
            raise CourseError(
                f"{where} is worth {exercise.points:g} points, but its checks add up to {worth[exercise.name]:g}.",
                f"Change the cell's points or those in {checks_file}.",
            )
    return names


def _ends_in_checks(cell: Cell, assignment: str, exercise: str) -> bool:
    """Whether a grade cell's last expression, and a hidden one, is the points of its checks."""
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:
        return False
    call = f"run_checks({assignment!r}, {exercise!r}, globals())"
    return bool(body) and ast.unparse(body[-1]) == call and "run_checks" not in strip_hidden(cell.source)


def check_release(path: Path, source: Notebook, released: Notebook) -> None:
    """Raise a CourseError when a solution or a hidden test is left in ``released``: it names the cell."""
    telling = {
        line.strip()
        for cell in source.cells
        for block in _secret_blocks(cell)
        for line in block.splitlines()
        if len(line.strip()) >= _TELLING
    }
    for number, cell in enumerate(released.cells, 1):
        for line in cell.source.splitlines():
            secret = next((marker for marker in _SECRET if marker in line), None)
            if secret is None and line.strip() in telling:
                secret = line.strip()
            if secret is not None:
                raise CourseError(
                    f"{path}: cell {number} (`{cell.grade_id}`) of the release would hold `{secret}`.",
                    "Put every solution and hidden test between nbgrader's BEGIN and END lines.",
                )


def check_beside(path: Path, files: Mapping[str, bytes]) -> None:
    """Raise a CourseError when a file that travels with the notebook at ``path`` holds what no student may read."""
    for name, content in files.items():
        secret = next((marker for marker in _SECRET if marker.encode() in content), None)
        if secret is not None or name.lower().endswith(".ipynb"):
            holds = f"holds `{secret}` and" if secret is not None else "is another notebook and"
            raise CourseError(
                f"{path.parent / name} {holds} would be released as it is.", "Move it out of source/, or correct it."
            )


def _secret_blocks(cell: Cell) -> list[str]:
    """What of a cell no student may read; of a solution cell without a region, all of it."""
    solutions = _SOLUTION.findall(cell.source)
    if cell.is_solution and not solutions:
        solutions = [cell.source]
    return [*solutions, *_HIDDEN.findall(cell.source)]
