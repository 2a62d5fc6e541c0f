"""How long grading takes, beside stock nbgrader: ``python -m tests.benchmarks.grading``.

Grades the same class of 12 submissions of 03_losses with ``nbgrader autograde``, its own Execute step and no isolation,
and with ``autograder grade`` in its sandbox; the cost of one more submission is the slope between classes of 4 and 12.
Then one notebook, beside ``python -c "import torch, torchvision"``. Whole commands are timed, start-up included.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.results import from_json
from tests import scratch

ASSIGNMENT = "03_losses"
SMALL, LARGE = 4, 12
REPEATS = 3
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.solution_directory = "solutions"
"""


def answers(number: int) -> dict[str, str]:
    """A class is not of one mind: every third student hands in a known wrong answer."""
    wrong = sorted((scratch.ROOT / "tests" / "answers" / ASSIGNMENT).glob("*/wrong/*.py"))
    if number % 3:
        return {}
    file = wrong[number * 7 % len(wrong)]
    return {file.parents[1].name: file.read_text()}


def make_class(root: Path, size: int) -> Path:
    course = scratch.make_course(root, (ASSIGNMENT,), limits={})
    for number in range(size):
        notebook = scratch.worked_notebook(ASSIGNMENT, answers(number))
        scratch.hand_in(course, f"student-{number:02}", ASSIGNMENT, notebook)
    return course


def timed(command: list[str], cwd: Path) -> float:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls `alembic` by name
    started = time.perf_counter()
    ended = subprocess.run(
        command, cwd=cwd, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if ended.returncode:
        sys.exit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}")
    return seconds


def stock_seconds(folder: Path, size: int) -> float:
    course = make_class(folder / f"stock-{size}", size)
    (course / "nbgrader_config.py").write_text(STOCK)
    nbgrader = [sys.executable, "-m", "nbgrader"]
    timed([*nbgrader, "generate_assignment", ASSIGNMENT, "--force"], course)
    return timed([*nbgrader, "autograde", ASSIGNMENT], course)


def our_seconds(folder: Path, size: int) -> float:
    seconds = []
    for repeat in range(REPEATS):
        course = make_class(folder / f"ours-{size}-{repeat}", size)
        seconds.append(timed([sys.executable, "-m", "autograder", "grade", ASSIGNMENT], course))
        shutil.copytree(course / "results", folder / "results", dirs_exist_ok=True)
        shutil.rmtree(course)
    return statistics.median(seconds)


def main() -> None:
    out = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = {size: our_seconds(folder, size) for size in (SMALL, LARGE)}
        stock = {size: stock_seconds(folder, size) for size in (SMALL, LARGE)}
        notebook = scratch.hand_in(folder, "one", ASSIGNMENT, scratch.worked_notebook(ASSIGNMENT))
        course = make_class(folder / "single", 1)
        single = statistics.median(
            timed([sys.executable, "-m", "autograder", "grade", str(notebook)], course) for _ in range(REPEATS)
        )
        imports = statistics.median(
            timed([sys.executable, "-c", "import torch, torchvision"], folder) for _ in range(REPEATS)
        )
        tiers = {from_json(file.read_bytes()).sandbox["tier"] for file in (folder / "results").rglob("*.json")}
    more = {name: (s[LARGE] - s[SMALL]) / (LARGE - SMALL) for name, s in (("stock", stock), ("ours", ours))}
    table = Table("", "stock nbgrader", "autograder grade", "ratio", box=None)
    for size in (SMALL, LARGE):
        table.add_row(
            f"class of {size}", f"{stock[size]:.1f} s", f"{ours[size]:.1f} s", f"{stock[size] / ours[size]:.1f}"
        )
    table.add_row("one more", f"{more['stock']:.2f} s", f"{more['ours']:.2f} s", f"{more['stock'] / more['ours']:.1f}")
    out.print(table)
    out.print(f"tier {', '.join(sorted(tiers))}; ours is the median of {REPEATS} runs, stock is one run")
    out.print(f"one notebook: {single:.2f} s; `import torch, torchvision`: {imports:.2f} s; {single / imports:.2f}")


if __name__ == "__main__":
    main()
