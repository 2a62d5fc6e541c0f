"""The smallest whole course: one assignment with one exercise and one question, its checks and its known answers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from autograder.config import Config, load
from autograder.course.notebook import to_json
from tests.scratch import ROOT
from tests.small_class import METADATA, cell

ASSIGNMENT = "00_tiny"
SOLUTION = """\
def double(x):
    \"\"\"Twice x, a tensor of any shape.\"\"\"
    ### BEGIN SOLUTION
    twice_as_much = x + x
    return twice_as_much
    ### END SOLUTION"""
GRADE = """\
assert double(torch.tensor([1.0])).shape == (1,), "the shape of x is kept"
### BEGIN HIDDEN TESTS
from autograder.checks.live import run_checks

run_checks("00_tiny", "double", globals())
### END HIDDEN TESTS"""
CHECKS = '''\
"""Checks of 00_tiny."""

import pytest
import torch

from autograder.checks.assertions import compare


@pytest.mark.exercise("double")
class TestDouble:
    @pytest.mark.check(points=1)
    def test_keeps_the_shape(self, student, generator):
        """The answer has the shape of x."""
        x = torch.randn(2, 3, generator=generator)
        compare(torch.zeros(student.double(x).shape), torch.zeros(2, 3))

    @pytest.mark.check(points=2, needs="keeps_the_shape")
    def test_doubles(self, student, generator):
        """Every element is doubled."""
        x = torch.randn(2, 3, generator=generator)
        compare(student.double(x), 2 * x, rivals={"sign_error": -2 * x})
'''
CELLS: list[dict[str, Any]] = [
    cell("markdown", "# Tiny", "title"),
    cell("code", "import torch\nimport beside", "imports"),
    cell("code", SOLUTION, "double", solution=True),
    cell("code", GRADE, "test_double", 3),
    cell("markdown", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", "why", 1, solution=True),
]
ANSWERS = {
    "right/times_two.py": "def double(x):\n    return 2 * x\n",
    "wrong/sign_error.py": "def double(x):\n    return -2 * x\n",
}


def make_course(
    root: Path, cells: list[dict[str, Any]] | None = None, checks: str = CHECKS, settings: str = ""
) -> Config:
    """Write the course's sources; nothing is released yet."""
    for name, content in (
        ("pyproject.toml", f'[tool.autograder]\ncourse_id = "tiny"\nseed = "tiny"\nchecks = "checks"\n{settings}'),
        (f"checks/test_{ASSIGNMENT}.py", checks),
        (f"source/{ASSIGNMENT}/beside.py", "VALUE = 1\n"),
        *((f"tests/answers/{ASSIGNMENT}/double/{name}", text) for name, text in ANSWERS.items()),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    notebook = {"cells": CELLS if cells is None else cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    (root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_bytes(to_json(notebook))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return load(root)


def handed_in(text: str, **changes: dict[str, Any]) -> dict[str, Any]:
    """A submission with ``text`` for ``double``; ``changes`` by grade_id update its cells."""
    cells = [dict(c) for c in CELLS]
    for own in cells:
        name = own["metadata"]["nbgrader"]["grade_id"]
        if name == "double":
            own["source"] = text
        own.update(changes.get(name, {}))
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
