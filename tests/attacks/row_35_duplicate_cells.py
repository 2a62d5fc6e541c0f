"""Row 35: cells copied with their metadata, as happens by accident too."""

LOSES: set[str] = set()
FLAGS = {"duplicate_cell"}
ANSWERS: dict[str, str] = {}


def edit(notebook):
    import copy

    position = next(
        i for i, cell in enumerate(notebook["cells"]) if cell["metadata"].get("nbgrader", {}).get("grade_id") == "test_mse"
    )
    for source in ("1000.0", "def mse(pred, target):\n    return 0"):
        twin = copy.deepcopy(notebook["cells"][position])
        twin["source"] = source
        notebook["cells"].insert(position + 1, twin)
