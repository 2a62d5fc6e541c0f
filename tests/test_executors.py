"""Jobs run once each, in this process, on local ones, or on a Dask cluster."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import autograder
from autograder.errors import GraderError, UsageError
from autograder.grading.batch import Job, grade_job
from autograder.grading.executors import Cluster, LocalProcesses, Serial
from autograder.grading.submissions import find
from tests import tiny_course
from tests.scratch import hand_in


def square(x: int) -> int:
    return x * x


def die_once(job: tuple[str, int]) -> int:
    folder, number = job
    marker = Path(folder, f"died-{number}")
    if number == 1 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(job: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return job


def fail(job: int) -> int:
    raise GraderError("on purpose")


@pytest.mark.parametrize("executor", [Serial(), LocalProcesses(2)], ids=["serial", "local"])
def test_every_job_runs_once(executor):
    assert sorted(executor.run(square, range(20))) == [(x, x * x) for x in range(20)]
    assert list(executor.run(square, [])) == []


def test_a_worker_that_dies_costs_no_result(tmp_path):
    jobs = [(str(tmp_path), number) for number in range(6)]
    assert sorted(result for _, result in LocalProcesses(2).run(die_once, jobs)) == list(range(6))


def test_workers_that_always_die_are_an_error_and_not_a_loop():
    with pytest.raises(GraderError, match="1 submissions are left"):
        list(LocalProcesses(1).run(die, [1]))


@pytest.mark.parametrize("executor", [Serial(), LocalProcesses(1)], ids=["serial", "local"])
def test_an_error_in_a_job_reaches_the_caller(executor):
    with pytest.raises(GraderError, match="on purpose"):
        list(executor.run(fail, [1]))


def test_a_cluster_grades_too(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the cluster extra is not installed")
    config = tiny_course.make_course(tmp_path)
    for student, factor in (("ann", 2), ("bob", -2)):
        hand_in(tmp_path, student, "00_tiny", tiny_course.handed_in(f"def double(x):\n    return {factor} * x"))
    jobs = [Job(config, submission) for submission in find(config, "00_tiny")]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        graded = list(Cluster(cluster.scheduler_address).run(grade_job, jobs))
    assert {job.submission.student: result.result.score for job, result in graded} == {"ann": 3.0, "bob": 1.0}


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed", reason="the cluster extra is not installed")
    with pytest.raises(UsageError, match="does not answer"):
        list(Cluster("tcp://127.0.0.1:9", timeout_s=1).run(square, [1]))


def test_the_public_api_is_this_list():
    assert autograder.__all__ == [
        "CheckResult",
        "ExerciseResult",
        "Flag",
        "SubmissionResult",
        "grade",
        "grade_notebook",
    ]
    for name in autograder.__all__:
        assert getattr(autograder, name).__doc__
    with pytest.raises(AttributeError):
        autograder.nothing  # noqa: B018


def test_the_public_functions_grade(tmp_path):
    config = tiny_course.make_course(tmp_path)
    path = hand_in(tmp_path, "ann", "00_tiny", tiny_course.handed_in("def double(x):\n    return 2 * x"))
    assert autograder.grade_notebook(path, config=config).score == 3
    found = autograder.grade("00_tiny", "ann", config=config)
    assert (found.student, found.score) == ("ann", 3)
    assert not config.results.exists()
