"""Faults to survive: nothing is lost, nothing is graded twice, and a message says what happened and what to do."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from nbgrader.api import Gradebook

from autograder.config import Config, Limits
from autograder.errors import CourseError, GraderError, SandboxError
from autograder.grading import batch, engine, storage
from autograder.grading import grade as grade_module
from autograder.grading.batch import grade_class
from autograder.grading.executors import Executor, LocalProcesses, Serial
from autograder.grading.grade import Graded, grade_restored, grade_submission
from autograder.grading.lock import class_run
from autograder.grading.storage import autograded_file
from autograder.grading.submissions import find
from autograder.reports import grades
from autograder.reports.classroom import write_report
from autograder.reports.feedback import write_feedback
from autograder.reports.gradebook import GradebookWriter
from autograder.results import SubmissionResult, from_json
from autograder.sandbox.session import Session, call
from autograder.sandbox.zygote import Zygote
from tests import tiny_course
from tests.scratch import ROOT, hand_in
from tests.tiny_course import ASSIGNMENT
from tests.warm_command import Ended, WarmCommand

RIGHT = "def double(x):\n    return 2 * x"
CLASS = {"ann": RIGHT, "bob": "def double(x):\n    return -2 * x", "cy": RIGHT, "dan": "def double(x):\n    return x"}
SCORES = {"ann": 3.0, "bob": 1.0, "cy": 3.0, "dan": 1.0}
KILLS = 30


def make_class(root: Path, answers: dict[str, str] = CLASS, settings: str = "") -> Config:
    config = tiny_course.make_course(root, settings=settings)
    for student, text in answers.items():
        hand_in(root, student, ASSIGNMENT, tiny_course.handed_in(text))
    return config


def results(config: Config) -> dict[str, SubmissionResult]:
    """Every result on disk, without what differs between two runs: how long it took."""
    files = sorted(config.results.glob("*/*.json"))
    found = {file.parent.name: from_json(file.read_bytes()) for file in files}
    return {student: msgspec.structs.replace(result, duration_s=0.0) for student, result in found.items()}


def in_gradebook(config: Config) -> dict[str, tuple[float, int]]:
    """(score, number of grades) of every submission in the gradebook."""
    with Gradebook(f"sqlite:///{config.gradebook}", "tiny") as gradebook:
        return {
            submission.student.id: (submission.score, sum(len(notebook.grades) for notebook in submission.notebooks))
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }


def require_whole(config: Config, scores: dict[str, float] = SCORES) -> None:
    """Every result is there once, in every place, and no file is half written or left over."""
    assert {student: result.score for student, result in results(config).items()} == scores
    assert in_gradebook(config) == {student: (score, 2) for student, score in scores.items()}
    with sqlite3.connect(config.gradebook) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table in ("student", "submitted_assignment", "submitted_notebook"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (len(scores),)
    connection.close()
    for student in scores:
        assert json.loads(autograded_file(config, student, ASSIGNMENT).read_bytes())["nbformat"] == 4
    unfinished = [p for p in config.root.rglob(".*") if p.name != ".lock"]
    assert unfinished == []


def forget(config: Config) -> None:
    """As before the first run."""
    for folder in (config.results, config.autograded):
        shutil.rmtree(folder, ignore_errors=True)
    for file in config.root.glob("*gradebook.db*"):
        file.unlink()


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmCommand]:
    with WarmCommand(tmp_path_factory.mktemp("warm")) as command:
        yield command


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A class of four, of which nothing is graded yet."""
    return make_class(tmp_path / "course")


@pytest.fixture
def own_zygote(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A zygote for this test, which may kill it."""
    monkeypatch.setattr(engine, "_zygote", None)
    engine.start(config, [ASSIGNMENT])
    yield
    engine.stop()


@pytest.fixture
def shared_zygote(monkeypatch: pytest.MonkeyPatch, zygote: Zygote) -> None:
    monkeypatch.setattr(engine, "_zygote", zygote)


def grade_here(config: Config, executor: Executor) -> dict[str, SubmissionResult]:
    """Grade the class in this process, without a gradebook."""
    graded = grade_class(config, find(config, ASSIGNMENT), executor)
    return {done.submission.student: done.result for done in graded}


def before_grading(monkeypatch: pytest.MonkeyPatch, happens: Callable[[str, Zygote], None]) -> None:
    """Let something happen, here or in a grading process, when a student's submission is about to be read."""

    def grade(path: Path, config: Config, assignment: str, student: str, zygote: Zygote, **more: Any) -> Graded:
        happens(student, zygote)
        return grade_submission(path, config, assignment, student, zygote, **more)

    monkeypatch.setattr(batch, "grade_submission", grade)


def kill_zygote(zygote: Zygote) -> None:
    os.kill(zygote._process.pid, signal.SIGKILL)
    while zygote.alive():
        time.sleep(0.01)


class TestKilledRun:
    def test_at_any_moment_and_the_same_command_again(self, config: Config, warm: WarmCommand) -> None:
        moments = random.Random(56)
        command = ("grade", ASSIGNMENT, "--jobs", "2")
        lengths = []
        for _ in range(2):
            forget(config)
            started = time.monotonic()
            assert warm.run(config.root, *command).status == 0
            lengths.append(time.monotonic() - started)
        undisturbed = results(config)
        require_whole(config)
        for number in range(KILLS):
            forget(config)
            pid = warm.start(config.root, *command)
            time.sleep(min(lengths) * (number + moments.random()) / KILLS)
            kill = os.killpg if number % 2 else os.kill  # with its grading processes, or alone
            with suppress(ProcessLookupError):  # it was faster this time
                kill(pid, signal.SIGKILL)
            warm.wait()
            kept = {file: file.read_bytes() for file in config.results.glob("*/*.json")}
            again = warm.run(config.root, *command)
            assert again.status == 0, again.said
            assert results(config) == undisturbed
            assert {file: file.read_bytes() for file in kept} == kept  # what was done is not graded again
            require_whole(config)

    def test_nothing_of_it_goes_on(self, config: Config) -> None:
        hand_in(config.root, "ann", ASSIGNMENT, tiny_course.handed_in("import time\ntime.sleep(60)"))
        command = [sys.executable, "-m", "autograder", "--course", str(config.root), "grade", ASSIGNMENT, "--jobs", "2"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as run:
            deadline = time.monotonic() + 240
            while not list(config.results.glob("*/*.json")):
                assert run.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            family = psutil.Process(run.pid).children(recursive=True)
            assert len(family) > 3  # two grading processes, a zygote, ann's
            run.kill()
        _, alive = psutil.wait_procs(family, 60)
        assert alive == []


class TestKilledProcesses:
    def test_a_grading_process(self, config: Config, monkeypatch: pytest.MonkeyPatch, shared_zygote: None) -> None:
        marker = config.root / "killed"

        def happens(student: str, zygote: Zygote) -> None:
            if student == "bob" or (student == "cy" and not marker.exists()):
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)

        before_grading(monkeypatch, happens)
        said: list[str] = []
        found = grade_here(config, LocalProcesses(2, said.append))
        assert {student: result.score for student, result in found.items()} == {**SCORES, "bob": None}
        problem = found["bob"].problem or ""
        assert str(config.submitted / "bob") in problem
        assert "killed from outside" in problem
        assert "run the same command again" in problem
        assert "A process that grades was killed." in said[0]
        assert json.loads((config.results / "bob" / f"{ASSIGNMENT}.json").read_bytes())["score"] is None
        monkeypatch.undo()

    def test_a_zygote(self, config: Config, monkeypatch: pytest.MonkeyPatch, own_zygote: None) -> None:
        marker = config.root / "killed"

        def happens(student: str, zygote: Zygote) -> None:
            if student == "bob" or (student == "cy" and not marker.exists()):
                marker.touch()
                kill_zygote(zygote)

        before_grading(monkeypatch, happens)
        said: list[str] = []
        found = grade_here(config, LocalProcesses(2, said.append))
        assert {student: result.score for student, result in found.items()} == {**SCORES, "bob": None}
        assert not any(result.ungraded for result in found.values())
        assert "the zygote is killed from outside" in (found["bob"].problem or "")
        assert any("there is a new one" in line for line in said)

    def test_a_zygote_of_a_process_that_works_alone(
        self, config: Config, monkeypatch: pytest.MonkeyPatch, own_zygote: None
    ) -> None:
        killed: list[str] = []

        def happens(student: str, zygote: Zygote) -> None:
            if student == "bob" and not killed:
                killed.append(student)
                kill_zygote(zygote)

        before_grading(monkeypatch, happens)
        found = grade_here(config, Serial())
        assert killed
        assert {student: result.score for student, result in found.items()} == SCORES

    def test_what_watches_a_student(self, zygote: Zygote) -> None:
        with Session(zygote, Limits()) as session:
            session.run_cell(0, "def one(): return 1")
            (keeper,) = psutil.Process(zygote._process.pid).children()
            family = keeper.children(recursive=True)
            keeper.kill()
            assert psutil.wait_procs(family, 60)[1] == []
            with pytest.raises(SandboxError, match="was killed"), session.calls() as calls:
                call(calls, "one", (), {})
            assert session.run_cell(1, "one()").status == "ok"


class TestFullDisk:
    def require_told(self, ended: Ended, file: str, reason: str) -> None:
        assert ended.status == 1
        assert "Traceback" not in ended.said
        assert file in ended.said
        assert reason in ended.said
        assert "run the same command again" in ended.said

    def test_where_files_may_not_grow(self, config: Config, warm: WarmCommand) -> None:
        ended = warm.run(config.root, "grade", ASSIGNMENT, file_bytes=1000)
        self.require_told(ended, f"{config.autograded}", "File too large")
        ended = warm.run(config.root, "grade", ASSIGNMENT, file_bytes=50_000)
        self.require_told(ended, f"{config.gradebook}", "disk I/O error")
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)

    @pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
    def test_where_nothing_is_left(self, tmp_path: Path, warm: WarmCommand) -> None:
        folder = tmp_path / "small"
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
        try:
            config = make_class(folder)
            undisturbed = make_class(tmp_path / "large")
            assert warm.run(undisturbed.root, "grade", ASSIGNMENT).status == 0
            filler = folder / "filler"
            for left, file in ((0, config.results), (4 << 10, config.autograded), (100 << 10, config.gradebook)):
                filler.write_bytes(b"")
                filler.write_bytes(bytes(shutil.disk_usage(folder).free - left))
                ended = warm.run(config.root, "grade", ASSIGNMENT)
                self.require_told(ended, str(file), "No space left" if file != config.gradebook else "full")
            filler.unlink()
            assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
            require_whole(config)
            assert results(config) == results(undisturbed)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


class TestGradebook:
    """Trouble with gradebook.db costs no result: the same command goes on when it is over."""

    def test_read_only(self, config: Config, warm: WarmCommand) -> None:
        assert warm.run(config.root, "grade", ASSIGNMENT, "--student", "ann").status == 0
        with read_only(config.gradebook):
            ended = warm.run(config.root, "grade", ASSIGNMENT)
        assert ended.status == 1
        assert f"{config.gradebook} could not be used: attempt to write a readonly database" in ended.said
        assert "Give yourself the right to write to it" in ended.said
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)

    def test_locked_for_a_while(self, config: Config, warm: WarmCommand) -> None:
        assert warm.run(config.root, "grade", ASSIGNMENT, "--student", "ann").status == 0
        other = sqlite3.connect(config.gradebook)
        other.execute("BEGIN EXCLUSIVE")
        warm.start(config.root, "grade", ASSIGNMENT)
        deadline = time.monotonic() + 120
        while "waiting for it" not in warm.output():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        other.close()
        ended = warm.wait()
        assert ended.status == 0
        assert f"Another program is writing to {config.gradebook}: waiting for it, 35 s at most." in ended.said
        require_whole(config)

    def test_locked_for_longer(
        self, config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], warm: WarmCommand
    ) -> None:
        assert warm.run(config.root, "grade", ASSIGNMENT, "--student", "ann").status == 0
        monkeypatch.setattr(grades, "LOCK_TIMEOUT_S", 0.2)
        other = sqlite3.connect(config.gradebook)
        other.execute("BEGIN EXCLUSIVE")
        said: list[str] = []
        with (
            pytest.raises(GraderError, match="database is locked") as caught,
            GradebookWriter(config, said.append) as writer,
        ):
            writer.prepare(ASSIGNMENT)
        assert "wait until it is done, or close it, then run the same command again" in caught.value.fix
        assert "waiting for it, 0.2 s at most" in said[0]
        other.close()
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)

    @pytest.mark.parametrize("whole", [False, True], ids=["a-page", "the-whole-file"])
    def test_damaged(self, config: Config, warm: WarmCommand, whole: bool) -> None:
        assert warm.run(config.root, "grade", ASSIGNMENT, "--student", "ann").status == 0
        content = config.gradebook.read_bytes()
        config.gradebook.write_bytes(b"no" * 5000 if whole else content[:4096] + b"\xff" * (len(content) - 4096))
        ended = warm.run(config.root, "grade", ASSIGNMENT)
        assert ended.status == 1
        assert "Traceback" not in ended.said
        assert f"{config.gradebook} could not be used" in ended.said
        assert "Restore it from a backup. Or move it away" in ended.said
        config.gradebook.rename(config.root / "damaged")
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)


@contextmanager
def read_only(file: Path) -> Iterator[None]:
    """Nobody can write to ``file``, not even root."""
    if os.geteuid():
        file.chmod(0o444)
        yield
        file.chmod(0o644)
        return
    subprocess.run(["mount", "--bind", str(file), str(file)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(file)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(file)], check=True)


def rewrite(**changes: Any) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        file.write_text(json.dumps({**json.loads(file.read_bytes()), **changes}))

    return damage


def raise_score(file: Path) -> None:
    """A consistent edit by hand, as somebody might think that it changes the grade."""
    result = json.loads(file.read_bytes())
    result["score"] = result["exercises"][0]["score"] = 3.0
    for check in result["exercises"][0]["checks"]:
        check["points"] = check["max_points"]
    file.write_text(json.dumps(result))


def from_other(file: Path) -> None:
    shutil.copy(file.parents[1] / "ann" / file.name, file)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "nothing": lambda file: file.write_bytes(b"") and None,
    "half": lambda file: file.write_bytes(file.read_bytes()[:300]) and None,
    "no-text": lambda file: file.write_bytes(b"\xff\xfe\x00") and None,
    "deep": lambda file: file.write_bytes(b"[" * 100_000) and None,
    "other-json": lambda file: file.write_text("[1, 2]") and None,
    "score": rewrite(score=3.0),
    "score-everywhere": raise_score,
    "huge": rewrite(score=1e308, max_score=-1.0),
    "exercises": rewrite(exercises=[]),
    "student": rewrite(student="ann"),
    "nobody": rewrite(student=None),
    "assignment": rewrite(assignment="03_losses"),
    "newer": rewrite(schema=2),
    "another-students": from_other,
}


class TestDamagedResults:
    """What lies under results/ and autograded/ is used only while it is what grading wrote."""

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
    def test_a_result(
        self, config: Config, shared_zygote: None, warm: WarmCommand, damage: Callable[[Path], None]
    ) -> None:
        grade_here(config, Serial())
        undisturbed = results(config)
        file = config.results / "bob" / f"{ASSIGNMENT}.json"
        damage(file)
        ended = warm.run(config.root, "feedback")
        assert ended.status == 1
        assert f"These results are damaged, or are not what grading wrote there: {file}." in ended.said
        assert len(list(config.feedback.glob("*/*/*.html"))) == 3
        page = write_report(config, ASSIGNMENT).read_text()
        assert "<strong>bob</strong> handed in and is not graded yet." in page
        grade_here(config, Serial())
        assert results(config) == undisturbed
        assert len(write_feedback(config, ASSIGNMENT)) == 4

    def test_numbers_that_are_written_in_another_way_are_no_damage(self, config: Config) -> None:
        """A sum of no scores is the int 0; what is read is 0.0."""
        result = SubmissionResult(assignment=ASSIGNMENT, student="ann", score=0, max_score=4)
        storage.save(config, result, None)
        assert storage.load(config, "ann", ASSIGNMENT) == result

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"nbformat": 4, "cells": [1]}', '{"nbformat": 4, "cells": []}'])
    def test_a_notebook(self, config: Config, shared_zygote: None, text: str) -> None:
        grade_here(config, Serial())
        file = autograded_file(config, "bob", ASSIGNMENT)
        before = file.read_bytes()
        file.write_text(text)
        with pytest.raises(GraderError, match=r"3 pages are written\..*autograded/bob"):
            write_feedback(config, ASSIGNMENT)
        grade_here(config, Serial())
        assert file.read_bytes() == before

    def test_a_notebook_without_outputs(self, config: Config, shared_zygote: None) -> None:
        grade_here(config, Serial())
        file = autograded_file(config, "bob", ASSIGNMENT)
        notebook = json.loads(file.read_bytes())
        del notebook["cells"][2]["outputs"]
        file.write_text(json.dumps(notebook))
        with pytest.raises(GraderError, match="3 pages are written"):
            write_feedback(config, ASSIGNMENT)

    @pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"x" * 100])
    def test_the_note_that_a_result_is_in_the_gradebook(self, config: Config, warm: WarmCommand, note: bytes) -> None:
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        (config.results / "bob" / f"{ASSIGNMENT}.recorded").write_bytes(note)
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)

    @pytest.mark.parametrize("name", ["results", "autograded", f"results/bob/{ASSIGNMENT}.json"])
    def test_something_else_stands_in_their_place(self, config: Config, warm: WarmCommand, name: str) -> None:
        path = config.root / name
        if path.suffix:
            path.mkdir(parents=True)
        else:
            path.touch()
        ended = warm.run(config.root, "grade", ASSIGNMENT)
        assert ended.status == 1
        assert "Traceback" not in ended.said
        assert str(path) in ended.said
        assert "Move away what stands there, then run the same command again" in ended.said
        path.rename(config.root / "moved")
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)


class TestTwoRuns:
    def test_the_second_says_so_and_the_rest_of_the_command_works(self, config: Config, warm: WarmCommand) -> None:
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        before = results(config)
        with class_run(config, ASSIGNMENT):
            ended = warm.run(config.root, "grade", ASSIGNMENT, "--force")
            assert ended.status == 1
            assert re.search(
                rf"Another `autograder grade {ASSIGNMENT}` runs on this course: process {os.getpid()}, "
                r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
                ended.said,
            )
            assert f"Wait until it is done. If it hangs, end it with `kill {os.getpid()}`" in ended.said
            one = str(config.submitted / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
            for command in ("feedback", "report", f"export csv -o {config.root}/a.csv", f"grade {one}"):
                ended = warm.run(config.root, *command.split())
                assert ended.status == 0, ended.said
        assert results(config) == before
        assert warm.run(config.root, "grade", ASSIGNMENT).status == 0
        require_whole(config)


class TestClock:
    def test_it_may_jump(self, config: Config, monkeypatch: pytest.MonkeyPatch, shared_zygote: None) -> None:
        undisturbed = grade_here(config, Serial())
        forget(config)
        jumps = random.Random(7)
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + jumps.uniform(-1e8, 1e8))
        monkeypatch.setattr(time, "time_ns", lambda: int(time.time() * 1e9))
        found = grade_here(config, Serial())
        assert {s: msgspec.structs.replace(r, duration_s=0.0) for s, r in found.items()} == {
            s: msgspec.structs.replace(r, duration_s=0.0) for s, r in undisturbed.items()
        }
        assert all(0 < result.duration_s < 600 for result in found.values())

    def test_no_deadline_is_taken_from_it(self) -> None:
        wall = re.compile(r"\btime\.(time|time_ns|localtime|gmtime)\(|\bfrom time import")
        files = [file for file in (ROOT / "autograder").rglob("*.py") if file.parent.name != "checks"]
        assert files
        lines = [(str(file), line) for file in files for line in file.read_text().splitlines() if wall.search(line)]
        assert [found for found in lines if "st_mtime" not in found[1]] == []  # how old a file is, only it tells


class TestChangedFiles:
    @pytest.mark.parametrize("which", ["source", "beside", "checks"])
    def test_of_the_course(
        self, config: Config, monkeypatch: pytest.MonkeyPatch, warm: WarmCommand, shared_zygote: None, which: str
    ) -> None:
        notebook = config.source_notebook(ASSIGNMENT)
        file = {"source": notebook, "beside": notebook.with_name("beside.py"), "checks": config.checks_file(ASSIGNMENT)}
        path, content = file[which], file[which].read_text()
        changed = content.replace("points=2", "points=5").replace("Tiny", "Small").replace("VALUE = 1", "VALUE = 22")
        assert changed != content

        def happens(student: str, zygote: Zygote) -> None:
            if student == "bob":
                path.write_text(changed)

        before_grading(monkeypatch, happens)
        with pytest.raises(CourseError) as caught:
            grade_here(config, Serial())
        assert caught.value.message == f"{path} changed while {ASSIGNMENT} was being graded."
        assert "Run the same command again" in caught.value.fix
        assert set(results(config)) == {"ann"}
        path.write_text(content)
        monkeypatch.undo()
        ended = warm.run(config.root, "grade", ASSIGNMENT)
        assert ended.status == 0, ended.said
        require_whole(config)

    def test_a_checks_file_that_is_half_written_is_told_as_a_change(
        self, config: Config, monkeypatch: pytest.MonkeyPatch, shared_zygote: None
    ) -> None:
        def happens(student: str, zygote: Zygote) -> None:
            config.checks_file(ASSIGNMENT).write_text("def test_(:\n")

        before_grading(monkeypatch, happens)
        with pytest.raises(CourseError, match="changed while"):
            grade_here(config, Serial())

    def test_what_an_editor_leaves_beside_it_is_no_change(
        self, config: Config, monkeypatch: pytest.MonkeyPatch, shared_zygote: None
    ) -> None:
        def happens(student: str, zygote: Zygote) -> None:
            copy = config.source / ASSIGNMENT / ".ipynb_checkpoints" / f"{ASSIGNMENT}-checkpoint.ipynb"
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(student)
            config.source_notebook(ASSIGNMENT).touch()

        before_grading(monkeypatch, happens)
        assert {student: result.score for student, result in grade_here(config, Serial()).items()} == SCORES

    def test_of_a_student(self, config: Config, monkeypatch: pytest.MonkeyPatch, shared_zygote: None) -> None:
        """One that goes away before it is read is reported; one that changes after counts as it was."""

        def happens(student: str, zygote: Zygote) -> None:
            if student == "bob":
                shutil.rmtree(config.submitted / "bob")

        def restored(*arguments: Any, **more: Any) -> Graded:
            if arguments[3] == "cy":
                hand_in(config.root, "cy", ASSIGNMENT, tiny_course.handed_in(CLASS["bob"]))
            return grade_restored(*arguments, **more)

        with monkeypatch.context() as patch:
            before_grading(patch, happens)
            patch.setattr(grade_module, "grade_restored", restored)
            found = grade_here(config, Serial())
        assert {student: result.score for student, result in found.items()} == {**SCORES, "bob": None}
        assert "does not exist" in (found["bob"].problem or "")
        assert grade_here(config, Serial())["cy"].score == SCORES["bob"]
