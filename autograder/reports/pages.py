"""What the pages share: the templates, the words for verdicts and flags, files that appear whole."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.config import Config
from autograder.grading.outputs import VERDICTS
from autograder.grading.storage import write_atomically
from autograder.reports.inert import POLICY, clean, markdown
from autograder.reports.terminal import number
from autograder.results import FlagKind, Outcome

FLAGS: dict[FlagKind, str] = {
    "duplicate_cell": "A cell is there more than once",
    "missing_cell": "A cell is missing",
    "edited_cell": "A locked cell was edited",
    "retyped_cell": "A cell changed its type",
    "moved_cell": "A cell was moved",
    "edited_metadata": "A cell's settings were changed",
    "cell_timeout": "A cell ran out of time",
    "cell_crashed": "A cell ended the process",
    "cell_memory": "A cell ran out of memory",
    "cell_error": "A cell stopped with an error",
    "output_truncated": "A cell printed too much",
    "hidden_characters": "There are characters that do not show",
}
"""What a flag says, in plain words."""

MARKS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "✗",
    "timeout": "✗",
    "crashed": "✗",
    "memory": "✗",
    "skipped": "–",
    "error": "?",
}
"""A sign for each verdict; the word always stands beside it."""

_CODE = re.compile(r"`([^`\n]+)`")


def prose(text: str) -> Markup:
    """A message as HTML: escaped, with ```code``` set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(clean(text, joiners=True)))))


def in_course(text: str | None, config: Config) -> str:
    """A message with the paths in it as a person in the course folder would write them."""
    return (text or "").replace(f"{config.root}/", "")


def late(seconds: float) -> str:
    """A lateness in words: "2 days 3 hours", "5 minutes"."""
    days, rest = divmod(int(timedelta(seconds=seconds).total_seconds()), 86_400)
    parts = [(days, "day"), (rest // 3600, "hour"), (rest % 3600 // 60, "minute")]
    words = [f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count]
    return " ".join(words[:2]) or "less than a minute"


def write_page(path: Path, template: str, **values: Any) -> Path:
    """Render a template to a file. Raises GraderError when the file cannot be written."""
    write_atomically(path, _environment.get_template(template).render(values).encode("utf-8", "replace"))
    return path


_environment = Environment(
    loader=PackageLoader("autograder.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    clean=clean,
    late=late,
    markdown=lambda text: Markup(markdown(text)),
    points=number,
    prose=prose,
)
_environment.globals.update(FLAGS=FLAGS, MARKS=MARKS, POLICY=Markup(POLICY), VERDICTS=VERDICTS)
