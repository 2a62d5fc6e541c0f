"""What a check calls ``student``: the notebook's functions, answering with plain values only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograder.sandbox import session
from autograder.sandbox.session import Answer, Calls


class Student:
    """A student's notebook, as a check sees it.

    ``student.mse(pred, target)`` calls the notebook's function ``mse`` and gives a copy of its result made of exact
    plain values: None, bool, int, float, str, bytes, list, tuple, dict, or a plain CPU tensor. Arguments are the same.
    Whatever else happens is raised as a :class:`~autograder.errors.StudentFault`.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def function(*args: object, **kwargs: object) -> Any:
            return session.call(self._calls, name, args, kwargs).value

        return function

    def call(self, name: str, *args: object, **kwargs: object) -> Answer:
        """Like ``student.name(...)``, with the arguments as they are after the call and the warnings it gave."""
        return session.call(self._calls, name, args, kwargs, return_args=True)

    def value(self, name: str) -> Any:
        """The plain value of a global of the notebook."""
        return session.read(self._calls, name).value

    def probe(self, probe_name: str, *args: object, **kwargs: object) -> Any:
        """The result of a probe of ``autograder.student.probes``; its first argument names the function."""
        return session.probe(self._calls, probe_name, args, kwargs).value

    @contextmanager
    def apart(self, world: str = "cpu") -> Iterator[Student]:
        """The same notebook in a process of its own, gone afterwards with whatever calls did to it.

        Args:
            world: ``cpu``, or ``accelerator`` for calls that are going to use one.
        """
        with self._calls.apart(world) as calls:
            yield Student(calls)

    def line_of(self, cell: int, line: int) -> tuple[int, str]:
        """A line of a cell as a student counts it, and its text; (0, "") where it is not known."""
        return self._calls.line_of(cell, line)
