"""The gradebook's content as plain data, for the pages and the exports. Reads only; ``gradebook.py`` alone writes.

Scores follow nbgrader's rules: a person's score goes before the automatic one, extra credit is added to either, and the
late penalty is taken off a submission's sum.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    InvalidEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import URL, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.config import Config
from autograder.errors import GraderError
from autograder.grading.storage import load
from autograder.results import SubmissionResult

LOCK_TIMEOUT_S = 35.0  # a formgrader that is saving holds its lock for far less; a backup may hold it for half a minute
_QUIET_WAIT_S = 1.0  # others save in much less: nothing is said of that


class Person(NamedTuple):
    """A student, as far as the gradebook knows."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


class CellGrade(NamedTuple):
    """A grade cell's scores.

    Attributes:
        auto: the automatic score; None where there is none.
        manual: a person's score; None where nobody gave one.
        waits: a person has to look at it.
    """

    auto: float | None
    manual: float | None
    extra_credit: float
    max_score: float
    waits: bool

    @property
    def score(self) -> float:
        base = self.manual if self.manual is not None else self.auto
        return (base or 0.0) + self.extra_credit


class SubmissionGrades(NamedTuple):
    """One student's grades for one assignment.

    Attributes:
        cells: by the grade cell's grade_id.
        comments: a person's comment, or nbgrader's own, by the solution cell's grade_id.
        timestamp: when it was handed in, UTC, or None where that is not known.
        seconds_late: past the due date and the student's extension; 0 when in time.
        late_penalty: points, from nbgrader's late-submission plugin.
    """

    cells: dict[str, CellGrade]
    comments: dict[str, str]
    timestamp: datetime | None
    seconds_late: float
    late_penalty: float

    @property
    def raw_score(self) -> float:
        return sum(cell.score for cell in self.cells.values())

    @property
    def score(self) -> float:
        return max(0.0, self.raw_score - self.late_penalty)

    @property
    def waiting(self) -> list[str]:
        """grade_ids of the cells that a person has to look at."""
        return [name for name, cell in self.cells.items() if cell.waits]


class AssignmentGrades(NamedTuple):
    """An assignment's grades, by student id."""

    name: str
    due: datetime | None
    max_score: float
    submissions: dict[str, SubmissionGrades]


class ClassGrades(NamedTuple):
    """Everything in the gradebook; empty where there is no gradebook yet."""

    students: dict[str, Person]
    assignments: dict[str, AssignmentGrades]

    def of(self, assignment: str, student: str) -> SubmissionGrades | None:
        """A student's grades for an assignment, or None where the gradebook has none."""
        known = self.assignments.get(assignment)
        return known.submissions.get(student) if known is not None else None


def read_grades(config: Config) -> ClassGrades:
    """The whole gradebook.

    Raises:
        GraderError: it cannot be read.
    """
    if not config.gradebook.exists():
        return ClassGrades({}, {})
    engine = create_engine(database_url(config.gradebook))
    try:
        with translated(config.gradebook), Session(engine) as session:
            students = {s.id: _person(s) for s in session.scalars(select(Student).order_by(Student.id))}
            found = session.scalars(select(Assignment).order_by(Assignment.name))
            return ClassGrades(students, {a.name: _assignment(session, a) for a in found})
    finally:
        engine.dispose()


def grade_of(grades: SubmissionGrades, exercise: str) -> CellGrade | None:
    """An exercise's grade: its grade cell is called as the exercise, with ``test_`` before it when checks grade it."""
    return grades.cells.get(f"test_{exercise}") or grades.cells.get(exercise)


def stored_results(config: Config, assignment: str) -> dict[str, SubmissionResult]:
    """The results on disk of an assignment, by student id; :func:`damaged_results` are left out."""
    return {student: result for student, result in _loaded(config, assignment) if result is not None}


def damaged_results(config: Config, assignment: str) -> list[str]:
    """Students whose result on disk is damaged, was edited, or is another version's."""
    return [student for student, result in _loaded(config, assignment) if result is None]


def _loaded(config: Config, assignment: str) -> Iterator[tuple[str, SubmissionResult | None]]:
    for student in sorted(file.parent.name for file in config.results.glob(f"*/{assignment}.json")):
        yield student, load(config, student, assignment)


def database_url(file: Path) -> URL:
    """SQLAlchemy's address of a gradebook; whoever uses it waits while another program holds its lock."""
    return URL.create("sqlite", database=str(file), query={"timeout": str(LOCK_TIMEOUT_S)})


def tell_of_a_wait(file: Path, say: Callable[[str], None]) -> None:
    """Say that another program holds a gradebook's lock, if so; the waiting is done by whoever needs it next."""
    quiet_s = min(_QUIET_WAIT_S, LOCK_TIMEOUT_S)
    with suppress(sqlite3.Error):  # any other trouble is told by who meets it
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=quiet_s)
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                say(f"Another program is writing to {file}: waiting for it, {LOCK_TIMEOUT_S:g} s at most.")
        finally:
            connection.close()


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Turns the database's errors into a GraderError that names the file and the fix."""
    try:
        yield
    except (SQLAlchemyError, InvalidEntry) as error:  # nbgrader re-raises some of the former as the latter
        reason = re.sub(r"^\(\S+\) ", "", str(getattr(error, "orig", None) or error).splitlines()[0])
        fix = next((fix for word, fix in _FIXES.items() if word in reason), _DAMAGED)
        raise GraderError(f"{file} could not be used: {reason}.", fix) from error


_DAMAGED = (
    "Restore it from a backup. Or move it away and run the same command again: automatic grades are written anew from "
    "results/, people's scores and comments are not."
)
_FIXES = {
    "locked": "Another program is writing to it: wait until it is done, or close it, then run the same command again.",
    "readonly": "Give yourself the right to write to it and to its folder, then run the same command again.",
    "unable to open": "Give yourself the right to write to it and to its folder, then run the same command again.",
    "disk I/O error": "Look whether the disk is full or broken, then run the same command again.",
    "full": "Make room on the disk, then run the same command again.",
    "no such column": "An older nbgrader made it: back it up, then run `nbgrader db upgrade`.",
    "no such table": "An older nbgrader made it: back it up, then run `nbgrader db upgrade`.",
}


def _person(student: Student) -> Person:
    fields = (student.first_name, student.last_name, student.email, student.lms_user_id)
    return Person(student.id, *(field or "" for field in fields))


def _assignment(session: Session, assignment: Assignment) -> AssignmentGrades:
    cells = _by_student(
        session.execute(
            _joined(Grade, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.max_score,
                    Grade.needs_manual_grade).where(SubmittedAssignment.assignment_id == assignment.id)
        ),
        lambda auto, manual, extra, most, waits: CellGrade(auto, manual, extra or 0.0, most, waits),
    )  # fmt: skip
    comments = _by_student(
        session.execute(
            _joined(Comment, Comment.comment)
            .where(SubmittedAssignment.assignment_id == assignment.id)
            .where(Comment.comment.is_not(None))
        ),
        str,
    )
    submitted = session.execute(
        select(SubmittedAssignment, SubmittedAssignment.late_submission_penalty)
        .where(SubmittedAssignment.assignment_id == assignment.id)
        .order_by(SubmittedAssignment.student_id)
    )
    grades = {
        s.student_id: SubmissionGrades(
            cells=cells.get(s.student_id, {}),
            comments=comments.get(s.student_id, {}),
            timestamp=s.timestamp,
            seconds_late=float(s.total_seconds_late),
            late_penalty=float(penalty or 0.0),
        )
        for s, penalty in submitted
    }
    return AssignmentGrades(assignment.name, assignment.duedate, float(assignment.max_score), grades)


def _joined(kind: Any, *columns: Any) -> Any:
    """Rows of (student id, cell's grade_id, *columns) for every grade or comment."""
    return (
        select(SubmittedAssignment.student_id, BaseCell.name, *columns)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(kind, kind.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == kind.cell_id)
    )


def _by_student(rows: Any, make: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for student, cell, *columns in rows:
        found.setdefault(student, {})[cell] = make(*columns)
    return found
