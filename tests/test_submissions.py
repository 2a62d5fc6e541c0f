"""What lies under submitted/ is found and named, whatever it is called and whoever may read it."""

from __future__ import annotations

import os
import subprocess

import pytest

from autograder.config import Config
from autograder.errors import GraderError, SubmissionError
from autograder.grading import submissions
from autograder.grading.submissions import files_beside, find, without_conflicts


@pytest.fixture
def config(tmp_path):
    (tmp_path / "source" / "01_x").mkdir(parents=True)
    (tmp_path / "source" / "01_x" / "01_x.ipynb").write_text("{}")
    (tmp_path / "submitted").mkdir()
    return Config(root=tmp_path, course_id="x", seed="x")


def hand_in(config, student):
    folder = os.fsencode(config.submitted) + b"/" + student + b"/01_x"
    os.makedirs(folder)
    with open(folder + b"/01_x.ipynb", "w") as file:
        file.write("{}")


@pytest.mark.parametrize(
    "student",
    [b"ada ", b"ada  l", b" ada", b"a" * 65, b"\xff\xfe", b".hidden", b"a\nb", b"\x1b[2J", b"x/", "ｘ".encode()[:2]],
)
def test_a_folder_with_an_impossible_name_is_named_not_skipped(config, student):
    hand_in(config, student)
    hand_in(config, b"ada")
    good = [s.student for s in find(config, "01_x") if s.problem is None]
    assert good == (["ada", "x"] if student == b"x/" else ["ada"])
    assert len(find(config, "01_x")) == 2
    for submission in find(config, "01_x"):
        submission.student.encode("utf-8")
        (submission.problem or "").encode("utf-8")


def test_a_link_to_nowhere_is_named(config):
    (config.submitted / "ada").mkdir()
    (config.submitted / "ada" / "01_x").symlink_to("/nowhere")
    (only,) = find(config, "01_x")
    assert "symbolic link" in (only.problem or "")


@pytest.mark.parametrize("student", ["ada", "Ada Lovelace", "a.l", "a..l", "@ada", "a" * 64, "ada@uni.edu", "7"])
def test_a_student_id_may_look_like_this(config, student):
    hand_in(config, student.encode())
    (only,) = find(config, "01_x")
    assert (only.student, only.problem) == (student, None)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ((), "It holds no notebook. Name"),
        (
            ("timestamp.txt", ".DS_Store", "__MACOSX/._01_x.ipynb", ".ipynb_checkpoints/01_x.ipynb"),
            "It holds no notebook. N",
        ),
        (("01_x (1).ipynb", "a.txt"), "It holds 01_x (1).ipynb. Name"),
        (("01_x/01_x.ipynb",), "It holds 01_x/01_x.ipynb. Name"),
        (("01_X.IPYNB",), "It holds 01_X.IPYNB. Name"),
        (("01_x.zip", "01_x.ipynb.txt"), "It holds no notebook, but 01_x.ipynb.txt, 01_x.zip. Name"),
    ],
)
def test_what_lies_in_place_of_the_notebook_is_named(config, names, says):
    folder = config.submitted / "ada" / "01_x"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    (only,) = find(config, "01_x")
    assert says in (only.problem or "")


def test_a_notebook_beside_its_folder_is_named(config):
    (config.submitted / "ada").mkdir()
    (config.submitted / "ada" / "01_x.ipynb").touch()
    (only,) = find(config, "01_x")
    assert "lies beside the assignment's folder" in (only.problem or "")


def test_what_stands_in_place_of_the_submissions_is_named(tmp_path):
    (tmp_path / "source" / "01_x").mkdir(parents=True)
    (tmp_path / "source" / "01_x" / "01_x.ipynb").write_text("{}")
    config = Config(root=tmp_path, course_id="x", seed="x")
    assert find(config, "01_x") == []
    config.submitted.touch()
    with pytest.raises(GraderError, match="submitted cannot be read: Not a directory"):
        find(config, "01_x")


def test_a_timestamp_that_cannot_be_read_is_told_as_one(config):
    for student in (b"ada", b"bob", b"cy", b"dan"):
        hand_in(config, student)
    (config.submitted / "ada" / "01_x" / "timestamp.txt").write_bytes(b"2026 \xff")
    (config.submitted / "bob" / "01_x" / "timestamp.txt").mkdir()
    (config.submitted / "cy" / "01_x" / "timestamp.txt").symlink_to("/etc/hostname")
    stamps = [submission.timestamp for submission in find(config, "01_x")]
    assert stamps[0] == "2026 \\xff"
    assert "is not a regular file" in (stamps[1] or "")
    assert "is a symbolic link" in (stamps[2] or "")
    assert stamps[3] is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_beside_a_notebook_that_cannot_be_read_is_named(config):
    hand_in(config, b"ada")
    closed = config.submitted / "ada" / "01_x" / "data"
    closed.mkdir(mode=0)
    try:
        with pytest.raises(SubmissionError, match="data cannot be read"):
            files_beside(config.submitted / "ada" / "01_x" / "01_x.ipynb")
    finally:
        closed.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_named(config):
    hand_in(config, b"ada")
    (config.submitted / "ada").chmod(0)
    try:
        (only,) = find(config, "01_x")
        assert "cannot be read" in (only.problem or "")
    finally:
        (config.submitted / "ada").chmod(0o755)


def test_files_beside_a_notebook_have_a_bound_and_names(config):
    hand_in(config, b"ada")
    folder = config.submitted / "ada" / "01_x"
    (folder / "a.txt").write_bytes(bytes(600))
    with open(os.fsencode(folder) + b"/\xff", "w") as file:
        file.write("no name")
    os.mkfifo(folder / "pipe")
    assert set(files_beside(folder / "01_x.ipynb")) == {"a.txt"}
    (folder / "b.txt").write_bytes(bytes(600))
    with pytest.raises(SubmissionError, match="holds more than"):
        files_beside(folder / "01_x.ipynb", 1000)


@pytest.mark.parametrize("depth", [1500, 3000])
def test_folders_in_folders_end_no_run(config, depth):
    """Deeper than a recursive walk may go, and deeper than a path may be long."""
    hand_in(config, b"ada")
    (config.submitted / "bob" / "01_x").mkdir(parents=True)
    try:
        for student in ("ada", "bob"):
            folder = os.open(config.submitted / student / "01_x", os.O_RDONLY)
            for _ in range(depth):
                os.mkdir("d", dir_fd=folder)
                below = os.open("d", os.O_RDONLY, dir_fd=folder)
                os.close(folder)
                folder = below
            os.close(folder)
        with pytest.raises(SubmissionError, match="holds more than 20 folders in each other"):
            files_beside(config.submitted / "ada" / "01_x" / "01_x.ipynb")
        assert "It holds no notebook." in (find(config, "01_x")[1].problem or "")
    finally:
        subprocess.run(["rm", "-rf", str(config.submitted)], check=True)


def test_more_names_than_anybody_hands_in_are_not_looked_at(config, monkeypatch):
    monkeypatch.setattr(submissions, "_MAX_ENTRIES", 50)
    hand_in(config, b"ada")
    for number in range(60):
        (config.submitted / "ada" / "01_x" / f".{number}").touch()
    with pytest.raises(SubmissionError, match="holds more than 50 files and folders"):
        files_beside(config.submitted / "ada" / "01_x" / "01_x.ipynb")


def test_the_courses_own_files_win():
    own = {"plots.py": b"own", "data/x.csv": b"own"}
    handed_in = {"plots.py": b"theirs", "plots.py/x": b"theirs", "data": b"theirs", "data/y.csv": b"theirs"}
    assert without_conflicts(handed_in, own) == {**own, "data/y.csv": b"theirs"}
