"""The demo: what a person runs first."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.scratch import ROOT


def test_a_made_up_class_is_graded_and_the_checkout_stays_as_it_was(tmp_path):
    before = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    command = [sys.executable, "-m", "autograder", "demo", "--folder", str(tmp_path / "demo")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    course = tmp_path / "demo"
    results = {
        (path.parent.name, path.stem): json.loads(path.read_text()) for path in (course / "results").glob("*/*.json")
    }
    assert len(results) == 24
    for assignment, full in (("01_neuron", 18), ("03_losses", 28)):
        score = {student: result["score"] for (student, name), result in results.items() if name == assignment}
        assert [score[student] for student in ("ada", "blaise", "carl")] == [full] * 3
        assert all(0 <= score[student] < full for student in ("dorothy", "emmy", "frank", "grace", "hedy", "ian"))
        assert (score["joan"], score["kurt"], score["lise"]) == (0, 0, None)
    assert (course / "gradebook.db").is_file()
    assert len(list((course / "feedback").rglob("*.html"))) == 24
    assert (course / "report" / "index.html").is_file()
    after = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert after == before


def test_a_folder_that_holds_something_is_not_used(tmp_path):
    (tmp_path / "mine.txt").touch()
    command = [sys.executable, "-m", "autograder", "demo", "--folder", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "is not empty" in ran.stderr
