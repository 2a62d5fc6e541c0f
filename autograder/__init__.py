"""Graded Descent: an auto-graded introduction to deep learning.

The public API is this module's ``__all__``. Names load on first use, so that a process which only needs ``errors`` or
``wire``, as the one that runs student code, never imports the checks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.api import grade, grade_notebook
    from autograder.results import CheckResult, ExerciseResult, Flag, SubmissionResult

__all__ = ["CheckResult", "ExerciseResult", "Flag", "SubmissionResult", "grade", "grade_notebook"]

_HOME = {
    "grade": "autograder.grading.api",
    "grade_notebook": "autograder.grading.api",
    "CheckResult": "autograder.results",
    "ExerciseResult": "autograder.results",
    "Flag": "autograder.results",
    "SubmissionResult": "autograder.results",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
