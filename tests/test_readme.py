"""What the README shows is true: its example of a new exercise is built, released and verified."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from autograder import config as configuration
from autograder.course.notebook import to_json
from autograder.grading import engine
from autograder.grading.executors import Serial
from autograder.grading.verify import known_answers, verify_answers
from autograder.instructor import regenerate
from tests.scratch import ROOT
from tests.small_class import METADATA, cell

README = (ROOT / "README.md").read_text()
EXAMPLE = dict(re.findall(r"<!-- example: ([\w ]+) -->\n```\w*\n(.*?)```", README, re.DOTALL))


@pytest.fixture
def course(tmp_path):
    cells = [
        cell("code", "import torch", "imports"),
        cell("code", EXAMPLE["solution"].rstrip(), "relu", solution=True),
        cell("code", EXAMPLE["grade"].rstrip(), "test_relu", 3),
    ]
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    for name, content in {
        "pyproject.toml": b'[tool.autograder]\ncourse_id = "example"\nseed = "example"\nchecks = "checks"\n',
        "checks/test_00_example.py": EXAMPLE["checks"].encode(),
        "source/00_example/00_example.ipynb": to_json(notebook),
        "tests/answers/00_example/relu/wrong/absolute_instead.py": EXAMPLE["wrong"].encode(),
        "tests/answers/00_example/relu/right/torch_relu.py": b"def relu(z):\n    return torch.relu(z)\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return configuration.load(tmp_path)


def test_the_example_of_a_new_exercise_can_be_released_and_verified(course):
    regenerate(course, ["00_example"], check=False, progress=lambda line: None)
    assert (course.release / "00_example" / "00_example.ipynb").is_file()
    engine.start(course, ["00_example"])
    answers = known_answers(course, "00_example")
    faults = [verdict.fault for verdict in verify_answers(course, answers, Serial())]
    assert faults == ["", ""]


def test_the_example_of_the_accelerator_prints_what_is_shown(tmp_path):
    program = tmp_path / "example.py"
    program.write_text(EXAMPLE["accelerator"])
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    assert ended.stdout == EXAMPLE["accelerator prints"], ended.stderr


def test_the_tables_columns_line_up():
    for table in re.findall(r"(?:^\|.*\|\n)+", README, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1, table


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_link_leads_somewhere(link):
    assert link.startswith("https://") or (ROOT / link).exists()
