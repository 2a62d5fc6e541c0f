"""A course whose points can be bounded from a notebook's text alone.

Each right answer holds a long number that no check, no source file in the sandbox and no released cell holds. Where the
number is not in a submission's text any more, no code in it can be right.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from autograder.config import Config
from tests import tiny_course
from tests.small_class import METADATA, cell

ASSIGNMENT = tiny_course.ASSIGNMENT
KEYS = {"first": "73019287", "second": "46810235", "third": "59273816"}
NEEDS = {"first": ("first",), "second": ("first", "second"), "third": ("third",)}
POINTS = {"first": 3.0, "second": 4.0, "third": 2.0}
ANSWERS = {
    "first": f"def first(x):\n    return x * {KEYS['first']}",
    "second": f"def second(x):\n    return first(x) - {KEYS['second']}",
    "third": f"def third(name):\n    return name + '{KEYS['third']}'",
    "why": "Because **it is** so.",
}
CHECKS = f'''\
"""Checks of the course that is fuzzed."""

import pytest
import torch

from autograder.checks.assertions import compare


@pytest.mark.exercise("first")
class TestFirst:
    @pytest.mark.check(points=3)
    def test_multiplies(self, student, generator):
        """Every element is multiplied."""
        x = torch.randint(1, 9, (2, 3), generator=generator)
        compare(student.first(x), x * {KEYS["first"]})


@pytest.mark.exercise("second")
class TestSecond:
    @pytest.mark.check(points=4)
    def test_builds_on_first(self, student, generator):
        """What first gives, less a number."""
        x = torch.randint(1, 9, (4,), generator=generator)
        compare(student.second(x), x * {KEYS["first"]} - {KEYS["second"]})


@pytest.mark.exercise("third")
class TestThird:
    @pytest.mark.check(points=2)
    def test_appends(self, student):
        """The number follows the name."""
        compare(student.third("ada"), "ada{KEYS["third"]}")
'''


def _cells() -> list[dict[str, Any]]:
    cells = [cell("markdown", "# Fuzzed", "title"), cell("code", "import torch", "imports")]
    for name, points in POINTS.items():
        text = "### BEGIN SOLUTION\n" + ANSWERS[name] + "\n### END SOLUTION"
        hidden = f"### BEGIN HIDDEN TESTS\nrun_checks({name!r})\n### END HIDDEN TESTS"
        cells.append(cell("code", text, name, solution=True))
        cells.append(cell("code", f"assert callable({name})\n{hidden}", f"test_{name}", points))
    cells.append(cell("markdown", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", "why", 1, solution=True))
    return cells


def make_course(root: Path) -> Config:
    limits = "[tool.autograder.limits]\ncell_s = 20\ncheck_s = 20\nmemory_bytes = 268435456\nprocesses = 32\n"
    return tiny_course.make_course(root, _cells(), CHECKS, limits)


def submission() -> dict[str, Any]:
    """A submission with full marks, with outputs, an attachment and a cell of the student's own."""
    cells = _cells()
    for own in cells:
        name = own["metadata"]["nbgrader"]["grade_id"]
        own["source"] = ANSWERS.get(name, own["source"].split("\n### BEGIN HIDDEN")[0])
        if own["cell_type"] == "code":
            own["execution_count"] = 1
            own["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}]
    cells[-1]["attachments"] = {"x.png": {"image/png": "iVBORw0KGgo="}}
    own = {"cell_type": "code", "id": "mine", "metadata": {}, "source": ["look = 1\n", "look"], "outputs": []}
    cells.insert(2, {**own, "execution_count": None})
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def bound(texts: list[str]) -> dict[str, float]:
    """The most points that each exercise can deserve: none when a number that it needs is in no text.

    Digits are looked for without what may stand between them in Python: underscores, quotes, escaped line ends.
    """
    digits = [re.sub(r"\W|_", "", text) for text in texts]
    present = {name for name, key in KEYS.items() if any(key in text for text in digits)}
    return {name: points if set(NEEDS[name]) <= present else 0.0 for name, points in POINTS.items()}
