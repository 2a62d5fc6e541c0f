"""Row 30: JSON nested so deep that a reader's stack ends: refused."""

DEPTH = 100_000


def submissions(submitted, notebook, words):
    texts = {
        "row_30_lists": "[" * DEPTH + "]" * DEPTH,
        "row_30_objects": '{"a":' * DEPTH + "1" + "}" * DEPTH,
        "row_30_metadata": notebook.rstrip()[:-1] + ', "x": ' + "[" * DEPTH + "]" * DEPTH + "}",
    }
    for student, text in texts.items():
        (submitted / student / "03_losses").mkdir(parents=True)
        (submitted / student / "03_losses" / "03_losses.ipynb").write_text(text)
    return dict.fromkeys(texts, "nested too deep")
