"""Row 36: a grade cell and a solution cell deleted."""

LOSES = {"mae"}
FLAGS = {"missing_cell"}
ANSWERS: dict[str, str] = {}


def edit(notebook):
    gone = ("test_mse", "mae")
    notebook["cells"] = [
        cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") not in gone
    ]
