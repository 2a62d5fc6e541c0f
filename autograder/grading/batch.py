"""Grades a class: each submission once, in parallel, each result on disk as soon as it is ready.

A result is reused while nothing it depends on has changed, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from autograder.config import Config
from autograder.errors import GraderError, SubmissionError, ZygoteDied
from autograder.grading import engine, storage
from autograder.grading.executors import Executor
from autograder.grading.fingerprint import course_files, require_unchanged, submission_fingerprint
from autograder.grading.grade import Graded, grade_submission, problem_result
from autograder.grading.submissions import Submission
from autograder.results import SubmissionResult

_ZYGOTES = 3  # for one submission


class Job(NamedTuple):
    """What a grading process needs to know; small, and made of plain data.

    Attributes:
        judges: the course's files as they were when the run began; None to take them as they are.
    """

    config: Config
    submission: Submission
    judges: dict[str, str] | None = None


class Done(NamedTuple):
    """A submission with its result and its autograded notebook, which is None where there is a problem."""

    submission: Submission
    result: SubmissionResult
    notebook: dict[str, Any] | None


def grade_class(
    config: Config, submissions: Sequence[Submission], executor: Executor, *, force: bool = False
) -> Generator[Done, None, None]:
    """Grade submissions, in the order in which they are ready.

    Args:
        force: grade again what has not changed.

    Raises:
        CourseError: the assignment's source or checks are wrong, or changed meanwhile; nothing more can be graded.
        GraderError: a result could not be stored.
    """
    jobs: list[Job] = []
    storage.sweep(config)
    judges = {name: course_files(config, name) for name in {submission.assignment for submission in submissions}}
    for submission in submissions:
        if submission.problem is not None:
            result = problem_result(config, submission.assignment, submission.student, submission.problem)
            storage.save(config, result, None)
            yield Done(submission, result, None)
            continue
        stored = None if force else _stored(config, submission, judges[submission.assignment])
        if stored is not None:
            yield stored
        else:
            jobs.append(Job(config, submission, judges[submission.assignment]))
    with closing(executor.run(grade_job, jobs, lost)) as graded_jobs:
        for job, graded in graded_jobs:
            storage.save(config, graded.result, graded.notebook)
            yield Done(job.submission, graded.result, graded.notebook)
    for assignment, files in judges.items():
        require_unchanged(config, assignment, files)


def grade_job(job: Job) -> Graded:
    """Grade one submission in this process. The zygote is started when the process has none, or it was killed.

    Raises:
        ZygoteDied: it was killed, and another process has to start a new one.
    """
    config, (student, assignment, notebook, *_), judges = job
    for _ in range(_ZYGOTES):
        zygote = engine.start(config, [assignment])
        graded = grade_submission(notebook, config, assignment, student, zygote, judges=judges)
        if not graded.result.ungraded or zygote.alive():
            return graded
        if not zygote.is_ours:
            raise ZygoteDied(f"The zygote was killed while {notebook} was graded.", "Start another.", during=True)
    return lost(job)


def lost(job: Job) -> Graded:
    """The result of a submission whose grading is killed every time. It has no score: that is not a zero."""
    config, (student, assignment, notebook, *_), _ = job
    problem = (
        f"{notebook}: whenever it is graded, the grading process or the zygote is killed from outside. "
        "Look for a lack of memory (`dmesg` tells), then run the same command again."
    )
    return Graded(problem_result(config, assignment, student, problem), None)


def _stored(config: Config, submission: Submission, judges: Mapping[str, str]) -> Done | None:
    """A stored result that grading again would only repeat; one with an ungraded exercise is not kept."""
    result = storage.load(config, submission.student, submission.assignment)
    if result is None or result.ungraded or result.problem:
        return None
    try:
        if result.fingerprint != submission_fingerprint(config, submission.assignment, judges, submission.notebook):
            return None
        notebook = storage.load_notebook(config, result)
    except (GraderError, SubmissionError):
        return None
    return Done(submission, result, notebook)
