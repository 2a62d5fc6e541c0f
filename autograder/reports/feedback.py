"""One student's page: what was found, why, and what to try next, beside the student's own code.

A page is a file without scripts that needs no network. It never shows a hidden test: no grade cell is put on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode

from autograder.config import Config
from autograder.errors import GraderError
from autograder.grading.outputs import UNGRADED
from autograder.grading.storage import autograded_file, load_notebook
from autograder.reports.grades import (
    CellGrade,
    SubmissionGrades,
    grade_of,
    read_grades,
    stored_results,
)
from autograder.reports.inert import figure
from autograder.reports.nbgrader_files import as_node
from autograder.reports.pages import in_course, write_page
from autograder.reports.terminal import number
from autograder.results import CheckResult, ExerciseResult, SubmissionResult

_HEADING = re.compile(r"^#{1,6}[ \t]+(.*\S)", re.MULTILINE)
_MAX_LINES = 200  # of one output
_MAX_CHARACTERS = 20_000  # of one output
_MAX_OUTPUTS = 60  # of one exercise


class _Output(NamedTuple):
    """A figure as a ``data:`` address, or text."""

    figure: str | None = None
    text: str = ""
    error: bool = False


class _Exercise(NamedTuple):
    """An exercise as the page shows it; ``state`` stands in for a score that is not there.

    Attributes:
        section: the notebook's heading under which it stands; may be empty.
    """

    anchor: str
    name: str
    section: str
    score: float | None
    max_score: float
    state: str
    remarks: list[str]
    comment: str
    manual: bool
    checks: tuple[CheckResult, ...]
    code: str
    answer: str
    outputs: list[_Output]


def write_feedback(config: Config, assignment: str) -> list[Path]:
    """Write a page for every student with a result, from the results, the autograded notebooks and the gradebook.

    Returns:
        the pages, ``feedback/<student>/<assignment>/<assignment>.html``, by student id.

    Raises:
        GraderError: the gradebook cannot be read, or a page cannot be written; or, when all other pages are written,
            notebooks cannot be read: they are named.
    """
    grades = read_grades(config)
    pages = []
    damaged = []
    for student, result in stored_results(config, assignment).items():
        page = config.feedback / student / assignment / f"{assignment}.html"
        try:
            notebook = load_notebook(config, result) if result.problem is None else None
        except GraderError:
            damaged.append(str(autograded_file(config, student, assignment)))
            continue
        values = _values(config, student, result, grades.of(assignment, student), notebook)
        pages.append(write_page(page, "feedback.html.j2", **values))
    if damaged:
        raise GraderError(
            f"{len(pages)} pages are written. These notebooks are damaged, or are not what grading wrote there: "
            f"{', '.join(damaged)}.",
            f"Grade {assignment} again, which makes them anew; delete those of people who handed in nothing.",
        )
    return pages


def _values(
    config: Config,
    student: str,
    result: SubmissionResult,
    grades: SubmissionGrades | None,
    notebook: dict[str, Any] | None,
) -> dict[str, Any]:
    shown = []
    if notebook is not None:
        cells = _Cells(as_node(notebook))
        for index, exercise in enumerate(result.exercises, start=1):
            shown.append(_exercise(f"exercise-{index}", exercise, grades, cells))
    return {
        "course": config.course_id,
        "assignment": result.assignment,
        "student": student,
        "problem": in_course(result.problem, config),
        "score": grades.score if grades is not None else result.score,
        "max_score": result.max_score,
        "penalty": grades.late_penalty if grades is not None else 0.0,
        "seconds_late": grades.seconds_late if grades is not None else 0.0,
        "waiting": sum(exercise.score is None for exercise in shown),
        "exercises": shown,
        "flags": result.flags,
    }


def _exercise(anchor: str, exercise: ExerciseResult, grades: SubmissionGrades | None, cells: _Cells) -> _Exercise:
    grade = grade_of(grades, exercise.name) if grades is not None else None
    source = cells.answers.get(exercise.name)
    return _Exercise(
        anchor=anchor,
        name=exercise.name,
        section=cells.sections.get(exercise.name, ""),
        score=_score(exercise, grade),
        max_score=exercise.max_score,
        state="not graded yet" if not exercise.manual else "not read yet",
        remarks=list(_remarks(exercise, grade)),
        comment=(grades.comments.get(exercise.name) if grades is not None else None) or "",
        manual=exercise.manual,
        checks=exercise.checks,
        code=source.source if source is not None and source.cell_type == "code" else "",
        answer=source.source if source is not None and source.cell_type == "markdown" else "",
        outputs=cells.outputs.get(exercise.name, []),
    )


def _score(exercise: ExerciseResult, grade: CellGrade | None) -> float | None:
    if grade is None:
        return exercise.score
    return None if grade.auto is None and grade.manual is None else grade.score


def _remarks(exercise: ExerciseResult, grade: CellGrade | None) -> Iterable[str]:
    if exercise.score is None and not exercise.manual and _score(exercise, grade) is None:
        yield UNGRADED
    if grade is None:
        return
    if grade.manual is not None and not exercise.manual and grade.manual != exercise.score:
        checks = f"; the checks alone gave {number(exercise.score)}" if exercise.score is not None else ""
        yield f"A person set this score{checks}."
    if grade.extra_credit:
        yield f"Extra credit: {number(grade.extra_credit)}."
    if grade.waits and grade.manual is not None:
        yield "Your notebook has changed since a person scored this; it will be looked at again."


class _Cells:
    """An autograded notebook by exercise: sections, answers, and what the answer and the cells after it gave out."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.sections: dict[str, str] = {}
        self.answers: dict[str, NotebookNode] = {}
        self.outputs: dict[str, list[_Output]] = {}
        name, heading = "", ""
        for cell in notebook.cells:
            nbgrader = cell.metadata.get("nbgrader", {})
            if nbgrader.get("solution"):
                name = nbgrader["grade_id"]
                self.answers[name] = cell
                self.sections[name] = heading
            elif cell.cell_type == "markdown" and nbgrader.get("locked"):
                heading = (_HEADING.findall(cell.source) or [heading])[-1]
            if cell.cell_type == "code" and name and not (nbgrader.get("grade") and not nbgrader.get("solution")):
                shown = self.outputs.setdefault(name, [])
                shown += islice(_outputs(cell.outputs), _MAX_OUTPUTS - len(shown))


def _outputs(outputs: list[NotebookNode]) -> Iterable[_Output]:
    for output in outputs:
        data = output.get("data", {})
        drawn = figure(data)
        if drawn is not None:
            yield _Output(figure=drawn)
        elif output.output_type == "error":
            yield _Output(text=_cut("\n".join(output.traceback) or f"{output.ename}: {output.evalue}"), error=True)
        else:
            text = "".join(output.get("text", "") or data.get("text/plain", ""))
            if text.strip():
                yield _Output(text=_cut(text))


def _cut(text: str) -> str:
    lines = text[:_MAX_CHARACTERS].split("\n", _MAX_LINES)
    kept = "\n".join(lines[:_MAX_LINES])
    return kept if kept == text else f"{kept}\n…"
