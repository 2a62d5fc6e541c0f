"""Grades a class: each submission once, in parallel, each result on disk as soon as it is ready.

A result is reused while nothing it depends on has changed, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autograder.config import Config
from autograder.errors import SubmissionError
from autograder.grading import engine, storage
from autograder.grading.executors import Executor
from autograder.grading.fingerprint import submission_fingerprint
from autograder.grading.grade import Graded, grade_submission, problem_result
from autograder.grading.submissions import Submission
from autograder.results import SubmissionResult


class Job(NamedTuple):
    """What a grading process needs to know; small, and made of plain data."""

    config: Config
    submission: Submission


class Done(NamedTuple):
    """A submission with its result and its autograded notebook, which is None where there is a problem."""

    submission: Submission
    result: SubmissionResult
    notebook: dict[str, Any] | None


def grade_class(
    config: Config, submissions: Sequence[Submission], executor: Executor, *, force: bool = False
) -> Iterator[Done]:
    """Grade submissions, in the order in which they are ready.

    Args:
        force: grade again what has not changed.

    Raises:
        CourseError: the assignment's source or checks are wrong; nothing can be graded.
        GraderError: a result could not be stored.
    """
    jobs: list[Job] = []
    for submission in submissions:
        if submission.problem is not None:
            result = problem_result(config, submission.assignment, submission.student, submission.problem)
            storage.save(config, result, None)
            yield Done(submission, result, None)
            continue
        stored = None if force else _stored(config, submission)
        if stored is not None:
            yield stored
        else:
            jobs.append(Job(config, submission))
    for job, graded in executor.run(grade_job, jobs):
        storage.save(config, graded.result, graded.notebook)
        yield Done(job.submission, graded.result, graded.notebook)


def grade_job(job: Job) -> Graded:
    """Grade one submission in this process. The zygote is started when the process has none."""
    config, submission = job
    zygote = engine.start(config, [submission.assignment])
    return grade_submission(submission.notebook, config, submission.assignment, submission.student, zygote)


def _stored(config: Config, submission: Submission) -> Done | None:
    """A stored result that grading again would only repeat; one with an ungraded exercise is not kept."""
    result = storage.load(config, submission.student, submission.assignment)
    if result is None or result.ungraded or result.problem:
        return None
    try:
        if result.fingerprint != submission_fingerprint(config, submission.assignment, submission.notebook):
            return None
        notebook = json.loads(storage.autograded_file(config, submission.student, submission.assignment).read_bytes())
    except (OSError, ValueError, SubmissionError):
        return None
    return Done(submission, result, notebook)
