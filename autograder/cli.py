"""The command ``autograder``. Parses arguments, calls the layers below, prints what they give.

Exit status: 0 when a command did its job, 1 when something needs a person (it is named), 2 for a misuse.
Heavy imports stay inside the commands, after the zygote has been started: both warm up at the same time.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from autograder import config as configuration
from autograder.config import Config
from autograder.errors import AutograderError, CourseError, GraderError, SubmissionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.results import SubmissionResult

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Grade deep-learning notebooks: checks on one side, student code in a sandbox on the other.",
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Assignment = Annotated[str | None, typer.Argument(help="An assignment such as 03_losses; all of them by default.")]
Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments such as 03_losses; all by default.")]
Students = Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be repeated.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Local grading processes; by default one a processor.")]
Scheduler = Annotated[str | None, typer.Option(help="Address of a Dask scheduler, such as tcp://10.0.0.1:8786.")]
Force = Annotated[bool, typer.Option("--force", help="Grade again what has not changed since it was graded.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Unsafe = Annotated[
    bool,
    typer.Option("--unsafe-no-sandbox", help="Grade where no sandbox holds. Results say so. Only for trusted code."),
]


@app.callback()
def _course(
    context: typer.Context,
    course: Annotated[
        Path | None, typer.Option(help="The course folder; by default the one around this folder.")
    ] = None,
) -> None:
    context.obj = course


@app.command()
def release(
    context: typer.Context,
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 and list what drifted.")] = False,
) -> None:
    """Regenerate release/ and solutions/ from source/."""
    from autograder.instructor import regenerate

    config = _config(context)
    drift = regenerate(config, _chosen(config, assignments), check=check, progress=_say)
    if check and drift:
        for line in drift:
            err.print(Text(line), soft_wrap=True)
        err.print("Run `autograder release` and commit what changes.")
        raise typer.Exit(1)


@app.command()
def grade(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="An assignment such as 03_losses, or the path of one notebook.")],
    student: Students = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    force: Force = False,
    as_json: Json = False,
    unsafe_no_sandbox: Unsafe = False,
) -> None:
    """Grade everything handed in for an assignment, or one notebook."""
    config = _config(context)
    target = target.rstrip("/")
    if target.endswith(".ipynb"):
        _grade_notebook(config, Path(target), as_json, unsafe_no_sandbox)
        return
    _known(config, target)
    from autograder.grading.lock import class_run

    with class_run(config, target):
        _grade_class(config, target, student, jobs, scheduler, force, as_json, unsafe_no_sandbox)


def _grade_class(
    config: Config,
    target: str,
    student: list[str] | None,
    jobs: int | None,
    scheduler: str | None,
    force: bool,
    as_json: bool,
    unsafe: bool,
) -> None:
    from autograder.grading import engine

    engine.start(config, [target], unsafe=unsafe)
    from autograder.grading.batch import grade_class
    from autograder.grading.executors import Cluster, LocalProcesses
    from autograder.grading.submissions import find
    from autograder.sandbox.limits import protect_grader

    submissions = find(config, target, student)
    if not submissions:
        raise SubmissionError(
            f"There is nothing to grade: {config.submitted} holds no submission of {target}.",
            f"Put notebooks at {config.submitted}/<student>/{target}/{target}.ipynb.",
        )
    executor = Cluster(scheduler) if scheduler else LocalProcesses(jobs, _say)
    protect_grader()
    if not scheduler:
        engine.require_sandbox()
    results: list[SubmissionResult] = []
    with ExitStack() as stack:
        gradebook = None
        graded = stack.enter_context(closing(grade_class(config, submissions, executor, force=force)))
        for submission, result, notebook in _progress(graded, len(submissions), f"Grading {target}", quiet=as_json):
            if gradebook is None:  # nbgrader is slow to import: do it while others grade
                from autograder.reports.gradebook import GradebookWriter

                gradebook = stack.enter_context(GradebookWriter(config, _say))
                gradebook.prepare(target)
            gradebook.write(result, notebook, submission.timestamp)
            results.append(result)
    for remark in gradebook.remarks if gradebook is not None else ():
        _say(remark)
    results.sort(key=lambda result: result.student or "")
    _print_class(config, target, results, as_json)
    if any(result.problem or result.ungraded for result in results):
        raise typer.Exit(1)


@app.command()
def feedback(context: typer.Context, assignment: Assignment = None) -> None:
    """Write feedback/<student>/<assignment>/<assignment>.html from what was graded."""
    from autograder.reports.feedback import write_feedback
    from autograder.reports.grades import damaged_results

    config = _config(context)
    pages: list[Path] = []
    damaged: list[GraderError] = []
    for name in _chosen(config, _list(assignment)):
        try:
            pages += write_feedback(config, name)
        except GraderError as error:
            damaged.append(error)
        lost = [f"{config.results}/{student}/{name}.json" for student in damaged_results(config, name)]
        if lost:
            damaged.append(
                GraderError(
                    f"These results are damaged, or are not what grading wrote there: {', '.join(lost)}.",
                    f"Grade {name} again, which makes them anew; delete those of people who handed in nothing.",
                )
            )
    if not damaged:
        out.print(Text(f"{len(pages)} pages under {config.feedback}"), soft_wrap=True)
    for named in damaged[:-1]:
        _complain(named)
    if damaged:
        raise damaged[-1]


@app.command()
def report(context: typer.Context, assignment: Assignment = None) -> None:
    """Write report/index.html: the class at a glance."""
    from autograder.reports.classroom import write_report

    config = _config(context)
    _chosen(config, _list(assignment))
    out.print(str(write_report(config, assignment)))


@app.command()
def export(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="csv, canvas, moodle or gradescope.")],
    assignment: Assignment = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.")] = None,
) -> None:
    """Write the gradebook's grades in the format that another system imports."""
    from autograder.reports import exports

    config = _config(context)
    _chosen(config, _list(assignment))
    written = exports.export(config, kind, assignment, output)
    for remark in written.remarks:
        _say(remark)
    out.print(Text(f"{written.grades} grades in {written.file}"))


@app.command()
def verify(context: typer.Context, assignments: Assignments = None, jobs: Jobs = None) -> None:
    """Grade the graders: every known wrong answer must be caught and named, every right one must get full marks."""
    config = _config(context)
    names = _chosen(config, assignments)
    from autograder.grading import engine

    engine.start(config, names)
    from autograder.grading.executors import LocalProcesses
    from autograder.grading.verify import known_answers, verify_answers
    from autograder.reports.terminal import verify_table

    answers = [answer for name in names for answer in known_answers(config, name)]
    verdicts = list(_progress(verify_answers(config, answers, LocalProcesses(jobs)), len(answers), "Verifying"))
    out.print(verify_table(verdicts))
    wrong = [verdict for verdict in verdicts if verdict.fault]
    for verdict in wrong:
        err.print(Text(_clean(f"{verdict.answer.path}: {verdict.fault}")), soft_wrap=True)
    out.print(f"{len(verdicts) - len(wrong)} of {len(verdicts)} known answers are judged as they should be.")
    if wrong:
        raise typer.Exit(1)


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Option(help="Where to put it; by default a new scratch folder.")] = None,
) -> None:
    """Grade a whole made-up class, end to end, in a scratch folder."""
    from autograder.demo import run

    run(folder, out)


@app.command()
def doctor(as_json: Json = False) -> None:
    """What this machine can give: the sandbox tier and why, the devices, the versions."""
    from autograder.doctor import examine

    raise typer.Exit(examine(out, as_json))


def main() -> NoReturn:
    """Run the command and exit with its status."""
    signal.signal(signal.SIGINT, _interrupt)
    for stream in (sys.stdout, sys.stderr):  # what a terminal cannot show is no reason to lose the rest
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        if sys.flags.optimize > 1:
            raise UsageError(
                "Python runs with -OO, which takes away the sentences that students read.", "Unset PYTHONOPTIMIZE."
            )
        app()
    except AutograderError as error:
        _complain(error)
        if "--json" in sys.argv:
            _print_json({"schema": 1, "error": {"message": error.message, "fix": error.fix}})
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except SystemExit as ending:
        if ending.code == _INTERRUPTED:
            err.print("Interrupted. What is done is kept: the same command goes on from there.")
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains when it flushes what is left
        sys.exit(1)
    except OSError as error:
        what = error.filename or "The output"
        _complain(GraderError(f"{what}: {error.strerror or error}.", "Look whether it can be read and written."))
        sys.exit(1)
    sys.exit(0)


_INTERRUPTED = 130
_interrupted = False


def _interrupt(number: int, frame: object) -> NoReturn:
    global _interrupted
    _interrupted = True
    raise KeyboardInterrupt


def _go_on() -> None:
    """Raise an interrupt that came while a library was imported: numpy swallows it there."""
    if _interrupted:
        raise KeyboardInterrupt


def _config(context: typer.Context) -> Config:
    return configuration.load(context.obj or configuration.find_root(Path.cwd()))


def _known(config: Config, assignment: str) -> None:
    if assignment not in config.assignments():
        raise UsageError(
            f"There is no assignment `{_clean(assignment)}` in {config.source}.",
            f"The assignments are: {', '.join(config.assignments()) or 'none'}.",
        )


def _chosen(config: Config, names: list[str] | None) -> list[str]:
    for name in names or ():
        _known(config, name)
    chosen = names or config.assignments()
    if not chosen:
        raise CourseError(f"{config.source} holds no assignment.", "Put one at source/NN_topic/NN_topic.ipynb.")
    return chosen


def _list(name: str | None) -> list[str] | None:
    return None if name is None else [name]


def _grade_notebook(config: Config, path: Path, as_json: bool, unsafe: bool) -> None:
    from autograder.grading import engine

    engine.start(config, config.assignments(), unsafe=unsafe)
    from autograder.grading.api import grade_notebook
    from autograder.reports.terminal import notebook_report
    from autograder.results import to_json

    _go_on()
    engine.require_sandbox()
    result = grade_notebook(path, config=config)
    if as_json:
        _print_json(to_json(result))
    else:
        out.print(notebook_report(result))
    if result.problem or result.ungraded:
        raise typer.Exit(1)


def _print_class(config: Config, assignment: str, results: list[SubmissionResult], as_json: bool) -> None:
    import msgspec

    from autograder.reports.terminal import class_table

    if as_json:
        _print_json({"schema": 1, "assignment": assignment, "results": msgspec.to_builtins(results)})
        return
    out.print(class_table(results))
    out.print(f"\ngradebook   {config.gradebook}")
    out.print(f"autograded  {config.autograded}")
    out.print(f"results     {config.results}")
    by_hand = dict.fromkeys(e.name for result in results for e in result.exercises if e.manual)
    if by_hand:
        out.print(f"\nTo be graded by a person, in the formgrader: {', '.join(by_hand)}.")
    problems = [result for result in results if result.problem]
    if problems:
        out.print(f"\n{len(problems)} not graded: see the remarks. The others are.")


class _Rate(ProgressColumn):
    """Submissions a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "–/s")


def _progress(items: Iterable[Any], total: int, title: str, quiet: bool = False) -> Iterable[Any]:
    """A progress bar with rate and time left on a terminal; a line for every quarter elsewhere."""
    _go_on()
    if quiet:
        yield from items
    elif err.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, _Rate(), TimeRemainingColumn(), console=err, transient=True) as progress:
            yield from progress.track(items, total=total, description=title)
    else:
        for done, item in enumerate(items, 1):
            yield item
            if done * 4 // total != (done - 1) * 4 // total:
                err.print(f"{title}: {done} of {total}")


def _print_json(report: dict[str, Any] | bytes) -> None:
    """Print it in UTF-8, whatever the terminal's encoding is: that is what JSON is in."""
    content = report if isinstance(report, bytes) else json.dumps(report, indent=2).encode() + b"\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _complain(error: AutograderError) -> None:
    err.print(Text.assemble(("error: ", "bold red"), _clean(error.message)), soft_wrap=True)
    if error.fix:
        err.print(Text(_clean(error.fix)), soft_wrap=True)


def _say(line: str) -> None:
    err.print(Text(_clean(line)), soft_wrap=True)


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
