"""Grades the graders: every known wrong answer must lose points and be named, every right one must get full marks.

Known answers lie at ``<answers>/<assignment>/<exercise>/{right,wrong}/<key>.py``. Each is put in the place of its
exercise's solution cell in the worked notebook, and that exercise alone is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.checks.misconceptions import CATALOGUE
from autograder.config import Config
from autograder.course.notebook import exercises, read_source
from autograder.course.restore import restore
from autograder.errors import CourseError
from autograder.grading import engine
from autograder.grading.executors import Executor
from autograder.grading.grade import grade_restored
from autograder.grading.submissions import files_beside
from autograder.results import ExerciseResult


class Answer(NamedTuple):
    """A known answer; ``key`` names the mistake of a wrong one, or the style of a right one."""

    path: Path
    assignment: str
    exercise: str
    right: bool
    key: str


class Verdict(NamedTuple):
    """How a known answer was judged; ``fault`` says what is wrong with that, and is empty when nothing is."""

    answer: Answer
    result: ExerciseResult
    fault: str


class Job(NamedTuple):
    config: Config
    answer: Answer


def known_answers(config: Config, assignment: str) -> list[Answer]:
    """The known answers of an assignment.

    Raises:
        CourseError: a file lies where no exercise is, or a wrong answer's key is not in the catalogue.
    """
    names = {e.name for e in exercises(read_source(config.source_notebook(assignment))) if not e.manual}
    answers = []
    for path in sorted((config.answers / assignment).glob("*/*/*.py")):
        exercise, verdict, key = path.parents[1].name, path.parent.name, path.stem
        if exercise not in names or verdict not in ("right", "wrong"):
            raise CourseError(
                f"{path} is not at <exercise>/right/<key>.py or <exercise>/wrong/<key>.py of {assignment}.",
                f"The exercises are: {', '.join(sorted(names))}.",
            )
        if verdict == "wrong" and key not in CATALOGUE:
            raise CourseError(f"{path}: the misconception `{key}` is not in the catalogue.", "Add or rename it.")
        answers.append(Answer(path, assignment, exercise, verdict == "right", key))
    return answers


def verify_answers(config: Config, answers: Sequence[Answer], executor: Executor) -> Iterator[Verdict]:
    """Judge known answers, in the order in which they are ready."""
    for _, verdict in executor.run(verify_answer, [Job(config, answer) for answer in answers]):
        yield verdict


def verify_answer(job: Job) -> Verdict:
    """Judge one known answer in this process."""
    config, answer = job
    zygote = engine.start(config, [answer.assignment])
    source = read_source(config.source_notebook(answer.assignment))
    submission = source.with_texts({answer.exercise: answer.path.read_text(encoding="utf-8")})
    files = files_beside(config.source_notebook(answer.assignment))
    restored = restore(source, submission)
    graded = grade_restored(restored, config, answer.assignment, None, zygote, files=files, only=answer.exercise)
    (result,) = graded.result.exercises
    return Verdict(answer, result, _fault(answer, result))


def _fault(answer: Answer, result: ExerciseResult) -> str:
    failed = [check for check in result.checks if check.outcome != "passed"]
    broken = [check for check in failed if check.outcome == "error"]
    if broken:
        return f"the check {broken[0].name} broke: {broken[0].message}"
    if answer.right:
        return f"a right answer lost points: {failed[0].name}: {failed[0].message}" if failed else ""
    if not failed:
        return "a wrong answer got full marks"
    named = sorted({check.misconception for check in failed if check.misconception})
    if answer.key not in named:
        return f"a wrong answer was not named: {', '.join(named) or 'no misconception'}; {failed[0].message}"
    return ""
