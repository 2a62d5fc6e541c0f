"""What grading a submission gives: plain frozen data and its JSON, no behaviour.

``SubmissionResult`` is the whole of what a report, an export or the gradebook needs to know of a submission.
The JSON written by :func:`to_json` is the schema of ``autograder grade --json`` and of the files under ``results/``.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

SCHEMA_VERSION = 1

Outcome = Literal["passed", "failed", "timeout", "crashed", "memory", "skipped", "error"]
FlagKind = Literal[
    "duplicate_cell",
    "missing_cell",
    "edited_cell",
    "retyped_cell",
    "moved_cell",
    "edited_metadata",
    "cell_timeout",
    "cell_crashed",
    "cell_memory",
    "cell_error",
    "output_truncated",
    "hidden_characters",
]


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person may want to look at; it never changes a score by itself.

    Attributes:
        where: the grade_id or the position ("cell 7") it is about.
    """

    kind: FlagKind
    where: str
    detail: str


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check's verdict. ``error`` is the course's or the grader's fault and never the student's zero.

    Attributes:
        name: the check's test function without ``test_``.
        title: the check's docstring, the sentence a student reads.
        misconception: the key of the known mistake that explains the answer, or None.
    """

    name: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    message: str = ""
    misconception: str | None = None
    hint: str | None = None


class ExerciseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One grade cell's verdict.

    Attributes:
        score: sum of the checks' points; None when a person grades it, or when a check ended in ``error``.
        manual: True for a written question, graded in the formgrader.
    """

    name: str
    score: float | None
    max_score: float
    manual: bool = False
    checks: tuple[CheckResult, ...] = ()


class SubmissionResult(msgspec.Struct, frozen=True, kw_only=True):
    """One submission's verdict.

    Attributes:
        student: the student's id, or None for a notebook graded outside a course.
        score: sum of the exercises' scores that are known; None when the notebook could not be read.
        max_score: sum of the points of every grade cell, the manually graded ones included.
        problem: why the submission could not be graded, naming file and fix; None when it was.
        sandbox: the tier that held and the limits in force.
        duration_s: seconds of wall time spent on this submission.
        fingerprint: digest of everything the result depends on; equal digests mean the result can be reused.
    """

    assignment: str
    student: str | None
    score: float | None
    max_score: float
    exercises: tuple[ExerciseResult, ...] = ()
    flags: tuple[Flag, ...] = ()
    problem: str | None = None
    sandbox: dict[str, Any] = msgspec.field(default_factory=dict)
    duration_s: float = 0.0
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    fingerprint: str = ""
    schema: int = SCHEMA_VERSION

    @property
    def ungraded(self) -> tuple[str, ...]:
        """Names of the exercises left ungraded through a fault that is not the student's."""
        return tuple(e.name for e in self.exercises if e.score is None and not e.manual)


def to_json(result: SubmissionResult) -> bytes:
    """The result as one indented JSON object."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def from_json(data: bytes) -> SubmissionResult:
    """The inverse of :func:`to_json`. Raises ``msgspec.ValidationError`` on anything else."""
    return msgspec.json.decode(data, type=SubmissionResult)
