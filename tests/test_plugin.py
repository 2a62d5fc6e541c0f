"""The pytest plugin turns what a check does, and what a student's function does, into results."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.checks import live, plugin
from autograder.config import Config
from autograder.errors import CourseError

CHECKS = '''
import pytest, torch
from autograder.checks.assertions import compare, expect
from autograder.errors import StudentMissing


@pytest.mark.exercise("double")
class TestDouble:
    @pytest.mark.check(points=1)
    def test_keeps_the_shape(self, student, generator):
        """The result has the input's shape."""
        x = torch.randn(3, generator=generator)
        compare(student.double(x).shape == x.shape, True)

    @pytest.mark.check(points=2, needs="keeps_the_shape")
    def test_doubles(self, student, generator):
        """Every element is doubled."""
        x = torch.randn(3, generator=generator)
        compare(student.double(x), 2 * x)

    @pytest.mark.check(points=0.5)
    def test_leaves_its_input_alone(self, student, generator):
        """The input is not changed."""
        x = torch.randn(3, generator=generator)
        compare(student.call("double", x).args[0], x)


@pytest.mark.exercise("broken")
class TestBroken:
    @pytest.mark.check(points=1)
    def test_breaks(self, student):
        """This check is wrong."""
        raise KeyError("the course's mistake")
'''


@pytest.fixture
def grade(tmp_path):
    """Runs the checks of ``double`` on a namespace; gives results by name."""
    file = tmp_path / "test_00_tiny.py"
    file.write_text(CHECKS)

    def run(namespace, exercise="double", seed="s", note=""):
        @contextmanager
        def open_exercise(name):
            yield plugin.Exercise(live.LiveCalls(namespace), note=note)

        checks = plugin.Checks(seed, "00_tiny", open_exercise, [exercise])
        return {result.name: result for result in plugin.run(file, checks)[exercise]}

    return run


def outcomes(results):
    return {name: result.outcome for name, result in results.items()}


def test_a_right_answer_passes_every_check(grade):
    results = grade({"double": lambda x: 2 * x})
    assert outcomes(results) == {"keeps_the_shape": "passed", "doubles": "passed", "leaves_its_input_alone": "passed"}
    assert sum(r.points for r in results.values()) == 3.5
    assert results["doubles"].title == "Every element is doubled."


def test_a_failed_check_costs_its_own_points_only(grade):
    results = grade({"double": lambda x: x + 2})
    assert outcomes(results) == {"keeps_the_shape": "passed", "doubles": "failed", "leaves_its_input_alone": "passed"}
    assert results["doubles"].points == 0
    assert "expected" in results["doubles"].message


def test_what_builds_on_a_failed_check_is_skipped_and_says_why(grade):
    results = grade({"double": lambda x: x[:1]})
    assert outcomes(results) == {"keeps_the_shape": "failed", "doubles": "skipped", "leaves_its_input_alone": "passed"}
    assert "The result has the input's shape" in results["doubles"].message


def test_a_change_of_the_input_is_seen(grade):
    results = grade({"double": lambda x: x.mul_(2)})
    assert outcomes(results)["leaves_its_input_alone"] == "failed"


@pytest.mark.parametrize("namespace", [{}, {"double": 3}], ids=["missing", "not callable"])
def test_a_missing_function_is_said_once_with_the_reason(grade, namespace):
    results = grade(namespace, note="Its cell did not finish.")
    assert outcomes(results) == {"keeps_the_shape": "failed", "doubles": "skipped", "leaves_its_input_alone": "skipped"}
    assert (
        results["keeps_the_shape"].message
        == "`double` does not exist: no cell that ran defines it. Its cell did not finish."
    )


def test_a_stub_is_said_to_be_unwritten(grade):
    def double(x):
        raise NotImplementedError

    results = grade({"double": double})
    assert "is not written yet" in results["keeps_the_shape"].message
    assert outcomes(results)["doubles"] == "skipped"


def test_an_exception_is_named_without_its_text(grade):
    def double(x):
        raise ValueError(f"the hidden input was {x.tolist()}")

    message = grade({"double": double})["keeps_the_shape"].message
    assert "ValueError" in message
    assert "hidden input" not in message


def test_an_exception_type_of_the_students_own_is_not_quoted(grade):
    def double(x):
        raise type(f"Leak{int(x.sum() * 100)}", (Exception,), {})()

    message = grade({"double": double})["keeps_the_shape"].message
    assert "`double` raised Exception" in message
    assert "Leak" not in message


def test_an_exception_type_of_the_students_own_counts_as_what_it_is_made_of(grade):
    class WrongShape(ValueError):
        pass

    def double(x):
        raise WrongShape

    assert "`double` raised ValueError" in grade({"double": double})["keeps_the_shape"].message


def test_a_broken_check_is_an_error_and_not_a_zero(grade):
    results = grade({"double": lambda x: x}, exercise="broken")
    assert outcomes(results) == {"breaks": "error"}
    assert "KeyError" in results["breaks"].message


def test_hidden_inputs_repeat_within_a_course_and_differ_between_courses(grade):
    seen = []

    def double(x):
        seen.append(x.clone())
        return 2 * x

    for seed in ("one", "one", "two"):
        grade({"double": double}, seed=seed)
    first, again, other = (seen[i * 3 : i * 3 + 3] for i in range(3))
    assert all(a.equal(b) for a, b in zip(first, again, strict=True))
    assert not first[0].equal(other[0])
    assert not first[0].equal(first[1])


def test_a_checks_file_that_cannot_be_imported_is_named(tmp_path):
    file = tmp_path / "test_00_tiny.py"
    checks = plugin.Checks("s", "00_tiny", lambda name: pytest.fail("never opened"), ["double"])
    with pytest.raises(CourseError, match="does not exist"):
        plugin.run(file, checks)
    file.write_text("import no_such_module_at_all\n")
    with pytest.raises(CourseError, match=r"test_00_tiny.py.*no_such_module_at_all"):
        plugin.run(file, checks)
    (tmp_path / "[a]").mkdir()
    file = file.rename(tmp_path / "[a]" / file.name)
    with pytest.raises(CourseError, match=r"pytest takes no path that has a \[ in it"):
        plugin.run(file, checks)


def test_run_checks_prints_what_failed_and_gives_the_points(tmp_path, monkeypatch, capsys):
    (tmp_path / "test_00_tiny.py").write_text(CHECKS)
    monkeypatch.setattr(live, "_config", lambda: Config(root=Path(tmp_path), course_id="", seed="s", checks=tmp_path))
    points = live.run_checks("00_tiny", "double", {"double": lambda x: x + 2})
    assert type(points) is float
    assert points == 1.5
    assert "Every element is doubled." in capsys.readouterr().out
    with pytest.raises(CourseError, match="no checks for the exercise `triple`"):
        live.run_checks("00_tiny", "triple", {})
    with pytest.raises(CourseError, match="broke"):
        live.run_checks("00_tiny", "broken", {})
