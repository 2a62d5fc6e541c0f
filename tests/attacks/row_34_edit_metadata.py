"""Row 34: edit points, grade_ids, locks, cell types and locked cells."""

LOSES = {"mse"}
FLAGS = {"edited_cell"}
ANSWERS = {
    "mse": '''
def mse(pred, target):
    return ((pred - target) ** 2).sum()
''',
}


def edit(notebook):
    for cell in notebook["cells"]:
        data = cell["metadata"].get("nbgrader", {})
        if data.get("grade_id") == "test_mse":
            data["points"], data["locked"], cell["source"] = 1000, False, "1000.0"
        if data.get("grade_id") == "mae":
            data["grade"], data["points"], data["schema_version"] = True, 50, 99
