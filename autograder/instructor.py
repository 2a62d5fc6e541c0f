"""What an instructor's ``autograder release`` does: the course layer's release, with graders to judge it by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autograder.config import Config
from autograder.course.release import release
from autograder.grading import engine
from autograder.results import SubmissionResult
