"""nbgrader's own commands on this course: ``autograde`` with our steps in place and without, ``generate_feedback``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.converters import Autograde, GenerateFeedback, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config as NbgraderConfig

from autograder.config import Config
from autograder.course.notebook import to_json
from autograder.grading import engine, storage
from autograder.grading.grade import Graded
from autograder.reports import nbgrader_step
from autograder.reports.gradebook import GradebookWriter
from autograder.reports.grades import read_grades
from autograder.reports.inert import POLICY
from autograder.reports.nbgrader_files import nbgrader_config
from tests.small_class import ASSIGNMENT, HIDDEN, autograded, make_course, make_result, problem, submission

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore:Non-unique cell id")

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A course whose engine gives prepared results: a student's id says which."""
    course = make_course(tmp_path / "course")

    def grade(path: Path, config: Config, assignment: str, student: str, zygote: None) -> Graded:
        assert path == config.submitted / student / assignment / f"{assignment}.ipynb"
        if student == "damaged":
            return Graded(problem(student, "It is damaged."), None)
        result = make_result(student, None if student == "ungraded" else 1.5, 3.0)
        script = {"output_type": "display_data", "data": {"image/png": "iVBOR", "text/html": "x"}, "metadata": {}}
        return Graded(
            result, autograded(config, result, {"why": "A <script>bad()</script> reason."}, {"add": [script]})
        )

    monkeypatch.setattr(nbgrader_step, "grade_submission", grade)
    monkeypatch.setattr(engine, "start", lambda *_: None)
    return course


def hand_in(course: Config, student: str, change: Change = lambda notebook: None) -> None:
    notebook = json.loads(to_json(submission(course).to_dict()))
    for own in notebook["cells"]:
        own["source"] = own["source"].split("### BEGIN HIDDEN TESTS")[0]
    change(notebook)
    file = course.submitted / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    file.parent.mkdir(parents=True)
    file.write_bytes(to_json(notebook))
    (file.parent / "timestamp.txt").write_text("2026-03-01 12:00:00.000000 UTC")


def copy_a_cell(notebook: dict[str, Any]) -> None:
    notebook["cells"].insert(3, notebook["cells"][1])


def delete_cells(notebook: dict[str, Any]) -> None:
    del notebook["cells"][2:6]


def run(course: Config, kind: type, settings: NbgraderConfig | None = None) -> None:
    settings = settings or nbgrader_config(course.root)
    folder = CourseDirectory(config=settings)
    folder.assignment_id = ASSIGNMENT
    kind(coursedir=folder, config=settings).start()


def text(course: Config, student: str) -> str:
    return storage.autograded_file(course, student, ASSIGNMENT).read_text("utf-8")


def test_autograde_gives_our_grades(course: Config) -> None:
    hand_in(course, "ann")
    run(course, Autograde)
    with GradebookWriter(course) as writer:
        result = make_result("bob", 1.5, 3.0)
        writer.write(result, autograded(course, result), "2026-03-01 12:00:00 UTC")
    grades = read_grades(course)
    assert grades.of(ASSIGNMENT, "ann") == grades.of(ASSIGNMENT, "bob")
    assert grades.assignments[ASSIGNMENT].submissions["ann"].score == 4.5
    assert storage.load(course, "ann", ASSIGNMENT) == make_result("ann", 1.5, 3.0)


def test_what_could_not_be_graded_is_no_zero(course: Config) -> None:
    hand_in(course, "ungraded")
    run(course, Autograde)
    grades = read_grades(course).of(ASSIGNMENT, "ungraded")
    assert grades is not None
    assert (grades.cells["test_add"].auto, grades.waiting) == (None, ["test_add", "why"])


def test_nothing_stops_the_class(course: Config) -> None:
    hand_in(course, "copied", copy_a_cell)
    hand_in(course, "damaged")
    hand_in(course, "deleted", delete_cells)
    hand_in(course, "zoe")
    with pytest.raises(NbGraderException):
        run(course, Autograde)
    scores = {
        student: grades.score for student, grades in read_grades(course).assignments[ASSIGNMENT].submissions.items()
    }
    assert scores == {"copied": 4.5, "damaged": 0.0, "deleted": 4.5, "zoe": 4.5}
    assert not (course.autograded / "damaged" / ASSIGNMENT).exists()
    stored = storage.load(course, "damaged", ASSIGNMENT)
    assert stored is not None
    assert stored.problem == "It is damaged."


def test_two_runs_do_not_write_at_once(course: Config) -> None:
    """POSIX locks are a process's: the other run is one."""
    hand_in(course, "ann")
    program = "import sys; from pathlib import Path; from autograder.config import load; from autograder.grading.lock "
    program += "import class_run\nwith class_run(load(Path(sys.argv[1])), 'x'): print('held', flush=True); input()"
    command = [sys.executable, "-c", program, str(course.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SystemExit, match=f"Another `autograder grade x` runs on this course: process {other.pid}"):
            run(course, Autograde)
        other.communicate("\n")
    assert not course.gradebook.exists()
    run(course, Autograde)
    assert read_grades(course).assignments[ASSIGNMENT].submissions["ann"].score == 4.5


def test_a_run_holds_the_lock_while_it_writes_and_lets_go_of_it(
    course: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, "ann")
    hand_in(course, "damaged")
    seen: list[str] = []
    grade = nbgrader_step.grade_submission

    def watched(*arguments: Any) -> Graded:
        seen.append(other_run(course))
        return grade(*arguments)

    monkeypatch.setattr(nbgrader_step, "grade_submission", watched)
    with pytest.raises(NbGraderException):
        run(course, Autograde)
    assert len(seen) == 2
    assert all(f"Another `nbgrader autograde {ASSIGNMENT}` runs on this course" in said for said in seen)
    assert other_run(course) == ""


def other_run(course: Config) -> str:
    program = "import sys; from pathlib import Path; from autograder.config import load; from autograder.grading.lock "
    program += "import class_run\nwith class_run(load(Path(sys.argv[1])), 'x'): pass"
    command = [sys.executable, "-c", program, str(course.root)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_a_course_that_cannot_be_registered_stops_the_run(course: Config) -> None:
    hand_in(course, "ann")
    run(course, Autograde)
    hand_in(course, "bob")
    course.gradebook.write_bytes(b"no" * 5000)
    with pytest.raises(SystemExit, match="could not be used"):
        run(course, Autograde)
    assert other_run(course) == ""


def test_what_a_link_leads_to_is_not_copied_to_anybody(course: Config) -> None:
    hand_in(course, "ann")
    folder = course.submitted / "ann" / ASSIGNMENT
    (course.root / "secret").mkdir()
    (course.root / "secret" / "key.txt").write_text("the key")
    (folder / "gradebook.txt").symlink_to(course.root / "secret" / "key.txt")
    (folder / "nowhere").symlink_to("/nowhere")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "all").symlink_to(course.root / "secret")
    (folder / "data").mkdir()
    (folder / "data" / "mine.txt").write_text("mine")
    os.mkfifo(folder / "data" / "pipe")
    with (folder / "data" / "huge").open("wb") as file:
        file.truncate(1 << 40)  # sparse: it takes no room
    run(course, Autograde)
    run(course, GenerateFeedback)
    for made in (course.autograded, course.feedback):
        copied = {str(file.relative_to(made / "ann" / ASSIGNMENT)) for file in made.rglob("*") if file.is_file()}
        assert copied - {f"{ASSIGNMENT}.ipynb", f"{ASSIGNMENT}.html", "timestamp.txt"} == {"data/mine.txt"}


@pytest.mark.parametrize(
    ("student", "says"),
    [
        ("-name", "cannot be a student id"),
        ("pipe", "is not a regular file"),
        ("link", "is a symbolic link"),
        ("huge", "MiB; it may have"),
        ("json", "JSON"),
    ],
)
def test_a_notebook_that_is_none_is_named_and_never_opened(course: Config, student: str, says: str) -> None:
    for name in (student, "zoe"):
        hand_in(course, name)
    file = course.submitted / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    file.unlink()
    if student == "pipe":
        os.mkfifo(file)
    elif student == "link":
        file.symlink_to("/dev/zero")
    elif student == "huge":
        with file.open("wb") as opened:
            opened.truncate(1 << 40)
    elif student == "json":
        file.write_text("{")
    else:
        file.touch()
    with pytest.raises(NbGraderException):
        run(course, Autograde)
    stored = storage.load(course, student, ASSIGNMENT)
    assert stored is not None
    assert says in (stored.problem or "")
    assert stored.score is None
    zoe = read_grades(course).of(ASSIGNMENT, "zoe")
    assert zoe is not None
    assert zoe.score == 4.5


def test_hidden_tests_stay_with_the_course(course: Config) -> None:
    hand_in(course, "ann")
    run(course, Autograde)
    run(course, GenerateFeedback)
    page = (course.feedback / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert HIDDEN not in text(course, "ann")
    assert HIDDEN not in page
    assert "(Score: 4.5 / 9.0)" in page


def test_what_students_wrote_does_not_run_in_nbgraders_pages(course: Config) -> None:
    hand_in(course, "ann")
    run(course, Autograde)
    run(course, GenerateFeedback)
    page = (course.feedback / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert "reason." in page
    assert "bad()" not in page
    assert "<script" not in page  # nbgrader's own template brings MathJax from the network
    assert page.index(f'content="{POLICY}"') < page.index("<title>")


def test_autograder_grade_leaves_these_grades_alone(course: Config) -> None:
    hand_in(course, "ann")
    run(course, Autograde)
    with GradebookWriter(course) as writer:
        writer.prepare(ASSIGNMENT)
        result = make_result("ann", 1.5, 3.0)
        assert not writer.write(result, autograded(course, result), "2026-03-01 12:00:00 UTC")


def test_the_settings_are_this_courses(course: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    settings = nbgrader_config(course.root)
    assert settings.CourseDirectory.root == str(course.root)
    assert settings.CourseDirectory.course_id == "small"
    assert settings.CourseDirectory.solution_directory == course.solutions.name
    assert os.environ["PATH"] == str(Path(sys.executable).parent)  # where `alembic` is, which nbgrader asks


def test_without_our_steps_the_hidden_tests_are_run(course: Config) -> None:
    """What nbgrader's own steps would execute: the cells that it had saved, hidden tests included."""
    hand_in(course, "ann")
    settings = nbgrader_config(course.root)
    for name in ("sanitize_preprocessors", "autograde_preprocessors"):
        del settings.Autograde[name]
    settings.Autograde.autograde_preprocessors = []
    run(course, Autograde, settings)
    assert f"{HIDDEN} = 2" in text(course, "ann")
