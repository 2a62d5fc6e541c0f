"""The only writer of gradebook.db, with nbgrader's API, its preprocessors and its late-submission plugin.

What ``nbgrader autograde`` does to the gradebook is done here, from results in place of outputs: a person's scores,
extra credit and comments stay, and a cell that a person scored before is marked for another look. Differences, on
purpose: a submission is written in one transaction, an exercise that could not be graded has no score instead of a
zero, and the grades are left alone while the gradebook holds this very result.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging import CRITICAL
from typing import Any

from dateutil.parser import UnknownTimezoneWarning, parse
from dateutil.tz import gettz
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import is_solution
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from tornado.log import app_log

from autograder.config import Config
from autograder.errors import CourseError, UsageError
from autograder.grading.storage import autograded_file, load_notebook, result_file, write_atomically
from autograder.reports.cells import register
from autograder.reports.grades import database_url, tell_of_a_wait, translated
from autograder.reports.nbgrader_files import as_node, create_gradebook, nbgrader_config
from autograder.results import ExerciseResult, SubmissionResult


class GradebookWriter:
    """Writes one course's grades, from one process, as a context manager.

    Args:
        say: told when it waits for another program.

    Attributes:
        remarks: what a person should know of what was written, a sentence each.

    Raises:
        GraderError: the gradebook stays locked for ``grades.LOCK_TIMEOUT_S``, cannot be written, or is damaged.
    """

    def __init__(self, config: Config, say: Callable[[str], None] = lambda line: None) -> None:
        self._config = config
        self._say = say
        self._nbgrader = nbgrader_config(config.root)
        self._gradebook: _Gradebook | None = None
        self.remarks: list[str] = []

    def __enter__(self) -> GradebookWriter:
        with self._translated():
            create_gradebook(self._config.gradebook)
            tell_of_a_wait(self._config.gradebook, self._say)
            self._gradebook = _Gradebook(self._config)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._gradebook is not None:
            self._gradebook.close()
            self._gradebook = None

    def prepare(self, assignment: str) -> None:
        """Register an assignment and its cells from the source, as ``nbgrader generate_assignment`` does.

        A due date that is set stays. Cells may have come to the source or gone from it since submissions were graded.

        Raises:
            CourseError: a cell is gone on which people gave scores or comments.
            GraderError: as for the class.
        """
        with self._transaction() as gradebook:
            gradebook.update_or_create_assignment(assignment)
            register(gradebook, self._config, assignment)

    def write(
        self, result: SubmissionResult, notebook: dict[str, Any] | None, timestamp: datetime | str | None
    ) -> bool:
        """Write one submission's grades; the student and the submission are added where they are new.

        The late penalty is worked out anew every time, since due dates and extensions change.

        Args:
            result: one with a ``problem`` is not written.
            notebook: its autograded notebook, or None to take the one on disk.
            timestamp: when it was handed in; without a time zone it is UTC. None keeps what the gradebook has.

        Returns:
            whether grades were written: not with a problem, and not when the gradebook holds this result already.

        Raises:
            CourseError: the late-submission plugin failed.
            GraderError: as for the class.
        """
        if result.problem is not None:
            return False
        if result.student is None:
            raise UsageError("A notebook graded outside a course has no place in the gradebook.")
        when = self._utc(timestamp, result.student)
        news = not self._holds(result, when)
        if news:
            nb = as_node(notebook or load_notebook(self._config, result))
            with self._transaction() as gradebook:
                gradebook.update_or_create_student(result.student)
                known = {} if when is None else {"timestamp": when}
                gradebook.update_or_create_submission(result.assignment, result.student, **known)
                SaveResult(config=self._nbgrader).save(nb, gradebook, result)
        self._penalise(result.assignment, result.student)
        if news:
            self._write_timestamp(result, when)
            record(self._config, result, when)
        return news

    def _holds(self, result: SubmissionResult, when: datetime | None) -> bool:
        """Whether this result was written before, and the gradebook still has its scores."""
        assert result.student is not None
        if not recorded(self._config, result, when):
            return False
        with self._transaction() as gradebook:
            try:
                notebook = gradebook.find_submission_notebook(result.assignment, result.assignment, result.student)
            except MissingEntry:
                return False
            exercises = Exercises(result)
            return all(
                exercise is not None and (exercise.manual or exercise.score == grade.auto_score)
                for grade in notebook.grades
                for exercise in [exercises.of(grade.name)]
            )

    def _penalise(self, assignment: str, student: str) -> None:
        with self._transaction() as gradebook:
            submission: SubmittedAssignment = gradebook.find_submission(assignment, student)
            penalised = any(n.late_submission_penalty is not None for n in submission.notebooks)
            if not penalised and submission.total_seconds_late <= 0:
                return
        step = AssignLatePenalties(config=self._nbgrader)
        names = {"student": student, "assignment": assignment, "notebook": assignment}
        url = database_url(self._config.gradebook)
        with self._translated():
            try:
                step.preprocess(as_node({"cells": []}), {"nbgrader": {**names, "db_url": url}})
            except (SQLAlchemyError, InvalidEntry):
                raise
            except Exception as error:
                raise CourseError(
                    f"The late-submission plugin {step.plugin_class.__name__} failed on {student}'s {assignment}: "
                    f"{type(error).__name__}: {error}.",
                    "Correct it, or c.AssignLatePenalties in nbgrader_config.py, then run the same command again.",
                ) from error

    def _utc(self, timestamp: datetime | str | None, student: str) -> datetime | None:
        """The time in UTC without a zone, as the gradebook keeps it.

        nbgrader's own ``parse_utc`` takes the offset +0200 for 200 seconds.
        """
        if not timestamp:
            return None
        try:
            when: datetime = timestamp if isinstance(timestamp, datetime) else _parsed(timestamp)
            return when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
        except (ValueError, ArithmeticError, TypeError, AttributeError, UnknownTimezoneWarning):
            self.remarks.append(
                f"{student}: the timestamp {timestamp!r} is not a date, so a late submission goes unnoticed. "
                "Write timestamp.txt like 2026-01-31 23:59:59 UTC."
            )
            return None

    def _write_timestamp(self, result: SubmissionResult, when: datetime | None) -> None:
        """nbgrader compares this file with the submission's to see whether there is a newer one."""
        assert result.student is not None
        if when is not None:
            folder = autograded_file(self._config, result.student, result.assignment).parent
            write_atomically(folder / "timestamp.txt", f"{when:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode())

    @contextmanager
    def _transaction(self) -> Iterator[_Gradebook]:
        if self._gradebook is None:
            raise RuntimeError("GradebookWriter is used as a context manager")
        tell_of_a_wait(self._config.gradebook, self._say)
        with self._translated(), self._gradebook.transaction():
            yield self._gradebook

    @contextmanager
    def _translated(self) -> Iterator[None]:
        level = app_log.level
        app_log.setLevel(CRITICAL)  # nbgrader logs the traceback of what is raised here
        try:
            with translated(self._config.gradebook), warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader fills a submission before it adds it
                yield
        finally:
            app_log.setLevel(level)


def _parsed(text: str) -> datetime:
    """A date and time, with an offset or the name of a time zone after it.

    Raises:
        ValueError: it is none, or lacks a year, a month or a day, for which dateutil takes today's.
    """
    date, _, name = text.strip().rpartition(" ")
    zone = gettz(name) if date and name[:1].isalpha() else None
    written = date if zone is not None else text
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnknownTimezoneWarning)
        when, other = (parse(written, default=default) for default in (datetime(2000, 1, 1), datetime(2001, 2, 2)))
    if when != other:
        raise ValueError(f"{text} is no whole date")
    parsed: datetime = when.replace(tzinfo=zone) if zone is not None else when
    return parsed


class Exercises:
    """A result's exercises, by the grade_id of their grade cell."""

    def __init__(self, result: SubmissionResult) -> None:
        self._by_name = {exercise.name: exercise for exercise in result.exercises}

    def of(self, grade_id: str) -> ExerciseResult | None:
        return self._by_name.get(grade_id) or self._by_name.get(grade_id.removeprefix("test_"))


class SaveResult(SaveAutoGrades):  # type: ignore[misc]  # nbgrader has no types
    """nbgrader's step that saves grades and comments, with scores from a result in place of outputs.

    As a step of ``nbgrader autograde`` it takes the result from ``resources["autograder"]``.
    """

    def save(self, nb: NotebookNode, gradebook: Gradebook, result: SubmissionResult) -> None:
        """Save to an open gradebook; committing is the caller's."""
        self.notebook_id = self.assignment_id = result.assignment
        self.student_id = result.student
        self.gradebook = gradebook
        for index, cell in enumerate(nb.cells):
            self.preprocess_cell(cell, {"autograder": result}, index)

    def preprocess_cell(self, cell: NotebookNode, resources: Any, cell_index: int) -> tuple[NotebookNode, Any]:
        if is_solution(cell):  # nbgrader tells an untouched answer by the checksum of the released text
            grade_id = cell.metadata.nbgrader["grade_id"]
            source = self.gradebook.find_source_cell(grade_id, self.notebook_id, self.assignment_id)
            cell.metadata.nbgrader["checksum"] = source.checksum
        step: tuple[NotebookNode, Any] = super().preprocess_cell(cell, resources, cell_index)
        return step

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        grade_id = cell.metadata.nbgrader["grade_id"]
        exercise = Exercises(resources["autograder"]).of(grade_id)
        if exercise is not None and exercise.manual:
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(grade_id, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = exercise.score if exercise is not None else None
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        self.gradebook.db.commit()


def record(config: Config, result: SubmissionResult, when: datetime | None) -> None:
    """Note beside a result that the gradebook holds it."""
    assert result.student is not None
    if result.fingerprint:
        file = result_file(config, result.student, result.assignment).with_suffix(".recorded")
        write_atomically(file, f"{result.fingerprint} {when}\n".encode())


def recorded(config: Config, result: SubmissionResult, when: datetime | None) -> bool:
    """Whether :func:`record` noted this result, handed in at this time."""
    assert result.student is not None
    note = b""
    with suppress(OSError):
        note = result_file(config, result.student, result.assignment).with_suffix(".recorded").read_bytes()
    return bool(result.fingerprint) and note == f"{result.fingerprint} {when}\n".encode()


class _Session(Session):
    """Inside :meth:`_Gradebook.transaction`, commits wait for its end: nbgrader commits after every cell."""

    held = False

    def commit(self) -> None:
        if self.held:
            self.flush()
        else:
            super().commit()


class _Gradebook(Gradebook):  # type: ignore[misc]  # nbgrader has no types
    db: scoped_session[_Session]

    def __init__(self, config: Config) -> None:
        super().__init__(database_url(config.gradebook), config.course_id)
        self.db.remove()
        self.db = scoped_session(sessionmaker(class_=_Session, bind=self.engine))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Waits for the database's lock first, and leaves no connection open for a fork to share."""
        session = self.db()
        try:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            session.held = True
            yield
            session.held = False
            session.commit()
        finally:
            self.db.remove()  # which rolls back what was not committed
            self.engine.dispose()
