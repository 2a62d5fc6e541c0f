"""A verdict as the outputs of a grade cell, so that every tool that reads a notebook agrees with it.

nbgrader's ``determine_grade`` walks a cell's outputs in order: an error or anything on stderr means 0 points, the first
``execute_result`` is read as a number, and a cell without either has full marks. So every grade cell gets exactly one
``execute_result``, or an error where there is no score.

Source: ``nbgrader.utils.determine_grade``, nbgrader 0.9.
"""

from __future__ import annotations

import html
from typing import Any

from autograder.results import CheckResult, ExerciseResult, Outcome

VERDICTS: dict[Outcome, str] = {
    "passed": "Passed",
    "failed": "Not passed",
    "timeout": "Not passed: out of time",
    "crashed": "Not passed: the process ended",
    "memory": "Not passed: out of memory",
    "skipped": "Skipped",
    "error": "Could not be checked",
}
"""What became of a check, in a student's words."""

UNGRADED = "This exercise could not be graded, through no fault of yours. Your teachers have been told."

_INERT = ("text/plain", "image/png", "image/jpeg", "image/svg+xml")


def grade_cell_outputs(exercise: ExerciseResult) -> list[dict[str, Any]]:
    """What a grade cell shows: what each check found, then the score as ``determine_grade`` reads it.

    Args:
        exercise: its verdict. For a manually graded one there is nothing to show.

    Returns:
        outputs in nbformat 4's form: a ``display_data`` with the checks, where there are any, then either one
        ``execute_result`` that is the score or, for an exercise that could not be graded, an ``error``.
    """
    if exercise.manual:
        return []
    outputs: list[dict[str, Any]] = []
    if exercise.checks:
        data = {"text/html": _as_html(exercise.checks), "text/plain": _as_text(exercise.checks)}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    if exercise.score is None:
        outputs.append({"output_type": "error", "ename": "Ungraded", "evalue": UNGRADED, "traceback": [UNGRADED]})
    else:
        score = float(min(exercise.score, exercise.max_score))  # a sum of floats can exceed the maximum by a rounding
        data = {"text/plain": repr(score)}
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None})
    return outputs


def inert(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A student's outputs without what a browser would run: of each rich output, text and images are kept."""
    kept = []
    for output in outputs:
        if "data" in output:
            data = {mime: value for mime, value in output["data"].items() if mime in _INERT}
            if data:
                kept.append({**output, "data": data, "metadata": {}})
        else:
            kept.append(output)
    return kept


def _as_text(checks: tuple[CheckResult, ...]) -> str:
    return "\n".join("\n  ".join(_sentences(check)) for check in checks)


def _as_html(checks: tuple[CheckResult, ...]) -> str:
    """Lists alone: the formgrader's sanitiser knows little else."""
    items = []
    for check in checks:
        first, *rest = (html.escape(sentence) for sentence in _sentences(check))
        items.append(first + (_list(rest) if rest else ""))
    return _list(items)


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _sentences(check: CheckResult) -> list[str]:
    first = f"{VERDICTS[check.outcome]} ({check.points:g} of {check.max_points:g}): {check.title}"
    return [first, *filter(None, (check.message, check.hint and f"Hint: {check.hint}"))]
