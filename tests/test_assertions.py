"""Comparisons reject what is wrong in the order of their rules, and name the likely cause."""

from __future__ import annotations

import pytest
import torch

from autograder.checks import assertions
from autograder.checks.assertions import CheckFailed, blame, compare, expect
from autograder.checks.misconceptions import CATALOGUE, Misconception
from autograder.errors import CourseError, StudentRaised, StudentTimeout

NAN = float("nan")


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    entry = Misconception("This is the sum.", "Divide by something.")
    monkeypatch.setitem(CATALOGUE, "sum_not_mean", entry)
    monkeypatch.setitem(CATALOGUE, "other", Misconception("Other.", "Try."))


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (torch.ones(2, 3), torch.ones(2, 3)),
        (torch.tensor(1.0 + 1e-7), torch.tensor(1.0)),
        (torch.tensor([float("inf"), NAN]), torch.tensor([float("inf"), NAN])),
        (torch.tensor([1, 2]), torch.tensor([1, 2])),
        (1.5, 1.5),
        (2, 2.0),
        (3, 3),
        ("a", "a"),
        (None, None),
        (True, True),
        ([1.0, (2, "x")], [1.0, (2, "x")]),
        ({"W": torch.ones(2)}, {"W": torch.ones(2)}),
    ],
)
def test_equal_values_pass(got, expected):
    compare(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (1.0, torch.tensor(1.0), "is the float 1, expected a torch.Tensor of shape ()"),
        (torch.tensor(1.0), 1.0, "is a torch.Tensor of shape () and dtype torch.float32, expected a Python float"),
        (torch.ones(()), torch.ones(3, 3), "has shape (), expected (3, 3)"),
        (torch.ones(0), torch.ones(1), "has shape (0,), expected (1,)"),
        (torch.ones(3, 1), torch.ones(3), "has shape (3, 1), expected (3,)"),
        (torch.ones(2).double(), torch.ones(2), "has dtype torch.float64, expected torch.float32"),
        (torch.ones(2).int(), torch.ones(2), "has dtype torch.int32, expected torch.float32"),
        (torch.tensor([1.0, NAN]), torch.ones(2), "has element [1] equal to nan, expected 1 (1 of 2 elements differ)"),
        (torch.tensor(float("inf")), torch.tensor(1.0), "is inf, expected 1"),
        (torch.tensor(NAN), torch.tensor(1.0), "is nan, expected 1"),
        (torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 3.0]]), "has element [0, 1] equal to 2, expected 3"),
        (NAN, 1.0, "is nan, expected 1"),
        (True, 1, "is True, expected the int 1"),
        (True, 1.0, "is True, expected a Python float"),
        (1, True, "is the int 1, expected True"),
        ("a", "b", "is the str 'a', expected the str 'b'"),
        ([1], (1,), "is a list of 1 items, expected a tuple of 1 items"),
        ([1, 2], [1], "has 2 items, expected 1"),
        ({"a": 1}, {"b": 1}, "lacks the keys ['b'] and has 1 keys too many, expected ['b']"),
        ("secret", 1, "is a str of length 6, expected the int 1"),
        ([1, [2, 3]], [1, [2, 4]], "has an item 1 that has an item 1 that is the int 3, expected the int 4"),
    ],
)
def test_a_wrong_value_is_said_in_the_order_of_the_rules(got, expected, says):
    with pytest.raises(CheckFailed) as failure:
        compare(got, expected)
    assert failure.value.message.startswith(f"The answer {says}")


def test_any_floating_dtype_can_be_allowed():
    compare(torch.ones(2).double(), torch.ones(2), dtype=None)
    with pytest.raises(CheckFailed, match="a floating one"):
        compare(torch.ones(2).int(), torch.ones(2), dtype=None)


def test_tolerances_can_be_set():
    compare(torch.tensor(1.1), torch.tensor(1.0), rtol=0.2)
    compare(1.1, 1.0, atol=0.2)
    with pytest.raises(CheckFailed):
        compare(torch.tensor(1.0 + 1e-4), torch.tensor(1.0))


def test_a_rival_names_the_cause():
    with pytest.raises(CheckFailed) as failure:
        compare(torch.tensor(6.0), torch.tensor(2.0), rivals={"sum_not_mean": torch.tensor(6.0)}, what="the loss")
    assert failure.value.misconception == "sum_not_mean"
    assert failure.value.message == "The loss is 6, expected 2. This is the sum."


def test_a_rival_may_be_computed_when_it_is_needed():
    asked = []
    rivals = {"other": lambda: asked.append(1) or 3.0, "sum_not_mean": lambda: asked.append(2) or 6.0}
    compare(2.0, 2.0, rivals=rivals)
    assert asked == []
    with pytest.raises(CheckFailed) as failure:
        compare(6.0, 2.0, rivals=rivals)
    assert failure.value.misconception == "sum_not_mean"
    assert asked == [1, 2]


def test_a_rival_may_have_another_shape_type_or_nan():
    expected = torch.tensor(2.0)
    for rival in (torch.ones(3, 3), torch.tensor(NAN)):
        with pytest.raises(CheckFailed) as failure:
            compare(rival.clone(), expected, rivals={"sum_not_mean": rival})
        assert failure.value.misconception == "sum_not_mean"
    with pytest.raises(CheckFailed) as failure:
        compare(6.0, expected, rivals={"sum_not_mean": torch.tensor(6.0)})
    assert failure.value.misconception == "sum_not_mean"


def test_a_rival_that_equals_the_right_answer_says_nothing():
    with pytest.raises(CheckFailed) as failure:
        compare(torch.tensor(2.0), torch.tensor(2.0).double(), rivals={"sum_not_mean": 2.0, "other": 2.0})
    assert failure.value.misconception is None


def test_a_misconception_outside_the_catalogue_is_the_courses_fault():
    with pytest.raises(CourseError, match="catalogue"):
        CheckFailed("x", "no_such_key")


def test_expect_takes_a_plain_bool_only():
    expect(True, "fine")
    with pytest.raises(CheckFailed, match="not fine"):
        expect(False, "not fine")
    with pytest.raises(TypeError):
        expect(torch.tensor(True), "a tensor is not a bool")  # type: ignore[arg-type]


def test_blame_turns_a_fault_into_a_known_mistake():
    with pytest.raises(CheckFailed) as failure, blame("other", type_names=("TypeError",)):
        raise StudentRaised("`f` raised TypeError.", "TypeError")
    assert failure.value.misconception == "other"
    assert failure.value.message == "`f` raised TypeError. Other."


def test_blame_lets_other_faults_through():
    with pytest.raises(StudentRaised), blame("other", type_names=("TypeError",)):
        raise StudentRaised("`f` raised KeyError.", "KeyError")
    with pytest.raises(StudentTimeout), blame("other"):
        raise StudentTimeout("late")


def test_long_or_hostile_text_is_cut_and_cleaned():
    assert len(assertions.describe("x" * 1000)) <= 80
    assert "\x1b" not in assertions.describe("\x1b[31m")


def test_a_rival_may_be_a_list_where_tensors_were_answered() -> None:
    with pytest.raises(CheckFailed) as caught:
        compare([torch.ones(2), 1], [3, 1], rivals={"sum_not_mean": [2, 1], "off_by_one_size": [torch.ones(2), 1]})
    assert caught.value.misconception == "off_by_one_size"


def test_keys_that_a_student_chose_stay_short() -> None:
    for got in ({}, {"a" * 999: 2}):
        with pytest.raises(CheckFailed) as caught:
            compare(got, {"a" * 999: 1})
        assert len(caught.value.message) < 500
