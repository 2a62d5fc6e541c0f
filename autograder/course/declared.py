"""What a checks file declares, read without running it: exercises, checks, points.

A release is judged before any check runs, and this layer must not load the checks.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from autograder.errors import CourseError


class DeclaredCheck(NamedTuple):
    """One check as it is written down; ``needs`` names the checks it builds on."""

    exercise: str
    name: str
    points: float
    needs: tuple[str, ...]
    docstring: str
    line: int


def checks_of(file: Path) -> tuple[DeclaredCheck, ...]:
    """The checks of ``file``, in its order.

    Raises:
        CourseError: it is missing, is not Python, or declares something that makes no sense; the line is named.
    """
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError:
        raise CourseError(f"{file} does not exist.", "Write the assignment's checks there.") from None
    except (SyntaxError, UnicodeDecodeError) as error:
        raise CourseError(f"{file} is not Python: {error}.", "Correct that line.") from None
    return tuple(_checks(file, tree))


def _checks(file: Path, tree: ast.Module) -> Iterator[DeclaredCheck]:
    names: dict[str, set[str]] = defaultdict(set)  # by exercise
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            raise CourseError(f"{file}:{node.lineno}: {node.name} belongs to no exercise.", _EXERCISE)
        if not isinstance(node, ast.ClassDef):
            continue
        marker = _marker(node.decorator_list, "exercise")
        tests = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
        if marker is None:
            if tests:
                raise CourseError(f"{file}:{node.lineno}: {node.name} names no exercise.", _EXERCISE)
            continue
        if len(marker.args) != 1 or not isinstance(_literal(marker.args[0]), str):
            raise CourseError(f"{file}:{node.lineno}: {node.name} names no exercise.", _EXERCISE)
        exercise = str(_literal(marker.args[0]))
        for test in tests:
            check = _check(file, exercise, test)
            unknown = [need for need in check.needs if need not in names[exercise]]
            if unknown:
                raise CourseError(
                    f"{file}:{test.lineno}: {test.name} needs `{unknown[0]}`, no earlier check of `{exercise}`.",
                    "Name a check that stands above it, without test_.",
                )
            if check.name in names[exercise]:
                raise CourseError(f"{file}:{test.lineno}: `{exercise}` has two {test.name}.", "Rename one of them.")
            names[exercise].add(check.name)
            yield check


def _check(file: Path, exercise: str, test: ast.FunctionDef) -> DeclaredCheck:
    marker = _marker(test.decorator_list, "check")
    where = f"{file}:{test.lineno}: {test.name}"
    options = {} if marker is None else {k.arg: _literal(k.value) for k in marker.keywords}
    if not options.keys() <= {"points", "needs"}:
        unknown = ", ".join(sorted(map(str, options.keys() - {"points", "needs"})))
        raise CourseError(f"{where} is marked with {unknown}.", "A check has points and needs, nothing else.")
    points = options.get("points")
    if not isinstance(points, int | float) or isinstance(points, bool) or points < 0:
        raise CourseError(f"{where} is worth no points.", "Mark it with @pytest.mark.check(points=1).")
    docstring = ast.get_docstring(test)
    if not docstring:
        raise CourseError(f"{where} has no docstring.", "Write the sentence that a student reads.")
    needs = options.get("needs", ())
    needs = (needs,) if isinstance(needs, str) else needs
    if not isinstance(needs, tuple | list) or not all(isinstance(need, str) for need in needs):
        raise CourseError(f"{where} does not name what it needs.", 'Write needs="other_check", or a tuple of names.')
    return DeclaredCheck(exercise, test.name.removeprefix("test_"), float(points), tuple(needs), docstring, test.lineno)


_EXERCISE = 'Mark the class with @pytest.mark.exercise("name").'


def _marker(decorators: list[ast.expr], name: str) -> ast.Call | None:
    for decorator in decorators:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == f"pytest.mark.{name}":
            return decorator
    return None


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
