"""docs/attacks.md: one line an attack, one measured column a way of running."""

from __future__ import annotations

from pathlib import Path

from tests.attack_class import ATTACKS, Class, attack

FILE = Path(__file__).parents[1] / "docs" / "attacks.md"
COLUMNS = {"me": "tier A, root", "ordinary": "tier A, ordinary user", "without-namespaces": "tier B"}
_HEAD = ("row", "attack", "what must come of it", *COLUMNS.values())
_TEXT = """# Attacks

Every hostile submission under `tests/attacks/`, graded by `autograder grade` in one class with honest students. The
last three columns are what a run measured: whether all held that the row asks for, and the points of the submission,
out of the {most:g} that the same notebook gets with honest code. Every run also asserts that all honest students keep
full marks, that no file, socket or process outside is touched, and that no process, mount or file is left behind.

To measure again and write this file: `WRITE_TABLES=1 python -m pytest tests/test_attacks.py`.

"""
MOST = 28.0


def verdict(graded: Class, row: str, faults: list[str]) -> str:
    """A cell of the table: "holds, 25 points", or "does not hold"."""
    points = []
    if row in graded.results and not hasattr(attack(row), "LOSES_ONE_OF"):
        score = graded.results[row].score
        points.append("refused" if score is None else f"{score:g} points")
    refused = [student for student, reason in graded.refusals.get(row, {}).items() if reason]
    if refused:
        points.append(f"{len(refused)} refused")
    return ", ".join(["does not hold" if faults else "holds", *points])


def _asked(row: str) -> str:
    module = attack(row)
    loses = getattr(module, "LOSES", set())
    parts = []
    if hasattr(module, "LOSES_ONE_OF"):
        parts.append("one version is graded whole, or it is refused")
    elif loses or hasattr(module, "LOSES"):
        parts.append(f"no points for {', '.join(sorted(loses))}" if loses else "full marks for honest code")
    if hasattr(module, "submissions"):
        parts.append("refused and named")
    outcomes = sorted(set(getattr(module, "OUTCOME", {}).values()))
    parts += [", ".join(outcomes)] if outcomes else []
    flags = sorted(getattr(module, "FLAGS", set()))
    parts += [f"flag {', '.join(flags)}"] if flags else []
    return "; ".join(part.replace("_", " ") if part.startswith("flag") else part for part in parts)


def _tried(row: str) -> tuple[str, str]:
    """(number, what is tried), from the module's docstring."""
    first = (attack(row).__doc__ or "").split("\n")[0].rstrip(".")
    number, _, text = first.partition(": ")
    return number.removeprefix("Row "), text.replace("|", "\\|")


def _rows() -> list[list[str]]:
    if not FILE.exists():
        return []
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.replace("\\|", "\0").strip("|").split("|")] for line in lines[2:]]


def read(column: str) -> dict[str, str]:
    """A column of the table as it is written: attack to what was measured. Lines of attacks that are gone count too."""
    position = _HEAD.index(column)
    names = {_tried(row)[1].replace("\\|", "\0"): row for row in ATTACKS}
    return {names.get(cells[1], cells[1]): cells[position] for cells in _rows()}


def write(column: str, measured: dict[str, str]) -> None:
    """Put a measured column into the table; the others stay as they are."""
    columns = {name: read(name) for name in COLUMNS.values()}
    columns[column] = measured
    lines = [_HEAD, ["---"] * len(_HEAD)]
    for row in ATTACKS:
        cells = [columns[name].get(row, "") for name in COLUMNS.values()]
        lines.append([*_tried(row), _asked(row), *cells])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(_TEXT.format(most=MOST) + table + "\n", encoding="utf-8")
