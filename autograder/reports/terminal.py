"""Results on the terminal: one table for a class, a few lines for a notebook. Data in, Rich renderables out.

Whatever a student chose (ids, file names) passes through :func:`plain`, so that no escape sequence reaches a terminal,
and is never read as Rich markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.grading.verify import Verdict
from autograder.results import CheckResult, ExerciseResult, Outcome, SubmissionResult
from autograder.wire import printable

_STYLES: dict[Outcome, str] = {"passed": "green", "skipped": "dim", "error": "magenta"}


def plain(text: str, length: int = 2000) -> Text:
    """One line of text without control characters or markup."""
    return Text(printable(text, length))


def number(value: float | None) -> str:
    """Points as a person writes them; a dash for what is not known."""
    return "–" if value is None else f"{round(value, 6) + 0.0:g}"


def class_table(results: Sequence[SubmissionResult]) -> Table:
    """A class at a glance: a row a student."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("remarks", overflow="fold")
    for result in results:
        score = "not graded" if result.problem else f"{number(result.score)} / {number(result.max_score)}"
        table.add_row(plain(result.student or ""), score, plain("; ".join(_remarks(result))))
    return table


def _remarks(result: SubmissionResult) -> Iterable[str]:
    if result.problem:
        yield result.problem
    if result.ungraded:
        yield f"ungraded: {', '.join(result.ungraded)}"
    lost = [
        f"{exercise.name}: {check.misconception or check.outcome}"
        for exercise in result.exercises
        for check in exercise.checks
        if check.outcome not in ("passed", "skipped", "error")
    ]
    seen = list(dict.fromkeys(lost))
    yield from seen[:3]
    if len(seen) > 3:
        yield f"and {len(seen) - 3} more"
    kinds = list(dict.fromkeys(flag.kind.replace("_", " ") for flag in result.flags))
    if kinds:
        yield f"flags: {', '.join(kinds)}"


def notebook_report(result: SubmissionResult) -> RenderableType:
    """One notebook's scores and feedback."""
    if result.problem:
        return plain(result.problem)
    parts: list[RenderableType] = [
        Text(f"{result.assignment}: {number(result.score)} / {number(result.max_score)}", style="bold")
    ]
    parts += [part for exercise in result.exercises for part in _exercise(exercise)]
    parts += [plain(f"{flag.kind.replace('_', ' ')} ({flag.where}): {flag.detail}") for flag in result.flags]
    tier = result.sandbox.get("tier") or "none"
    parts.append(Text(f"sandbox tier {tier}, {result.duration_s:.1f} s", style="dim"))
    return Group(*parts)


def _exercise(exercise: ExerciseResult) -> Iterable[RenderableType]:
    score = (
        "a person grades this" if exercise.manual else "ungraded" if exercise.score is None else number(exercise.score)
    )
    yield Text.assemble(
        (f"{exercise.name}  ", "bold"), f"{score}" if exercise.manual else f"{score} / {number(exercise.max_score)}"
    )
    for check in exercise.checks:
        if check.outcome != "passed":
            yield Padding(_check(check), (0, 0, 0, 2))


def _check(check: CheckResult) -> RenderableType:
    lines = [Text.assemble((check.outcome, _STYLES.get(check.outcome, "red")), " ", plain(check.title))]
    if check.message:
        lines.append(plain(check.message))
    if check.hint:
        lines.append(Text.assemble("Hint: ", plain(check.hint)))
    return Group(*lines)


def verify_table(verdicts: Sequence[Verdict]) -> Table:
    """Known answers at a glance: a row an exercise."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, side in (("exercise", "left"), ("right", "right"), ("wrong", "right"), ("named", "left")):
        table.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda v: v.answer.path):
        groups.setdefault((verdict.answer.assignment, verdict.answer.exercise), []).append(verdict)
    for (assignment, exercise), group in groups.items():
        right = [v for v in group if v.answer.right]
        wrong = [v for v in group if not v.answer.right]
        table.add_row(
            f"{assignment}/{exercise}",
            f"{sum(not v.fault for v in right)}/{len(right)}",
            f"{sum(not v.fault for v in wrong)}/{len(wrong)}",
            ", ".join(v.answer.key for v in wrong if not v.fault),
        )
    return table
