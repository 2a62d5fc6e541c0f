"""The catalogue of known mistakes: what an answer shows about the code that gave it, and what to try next.

The texts lie in ``catalogue/``, each with the first assignment in which the mistake is made. Keys are shared by all
assignments, so the texts speak of the mistake and not of one function. The explanation follows a sentence that says
what was answered and what was expected; the hint never gives the solution.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from autograder.errors import CourseError

FOLDER = Path(__file__).parent / "catalogue"


class Misconception(NamedTuple):
    """A known mistake: one or two sentences on what the code seems to do, and one on what to try next."""

    explanation: str
    hint: str


def read_catalogue(folder: Path = FOLDER) -> dict[str, Misconception]:
    """The misconceptions of every file in ``folder``, by key.

    Raises:
        CourseError: a file is not TOML, an entry has not just the two texts, or a key stands in two files.
    """
    catalogue: dict[str, Misconception] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CourseError(f"{file} is not valid TOML: {error}.", "Correct that line.") from None
        for key, entry in entries.items():
            texts = entry if isinstance(entry, dict) else {}
            if texts.keys() != set(Misconception._fields) or not all(isinstance(t, str) and t for t in texts.values()):
                raise CourseError(f"{file}: [{key}] needs an explanation and a hint, and nothing else.", "Correct it.")
            if key in catalogue:
                raise CourseError(f"{file}: [{key}] stands in another file, too.", "Remove one, or rename it.")
            catalogue[key] = Misconception(**texts)
    return catalogue


CATALOGUE = read_catalogue()
