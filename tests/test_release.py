"""A release is made by nbgrader, comes out the same every time, and is refused when it is not fit for students."""

from __future__ import annotations

import copy
import json
import os

import nbformat
import pytest

from autograder.course.declared import checks_of
from autograder.course.notebook import read_source, read_submission
from autograder.course.release import release
from autograder.course.restore import released_text, restore
from autograder.errors import CourseError
from autograder.instructor import regenerate
from autograder.results import CheckResult, ExerciseResult, SubmissionResult
from tests import tiny_course
from tests.small_class import cell


def released(config, check=False):
    return regenerate(config, ["00_tiny"], check=check, progress=lambda line: None)


def notebook(config, step):
    return json.loads((getattr(config, step) / "00_tiny" / "00_tiny.ipynb").read_text())


def files(config):
    return {
        p: p.read_bytes() for step in ("release", "solutions") for p in (config.root / step).rglob("*") if p.is_file()
    }


@pytest.fixture
def course(tmp_path):
    return tiny_course.make_course(tmp_path / "course")


def test_students_get_stubs_and_teachers_get_outputs(course):
    released(course)
    for_students, worked = notebook(course, "release"), notebook(course, "solutions")
    for made in (for_students, worked):
        nbformat.validate(nbformat.from_dict(made))
        assert "run_checks" not in json.dumps(made)
        assert "SOLUTION" not in json.dumps(made)
    assert for_students["cells"][2]["source"].endswith("# YOUR CODE HERE\n    raise NotImplementedError()")
    assert not any(c.get("outputs") for c in for_students["cells"])
    assert "twice_as_much = x + x" in worked["cells"][2]["source"]
    assert [c["execution_count"] for c in worked["cells"] if c["cell_type"] == "code"] == [1, 2, 3]
    for step in ("release", "solutions"):
        assert (course.root / step / "00_tiny" / "beside.py").read_text() == "VALUE = 1\n"


@pytest.mark.parametrize("name", ["old.ipynb", "00_tiny.ipynb~", "backup/00_tiny.py", "notes.md"])
def test_a_copy_of_the_source_is_not_released(course, name):
    path = course.source / "00_tiny" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(course.source_notebook("00_tiny").read_text() if name != "old.ipynb" else "{}")
    with pytest.raises(CourseError, match="would be released as it is") as caught:
        released(course)
    assert str(path) in caught.value.message
    assert files(course) == {}


@pytest.mark.parametrize("name", ["loop", "pipe"])
def test_what_is_no_file_is_named(course, name):
    path = course.source / "00_tiny" / name
    if name == "loop":
        path.symlink_to(name)
    else:
        os.mkfifo(path)
    with pytest.raises(CourseError, match="source/00_tiny cannot be copied: .*" + name):
        released(course)


@pytest.mark.parametrize("line", ["### begin solution", "# End Solution", "### BEGIN HIDDEN TEST", "### END_SOLUTION"])
def test_a_marker_that_nbgrader_does_not_know_is_named(tmp_path, line):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[2]["source"] = f"{line}\n{cells[2]['source']}"
    with pytest.raises(CourseError) as caught:
        released(tiny_course.make_course(tmp_path, cells))
    assert f"cell 3 (`double`) has the line `{line}`, which nbgrader does not know" in caught.value.message


@pytest.mark.parametrize("change", [{"metadata": []}, {"metadata": {"nbgrader": [1]}}])
def test_metadata_that_is_none_is_named(tmp_path, change):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[2].update(change)
    with pytest.raises(CourseError, match="cell 3 has metadata that is no object"):
        released(tiny_course.make_course(tmp_path, cells))


def test_points_that_are_no_number_are_named(tmp_path):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[3]["metadata"]["nbgrader"]["points"] = float("nan")
    with pytest.raises(CourseError, match=r"cell 4 \(`test_double`\) has points that are no number"):
        released(tiny_course.make_course(tmp_path, cells))


def test_releasing_twice_changes_no_byte_and_leaves_no_drift(course):
    released(course)
    once = files(course)
    assert released(course) == []
    assert files(course) == once
    assert released(course, check=True) == []


def test_check_lists_what_drifted_and_changes_nothing(course):
    released(course)
    release = course.release / "00_tiny"
    (release / "00_tiny.ipynb").write_text((release / "00_tiny.ipynb").read_text().replace("Tiny", "Tinier"))
    (release / "beside.py").unlink()
    (release / "left_over.txt").write_text("")
    before = files(course)
    drift = released(course, check=True)
    assert drift == [
        "release/00_tiny/00_tiny.ipynb: differs from what source/ makes",
        "release/00_tiny/beside.py: missing",
        "release/00_tiny/left_over.txt: nothing in source/ makes this file",
    ]
    assert files(course) == before
    released(course)
    assert released(course, check=True) == []
    assert not (release / "left_over.txt").exists()


def changed(name, **changes):
    cells = copy.deepcopy(tiny_course.CELLS)
    target = next(c for c in cells if c["metadata"]["nbgrader"]["grade_id"] == name)
    target["metadata"]["nbgrader"] |= {k: v for k, v in changes.items() if k != "source"}
    target["source"] = changes.get("source", target["source"])
    return cells


UNFIT = {
    "solution left": (
        [*tiny_course.CELLS, cell("code", "    twice_as_much = x + x", "extra")],
        tiny_course.CHECKS,
        r"cell 6 \(`extra`\) of the release would hold `twice_as_much = x \+ x`",
    ),
    "hidden test left": (
        [*tiny_course.CELLS, cell("code", 'run_checks("00_tiny", "double", globals())', "extra")],
        tiny_course.CHECKS,
        r"cell 6 \(`extra`\) of the release would hold `run_checks\(`",
    ),
    "worked solution wrong": (
        changed("double", source=tiny_course.SOLUTION.replace("x + x", "x * x")),
        tiny_course.CHECKS,
        r"the worked solution of `double` scores 1 of 3: doubles",
    ),
    "stub right": (
        changed("double", source=tiny_course.SOLUTION.replace("    ### BEGIN", "    return x + x\n    ### BEGIN")),
        tiny_course.CHECKS,
        r"the untouched release scores 3 points on `double`: keeps_the_shape, doubles",
    ),
    "points differ": (
        changed("test_double", points=4),
        tiny_course.CHECKS,
        r"cell 4 \(`test_double`\) is worth 4 points, but its checks add up to 3",
    ),
    "no points": (changed("test_double", points=0), tiny_course.CHECKS, r"cell 4 \(`test_double`\) is worth 0 points"),
    "grade_id twice": (
        [*tiny_course.CELLS, tiny_course.CELLS[2]],
        tiny_course.CHECKS,
        r"cell 6 has the grade_id `double` of cell 3",
    ),
    "check of nothing": (
        tiny_course.CELLS,
        tiny_course.CHECKS + tiny_course.CHECKS.replace('"double"', '"triple"').replace("TestDouble", "TestTriple"),
        r"test_00_tiny.py:\d+: the check keeps_the_shape is for `triple`, which does not exist",
    ),
    "no checks": (
        tiny_course.CELLS,
        tiny_course.CHECKS.split("@pytest.mark.exercise")[0],
        r"cell 4 \(`test_double`\) has no checks",
    ),
    "no solution cell": (
        changed("double", grade_id="duplicate"),
        tiny_course.CHECKS,
        r"cell 4 \(`test_double`\) has no solution cell",
    ),
    "checks not run": (
        changed("test_double", source=tiny_course.GRADE.replace('"double", globals', '"treble", globals')),
        tiny_course.CHECKS,
        r"cell 4 \(`test_double`\) does not run its checks",
    ),
    "checks not run, but in a comment": (
        changed("test_double", source=tiny_course.GRADE.replace("run_checks(", "# run_checks(")),
        tiny_course.CHECKS,
        r"cell 4 \(`test_double`\) does not run its checks",
    ),
    "points not last": (
        changed("test_double", source=tiny_course.GRADE.replace("globals())", "globals())\ndone = True")),
        tiny_course.CHECKS,
        r"cell 4 \(`test_double`\) does not run its checks",
    ),
    "cell fails": (
        changed("imports", source="import torch\nimport besides"),
        tiny_course.CHECKS,
        r"cell 2 \(`imports`\) ended with error at line 2: No module named 'besides'",
    ),
    "unbalanced markers": (
        changed("double", source=tiny_course.SOLUTION.replace("### END SOLUTION", "")),
        tiny_course.CHECKS,
        r"cell 3 \(`double`\) has BEGIN SOLUTION and END SOLUTION lines that do not pair up",
    ),
    "solution elsewhere": (
        changed("imports", source=tiny_course.SOLUTION),
        tiny_course.CHECKS,
        r"cell 2 \(`imports`\) is not a cell that may hold a SOLUTION region",
    ),
    "mark scheme": (
        changed("why", source="### BEGIN MARK SCHEME\nOne point.\n### END MARK SCHEME"),
        tiny_course.CHECKS,
        r"cell 5 \(`why`\) is not a cell that may hold a MARK SCHEME region",
    ),
    "solution without markers left": (
        [
            *changed("double", source="def double(x):\n    return x + x  # in full"),
            cell("markdown", "    return x + x  # in full", "extra"),
        ],
        tiny_course.CHECKS,
        r"cell 6 \(`extra`\) of the release would hold `return x \+ x  # in full`",
    ),
    "task cell": (changed("title", task=True), tiny_course.CHECKS, r"cell 1 \(`title`\) is a task cell"),
    "no cell id": (
        [{**c, "id": ""} for c in tiny_course.CELLS],
        tiny_course.CHECKS,
        r"cell 1 \(`title`\) has no cell id of its own",
    ),
    "cell id twice": (
        [{**c, "id": "same"} for c in tiny_course.CELLS],
        tiny_course.CHECKS,
        r"cell 2 \(`imports`\) has no cell id of its own",
    ),
    "attachment": (
        [{**tiny_course.CELLS[0], "attachments": {"a.png": {"image/png": ""}}}, *tiny_course.CELLS[1:]],
        tiny_course.CHECKS,
        r"cell 1 \(`title`\) has a picture attached",
    ),
    "two exercises of one name": (
        [*changed("double", grade=True, points=1), cell("code", tiny_course.GRADE, "test_triple", 3)],
        tiny_course.CHECKS,
        r"cell 4 \(`test_double`\) is a second exercise `double`",
    ),
    "checks without a docstring": (
        tiny_course.CELLS,
        tiny_course.CHECKS.replace('        """Every element is doubled."""\n', ""),
        r"test_00_tiny.py:\d+: test_doubles has no docstring",
    ),
    "checks without points": (
        tiny_course.CELLS,
        tiny_course.CHECKS.replace("check(points=1)", "check()"),
        r"test_00_tiny.py:\d+: test_keeps_the_shape is worth no points",
    ),
    "needs of nothing": (
        tiny_course.CELLS,
        tiny_course.CHECKS.replace('needs="keeps_the_shape"', 'needs="keeps_it"'),
        r"test_00_tiny.py:\d+: test_doubles needs `keeps_it`",
    ),
    "needs that are no name": (
        tiny_course.CELLS,
        tiny_course.CHECKS.replace('needs="keeps_the_shape"', "needs=[NAME]"),
        r"test_00_tiny.py:\d+: test_doubles does not name what it needs",
    ),
    "misspelt option": (
        tiny_course.CELLS,
        tiny_course.CHECKS.replace("needs=", "need="),
        r"test_00_tiny.py:\d+: test_doubles is marked with need",
    ),
    "check of no exercise": (
        tiny_course.CELLS,
        tiny_course.CHECKS + '\n\ndef test_alone(student):\n    """Never run."""\n',
        r"test_00_tiny.py:\d+: test_alone belongs to no exercise",
    ),
    "check twice": (
        tiny_course.CELLS,
        tiny_course.CHECKS + '\n    @pytest.mark.check(points=1)\n    def test_doubles(self):\n        """Again."""\n',
        r"test_00_tiny.py:\d+: `double` has two test_doubles",
    ),
    "checks that are no Python": (tiny_course.CELLS, "def (", r"test_00_tiny.py is not Python"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_is_not_fit_for_students_is_refused(tmp_path, case):
    cells, checks, says = UNFIT[case]
    config = tiny_course.make_course(tmp_path / "course", cells, checks)
    with pytest.raises(CourseError, match=says) as refusal:
        released(config)
    assert refusal.value.fix
    assert not config.release.exists()


def graded(path, outcome="passed", problem=None):
    """What grading gives: everything to the worked solution, nothing to the stub."""
    points = 0.0 if "NotImplementedError" in path.read_text() else 3.0
    verdict = CheckResult(name="doubles", title="It doubles.", outcome=outcome, points=points, max_points=3.0)
    exercise = ExerciseResult(name="double", score=points, max_score=3.0, checks=(verdict,))
    return SubmissionResult(
        assignment="00_tiny", student=None, score=points, max_score=4.0, exercises=(exercise,), problem=problem
    )


def drawn(payload, kind="image/png"):
    output = {"output_type": "display_data", "data": {kind: payload, "text/plain": "<Figure>"}, "metadata": {}}
    return lambda notebook, files: {1: [output]}


@pytest.mark.parametrize(
    ("fault", "says"), [({"problem": "it is too large"}, "cannot be graded: it is too large"),
                        ({"outcome": "error"}, "the check doubles of `double` is broken")],
)  # fmt: skip
def test_a_source_that_could_not_be_judged_is_not_released(course, fault, says):
    with pytest.raises(CourseError, match=says):
        release(course, "00_tiny", check=False, grade=lambda path: graded(path, **fault), run=drawn(""))
    assert not course.release.exists()


def test_check_minds_whether_there_is_a_picture_but_not_its_bytes(course):
    release(course, "00_tiny", check=False, grade=graded, run=drawn("one"))
    differs = ["solutions/00_tiny/00_tiny.ipynb: differs from what source/ makes"]
    assert release(course, "00_tiny", check=True, grade=graded, run=drawn("other")) == []
    assert release(course, "00_tiny", check=True, grade=graded, run=drawn("one", "image/svg+xml")) == differs
    assert release(course, "00_tiny", check=True, grade=graded, run=lambda notebook, files: {}) == differs


def test_an_untouched_release_is_restored_without_flags(course):
    release(course, "00_tiny", check=False, grade=graded, run=drawn(""))
    source = read_source(course.source_notebook("00_tiny"))
    untouched = read_submission(course.release / "00_tiny" / "00_tiny.ipynb")[1]
    assert [released_text(c) for c in source.cells] == [c.source for c in untouched.cells]
    assert restore(source, untouched).flags == ()


def test_checks_are_read_without_being_run(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text(tiny_course.CHECKS + "\nraise SystemExit\n")
    first, second = checks_of(file)
    assert (first.exercise, first.name, first.points, first.needs) == ("double", "keeps_the_shape", 1.0, ())
    assert (second.name, second.points, second.needs) == ("doubles", 2.0, ("keeps_the_shape",))
    assert second.docstring == "Every element is doubled."
