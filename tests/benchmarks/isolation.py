"""What isolation costs: ``python -m tests.benchmarks.isolation``.

Grades the same submission of 03_losses again and again in this process with two zygotes that are warm already: in the
best sandbox this machine gives, and with none, as ``--unsafe-no-sandbox`` allows. The engine, the checks and the forks
are the same, and the runs take turns, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.config import Config, load
from autograder.grading import engine
from autograder.grading.grade import grade_submission
from autograder.sandbox.zygote import Zygote
from tests import scratch

ASSIGNMENT = "03_losses"
ROUNDS = 31  # the first warms up both and is not counted
TARGET_MS = 100


def milliseconds(notebook: Path, config: Config, zygote: Zygote) -> float:
    started = time.perf_counter()
    result = grade_submission(notebook, config, ASSIGNMENT, None, zygote).result
    took = 1000 * (time.perf_counter() - started)
    if result.problem or any(e.score != e.max_score for e in result.exercises if not e.manual):
        sys.exit(f"The worked solution lost points: {result.problem or result.score}")
    return took


def spread(values: list[float]) -> str:
    first, _, third = statistics.quantiles(values, n=4)
    return f"{first:.0f} to {third:.0f}"


def main() -> None:
    out = Console(highlight=False)
    with tempfile.TemporaryDirectory() as name:
        config = load(scratch.make_course(Path(name, "course"), (ASSIGNMENT,), limits={}))
        notebook = scratch.hand_in(config.root, "one", ASSIGNMENT, scratch.worked_notebook(ASSIGNMENT))
        hide = (scratch.ROOT, config.root)
        preload = engine.slow_imports(config, [ASSIGNMENT])
        with Zygote(hide, preload) as isolated, Zygote(hide, preload, tier="D", unsafe=True) as open_to_all:
            tiers = [isolated.ready().tier, open_to_all.ready().tier]
            took: list[list[float]] = [[], []]
            for number in range(ROUNDS):
                turns = list(enumerate((isolated, open_to_all)))
                for which, zygote in turns if number % 2 else reversed(turns):
                    took[which].append(milliseconds(notebook, config, zygote))
    took = [values[1:] for values in took]
    medians = [statistics.median(values) for values in took]
    differences = [one - other for one, other in zip(*took, strict=True)]
    table = Table("", "median", "middle half", "fastest", box=None)
    for tier, values, median in zip(tiers, took, medians, strict=True):
        table.add_row(
            f"a submission in tier {tier}", f"{median:.0f} ms", f"{spread(values)} ms", f"{min(values):.0f} ms"
        )
    cost = statistics.median(differences)
    table.add_row(
        "isolation costs", f"{cost:.0f} ms", f"{spread(differences)} ms", f"{min(took[0]) - min(took[1]):.0f} ms"
    )
    out.print(table)
    out.print(f"ratio {medians[0] / medians[1]:.2f}; {ROUNDS - 1} rounds; target: at most {TARGET_MS} ms a submission")


if __name__ == "__main__":
    main()
