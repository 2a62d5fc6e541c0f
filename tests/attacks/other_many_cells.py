"""Hundreds of cells that each print as much as one may: all outputs of a notebook together have a bound."""

LOSES: set[str] = set()
FLAGS = {"output_truncated"}
ANSWERS: dict[str, str] = {}


def edit(notebook):
    for number in range(200):
        cell = {"cell_type": "code", "id": f"x{number}", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].append({**cell, "source": "print('x' * 10_000_000)"})


def check(graded, row):
    assert len(graded.shown[row]) < 24 * graded.limits["output_bytes"]
