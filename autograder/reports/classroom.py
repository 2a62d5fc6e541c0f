"""The class at a glance: one page that says who needs a person, what went wrong most often, and every score."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from autograder.checks.misconceptions import CATALOGUE
from autograder.config import Config
from autograder.grading.submissions import find
from autograder.reports.grades import ClassGrades, SubmissionGrades, grade_of, read_grades, stored_results
from autograder.reports.pages import FLAGS, in_course, write_page
from autograder.results import ExerciseResult, SubmissionResult

_BINS = 10
_MISTAKES = 10  # most frequent ones that are listed


class _Cell(NamedTuple):
    """A score in the table, or a word in its place; ``tone`` is a CSS class: full, part, none, or wait."""

    score: float | None
    tone: str
    word: str = "–"


class _Row(NamedTuple):
    """A student in the table."""

    student: str
    name: str
    page: str
    cells: list[_Cell]
    total: float | None
    penalty: float
    remarks: list[str]


class _Column(NamedTuple):
    """An exercise in the table; ``mean`` is of the scores that are known."""

    name: str
    max_score: float
    mean: float | None


class _Bin(NamedTuple):
    """A bar of the histogram; ``width`` is in percent of the longest."""

    label: str
    students: int
    width: float


class _Mistake(NamedTuple):
    """A known mistake: how many students made it, and in which exercises."""

    key: str
    explanation: str
    students: int
    exercises: list[str]


def write_report(config: Config, assignment: str | None = None) -> Path:
    """Write ``report/index.html`` from the results and the gradebook.

    Args:
        assignment: this one alone; every assignment that has results by default.

    Raises:
        UsageError: there is no such assignment.
        GraderError: the gradebook cannot be read, or the page cannot be written.
    """
    grades = read_grades(config)
    names = [assignment] if assignment is not None else config.assignments()
    sections = [_section(config, name, grades) for name in names]
    if assignment is None:
        sections = [section for section in sections if section["rows"] or section["new"]]
    page = config.report / "index.html"
    return write_page(page, "classroom.html.j2", course=config.course_id, sections=sections)


def _section(config: Config, assignment: str, grades: ClassGrades) -> dict[str, Any]:
    results = stored_results(config, assignment)
    graded = {student: result for student, result in results.items() if result.problem is None}
    handed_in = find(config, assignment)
    exercises = max((result.exercises for result in graded.values()), key=len, default=())
    rows = [
        _row(config, student, result, grades, [exercise.name for exercise in exercises])
        for student, result in results.items()
    ]
    totals = [row.total for row in rows if row.total is not None]
    max_score = max((result.max_score for result in graded.values()), default=0.0)
    return {
        "assignment": assignment,
        "rows": rows,
        "columns": list(_columns(exercises, [row for row in rows if row.total is not None])),
        "max_score": max_score,
        "graded": len(graded),
        "mean": statistics.fmean(totals) if totals else None,
        "median": statistics.median(totals) if totals else None,
        "bins": _histogram(totals, max_score),
        "mistakes": _mistakes(graded),
        "problems": [(s, in_course(r.problem, config)) for s, r in results.items() if r.problem],
        "ungraded": [(student, result.ungraded) for student, result in graded.items() if result.ungraded],
        "unread": _unread(graded, grades),
        "new": [(s.student, in_course(s.problem, config)) for s in handed_in if s.student not in results],
        "absent": sorted(set(grades.students) - set(results) - {submission.student for submission in handed_in}),
    }


def _row(config: Config, student: str, result: SubmissionResult, grades: ClassGrades, names: list[str]) -> _Row:
    submission = grades.of(result.assignment, student)
    exercises = {exercise.name: exercise for exercise in result.exercises}
    person = grades.students.get(student)
    page = config.feedback / student / result.assignment / f"{result.assignment}.html"
    total = submission.score if submission is not None else result.score
    return _Row(
        student=student,
        name=" ".join(filter(None, (person.first_name, person.last_name))) if person is not None else "",
        page=quote(f"../{page.relative_to(config.root)}") if page.exists() else "",
        cells=[_cell(exercises.get(name), submission) for name in names],
        total=total if result.problem is None else None,
        penalty=submission.late_penalty if submission is not None else 0.0,
        remarks=list(_remarks(result, submission)),
    )


def _cell(exercise: ExerciseResult | None, submission: SubmissionGrades | None) -> _Cell:
    if exercise is None:
        return _Cell(None, "")
    grade = grade_of(submission, exercise.name) if submission is not None else None
    score = exercise.score if grade is None else grade.auto if grade.manual is None else grade.manual
    if score is None:
        return _Cell(None, "wait", "waits" if exercise.manual else "ungraded")
    score += grade.extra_credit if grade is not None else 0.0
    return _Cell(score, "full" if score >= exercise.max_score else "part" if score > 0 else "none")


def _remarks(result: SubmissionResult, submission: SubmissionGrades | None) -> Iterable[str]:
    if result.problem is not None:
        yield "not graded"
    if result.ungraded:
        yield f"could not be graded: {', '.join(result.ungraded)}"
    if submission is not None and submission.seconds_late:
        yield "late"
    for kind, count in Counter(flag.kind for flag in result.flags).items():
        yield FLAGS[kind].lower() + (f" ({count} times)" if count > 1 else "")


def _columns(exercises: tuple[ExerciseResult, ...], rows: list[_Row]) -> Iterable[_Column]:
    for index, exercise in enumerate(exercises):
        known = [score for row in rows if (score := row.cells[index].score) is not None]
        yield _Column(exercise.name, exercise.max_score, statistics.fmean(known) if known else None)


def _histogram(totals: list[float], max_score: float) -> list[_Bin]:
    if not totals or max_score <= 0:
        return []
    counts = Counter(min(max(int(_BINS * total / max_score), 0), _BINS - 1) for total in totals)
    most = max(counts.values())
    step = 100 // _BINS
    return [_Bin(f"{step * n}–{step * (n + 1)} %", counts[n], 100 * counts[n] / most) for n in reversed(range(_BINS))]


def _mistakes(results: dict[str, SubmissionResult]) -> list[_Mistake]:
    made: dict[str, set[str]] = {}
    where: dict[str, Counter[str]] = {}
    for student, result in results.items():
        for exercise in result.exercises:
            for key in {check.misconception for check in exercise.checks if check.misconception}:
                made.setdefault(key, set()).add(student)
                where.setdefault(key, Counter())[exercise.name] += 1
    most = sorted(made, key=lambda key: (-len(made[key]), key))[:_MISTAKES]
    return [
        _Mistake(
            key=key,
            explanation=CATALOGUE[key].explanation if key in CATALOGUE else "",
            students=len(made[key]),
            exercises=[name for name, _ in where[key].most_common()],
        )
        for key in most
    ]


def _unread(results: dict[str, SubmissionResult], grades: ClassGrades) -> list[tuple[str, int]]:
    """Exercises with answers that wait for a reader, and how many."""
    waiting: Counter[str] = Counter()
    for student, result in results.items():
        submission = grades.of(result.assignment, student)
        for exercise in result.exercises:
            grade = grade_of(submission, exercise.name) if submission is not None else None
            if exercise.name not in result.ungraded and (exercise.manual if grade is None else grade.waits):
                waiting[exercise.name] += 1
    return sorted(waiting.items())
