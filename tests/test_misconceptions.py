"""The catalogue of known mistakes: read from its files, and shown by known wrong answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.checks.misconceptions import CATALOGUE, read_catalogue
from autograder.errors import CourseError
from tests.scratch import ROOT

ENTRY = '[sign_error]\nexplanation = "A sign."\nhint = "Look."\n'


def test_every_mistake_is_shown_by_a_known_wrong_answer() -> None:
    shown = {path.stem for path in (ROOT / "tests" / "answers").glob("*/*/wrong/*.py")}
    assert CATALOGUE.keys() - shown == set()


def test_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "00_small.toml").write_text(ENTRY)
    assert read_catalogue(tmp_path)["sign_error"] == ("A sign.", "Look.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[sign_error", "is not valid TOML"),
        ('[other]\nexplanation = "A sign."\n', "needs an explanation and a hint"),
        ('[other]\nexplanation = "A sign."\nhint = ""\n', "needs an explanation and a hint"),
        ('other = "A sign."\n', "needs an explanation and a hint"),
        (ENTRY, "stands in another file"),
    ],
)
def test_a_mistake_in_it_is_named_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "00_small.toml").write_text(ENTRY)
    (tmp_path / "01_small.toml").write_text(text)
    with pytest.raises(CourseError, match=f"01_small.toml.* {says}"):
        read_catalogue(tmp_path)
