"""The gradebook: what nbgrader would write, in one piece, and never a zero that is not the student's."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook, MissingEntry, get_alembic_version
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import determine_grade
from sqlalchemy import event
from sqlalchemy.engine import Engine

from autograder.config import Config
from autograder.errors import CourseError, GraderError, UsageError
from autograder.grading.outputs import grade_cell_outputs, inert
from autograder.reports import grades as grades_module
from autograder.reports.gradebook import GradebookWriter, SaveResult
from autograder.reports.grades import CellGrade, SubmissionGrades, read_grades
from autograder.reports.nbgrader_files import as_node, create_gradebook
from autograder.results import ExerciseResult
from tests.small_class import (
    ANSWERS,
    ASSIGNMENT,
    CELLS,
    HIDDEN,
    autograded,
    cell,
    check,
    checks,
    make_course,
    make_result,
    problem,
    solution,
    store,
    write_source,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader, where a test calls it

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def course(tmp_path: Path) -> Config:
    return make_course(tmp_path / "a course")


@pytest.fixture
def writer(course: Config) -> Iterator[GradebookWriter]:
    with GradebookWriter(course) as writer:
        writer.prepare(ASSIGNMENT)
        yield writer


def write(
    writer: GradebookWriter, course: Config, student: str = "ann", answers: dict[str, str] | None = None,
    timestamp: datetime | str | None = None, **result: Any,
) -> bool:  # fmt: skip
    made = make_result(student, **result)
    return writer.write(made, autograded(course, made, answers), timestamp)


def grades_of(course: Config, student: str = "ann") -> SubmissionGrades:
    found = read_grades(course).of(ASSIGNMENT, student)
    assert found is not None
    return found


def nbgrader(course: Config) -> Gradebook:
    return Gradebook(grades_module.database_url(course.gradebook), course.course_id)


def by_hand(course: Config, name: str, student: str = "ann", **fields: Any) -> None:
    """What the formgrader does to a grade."""
    with nbgrader(course) as gradebook:
        grade = gradebook.find_grade(name, ASSIGNMENT, ASSIGNMENT, student)
        for field, value in fields.items():
            setattr(grade, field, value)
        gradebook.db.commit()


def comment_by_hand(course: Config, name: str, text: str) -> None:
    with nbgrader(course) as gradebook:
        gradebook.find_comment(name, ASSIGNMENT, ASSIGNMENT, "ann").manual_comment = text
        gradebook.db.commit()


class TestGradeCellOutputs:
    @pytest.mark.parametrize(("score", "points"), [(0.0, 3.0), (1.5, 3.0), (3.0, 3.0), (0.1 + 0.2, 0.5), (0, 0)])
    @pytest.mark.parametrize("results", [(), (check(), check(outcome="failed", points=0.0, message="float 7.0"))])
    def test_nbgrader_reads_our_score(self, score: float, points: float, results: Any) -> None:
        exercise = ExerciseResult(name="add", score=score, max_score=points, checks=results)
        graded = cell("code", "", "test_add", points) | {"outputs": grade_cell_outputs(exercise)}
        assert determine_grade(as_node({"cells": [graded]}).cells[0]) == (score, points)

    def test_a_sum_that_exceeds_the_maximum_by_a_rounding_counts_as_the_maximum(self) -> None:
        exercise = ExerciseResult(name="add", score=0.1 + 0.2, max_score=0.3)
        graded = cell("code", "", "test_add", 0.3) | {"outputs": grade_cell_outputs(exercise)}
        assert determine_grade(as_node({"cells": [graded]}).cells[0]) == (0.3, 0.3)

    def test_without_a_score_there_is_an_error(self) -> None:
        exercise = ExerciseResult(name="add", score=None, max_score=2.0, checks=(check(outcome="error", points=0.0),))
        outputs = grade_cell_outputs(exercise)
        assert [output["output_type"] for output in outputs] == ["display_data", "error"]

    def test_a_written_question_shows_nothing(self) -> None:
        assert grade_cell_outputs(ExerciseResult(name="why", score=None, max_score=4.0, manual=True)) == []

    def test_of_a_students_outputs_text_and_images_are_kept(self) -> None:
        stream = {"output_type": "stream", "name": "stdout", "text": "1"}
        rich = {"text/html": "<script>", "application/javascript": "1", "text/latex": "<script>", "text/plain": "1"}
        outputs: list[dict[str, Any]] = [
            stream,
            {"output_type": "display_data", "data": {**rich, "image/png": "iVBOR"}, "metadata": {"isolated": True}},
            {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}},
        ]
        kept = {"output_type": "display_data", "data": {"text/plain": "1", "image/png": "iVBOR"}, "metadata": {}}
        assert inert(outputs) == [stream, kept]

    def test_messages_are_text(self) -> None:
        exercise = ExerciseResult(
            name="add", score=0.0, max_score=2.0,
            checks=(check(outcome="failed", points=0.0, message="<script>alert(1)</script>", hint="a < b"),),
        )  # fmt: skip
        shown = grade_cell_outputs(exercise)[0]["data"]
        assert "<script>" not in shown["text/html"]
        assert "&lt;script&gt;" in shown["text/html"]
        assert "<script>alert(1)</script>" in shown["text/plain"]


class TestCreation:
    def test_the_schema_is_nbgraders(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        create_gradebook(tmp_path / "ours.db")
        monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
        ours, theirs = (sqlite3.connect(tmp_path / name) for name in ("ours.db", "theirs.db"))
        schema = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
        assert ours.execute(schema).fetchall() == theirs.execute(schema).fetchall()
        assert ours.execute("SELECT * FROM alembic_version").fetchall() == [(get_alembic_version(),)]

    def test_several_at_once(self, tmp_path: Path) -> None:
        file = tmp_path / "gradebook.db"
        context = multiprocessing.get_context("fork")
        processes = [context.Process(target=create_gradebook, args=(file,)) for _ in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0, 0]
        assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]

    def test_it_needs_no_command_on_the_path(self, course: Config, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        with GradebookWriter(course) as writer:
            writer.prepare(ASSIGNMENT)
        assert list(read_grades(course).assignments) == [ASSIGNMENT]


class TestPrepare:
    def test_it_saves_what_generate_assignment_saves(self, course: Config, writer: GradebookWriter) -> None:
        with nbgrader(course) as gradebook:
            notebook = gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT)
            sources = {source.name: source for source in notebook.source_cells}
            assert set(sources) == {c["metadata"]["nbgrader"]["grade_id"] for c in CELLS}
            assert HIDDEN in sources["test_add"].source
            assert sources["add"].source == "def add(*args):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
            assert sources["why"].source == "YOUR ANSWER HERE"
            assert {c.name: c.max_score for c in notebook.grade_cells} == {"test_add": 2, "test_scale": 3, "why": 4}
            assert notebook.assignment.course_id == "small"

    def test_a_due_date_stays(self, course: Config, writer: GradebookWriter) -> None:
        with nbgrader(course) as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
        writer.prepare(ASSIGNMENT)
        assert read_grades(course).assignments[ASSIGNMENT].due == DUE.replace(tzinfo=None)

    def test_points_may_change(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course)
        write_source(course, [*CELLS[:2], checks("add", 20), *CELLS[3:]])
        writer.prepare(ASSIGNMENT)
        assert grades_of(course).cells["test_add"].max_score == 20

    def test_cells_may_come_and_go(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course)
        by_hand(course, "why", manual_score=3.5, needs_manual_grade=False)
        text = cell("markdown", "One more thing.", "text_more")
        write_source(
            course, [*CELLS[:3], text, solution("halve", "return args[0] / 2"), checks("halve", 5), *CELLS[6:]]
        )
        writer.prepare(ASSIGNMENT)
        cells = grades_of(course).cells
        assert set(cells) == {"test_add", "test_halve", "why"}
        assert cells["test_halve"] == CellGrade(None, None, 0.0, 5.0, waits=True)
        assert cells["why"].manual == 3.5
        with nbgrader(course) as gradebook:
            assert gradebook.find_comment("halve", ASSIGNMENT, ASSIGNMENT, "ann").comment is None
            assert gradebook.find_source_cell("text_more", ASSIGNMENT, ASSIGNMENT).source == "One more thing."

    def test_a_cell_that_people_worked_on_may_not_go(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course)
        by_hand(course, "test_scale", manual_score=1.0)
        write_source(course, [*CELLS[:3], *CELLS[6:]])
        with pytest.raises(CourseError, match="no cell `test_scale` any more, but 1 scores"):
            writer.prepare(ASSIGNMENT)
        assert grades_of(course).cells["test_scale"].manual == 1.0

    def test_an_unbalanced_solution_is_the_courses_fault(self, course: Config, writer: GradebookWriter) -> None:
        broken = cell("code", "### BEGIN SOLUTION\npass", "add", solution=True)
        write_source(course, [CELLS[0], broken, *CELLS[2:]])
        with pytest.raises(CourseError, match="no end solution statement found"):
            writer.prepare(ASSIGNMENT)


class TestWrite:
    def test_scores(self, course: Config, writer: GradebookWriter) -> None:
        assert write(writer, course, add=1.5, scale=0.0)
        grades = grades_of(course)
        assert grades.cells["test_add"] == CellGrade(1.5, None, 0.0, 2.0, waits=False)
        assert grades.cells["test_scale"] == CellGrade(0.0, None, 0.0, 3.0, waits=False)
        assert grades.cells["why"] == CellGrade(None, None, 0.0, 4.0, waits=True)
        assert (grades.score, grades.comments, grades.waiting) == (1.5, {}, ["why"])
        assert list(read_grades(course).students) == ["ann"]

    def test_what_could_not_be_graded_is_no_zero(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course, add=None)
        assert grades_of(course).cells["test_add"] == CellGrade(None, None, 0.0, 2.0, waits=True)
        write(writer, course, add=2.0, fingerprint="two")
        assert grades_of(course).cells["test_add"] == CellGrade(2.0, None, 0.0, 2.0, waits=False)
        write(writer, course, add=None, fingerprint="three")
        assert grades_of(course).cells["test_add"] == CellGrade(None, None, 0.0, 2.0, waits=True)

    def test_an_untouched_answer_has_no_response(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course, answers={"why": "YOUR ANSWER HERE"})
        grades = grades_of(course)
        assert grades.cells["why"] == CellGrade(0.0, None, 0.0, 4.0, waits=False)
        assert grades.comments == {"why": "No response."}

    def test_the_rows_are_those_of_nbgraders_own_step(self, course: Config, writer: GradebookWriter) -> None:
        answers = {"why": "YOUR ANSWER HERE", "scale": "def scale(*args):\n    # YOUR CODE HERE\n    raise "
                   "NotImplementedError()"}  # fmt: skip
        write(writer, course, "ann", answers, add=0.5, scale=0.0)
        write(writer, course, "bob", answers, add=2.0, scale=3.0)
        by_hand(course, "test_add", "bob", manual_score=1.0, extra_credit=0.5, needs_manual_grade=False)
        write(writer, course, "bob", answers, add=0.5, scale=0.0, fingerprint="two")
        with nbgrader(course) as gradebook:
            gradebook.update_or_create_student("eve")
            gradebook.update_or_create_submission(ASSIGNMENT, "eve")
            checksums = {s.name: s.checksum for s in gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT).source_cells}
        nb = as_node(autograded(course, make_result("eve", 0.5, 0.0), answers))
        for own in nb.cells:
            own.metadata.nbgrader["checksum"] = checksums[own.metadata.nbgrader["grade_id"]]
        names = {"student": "eve", "assignment": ASSIGNMENT, "notebook": ASSIGNMENT}
        SaveAutoGrades().preprocess(nb, {"nbgrader": {**names, "db_url": grades_module.database_url(course.gradebook)}})
        ours, theirs = grades_of(course, "ann"), grades_of(course, "eve")
        assert ours == theirs
        assert theirs.comments == {"why": "No response.", "scale": "No response."}
        assert grades_of(course, "bob").cells["test_add"] == CellGrade(0.5, 1.0, 0.5, 2.0, waits=True)

    def test_a_persons_work_stays(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course)
        by_hand(course, "why", manual_score=3.0, needs_manual_grade=False)
        by_hand(course, "test_add", extra_credit=0.5)
        comment_by_hand(course, "why", "Good.")
        assert write(writer, course, add=1.0, fingerprint="two")
        grades = grades_of(course)
        assert grades.cells["why"] == CellGrade(None, 3.0, 0.0, 4.0, waits=True)
        assert grades.cells["test_add"] == CellGrade(1.0, None, 0.5, 2.0, waits=False)
        assert grades.comments == {"why": "Good."}

    def test_the_same_result_again_disturbs_nobody(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course)
        by_hand(course, "why", manual_score=3.0, needs_manual_grade=False)
        assert not write(writer, course)
        assert grades_of(course).cells["why"] == CellGrade(None, 3.0, 0.0, 4.0, waits=False)

    def test_a_lost_gradebook_is_filled_again(self, course: Config, writer: GradebookWriter) -> None:
        made = make_result("ann")
        notebook = store(course, made)
        writer.write(made, notebook, None)
        course.gradebook.unlink()
        with GradebookWriter(course) as again:
            again.prepare(ASSIGNMENT)
            assert again.write(made, None, None)
        assert grades_of(course).score == 5.0

    def test_a_submission_is_written_whole_or_not_at_all(
        self, course: Config, writer: GradebookWriter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(SaveResult, "_add_comment", fail)
        with pytest.raises(KeyboardInterrupt):
            write(writer, course)
        assert read_grades(course).students == {}
        monkeypatch.undo()
        assert write(writer, course)

    def test_a_problem_is_not_written(self, course: Config, writer: GradebookWriter) -> None:
        assert not writer.write(problem("ann", "It is not JSON."), None, None)
        assert read_grades(course).students == {}

    def test_a_notebook_outside_a_course_is_a_misuse(self, writer: GradebookWriter) -> None:
        with pytest.raises(UsageError):
            writer.write(make_result(None), {"cells": []}, None)

    def test_an_assignment_that_was_not_prepared_is_not_written(self, course: Config) -> None:
        made = make_result("ann")
        with GradebookWriter(course) as writer, pytest.raises(MissingEntry):
            writer.write(made, autograded(course, made), None)


class TestTimestamps:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (datetime(2026, 3, 1, 13, tzinfo=UTC), datetime(2026, 3, 1, 13)),
            (datetime(2026, 3, 1, 13), datetime(2026, 3, 1, 13)),
            ("2026-03-01 13:00:00.000000 UTC", datetime(2026, 3, 1, 13)),
            ("2026-03-01 15:00:00 +0200", datetime(2026, 3, 1, 13)),
            ("2026-03-01 14:00:00 Europe/Berlin", datetime(2026, 3, 1, 13)),
            ("2026-03-01T13:00:00Z", datetime(2026, 3, 1, 13)),
            ("2026-03-01 13:00:00", datetime(2026, 3, 1, 13)),
            (None, None),
        ],
    )
    def test_they_are_kept_in_utc(
        self, course: Config, writer: GradebookWriter, given: datetime | str | None, kept: datetime | None
    ) -> None:
        write(writer, course, timestamp=given)
        assert grades_of(course).timestamp == kept

    def test_nbgrader_finds_it_beside_the_autograded_notebook(self, course: Config, writer: GradebookWriter) -> None:
        write(writer, course, timestamp=DUE)
        file = course.autograded / "ann" / ASSIGNMENT / "timestamp.txt"
        assert file.read_text() == "2026-03-01 12:00:00.000000 UTC\n"

    @pytest.mark.parametrize(
        "text",
        [
            "soon \x1b[31m",
            "2026-03-01 13:00:00 XYZT",
            "9" * 40,
            *("1", "2026", "-5", "2026-03", "12:00", "Saturday", "March 2026", "١٢", "12:00 UTC", "10 Europe/Berlin"),
        ],
    )
    def test_nonsense_is_named(self, course: Config, writer: GradebookWriter, text: str) -> None:
        assert write(writer, course, timestamp=text)
        assert len(writer.remarks) == 1
        assert writer.remarks[0].startswith(f"ann: the timestamp {text!r} is not a date")
        assert grades_of(course).timestamp is None


class TestLatePenalties:
    LATE = DUE + timedelta(hours=2)

    def due(self, course: Config, when: datetime = DUE) -> None:
        with nbgrader(course) as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate=when)

    def configured(self, course: Config, line: str) -> GradebookWriter:
        with (course.root / "nbgrader_config.py").open("a") as file:
            file.write(f"\n{line}\n")
        return GradebookWriter(course)

    def test_there_is_none_by_default(self, course: Config, writer: GradebookWriter) -> None:
        self.due(course)
        write(writer, course, timestamp=self.LATE)
        grades = grades_of(course)
        assert (grades.seconds_late, grades.late_penalty, grades.score) == (7200.0, 0.0, 5.0)

    def test_nbgraders_plugin_can_take_all(self, course: Config, writer: GradebookWriter) -> None:
        self.due(course)
        with self.configured(course, 'c.LateSubmissionPlugin.penalty_method = "zero"') as strict:
            write(strict, course, "ann", timestamp=self.LATE)
            write(strict, course, "bob", timestamp=DUE)
        assert (grades_of(course).late_penalty, grades_of(course).score) == (5.0, 0.0)
        assert grades_of(course, "bob").late_penalty == 0.0

    def test_a_plugin_of_the_courses_own(self, course: Config, writer: GradebookWriter) -> None:
        (course.root / "small_penalties.py").write_text(
            "from nbgrader.plugins import BasePlugin\n\n\nclass PointAnHour(BasePlugin):\n"
            "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
            "        return total_seconds_late / 3600\n"
        )
        self.due(course)
        with self.configured(course, 'c.AssignLatePenalties.plugin_class = "small_penalties.PointAnHour"') as own:
            write(own, course, timestamp=self.LATE)
        assert (grades_of(course).late_penalty, grades_of(course).score) == (2.0, 3.0)

    def test_a_due_date_set_after_grading_counts(self, course: Config, writer: GradebookWriter) -> None:
        with self.configured(course, 'c.LateSubmissionPlugin.penalty_method = "zero"') as strict:
            write(strict, course, timestamp=self.LATE)
            assert grades_of(course).late_penalty == 0.0
            self.due(course)
            assert not write(strict, course, timestamp=self.LATE)
            assert grades_of(course).late_penalty == 5.0
            with nbgrader(course) as gradebook:
                gradebook.grant_extension(ASSIGNMENT, "ann", hours=3)
            write(strict, course, timestamp=self.LATE)
            assert grades_of(course).late_penalty == 0.0

    def test_a_plugin_that_fails_is_the_courses_fault(self, course: Config, writer: GradebookWriter) -> None:
        (course.root / "broken_penalties.py").write_text(
            "from nbgrader.plugins import BasePlugin\n\n\nclass Broken(BasePlugin):\n    pass\n"
        )
        self.due(course)
        with (
            self.configured(course, 'c.AssignLatePenalties.plugin_class = "broken_penalties.Broken"') as own,
            pytest.raises(CourseError, match="Broken failed on ann's 01_small: AttributeError"),
        ):
            write(own, course, timestamp=self.LATE)

    def test_a_configuration_that_fails_is_the_courses_fault(self, course: Config) -> None:
        with pytest.raises(CourseError, match=r"nbgrader_config.py cannot be run: ZeroDivisionError"):
            self.configured(course, "1 / 0")


class TestTrouble:
    def hold(self, course: Config, seconds: float) -> threading.Thread:
        """Another program that writes for a while."""
        ready = threading.Event()

        def work() -> None:
            other = sqlite3.connect(course.gradebook)
            other.execute("BEGIN EXCLUSIVE")
            ready.set()
            time.sleep(seconds)
            other.close()

        thread = threading.Thread(target=work)
        thread.start()
        assert ready.wait(5)
        return thread

    def test_it_waits_for_a_lock(self, course: Config, writer: GradebookWriter) -> None:
        thread = self.hold(course, 0.5)
        assert write(writer, course)
        thread.join()

    def test_it_waits_for_half_a_minute(self) -> None:
        assert grades_module.LOCK_TIMEOUT_S > 30

    def test_a_lock_that_stays_is_named(
        self,
        course: Config,
        writer: GradebookWriter,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(grades_module, "LOCK_TIMEOUT_S", 0.1)
        with GradebookWriter(course) as impatient:
            thread = self.hold(course, 0.5)
            with pytest.raises(GraderError, match="database is locked") as caught:
                write(impatient, course)
            thread.join()
        assert str(course.gradebook) in caught.value.message
        assert "close it, then run the same command again" in caught.value.fix
        assert capfd.readouterr().err == ""

    def test_a_gradebook_that_cannot_be_written_is_named(self, course: Config, writer: GradebookWriter) -> None:
        def make_read_only(connection: Any, _: object) -> None:
            connection.execute("PRAGMA query_only = ON")

        event.listen(Engine, "connect", make_read_only)
        try:
            with GradebookWriter(course) as other, pytest.raises(GraderError, match="readonly") as caught:
                write(other, course)
        finally:
            event.remove(Engine, "connect", make_read_only)
        assert str(course.gradebook) in caught.value.message
        assert "right to write" in caught.value.fix

    def test_something_else_in_its_place_is_named(self, course: Config) -> None:
        course.gradebook.write_text("not a database at all, but long enough to look at")
        with pytest.raises(GraderError, match="not a database"), GradebookWriter(course):
            pass
        with pytest.raises(GraderError, match="not a database"):
            read_grades(course)

    def test_without_a_gradebook_there_are_no_grades(self, course: Config) -> None:
        assert read_grades(course).assignments == {}
        assert not course.gradebook.exists()


def test_answers_are_those_of_the_assignment() -> None:
    assert set(ANSWERS) < {c["metadata"]["nbgrader"]["grade_id"] for c in CELLS}
