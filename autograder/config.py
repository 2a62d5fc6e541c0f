"""One frozen ``Config`` for a course, read from ``[tool.autograder]`` in the course folder's pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from autograder.errors import CourseError

PACKAGE_CHECKS = Path(__file__).parent / "checks"


_MOST = {"cell_s": 7 * 86_400, "check_s": 7 * 86_400, "processes": 1 << 20, "output_bytes": 1 << 28}
_MOST_BYTES = 1 << 50
_KEYS = frozenset({"course_id", "seed", "checks", "answers", "figures", "limits"})


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a student process may use.

    In pyproject.toml, ``wall_s`` sets ``cell_s`` and ``check_s`` at once, where the same table does not set them.

    Attributes:
        cell_s: seconds of wall time for one cell.
        check_s: seconds of wall time for all the calls of one check, and for all checks together: see ``Session``.
        memory_bytes: bytes beyond what the warm interpreter uses, over all processes of the submission.
        processes: processes and threads of the submission.
        disk_bytes: bytes of the scratch folder, kept in memory.
        output_bytes: bytes kept of one cell's outputs.
    """

    cell_s: float = 30.0
    check_s: float = 10.0
    memory_bytes: int = 2 << 30
    processes: int = 64
    disk_bytes: int = 64 << 20
    output_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            most = _MOST.get(name, _MOST_BYTES)
            if not 0 < getattr(self, name) <= most:  # which nan is not either
                raise ValueError(f"{name} must be more than 0 and at most {most}")


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A course's settings and where its folders lie.

    Attributes:
        root: the course folder, absolute.
        course_id: nbgrader's course_id.
        seed: text from which every check's hidden inputs are drawn: equal for all students of a course.
        checks: folder of ``test_NN_topic.py`` files.
        answers: folder of known right and wrong answers, for ``autograder verify``.
        figures: run the look cells, which draw a student's results, when grading too; the checks do not need them.
        limits: of every assignment; ``assignment_limits`` override single fields by assignment name.
    """

    root: Path
    course_id: str
    seed: str
    checks: Path = PACKAGE_CHECKS
    answers: Path = Path("tests/answers")
    figures: bool = False
    limits: Limits = Limits()
    assignment_limits: dict[str, dict[str, Any]] = {}

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def solutions(self) -> Path:
        return self.root / "solutions"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def report(self) -> Path:
        return self.root / "report"

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    def source_notebook(self, assignment: str) -> Path:
        return self.source / assignment / f"{assignment}.ipynb"

    def checks_file(self, assignment: str) -> Path:
        return self.checks / f"test_{assignment}.py"

    def assignments(self) -> list[str]:
        """Names of the assignments that have a source notebook, sorted."""
        return sorted(p.parent.name for p in self.source.glob("*/*.ipynb") if p.stem == p.parent.name)

    def limits_for(self, assignment: str) -> Limits:
        return msgspec.convert(
            {**msgspec.structs.asdict(self.limits), **self.assignment_limits.get(assignment, {})}, Limits
        )

    def max_files_bytes(self, assignment: str) -> int:
        """Bytes of all files that a student may hand in beside a notebook: half of the scratch folder."""
        return self.limits_for(assignment).disk_bytes // 2


def find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` whose pyproject.toml has a ``[tool.autograder]`` table.

    Raises:
        CourseError: there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and _table(file) is not None:
            return folder
    raise CourseError(
        f"{start} is not inside a course: no pyproject.toml with a [tool.autograder] table here or above.",
        "Change to the course folder, or name it with --course.",
    )


def load(root: Path) -> Config:
    """The settings of the course in ``root``.

    Raises:
        CourseError: the table is missing or holds a key or value that makes no sense; the message names it.
    """
    root = root.resolve()
    file = root / "pyproject.toml"
    table = _table(file) if file.is_file() else None
    if not table:
        raise CourseError(
            f"{root} is not a course: it has no pyproject.toml with a [tool.autograder] table.",
            "Change to the course folder, or name it with --course.",
        )
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise CourseError(
            f"{file}: [tool.autograder] has no key `{unknown[0]}`.", f"The keys are: {', '.join(sorted(_KEYS))}."
        )
    limits = table.pop("limits", {})
    if not isinstance(limits, dict):
        raise CourseError(f"{file}: [tool.autograder] limits is not a table.", "Write it as [tool.autograder.limits].")
    where = f"{file}: [tool.autograder.limits"
    own = _limits({name: value for name, value in limits.items() if not isinstance(value, dict)}, {}, f"{where}]")
    overrides = {name: value for name, value in limits.items() if isinstance(value, dict)}
    for name, override in overrides.items():
        overrides[name] = _limits(override, own, f"{where}.{name}]")
    for key in ("course_id", "seed", "checks", "answers"):
        if key in table and (not isinstance(table[key], str) or not table[key].strip()):
            raise CourseError(f"{file}: [tool.autograder] {key} is not a text of its own.", "Correct this key.")
    for key in ("checks", "answers"):
        if key in table:
            table[key] = root / table[key]
    raw = {"answers": root / "tests" / "answers", **table, "root": root, "limits": own}
    try:
        config = msgspec.convert({**raw, "assignment_limits": overrides}, Config, dec_hook=_decode_path)
    except msgspec.ValidationError as error:
        raise CourseError(f"{file}: [tool.autograder] {_plainly(error)}.", "Correct this key.") from None
    known = config.assignments()
    for name in overrides:
        if name not in known:
            raise CourseError(
                f"{where}.{name}] is for an assignment that {config.source} does not hold.",
                f"The assignments are: {', '.join(known) or 'none'}.",
            )
    return config


def _limits(table: dict[str, Any], defaults: dict[str, Any], where: str) -> dict[str, Any]:
    """A table of limits with ``wall_s`` spelled out.

    Args:
        defaults: for what the table does not set.
        where: the file and the table, to begin a message with.

    Raises:
        CourseError: a key or value makes no sense.
    """
    spelled = dict(table)
    if "wall_s" in spelled:
        wall_s = spelled.pop("wall_s")
        try:
            msgspec.convert({"cell_s": wall_s}, Limits)
        except msgspec.ValidationError as error:
            raise CourseError(f"{where} {_plainly(error).replace('cell_s', 'wall_s')}.", "Correct this key.") from None
        spelled = {"cell_s": wall_s, "check_s": wall_s, **spelled}
    try:
        msgspec.convert({**defaults, **spelled}, Limits)
    except msgspec.ValidationError as error:
        fix = f"The limits are: wall_s, {', '.join(Limits.__struct_fields__)}."
        raise CourseError(f"{where} {_plainly(error)}.", fix) from None
    return spelled


def _plainly(error: msgspec.ValidationError) -> str:
    """``Expected `int`, got `str` - at `$.processes``` with the key first."""
    what, _, key = str(error).partition(" - at `$.")
    return f"{key.rstrip('`')}: {what}" if key else what


def _decode_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, Path):
        return value
    raise NotImplementedError(kind)


def _table(file: Path) -> dict[str, Any] | None:
    """The ``[tool.autograder]`` table of a pyproject.toml; None where it has none."""
    try:
        tool = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CourseError(f"{file} is not valid TOML: {error}.", "Correct that line.") from None
    except OSError as error:
        raise CourseError(f"{file} cannot be read: {error.strerror}.", "Give yourself the right to read it.") from None
    table = tool.get("autograder") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise CourseError(f"{file}: autograder under [tool] is not a table.", "Write it as [tool.autograder].")
    return table
