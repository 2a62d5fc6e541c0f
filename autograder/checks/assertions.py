"""Comparisons that explain: what was answered, what was expected, and the likely cause.

The likely cause is found with *rivals*: what each known mistake would have answered to the same hidden input.
Distractors that diagnose are old in testing; here they are computed instead of written down.
Only messages made here, or by a check's author, ever reach a student.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, NamedTuple

import torch

from autograder.checks.misconceptions import CATALOGUE
from autograder.checks.student import Student
from autograder.errors import CourseError, StudentFault, StudentRaised
from autograder.wire import printable

LIKE_EXPECTED: Literal["like expected"] = "like expected"


class _Rules(NamedTuple):
    """How closely two values must agree: see :func:`compare`."""

    rtol: float | None
    atol: float | None
    dtype: torch.dtype | Literal["like expected"] | None

    def tolerances(self, dtype: torch.dtype) -> tuple[float, float]:
        """(rtol, atol) for values of ``dtype``."""
        if dtype in (torch.float64, torch.complex128):
            rtol, atol = 1e-6, 1e-9
        elif dtype in (torch.float16, torch.bfloat16):
            rtol, atol = 1e-2, 1e-2
        else:
            rtol, atol = 1e-5, 1e-6
        return (rtol if self.rtol is None else self.rtol), (atol if self.atol is None else self.atol)


class CheckFailed(Exception):
    """A check's verdict that the answer is wrong.

    Args:
        message: what a student reads.
        misconception: key of the catalogue, where the mistake is a known one.
    """

    def __init__(self, message: str, misconception: str | None = None) -> None:
        if misconception is not None and misconception not in CATALOGUE:
            raise CourseError(
                f"The misconception `{misconception}` is not in the catalogue.",
                "Add it to a file in autograder/checks/catalogue.",
            )
        super().__init__(message)
        self.message = message
        self.misconception = misconception


def expect(condition: bool, message: str, misconception: str | None = None) -> None:
    """Fails with ``message`` unless ``condition`` holds."""
    if condition is not True and condition is not False:
        raise TypeError(f"expect() needs a plain bool, not {type(condition).__name__}")
    if not condition:
        raise CheckFailed(_joined(message, misconception) if misconception else message, misconception)


@contextmanager
def blame(
    misconception: str, fault: type[StudentFault] = StudentRaised, type_names: tuple[str, ...] = ()
) -> Iterator[None]:
    """Reports a fault raised inside under a known mistake.

    Args:
        fault: which fault; others pass through.
        type_names: for StudentRaised, the exception types that count; empty for all.
    """
    try:
        yield
    except fault as error:
        if type_names and getattr(error, "type_name", None) not in type_names:
            raise
        raise CheckFailed(_joined(str(error), misconception), misconception) from None


def compare(
    got: object,
    expected: object,
    *,
    rivals: Mapping[str, object] | None = None,
    what: str = "the answer",
    rtol: float | None = None,
    atol: float | None = None,
    dtype: torch.dtype | Literal["like expected"] | None = LIKE_EXPECTED,
) -> None:
    """Fails unless ``got`` is ``expected``: type first, then shape, dtype, finiteness and values.

    Args:
        got: a plain value, as a call gives it.
        expected: from an independent oracle; a tensor, bool, int, float, str, None, or a list, tuple or dict of these.
        rivals: misconception key to what that mistake would have answered, or to a function that computes it, which is
            called for a wrong answer only. A rival that equals ``expected`` on this input tells nothing and is passed
            over.
        what: the answer's name in the message, as the start of a sentence.
        rtol, atol: relative and absolute tolerance; by default those of the dtype: 1e-5 and 1e-6 for float32,
            1e-6 and 1e-9 for float64, 1e-2 for 16-bit floats. Plain floats are compared like float32.
        dtype: dtype wanted of a tensor; expected's by default, None for any floating one.
    """
    rules = _Rules(rtol, atol, dtype)
    difference = _difference(got, expected, rules)
    if difference is None:
        return
    start = what[:1].upper() + what[1:]
    for key, given in (rivals or {}).items():
        rival = given() if callable(given) else given
        if _same(got, rival, rules) and not _same(expected, rival, rules):
            raise CheckFailed(_joined(f"{start} {difference}.", key), key)
    raise CheckFailed(f"{start} {difference}.")


def expect_untouched(student: Student, name: str, *args: torch.Tensor) -> None:
    """Fails unless ``name`` leaves the tensors that it is given as they were, whichever floating dtype they have."""
    for dtype in (
        torch.float32,
        torch.float64,
    ):  # .float() and .double() copy but one of them
        given = [t.to(dtype) if t.is_floating_point() else t for t in args]
        for before, after in zip(given, student.call(name, *given).args, strict=True):
            same = isinstance(after, torch.Tensor) and after.dtype == before.dtype and after.equal(before)
            expect(same, f"`{name}` changed the values of a tensor that it was given.", "mutates_input")


def _joined(message: str, key: str) -> str:
    known = CATALOGUE.get(key)
    return f"{message} {known.explanation}" if known else message


def _same(got: object, rival: object, rules: _Rules) -> bool:
    """Whether an answer is a rival's; a number and a tensor of shape () count as alike, and nan as equal to nan."""
    a, b = _as_tensor(got), _as_tensor(rival)
    if a is None or b is None:
        return _same_plain(got, rival, rules)
    if a.shape != b.shape:
        return False
    rtol, atol = rules.tolerances(a.dtype)
    common = torch.complex128 if a.is_complex() or b.is_complex() else torch.float64
    return torch.allclose(a.to(common), b.to(common), rtol=rtol, atol=atol, equal_nan=True)


def _same_plain(got: object, rival: object, rules: _Rules) -> bool:
    """:func:`_same` for what is no tensor, though there may be some in it: tensors have no plain ``==``."""
    if type(got) is not type(rival):
        return False
    if isinstance(got, list | tuple) and isinstance(rival, list | tuple):
        return len(got) == len(rival) and all(_same(a, b, rules) for a, b in zip(got, rival, strict=True))
    if isinstance(got, dict) and isinstance(rival, dict):
        return got.keys() == rival.keys() and all(_same(got[key], rival[key], rules) for key in got)
    return got == rival


def _as_tensor(value: object) -> torch.Tensor | None:
    if isinstance(value, torch.Tensor):
        return value
    if type(value) in (bool, int, float):
        return torch.tensor(value, dtype=torch.float64)
    return None


def _difference(got: object, expected: object, rules: _Rules) -> str | None:
    """What is wrong with ``got``, as the end of a sentence; None when nothing is."""
    if isinstance(expected, torch.Tensor):
        return _tensor_difference(got, expected, rules)
    if type(expected) is float:
        if type(got) is not float and type(got) is not int:
            return f"is {describe(got)}, expected a Python float"
        return _number_difference(float(got), expected, rules)
    if type(got) is not type(expected):
        return f"is {describe(got)}, expected {describe(expected)}"
    if isinstance(expected, list | tuple):
        assert isinstance(got, list | tuple)
        if len(got) != len(expected):
            return f"has {len(got)} items, expected {len(expected)}"
        return _first(((f"item {i}", *pair) for i, pair in enumerate(zip(got, expected, strict=True))), rules)
    if isinstance(expected, dict):
        assert isinstance(got, dict)
        if got.keys() != expected.keys():
            return _key_difference(got, expected)
        named = ((f"item {printable(repr(key), 80)}", got[key], e) for key, e in expected.items())
        return _first(named, rules)
    if got == expected:
        return None
    if isinstance(got, str):
        return f"is the str {printable(repr(got), 80)}, expected the str {printable(repr(expected), 80)}"
    return f"is {describe(got)}, expected {describe(expected)}"


def _key_difference(got: dict[str, object], expected: dict[str, object]) -> str:
    """Which keys are missing, and how many are too many: those may say anything, so they are not shown."""
    missing, extra = sorted(expected.keys() - got.keys()), len(got.keys() - expected.keys())
    parts = [f"lacks the keys {printable(str(missing), 200)}"] if missing else []
    parts += [f"has {extra} keys too many"] if extra else []
    return f"{' and '.join(parts)}, expected {printable(str(sorted(expected)), 200)}"


def _first(pairs: Iterator[tuple[str, object, object]], rules: _Rules) -> str | None:
    for name, got, expected in pairs:
        difference = _difference(got, expected, rules)
        if difference is not None:
            return f"has an {name} that {difference}"
    return None


def _number_difference(got: float, expected: float, rules: _Rules) -> str | None:
    if math.isfinite(expected) and not math.isfinite(got):
        return f"is {got}, expected {_number(expected)}"
    rtol, atol = rules.tolerances(torch.float32)
    same = got == expected or abs(got - expected) <= atol + rtol * abs(expected)
    return None if same else f"is {_number(got)}, expected {_number(expected)}"


def _tensor_difference(got: object, expected: torch.Tensor, rules: _Rules) -> str | None:
    if not isinstance(got, torch.Tensor):
        return f"is {describe(got)}, expected a torch.Tensor of shape {tuple(expected.shape)}"
    if got.shape != expected.shape:
        return f"has shape {tuple(got.shape)}, expected {tuple(expected.shape)}"
    wanted = expected.dtype if rules.dtype == LIKE_EXPECTED else rules.dtype
    if wanted is None and not got.dtype.is_floating_point:
        return f"has dtype {got.dtype}, expected a floating one"
    if wanted is not None and got.dtype != wanted:
        return f"has dtype {got.dtype}, expected {wanted}"
    if not (got.dtype.is_floating_point or got.dtype.is_complex):
        wrong = got != expected
    else:
        broken = ~torch.isfinite(got) & torch.isfinite(expected)
        if broken.any():
            where = _where(broken)
            value, wished = _at(got, where), _at(expected, where)
            return f"{_place(got, where)} {value}, expected {wished}{_count(broken)}"
        rtol, atol = rules.tolerances(got.dtype)
        wrong = ~torch.isclose(got, expected.to(got.dtype), rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return None
    where = _where(wrong)
    return f"{_place(got, where)} {_at(got, where)}, expected {_at(expected, where)}{_count(wrong)}"


def _where(mask: torch.Tensor) -> tuple[int, ...]:
    return tuple(int(i) for i in mask.nonzero()[0]) if mask.dim() else ()


def _place(tensor: torch.Tensor, where: tuple[int, ...]) -> str:
    return f"has element [{', '.join(map(str, where))}] equal to" if tensor.dim() else "is"


def _at(tensor: torch.Tensor, where: tuple[int, ...]) -> str:
    return _number(tensor[where].item())


def _count(mask: torch.Tensor) -> str:
    return f" ({int(mask.sum())} of {mask.numel()} elements differ)" if mask.numel() > 1 else ""


def describe(value: object) -> str:
    """A plain value in a few words."""
    if isinstance(value, torch.Tensor):
        return f"a torch.Tensor of shape {tuple(value.shape)} and dtype {value.dtype}"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)} items"
    if isinstance(value, str | bytes):  # what it says is the student's: it may be what a hidden input was
        return f"a {type(value).__name__} of length {len(value)}"
    if value is None:
        return "None"
    if type(value) is bool:
        return str(value)
    if isinstance(value, int | float):
        return f"the {type(value).__name__} {_number(value)}"
    return printable(f"the {type(value).__name__} {value}", 80)


def _number(value: float | int | complex | bool) -> str:
    return f"{value:.6g}" if isinstance(value, float) else printable(str(value), 40)
