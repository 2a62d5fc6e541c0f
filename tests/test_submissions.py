"""What lies under submitted/ is found and named, whatever it is called and whoever may read it."""

from __future__ import annotations

import os

import pytest

from autograder.config import Config
from autograder.errors import SubmissionError
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


@pytest.mark.parametrize("student", [b"\xff\xfe", b".hidden", b"a\nb", b"\x1b[2J", b"x/", "ｘ".encode()[:2]])
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


def test_the_courses_own_files_win():
    own = {"plots.py": b"own", "data/x.csv": b"own"}
    handed_in = {"plots.py": b"theirs", "plots.py/x": b"theirs", "data": b"theirs", "data/y.csv": b"theirs"}
    assert without_conflicts(handed_in, own) == {**own, "data/y.csv": b"theirs"}
