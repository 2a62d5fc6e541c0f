"""Grades one submission: paths in, a result and an autograded notebook out.

The notebook's cells run in order in the sandbox; the checks of an exercise run where its grade cell stands, on a fork
of the student process as it is there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from autograder.checks import plugin
from autograder.config import Config, Limits
from autograder.course.notebook import Exercise, exercises, read_source, read_submission
from autograder.course.restore import Restored, restore
from autograder.errors import CourseError, GraderError, SubmissionError
from autograder.grading.fingerprint import course_files, fingerprint, require_unchanged, versions
from autograder.grading.outputs import grade_cell_outputs, inert
from autograder.grading.submissions import files_beside, without_conflicts
from autograder.results import CheckResult, ExerciseResult, Flag, FlagKind, SubmissionResult
from autograder.sandbox import excess
from autograder.sandbox.session import CellRun, Session, exception_name
from autograder.sandbox.zygote import Zygote
from autograder.student.outputs import ErrorOutput

_FLAGS: dict[str, FlagKind] = {
    "error": "cell_error",
    "timeout": "cell_timeout",
    "memory": "cell_memory",
    "crashed": "cell_crashed",
}


class Graded(NamedTuple):
    """A submission's result, and its notebook with outputs: nbformat 4.5, without hidden tests; None with a problem."""

    result: SubmissionResult
    notebook: dict[str, Any] | None


def grade_submission(
    path: Path,
    config: Config,
    assignment: str,
    student: str | None,
    zygote: Zygote,
    *,
    with_files: bool = True,
    judges: Mapping[str, str] | None = None,
) -> Graded:
    """Grade the notebook at ``path``. A file that cannot be graded gives a result with a ``problem``.

    What was handed in is read once, at the start: that it changes or goes away later makes no difference.

    Args:
        with_files: hand the files beside the notebook to the student's code too.
        judges: the course's files as they have to be, from ``fingerprint.course_files``; by default as they are now.

    Raises:
        CourseError: the assignment's source or checks are wrong, or changed meanwhile.
    """
    judges = course_files(config, assignment) if judges is None else judges
    source = read_source(config.source_notebook(assignment))
    try:
        content, submission = read_submission(path)
        handed_in = files_beside(path, config.max_files_bytes(assignment)) if with_files else {}
        restored = restore(source, submission)
    except SubmissionError as error:
        where = "" if str(path) in error.message else f"{path}: "
        return Graded(problem_result(config, assignment, student, f"{where}{error}"), None)
    files = without_conflicts(handed_in, files_beside(config.source_notebook(assignment)))
    try:
        graded = grade_restored(restored, config, assignment, student, zygote, files=files)
    finally:  # a file that was being written may well have been wrong: then this is what there is to say
        require_unchanged(config, assignment, judges)
    digest = fingerprint(config, assignment, judges, content, handed_in)
    return Graded(msgspec.structs.replace(graded.result, fingerprint=digest), graded.notebook)


def grade_restored(
    restored: Restored,
    config: Config,
    assignment: str,
    student: str | None,
    zygote: Zygote,
    *,
    files: Mapping[str, bytes],
    only: str | None = None,
) -> Graded:
    """Grade a restored notebook.

    Args:
        files: what lies beside it, by relative path.
        only: check this exercise alone; no cell after its grade cell is run.
    """
    started = time.monotonic()
    limits = config.limits_for(assignment)
    graded_exercises = [e for e in exercises(restored.notebook) if only is None or e.name == only]
    names = [e.name for e in graded_exercises if not e.manual]
    with Session(zygote, limits, files) as session:
        notebook = RunningNotebook(restored, session, figures=config.figures)
        checks = plugin.Checks(config.seed, assignment, notebook.open_exercise, names)
        verdicts = plugin.run(config.checks_file(assignment), checks)
        if only is None:
            with suppress(GraderError):  # the verdicts stand: what is left shows outputs only
                notebook.run_until(len(restored.notebook.cells))
        tier = session.tier
    if only is None and notebook.may_show_checks:
        with suppress(GraderError), Session(zygote, limits, files) as session:
            notebook.show_from(session)
    results = tuple(_exercise_result(e, verdicts, config.checks_file(assignment)) for e in graded_exercises)
    result = SubmissionResult(
        assignment=assignment,
        student=student,
        score=sum((r.score for r in results if r.score is not None), 0.0),
        max_score=sum(r.max_score for r in results),
        exercises=results,
        flags=(*restored.flags, *notebook.flags()),
        sandbox={"tier": tier, "limits": msgspec.to_builtins(limits)},
        duration_s=round(time.monotonic() - started, 3),
        versions=versions(),
    )
    return Graded(result, notebook.compose(results))


@contextmanager
def open_notebook(path: Path, config: Config, assignment: str, zygote: Zygote) -> Iterator[RunningNotebook]:
    """The notebook at ``path``, restored and ready to be checked.

    Raises:
        SubmissionError: it cannot be graded as it stands.
        CourseError: the assignment's source is wrong.
    """
    source = config.source_notebook(assignment)
    restored = restore(read_source(source), read_submission(path)[1])
    with Session(zygote, config.limits_for(assignment), files_beside(source)) as session:
        yield RunningNotebook(restored, session, figures=config.figures)


class RunningNotebook:
    """A restored notebook at work: its cells run as far as they are needed."""

    def __init__(self, restored: Restored, session: Session, *, figures: bool) -> None:
        self._restored = restored
        self._figures = figures
        self._session = session
        self._exercises = {e.name: e for e in exercises(restored.notebook)}
        self._graded_cells = {e.grade_index for e in self._exercises.values() if not e.manual}
        self._runs: dict[int, CellRun] = {}
        self._next = 0
        self._checked_from: int | None = None

    @property
    def checked_exercises(self) -> list[str]:
        """Names of the exercises that have checks, in the notebook's order."""
        return [e.name for e in self._exercises.values() if not e.manual]

    def run_until(self, end: int) -> None:
        """Run the code cells before position ``end`` that have not run; grade cells are never run."""
        for index in range(self._next, end):
            cell = self._restored.notebook.cells[index]
            if cell.cell_type != "code" or index in self._graded_cells or not cell.source.strip():
                continue
            if self._figures or not cell.is_look:
                self._runs[index] = self._session.run_cell(index, cell.source)
        self._next = max(self._next, end)

    @contextmanager
    def open_exercise(self, name: str) -> Iterator[plugin.Exercise]:
        """A fork of the student process as it is at the exercise's grade cell."""
        self.run_until(self._exercises[name].grade_index)
        if self._checked_from is None:
            self._checked_from = self._next
        with self._session.calls() as calls:
            yield plugin.Exercise(calls, calls.begin_check, self._note(name))

    @property
    def may_show_checks(self) -> bool:
        """Whether a cell that ran after the first check shows something.

        What a check called the student's functions with can reach later cells by files, shared memory or pipes.
        """
        start = len(self._restored.notebook.cells) if self._checked_from is None else self._checked_from
        return any(run.outputs for index, run in self._runs.items() if index >= start)

    def show_from(self, session: Session) -> None:
        """Run the cells anew in a session that no check has called, and keep what they show there.

        A cell that did not end by itself is not run again: what became of it is all that is shown of it.
        """
        first, self._runs = self._runs, {i: run._replace(outputs=[]) for i, run in self._runs.items()}
        for index, run in first.items():
            if run.status in ("ok", "error"):
                self._runs[index] = session.run_cell(index, self._restored.notebook.cells[index].source)
            else:
                self._runs[index] = self._runs[index]._replace(detail=_ending(run))

    def _note(self, name: str) -> str:
        """Why the function of an exercise may be missing: how its own cell ended."""
        for index, run in self._runs.items():
            if self._restored.notebook.cells[index].grade_id == name and run.status != "ok":
                return f"Its cell did not finish: {_ending(run)}."
        return ""

    def flags(self) -> Iterator[Flag]:
        """What a person may want to know of how the cells ran."""
        for index, run in self._runs.items():
            cell = self._restored.notebook.cells[index]
            where = cell.grade_id or f"cell {index + 1}"
            if run.status != "ok" and not cell.is_look and not _is_stub(run):
                yield Flag(kind=_FLAGS[run.status], where=where, detail=_ending(run))
            if run.truncated:
                yield Flag(kind="output_truncated", where=where, detail=excess.of_output(self._session.limits))

    def compose(self, results: tuple[ExerciseResult, ...]) -> dict[str, Any]:
        """The autograded notebook: the student's outputs, and the verdicts at the grade cells."""
        limits = self._session.limits
        outputs = {index: inert(_outputs(run, limits)) for index, run in self._runs.items()}
        outputs |= {self._exercises[r.name].grade_index: grade_cell_outputs(r) for r in results if not r.manual}
        return self._restored.notebook.to_dict(outputs)


def problem_result(config: Config, assignment: str, student: str | None, problem: str) -> SubmissionResult:
    """The result of a submission that could not be graded. It has no score: that is not a zero."""
    points = sum(e.points for e in exercises(read_source(config.source_notebook(assignment))))
    return SubmissionResult(
        assignment=assignment, student=student, score=None, max_score=points, problem=problem, versions=versions()
    )


def _exercise_result(exercise: Exercise, verdicts: dict[str, list[CheckResult]], file: Path) -> ExerciseResult:
    if exercise.manual:
        return ExerciseResult(name=exercise.name, score=None, max_score=exercise.points, manual=True)
    checks = tuple(verdicts[exercise.name])
    if not checks:
        raise CourseError(f"{file} has no checks for the exercise `{exercise.name}`.", "Write at least one.")
    ungraded = any(check.outcome == "error" for check in checks)
    score = None if ungraded else sum(check.points for check in checks)
    return ExerciseResult(name=exercise.name, score=score, max_score=exercise.points, checks=checks)


def _is_stub(run: CellRun) -> bool:
    return any(isinstance(output, ErrorOutput) and output.ename == "NotImplementedError" for output in run.outputs)


def _ending(run: CellRun) -> str:
    """How a cell ended, as the end of a sentence."""
    if run.detail:
        return run.detail
    name = next((output.ename for output in run.outputs if isinstance(output, ErrorOutput)), "")
    how = {"timeout": "it was interrupted", "memory": "it ran out of memory"}
    where = f" at line {run.line}" if run.line else ""
    why = run.excess and f": {run.excess}"
    return f"{how.get(run.status, f'it stopped with {exception_name(name)}')}{where}{why}"


def _outputs(run: CellRun, limits: Limits) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = msgspec.to_builtins(run.outputs)
    if run.truncated:
        outputs.append({"output_type": "stream", "name": "stderr", "text": f"[cut: {excess.of_output(limits)}]\n"})
    if run.detail or run.excess:
        how = _ending(run)
        outputs.append({"output_type": "error", "ename": run.status, "evalue": how, "traceback": [how]})
    return outputs
