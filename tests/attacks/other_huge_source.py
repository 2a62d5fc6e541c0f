"""A cell of 4 MB, and one that a regular expression would take long over: the first is refused, the second is text."""

LOSES = {"mse"}
FLAGS = {"cell_crashed"}
ANSWERS = {
    "mse": "x = 1 # " + "a" * (4 << 20),
    "design_your_own": "[" * 10_000 + "*_`" * 3_000 + "](" * 10_000 + "<" * 5_000,
}


def edit(notebook):
    source = "# " + "BEGIN SOLUTION " * 5_000 + "\\x1b[" * 20_000
    cell = {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    notebook["cells"].insert(0, cell)
