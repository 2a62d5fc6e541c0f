"""The gradebook's grades in the formats that other systems read: late penalties and people's scores are in them.

Sources:
- csv: the columns of ``nbgrader export``.
- Canvas: https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807 and
  ``lib/gradebook_importer.rb`` of instructure/canvas-lms, which names the columns it needs and how it finds a student.
- Moodle: https://docs.moodle.org/en/Grade_import, where every column is mapped by hand.
- Gradescope: https://gradescope-autograders.readthedocs.io/en/latest/specs/. It imports no file of grades; what it
  documents is an autograder's ``results.json``. So the export is an autograder that looks up what was graded here.
- Formulas: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from autograder.config import Config
from autograder.errors import UsageError
from autograder.grading.outputs import UNGRADED, VERDICTS
from autograder.grading.storage import write_atomically
from autograder.reports.grades import (
    AssignmentGrades,
    ClassGrades,
    Person,
    SubmissionGrades,
    grade_of,
    read_grades,
    stored_results,
)
from autograder.reports.inert import clean
from autograder.results import CheckResult, SubmissionResult

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # equal grades give equal bytes


class Export(NamedTuple):
    """A written export.

    Attributes:
        grades: how many grades are in it.
        remarks: what a person should know before importing it, a sentence each.
    """

    file: Path
    grades: int
    remarks: tuple[str, ...]


def export(config: Config, kind: str, assignment: str | None = None, file: Path | None = None) -> Export:
    """Write the grades of one assignment, or of all.

    Args:
        kind: csv, canvas, moodle or gradescope.
        file: by default ``grades.csv``, ``grades-canvas.csv``, ``grades-moodle.csv`` or ``gradescope-NN_topic.zip``
            in the current folder.

    Raises:
        UsageError: there is no such kind, nothing to export, or Gradescope without an assignment.
        GraderError: the gradebook cannot be read, or the file cannot be written.
    """
    if kind not in _KINDS:
        raise UsageError(f"There is no export to `{clean(kind)}`.", f"Choose one of: {', '.join(_KINDS)}.")
    grades = read_grades(config)
    chosen = [a for name, a in grades.assignments.items() if assignment in (None, name)]
    if not any(a.submissions for a in chosen):
        raise UsageError(
            f"{config.gradebook} has no grades{f' of {assignment}' if assignment else ''}.",
            "Grade first: autograder grade NN_topic.",
        )
    if kind == "gradescope":
        if assignment is None:
            raise UsageError("Gradescope takes one assignment at a time.", "Name it: autograder export gradescope NN.")
        file = file or Path(f"gradescope-{assignment}.zip")
        content = _gradescope(config, chosen[0], grades)
    else:
        file = file or Path("grades.csv" if kind == "csv" else f"grades-{kind}.csv")
        content = _as_csv(_KINDS[kind](chosen, grades))
    write_atomically(file.absolute(), content)
    return Export(file, sum(len(a.submissions) for a in chosen), tuple(_remarks(chosen)))


def _remarks(assignments: list[AssignmentGrades]) -> Iterator[str]:
    for assignment in assignments:
        waiting = [student for student, grades in assignment.submissions.items() if grades.waiting]
        if waiting:
            yield (
                f"{assignment.name}: {len(waiting)} of {len(assignment.submissions)} submissions still wait for a "
                f"person ({clean(', '.join(waiting[:5]))}{', ...' if len(waiting) > 5 else ''}); what waits counts 0."
            )


def _nbgrader(assignments: list[AssignmentGrades], grades: ClassGrades) -> Iterator[list[object]]:
    yield ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
           "late_submission_penalty", "score", "max_score"]  # fmt: skip
    for assignment in assignments:
        for person in grades.students.values():
            submission = assignment.submissions.get(person.id)
            timestamp = submission.timestamp if submission is not None else None
            scores = (
                (submission.raw_score, submission.late_penalty, submission.score) if submission else (0.0, 0.0, 0.0)
            )
            yield [assignment.name, assignment.due, timestamp, person.id, person.last_name, person.first_name,
                   person.email, *scores, assignment.max_score]  # fmt: skip


def _canvas(assignments: list[AssignmentGrades], grades: ClassGrades) -> Iterator[list[object]]:
    """Canvas finds a student by ID, its own number and nbgrader's lms_user_id, else by SIS Login ID."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(a.name for a in assignments)]
    yield ["Points Possible", None, None, None, None, *(a.max_score for a in assignments)]
    for person in grades.students.values():
        name = ", ".join(filter(None, (person.last_name, person.first_name))) or person.id
        yield [name, person.lms_user_id, None, person.id, None, *_scores(assignments, person)]


def _moodle(assignments: list[AssignmentGrades], grades: ClassGrades) -> Iterator[list[object]]:
    yield ["First name", "Surname", "ID number", "Username", "Email address", *(a.name for a in assignments)]
    for person in grades.students.values():
        yield [person.first_name, person.last_name, person.lms_user_id, person.id, person.email,
               *_scores(assignments, person)]  # fmt: skip


def _scores(assignments: list[AssignmentGrades], person: Person) -> Iterator[float | None]:
    """A person's scores; nothing where nothing was handed in, which leaves a grade there as it is."""
    for assignment in assignments:
        submission = assignment.submissions.get(person.id)
        yield submission.score if submission is not None else None


_KINDS: dict[str, Callable[[list[AssignmentGrades], ClassGrades], Iterator[list[object]]]] = {
    "csv": _nbgrader,
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _nbgrader,
}


def _as_csv(rows: Iterator[list[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_field(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _field(value: object) -> str:
    """A value as a spreadsheet shows it, and never runs it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, 6) + 0.0:.10g}"  # what rounding leaves of a zero is one, and has no sign
    text = " ".join(clean(str(value)).split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _gradescope(config: Config, assignment: AssignmentGrades, grades: ClassGrades) -> bytes:
    """An autograder's zip: its script looks up what was graded, by e-mail address, or by student id without one."""
    found: dict[str, Any] = {}
    results = stored_results(config, assignment.name)
    for student, submission in assignment.submissions.items():
        verdict = _verdict(submission, results.get(student))
        person = grades.students.get(student, Person(student))
        key = (person.email or student).lower()
        if key in found:
            raise UsageError(
                f"Gradescope cannot tell two students apart who are both called {clean(key)}, {clean(student)} is one.",
                "Give them e-mail addresses of their own in the gradebook.",
            )
        found[key] = verdict
    templates = files("autograder.reports") / "templates"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text, mode in (
            ("setup.sh", "#!/usr/bin/env bash\n", 0o755),
            ("run_autograder", (templates / "gradescope_run_autograder").read_text("utf-8"), 0o755),
            ("results.json", json.dumps(found, indent=1), 0o644),
        ):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = mode << 16
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _verdict(submission: SubmissionGrades, result: SubmissionResult | None) -> dict[str, Any]:
    tests: list[dict[str, Any]] = []
    for exercise in result.exercises if result is not None else ():
        grade = grade_of(submission, exercise.name)
        by_checks = grade is None or (grade.manual is None and not grade.extra_credit)
        if exercise.checks and by_checks and exercise.score is not None:
            tests += [_test(exercise.name, check) for check in exercise.checks]
        else:
            tests.append(
                {
                    "name": clean(exercise.name),
                    "score": grade.score if grade is not None else 0.0,
                    "max_score": exercise.max_score,
                    "output": clean(submission.comments.get(exercise.name) or (UNGRADED if exercise.checks else "")),
                }
            )
    late = f"{submission.late_penalty:g} points were taken off for handing in late." if submission.late_penalty else ""
    return {"score": submission.score, "output": late, "tests": tests}


def _test(exercise: str, check: CheckResult) -> dict[str, Any]:
    lines = (f"{VERDICTS[check.outcome]}.", check.message, f"Hint: {check.hint}" if check.hint else "")
    return {
        "name": clean(f"{exercise}: {check.title}"),
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.outcome == "passed" else "failed",
        "output": clean("\n".join(filter(None, lines))),
        "output_format": "text",
    }
